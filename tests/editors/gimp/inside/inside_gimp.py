"""Runs inside of GIMP: what functions sent there by tests need again and again."""

from __future__ import annotations

import json
import os
import time
import traceback
from collections.abc import Callable
from typing import Any, NamedTuple

import gi

gi.require_version("Gimp", "3.0")
gi.require_version("Gegl", "0.4")
from gi.repository import Gegl, Gimp  # noqa: E402


class Answer(NamedTuple):
    """How a procedure ended: ``status`` is a nick such as ``success``, ``message`` its error."""

    status: str
    message: str
    values: list[Any]
    wall_s: float


def call(name: str, /, **arguments: Any) -> Answer:
    """Call a procedure as scripts do, non-interactively unless ``run_mode`` says otherwise.

    Underscores in arguments' names stand for dashes; a list is an array of GIMP's objects,
    a tuple one of texts.
    Raises LookupError for a procedure that is not registered.
    """
    procedure = Gimp.get_pdb().lookup_procedure(name)
    if procedure is None:
        raise LookupError(f"no procedure {name}")
    config = procedure.create_config()
    for key, value in arguments.items():
        if isinstance(value, list):
            config.set_core_object_array(key.replace("_", "-"), value)
        else:
            plain = list(value) if isinstance(value, tuple) else value
            config.set_property(key.replace("_", "-"), plain)
    started = time.monotonic()
    result = procedure.run(config)
    wall_s = time.monotonic() - started
    values = [result.index(index) for index in range(result.length())]
    status = values[0].value_nick
    message = "" if status == "success" else Gimp.get_pdb().get_last_error()
    return Answer(status, message, values[1:], wall_s)


def write(drawable: Gimp.Drawable, pixels: bytes, pixel_format: str = "R'G'B'A u8") -> None:
    """Fill a whole drawable with packed pixels."""
    width, height = drawable.get_width(), drawable.get_height()
    buffer = drawable.get_buffer()
    buffer.set(Gegl.Rectangle.new(0, 0, width, height), pixel_format, pixels)
    buffer.flush()
    drawable.update(0, 0, width, height)


def read(drawable: Gimp.Drawable, pixel_format: str = "R'G'B'A u8") -> bytes:
    """Return a whole drawable's packed pixels; masks and selections are ``Y u8``."""
    rectangle = Gegl.Rectangle.new(0, 0, drawable.get_width(), drawable.get_height())
    return bytes(drawable.get_buffer().get(rectangle, 1.0, pixel_format, Gegl.AbyssPolicy.NONE))


def answer(function: Callable[..., Any], arguments: str, place: str) -> None:
    """Call ``function`` and leave what came of it in a file; its absence means a crash."""
    told: dict[str, Any] = {"value": None, "error": None}
    try:
        told["value"] = function(**json.loads(arguments))
    except BaseException:
        told["error"] = traceback.format_exc()
    with open(place + ".part", "w", encoding="utf-8") as file:
        json.dump(told, file)
    os.replace(place + ".part", place)
