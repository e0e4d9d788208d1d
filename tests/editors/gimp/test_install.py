"""``restore-colorize install-plugins`` beside a real GIMP, which it asks whether all is well."""

from __future__ import annotations

import sys

from tests.editors.gimp.bench import Bench
from tests.editors.roots import Finished


def install(bench: Bench, *words: str) -> Finished:
    inside = bench.with_server()
    command = [sys.executable, "-m", "restore_colorize", "install-plugins", "--gimp", *words]
    return inside.root.run(command, inside.visit, timeout_s=200)


def test_gimp_is_asked_whether_it_knows_the_entries(bench: Bench) -> None:
    done = install(bench)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "GIMP knows them" in done.stdout
    assert install(bench, "--uninstall").returncode == 0
    assert not (bench.profile / "plug-ins" / "restore_colorize_gimp").exists()
