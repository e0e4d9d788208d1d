"""Rows of small pictures to choose from, with the mouse or the keyboard."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import gi

gi.require_version("Gtk", "3.0")
gi.require_version("Gdk", "3.0")
gi.require_version("Pango", "1.0")
from gi.repository import Gdk, GdkPixbuf, Gtk, Pango  # noqa: E402
from restore_colorize_client import Candidate  # noqa: E402

from restore_colorize_gimp.dialogs import BORDER_PX  # noqa: E402
from restore_colorize_gimp.session import Session  # noqa: E402
from restore_colorize_gimp.translation import _  # noqa: E402
from restore_colorize_gimp.views import fitted  # noqa: E402

__all__ = ["Strip", "Tile"]

THUMBNAIL_PX = 96
LABEL_CHARS = 14
ADDING = Gdk.ModifierType.CONTROL_MASK | Gdk.ModifierType.SHIFT_MASK


@dataclass(eq=False)
class Tile:
    """A candidate in a row; ``picture`` is its preview as the job gave it."""

    session: Session
    candidate: Candidate
    picture: GdkPixbuf.Pixbuf
    button: Gtk.ToggleButton
    image: Gtk.Image

    @property
    def name(self) -> str:
        """What it is called, and its score."""
        return _name(self.candidate)

    @property
    def is_chosen(self) -> bool:
        """Whether it is to be inserted."""
        return bool(self.button.get_active())


class Strip:
    """Tiles in a row that scrolls. A tile that has the keyboard is shown, a pressed one is chosen.

    A click chooses one alone, with Ctrl or Shift in addition, as the space bar does.
    """

    def __init__(
        self, title: str, show: Callable[[Tile], None], choose_alone: Callable[[Tile], None]
    ) -> None:
        self.tiles: list[Tile] = []
        self._show = show
        self._choose_alone = choose_alone
        self._row = Gtk.Box(spacing=BORDER_PX // 2)
        self.widget = Gtk.ScrolledWindow(vscrollbar_policy=Gtk.PolicyType.NEVER)
        self.widget.set_propagate_natural_height(True)
        self.widget.set_can_focus(False)  # its tiles can
        self.widget.get_accessible().set_name(title)
        self.widget.add(self._row)
        self._row.set_focus_hadjustment(self.widget.get_hadjustment())

    def add(self, session: Session, candidate: Candidate, picture: GdkPixbuf.Pixbuf) -> Tile:
        """Add a candidate at the end."""
        button = Gtk.ToggleButton()
        label = Gtk.Label(label=_label(candidate), width_chars=LABEL_CHARS)
        label.set_max_width_chars(LABEL_CHARS)
        label.set_ellipsize(Pango.EllipsizeMode.END)
        box = Gtk.Box(orientation=Gtk.Orientation.VERTICAL)
        image = Gtk.Image.new_from_pixbuf(fitted(picture, THUMBNAIL_PX))
        box.pack_start(image, False, False, 0)
        box.pack_start(label, False, False, 0)
        box.pack_start(Gtk.Label(label=f"{candidate.score:.2f}"), False, False, 0)
        button.add(box)
        button.get_accessible().set_name(_name(candidate))
        button.set_tooltip_text(
            _("{name}: {model}, seed {seed}").format(
                name=_name(candidate), model=candidate.model, seed=candidate.seed
            )
        )
        tile = Tile(session, candidate, picture, button, image)
        button.connect("button-press-event", self._pressed, tile)
        button.connect("focus-in-event", lambda *_given: self._show(tile))
        button.connect("toggled", lambda _button: self._toggled(tile, label))
        self.tiles.append(tile)
        self._row.pack_start(button, False, False, 0)
        button.show_all()
        return tile

    def renew(self, session: Session, candidate: int, picture: GdkPixbuf.Pixbuf) -> Tile | None:
        """Show another picture of a candidate, the final one; None where there is no such."""
        for tile in self.tiles:
            if tile.session is session and tile.candidate.index == candidate:
                tile.picture = picture
                tile.image.set_from_pixbuf(fitted(picture, THUMBNAIL_PX))
                return tile
        return None

    def _pressed(self, button: Gtk.ToggleButton, event: Gdk.EventButton, tile: Tile) -> bool:
        button.grab_focus()
        if event.button != 1 or event.state & ADDING:
            return False
        self._choose_alone(tile)
        return True

    def _toggled(self, tile: Tile, label: Gtk.Label) -> None:
        text = _label(tile.candidate)
        label.set_text(f"✓ {text}" if tile.is_chosen else text)
        if tile.is_chosen:
            self._show(tile)


def _label(candidate: Candidate) -> str:
    return candidate.label or _("Candidate {number}").format(number=candidate.index + 1)


def _name(candidate: Candidate) -> str:
    return _("{label}, {score:.2f}").format(label=_label(candidate), score=candidate.score)
