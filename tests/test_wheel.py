"""The built wheel: everything that is read at run time is in it, and it colors where it is put."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
WEIGHTS = "restore_colorize_weights"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT]
    done = subprocess.run(build, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_holds_what_is_read_at_run_time(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        manifest = json.loads(archive.read(f"{WEIGHTS}/manifest.json"))
        for model in manifest["models"]:
            content = archive.read(f"{WEIGHTS}/{model['file']}")
            assert hashlib.sha256(content).hexdigest() == model["sha256"]
            assert f"{WEIGHTS}/{model['card']}" in names
    assert len(manifest["models"]) >= 2
    assert {
        f"{WEIGHTS}/LICENSE.md",
        "restore_colorize_proto/v1/restore_colorize.proto",
        "restore_colorize_proto/v1/restore_colorize_pb2.py",
        "restore_colorize_client/_vendor/restore_colorize_pb2.py",
        "restore_colorize_gimp/restore_colorize_gimp.py",
    } <= names
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {
        "restore_colorize",
        "restore_colorize_client",
        "restore_colorize_gimp",
        "restore_colorize_proto",
        "restore_colorize_weights",
    }


def test_an_installed_wheel_colors_a_photograph(wheel: Path, tmp_path: Path) -> None:
    place, out = tmp_path / "place", tmp_path / "colored.png"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(place)
    script = (
        "import restore_colorize, restore_colorize_weights, sys;"
        "print(restore_colorize.__file__, restore_colorize_weights.__file__);"
        "sys.argv[0] = 'restore-colorize';"
        "from restore_colorize.cli import main; main()"
    )
    target, reference = (
        ROOT / "samples" / f"pair3-monastery-{part}.jpg" for part in ("target", "reference")
    )
    command = ["colorize", target, "--reference", reference, "-o", out]
    done = subprocess.run(
        [sys.executable, "-c", script, *command],
        env=os.environ | {"PYTHONPATH": str(place)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.count(str(place)) == 2
    assert out.stat().st_size > 10_000
