"""How a registered script is run: its dialog, its function's arguments, results and failures."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Any

from gi.repository import Gimp, GLib, GObject

from gimpfu_bindings import images  # noqa: F401 - wraps what scripts are given
from gimpfu_bindings.database import CancelError
from gimpfu_bindings.faults import sentence
from gimpfu_bindings.kinds import PF_CHANNEL, PF_LAYER
from gimpfu_bindings.parameters import value_of
from gimpfu_bindings.scripts import Script
from gimpfu_bindings.values import from_gimp, to_argument

_WANTED = {PF_LAYER: (Gimp.Layer, "layer"), PF_CHANNEL: (Gimp.Channel, "channel")}


class UnfitDrawableError(Exception):
    """What is active is of another kind than the script works on."""


def run_on_image(
    procedure: Gimp.Procedure,
    run_mode: Gimp.RunMode,
    image: Gimp.Image,
    drawables: Sequence[Gimp.Drawable],
    config: Gimp.ProcedureConfig,
    script: Script,
) -> Gimp.ValueArray:
    """Run a script on an image, and on what is active in it if the script wants that."""

    def lead() -> list[Any]:
        things: list[Any] = [image]
        if script.takes_drawable:
            things.append(_fit(drawables, script.lead[1]))
        return [from_gimp(thing) for thing in things]

    return run(procedure, run_mode, config, script, lead)


def _fit(drawables: Sequence[Gimp.Drawable], kind: int) -> Gimp.Drawable:
    """Return the first of the drawables, if it is of the kind that the script wants."""
    if not drawables:
        raise UnfitDrawableError("Select a layer first.")
    wanted, word = _WANTED.get(kind, (Gimp.Drawable, "drawable"))
    if not isinstance(drawables[0], wanted):
        raise UnfitDrawableError(f"Select a {word} first: this works on no other drawable.")
    return drawables[0]


def run(
    procedure: Gimp.Procedure,
    run_mode: Gimp.RunMode,
    config: Gimp.ProcedureConfig,
    script: Script,
    lead: Callable[[], list[Any]] = list,
) -> Gimp.ValueArray:
    """Run a script with what ``lead`` returns and its parameters; a failure is told, not raised."""
    status = Gimp.PDBStatusType
    is_interactive = int(run_mode) == int(Gimp.RunMode.INTERACTIVE)
    try:
        first = lead()
        if is_interactive and script.parameters:
            from gimpfu_bindings import dialogs

            if not dialogs.ask(procedure, config, script):
                return procedure.new_return_values(status.CANCEL, None)
        if is_interactive:
            Gimp.progress_init(script.title)  # with a button that ends a script
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
