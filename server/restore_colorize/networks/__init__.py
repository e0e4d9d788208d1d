"""The papers' networks: tensors in, tensors out; nothing here knows of pictures or files.

Every network works in one convention: L_n = L*/50 - 1 and ab_n = ab/110, ``(b, c, h, w)``,
sides that are multiples of ``SIDE_MULTIPLE``.
"""

from __future__ import annotations

from restore_colorize.networks.color2embed import (
    Color2Embed,
    Color2EmbedSizes,
    network_from_authors,
)
from restore_colorize.networks.exemplar import ExemplarNet, ExemplarOutput, ExemplarSizes
from restore_colorize.networks.features import (
    Description,
    FeatureNet,
    FeatureSizes,
    ResNet34,
)
from restore_colorize.networks.inference import for_bfloat16_inference
from restore_colorize.networks.layers import lookup_map
from restore_colorize.networks.pikfix import (
    PikFixColor,
    PikFixOutput,
    PikFixSizes,
    alike_cells,
    pikfix_from_authors,
    pikfix_restoration_from_authors,
)
from restore_colorize.networks.pixcolor import (
    USUAL,
    Draws,
    PixColor,
    PixColorCritic,
    PixColorCriticSizes,
    PixColorPrior,
    PixColorPriorSizes,
    PixColorRefinement,
    PixColorRefinementSizes,
    PixColorSizes,
    PriorOutput,
    Sampler,
    SamplingOptions,
    bins_from_chroma,
    chroma_from_bins,
    grid_of,
    nats,
    uniforms,
)
from restore_colorize.networks.restoration import (
    MultiLevelRDN,
    NafSizes,
    NafUNet,
    RdnSizes,
    RestorationNet,
    RestorationSizes,
    Restored,
)

__all__ = [
    "USUAL",
    "Color2Embed",
    "Color2EmbedSizes",
    "Description",
    "Draws",
    "ExemplarNet",
    "ExemplarOutput",
    "ExemplarSizes",
    "FeatureNet",
    "FeatureSizes",
    "MultiLevelRDN",
    "NafSizes",
    "NafUNet",
    "PikFixColor",
    "PikFixOutput",
    "PikFixSizes",
    "PixColor",
    "PixColorCritic",
    "PixColorCriticSizes",
    "PixColorPrior",
    "PixColorPriorSizes",
    "PixColorRefinement",
    "PixColorRefinementSizes",
    "PixColorSizes",
    "PriorOutput",
    "RdnSizes",
    "ResNet34",
    "RestorationNet",
    "RestorationSizes",
    "Restored",
    "Sampler",
    "SamplingOptions",
    "alike_cells",
    "bins_from_chroma",
    "chroma_from_bins",
    "for_bfloat16_inference",
    "grid_of",
    "lookup_map",
    "nats",
    "network_from_authors",
    "pikfix_from_authors",
    "pikfix_restoration_from_authors",
    "uniforms",
]
