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
        ("import numpy as np\n", "line 3: it needs the Python module numpy"),
        ("gimp.register_load_handler('a', 'b', 'c')\n", "line 3: it adds a file format"),
        ("def f(:\n", "line 3: this is no valid Python"),
    ],
)
def test_obstacles_are_named_with_their_line(tmp_path: Path, text: str, why: str) -> None:
    verdict = checking.check(write(tmp_path, HEAD + text + TAIL))
    assert verdict.state == "fails"
    assert why in verdict.obstacles[0].said()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("pdb.plug_in_resynthesizer(1)\n", "line 3: plug-in-resynthesizer is gone. It never was"),
        ("pdb.plug_in_nonesuch(1)\n", "line 3: GIMP 3 has no procedure plug-in-nonesuch"),
        ("pdb['plug-in-nonesuch'](1)\n", "line 3: GIMP 3 has no procedure plug-in-nonesuch"),
        ("def f():\n    import gtk\n", "line 4: it opens windows of GTK 2"),
    ],
)
def test_what_fails_only_when_it_is_reached_is_named(tmp_path: Path, text: str, why: str) -> None:
    verdict = checking.check(write(tmp_path, HEAD + text + TAIL))
    assert verdict.state == "partly"
    assert verdict.lines()[0] == "old.py: will work, but for what is named here"
    assert why in verdict.gaps[0].said()


def test_procedures_of_installed_plug_ins_are_known(tmp_path: Path) -> None:
    (tmp_path / "pluginrc").write_text('(plug-in-def "x" 0\n    (proc-def "nonesuch" 1\n')
    known = installing.known_procedures(tmp_path)
    script = write(tmp_path, HEAD + "pdb.plug_in_nonesuch(1)\n" + TAIL)
    assert checking.check(script, known).state == "works"


def test_sentences_can_be_said_in_another_language(tmp_path: Path) -> None:
    needs = "it needs the Python module {module}, which GIMP's Python does not bring"
    german = {
        "{name}: will not work": "{name} geht nicht",
        "line {line}: {text}": "Zeile {line}: {text}",
        needs: "braucht {module}",
    }
    verdict = checking.check(write(tmp_path, HEAD + "import numpy\n" + TAIL))
    assert verdict.lines(lambda text: german[text]) == [
        "old.py geht nicht",
        "  Zeile 3: braucht numpy",
    ]


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
    assert checking.check(write(tmp_path, HEAD + text + TAIL)).state == "works"


def test_other_plug_ins_are_no_scripts_of_2_10(tmp_path: Path) -> None:
    (finding,) = checking.check(write(tmp_path, "import os\n")).obstacles
    assert "does not import gimpfu" in finding.said()


def test_a_script_gets_a_folder_of_its_name(tmp_path: Path) -> None:
    script = tmp_path / "old.py"
    script.write_bytes((HEAD + TAIL).replace("\n", "\r\n").encode())
    place = installing.install_script(tmp_path / "profile", script)
    assert place == tmp_path / "profile" / "plug-ins" / "old" / "old.py"
    assert place.read_bytes().startswith(b"#!/usr/bin/env python\nfrom gimpfu import *\r\n")
    if os.name == "posix":
        assert os.access(place, os.X_OK)


def test_what_a_script_imports_from_beside_it_comes_along(tmp_path: Path) -> None:
    write(tmp_path, "import second, box.inner\n", "first.py")
    write(tmp_path, "print 'second'\n", "second.py")
    write(tmp_path, "", "other.py")
    (tmp_path / "box").mkdir()
    for name in ("__init__.py", "inner.py"):
        write(tmp_path / "box", "", name)
    script = write(tmp_path, HEAD + "import first\n" + TAIL)
    place = installing.install_script(tmp_path / "p", script, checking.check(script).neighbours)
    found = {path.relative_to(place.parent).as_posix() for path in place.parent.rglob("*.py")}
    assert found == {"old.py", "first.py", "second.py", "box/__init__.py", "box/inner.py"}


def test_a_plug_in_of_gimp_3_is_not_replaced(tmp_path: Path) -> None:
    folder = tmp_path / "plug-ins" / "old"
    folder.mkdir(parents=True)
    write(folder, "#!/usr/bin/env python3\nimport gi\n")
    with pytest.raises(FileExistsError, match="a plug-in of GIMP 3 has this name"):
        installing.install_script(tmp_path, write(tmp_path, HEAD + TAIL))
    assert installing.installed_scripts(tmp_path) == []


def test_installed_scripts_are_found_again(tmp_path: Path) -> None:
    assert not installing.is_ready(tmp_path)
    installing.install_bindings(tmp_path)
    place = installing.install_script(tmp_path, write(tmp_path, HEAD + TAIL))
    assert installing.is_ready(tmp_path)
    assert installing.installed_scripts(tmp_path) == [place]


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
