"""Runs inside of GIMP: asks for a colorization with references or hints of one kind."""

from __future__ import annotations

from typing import Any

from gi.repository import Gegl, Gimp, Gio
from inside_gimp import call, write

NAME = "restore-colorize-from-reference"


def call_with(which: str) -> list[Any]:
    """Return status, sentence, the layers that came to both images, and the number of images."""
    image, photo = image_of(40, 30, "gray")
    other, _ground = image_of(12, 10, "lime")
    given = CASES[which](image, photo, other)
    before = [len(each.get_layers()) for each in (image, other)]
    answer = call(NAME, image=image, drawables=[photo], **given)
    after = [len(each.get_layers()) for each in (image, other)]
    images = Gimp.get_images()
    for each in (image, other):
        each.delete()
    return [answer.status, answer.message, after[0] - before[0], after[1] - before[1], len(images)]


def image_of(width: int, height: int, color: str) -> tuple[Gimp.Image, Gimp.Layer]:
    image = Gimp.Image.new(width, height, Gimp.ImageBaseType.RGB)
    return image, layer_of(image, width, height, color)


def layer_of(
    image: Gimp.Image, width: int, height: int, color: str, parent: Gimp.Layer | None = None
) -> Gimp.Layer:
    layer = Gimp.Layer.new(
        image, color, width, height, Gimp.ImageType.RGBA_IMAGE, 100.0, Gimp.LayerMode.NORMAL
    )
    image.insert_layer(layer, parent, 0)
    Gimp.context_set_foreground(Gegl.Color.new(color))
    layer.fill(Gimp.FillType.FOREGROUND)
    return layer


def everything(image: Gimp.Image, photo: Gimp.Layer, other: Gimp.Image) -> dict[str, Any]:
    group = Gimp.GroupLayer.new(other, "several")
    other.insert_layer(group, None, 0)
    layer_of(other, 3, 2, "blue", group).set_offsets(5, 5)
    hidden = layer_of(other, 4, 4, "black", group)
    hidden.append_filter(Gimp.DrawableFilter.new(hidden, "gegl:invert-gamma", None))
    hidden.set_visible(False)
    third, pasted = image_of(6, 5, "fuchsia")
    Gimp.edit_copy([pasted])
    third.delete()
    return {
        "reference_file": Gio.File.new_for_path("/out/red.png"),
        "reference_files": ("/out/yellow.png", "file:///out/cyan.png"),
        "reference_layer": group,
        "reference_image": other,
        "use_clipboard": True,
    }


def part_of_a_layer(image: Gimp.Image, photo: Gimp.Layer, other: Gimp.Image) -> dict[str, Any]:
    return {"reference_selection": True, "reference_layer": small_and_selected(other)}


def part_of_an_image(image: Gimp.Image, photo: Gimp.Layer, other: Gimp.Image) -> dict[str, Any]:
    small_and_selected(other)
    return {"reference_selection": True, "reference_image": other}


def small_and_selected(other: Gimp.Image) -> Gimp.Layer:
    small = layer_of(other, 6, 6, "red")
    small.set_offsets(4, 3)
    other.select_ellipse(Gimp.ChannelOps.REPLACE, 2, 2, 6, 5)
    return small


def hints(image: Gimp.Image, photo: Gimp.Layer, other: Gimp.Image) -> dict[str, Any]:
    image.select_rectangle(Gimp.ChannelOps.REPLACE, 0, 0, 20, 30)
    photo.set_offsets(4, 2)
    strokes = layer_of(image, 10, 8, "red")
    strokes.set_offsets(2, 0)
    write(strokes, bytes([255, 0, 0, 255] * 40 + [0, 0, 255, 0] * 40))
    return {"hints": strokes, "keep_outside": True}


def nothing_visible(image: Gimp.Image, photo: Gimp.Layer, other: Gimp.Image) -> dict[str, Any]:
    other.get_layers()[0].set_visible(False)
    return {"reference_image": other}


def opaque_hints(image: Gimp.Image, photo: Gimp.Layer, other: Gimp.Image) -> dict[str, Any]:
    photo.flatten()
    return {"hints": photo}


def elsewhere(image: Gimp.Image, photo: Gimp.Layer, other: Gimp.Image) -> dict[str, Any]:
    other.select_rectangle(Gimp.ChannelOps.REPLACE, 8, 8, 2, 2)
    return {"reference_layer": layer_of(other, 3, 3, "red"), "reference_selection": True}


def files(*names: str) -> Any:
    return lambda image, photo, other: {"reference_files": names}


CASES = {
    "all": everything,
    "part of a layer": part_of_a_layer,
    "part of an image": part_of_an_image,
    "hints": hints,
    "nothing copied": lambda image, photo, other: {"use_clipboard": True},
    "no file": files("/out/none.png"),
    "no picture": files("/out/names.txt"),
    "nothing visible": nothing_visible,
    "opaque hints": opaque_hints,
    "elsewhere": elsewhere,
    "too many": files(*["/out/red.png"] * 9),
}
