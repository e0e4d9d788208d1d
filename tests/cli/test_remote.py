"""The command line through a real server: the same bytes as in this process."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import grpc
import imagecodecs
import numpy as np
import pytest
import restore_colorize_client as client
import tifffile
import torch
from restore_colorize.engines.suggest_eye import CACHE_VARIABLE
from restore_colorize.imaging import Picture, read_picture
from restore_colorize_proto.v1 import restore_colorize_pb2 as pb
from restore_colorize_proto.v1.restore_colorize_pb2_grpc import RestoreColorizeStub

from tests.cli.desk import Desk
from tests.engines.restoration_folder import add_model
from tests.models.folders import write_model_folder
from tests.service.harness import gray, header, metadata, plane


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Run a server with a tiny untrained network as one of the user's own models."""
    home = tmp_path_factory.mktemp("home")
    models = home / "restore-colorize/models"
    models.mkdir(parents=True)
    write_model_folder(models)
    add_model(models)
    environment = os.environ | {
        "XDG_DATA_HOME": str(home),
        "RESTORE_COLORIZE_STATE_DIR": str(home / "state"),
        CACHE_VARIABLE: str(home / "cache"),
    }
    command = [sys.executable, "-m", "restore_colorize", "serve", "--device", "cpu"]
    command += ["--threads", "1", "--max-waiting-jobs", "1"]
    with open(home / "log", "wb") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    # Else the first client would find none and start another.
    deadline = time.monotonic() + 60
    while not (home / "state/server.json").exists() and time.monotonic() < deadline:
        assert server.poll() is None, (home / "log").read_text()
        time.sleep(0.05)
    with client.connect(state_dir=home / "state") as asking:  # answers once models are loaded
        asking.describe()
    yield home
    server.send_signal(signal.SIGTERM)
    assert server.wait(30) == 0, (home / "log").read_text()


@pytest.fixture(autouse=True)
def in_that_home(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(home))
    monkeypatch.setenv("RESTORE_COLORIZE_STATE_DIR", str(home / "state"))
    monkeypatch.setenv(CACHE_VARIABLE, str(home / "cache-of-this-process"))


def environment(path: Path) -> object:
    receipt = json.loads(read_picture(path).metadata.text["restore-colorize"])["receipt"]
    return receipt["environment"]


def both_ways(desk: Desk, target: Path, *words: object, suffix: str = ".png") -> None:
    """Colorize in this process and at the server; the files must be equal."""
    local, remote = desk / f"local{suffix}", desk / f"remote{suffix}"
    common = ["colorize", target, *words, "--model", "tiny"]
    here = desk.run(*common, "-o", local, "--device", "cpu", "--threads", 1)
    assert here.exit_code == 0, here.output
    there = desk.run(*common, "-o", remote, "--server")
    assert there.exit_code == 0, there.output
    made = sorted(desk.folder.glob(f"local*{suffix}"))
    assert made
    for path in made:
        twin = path.with_name(path.name.replace("local", "remote"))
        assert environment(twin) == environment(path)  # else nothing else can be expected
        assert twin.read_bytes() == path.read_bytes(), path.name
    first = read_picture(made[0]).quantize()[..., :3]
    assert (np.ptp(first, axis=2) > 0).any(), "nothing was colored"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM for other processes")
class TestTheServerGivesTheSameBytes:
    def test_gray_with_several_references(self, desk: Desk) -> None:
        references = ["-r", desk.color("r.png", (50, 70)), "-r", desk.gray("gray.png", width=30)]
        both_ways(
            desk, desk.gray("old.png", width=60), *references, "--candidates", 3, "--saturation", 2
        )

    def test_a_reference_that_is_found_in_a_folder(self, desk: Desk) -> None:
        for name in ("a.png", "b.png"):
            desk.color(f"album/{name}", (50, 70))
        words = ["--reference-from", desk / "album", "--trust", 1]
        both_ways(desk, desk.gray("old.png", width=60), *words)

    def test_16_bit_with_a_gray_profile_and_a_selection(self, desk: Desk) -> None:
        ramp = np.linspace(0, 65535, 40 * 60).reshape(40, 60).astype(np.uint16)
        target = desk / "scan.tif"
        profile = bytes(imagecodecs.cms_profile("gray", gamma=2.2))
        tifffile.imwrite(target, ramp, compression="lzw", iccprofile=profile)
        feathered = torch.linspace(0, 1, 60).expand(1, 40, 60)
        selection = desk.write("mask.png", Picture(feathered))
        both_ways(desk, target, "-r", desk.color("r.png"), "--selection", selection, suffix=".tif")

    def test_color_with_alpha_hints_and_known_colors(self, desk: Desk) -> None:
        target = desk.color("old.png", (40, 60), alpha=True)
        hints = desk.color("hints.png", (40, 60), alpha=True)
        selection = desk.write("mask.png", Picture(torch.ones(1, 40, 60).tril() * 0.7))
        both_ways(
            desk,
            target,
            *("--hints", hints, "--selection", selection, "--known-colors", "outside-selection"),
            *("--strength", 0.6, "--working-size", 64, "--seed", 5),
        )


def test_what_the_server_refuses_is_its_sentence(desk: Desk, home: Path) -> None:
    words = ["colorize", desk.gray("old.png"), "-r", desk.color("r.png"), "-o", desk / "new.png"]
    result = desk.run(*words, "--model", "none", "--json", "--server=local")
    assert result.exit_code == 1
    assert "none" in result.stderr
    assert '"code": "model"' in result.stdout
    assert not (desk / "new.png").exists()


