"""Tests in the real editors: which of them run, and where their screenshots go.

``pytest tests/editors`` runs all of them; a run of the whole test suite only those marked
``smoke``. EDITORS_GIMP names the version (3.0, or 3.2), EDITORS_ARTIFACTS the artifacts' folder.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.editors.roots import PROJECT

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
def artifacts(request: pytest.FixtureRequest) -> Path:
    """An empty folder that outlives the test: logs, saved images, screenshots."""
    base = Path(os.environ.get("EDITORS_ARTIFACTS") or PROJECT / ".work" / "editors")
    version = os.environ.get("EDITORS_GIMP", "3.0")
    folder = base / f"gimp-{version}" / request.node.name.replace("/", "-")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder
