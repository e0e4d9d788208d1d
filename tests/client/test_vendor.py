"""The vendored packages are what the script makes, and nothing in them points outside."""

from __future__ import annotations

import ast
import filecmp
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "tools" / "vendor.py"
VENDOR = ROOT / "client" / "restore_colorize_client" / "_vendor"
PACKAGES = ["grpclib", "h2", "hpack", "hyperframe", "protobuf"]


def files(root: Path) -> list[str]:
    return sorted(
        str(path.relative_to(root))
        for path in root.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    )


def test_running_the_script_again_gives_the_same(tmp_path: Path) -> None:
    out = tmp_path / "_vendor"
    done = subprocess.run(
        [sys.executable, SCRIPT, out], capture_output=True, text=True, check=False
    )
    if "could not be fetched" in done.stderr and "do not match the hashes" not in done.stderr:
        pytest.skip("the package index cannot be reached")
    assert done.returncode == 0, done.stderr
    names = files(out)
    assert names == files(VENDOR)
    assert len(names) > 60
    assert filecmp.cmpfiles(out, VENDOR, names, shallow=False) == (names, [], [])


def test_the_stub_is_that_of_the_contract() -> None:
    stub = ROOT / "protos" / "restore_colorize_proto" / "v1" / "restore_colorize_pb2.py"
    ours = (VENDOR / stub.name).read_text("utf-8").replace("from .google.", "from google.")
    assert ours == stub.read_text("utf-8"), "run `make vendor`"


def test_nothing_compiled_is_carried() -> None:
    assert {Path(name).suffix for name in files(VENDOR)} == {".py", ".txt"}


def test_every_package_has_its_license() -> None:
    licenses = [path.name for path in (VENDOR / "licenses").iterdir()]
    assert sorted(name.split("-")[0] for name in licenses) == PACKAGES
    for path in (VENDOR / "licenses").iterdir():
        assert re.search("Copyright|Redistribution|Permission", path.read_text("utf-8"))


@pytest.mark.parametrize("path", sorted(VENDOR.rglob("*.py")), ids=lambda path: path.name)
def test_only_the_standard_library_is_imported_by_name(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names = {node.module.split(".")[0]}
        else:
            continue
        # the others stand where only type checkers or calls that we never make would come
        outside = names - set(sys.stdlib_module_names) - {"annotationlib"}
        assert outside <= {"certifi", "typing_extensions", "google3", "numpy"}, (path, outside)
