"""Our client in GIMP's own Python, in a plug-in's process."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.client import tiny_server
from tests.client.conftest import Background, FakeServer
from tests.client.fake_server import TOKEN
from tests.editors.gimp.bench import Bench

PROBE = Path(__file__).resolve().parent / "probe" / "rc-probe"


@pytest.fixture
def outside() -> Iterator[FakeServer]:
    """A server outside of the root that sends back what it gets."""
    background = Background()
    server = FakeServer(background)
    yield server
    server.stop()
    background.stop()


def send_a_layer(width: int, height: int) -> dict[str, Any]:
    from gi.repository import Gimp
    from inside_gimp import call, read, write

    image = Gimp.Image.new(width, height, Gimp.ImageBaseType.RGB)
    layer = Gimp.Layer.new(
        image, "target", width, height, Gimp.ImageType.RGB_IMAGE, 100.0, Gimp.LayerMode.NORMAL
    )
    image.insert_layer(layer, None, 0)
    pixels = bytes(value * 7 % 256 for value in range(width * height * 3))
    write(layer, pixels, "R'G'B' u8")
    answer = call("rc-probe-client", image=image, drawables=[layer], name="came back")
    top = image.get_layers()[0]
    came = read(top, "R'G'B' u8")
    found = {
        "status": answer.status,
        "message": answer.message,
        "name": top.get_name(),
        "is_same": came == pixels,
        "is_gray": came[0::3] == came[1::3] == came[2::3],
        "call_s": answer.wall_s,
    }
    image.delete()
    return found


def test_pixels_travel_to_a_server_outside_and_back(bench: Bench, outside: FakeServer) -> None:
    bench.install(PROBE)
    place = {"address": outside.address, "token": TOKEN}
    run = bench.with_env(RC_PROBE_CONNECT=json.dumps(place)).batch(
        send_a_layer, width=61, height=37
    )
    assert run.value["status"] == "success", run.value
    assert run.value["is_same"]
    told = json.loads((bench.out / "client.json").read_text())
    assert told["foreign"] == ["restore_colorize_client"]


def test_a_server_is_started_on_demand_and_colors(bench: Bench) -> None:
    bench.install(PROBE)
    place = {"command": [sys.executable, tiny_server.__file__]}
    run = (
        bench.with_server()
        .with_env(RC_PROBE_CONNECT=json.dumps(place))
        .batch(send_a_layer, width=61, height=37)
    )
    assert run.value["status"] == "success", run.value
    assert run.value["name"] == "came back"
    assert not run.value["is_same"]
