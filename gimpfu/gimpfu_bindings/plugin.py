"""``main()``: the registered scripts as one plug-in of GIMP 3, and how they are run."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Any

import gi

gi.require_version("Gimp", "3.0")
gi.require_version("Gegl", "0.4")
from gi.repository import Gegl, Gimp, GLib, GObject  # noqa: E402

from gimpfu_bindings import scripts  # noqa: E402
from gimpfu_bindings.faults import BrokenScriptError, sentence  # noqa: E402
from gimpfu_bindings.kinds import PF_CHANNEL, PF_COLOR, PF_LAYER  # noqa: E402
from gimpfu_bindings.parameters import add_argument, add_result, value_of  # noqa: E402
from gimpfu_bindings.procedures import CancelError  # noqa: E402
from gimpfu_bindings.scripts import Script  # noqa: E402
from gimpfu_bindings.values import from_gimp, to_argument  # noqa: E402

_WANTED = {PF_LAYER: (Gimp.Layer, "layer"), PF_CHANNEL: (Gimp.Channel, "channel")}


class UnfitDrawableError(Exception):
    """What is active is of another kind than the script works on."""


class LegacyPlugIn(Gimp.PlugIn):
    """All procedures that one script registered."""

    __gtype_name__ = "GimpfuLegacyPlugIn"

    def do_set_i18n(self, name: str) -> bool:
        """Say that there are no translations of GIMP's kind."""
        return False

    def do_query_procedures(self) -> list[str]:
        """Return the names of the registered procedures."""
        results = [result for script in scripts.registered.values() for result in script.results]
        asked = [each for script in scripts.registered.values() for each in script.parameters]
        if PF_COLOR in [each.kind for each in asked] + [result[0] for result in results]:
            Gegl.init(None)  # GIMP 3.0 does so for runs, not for queries, and colors end without
        return list(scripts.registered)

    def do_create_procedure(self, name: str) -> Gimp.Procedure:
        """Describe one of them to GIMP."""
        return _described(self, scripts.registered[name])


def main() -> None:
    """Hand the registered procedures to GIMP, and run the one that it asks for."""
    Gimp.main(LegacyPlugIn.__gtype__, sys.argv)


def _described(plugin: Gimp.PlugIn, script: Script) -> Gimp.Procedure:
    kind = Gimp.PDBProcType.PLUGIN
    if script.takes_image:
        made = Gimp.ImageProcedure.new(plugin, script.name, kind, _run_on_image, script)
        made.set_image_types(script.image_types)
        mask = Gimp.ProcedureSensitivityMask
        wanted = mask.DRAWABLE | mask.DRAWABLES
        made.set_sensitivity_mask(wanted if script.takes_drawable else wanted | mask.NO_DRAWABLES)
    else:
        made = Gimp.Procedure.new(plugin, script.name, kind, _run_alone, script)
        made.add_enum_argument(
            "run-mode", "Run mode", "How it is run", Gimp.RunMode, Gimp.RunMode.NONINTERACTIVE,
            GObject.ParamFlags.READWRITE,
        )  # fmt: skip
    for parameter in script.parameters:
        add_argument(made, parameter)
    for result in script.results:
        add_result(made, result)
    if script.label and script.menu:
        made.set_menu_label(script.label)
        for menu in [script.menu, *scripts.menus.get(script.name, [])]:
            made.add_menu_path(menu)
    made.set_documentation(script.blurb, script.help, script.name)
    made.set_attribution(script.author, script.copyright, script.date)
    return made


def _run_on_image(
    procedure: Gimp.Procedure,
    run_mode: Gimp.RunMode,
    image: Gimp.Image,
    drawables: Sequence[Gimp.Drawable],
    config: Gimp.ProcedureConfig,
    script: Script,
) -> Gimp.ValueArray:
    def lead() -> list[Any]:
        things: list[Any] = [image]
        if script.takes_drawable:
            things.append(_fit(drawables, script.lead[1]))
        return [from_gimp(thing) for thing in things]

    return _run(procedure, run_mode, config, script, lead)


def _run_alone(
    procedure: Gimp.Procedure, config: Gimp.ProcedureConfig, script: Script
) -> Gimp.ValueArray:
    return _run(procedure, config.get_property("run-mode"), config, script, list)


def _fit(drawables: Sequence[Gimp.Drawable], kind: int) -> Gimp.Drawable:
    """Return the first of the drawables, if it is of the kind that the script wants."""
    if not drawables:
        raise UnfitDrawableError("Select a layer first.")
    wanted, word = _WANTED.get(kind, (Gimp.Drawable, "drawable"))
    if not isinstance(drawables[0], wanted):
        raise UnfitDrawableError(f"Select a {word} first: this works on no other drawable.")
    return drawables[0]


def _run(
    procedure: Gimp.Procedure, run_mode: Gimp.RunMode, config: Any, script: Script, lead: Any
) -> Gimp.ValueArray:
    status = Gimp.PDBStatusType
    is_interactive = int(run_mode) == int(Gimp.RunMode.INTERACTIVE)
    try:
        first = lead()
        if is_interactive and script.parameters:
            from gimpfu_bindings import dialogs

            if not dialogs.ask(procedure, config, script):
                return procedure.new_return_values(status.CANCEL, None)
        values = [value_of(parameter, config) for parameter in script.parameters]
        results = script.function(*first, *values)
        if is_interactive:
            Gimp.displays_flush()
        return _returned(procedure, script, results)
    except CancelError:
        return procedure.new_return_values(status.CANCEL, None)
    except SystemExit as leaving:
        if not leaving.code:
            return _returned(procedure, script, None)
        return _failed(procedure, f"{script.name} ended with {leaving.code}")
    except UnfitDrawableError as unfit:
        return _failed(procedure, str(unfit))
    except BaseException as wrong:
        return _failed(procedure, sentence(wrong, sys.argv[0]))


def _failed(procedure: Gimp.Procedure, text: str) -> Gimp.ValueArray:
    told = GLib.Error.new_literal(Gimp.PlugIn.error_quark(), text, 0)
    return procedure.new_return_values(Gimp.PDBStatusType.EXECUTION_ERROR, told)


def _returned(procedure: Gimp.Procedure, script: Script, results: Any) -> Gimp.ValueArray:
    """Return the function's result or results; missing ones keep their defaults."""
    told = procedure.new_return_values(Gimp.PDBStatusType.SUCCESS, None)
    several = results if isinstance(results, (tuple, list)) else (results,)
    specs = procedure.get_return_values()
    for index, (spec, value) in enumerate(zip(specs, several, strict=False), start=1):
        if value is None:
            continue
        holder = GObject.Value()
        holder.init(spec.value_type)
        holder.set_value(to_argument(spec.value_type.name, value))
        told.remove(index)
        told.insert(index, holder)
    return told


def give_up(path: str, text: str) -> None:
    """Register one procedure that tells why a script cannot be used; its entry is in Filters.

    So the user meets the reason where the script would be, and GIMP does not read it at each start.
    """

    def explain() -> None:
        raise BrokenScriptError(text)

    scripts.registered.clear()
    stem = os.path.splitext(os.path.basename(path))[0]
    name = "".join(char if char.isascii() and char.isalnum() else "-" for char in stem)
    scripts.register(
        f"{name}-cannot-run", text, text, "", "", "", stem, "", [], [], explain,
        menu="<Image>/Filters/Scripts that cannot run",
    )  # fmt: skip
    main()
