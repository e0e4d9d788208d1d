"""PixColor (1705.07208): chroma is drawn cell by cell on a small grid, ranked, then refined."""

from __future__ import annotations

from restore_colorize.networks.pixcolor.bins import (
    BINS,
    bins_from_chroma,
    chroma_from_bins,
    grid_of,
    nats,
)
from restore_colorize.networks.pixcolor.critic import PixColorCritic
from restore_colorize.networks.pixcolor.network import PixColor
from restore_colorize.networks.pixcolor.prior import PixColorPrior, PriorOutput
from restore_colorize.networks.pixcolor.refinement import PixColorRefinement
from restore_colorize.networks.pixcolor.sampler import (
    USUAL,
    Draws,
    Sampler,
    SamplingOptions,
    uniforms,
)
from restore_colorize.networks.pixcolor.sizes import (
    PixColorCriticSizes,
    PixColorPriorSizes,
    PixColorRefinementSizes,
    PixColorSizes,
)

__all__ = [
    "BINS",
    "USUAL",
    "Draws",
    "PixColor",
    "PixColorCritic",
    "PixColorCriticSizes",
    "PixColorPrior",
    "PixColorPriorSizes",
    "PixColorRefinement",
    "PixColorRefinementSizes",
    "PixColorSizes",
    "PriorOutput",
    "Sampler",
    "SamplingOptions",
    "bins_from_chroma",
    "chroma_from_bins",
    "grid_of",
    "nats",
    "uniforms",
]
