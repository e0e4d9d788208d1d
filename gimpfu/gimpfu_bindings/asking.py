"""What procedures and plug-ins there are, as scripts of GIMP 2.10 asked."""

from __future__ import annotations

from typing import Any

from gi.repository import Gimp

from gimpfu_bindings.procedures import pdb, run_new


def procedure_exists(name: str) -> int:
    """Say whether there is a procedure, under its old or its new name."""
    return int(name in pdb)


def query_procedures(*patterns: str) -> tuple[int, tuple[str, ...]]:
    """Return the count and the names of the procedures that fit regular expressions."""
    names = tuple(pdb.query(*patterns))
    return len(names), names


def query_plugins(pattern: str) -> tuple[Any, ...]:
    """Return of each entry of a plug-in in the menus, each list after its length: place, keys,
    file, image types, time of installation, procedure.
    """
    found = run_new("gimp-plug-ins-query", pattern)
    names, keys, files, times = (found[at] for at in (1, 3, 5, 7))
    procedures = [Gimp.get_pdb().lookup_procedure(name) for name in names]
    places = tuple(_place(each) for each in procedures)
    types = tuple(_image_types(each) for each in procedures)
    told: list[Any] = []
    for column in (places, keys, files, types, times, names):
        told += [len(column), column]
    return tuple(told)


def _place(procedure: Gimp.Procedure | None) -> str:
    """Return the first menu in which a procedure is, with its label."""
    paths = procedure.get_menu_paths() if procedure is not None else []
    return f"{paths[0]}/{procedure.get_menu_label()}" if paths else ""


def _image_types(procedure: Gimp.Procedure | None) -> str:
    return (procedure.get_image_types() or "") if procedure is not None else ""
