from __future__ import annotations

import sys
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


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home folder of Linux, where editors keep their profiles."""
    monkeypatch.setenv("HOME", str(tmp_path))
    for variable in ("XDG_CONFIG_HOME", "GIMP3_DIRECTORY"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    return tmp_path
