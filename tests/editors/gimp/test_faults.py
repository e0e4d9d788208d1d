"""Servers that are away, refuse or die, and images that go: a sentence, and nothing changed."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from tests.editors.gimp import plugin_bench
from tests.editors.gimp.bench import Bench
from tests.editors.gimp.screen import Screen
from tests.editors.gimp.test_threads import GUARD

LIMIT_S = 250.0


def color_in_vain() -> dict[str, Any]:
    """Ask for a colorization that fails; tell what was said and what it left behind."""
    from gi.repository import Gimp
    from inside_gimp import call, read, write

    image = Gimp.Image.new(20, 10, Gimp.ImageBaseType.GRAY)
    layer = Gimp.Layer.new(
        image, "photo", 20, 10, Gimp.ImageType.GRAY_IMAGE, 100.0, Gimp.LayerMode.NORMAL
    )
    image.insert_layer(layer, None, 0)
    write(layer, bytes(range(200)), "Y' u8")
    image.clean_all()
    answer = call(
        "restore-colorize-from-reference", image=image, drawables=[layer], reference_layer=layer
    )
    after = call("gimp-image-get-layers", image=image)
    found = {
        "answer": [answer.status, answer.message],
        "is dirty": image.is_dirty(),
        "mode": image.get_base_type().value_nick,
        "layers": len(image.get_layers()),
        "is same": read(layer, "Y' u8") == bytes(range(200)),
        "images": len(Gimp.get_images()),
        "gimp": after.status,
    }
    image.delete()
    return found


UNTOUCHED = {
    "is dirty": False,
    "mode": "gray",
    "layers": 1,
    "is same": True,
    "images": 1,
    "gimp": "success",
}


def check(found: dict[str, Any], *words: str) -> None:
    status, message = found.pop("answer")
    assert found == UNTOUCHED
    assert status == "execution-error", message
    for word in words:
        assert word in message, message


def wait_for(condition: Callable[[], Any]) -> None:
    end = time.monotonic() + LIMIT_S
    while not condition():
        assert time.monotonic() < end, "what was waited for did not happen"
        time.sleep(0.1)


def test_a_server_that_is_away_or_refuses_is_said_with_the_remedy(
    bench: Bench, tmp_path: Path
) -> None:
    plugin_bench.install(bench)
    state = tmp_path / "state"
    with plugin_bench.mirror(bench, state):
        (state / "shrink").touch()
        check(bench.batch(color_in_vain, timeout_s=280).value, "size")
        plugin_bench.tell_server(bench, state, token="wrong")
        check(bench.batch(color_in_vain, timeout_s=280).value, "token", "Server…")
        plugin_bench.tell_server(bench, state, address="127.0.0.1:1")
        check(bench.batch(color_in_vain, timeout_s=280).value, "127.0.0.1:1")
    (bench.profile / "restore-colorize-server.json").unlink()
    check(bench.batch(color_in_vain, timeout_s=280).value, "not running", "Server…")


def test_a_server_killed_while_it_works_is_said(bench: Bench, tmp_path: Path) -> None:
    plugin_bench.install(bench)
    state = tmp_path / "state"
    with plugin_bench.mirror(bench, state) as server:
        (state / "hold").touch()

        def kill_when_it_works() -> None:
            wait_for((state / "brought.npz").exists)
            server.kill()

        killer = threading.Thread(target=kill_when_it_works)
        killer.start()
        found = bench.batch(color_in_vain, timeout_s=2 * LIMIT_S).value
        killer.join()
    check(found, "server")


def delete_the_layer() -> int:
    from gi.repository import Gimp

    image = Gimp.get_images()[0]
    image.remove_layer(image.get_layers()[0])
    return len(image.get_layers())


def copy_all() -> bool:
    from gi.repository import Gimp

    return bool(Gimp.edit_copy(Gimp.get_images()[0].get_layers()))


def test_images_and_layers_that_go_while_nobody_is_asked(bench: Bench, tmp_path: Path) -> None:
    plugin_bench.install(bench)
    state = tmp_path / "state"
    Image.linear_gradient("L").save(bench.out / "photo.png")
    app, entry = "restore_colorize_gimp", "Colorize from Reference…"
    guarded = bench.with_env(PYTHONPATH=GUARD)
    with plugin_bench.mirror(bench, state), Screen(guarded) as screen:
        screen.open("/out/photo.png")
        screen.python(copy_all)
        screen.choose("Filters", "Restore & Colorize", entry)
        screen.select(1, app, role="combo box", name="Reference image")
        screen.wait(app, role="button", name="More reference files")
        screen.press(app, role="check box", name="Reference from the clipboard")
        screen.shot("references")
        screen.press(app, name="Colorize")
        screen.wait(app, starts="Choose one or more")
        assert names_brought(state) == ["[photo] (imported)", "clipboard"]
        screen.press(app, name="Insert")
        screen.wait_window(r"RGB color.*2 layers")
        screen.focus("2 layers")
        screen.key("ctrl+z")
        screen.wait_window(r"[Gg]rayscale.*1 layer\b")

        begin_held(screen, state)
        screen.python(delete_the_layer)
        screen.wait_window("0 layers")
        (state / "hold").unlink()
        screen.wait("gimp", starts="Execution error")
        screen.shot("layer-gone")
        screen.press("gimp", name="OK")
        screen.focus("0 layers")
        screen.key("ctrl+z")
        screen.wait_window(r"[Gg]rayscale.*1 layer\b")  # one undo is the deletion itself

        begin_held(screen, state)
        screen.focus("1 layer")
        screen.key("ctrl+w")
        screen.wait_window("^GNU Image Manipulation Program$")
        (state / "hold").unlink()
        screen.wait("gimp", starts="Execution error")
        screen.shot("image-gone")
        assert screen.is_running()
        assert screen.deaths() == ()
    assert not (bench.out / "off-thread.txt").exists()


def names_brought(state: Path) -> list[str]:
    with np.load(state / "brought.npz") as found:
        return [str(name) for name in found["names"]]


def begin_held(screen: Screen, state: Path) -> None:
    """Run the entry with its last values until the server works on it."""
    (state / "brought.npz").unlink()
    (state / "hold").touch()
    screen.focus(r"1 layer\b")
    screen.key("ctrl+f")
    wait_for((state / "brought.npz").exists)
