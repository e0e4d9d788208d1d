"""Every old procedure of the alias table, called from a script in the real GIMP: its effect.

``legacy/sweep/calls.txt`` says how each is called and what must hold then.
"""

from __future__ import annotations

from collections import defaultdict

import pytest

from tests.editors.gimp.test_legacy import HERE, TIMEOUT_S, install, new_bench
from tests.editors.roots import PROJECT, Root

CALLS = HERE / "sweep" / "calls.txt"

pytestmark = pytest.mark.timeout(1200)


def old_names() -> list[str]:
    """Return the procedures of the alias table."""
    table = PROJECT / "gimpfu" / "gimpfu_bindings" / "aliases.tsv"
    return [line.split("\t")[0] for line in table.read_text().splitlines()[1:]]


def sweep() -> None:
    import os

    from gi.repository import Gio
    from inside_gimp import call

    calls, told = "/src/tests/editors/gimp/legacy/sweep/calls.txt", "/out/told.tsv"
    with open(calls) as file:
        lines = [line for line in map(str.strip, file) if line and not line.startswith("#")]
    files = {"calls": Gio.File.new_for_path(calls), "told": Gio.File.new_for_path(told)}
    start = 0
    while start < len(lines):
        done = call("python-fu-every-alias", start=start, **files)
        if done.status == "success":
            return
        written = 0
        if os.path.exists(told):
            with open(told) as file:
                written = len(file.readlines())
        with open(told, "a") as file:  # the script died in this line's call
            file.write(lines[written].partition("|")[0].strip() + f"\t{done.message}\n")
        start = written + 1


@pytest.fixture(scope="module")
def wrong(gimp_root: Root, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """What was wrong by the procedures' names; all were called in one GIMP."""
    bench = new_bench(gimp_root, tmp_path_factory.mktemp("sweep"))
    install(bench, [HERE / "sweep" / "every_alias.py"])
    bench.batch(sweep, timeout_s=TIMEOUT_S)
    found = defaultdict(list)
    for line in (bench.out / "told.tsv").read_text(encoding="utf-8").splitlines():
        name, _, text = line.partition("\t")
        found[name] += [text] if text else []
    return dict(found)


@pytest.mark.parametrize("name", old_names())
def test_old_procedure_has_its_effect(name: str, wrong: dict[str, list[str]]) -> None:
    assert name in wrong, "calls.txt has no line for it"
    assert wrong[name] == []
