from __future__ import annotations

import re
import zipfile
from pathlib import Path

from restore_colorize.cli.install_plugins import NAME

from tools.plugin_zip import build


def test_the_same_sources_give_the_same_bytes(tmp_path: Path) -> None:
    first, second = build(tmp_path / "a"), build(tmp_path / "b")
    assert first.read_bytes() == second.read_bytes()


def test_the_zip_holds_plugin_client_license_and_what_to_do(tmp_path: Path) -> None:
    with zipfile.ZipFile(build(tmp_path)) as archive:
        names = archive.namelist()
        main = archive.getinfo(f"{NAME}/{NAME}.py")
        readme = archive.read("README.txt").decode()
        license_text = archive.read(f"{NAME}/LICENSE").decode()
    assert main.external_attr >> 16 == 0o755
    assert f"{NAME}/lib/restore_colorize_client/__init__.py" in names
    assert f"{NAME}/locale/de/LC_MESSAGES/restore-colorize.mo" in names
    assert all(name.startswith(f"{NAME}/") or name == "README.txt" for name in names)
    assert not [name for name in names if "__pycache__" in name]
    assert len(re.findall(r"^\d\.", readme, re.MULTILINE)) == 5
    assert license_text.startswith("MIT License")
