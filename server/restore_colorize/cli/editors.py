"""Where GIMP and Krita keep their profiles and plug-ins, on every system; reads nothing inside.

Sources: GIMP's and Krita's own folders as measured on Linux and as documented for Flatpak, Snap,
macOS and Windows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

__all__ = ["EditorProfile", "find_editors"]

_PLUGIN = {"gimp": "restore_colorize_gimp", "krita": "restore_colorize_krita"}


@dataclass(frozen=True)
class EditorProfile:
    """A user's profile of one installed editor.

    editor: "gimp" or "krita". packaging: "system", "flatpak", "snap" or "store". version: of the
    profile, as its folder says it; empty for Krita. plugin_folder: where plug-ins go, which may not
    exist yet. supported: whether plug-ins of this project can work there.
    """

    editor: str
    packaging: str
    version: str
    plugin_folder: Path
    supported: bool = True

    @property
    def has_plugin(self) -> bool:
        """Whether this project's plug-in lies in the folder."""
        return (self.plugin_folder / _PLUGIN[self.editor]).is_dir()


def find_editors(
    home: Path, environment: Mapping[str, str], system: str
) -> tuple[EditorProfile, ...]:
    """Return the profiles of GIMP and Krita that exist.

    Args:
        home: the user's home folder.
        environment: environment variables, such as ``os.environ``.
        system: ``sys.platform``: "linux", "darwin" or "win32".
    """
    return (*_gimp(home, environment, system), *_krita(home, environment, system))


def _gimp(home: Path, environment: Mapping[str, str], system: str) -> list[EditorProfile]:
    parents = {
        "darwin": [("system", home / "Library/Application Support/GIMP")],
        "win32": [("system", _roaming(home, environment) / "GIMP")],
    }.get(
        system,
        [
            ("system", Path(environment.get("XDG_CONFIG_HOME") or home / ".config") / "GIMP"),
            ("flatpak", home / ".var/app/org.gimp.GIMP/config/GIMP"),
            ("snap", home / "snap/gimp/current/.config/GIMP"),
        ],
    )
    folders = [
        (kind, folder) for kind, parent in parents for folder in sorted(parent.glob("[23].*"))
    ]
    if environment.get("GIMP3_DIRECTORY"):
        folders.append(("system", Path(environment["GIMP3_DIRECTORY"])))
    return [
        EditorProfile(
            "gimp", kind, folder.name, folder / "plug-ins", not folder.name.startswith("2.")
        )
        for kind, folder in folders
        if folder.is_dir()
    ]


def _krita(home: Path, environment: Mapping[str, str], system: str) -> list[EditorProfile]:
    if system == "darwin":
        parent = home / "Library/Application Support"
        folders = [("system", parent / "Krita"), ("system", parent / "krita")]
    elif system == "win32":
        local = Path(environment.get("LOCALAPPDATA") or home / "AppData/Local")
        store = sorted(local.glob("Packages/49800Krita_*/LocalCache/Roaming/krita"))
        folders = [("system", _roaming(home, environment) / "krita")]
        folders += [("store", folder) for folder in store]
    else:
        data = Path(environment.get("XDG_DATA_HOME") or home / ".local/share")
        folders = [
            ("system", data / "krita"),
            ("flatpak", home / ".var/app/org.kde.krita/data/krita"),
        ]
    profiles: dict[tuple[int, int], EditorProfile] = {}
    for kind, folder in folders:
        if folder.is_dir():  # macOS ignores case: "Krita" and "krita" are one folder there
            inode = (folder.stat().st_dev, folder.stat().st_ino)
            profiles.setdefault(inode, EditorProfile("krita", kind, "", folder / "pykrita"))
    return list(profiles.values())


def _roaming(home: Path, environment: Mapping[str, str]) -> Path:
    return Path(environment.get("APPDATA") or home / "AppData/Roaming")
