"""A small photograph with a frame on it, which the pointer or the arrow keys move."""

from __future__ import annotations

from collections.abc import Callable

import gi

gi.require_version("Atk", "1.0")
gi.require_version("Gtk", "3.0")
gi.require_version("Gdk", "3.0")
from gi.repository import Atk, Gdk, GdkPixbuf, Gtk  # noqa: E402
from restore_colorize_client.editing import Box, around  # noqa: E402

from restore_colorize_gimp.translation import _  # noqa: E402
from restore_colorize_gimp.views import outline, paint  # noqa: E402

__all__ = ["FrameView"]

STEPS_IN_A_FRAME = 4  # of the arrow keys; with Shift many more
FINE_STEPS_IN_A_FRAME = 32
_ARROWS = {
    Gdk.KEY_Left: (-1, 0),
    Gdk.KEY_Right: (1, 0),
    Gdk.KEY_Up: (0, -1),
    Gdk.KEY_Down: (0, 1),
}


class FrameView:
    """Shows where ``box``, a square of at most ``side`` pixels, lies in a picture of ``size``.

    picture: the photograph, small. changed: called when the frame was moved.
    """

    def __init__(
        self,
        picture: GdkPixbuf.Pixbuf,
        size: tuple[int, int],
        side: int,
        changed: Callable[[], object],
    ) -> None:
        self._picture = picture
        self._size = size
        self._side = side
        self._changed = changed
        self.box: Box = around(size[0] // 2, size[1] // 2, side, *size)
        self.widget = Gtk.DrawingArea(can_focus=True)
        self.widget.set_size_request(picture.get_width(), picture.get_height())
        self.widget.add_events(
            Gdk.EventMask.BUTTON_PRESS_MASK
            | Gdk.EventMask.BUTTON1_MOTION_MASK
            | Gdk.EventMask.KEY_PRESS_MASK
        )
        self.widget.connect("draw", self._draw)
        self.widget.connect("button-press-event", self._drag)
        self.widget.connect("motion-notify-event", self._drag)
        self.widget.connect("key-press-event", self._press)
        self.widget.set_tooltip_text(_("Drag the frame, or move it with the arrow keys"))
        accessible = self.widget.get_accessible()
        accessible.set_role(Atk.Role.IMAGE)
        accessible.set_name(_("Part to preview"))
        self._describe()

    def _move(self, x: float, y: float) -> None:
        """Put the frame's middle as near to a point of the photograph as its edges allow."""
        box = around(round(x), round(y), self._side, *self._size)
        if box != self.box:
            self.box = box
            self._describe()
            self.widget.queue_draw()
            self._changed()

    def _drag(self, widget: Gtk.Widget, event: Gdk.Event) -> bool:
        widget.grab_focus()
        left, top, scale = self._place()
        self._move((event.x - left) / scale, (event.y - top) / scale)
        return True

    def _press(self, widget: Gtk.Widget, event: Gdk.EventKey) -> bool:
        if event.keyval not in _ARROWS:
            return False
        is_fine = event.state & Gdk.ModifierType.SHIFT_MASK
        step = max(1, self._side // (FINE_STEPS_IN_A_FRAME if is_fine else STEPS_IN_A_FRAME))
        x, y = _ARROWS[event.keyval]
        left, top, width, height = self.box
        self._move(left + width // 2 + x * step, top + height // 2 + y * step)
        return True

    def _describe(self) -> None:
        left, top, width, height = self.box
        text = _("{width} × {height} pixels at {left}, {top}; arrow keys move it")
        self.widget.get_accessible().set_description(
            text.format(width=width, height=height, left=left, top=top)
        )

    def _place(self) -> tuple[float, float, float]:
        """Return where in the widget the photograph begins, and its scale."""
        width, height = self.widget.get_allocated_width(), self.widget.get_allocated_height()
        scale = min(width / self._size[0], height / self._size[1])
        left, top = (width - self._size[0] * scale) / 2, (height - self._size[1] * scale) / 2
        return left, top, scale

    def _draw(self, widget: Gtk.Widget, context: object) -> None:
        """Paint the photograph, and the frame so that it shows on dark and on bright."""
        left, top, scale = self._place()
        place = (left, top, self._size[0] * scale, self._size[1] * scale)
        paint(context, self._picture, place, left)
        x, y, width, height = (value * scale for value in self.box)
        outline(context, (left + x, top + y, width, height))
        if widget.has_focus():
            Gtk.render_focus(widget.get_style_context(), context, *place)
