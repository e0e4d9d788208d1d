"""A GIMP of its own for every test."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.editors.gimp.bench import Bench
from tests.editors.roots import Root


@pytest.fixture(scope="session")
def gimp_root() -> Root:
    """The root of the GIMP that EDITORS_GIMP names; skips, saying why, where there is none."""
    root = Root(f"gimp-{os.environ.get('EDITORS_GIMP', '3.0')}")
    reason = root.why_not()
    if reason:
        pytest.skip(reason)
    return root


@pytest.fixture
def bench(gimp_root: Root, tmp_path: Path, artifacts: Path) -> Bench:
    """A GIMP with a fresh copy of the prepared profile."""
    return Bench.make(gimp_root, tmp_path / "home", artifacts)
