"""Starts a script of GIMP 2.10 as a plug-in of GIMP 3."""

from __future__ import annotations

import importlib.machinery
import importlib.util
import os
import sys
from collections.abc import Sequence
from types import CodeType, ModuleType
from typing import Any

from gimpfu_bindings import faults, python2, semantics

READING_S = 20.0  # of processor time, until a script has said what it registers


class _Neighbours:
    """Finds the modules and packages that lie beside a script, and converts them like it."""

    def __init__(self, folder: str) -> None:
        self._folder = folder

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> Any:
        for folder in [self._folder] if path is None else path:
            if not os.path.join(folder, "").startswith(os.path.join(self._folder, "")):
                continue
            place = os.path.join(folder, fullname.rpartition(".")[2])
            inside = os.path.join(place, "__init__.py")
            for file, inner in ((f"{place}.py", None), (inside, [place])):
                if os.path.isfile(file):
                    return importlib.util.spec_from_file_location(
                        fullname,
                        file,
                        loader=_Converting(fullname, file),
                        submodule_search_locations=inner,
                    )
        return None


class _Converting(importlib.machinery.SourceFileLoader):
    def get_code(self, fullname: str) -> CodeType:
        return python2.loaded(self.path, is_old=True)

    def exec_module(self, module: ModuleType) -> None:
        module.__dict__.update(semantics.namespace())
        super().exec_module(module)


def launch(arguments: Sequence[str]) -> None:
    """Run a script as ``__main__``; ``arguments`` are its path and what GIMP told it.

    A script that cannot be read or imported becomes a procedure that says why.
    """
    path = os.path.realpath(arguments[0])
    sys.argv = [path, *arguments[1:]]
    sys.path.insert(0, os.path.dirname(path))
    sys.meta_path.insert(0, _Neighbours(os.path.dirname(path)))
    semantics.give_modules_back()
    space = {"__name__": "__main__", "__file__": path, **semantics.namespace()}
    faults.limit(READING_S)  # main() lifts it
    try:
        exec(python2.loaded(path), space)
    except SystemExit:
        raise
    except BaseException as wrong:
        if "-gimp" not in arguments:
            raise
        faults.limit(0)
        told = faults.sentence(wrong, path)
        print(told, file=sys.stderr)
        from gimpfu_bindings import plugin

        plugin.give_up(path, told)
