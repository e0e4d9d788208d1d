"""Which target takes which references and goes where; no pixels."""

from __future__ import annotations

import csv
import os
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from restore_colorize.errors import FormatError

__all__ = [
    "SUFFIXES",
    "Pairing",
    "beside",
    "check_outputs",
    "mask_for",
    "numbered",
    "pair_targets",
    "read_table",
    "readable",
]

SUFFIXES = (".png", ".tif", ".tiff", ".jpg", ".jpeg", ".webp")
_COLUMNS = ("target", "reference", "output")
_SEPARATOR = ";"  # between several references in one cell


@dataclass(frozen=True)
class Pairing:
    """One target, the references whose colors it takes, and the file that it becomes."""

    target: Path
    references: tuple[Path, ...]
    output: Path


def pair_targets(
    targets: Sequence[Path], references: Sequence[Path], out: Path, suffix: str = ""
) -> list[Pairing]:
    """Give every target the same references; targets that are folders stand for their pictures.

    Args:
        targets: files and folders (not their sub-folders).
        references: for all of them.
        out: a file; a folder when it exists as one, has no suffix, or is asked to hold several.
        suffix: of outputs that go into a folder, such as ".png"; empty keeps the target's. Where
            s.tif and s.jpg would both become s.png, they become s-tif.png and s-jpg.png.

    Raises:
        click.UsageError: a folder holds no pictures, or several targets go into one file.
    """
    pictures = [picture for target in targets for picture in _pictures(target)]
    are_several = len(pictures) > 1 or any(target.is_dir() for target in targets)
    is_file_name = out.suffix.lower() in SUFFIXES if are_several else bool(out.suffix)
    into_folder = out.is_dir() or not is_file_name
    if are_several and not into_folder:
        raise click.UsageError(f"Several targets cannot go into the one file {out}: name a folder.")
    inside = _inside(out, pictures, suffix)
    return [
        Pairing(target, tuple(references), inside[target] if into_folder else out)
        for target in pictures
    ]


def read_table(
    table: Path, references: Sequence[Path], out: Path | None, suffix: str = ""
) -> list[Pairing]:
    """Read targets, references and outputs from a CSV file.

    The columns are target, reference, output, in this order or in that of a first row that names
    them. Several references are separated by ``;``. An empty reference takes ``references``, an
    empty output goes into ``out``. Paths start at the table's folder, outputs at ``out`` if given.

    Raises:
        FormatError: the table cannot be read, or a row lacks something; names the line.
    """
    base = table.parent
    rows = _rows(table)
    if not rows:
        raise FormatError(f"{table} has no rows.")
    for line, row in rows:
        if not row.get("target"):
            raise FormatError(f"{table}, line {line}, names no target.")
        if not row.get("output") and out is None:
            raise FormatError(f"{table}, line {line}, names no output; or give a folder with -o.")
    folder = out or base
    unnamed = [base / row["target"] for _, row in rows if not row.get("output")]
    inside = _inside(folder, unnamed, suffix)
    pairings = []
    for _, row in rows:
        target, output = base / row["target"], row.get("output")
        own = [
            base / name.strip()
            for name in (row.get("reference") or "").split(_SEPARATOR)
            if name.strip()
        ]
        pairings.append(
            Pairing(target, tuple(own or references), folder / output if output else inside[target])
        )
    return pairings


