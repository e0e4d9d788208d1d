from __future__ import annotations

import json
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from restore_colorize import __version__
from restore_colorize.cli.install_plugins import install_plugins
from restore_colorize.cli.installed import look_at_plugin, misplaced_copies

NAME = "restore_colorize_gimp"


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


def test_the_copy_that_gimp_made_of_another_profile_is_replaced_too(home: Path) -> None:
    old, copied = profile(home, "3.0"), profile(home, "3.2")
    install()
    shutil.rmtree(copied.parent, ignore_errors=True)
    (old / "install.json").write_text('{"version": "0.0.1", "python": ""}')
    shutil.copytree(old, copied)  # as GIMP 3.2 does when it starts for the first time
    assert look_at_plugin(copied).is_stale(__version__)
    assert install().output.count("replaced (version 0.0.1 before)") == 2
    assert not look_at_plugin(copied).is_stale(__version__)


def test_the_user_reads_which_python_runs_the_server(home: Path) -> None:
    profile(home, "3.0")
    assert f"its server runs with {sys.executable}" in install().output


def break_mode(place: Path) -> None:
    (place / f"{NAME}.py").chmod(0o644)


def break_lines(place: Path) -> None:
    file = place / f"{NAME}.py"
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))


def break_client(place: Path) -> None:
    shutil.rmtree(place / "lib")


def break_python(place: Path) -> None:
    (place / "install.json").write_text('{"version": "1", "python": "/gone/python"}')


def break_main(place: Path) -> None:
    (place / f"{NAME}.py").unlink()


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (break_mode, "may not be executed"),
        (break_lines, "line ends of Windows"),
        (break_client, "lacks the client"),
        (break_python, "/gone/python, which ran the server"),
        (break_main, "is missing"),
    ],
)
def test_why_gimp_shows_no_entry_is_found_without_gimp(
    home: Path, damage: Callable[[Path], None], words: str
) -> None:
    place = profile(home, "3.0")
    install()
    assert not look_at_plugin(place).faults
    damage(place)
    (fault,) = look_at_plugin(place).faults
    assert words in fault
    assert "install-plugins --gimp" in fault


def test_copies_that_gimp_skips_are_named(home: Path) -> None:
    place = profile(home, "3.0")
    install()
    assert not misplaced_copies(place.parent)
    shutil.copytree(place, place.parent / f"{NAME}-0.1.0")
    shutil.copytree(place, place.parent / "unpacked" / NAME)
    shutil.copy(place / f"{NAME}.py", place.parent)
    assert len(misplaced_copies(place.parent)) == 3
    done = CliRunner().invoke(
        install_plugins, ["--gimp"], standalone_mode=False, env={"PATH": "/nowhere"}
    )
    assert done.return_value == 1
    assert "has another name or place than GIMP expects" in done.output


@pytest.fixture
def console(home: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """A GIMP without windows that prints what it is told to."""
    folder = home / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))

    def make(printed: str) -> None:
        file = folder / "gimp-console-3.2"
        file.write_text(f"#!/bin/sh\n/bin/cat <<'END'\n{printed}\nEND\n")
        file.chmod(0o755)

    return make


def test_gimp_itself_is_asked_and_its_reason_is_told(
    home: Path, console: Callable[[str], None]
) -> None:
    profile(home, "3.2")

    def asked() -> Result:
        return CliRunner().invoke(install_plugins, ["--gimp"], standalone_mode=False)

    console(f"restore-colorize: found {home}/.config/GIMP/3.2")
    assert "GIMP knows them" in asked().output
    console("restore-colorize: missing /elsewhere/GIMP/3.2")
    done = asked()
    assert done.return_value == 1
    assert "/elsewhere/GIMP/3.2, into which nothing was installed" in done.output
    console(f"restore-colorize: missing {home}/.config/GIMP/3.2\nImportError: no gi")
    assert "ImportError: no gi" in asked().output


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
