"""Whether floats leave 0..1, told from their bytes: min and max of Python take thrice as long."""

from __future__ import annotations

__all__ = ["leaves_range"]

# Little-endian floats: the highest byte is below 0x40 from 0 to 2 and above 0x7F for negative
# ones; 1.0 is 3F 80 00 00.
_FROM_0_TO_2 = bytes(range(0x40))
_HARDLY_NEGATIVE = bytes(range(0x80, 0xB9))  # -2**-13 and closer to 0
_IS_3F, _IS_80 = (bytes(each == byte for each in range(256)) for byte in (0x3F, 0x80))
_IS_ABOVE_80 = bytes(each > 0x80 for each in range(256))
_IS_ANY = bytes(each > 0 for each in range(256))


def leaves_range(floats: bytes | memoryview, *, by_much: bool = False) -> bool:
    """Tell whether any of packed little-endian 32-bit floats is no number from 0 to 1.

    by_much: only what can be seen counts, below -2**-13 or from 1 + 2**-6 on.
    """
    highest, second = bytes(floats[3::4]), bytes(floats[2::4])
    allowed = _FROM_0_TO_2 + _HARDLY_NEGATIVE if by_much else _FROM_0_TO_2
    if highest.translate(None, allowed):
        return True
    above = _flags(second, _IS_ABOVE_80)
    if not by_much:
        rest = _flags(floats[1::4], _IS_ANY) | _flags(floats[0::4], _IS_ANY)
        above |= rest & _flags(second, _IS_80)
    return bool(above & _flags(highest, _IS_3F))


def _flags(part: bytes | memoryview, table: bytes) -> int:
    """Return one number with a byte 1 wherever the table has one."""
    return int.from_bytes(bytes(part).translate(table), "little")