def check_outputs(
    pairings: Sequence[Pairing],
    inputs: Iterable[Path],
    candidates: int = 1,
    further: Sequence[str] = (),
) -> None:
    """Refuse outputs that would replace an input or each other.

    Args:
        pairings: what will be done.
        inputs: all further files that are read (masks, hints, tables).
        candidates: outputs for each pairing.
        further: what else is written for each, such as "sheet" for OUT-sheet.

    Raises:
        click.UsageError: names the file.
    """
    read = {path.resolve() for path in inputs}
    for pairing in pairings:
        read.update(path.resolve() for path in (pairing.target, *pairing.references))
    written: dict[Path, Path] = {}
    for pairing in pairings:
        others = [beside(pairing.output, what) for what in further]
        for output in (*numbered(pairing.output, candidates), *others):
            where = output.resolve()
            if where in read:
                raise click.UsageError(
                    f"The output {output} is one of the inputs, which are never written: choose "
                    "another name or folder."
                )
            if where in written:
                raise click.UsageError(
                    f"{written[where]} and {pairing.target} would both become {output}: work on "
                    "them in separate runs, each with an output folder of its own."
                )
            written[where] = pairing.target
            if output.suffix.lower() not in SUFFIXES:
                raise click.UsageError(
                    f"The output {output} is of no known kind: use {', '.join(SUFFIXES)}."
                )


def numbered(output: Path, candidates: int) -> list[Path]:
    """Return the files of a pairing's candidates: OUT, or OUT-1, OUT-2, … for several."""
    if candidates == 1:
        return [output]
    return [beside(output, str(count)) for count in range(1, candidates + 1)]


def beside(output: Path, what: str) -> Path:
    """Return the file OUT-WHAT of a pairing's further picture."""
    return output.with_stem(f"{output.stem}-{what}")


def mask_for(target: Path, damage: Path) -> Path | None:
    """Return ``damage`` itself; of a folder the mask that is named as the target, if any.

    The mask of s.tif is s.png or, as ``detect`` calls it where there is s.jpg too, s-tif.png.
    """
    if not damage.is_dir():
        return damage
    stems = (_with_suffix(target), target.stem)
    masks = (damage / (stem + suffix) for stem in stems for suffix in SUFFIXES)
    return next(filter(Path.exists, masks), None)


def readable(name: str) -> str:
    """Return a file's name as text that can be printed and sent; names may be any bytes."""
    return os.fsencode(name).decode("utf-8", "replace")


def _pictures(target: Path) -> list[Path]:
    if not target.is_dir():
        return [target]
    found = sorted(path for path in target.iterdir() if _is_picture(path))
    if not found:
        raise click.UsageError(f"The folder {target} holds no pictures ({', '.join(SUFFIXES)}).")
    return found


def _is_picture(path: Path) -> bool:
    # Hidden ones are leavings of other programs: macOS puts a ._a.png beside each a.png.
    is_hidden = path.name.startswith(".")
    return path.suffix.lower() in SUFFIXES and not is_hidden and not path.is_dir()


def _inside(folder: Path, targets: Iterable[Path], suffix: str) -> dict[Path, Path]:
    """Return the output of each target in a folder; equal names keep the targets' suffixes."""
    plain = {target: folder / (target.stem + (suffix or target.suffix)) for target in targets}
    uses = Counter(plain.values())
    return {
        target: output.with_stem(_with_suffix(target)) if suffix and uses[output] > 1 else output
        for target, output in plain.items()
    }


def _with_suffix(target: Path) -> str:
    return f"{target.stem}-{target.suffix[1:]}"


def _rows(table: Path) -> list[tuple[int, dict[str, str]]]:
    """Read a table's rows with their line numbers; a first row of column names gives the order."""
    try:
        with table.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.reader(file, strict=True)
            lines = [(reader.line_num, [cell.strip() for cell in row]) for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise FormatError(f"The table {table} cannot be read as CSV in UTF-8 ({error}).") from None
    lines = [(number, row) for number, row in lines if any(row)]
    columns: Sequence[str] = _COLUMNS
    if lines and "target" in [cell.lower() for cell in lines[0][1]]:
        columns = [cell.lower() for cell in lines.pop(0)[1]]
        unknown = set(columns) - set(_COLUMNS)
        if unknown:
            raise FormatError(
                f"{table} has the unknown column {min(unknown)!r}: {', '.join(_COLUMNS)} are known."
            )
    for number, row in lines:
        if len(row) > len(columns):
            raise FormatError(
                f"{table}, line {number}, has {len(row)} cells instead of {len(columns)}."
            )
    return [(number, dict(zip(columns, row, strict=False))) for number, row in lines]
