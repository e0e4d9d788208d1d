"""What is wrong with an installed GIMP plug-in, found without starting GIMP.

GIMP passes over a plug-in in silence when its folder has another name than its file, or when the
file may not be executed; these are the commonest reasons why an entry is not in the menu.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

__all__ = ["NAME", "InstalledPlugin", "look_at_plugin", "misplaced_copies"]

NAME = "restore_colorize_gimp"
_AGAIN = "run “restore-colorize install-plugins --gimp”"


@dataclass(frozen=True)
class InstalledPlugin:
    """A copy of the plug-in in a profile.

    version: empty where nothing says it. python: runs the server for it; empty where it starts
    none. faults: sentences that say why GIMP does not show it, or why it cannot work.
    """

    place: Path
    version: str
    python: str
    faults: tuple[str, ...]

    def is_stale(self, version: str) -> bool:
        """Whether it is another version, as in the copy that GIMP 3.2 makes of 3.0's profile."""
        return self.version != version


def look_at_plugin(place: Path) -> InstalledPlugin:
    """Look at the plug-in in a folder that exists."""
    told: dict[str, str] = {}
    try:
        read = json.loads((place / "install.json").read_text(encoding="utf-8"))
        told = {key: str(value) for key, value in read.items()}
    except (OSError, ValueError, AttributeError):
        pass  # copied by hand
    python = told.get("python", "")
    faults = tuple(_faults(place, python))
    return InstalledPlugin(place, told.get("version", ""), python, faults)


def misplaced_copies(plugin_folder: Path) -> list[str]:
    """Return a sentence for each copy that GIMP does not even look at."""
    said = []
    loose = plugin_folder / f"{NAME}.py"
    if loose.is_file():
        said.append(f"{loose} must lie in a folder {NAME}, or GIMP skips it: {_AGAIN}.")
    for pattern in (f"*/{NAME}.py", f"*/*/{NAME}.py"):
        for file in sorted(plugin_folder.glob(pattern)):
            if file.parent != plugin_folder / NAME:
                said.append(
                    f"{file.parent} has another name or place than GIMP expects, so GIMP skips it: "
                    f"move it to {plugin_folder / NAME}, or remove it and {_AGAIN}."
                )
    return said


def _faults(place: Path, python: str) -> Iterator[str]:
    main = place / f"{NAME}.py"
    if not main.is_file():
        yield f"{main} is missing, so GIMP sees no plug-in: {_AGAIN}."
        return
    if os.name == "posix" and not os.access(main, os.X_OK):
        yield f"{main} may not be executed, so GIMP skips it: chmod +x it, or {_AGAIN}."
    if main.read_bytes().partition(b"\n")[0].endswith(b"\r"):
        yield f"{main} has the line ends of Windows, so it does not start: {_AGAIN}."
    if not (place / "lib" / "restore_colorize_client" / "__init__.py").is_file():
        yield f"{place} lacks the client in its folder lib: {_AGAIN}."
    if python and not Path(python).exists():
        yield f"{python}, which ran the server for {place}, is gone: {_AGAIN}."
