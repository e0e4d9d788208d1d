"""The plug-in put where the real GIMP looks: by the command, and by hand from the zip."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from tests.editors.gimp.bench import Bench
from tests.editors.roots import Finished
from tools.plugin_zip import build

NAME = "restore_colorize_gimp"


def install(bench: Bench, *words: str) -> Finished:
    inside = bench.with_server()
    command = [sys.executable, "-m", "restore_colorize", "install-plugins", "--gimp", *words]
    return inside.root.run(command, inside.visit, timeout_s=200)


def test_gimp_is_asked_whether_it_knows_the_entries(bench: Bench) -> None:
    done = install(bench)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "GIMP knows them" in done.stdout
    assert install(bench, "--uninstall").returncode == 0
    assert not (bench.profile / "plug-ins" / NAME).exists()


def entries() -> list[object]:
    from gi.repository import Gimp
    from inside_gimp import call

    names = Gimp.get_pdb().query_procedures("restore-colorize-.*", *[".*"] * 7)
    answer = call("restore-colorize-server", start=True)
    return [len(names), answer.status, answer.message]


def test_an_unpacked_zip_gives_all_entries_and_asks_for_the_server_once(
    bench: Bench, tmp_path: Path
) -> None:
    folder = bench.profile / "plug-ins"
    shutil.unpack_archive(build(tmp_path), folder)
    (folder / NAME / f"{NAME}.py").chmod(0o755)  # as the README in the zip says
    count, status, message = bench.batch(entries).value
    assert count == 10
    assert status == "execution-error"
    assert "name it once in “Server…”" in message
