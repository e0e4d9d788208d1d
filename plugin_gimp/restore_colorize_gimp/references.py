"""References, from wherever the user has them: layers, files, the clipboard."""

from __future__ import annotations

from collections.abc import Iterator

from gi.repository import Gimp, Gio
from restore_colorize_client import Pixels, Reference, RefusedError, SampleType

from restore_colorize_gimp.call import Call
from restore_colorize_gimp.pixels import read_layer, read_mask
from restore_colorize_gimp.translation import _

__all__ = ["REFERENCE_ARGUMENTS", "read_hints", "read_open_pictures", "read_references"]

REFERENCE_ARGUMENTS = (  # in the order of the dialogs
    "reference-files",
    "reference-image",
    "reference-file",
    "reference-layer",
    "reference-selection",
    "use-clipboard",
)
MOST_PICTURES = 8  # that a job takes as references


def read_references(call: Call) -> list[Reference]:
    """Return all references that a call names, in its order. Raises RefusedError."""
    return list(_references(call))


def _references(call: Call) -> Iterator[Reference]:
    only_selected = call.option("reference-selection")
    file = call.option("reference-file")
    files = [] if file is None else [file]
    files += map(Gio.File.new_for_commandline_arg, call.option("reference-files"))
    for each in files:
        yield Reference(_flattened(_opened(each)), each.get_basename() or "file")
    layer = call.option("reference-layer")
    for each in [] if layer is None else _members(layer):
        yield Reference(_layer(each, only_selected), each.get_name())
    image = call.option("reference-image")
    if image is not None:
        yield Reference(_flattened(_copied(image), only_selected), image.get_name())
    if call.option("use-clipboard"):
        pasted = Gimp.edit_paste_as_new_image()
        if pasted is None:
            raise RefusedError(_("The clipboard holds no picture: copy the reference first."))
        yield Reference(_flattened(pasted), "clipboard")


def read_open_pictures(apart_from: Gimp.Image) -> list[Reference]:
    """Return what is seen in the other open color images, at most eight."""
    others = [
        image
        for image in Gimp.get_images()
        if image.get_id() != apart_from.get_id()
        and image.get_base_type() == Gimp.ImageBaseType.RGB
        and any(layer.get_visible() for layer in image.get_layers())
    ]
    return [
        Reference(_flattened(_copied(image)), image.get_name()) for image in others[:MOST_PICTURES]
    ]


def read_hints(call: Call, target: Gimp.Drawable) -> Pixels | None:
    """Return the strokes of the hint layer, laid over the target. Raises RefusedError."""
    layer = call.option("hints")
    if layer is None:
        return None
    if not layer.has_alpha():
        raise RefusedError(
            _(
                "The hint layer is opaque, so all of it would count as hints: paint the strokes "
                "on a transparent layer."
            )
        )
    apart = Gimp.Image.new(target.get_width(), target.get_height(), Gimp.ImageBaseType.RGB)
    try:
        copy = Gimp.Layer.new_from_drawable(layer, apart)
        apart.insert_layer(copy, None, 0)
        (left, top), (x, y) = layer.get_offsets()[1:], target.get_offsets()[1:]
        copy.resize(target.get_width(), target.get_height(), left - x, top - y)
        return read_layer(copy, SampleType.UINT8, as_color=True)
    finally:
        apart.delete()


def _members(layer: Gimp.Drawable) -> list[Gimp.Drawable]:
    if not layer.is_valid():
        raise RefusedError(_("The reference layer does not exist any more: choose another one."))
    return list(layer.get_children()) if layer.is_group() else [layer]


def _layer(layer: Gimp.Drawable, only_selected: bool) -> Pixels:
    pixels = read_layer(layer, SampleType.UINT8, as_color=True)
    image = layer.get_image()
    if not only_selected or Gimp.Selection.is_empty(image):
        return pixels
    left, top, width, height = layer.mask_intersect()[1:]
    if min(width, height) < 1:
        raise RefusedError(_("Nothing of the reference is selected: move its selection."))
    return _part(pixels, layer, (left, top, width, height))


def _part(pixels: Pixels, layer: Gimp.Drawable, box: tuple[int, int, int, int]) -> Pixels:
    """Return a box of a layer's pixels, with the selection as alpha."""
    left, top, width, height = box
    x, y = layer.get_offsets()[1:]
    selected = read_mask(
        layer.get_image().get_selection(), SampleType.UINT8, (x + left, y + top, width, height)
    ).view()
    view, stride = pixels.view(), pixels.width * pixels.channels
    data = bytearray(width * height * 4)
    for row in range(height):
        start = (top + row) * stride + left * pixels.channels
        source = view[start : start + width * pixels.channels]
        begin = row * width * 4
        for channel in range(3):
            data[begin + channel : begin + width * 4 : 4] = bytes(
                source[channel :: pixels.channels]
            )
        data[begin + 3 : begin + width * 4 : 4] = bytes(selected[row * width : (row + 1) * width])
    return Pixels(width, height, 4, SampleType.UINT8, True, data)


def _opened(file: Gio.File) -> Gimp.Image:
    try:
        image = Gimp.file_load(Gimp.RunMode.NONINTERACTIVE, file)
    except Exception:
        image = None
    if image is None:
        raise RefusedError(
            _("The reference {file} cannot be opened: choose a picture file.").format(
                file=file.get_parse_name()
            )
        )
    image.policy_rotate(False)
    return image


def _copied(image: Gimp.Image) -> Gimp.Image:
    if not image.is_valid():
        raise RefusedError(_("The reference image was closed: choose another one."))
    if not any(layer.get_visible() for layer in image.get_layers()):
        text = _("The reference image “{image}” shows nothing: make a layer visible.")
        raise RefusedError(text.format(image=image.get_name()))
    return image.duplicate()


def _flattened(image: Gimp.Image, only_selected: bool = False) -> Pixels:
    """Return the whole picture of an image that nobody else uses, and delete it."""
    try:
        seen = image.merge_visible_layers(Gimp.MergeType.CLIP_TO_IMAGE)
        return _layer(seen, only_selected)
    finally:
        image.delete()
