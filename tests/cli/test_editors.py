from __future__ import annotations

from pathlib import Path

import pytest
from restore_colorize.cli.editors import find_editors

LAYOUTS = [
    ("linux", ".config/GIMP/3.0", "gimp", "system", "3.0", "plug-ins"),
    ("linux", ".var/app/org.gimp.GIMP/config/GIMP/3.2", "gimp", "flatpak", "3.2", "plug-ins"),
    ("linux", "snap/gimp/current/.config/GIMP/3.0", "gimp", "snap", "3.0", "plug-ins"),
    ("darwin", "Library/Application Support/GIMP/3.2", "gimp", "system", "3.2", "plug-ins"),
    ("win32", "AppData/Roaming/GIMP/3.0", "gimp", "system", "3.0", "plug-ins"),
    ("linux", ".local/share/krita", "krita", "system", "", "pykrita"),
    ("linux", ".var/app/org.kde.krita/data/krita", "krita", "flatpak", "", "pykrita"),
    ("darwin", "Library/Application Support/Krita", "krita", "system", "", "pykrita"),
    ("win32", "AppData/Roaming/krita", "krita", "system", "", "pykrita"),
    (
        "win32",
        "AppData/Local/Packages/49800Krita_abc/LocalCache/Roaming/krita",
        "krita",
        "store",
        "",
        "pykrita",
    ),
]


@pytest.mark.parametrize(("system", "folder", "editor", "packaging", "version", "plugins"), LAYOUTS)
def test_profiles_are_found_on_every_system(
    tmp_path: Path,
    system: str,
    folder: str,
    editor: str,
    packaging: str,
    version: str,
    plugins: str,
) -> None:
    (tmp_path / folder).mkdir(parents=True)
    (profile,) = find_editors(tmp_path, {}, system)
    assert (profile.editor, profile.packaging, profile.version) == (editor, packaging, version)
    assert profile.plugin_folder == tmp_path / folder / plugins
    assert profile.supported
    assert not profile.has_plugin


def test_nothing_installed_is_nothing_found(tmp_path: Path) -> None:
    for system in ("linux", "darwin", "win32"):
        assert find_editors(tmp_path, {}, system) == ()


def test_several_profiles_of_gimp_are_all_found(tmp_path: Path) -> None:
    for version in ("2.10", "3.0", "3.2"):
        (tmp_path / ".config/GIMP" / version).mkdir(parents=True)
    profiles = find_editors(tmp_path, {}, "linux")
    assert [(one.version, one.supported) for one in profiles] == [
        ("2.10", False),
        ("3.0", True),
        ("3.2", True),
    ]


def test_environment_variables_move_the_folders(tmp_path: Path) -> None:
    (tmp_path / "config/GIMP/3.0").mkdir(parents=True)
    (tmp_path / "data/krita").mkdir(parents=True)
    (tmp_path / "own").mkdir()
    environment = {
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "XDG_DATA_HOME": str(tmp_path / "data"),
        "GIMP3_DIRECTORY": str(tmp_path / "own"),
    }
    found = find_editors(tmp_path / "home", environment, "linux")
    assert [one.plugin_folder for one in found] == [
        tmp_path / "config/GIMP/3.0/plug-ins",
        tmp_path / "own/plug-ins",
        tmp_path / "data/krita/pykrita",
    ]


def test_an_installed_plugin_is_seen(tmp_path: Path) -> None:
    (tmp_path / ".config/GIMP/3.0/plug-ins/restore_colorize_gimp").mkdir(parents=True)
    (tmp_path / ".local/share/krita/pykrita/restore_colorize_krita").mkdir(parents=True)
    assert [one.has_plugin for one in find_editors(tmp_path, {}, "linux")] == [True, True]
