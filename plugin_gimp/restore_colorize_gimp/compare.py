"""The large picture of the candidate window: the photograph, and right of a line the candidate."""

from __future__ import annotations

import gi

gi.require_version("Atk", "1.0")
gi.require_version("Gtk", "3.0")
gi.require_version("Gdk", "3.0")
from gi.repository import Atk, Gdk, GdkPixbuf, Gtk  # noqa: E402

from restore_colorize_gimp.translation import _  # noqa: E402
from restore_colorize_gimp.views import outline, paint, slider  # noqa: E402

__all__ = ["CompareView"]

SMALLEST_PX = 200


class CompareView:
    """Shows ``before`` and ``after`` in one place, with a slider below, or dragged with a pointer.

    Both pictures may have any size; they are drawn over each other.
    """

    def __init__(self, area: Gtk.Box, before: GdkPixbuf.Pixbuf) -> None:
        self._before = before
        self._after: GdkPixbuf.Pixbuf | None = None
        self.widget = Gtk.DrawingArea()
        self.widget.set_size_request(SMALLEST_PX, SMALLEST_PX)
        self.widget.add_events(Gdk.EventMask.BUTTON_PRESS_MASK | Gdk.EventMask.BUTTON1_MOTION_MASK)
        self.widget.connect("draw", self._draw)
        self.widget.connect("button-press-event", self._drag)
        self.widget.connect("motion-notify-event", self._drag)
        accessible = self.widget.get_accessible()
        accessible.set_role(Atk.Role.IMAGE)
        accessible.set_name(_("Before and after"))
        area.pack_start(self.widget, True, True, 0)
        self._split = slider(area, _("_Before and after"), 0.5, 1.0, self.widget.queue_draw)

    def begin(self, before: GdkPixbuf.Pixbuf) -> None:
        """Show another picture alone, until there is something to compare it with."""
        self._before, self._after = before, None
        self.widget.queue_draw()

    def show(self, after: GdkPixbuf.Pixbuf, name: str) -> None:
        """Show a candidate, and tell screen readers which."""
        self._after = after
        self.widget.get_accessible().set_description(name)
        self.widget.queue_draw()

    def _box(self) -> tuple[float, float, float, float]:
        """Return left, top, width and height of the pictures in the widget."""
        width, height = self.widget.get_allocated_width(), self.widget.get_allocated_height()
        scale = min(width / self._before.get_width(), height / self._before.get_height())
        own = self._before.get_width() * scale, self._before.get_height() * scale
        return (width - own[0]) / 2, (height - own[1]) / 2, *own

    def _drag(self, widget: Gtk.Widget, event: Gdk.Event) -> bool:
        left, _top, width, _height = self._box()
        self._split.set_value((event.x - left) / width)
        return True

    def _draw(self, widget: Gtk.Widget, context: object) -> None:
        left, top, width, height = box = self._box()
        paint(context, self._before, box, left)
        if self._after is not None:
            edge = left + width * self._split.get_value()
            paint(context, self._after, box, edge)
            outline(context, (edge, top, 0.0, height))
