"""``pdb``: procedures of GIMP 2.10 by their names, called with the arguments of then."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from gi.repository import Gimp

from gimpfu_bindings import exporting, remembered, tables
from gimpfu_bindings.database import CancelError, error, pdb
from gimpfu_bindings.tables import Alias
from gimpfu_bindings.values import (
    UnfitError,
    from_results,
    is_array,
    to_argument,
    to_choice,
    without_counts,
)

NONINTERACTIVE = 1


class Procedure:
    """One procedure of the database, as scripts call it."""

    def __init__(self, name: str) -> None:
        self.proc_name = name

    def __call__(self, *arguments: Any, run_mode: int = NONINTERACTIVE) -> Any:
        """Run it; return None, its one result, or a tuple of them. Raises RuntimeError."""
        alias = tables.aliases().get(self.proc_name)
        if alias is None or alias.kind == "procedure":
            return _run(self.proc_name, alias, arguments, run_mode)
        if alias.kind == "gone":
            raise error(f"GIMP 3 has no procedure {self.proc_name}. {alias.told}")
        return _replace(alias, arguments)

    def __repr__(self) -> str:
        return f"<pdb function {self.proc_name}>"

    @property
    def _found(self) -> Gimp.Procedure:
        return _lookup(self.proc_name)

    proc_blurb = property(lambda self: self._found.get_blurb())
    proc_help = property(lambda self: self._found.get_help())
    proc_author = property(lambda self: self._found.get_authors())
    proc_copyright = property(lambda self: self._found.get_copyright())
    proc_date = property(lambda self: self._found.get_date())
    params = property(lambda self: _described(self._found.get_arguments()))
    return_vals = property(lambda self: _described(self._found.get_return_values()))
    nparams = property(lambda self: len(self.params))
    nreturn_vals = property(lambda self: len(self.return_vals))


def unknown(name: str) -> str:
    """Say that there is no such procedure, and which has a name like it."""
    known = [*tables.aliases(), *tables.procedures()]
    near = difflib.get_close_matches(name, known, 1, 0.85)
    hint = f" Did you mean {near[0]}?" if near else ""
    return f"GIMP has no procedure {name}: it belongs to a plug-in that is not installed.{hint}"


def exists(name: str) -> bool:
    """Whether scripts can call a procedure of this name, which is written with ``-``."""
    return name in tables.aliases() or _in_gimp(name) is not None


def _in_gimp(name: str) -> Gimp.Procedure | None:
    """Find a procedure; plug-ins of GIMP 3 need not be called ``plug-in-`` any more."""
    found = Gimp.get_pdb().lookup_procedure(name)
    if found is None and name.startswith("plug-in-"):
        found = Gimp.get_pdb().lookup_procedure(name.removeprefix("plug-in-"))
    return found


def _lookup(name: str) -> Gimp.Procedure:
    alias = tables.aliases().get(name)
    own = alias.new if alias is not None and alias.kind == "procedure" else name
    found = _in_gimp(own)
    if found is None:
        raise error(unknown(own))
    return found


def _described(specs: Sequence[Any]) -> tuple[tuple[str, str, str], ...]:
    return tuple((spec.value_type.name, spec.name, spec.get_blurb() or "") for spec in specs)


def _replace(alias: Alias, arguments: Sequence[Any]) -> Any:
    """Do what a function or an operation does in place of the old procedure."""
    from gimpfu_bindings import operations, replacements

    try:
        if alias.kind == "operation":
            return operations.merge(alias, arguments)
        return getattr(replacements, alias.told)(*arguments)
    except TypeError as wrong:  # the wrong number of arguments, or one that does not fit
        raise error(f"{alias.old}: {wrong}") from wrong


def _run(name: str, alias: Alias | None, arguments: Sequence[Any], run_mode: int) -> Any:
    found = _lookup(name)
    specs = list(found.get_arguments())
    config = found.create_config()
    if specs and specs[0].name == "run-mode":
        config.set_property("run-mode", run_mode)
        specs = specs[1:]
        arguments = _without_run_mode(specs, arguments)
    try:
        placed, named = alias.arranged(arguments) if alias else (list(arguments), {})
        kinds = [spec.value_type.name for spec in specs]
        _set_all(config, specs, without_counts(kinds, placed), is_strict=name[:5] == "gimp-")
        for spec in specs:
            if spec.name in named:
                _set(config, spec, named[spec.name])
    except (TypeError, ValueError) as wrong:
        raise error(f"{name}: {wrong}") from wrong
    with _written(config, alias, arguments):
        results = found.run(config)
    _raise_unless_done(name, results)
    if alias is not None and alias.new.endswith("-load"):
        remembered.set_loaded_file(results.index(1), config.get_property("file"))
    told = from_results([spec.value_type.name for spec in found.get_return_values()], results)
    return told[0] if len(told) == 1 else told or None


def run_new(name: str, *arguments: Any) -> Any:
    """Call a procedure of GIMP 3 as it is, whatever the alias table says of its name."""
    return _run(name, None, arguments, NONINTERACTIVE)


@contextmanager
def _written(config: Any, alias: Alias | None, arguments: Sequence[Any]) -> Iterator[None]:
    """Let a procedure that exports write the drawable, old scripts' second argument, alone."""
    if alias is None or not alias.new.endswith("-export"):
        yield
        return
    image, drawable = config.get_property("image"), to_argument("GimpDrawable", arguments[1])
    with exporting.written(image, drawable, alias.new.split("-")[1]) as shown:
        config.set_property("image", shown)
        yield


