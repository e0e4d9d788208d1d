"""The papers' networks: tensors in, tensors out; nothing here knows of pictures or files.

Every network works in one convention: L_n = L*/50 - 1 and ab_n = ab/110, ``(b, c, h, w)``,
sides that are multiples of ``SIDE_MULTIPLE``.
"""

from __future__ import annotations

from restore_colorize.networks.exemplar import ExemplarNet, ExemplarOutput, ExemplarSizes
from restore_colorize.networks.layers import lookup_map

__all__ = ["ExemplarNet", "ExemplarOutput", "ExemplarSizes", "lookup_map"]
