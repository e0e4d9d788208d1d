"""Pixels, no networks: pictures, files, color spaces, geometry, and chroma joined with luma."""

from __future__ import annotations

from restore_colorize.imaging.color import (
    gray_from_luma,
    lab_to_srgb,
    linear_to_srgb,
    luma_from_srgb,
    srgb_to_lab,
    srgb_to_linear,
    srgb_to_ycbcr,
    ycbcr_to_srgb,
)
from restore_colorize.imaging.files import kind_of_name, read_mask, read_picture, write_picture
from restore_colorize.imaging.gamut import reduce_chroma_to_gamut
from restore_colorize.imaging.join import blend, join_chroma, luma_of
from restore_colorize.imaging.picture import FileSamples, Metadata, Picture
from restore_colorize.imaging.regions import (
    Region,
    bounding_box,
    intersect,
    relative_to,
    with_context,
)
from restore_colorize.imaging.resample import (
    WorkingSize,
    crop,
    enlarge,
    pad_reflect,
    padded_size,
    shrink,
    working_size,
)
from restore_colorize.imaging.tiles import TileBlender, tile_grid
from restore_colorize.imaging.upsample import ChromaUpsampler, upsample_chroma

__all__ = [
    "ChromaUpsampler",
    "FileSamples",
    "Metadata",
    "Picture",
    "Region",
    "TileBlender",
    "WorkingSize",
    "blend",
    "bounding_box",
    "crop",
    "enlarge",
    "gray_from_luma",
    "intersect",
    "join_chroma",
    "kind_of_name",
    "lab_to_srgb",
    "linear_to_srgb",
    "luma_from_srgb",
    "luma_of",
    "pad_reflect",
    "padded_size",
    "read_mask",
    "read_picture",
    "reduce_chroma_to_gamut",
    "relative_to",
    "shrink",
    "srgb_to_lab",
    "srgb_to_linear",
    "srgb_to_ycbcr",
    "tile_grid",
    "upsample_chroma",
    "with_context",
    "working_size",
    "write_picture",
    "ycbcr_to_srgb",
]
