from __future__ import annotations

import json
import os
import stat
import sys
from pathlib import Path

import pytest
from restore_colorize.service.rendezvous import (
    Rendezvous,
    ServerRecord,
    process_start,
    state_folder,
)

RECORD = ServerRecord("0.1.0", "127.0.0.1", 4711, "secret", os.getpid(), 12)


def test_the_file_is_whole_and_the_owners_alone(tmp_path: Path) -> None:
    place = Rendezvous(tmp_path / "new" / "folder")
    assert place.claim()
    assert not place.path.exists()
    place.publish(RECORD)
    assert json.loads(place.path.read_text()) == {
        "version": "0.1.0",
        "host": "127.0.0.1",
        "port": 4711,
        "token": "secret",
        "pid": os.getpid(),
        "started": 12,
    }
    if sys.platform != "win32":
        assert stat.S_IMODE(place.path.stat().st_mode) == 0o600
        assert stat.S_IMODE(place.path.parent.stat().st_mode) == 0o700
    place.withdraw()
    place.withdraw()
    assert not place.path.exists()


def test_only_one_has_the_place(tmp_path: Path) -> None:
    first, second = Rendezvous(tmp_path), Rendezvous(tmp_path)
    assert first.claim()
    first.publish(RECORD)
    assert not second.claim()
    assert first.path.exists()
    first.withdraw()
    assert second.claim()
    second.withdraw()


def test_a_stale_file_is_gone_once_the_place_is_taken(tmp_path: Path) -> None:
    place = Rendezvous(tmp_path)
    place.path.write_text('{"pid": 1}')
    assert place.claim()
    assert not place.path.exists()
    place.withdraw()


def test_anothers_file_is_left_alone(tmp_path: Path) -> None:
    place = Rendezvous(tmp_path)
    assert place.claim()
    place.publish(RECORD)
    place.path.write_text("{}")
    place.withdraw()
    assert place.path.read_text() == "{}"


def test_the_folder_follows_the_variable_of_the_entry_point(tmp_path: Path) -> None:
    assert state_folder({"RESTORE_COLORIZE_STATE_DIR": str(tmp_path)}) == tmp_path
    assert state_folder({}).name == "restore-colorize"


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="only Linux tells a start time")
def test_a_process_is_known_by_its_start() -> None:
    assert process_start(os.getpid()) > process_start(1) >= 0
    assert process_start(2**22 + 1) == 0
