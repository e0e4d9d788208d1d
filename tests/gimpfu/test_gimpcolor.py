"""Colors count as scripts of 2.10 expect."""

from __future__ import annotations

import pytest
from gimpcolor import HSV, RGB


def test_whole_numbers_count_to_255_and_floats_to_1() -> None:
    assert RGB(255, 0, 51) == RGB(1.0, 0.0, 0.2)
    assert tuple(RGB(1.0, 0.5, 0.0)) == (255, 128, 0, 255)
    assert RGB(255, 0, 0).r == 1.0


@pytest.mark.parametrize("text", ["red", "#f00", "#ff0000", "rgb(255, 0, 0)", "rgb(100%, 0%, 0%)"])
def test_texts_are_read(text: str) -> None:
    color = RGB(0, 0, 0)
    color.parse_css(text)
    assert color[:3] == (255, 0, 0)


def test_unknown_names_are_refused() -> None:
    with pytest.raises(ValueError, match="no known name"):
        RGB(0, 0, 0).parse_name("none-such")


def test_hues_come_back() -> None:
    color = RGB(10, 200, 30)
    assert color.to_hsv().to_rgb() == color
    assert color.to_hsl().to_rgb() == color
    assert color.to_cmyk().to_rgb() == color
    assert HSV(0.0, 1.0, 1.0).to_rgb()[:3] == (255, 0, 0)
