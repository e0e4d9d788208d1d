"""The rules of docs/architecture.md, read from the syntax trees."""

from __future__ import annotations

import ast
import importlib
from pathlib import Path

import pytest

from tools import module_map

ROOT = Path(__file__).resolve().parent.parent
SERVER = ROOT / "server" / "restore_colorize"
CLIENT = ROOT / "client" / "restore_colorize_client"
TRAINING = ROOT / "training"

# Imports point to the ground: a room may import the rooms named here, and itself.
MAY_IMPORT = {
    "imaging": set(),
    "networks": set(),
    "models": {"networks"},
    "engines": {"models", "networks", "imaging"},
    "service": {"engines", "models", "imaging"},
    "cli": {"service", "engines", "models", "imaging"},
}
FOR_EVERYONE = {"errors", "__init__"}

DOORS = (
    "restore_colorize.imaging",
    "restore_colorize.networks",
    "restore_colorize.models",
    "restore_colorize.engines",
    "restore_colorize.service",
    "restore_colorize_client",
    "restore_colorize_client.editing",
)


def modules(root: Path) -> list[Path]:
    return sorted(
        path
        for path in root.rglob("*.py")
        if "_vendor" not in path.parts and "__pycache__" not in path.parts
    )


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def rooms(names: set[str]) -> set[str]:
    inside = {name.split(".")[1] for name in names if name.startswith("restore_colorize.")}
    return inside & set(MAY_IMPORT)


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_imports_point_to_the_ground(room: str) -> None:
    paths = modules(SERVER / room)
    assert paths, f"no modules in {room}"
    for path in paths:
        strangers = rooms(imported(path)) - MAY_IMPORT[room] - {room}
        assert not strangers, f"{path.relative_to(ROOT)} imports {strangers}"


@pytest.mark.parametrize("room", ["imaging", "networks", "models", "engines"])
def test_below_the_service_nothing_knows_grpc(room: str) -> None:
    for path in modules(SERVER / room):
        tops = {name.split(".")[0] for name in imported(path)}
        assert not tops & {"grpc", "grpc_health", "restore_colorize_proto"}, path


def test_the_client_knows_nothing_of_the_server() -> None:
    paths = modules(CLIENT)
    assert len(paths) > 5
    for path in paths:
        tops = {name.split(".")[0] for name in imported(path)}
        assert "restore_colorize" not in tops, path
        assert not tops & {"numpy", "torch", "grpc", "google"}, path


def test_networks_know_no_files_and_no_pictures() -> None:
    for path in modules(SERVER / "networks"):
        tops = {name.split(".")[0] for name in imported(path)}
        assert not tops & {"PIL", "tifffile", "imagecodecs", "pathlib", "safetensors"}, path


def test_training_needs_only_numpy_torch_and_pillow() -> None:
    allowed = {
        "numpy",
        "torch",
        "PIL",
        "restore_colorize",
        "safetensors",
        "restore_colorize_training",
    }
    import sys

    for path in modules(TRAINING):
        tops = {name.split(".")[0] for name in imported(path)}
        outside = tops - allowed - set(sys.stdlib_module_names)
        own = {item.stem for item in TRAINING.rglob("*.py")}
        assert not outside - own - {"training"}, f"{path}: {outside}"


def test_the_map_of_modules_is_fresh() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    assert page == module_map.page(), "run `make map`"


@pytest.mark.parametrize("door", DOORS)
def test_doors_open(door: str) -> None:
    """Ruff sorts ``__all__``; here every promised name must exist."""
    module = importlib.import_module(door)
    assert len(module.__all__) == len(set(module.__all__)) > 0
    for name in module.__all__:
        assert getattr(module, name) is not None


def test_modules_stay_small() -> None:
    for root in (SERVER, CLIENT, ROOT / "evaluation", TRAINING):
        for path in modules(root):
            assert len(path.read_text(encoding="utf-8").splitlines()) <= 400, path
