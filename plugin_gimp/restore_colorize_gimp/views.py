"""Pieces of windows that show pictures: on their way to the screen, and with a slider below."""

from __future__ import annotations

from collections.abc import Callable

import gi

gi.require_version("Gtk", "3.0")
gi.require_version("Gdk", "3.0")
from gi.repository import Gdk, GdkPixbuf, GLib, Gtk  # noqa: E402
from restore_colorize_client import Pixels  # noqa: E402

from restore_colorize_gimp.dialogs import BORDER_PX  # noqa: E402

__all__ = ["fitted", "outline", "paint", "pixbuf", "slider"]


def paint(
    context: object, picture: GdkPixbuf.Pixbuf, box: tuple[float, float, float, float], edge: float
) -> None:
    """Paint a picture into a box (left, top, width, height), of it what lies right of an edge."""
    left, top, width, height = box
    context.save()
    context.rectangle(edge, top, left + width - edge, height)
    context.clip()
    context.translate(left, top)
    context.scale(width / picture.get_width(), height / picture.get_height())
    Gdk.cairo_set_source_pixbuf(context, picture, 0, 0)
    context.paint()
    context.restore()


def outline(context: object, box: tuple[float, float, float, float]) -> None:
    """Draw the edges of a box (left, top, width, height) so that they show on dark and bright."""
    for shade, line in ((0.0, 3.0), (1.0, 1.0)):
        context.set_source_rgb(shade, shade, shade)
        context.set_line_width(line)
        context.rectangle(*box)
        context.stroke()


def slider(
    area: Gtk.Box, text: str, value: float, upper: float, changed: Callable[[], object]
) -> Gtk.Adjustment:
    """Add a labeled slider from 0 to ``upper``, which calls ``changed`` when it moves."""
    row = Gtk.Box(spacing=BORDER_PX)
    adjustment = Gtk.Adjustment(value=value, lower=0.0, upper=upper, step_increment=0.01)
    scale = Gtk.Scale(
        adjustment=adjustment, digits=2, hexpand=True, value_pos=Gtk.PositionType.RIGHT
    )
    label = Gtk.Label(
        label=text, use_underline=True, mnemonic_widget=scale, width_chars=16, xalign=0
    )
    scale.get_accessible().set_name(text.replace("_", ""))
    row.pack_start(label, False, False, 0)
    row.pack_start(scale, True, True, 0)
    area.pack_start(row, False, False, 0)
    adjustment.connect("value-changed", lambda _: changed())
    return adjustment


def pixbuf(pixels: Pixels, mask: Pixels | None = None) -> GdkPixbuf.Pixbuf:
    """Return 8-bit pixels, gray or in color, for the screen; an 8-bit mask becomes their alpha."""
    samples, alpha = pixels.view(), pixels.channels - 1 if pixels.has_alpha else None
    is_gray = pixels.channels - pixels.has_alpha == 1
    planes = [bytes(samples[at :: pixels.channels]) for at in ((0, 0, 0) if is_gray else (0, 1, 2))]
    if mask is not None:
        planes.append(bytes(mask.view()))
    elif alpha is not None:
        planes.append(bytes(samples[alpha :: pixels.channels]))
    data = bytearray(pixels.width * pixels.height * len(planes))
    for at, plane in enumerate(planes):
        data[at :: len(planes)] = plane
    return GdkPixbuf.Pixbuf.new_from_bytes(
        GLib.Bytes.new(bytes(data)),
        GdkPixbuf.Colorspace.RGB,
        len(planes) == 4,
        8,
        pixels.width,
        pixels.height,
        pixels.width * len(planes),
    )


def fitted(picture: GdkPixbuf.Pixbuf, side: int) -> GdkPixbuf.Pixbuf:
    """Return a picture scaled so that its longer side is ``side`` pixels."""
    scale = side / max(picture.get_width(), picture.get_height())
    width, height = (
        max(1, round(each * scale)) for each in (picture.get_width(), picture.get_height())
    )
    return picture.scale_simple(width, height, GdkPixbuf.InterpType.BILINEAR)
