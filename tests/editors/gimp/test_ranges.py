"""Floats that leave 0..1, found without numbers: the one part of pixels that needs no GIMP."""

from __future__ import annotations

import math
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from restore_colorize_gimp.ranges import leaves_range

pytestmark = pytest.mark.smoke
LOWEST, HIGHEST = -(2.0**-13), 1.0 + 2.0**-6


def packed(*values: float) -> bytes:
    return struct.pack(f"<{len(values)}f", *values)


@given(st.lists(st.floats(width=32), min_size=1, max_size=9))
def test_what_is_no_number_from_0_to_1_is_found(values: list[float]) -> None:
    is_inside = all(0.0 <= value <= 1.0 and math.copysign(1.0, value) > 0 for value in values)
    assert leaves_range(packed(*values)) is not is_inside


@given(st.lists(st.floats(width=32, allow_nan=False), min_size=1, max_size=9))
def test_only_what_can_be_seen_counts_if_so_asked(values: list[float]) -> None:
    expected = any(not LOWEST < value < HIGHEST for value in values)
    assert leaves_range(packed(*values), by_much=True) is expected


@pytest.mark.parametrize(
    ("value", "leaves", "by_much"),
    [
        (1.0, False, False),
        (math.nextafter(1.0, 2.0) + 1e-7, True, False),
        (1.02, True, True),
        (2.0, True, True),
        (-1e-9, True, False),
        (-0.01, True, True),
        (math.nan, True, True),
        (math.inf, True, True),
    ],
)
def test_the_borders(value: float, leaves: bool, by_much: bool) -> None:
    among_others = packed(0.5, value, 0.0)
    assert leaves_range(among_others) is leaves
    assert leaves_range(among_others, by_much=True) is by_much
