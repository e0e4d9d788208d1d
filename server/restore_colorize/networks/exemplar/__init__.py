"""The shipped default: Color2Embed's U-Net with the reference looked up by attention."""

from __future__ import annotations

from restore_colorize.networks.exemplar.network import ExemplarNet, ExemplarOutput
from restore_colorize.networks.exemplar.sizes import ExemplarSizes

__all__ = ["ExemplarNet", "ExemplarOutput", "ExemplarSizes"]