def test_nobody_at_an_address_is_a_sentence(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RESTORE_COLORIZE_TOKEN", "a" * 30)
    words = ["colorize", desk.gray("old.png"), "-r", desk.color("r.png"), "-o", desk / "new.png"]
    result = desk.run(*words, "--server=127.0.0.1:1")
    assert result.exit_code == 1
    assert "Traceback" not in result.stderr
    assert result.stderr.count("\n") == 1


INTERRUPTIBLE = """
import signal
from restore_colorize.cli import main

signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background ignores it
main()
"""


@contextmanager
def taken_place(home: Path) -> Iterator[threading.Event]:
    """Take the server's only place by an upload that never goes on, until the event is set."""
    record = json.loads((home / "state/server.json").read_text())
    leaving = threading.Event()

    def messages() -> Iterator[pb.RunRequest]:
        yield header(plane(gray()))
        leaving.wait(60)

    address = f"127.0.0.1:{record['port']}"
    with grpc.insecure_channel(address, [("grpc.enable_http_proxy", 0)]) as channel:
        call = RestoreColorizeStub(channel).Run(
            messages(), metadata=metadata(token=record["token"])
        )
        deadline = time.monotonic() + 20
        with client.connect(state_dir=home / "state") as asking:
            while not asking.describe().queue.waiting:
                assert time.monotonic() < deadline
                time.sleep(0.01)
        threading.Thread(target=lambda: (leaving.wait(60), call.cancel()), daemon=True).start()
        try:
            yield leaving
        finally:
            leaving.set()


def at_the_server(desk: Desk) -> list[object]:
    desk.gray("scans/a.png")
    desk.gray("scans/b.png")
    words = ["colorize", desk / "scans", "-r", desk.color("r.png"), "-o", desk / "new"]
    return [*words, "--model", "tiny", "--server=local"]


def test_pictures_wait_for_a_busy_server(desk: Desk, home: Path) -> None:
    with taken_place(home) as leaving:
        threading.Timer(1.5, leaving.set).start()
        result = desk.run(*at_the_server(desk))
    assert result.exit_code == 0, result.output
    assert result.stderr.count("The server is busy; each picture waits up to 10 minutes") == 1
    assert sorted(path.name for path in (desk / "new").iterdir()) == ["a.png", "b.png"]


def test_nobody_waits_for_ever(desk: Desk, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("restore_colorize.cli.remote.PATIENCE_S", 1.5)
    with taken_place(home):
        result = desk.run(*at_the_server(desk), "--json")
    assert result.exit_code == 1
    assert result.stderr.count("1 jobs wait already") == 2
    assert result.stdout.count('"code": "queue-full"') == 2
    assert result.stderr.count("The server is busy") == 1


def test_waiting_for_a_busy_server_can_be_interrupted(desk: Desk, home: Path) -> None:
    words = [str(word) for word in at_the_server(desk)]
    command = [sys.executable, "-c", INTERRUPTIBLE, *words]
    with (
        taken_place(home),
        subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as running,
    ):
        assert running.stderr is not None
        assert "The server is busy" in running.stderr.readline()
        running.send_signal(signal.SIGINT)
        _, said = running.communicate(timeout=20)
    assert running.returncode == 130
    assert "Stopped" in said
    assert not (desk / "new").exists()


def test_an_address_without_a_token_is_told_before_anything_is_asked(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("RESTORE_COLORIZE_TOKEN", raising=False)
    words = ["colorize", desk.gray("old.png"), "-r", desk.color("r.png"), "-o", desk / "new.png"]
    result = desk.run(*words, "--server=127.0.0.1:1", "--fingerprint", "SHA256:" + 64 * "a")
    assert result.exit_code == 2
    assert "No token was given for 127.0.0.1:1" in result.stderr
    assert "--token-file" in result.stderr
    assert "RESTORE_COLORIZE_TOKEN" in result.stderr


def test_the_doctor_sees_the_server(desk: Desk, home: Path) -> None:
    result = desk.run("doctor", "--device", "cpu")
    assert result.exit_code == 0, result.output
    assert f"token file {home}/state/server.json, readable by you only" in result.stdout


def test_the_doctor_sees_a_token_that_others_can_read(desk: Desk, home: Path) -> None:
    file = home / "state/server.json"
    file.chmod(0o644)
    try:
        result = desk.run("doctor", "--device", "cpu")
    finally:
        file.chmod(0o600)
    assert result.exit_code == 1
    assert "other users can read it" in result.stdout
    assert "To be mended: server" in result.stdout


def test_restoring_and_detecting_give_the_same_bytes_at_a_server_and_here(desk: Desk) -> None:
    target = desk.gray("old.png", width=60, depth=16)
    for where, words in (("here", ["--threads", 1, "--device", "cpu"]), ("there", ["--server"])):
        found = desk / f"mask-{where}.png"
        result = desk.run("detect", target, "-o", found, *words)
        assert result.exit_code == 0, result.output
        result = desk.run("restore", target, "-o", desk / f"{where}.png", "--tone", *words)
        assert result.exit_code == 0, result.output
        repaired = desk / f"repaired-{where}.png"
        result = desk.run("restore", target, "-o", repaired, "--damage", found, *words)
        assert result.exit_code == 0, result.output
    for name in ("mask-{}.png", "{}.png", "repaired-{}.png"):
        here, there = (read_picture(desk / name.format(where)) for where in ("here", "there"))
        assert torch.equal(here.planes, there.planes)
        assert here.depth == there.depth
