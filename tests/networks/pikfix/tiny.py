"""A size of Pik-Fix's color network that tests can afford."""

from __future__ import annotations

from restore_colorize.networks import PikFixSizes

TINY = PikFixSizes(
    stem=8,
    blocks=(1, 1, 1, 1),
    growth=4,
    bottleneck=1,
    dropout=0.0,
    fusion_units=1,
    decoder_units=(1, 1, 1, 1, 1),
    trunk="own",
    trunk_widths=(8, 8, 8, 8, 8),
    similarity_channels=4,
    bins=8,
)
