from __future__ import annotations

import json
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from restore_colorize import __version__
from restore_colorize.cli.install_plugins import install_plugins

NAME = "restore_colorize_gimp"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    for variable in ("XDG_CONFIG_HOME", "GIMP3_DIRECTORY"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    return tmp_path


def install(*words: str) -> Result:
    options = ["--gimp", "--no-verify", *words]
    return CliRunner().invoke(install_plugins, options, standalone_mode=False)


def profile(home: Path, version: str, parent: str = ".config/GIMP") -> Path:
    folder = home / parent / version
    folder.mkdir(parents=True)
    return folder / "plug-ins" / NAME


def test_every_profile_of_gimp_3_gets_the_plugin_and_its_client(home: Path) -> None:
    places = [profile(home, "3.0"), profile(home, "3.2")]
    old = profile(home, "2.10")
    assert install().return_value == 0
    for place in places:
        assert stat.S_IMODE((place / f"{NAME}.py").stat().st_mode) == 0o755
        assert (place / "lib" / "restore_colorize_client" / "__init__.py").is_file()
        stamp = json.loads((place / "install.json").read_text())
        assert stamp == {"version": __version__, "python": sys.executable}
    assert not old.exists()


def test_the_installed_client_needs_nothing_else(home: Path) -> None:
    place = profile(home, "3.0")
    install()
    code = "import restore_colorize_client.editing as e; print(e.__file__)"
    done = subprocess.run(
        [sys.executable, "-S", "-E", "-c", code],
        cwd=place / "lib",
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith(str(place))


def test_a_new_version_replaces_the_old_one_whole(home: Path) -> None:
    place = profile(home, "3.0")
    place.mkdir(parents=True)
    (place / "left_over.py").touch()
    assert "replaced" in install().output
    assert not (place / "left_over.py").exists()
    assert not list(place.parent.glob("*.part"))


def test_a_dry_run_only_tells(home: Path) -> None:
    place = profile(home, "3.0")
    assert f"would install {place}" in install("--dry-run").output
    assert not place.parent.exists()
    install()
    assert f"would remove {place}" in install("--uninstall", "--dry-run").output
    assert place.exists()


def test_uninstalling_removes_what_was_installed_and_nothing_else(home: Path) -> None:
    place = profile(home, "3.0")
    neighbor = place.parent / "other"
    neighbor.mkdir(parents=True)
    install()
    assert "removed" in install("--uninstall").output
    assert list(place.parent.iterdir()) == [neighbor]
    assert "nothing installed" in install("--uninstall").output


def test_a_sandboxed_gimp_starts_no_server_and_the_user_is_told(home: Path) -> None:
    place = profile(home, "3.0", ".var/app/org.gimp.GIMP/config/GIMP")
    assert "restore-colorize serve" in install().output
    assert json.loads((place / "install.json").read_text())["python"] == ""


def test_without_gimp_3_a_sentence_says_what_to_do(home: Path) -> None:
    missing = install()
    assert missing.return_value == 1
    assert "install GIMP 3" in missing.output
    profile(home, "2.10")
    assert "Only GIMP 2.10" in install().output