def _without_run_mode(specs: Sequence[Any], arguments: Sequence[Any]) -> Sequence[Any]:
    """Leave out a run mode that was given in spite of 2.10's manners."""
    wants_object = bool(specs) and specs[0].value_type.name in ("GimpImage", "GFile")
    is_given = bool(arguments) and isinstance(arguments[0], int)
    return arguments[1:] if wants_object and is_given and len(arguments) > 1 else arguments


def _set_all(config: Any, specs: Sequence[Any], values: Sequence[Any], is_strict: bool) -> None:
    if len(values) > len(specs) or (is_strict and len(values) < len(specs)):
        raise UnfitError(f"takes {len(specs)} arguments, {len(values)} were given")
    for spec, value in zip(specs, values, strict=False):
        _set(config, spec, value)


def _set(config: Any, spec: Any, value: Any) -> None:
    kind = spec.value_type.name
    if spec.__gtype__.name == "GimpParamChoice":
        value = to_choice(spec, value)
    if kind == "GimpExportOptions":
        return
    fitted = to_argument(kind, value)
    low, high = getattr(spec, "minimum", None), getattr(spec, "maximum", None)
    if isinstance(fitted, (int, float)) and low is not None and not low <= fitted <= high:
        raise UnfitError(f"{spec.name} is {fitted:g} and must lie within {low:g} and {high:g}")
    if kind == "GimpCoreObjectArray":
        config.set_core_object_array(spec.name, fitted)
    elif kind == "GimpColorArray":
        config.set_color_array(spec.name, fitted)
    elif fitted is not None or not is_array(kind):
        config.set_property(spec.name, fitted)


def _raise_unless_done(name: str, results: Gimp.ValueArray) -> None:
    status = int(results.index(0))
    if status == int(Gimp.PDBStatusType.SUCCESS):
        return
    if status == int(Gimp.PDBStatusType.CANCEL):
        raise CancelError(f"{name} was cancelled")
    told = Gimp.get_pdb().get_last_error().strip()
    if told in ("", "success", "execution error", "calling error"):
        told = "it failed without a word"
    raise error(told if name in told else f"{name}: {told}")


__all__ = ["CancelError", "Procedure", "error", "pdb", "run_new", "unknown"]
