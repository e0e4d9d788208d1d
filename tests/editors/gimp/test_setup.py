"""*Check Setup…*: what it finds, in words that can be copied."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tests.editors.gimp import plugin_bench, test_legacy
from tests.editors.gimp.bench import Bench
from tests.editors.gimp.pictures import keep_picture
from tests.editors.gimp.screen import Screen

APP = "restore_colorize_gimp"
ENTRY = ("Filters", "Restore & Colorize", "Check Setup…")
HERE = "/opt/restore-colorize"  # where the picture for the docs shows the program
PYTHON = f"{HERE}/bin/python"
DOCTOR_S = 600.0  # on a busy machine


def check_setup() -> list[str]:
    from inside_gimp import call

    answer = call("restore-colorize-check-setup")
    return [answer.status, *answer.values]


def test_a_sandboxed_gimp_is_told_how_to_get_a_server(bench: Bench) -> None:
    plugin_bench.install(bench)
    status, report = bench.with_env(SNAP="/usr").batch(check_setup).value
    assert status == "success"
    assert "GIMP comes from Snap" in report
    assert "serve --at-login" in report


def test_old_scripts_are_told_one_by_one(bench: Bench, tmp_path: Path) -> None:
    plugin_bench.install(bench)
    head = "#!/usr/bin/env python\nfrom gimpfu import *\n"
    texts = {
        "good": "def f(): pdb.gimp_edit_fill(1, 2); pdb.plug_in_restore_colorize_restore(1, 2)\n",
        "lacks": "def f(): pdb.plug_in_nonesuch(1)\n",
        "old_window": "import gtk\n",
    }
    scripts = [tmp_path / f"{name}.py" for name in texts]
    for script in scripts:
        entry = f"register('{script.stem}', '', '', '', '', '', '', '', [], [], None)\nmain()\n"
        script.write_text(head + texts[script.stem] + entry)
    test_legacy.install(bench, scripts)
    (bench.profile / "plug-ins" / "loose.py").write_text(head)
    status, report = (
        bench.with_env(SNAP="/usr", LANGUAGE="de").batch(check_setup, timeout_s=600).value
    )
    assert status == "success"
    told = report[report.index("Skripte von GIMP 2.10:") :].splitlines()
    assert told[1:6] == [
        "✓ good.py: wird funktionieren",
        "• lacks.py: wird funktionieren, bis auf das hier Genannte",
        "    Zeile 3: GIMP 3 hat keine Prozedur plug-in-nonesuch: Sie gehört zu einem Plug-in, das "
        "nicht installiert ist",
        "✗ old_window.py: wird nicht funktionieren",
        "    Zeile 3: es öffnet Fenster von GTK 2, das GIMP 3 nicht hat",
    ]
    assert told[6].startswith("✗ loose.py braucht in GIMP 3 einen eigenen Ordner")


@pytest.mark.timeout(2 * DOCTOR_S)
def test_the_doctors_findings_and_an_older_plugin_are_said(bench: Bench) -> None:
    plugin_bench.install(bench, PYTHON)
    stamp = bench.profile / "plug-ins" / APP / "install.json"
    told = json.loads(stamp.read_text())
    stamp.write_text(json.dumps({**told, "version": "0.0.9"}))
    with Screen(bench.with_server().with_bind(Path(sys.prefix), HERE)) as screen:
        screen.open()
        screen.choose(*ENTRY)
        screen.wait(APP, starts="Asking “restore-colorize doctor”", timeout_s=DOCTOR_S)
        screen.press(APP, name="Cancel")
        screen.gone(APP, name="Cancel")
        screen.choose(*ENTRY)
        report = screen.wait(APP, role="label", starts="GIMP ", timeout_s=DOCTOR_S)["text"]
        assert "The plug-in is version 0.0.9, the server" in report
        assert f"The server is run by {PYTHON}." in report
        assert "✓ self-test" in report
        assert "plug-in 0.0.9, here" in report
        keep_picture(screen, "check-setup.png")
        screen.press(APP, name="Copy all")
        screen.press(APP, name="Close")
        screen.gone(APP, name="Close")
        assert screen.deaths() == ()
