"""Samples in memory."""

from __future__ import annotations

import array

import pytest
from restore_colorize_client import Pixels, RefusedError, SampleType


@pytest.mark.parametrize(
    ("sample_type", "size"),
    [(SampleType.UINT8, 1), (SampleType.UINT16, 2), (SampleType.FLOAT32, 4)],
)
def test_sizes_are_counted_in_bytes(sample_type: SampleType, size: int) -> None:
    pixels = Pixels(3, 5, 4, sample_type, True, bytes(3 * 5 * 4 * size))
    assert pixels.size == len(pixels.view()) == 60 * size


def test_a_view_is_no_copy() -> None:
    data = bytearray(4)
    view = Pixels(2, 1, 1, SampleType.UINT16, False, data).view()
    data[3] = 9
    assert view[3] == 9


def test_arrays_of_samples_are_taken_as_they_are() -> None:
    values = array.array("H", [1, 2, 3, 4])
    pixels = Pixels(2, 2, 1, SampleType.UINT16, False, memoryview(values))
    assert len(pixels.view()) == 8


@pytest.mark.parametrize("length", [0, 5, 7, 12])
def test_a_buffer_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(RefusedError, match="6 bytes") as caught:
        Pixels(3, 2, 1, SampleType.UINT8, False, bytes(length))
    assert caught.value.reason == "shape"


@pytest.mark.parametrize("sides", [(0, 1, 1), (1, 0, 1), (1, 1, 0), (-1, 1, 1)])
def test_an_empty_picture_is_refused(sides: tuple[int, int, int]) -> None:
    with pytest.raises(RefusedError, match="empty"):
        Pixels(*sides, SampleType.UINT8, False, b"")


def test_a_buffer_with_gaps_is_refused() -> None:
    with pytest.raises(RefusedError, match="contiguous"):
        Pixels(2, 1, 1, SampleType.UINT8, False, memoryview(bytes(4))[::2])
