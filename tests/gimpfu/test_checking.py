"""Scripts are judged before they are run, and put where GIMP looks."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from gimpfu_bindings import checking, installing

HEAD = "#!/usr/bin/env python\nfrom gimpfu import *\n"
TAIL = "register()\nmain()\n"


def write(folder: Path, text: str, name: str = "old.py") -> Path:
    path = folder / name
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("import gtk\n", "line 3: it opens windows of GTK 2"),
        ("import pygtk, os\n", "line 3: it opens windows of GTK 2"),
        ("import numpy as np\n", "line 3: it needs numpy"),
        ("pdb.plug_in_resynthesizer(1)\n", "line 3: plug-in-resynthesizer is gone. It never was"),
        ("pdb.plug_in_nonesuch(1)\n", "GIMP 3 has no procedure plug-in-nonesuch"),
        ("gimp.register_load_handler('a', 'b', 'c')\n", "line 3: it adds a file format"),
        ("def f(:\n", "line 3: this is no valid Python"),
    ],
)
def test_obstacles_are_named_with_their_line(tmp_path: Path, text: str, why: str) -> None:
    verdict = checking.check(write(tmp_path, HEAD + text + TAIL))
    assert not verdict.works
    assert why in verdict.obstacles[0]


@pytest.mark.parametrize(
    "text",
    [
        "print 'fine'; pdb.gimp_edit_fill(1, 2); pdb.plug_in_gauss(1, 2, 3, 3, 0)\n",
        "try:\n    import numpy\nexcept ImportError:\n    numpy = None\n",
        "import neighbour\n",
        "import ConfigParser, urllib2\n",
    ],
)
def test_what_will_work_has_no_obstacle(tmp_path: Path, text: str) -> None:
    write(tmp_path, "", "neighbour.py")
    assert checking.check(write(tmp_path, HEAD + text + TAIL)).obstacles == ()


def test_other_plug_ins_are_no_scripts_of_2_10(tmp_path: Path) -> None:
    assert "does not import gimpfu" in checking.check(write(tmp_path, "import os\n")).obstacles[0]


def test_a_script_gets_a_folder_of_its_name(tmp_path: Path) -> None:
    script = tmp_path / "old.py"
    script.write_bytes((HEAD + TAIL).replace("\n", "\r\n").encode())
    place = installing.install_script(tmp_path / "profile", script)
    assert place == tmp_path / "profile" / "plug-ins" / "old" / "old.py"
    assert place.read_bytes().startswith(b"#!/usr/bin/env python\nfrom gimpfu import *\r\n")
    if os.name == "posix":
        assert os.access(place, os.X_OK)


def test_the_bindings_and_the_interpreter_file_are_installed(tmp_path: Path) -> None:
    launcher = installing.install_bindings(tmp_path)
    assert launcher.is_file()
    assert (tmp_path / "gimpfu" / "gimpfu.py").is_file()
    told = (tmp_path / "interpreters" / "gimpfu.interp").read_text()
    assert f"python={launcher}\n" in told
    assert f":GimpfuPy:E::py::{launcher}:" in told


def test_the_command_says_what_will_not_work(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = write(tmp_path, HEAD + TAIL, "good.py")
    bad = write(tmp_path, HEAD + "import gtk\n" + TAIL, "bad.py")
    assert installing.main(["--check", str(good), str(bad)]) == 1
    told = capsys.readouterr().out
    assert "good.py: will work" in told
    assert "bad.py: will not work\n  line 3: it opens windows of GTK 2" in told
