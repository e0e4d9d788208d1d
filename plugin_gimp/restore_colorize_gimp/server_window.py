"""The window of *Server…*: a server's live state, its start and stop, and the choice of one."""

from __future__ import annotations

import os
import shutil
import time
from dataclasses import replace

import gi

gi.require_version("Gtk", "3.0")
gi.require_version("GimpUi", "3.0")
from gi.repository import GimpUi, GLib, Gtk  # noqa: E402
from restore_colorize_client import ClientError  # noqa: E402
from restore_colorize_client.editing import (  # noqa: E402
    ServerPlace,
    describe_models,
    describe_server,
    describe_state,
    sandbox_of,
)

from restore_colorize_gimp.dialogs import BORDER_PX, close, text_label  # noqa: E402
from restore_colorize_gimp.jobs import place_file, server_place, stamp  # noqa: E402
from restore_colorize_gimp.server_state import (  # noqa: E402
    ServerState,
    end_server,
    look_at_server,
)
from restore_colorize_gimp.translation import _, ngettext  # noqa: E402
from restore_colorize_gimp.worker import Worker  # noqa: E402

__all__ = ["show_server"]

STEP_MS = 100
AGAIN_S = 2.0
MODELS_PX = 120


def show_server(title: str) -> str:
    """Show the window until it is closed; return the last state in lines."""
    GimpUi.init("restore_colorize_gimp")
    return _Window(title).run()


