"""The PF_ numbers: what kinds of parameters a script can ask for."""

from __future__ import annotations

PF_INT8, PF_INT16, PF_INT32, PF_FLOAT, PF_STRING = 2, 1, 0, 3, 4
PF_INT, PF_VALUE = PF_INT32, PF_STRING
PF_COLOR = PF_COLOUR = 10
PF_REGION, PF_DISPLAY, PF_IMAGE, PF_LAYER, PF_CHANNEL, PF_DRAWABLE = 11, 12, 13, 14, 15, 16
PF_VECTORS = 19
PF_TOGGLE = PF_BOOL = 1000
PF_SLIDER = 1001
PF_SPINNER = PF_ADJUSTMENT = 1002
PF_FONT, PF_FILE, PF_BRUSH, PF_PATTERN, PF_GRADIENT = 1003, 1004, 1005, 1006, 1007
PF_RADIO, PF_TEXT, PF_PALETTE, PF_FILENAME, PF_DIRNAME, PF_OPTION = range(1008, 1014)

__all__ = sorted(name for name in globals() if name.startswith("PF_"))
