"""The shelf gives back what was put there."""

from __future__ import annotations

from pathlib import Path

import pytest
from gimpshelf import Gimpshelf


@pytest.mark.parametrize("value", [1, 2.5, "text", b"\x00\xff", (1, (2, "x")), {"a": [1, (2,)]}])
def test_values_come_back_in_another_run(tmp_path: Path, value: object) -> None:
    Gimpshelf(tmp_path / "shelf.json")["name"] = value
    shelf = Gimpshelf(tmp_path / "shelf.json")
    assert shelf["name"] == value
    assert shelf.has_key("name")
    assert type(shelf["name"]) is type(value)


def test_what_is_not_there_is_told(tmp_path: Path) -> None:
    shelf = Gimpshelf(tmp_path / "shelf.json")
    assert not shelf.has_key("name")
    with pytest.raises(KeyError):
        shelf["name"]