class _Window:
    """Looks at the server again and again, one worker at a time; widgets follow what it finds."""

    def __init__(self, title: str) -> None:
        self._place = server_place()
        self._state = ServerState(trouble=_("Looking for the server…"))
        self._worker: Worker[ServerState] | None = look_at_server(self._place)
        self._is_busy = False  # with what the user asked for, not only with looking
        self._look_at_s = 0.0
        self._shown_models: list[tuple[list[str], str]] = []
        self._dialog = Gtk.Dialog(title=title)
        self._dialog.add_button(_("_Close"), Gtk.ResponseType.CLOSE)
        area = self._dialog.get_content_area()
        area.set_border_width(BORDER_PX)
        area.set_spacing(BORDER_PX)
        area.pack_start(_framed(_("State"), self._state_box()), False, False, 0)
        area.pack_start(_framed(_("Models"), self._models_box()), True, True, 0)
        self._choice = _Choice(self._place)
        self._choice.button.connect("clicked", self._use)
        area.pack_start(_framed(_("Which server"), self._choice.box), False, False, 0)
        self._show()

    def run(self) -> str:
        """Keep the window on the screen; a start that goes on is left to itself."""
        self._dialog.set_default_size(640, -1)
        self._dialog.show_all()
        timer = GLib.timeout_add(STEP_MS, self._tick)
        while self._dialog.run() == Gtk.ResponseType.OK:
            pass
        GLib.source_remove(timer)
        if self._worker is not None:
            self._worker.cancel()
        close(self._dialog)
        state = self._state
        if state.description is None:
            return state.trouble
        return describe_server(state.description, state.address)

    def _state_box(self) -> Gtk.Box:
        self._text = text_label("")
        self._text.set_selectable(True)
        self._start = Gtk.Button(label=_("_Start"), use_underline=True)
        self._stop = Gtk.Button(label=_("S_top"), use_underline=True)
        self._start.connect("clicked", lambda button: self._begin(start=True))
        # Later: a question that opened while a screen reader presses would silence the reader.
        self._stop.connect("clicked", lambda button: GLib.idle_add(self._end))
        buttons = Gtk.Box(spacing=BORDER_PX // 2)
        buttons.pack_start(self._start, False, False, 0)
        buttons.pack_start(self._stop, False, False, 0)
        box = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=BORDER_PX // 2)
        box.pack_start(self._text, False, False, 0)
        box.pack_start(buttons, False, False, 0)
        return box

    def _models_box(self) -> Gtk.ScrolledWindow:
        self._models = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=BORDER_PX // 2)
        scroll = Gtk.ScrolledWindow(hscrollbar_policy=Gtk.PolicyType.NEVER)
        scroll.set_min_content_height(MODELS_PX)
        scroll.add(self._models)
        return scroll

    def _tick(self) -> bool:
        """Take what the worker found, and look again after a while."""
        if self._worker is not None and self._worker.is_done:
            try:
                self._state = self._worker.result()
            except ClientError as error:  # it was cancelled
                self._state = ServerState(trouble=str(error))
            self._worker, self._is_busy = None, False
            self._look_at_s = time.monotonic() + AGAIN_S
            self._show()
        elif self._worker is not None and self._is_busy:
            self._text.set_text(self._worker.text)
        elif self._worker is None and time.monotonic() > self._look_at_s:
            self._worker = look_at_server(self._place)
        return True

    def _begin(self, *, start: bool) -> None:
        """Ask the chosen server anew, at once."""
        if self._worker is not None:
            self._worker.cancel()
        self._worker, self._is_busy = look_at_server(self._place, start=start), True
        self._show()

    def _end(self) -> bool:
        if not self._state.jobs or self._may_stop(self._state.jobs):
            self._worker, self._is_busy = end_server(self._place), True
            self._show()
        return False

    def _may_stop(self, jobs: int) -> bool:
        """Ask before jobs are lost, which may be those of others."""
        question = Gtk.MessageDialog(
            transient_for=self._dialog,
            modal=True,
            message_type=Gtk.MessageType.QUESTION,
            text=ngettext(
                "The server has {count} job, perhaps of another program. Stop it all the same?",
                "The server has {count} jobs, perhaps of other programs. Stop it all the same?",
                jobs,
            ).format(count=jobs),
        )
        question.add_button(_("_Let it run"), Gtk.ResponseType.CANCEL)
        question.add_button(_("Stop _all the same"), Gtk.ResponseType.OK)
        response = question.run()
        close(question)
        return bool(response == Gtk.ResponseType.OK)

    def _use(self, button: Gtk.Button) -> None:
        """Keep the user's choice, and connect to it."""
        self._place = self._choice.place()
        try:
            self._place.save(place_file())
        except OSError as error:
            self._text.set_text(
                _("{file} cannot be written ({reason}).").format(
                    file=place_file(), reason=error.strerror
                )
            )
            return
        self._begin(start=True)

    def _show(self) -> None:
        """Let all widgets say what is known now."""
        found = self._state.description
        text = describe_state(found, self._state.address) if found else self._state.trouble
        self._text.set_text(self._worker.text if self._worker and self._is_busy else text)
        can_start = not self._place.address and self._place.start_command is not None
        self._start.set_sensitive(can_start and found is None and not self._is_busy)
        self._stop.set_sensitive(found is not None and found.loopback and not self._is_busy)
        self._stop.set_tooltip_text(
            None
            if found is None or found.loopback
            else _("Only who runs this server for several people can stop it.")
        )
        models = describe_models(found) if found else []
        if models != self._shown_models:
            self._show_models(models)

    def _show_models(self, models: list[tuple[list[str], str]]) -> None:
        self._shown_models = models
        for child in self._models.get_children():
            self._models.remove(child)
        for titles, terms in models:
            label = text_label("")
            names = GLib.markup_escape_text("\n".join(titles))
            label.set_markup(f"<b>{names}</b>\n{GLib.markup_escape_text(terms)}")
            label.set_selectable(True)
            self._models.pack_start(label, False, False, 0)
        self._models.show_all()


class _Choice:
    """The fields that say which server is used; ``button`` is pressed to use it."""

    def __init__(self, place: ServerPlace) -> None:
        self._place = place
        self.button = Gtk.Button(label=_("C_onnect"), use_underline=True, halign=Gtk.Align.START)
        self._here = Gtk.RadioButton.new_with_mnemonic(
            None, _("The one of t_his computer, started when it is needed")
        )
        self._there = Gtk.RadioButton.new_with_mnemonic_from_widget(self._here, _("A_nother one:"))
        self._address = Gtk.Entry(text=place.address, placeholder_text=_("HOST:PORT"))
        self._token = Gtk.Entry(text=place.token, visibility=False)
        self._token.set_input_purpose(Gtk.InputPurpose.PASSWORD)
        self._fingerprint = Gtk.Entry(text=place.fingerprint, placeholder_text="SHA256:…")
        self._ca_file = _file_entry(place.ca_file, _("Choose the certificate"))
        self._program: Gtk.Entry | None = None
        self.box = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=BORDER_PX // 2)
        self._build()
        self._there.connect("toggled", lambda radio: self._follow())
        self._there.set_active(bool(place.address))
        self._follow()

    def place(self) -> ServerPlace:
        """Return what the fields say; those of the other server are kept for later, but unused."""
        is_there = self._there.get_active()
        return replace(
            self._place,
            address=self._address.get_text().strip() if is_there else "",
            token=self._token.get_text().strip(),
            fingerprint=self._fingerprint.get_text().strip(),
            ca_file=self._ca_file.get_text().strip(),
            python=self._program.get_text().strip() if self._program else self._place.python,
        )

    def _build(self) -> None:
        self.box.pack_start(self._here, False, False, 0)
        sandbox = sandbox_of(os.environ)
        if sandbox:
            note = text_label(ServerPlace().how_to_start())
            note.set_selectable(True)
            note.set_margin_start(2 * BORDER_PX)
            self.box.pack_start(note, False, False, 0)
        elif not stamp().get("python"):
            guess = self._place.python or shutil.which("restore-colorize") or ""
            self._program = _file_entry(guess, _("Choose the program"))
            self._add_fields((_("_Program (restore-colorize, or its Python)"), self._program))
        self.box.pack_start(self._there, False, False, 0)
        self._fields = self._add_fields(
            (_("_Address"), self._address),
            (_("To_ken"), self._token),
            (_("Certificate's _fingerprint"), self._fingerprint),
            (_("Or the certificate's f_ile"), self._ca_file),
        )
        self.box.pack_start(self.button, False, False, 0)

    def _add_fields(self, *rows: tuple[str, Gtk.Entry]) -> Gtk.Grid:
        grid = Gtk.Grid(column_spacing=BORDER_PX, row_spacing=BORDER_PX // 2)
        grid.set_margin_start(2 * BORDER_PX)
        for row, (text, field) in enumerate(rows):
            field.set_hexpand(True)
            field.get_accessible().set_name(text.replace("_", ""))
            field.connect("activate", lambda entry: self.button.clicked())
            label = Gtk.Label(label=text, use_underline=True, mnemonic_widget=field, xalign=0.0)
            grid.attach(label, 0, row, 1, 1)
            grid.attach(field, 1, row, 1, 1)
        self.box.pack_start(grid, False, False, 0)
        return grid

    def _follow(self) -> None:
        self._fields.set_sensitive(self._there.get_active())


def _framed(title: str, inside: Gtk.Widget) -> Gtk.Frame:
    frame = Gtk.Frame(label=title)
    inside.set_property("margin", BORDER_PX)
    frame.add(inside)
    return frame


def _file_entry(path: str, title: str) -> Gtk.Entry:
    """Return a field for a file's path with a button that looks for it."""
    entry = Gtk.Entry(text=path)
    entry.set_icon_from_icon_name(Gtk.EntryIconPosition.SECONDARY, "document-open-symbolic")
    entry.set_icon_tooltip_text(Gtk.EntryIconPosition.SECONDARY, title)

    def choose(field: Gtk.Entry, *icon: object) -> None:
        dialog = Gtk.FileChooserDialog(
            title=title, transient_for=field.get_toplevel(), action=Gtk.FileChooserAction.OPEN
        )
        dialog.add_button(_("_Cancel"), Gtk.ResponseType.CANCEL)
        dialog.add_button(_("_Open"), Gtk.ResponseType.OK)
        if dialog.run() == Gtk.ResponseType.OK:
            field.set_text(dialog.get_filename() or "")
        close(dialog)

    entry.connect("icon-press", choose)
    return entry
