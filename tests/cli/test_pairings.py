from __future__ import annotations

from pathlib import Path

import click
import pytest
from restore_colorize.cli.pairings import (
    Pairing,
    check_outputs,
    numbered,
    pair_targets,
    read_table,
)
from restore_colorize.errors import FormatError

REFERENCE = Path("reference.jpg")


def touch(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    return path


def table(folder: Path, text: str) -> Path:
    path = folder / "table.csv"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("out", "expected"),
    [("out.png", "out.png"), ("out", "out/old.jpg"), ("out.TIF", "out.TIF"), ("o.bmp", "o.bmp")],
)
def test_one_target_goes_into_a_file_or_a_folder(out: str, expected: str) -> None:
    (pairing,) = pair_targets([Path("old.jpg")], [REFERENCE], Path(out))
    assert pairing == Pairing(Path("old.jpg"), (REFERENCE,), Path(expected))


def test_an_existing_folder_is_a_folder_whatever_its_name(tmp_path: Path) -> None:
    folder = tmp_path / "results.png"
    folder.mkdir()
    (pairing,) = pair_targets([Path("old.jpg")], [REFERENCE], folder)
    assert pairing.output == folder / "old.jpg"


def test_a_folder_of_targets_stands_for_its_pictures_in_order(tmp_path: Path) -> None:
    for name in ("b.PNG", "a.tif", "notes.txt", "inner/c.png"):
        touch(tmp_path / "scans" / name)
    pairings = pair_targets([tmp_path / "scans"], [REFERENCE], tmp_path / "scans.2024", ".webp")
    assert [pairing.output.name for pairing in pairings] == ["a.webp", "b.webp"]
    assert {pairing.output.parent for pairing in pairings} == {tmp_path / "scans.2024"}


def test_hidden_files_and_folders_are_no_pictures_of_a_folder(tmp_path: Path) -> None:
    for name in ("a.png", "._a.png", ".trash.tif", "d.tif/inner.png"):
        touch(tmp_path / "scans" / name)
    pairings = pair_targets([tmp_path / "scans"], [REFERENCE], tmp_path / "out")
    assert [pairing.target.name for pairing in pairings] == ["a.png"]
    (tmp_path / "scans/a.png").unlink()
    with pytest.raises(click.UsageError, match="holds no pictures"):
        pair_targets([tmp_path / "scans"], [REFERENCE], tmp_path / "out")


def test_a_hidden_file_that_is_named_is_a_target() -> None:
    (pairing,) = pair_targets([Path(".old.png")], [REFERENCE], Path("out"))
    assert pairing.output == Path("out/.old.png")


def test_several_targets_are_refused_for_one_file() -> None:
    with pytest.raises(click.UsageError, match="name a folder"):
        pair_targets([Path("a.png"), Path("b.png")], [REFERENCE], Path("out.png"))


def test_a_folder_without_pictures_is_named(tmp_path: Path) -> None:
    with pytest.raises(click.UsageError, match="holds no pictures"):
        pair_targets([tmp_path], [REFERENCE], Path("out"))


@pytest.mark.parametrize(
    "text",
    [
        "a.png,r.png;s.png,x.png\n\nb.png,,deep/y.png\n",
        "target,reference,output\na.png, r.png ; s.png ,x.png\nb.png,,deep/y.png",
        "\ufeffOutput,Target,Reference\nx.png,a.png,r.png;s.png\ndeep/y.png,b.png,\n",
    ],
    ids=["without header", "with header", "other order and byte order mark"],
)
def test_a_table_is_read_with_and_without_header(tmp_path: Path, text: str) -> None:
    first, second = read_table(table(tmp_path, text), [REFERENCE], None)
    assert first == Pairing(
        tmp_path / "a.png", (tmp_path / "r.png", tmp_path / "s.png"), tmp_path / "x.png"
    )
    assert second == Pairing(tmp_path / "b.png", (REFERENCE,), tmp_path / "deep/y.png")


def test_a_table_without_outputs_goes_into_the_folder(tmp_path: Path) -> None:
    (pairing,) = read_table(table(tmp_path, "a.tif,r.png\n"), [], Path("out"), ".png")
    assert pairing.output == Path("out/a.png")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no rows"),
        ("target,reference\n", "no rows"),
        ("a.png,r.png\n", "line 1, names no output"),
        ("a.png,r.png,o.png\n,r.png,o.png\n", "line 2, names no target"),
        ("target,color\na.png,r.png\n", "unknown column 'color'"),
        ("a.png,r.png,o.png,more\n", "line 1, has 4 cells"),
        ('a.png,"r.png,o.png\n', "cannot be read"),
    ],
)
def test_a_broken_table_is_refused_in_words(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(FormatError, match=message):
        read_table(table(tmp_path, text), [], None)


def test_inputs_are_never_outputs(tmp_path: Path) -> None:
    target = touch(tmp_path / "a.png")
    link = tmp_path / "link.png"
    link.symlink_to(target)
    mask = touch(tmp_path / "mask.png")
    for output in (target, link, tmp_path / "x" / ".." / "a.png", REFERENCE, mask):
        with pytest.raises(click.UsageError, match="one of the inputs"):
            check_outputs([Pairing(target, (REFERENCE,), output)], [mask], 1)


def test_a_numbered_candidate_is_no_input_either(tmp_path: Path) -> None:
    target = touch(tmp_path / "out-2.png")
    with pytest.raises(click.UsageError, match="one of the inputs"):
        check_outputs([Pairing(target, (), tmp_path / "out.png")], [], 2)


@pytest.mark.parametrize("suffix", ["", ".png"])
def test_two_targets_never_become_one_file(suffix: str) -> None:
    pairings = pair_targets([Path("x/a.png"), Path("y/a.png")], [REFERENCE], Path("out"), suffix)
    with pytest.raises(click.UsageError, match=r"would both become .* in separate runs"):
        check_outputs(pairings, [], 1)


@pytest.mark.parametrize("names", [("s.tif", "s.jpg", "t.jpg"), ("t.jpg", "s.jpg", "s.tif")])
def test_targets_that_differ_in_their_suffix_keep_it_in_their_names(
    tmp_path: Path, names: tuple[str, ...]
) -> None:
    targets = [Path(name) for name in names]
    expected = {"s.tif": "s-tif.png", "s.jpg": "s-jpg.png", "t.jpg": "t.png"}
    rows = "".join(f"{name},,\n" for name in names)
    for pairings in (
        pair_targets(targets, [REFERENCE], Path("out"), ".png"),
        read_table(table(tmp_path, rows), [REFERENCE], Path("out"), ".png"),
    ):
        check_outputs(pairings, [])
        assert {one.target.name: one.output.name for one in pairings} == expected
    kept = pair_targets(targets, [REFERENCE], Path("out"))
    assert [pairing.output.name for pairing in kept] == list(names)


def test_unknown_kinds_of_outputs_are_refused() -> None:
    with pytest.raises(click.UsageError, match="no known kind"):
        check_outputs([Pairing(Path("a.png"), (), Path("out.bmp"))], [], 1)


def test_candidates_are_numbered_from_one() -> None:
    assert numbered(Path("d/out.png"), 1) == [Path("d/out.png")]
    assert numbered(Path("d/out.png"), 2) == [Path("d/out-1.png"), Path("d/out-2.png")]
