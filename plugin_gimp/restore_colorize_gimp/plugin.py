"""The plug-in as GIMP sees it: registers the entries, and lets no error end unseen."""

from __future__ import annotations

import sys
import traceback
from typing import Any

import gi

gi.require_version("Gimp", "3.0")
gi.require_version("Gegl", "0.4")
from gi.repository import Gimp, GLib, GObject  # noqa: E402

from restore_colorize_gimp.entries import ENTRIES, Entry  # noqa: E402
from restore_colorize_gimp.translation import CATALOG, _  # noqa: E402

__all__ = ["main"]

MENU = "<Image>/Filters/Restore & Colorize"
_MASK = Gimp.ProcedureSensitivityMask
# All that there is: an entry that is grayed out cannot say why.
ALWAYS = _MASK.DRAWABLE | _MASK.DRAWABLES | _MASK.NO_DRAWABLES | _MASK.NO_IMAGE


class RestoreColorize(Gimp.PlugIn):
    """Filters > Restore & Colorize."""

    __gtype_name__ = "RestoreColorize"

    def do_set_i18n(self, name: str) -> bool:
        return False  # GIMP gets texts that are localized already, see translation.py

    def do_query_procedures(self) -> list[str]:
        return list(ENTRIES)

    def do_create_procedure(self, name: str) -> Gimp.Procedure:
        entry = ENTRIES[name]
        if entry.needs_image:
            procedure = Gimp.ImageProcedure.new(
                self, name, Gimp.PDBProcType.PLUGIN, _run_on_image, entry
            )
            procedure.set_image_types("*")
            procedure.set_sensitivity_mask(ALWAYS)
        else:
            procedure = Gimp.Procedure.new(self, name, Gimp.PDBProcType.PLUGIN, _run, entry)
            procedure.add_enum_argument(
                "run-mode",
                _("Run mode"),
                _("How to run"),
                Gimp.RunMode,
                Gimp.RunMode.NONINTERACTIVE,
                GObject.ParamFlags.READWRITE,
            )
        procedure.set_menu_label(entry.label)
        procedure.add_menu_path(MENU)
        procedure.set_documentation(entry.blurb, entry.blurb, name)
        procedure.set_attribution("Restore & Colorize", "Restore & Colorize, MIT license", "2026")
        for add in entry.arguments:
            add(procedure)
        for add in entry.returns:
            add(procedure)
        return procedure


def _run_on_image(
    procedure: Gimp.Procedure,
    run_mode: Gimp.RunMode,
    image: Gimp.Image | None,
    drawables: list[Gimp.Drawable],
    config: Gimp.ProcedureConfig,
    entry: Entry,
) -> Gimp.ValueArray:
    return _guarded(entry, procedure, run_mode, config, image, drawables)


def _run(procedure: Gimp.Procedure, config: Gimp.ProcedureConfig, entry: Entry) -> Gimp.ValueArray:
    return _guarded(entry, procedure, config.get_property("run-mode"), config, None, [])


def _guarded(entry: Entry, procedure: Gimp.Procedure, *given: Any) -> Gimp.ValueArray:
    """Run an entry; whatever it raises becomes a sentence that GIMP shows."""
    from restore_colorize_client import CancelledError, ClientError
    from restore_colorize_client.editing import translate_with

    from restore_colorize_gimp.call import Call

    translate_with(CATALOG)
    status, message, report = Gimp.PDBStatusType.SUCCESS, "", None
    try:
        report = Call(entry, procedure, *given).run()
    except CancelledError as error:
        status, message = Gimp.PDBStatusType.CANCEL, str(error)
    except ClientError as error:
        status, message = Gimp.PDBStatusType.EXECUTION_ERROR, str(error)
    except Exception as error:
        traceback.print_exc()
        status = Gimp.PDBStatusType.EXECUTION_ERROR
        message = _(
            "The plug-in failed unexpectedly ({error}): please report it with the steps that led "
            "here."
        ).format(error=f"{type(error).__name__}: {error}")
    problem = (
        GLib.Error.new_literal(Gimp.PlugIn.error_quark(), message, 0)
        if status == Gimp.PDBStatusType.EXECUTION_ERROR
        else None
    )
    values = procedure.new_return_values(status, problem)
    if status == Gimp.PDBStatusType.SUCCESS:
        for place, value in enumerate(_returned(report), 1):
            values.remove(place)
            values.insert(place, value)
    return values


def _returned(report: str | list[GObject.Value] | None) -> list[GObject.Value]:
    """Return what a procedure gives beside its status; most give nothing or one text."""
    if isinstance(report, str):
        return [GObject.Value(GObject.TYPE_STRING, report)]
    return report or []


def main() -> None:
    """Hand this process to GIMP."""
    Gimp.main(RestoreColorize.__gtype__, sys.argv)
