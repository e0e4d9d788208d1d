"""Tests in the real editors: which of them run, and where their screenshots go.

``pytest tests/editors`` runs all of them; a run of the whole test suite only those marked
``smoke``. EDITORS_GIMP names the version (3.0, or 3.2); EDITORS_ARTIFACTS a folder that keeps
what tests leave, which two runs at once must not share.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "smoke: a quick look that an editor starts and runs us")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if any(_is_below(argument, config.invocation_params.dir) for argument in config.args):
        return
    skip = pytest.mark.skip(reason="needs the editors' test beds: run `make editors`")
    for item in items:
        if HERE in item.path.parents and item.get_closest_marker("smoke") is None:
            item.add_marker(skip)


def _is_below(argument: str, folder: Path) -> bool:
    path = (folder / argument.partition("::")[0]).resolve()
    return path == HERE or HERE in path.parents


@pytest.fixture
def artifacts(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """An empty folder for logs, saved images and screenshots; EDITORS_ARTIFACTS keeps them."""
    base = os.environ.get("EDITORS_ARTIFACTS")
    name = request.node.name.replace("/", "-")
    folder = Path(base).resolve() / name if base else tmp_path / "out"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder
