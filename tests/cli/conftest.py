from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.desk import Desk, FakeBackend


@pytest.fixture
def backend(monkeypatch: pytest.MonkeyPatch) -> FakeBackend:
    """Put a fake backend behind the command line."""
    fake = FakeBackend()
    monkeypatch.setattr("restore_colorize.cli.backends.open_backend", lambda *_: fake)
    return fake


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)
