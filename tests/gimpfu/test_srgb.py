"""Colors go to GEGL as linear light and come back."""

from __future__ import annotations

import pytest
from gimpfu_bindings import srgb


@pytest.mark.parametrize(("value", "linear"), [(0, 0), (1, 1), (0.5, 0.21404), (0.04, 0.003096)])
def test_known_values(value: float, linear: float) -> None:
    assert srgb.linear_of(value) == pytest.approx(linear, rel=1e-4)


def test_all_bytes_come_back() -> None:
    for byte in range(256):
        assert round(255 * srgb.value_of(srgb.linear_of(byte / 255))) == byte
