"""A disk that fills up while a result is written leaves nothing half-written."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.desk import Desk, FakeBackend

if sys.platform == "win32":
    pytest.skip("Windows has no limits of this kind", allow_module_level=True)
import resource


@contextmanager
def small_disk(place: Path) -> Iterator[None]:
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", str(place)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("only an administrator can mount a small disk")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


@contextmanager
def small_files(place: Path) -> Iterator[None]:
    place.mkdir()
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (16 << 10, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("full", [small_disk, small_files])
@pytest.mark.parametrize("suffix", ["png", "tif", "jpg", "webp"])
@pytest.mark.parametrize("is_there", [False, True])
def test_a_full_disk_is_a_sentence_and_leaves_nothing_half_written(
    desk: Desk, backend: FakeBackend, full: Callable, suffix: str, is_there: bool
) -> None:
    target, reference = desk.color("old.png", (200, 300)), desk.color("r.png")
    with full(desk / "out"):
        output = desk / f"out/new.{suffix}"
        if is_there:
            output.write_bytes(b"the one before")
        words = ["colorize", target, "-r", reference, "-o", output, "--overwrite", "--json"]
        result = desk.run(*words)
        assert result.exit_code == 1
        assert "out of" in result.stderr or "full" in result.stderr or "space" in result.stderr
        assert result.stderr.count("\n") == 1
        assert json.loads(result.stdout)["error"]["code"] == "resource"
        left = {path.name: path.read_bytes() for path in (desk / "out").iterdir()}
        assert left == ({output.name: b"the one before"} if is_there else {})
        # The next one, which fits, is written.
        small = desk.run("colorize", desk.gray("s.png"), "-r", reference, "-o", desk / "out/s.png")
        assert small.exit_code == 0, small.output
