"""Old scripts are judged, and installed into every profile of GIMP 3."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from restore_colorize.cli.install_legacy import install_legacy
from restore_colorize.cli.install_plugins import install_gimp_plugin

SCRIPT = "#!/usr/bin/env python\nfrom gimpfu import *\nprint 'old'\nregister()\nmain()\n"


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "good.py"
    path.write_text(SCRIPT)
    return path


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    path = tmp_path / "bad.py"
    path.write_text(SCRIPT.replace("print 'old'", "import gtk"))
    return path


def run(*words: object) -> Result:
    return CliRunner().invoke(install_legacy, [str(word) for word in words], standalone_mode=False)


def test_what_will_work_goes_into_every_profile(home: Path, good: Path, bad: Path) -> None:
    folders = [home / ".config/GIMP" / version for version in ("2.10", "3.0", "3.2")]
    for folder in folders:
        folder.mkdir(parents=True)
    result = run(good, bad)
    assert result.return_value == 1
    for folder in folders[1:]:
        assert (folder / "plug-ins/good/good.py").read_text() == SCRIPT
        assert not (folder / "plug-ins/bad").exists()
        launcher = folder / "gimpfu" / "gimpfu-python"
        assert f"python={launcher}\n" in (folder / "interpreters/gimpfu.interp").read_text()
    assert list(folders[0].iterdir()) == []
    assert "bad.py: will not work\n  line 3: it opens windows of GTK 2" in result.output


def test_what_lacks_a_plug_in_is_installed_and_told(home: Path, good: Path) -> None:
    folder = home / ".config/GIMP/3.0"
    folder.mkdir(parents=True)
    good.write_text(SCRIPT.replace("print 'old'", "pdb.plug_in_nonesuch(1)"))
    result = run(good)
    assert result.return_value == 0
    assert "line 3: GIMP 3 has no procedure plug-in-nonesuch" in result.output
    assert (folder / "plug-ins/good/good.py").is_file()
    (folder / "pluginrc").write_text('(proc-def "plug-in-nonesuch" 1\n')
    assert run("--check", good).output == "good.py: will work\n"


def test_our_own_procedures_are_known_before_gimp_starts_again(home: Path, good: Path) -> None:
    folder = home / ".config/GIMP/3.0/plug-ins"
    good.write_text(SCRIPT.replace("print 'old'", "pdb.plug_in_restore_colorize_restore(1)"))
    folder.mkdir(parents=True)
    assert "will work, but" in run("--check", good).output
    install_gimp_plugin(folder, "")
    assert run("--check", good).output == "good.py: will work\n"


def test_a_plug_in_of_gimp_3_is_left_in_its_place(home: Path, good: Path) -> None:
    place = home / ".config/GIMP/3.0/plug-ins/good/good.py"
    place.parent.mkdir(parents=True)
    place.write_text("#!/usr/bin/env python3\n")
    result = run(good)
    assert result.return_value == 1
    assert "not installed: a plug-in of GIMP 3 has this name" in result.output
    assert place.read_text() == "#!/usr/bin/env python3\n"


def test_a_check_changes_nothing(home: Path, good: Path) -> None:
    folder = home / ".config/GIMP/3.0"
    folder.mkdir(parents=True)
    result = run("--check", good)
    assert (result.return_value, result.output) == (0, "good.py: will work\n")
    assert list(folder.iterdir()) == []


def test_a_missing_gimp_is_told(home: Path, good: Path) -> None:
    assert "No profile of GIMP 3 was found" in str(run(good).exception)


def test_windows_is_told_apart(home: Path, good: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    assert "only --check works here" in str(run(good).exception)
    assert run("--check", good).return_value == 0
