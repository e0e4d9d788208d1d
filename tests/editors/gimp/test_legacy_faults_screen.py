"""Scripts of GIMP 2.10 that fail, from the menu: one sentence with their line, and GIMP goes on."""

from __future__ import annotations

import pytest
from PIL import Image

from tests.editors.gimp.bench import Bench
from tests.editors.gimp.screen import Screen
from tests.editors.gimp.test_legacy import HERE, install

pytestmark = pytest.mark.timeout(1200)
RAISES = "python-fu-raises"
BROKEN = ("Filters", "Scripts that cannot run")


def test_what_fails_is_told_in_a_window_and_a_loop_can_be_ended(bench: Bench) -> None:
    install(bench, sorted((HERE / "faulty").glob("*.py")))
    Image.new("RGB", (60, 40), (10, 20, 30)).save(bench.out / "photo.png")
    with Screen(bench) as screen:
        screen.open("/out/photo.png", timeout_s=300)
        for how, line in ((0, "line 6: ZeroDivisionError"), (1, "line 8: gimp-edit-fill: takes 2")):
            screen.choose("Filters", "Legacy", "Raises")
            screen.set_value(how, RAISES, role="spin button")
            screen.press(RAISES, name="OK")
            told = screen.wait("gimp", starts="Execution error for 'Raises':\nraises.py, " + line)
            assert "Traceback" not in told["text"]
            screen.press("gimp", name="OK")
            screen.gone("gimp", starts="Execution error")
        for name, line in (
            ("broken_syntax", "line 4: this is no valid Python"),
            ("old_window", "line 2: it opens windows of GTK 2"),
        ):
            screen.choose(*BROKEN, name)
            screen.wait("gimp", starts=f"Execution error for '{name}':\n{name}.py, {line}")
            screen.press("gimp", name="OK")
            screen.gone("gimp", starts="Execution error")
        screen.choose("Filters", "Legacy", "Raises")
        screen.set_value(7, RAISES, role="spin button")
        screen.press(RAISES, name="OK")
        screen.shot("loop")
        screen.press("gimp", name="Cancel")
        screen.gone("gimp", name="Cancel")
        assert screen.is_running()
        screen.wait_window("1 layer")
