"""*Server…* on a virtual screen: live state, start and stop, another server, what goes wrong."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from restore_colorize_client import Colorize, JobRequest, Pixels, Reference, SampleType, connect

from tests.editors.gimp import plugin_bench
from tests.editors.gimp.bench import Bench
from tests.editors.gimp.pictures import keep_picture
from tests.editors.gimp.screen import Screen

APP = "restore_colorize_gimp"
ENTRY = ("Filters", "Restore & Colorize", "Server…")
LOAD_S = 120.0


def pixels(channels: int) -> Pixels:
    return Pixels(8, 8, channels, SampleType.UINT8, False, bytes(64 * channels))


def chosen(bench: Bench) -> dict[str, str]:
    return json.loads((bench.profile / "restore-colorize-server.json").read_text())


def test_the_local_server_is_started_and_stopped(bench: Bench) -> None:
    plugin_bench.install(bench, sys.executable)
    with Screen(bench.with_server()) as screen:
        screen.open()
        screen.choose(*ENTRY)
        screen.wait(APP, starts="The server is not running")
        screen.press(APP, name="Start")
        screen.wait(APP, starts="Server ", timeout_s=LOAD_S)
        screen.wait(APP, starts="exemplar")
        keep_picture(screen, "server.png")
        screen.press(APP, name="Stop")
        screen.wait(APP, starts="The server is not running")
        screen.press(APP, name="Close")
        screen.gone(APP, name="Close")
        assert screen.deaths() == ()


def test_another_server_is_chosen_and_not_stopped_under_a_job(bench: Bench, tmp_path: Path) -> None:
    plugin_bench.install(bench)
    state = tmp_path / "state"
    with plugin_bench.mirror(bench, state), Screen(bench) as screen:
        place = chosen(bench)
        screen.open()
        screen.choose(*ENTRY)
        screen.wait(APP, starts="Server ")

        (state / "hold").touch()
        request = JobRequest(
            target=pixels(1), task=Colorize(), references=(Reference(pixels(3), "any"),)
        )
        with connect(place["address"], place["token"]) as client, client.run(request):
            while "1 running" not in screen.wait(APP, starts="Server ")["text"]:
                time.sleep(0.2)
            screen.press(APP, name="Stop")
            screen.wait(APP, starts="The server has 1 job")
            screen.shot("stop")
            screen.press(APP, name="Let it run")
            screen.gone(APP, starts="The server has 1 job")
            assert client.describe().queue.running == 1
        (state / "hold").unlink()

        screen.enter("wrong", APP, role="password text")
        screen.press(APP, name="Connect")
        screen.wait(APP, starts=f"The server at {place['address']} did not accept the token")
        keep_picture(screen, "server-wrong-token.png")
        screen.enter(place["token"], APP, role="password text")
        screen.enter("SHA256:00", APP, role="text", name="Certificate's fingerprint")
        screen.press(APP, name="Connect")
        screen.wait(APP, starts="The fingerprint is not")
        screen.enter("SHA256:" + 64 * "0", APP, role="text", name="Certificate's fingerprint")
        screen.press(APP, name="Connect")
        screen.wait(APP, starts="No safe connection")
        screen.press(APP, starts="The one of this computer")
        screen.press(APP, name="Connect")
        screen.wait(APP, starts="The server is not running, and its program is not known")
        keep_picture(screen, "server-unknown-program.png")
        assert chosen(bench)["address"] == ""
        assert screen.deaths() == ()
