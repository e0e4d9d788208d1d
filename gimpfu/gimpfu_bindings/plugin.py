"""``main()``: the registered scripts as one plug-in of GIMP 3.

GIMP's start reads this for each script, so what only a run needs is imported there.
"""

from __future__ import annotations

import os
import sys
from typing import Any

import gi

gi.require_version("Gimp", "3.0")
gi.require_version("Gegl", "0.4")
gi.require_version("Babl", "0.1")
from gi.repository import Babl, Gimp, GObject  # noqa: E402

from gimpfu_bindings import scripts  # noqa: E402
from gimpfu_bindings.faults import BrokenScriptError, limit  # noqa: E402
from gimpfu_bindings.kinds import PF_COLOR  # noqa: E402
from gimpfu_bindings.scripts import Script  # noqa: E402


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
            Babl.init()  # GIMP 3.0 does so for runs, not for queries, and colors end without
        return list(scripts.registered)

    def do_create_procedure(self, name: str) -> Gimp.Procedure:
        """Describe one of them to GIMP."""
        return _described(self, scripts.registered[name])


def main() -> None:
    """Hand the registered procedures to GIMP, and run the one that it asks for."""
    limit(0)
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
    if script.parameters or script.results:
        from gimpfu_bindings.arguments import add_argument, add_result
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


def _run_on_image(*given: Any) -> Gimp.ValueArray:
    from gimpfu_bindings import running

    return running.run_on_image(*given)


def _run_alone(
    procedure: Gimp.Procedure, config: Gimp.ProcedureConfig, script: Script
) -> Gimp.ValueArray:
    from gimpfu_bindings import running

    return running.run(procedure, config.get_property("run-mode"), config, script)


def give_up(path: str, text: str) -> None:
    """Register one procedure that tells why a script cannot be used; its entry is in Filters.

    So the user meets the reason where the script would be, and GIMP does not read it at each start.
    """

    def explain() -> None:
        raise BrokenScriptError(text)

    scripts.registered.clear()
    stem = os.path.splitext(os.path.basename(path))[0]
    name = "".join(char if char.isascii() and char.isalnum() else "-" for char in stem)
    label = stem.replace("_", "__")  # one would mark a mnemonic
    scripts.register(
        f"{name}-cannot-run", text, text, "", "", "", label, "", [], [], explain,
        menu="<Image>/Filters/Scripts that cannot run",
    )  # fmt: skip
    main()
