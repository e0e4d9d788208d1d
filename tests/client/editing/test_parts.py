"""Parts of pictures and masks."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from restore_colorize_client import Pixels, RefusedError, SampleType
from restore_colorize_client.editing import (
    around,
    bounds,
    cut,
    eight_bit,
    grown,
    only_where,
    pasted,
)

SIDES = st.integers(1, 12)
PLACES = st.integers(-15, 15)


def ramp(width: int, height: int, channels: int = 1) -> Pixels:
    data = bytes(at % 255 + 1 for at in range(width * height * channels))
    return Pixels(width, height, channels, SampleType.UINT8, False, data)


def at(pixels: Pixels, x: int, y: int) -> bytes:
    """One pixel's samples, or zeros beyond the edges."""
    if not (0 <= x < pixels.width and 0 <= y < pixels.height):
        return bytes(pixels.channels)
    place = (y * pixels.width + x) * pixels.channels
    return bytes(pixels.view()[place : place + pixels.channels])


@given(SIDES, SIDES, PLACES, PLACES, SIDES, SIDES, st.sampled_from([1, 3]))
def test_a_cut_holds_what_lies_there_and_zeros_beyond(
    width: int, height: int, left: int, top: int, own_width: int, own_height: int, channels: int
) -> None:
    whole = ramp(width, height, channels)
    part = cut(whole, (left, top, own_width, own_height))
    for y in range(own_height):
        for x in range(own_width):
            assert at(part, x, y) == at(whole, left + x, top + y)


@given(PLACES, PLACES, SIDES, SIDES, SIDES, st.integers(0, 9))
def test_frames_stay_inside_however_they_are_moved(
    x: int, y: int, side: int, width: int, height: int, margin: int
) -> None:
    box = around(x, y, side, width, height)
    assert box[2:] == (min(side, width), min(side, height))
    wide = grown(box, margin, width, height)
    for left, top, own_width, own_height in (box, wide):
        assert 0 <= left <= left + own_width <= width
        assert 0 <= top <= top + own_height <= height
    assert wide[0] <= box[0]
    assert wide[0] + wide[2] >= box[0] + box[2]


@given(SIDES, SIDES, st.binary(max_size=144))
def test_bounds_are_the_smallest_box_with_all_marks(width: int, height: int, shades: bytes) -> None:
    data = shades[: width * height].ljust(width * height, b"\0")
    mask = Pixels(width, height, 1, SampleType.UINT8, False, data)
    places = [(at % width, at // width) for at, shade in enumerate(data) if shade]
    box = bounds(mask)
    if not places:
        assert box is None
        return
    assert box is not None
    columns, rows = zip(*places, strict=True)
    assert box[:2] == (min(columns), min(rows))
    assert (box[0] + box[2], box[1] + box[3]) == (max(columns) + 1, max(rows) + 1)


def test_a_part_of_another_kind_is_refused() -> None:
    with pytest.raises(RefusedError, match="another kind"):
        pasted(ramp(4, 4), ramp(2, 2, 3), (1, 1, 2, 2))
    with pytest.raises(RefusedError, match="another kind"):
        pasted(ramp(4, 4), ramp(2, 2), (1, 1, 3, 2))


def test_a_mask_is_kept_to_the_last_bit_where_marks_are() -> None:
    marks = Pixels(3, 1, 1, SampleType.UINT8, False, bytes([0, 1, 255]))
    assert bytes(only_where(None, marks).view()) == bytes([0, 255, 255])
    shares = struct.pack("<3f", 0.5, 0.123, 1.0)
    mask = Pixels(3, 1, 1, SampleType.FLOAT32, False, shares)
    kept = only_where(mask, marks)
    assert kept.sample_type is SampleType.FLOAT32
    assert bytes(kept.view()) == bytes(4) + shares[4:]
    assert mask.data == shares


def test_deep_pictures_are_rounded_for_the_screen() -> None:
    deep = Pixels(3, 1, 1, SampleType.UINT16, False, struct.pack("<3H", 0, 127 * 257 + 128, 65535))
    assert bytes(eight_bit(deep).view()) == bytes([0, 127, 255])
    real = Pixels(3, 1, 1, SampleType.FLOAT32, False, struct.pack("<3f", 0.0, 0.5, 1.0))
    assert list(eight_bit(real).view()) == [0, 128, 255]
    assert eight_bit(ramp(2, 2)).data == ramp(2, 2).data
