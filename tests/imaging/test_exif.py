"""EXIF blocks are read and set without touching anything else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from restore_colorize.imaging import exif

from tests.imaging.pictures import quick


def block(**fields: object) -> bytes:
    """Return an EXIF block as Pillow writes it."""
    made = Image.Exif()
    for name, value in fields.items():
        made[getattr(exif, name)] = value
    made[271] = "Kodak"
    return made.tobytes().removeprefix(exif.PREFIX)


@pytest.mark.parametrize("turned", range(1, 9))
def test_orientation_is_read_and_reset_in_place(turned):
    stored = block(ORIENTATION=turned)
    assert exif.orientation(stored) == turned
    upright = exif.with_upright_orientation(stored)
    assert exif.orientation(upright) == 1
    assert len(upright) == len(stored)
    assert sum(a != b for a, b in zip(upright, stored, strict=True)) == (turned != 1)


def test_big_endian_blocks_are_understood():
    stored = bytes.fromhex(
        "4d4d002a00000008 0002 0112 0003 00000001 00060000 011a 0005 00000001 00000022 00000000"
        "0000012c 00000001"
    )
    assert exif.orientation(stored) == 6
    assert exif.orientation(exif.with_upright_orientation(stored)) == 1


@pytest.mark.parametrize(("unit", "expected"), [(2, (300, 150)), (3, (762, 381)), (1, None)])
def test_resolution_is_in_dots_per_inch(unit, expected):
    stored = block(X_RESOLUTION=300.0, Y_RESOLUTION=150.0, RESOLUTION_UNIT=unit)
    found = exif.resolution(stored)
    assert found == (None if expected is None else pytest.approx(expected))


def test_a_block_of_a_resolution_says_it():
    assert exif.resolution(exif.from_resolution((300.5, 72.0))) == pytest.approx((300.5, 72))


@quick
@given(st.binary(max_size=64), st.sampled_from([b"", b"II*\x00", b"MM\x00*"]))
def test_damaged_blocks_say_nothing_and_raise_nothing(data, start):
    damaged = start + data
    assert 1 <= exif.orientation(damaged) <= 8
    assert len(exif.with_upright_orientation(damaged)) == len(damaged)
    exif.resolution(damaged)
    for tag in (None, exif.EXIF_DIRECTORY):
        fields = exif.read_directory(damaged, tag)
        assert exif.read_directory(exif.write_block(fields.values(), {})) == fields


def test_directories_survive_and_pillow_reads_them():
    made = Image.Exif()
    made[315] = "Ansel"
    made[282] = 300.5
    made.get_ifd(exif.EXIF_DIRECTORY).update({33434: 0.004, 37121: b"\x01\x02", 40962: 70000})
    stored = made.tobytes().removeprefix(exif.PREFIX)
    first = exif.read_directory(stored)
    below = exif.read_directory(stored, exif.EXIF_DIRECTORY)
    del first[exif.EXIF_DIRECTORY]
    written = exif.write_block(first.values(), {exif.EXIF_DIRECTORY: below.values()})
    found = Image.Exif()
    found.load(exif.PREFIX + written)
    assert found[315] == "Ansel"
    assert found[282] == 300.5
    assert found.get_ifd(exif.EXIF_DIRECTORY) == {
        33434: pytest.approx(0.004),
        37121: b"\x01\x02",
        40962: 70000,
    }


def test_blocks_lose_their_prefix_and_others_are_none():
    stored = block()
    assert exif.without_prefix(exif.PREFIX + stored) == stored
    assert exif.without_prefix(stored) == stored
    assert exif.without_prefix(b"nothing") is None
    assert exif.without_prefix(None) is None
