"""States of GIMP 2.10 that GIMP 3 has no place for; they last while the script runs."""

from __future__ import annotations

from typing import Any

from gi.repository import Gimp, Gio

from gimpfu_bindings.values import to_object

_files: dict[int, Gio.File] = {}
_linked: set[int] = set()
_depths = {"recursion": 3}


def set_link(item: Any, is_linked: bool) -> None:
    """Remember that an item is linked; GIMP 3 does not move linked items together."""
    number = to_object(item).get_id()
    if is_linked:
        _linked.add(number)
    else:
        _linked.discard(number)


def is_linked(item: Any) -> int:
    """Say whether the script linked an item."""
    return int(to_object(item).get_id() in _linked)


def set_recursion(depth: int) -> None:
    """Remember the depth of transforms' supersampling, which GIMP 3 does not have."""
    _depths["recursion"] = int(depth)


def recursion() -> int:
    """Return the depth of transforms' supersampling that was set last."""
    return _depths["recursion"]


def set_loaded_file(image: Gimp.Image, file: Gio.File) -> None:
    """Remember the file from which the script loaded an image: GIMP 3 tells it of its own only."""
    _files[image.get_id()] = file


def loaded_file(image: Gimp.Image) -> Gio.File | None:
    """Return the file from which the script loaded an image."""
    return _files.get(image.get_id())
