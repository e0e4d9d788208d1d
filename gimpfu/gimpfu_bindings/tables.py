"""The data of the bindings: old procedures, the constants of GIMP 2.10, and GIMP 3's procedures.

``aliases.tsv`` has a row for each procedure of GIMP 2.10 that is gone, was renamed, or takes its
arguments differently. Its second column is one of

- a procedure of GIMP 3; the third column then says how arguments go over, empty if unchanged;
- ``gegl:...`` or ``gimp:...``, an operation that is merged into the drawable;
- ``@ name``, a function of the module ``replacements``;
- ``! sentence``, where nothing does the same: what to do instead.

Arguments are words: ``3`` the old third argument (without the run mode), ``3/255`` and ``3*0.32``
scaled, ``3#`` its ID, ``!3`` its opposite, ``=0`` a constant; ``name:3`` goes to the argument of
that name, ``aux=3`` to the second input of an operation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from gimpfu_bindings.constants import constants as constants  # most modules ask here

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Word:
    """One word of a row's arguments; ``index`` counts from 0, None for a constant."""

    name: str
    index: int | None
    factor: float = 1
    is_id: bool = False
    is_opposite: bool = False
    constant: float = 0

    def value(self, arguments: Sequence[Any]) -> Any:
        """Take the value out of the old arguments."""
        if self.index is None:
            return self.constant
        value = arguments[self.index]
        if self.is_id:
            return value if isinstance(value, int) else getattr(value, "ID", -1)
        if self.is_opposite:
            return not value
        return value if self.factor == 1 else float(value) * self.factor


@dataclass(frozen=True)
class Alias:
    """What became of a procedure of GIMP 2.10."""

    old: str
    new: str
    words: tuple[Word, ...]

    @property
    def kind(self) -> str:
        """One of "procedure", "operation", "function" and "gone"."""
        if self.new.startswith(("gegl:", "gimp:")):
            return "operation"
        return {"@": "function", "!": "gone"}.get(self.new[0], "procedure")

    @property
    def told(self) -> str:
        """The function's name, or the sentence, after the mark."""
        return self.new[1:].strip()

    def arranged(self, arguments: Sequence[Any]) -> tuple[list[Any], dict[str, Any]]:
        """Return the arguments in GIMP 3's order, and those that go by name.

        Words beyond the given arguments are left out: the new procedure's defaults hold.

        Raises TypeError for fewer arguments than must be there.
        """
        if not self.words:
            return list(arguments), {}
        given = [word for word in self.words if word.index is None or word.index < len(arguments)]
        if len(given) < len(self.words) and not any(word.name for word in self.words):
            raise TypeError(
                f"{self.old} needs {1 + max(word.index or 0 for word in self.words)} arguments, "
                f"{len(arguments)} were given"
            )
        placed = [word.value(arguments) for word in given if not word.name]
        named = {word.name: word.value(arguments) for word in given if word.name}
        return placed, named


def _word(text: str) -> Word:
    name, mark, rest = text.partition(":")
    if not mark:
        name, rest = "", text
    if rest.startswith("aux="):
        return Word("aux", int(rest[4:]) - 1)
    if rest.startswith("="):
        number = float(rest[1:])
        return Word(name, None, constant=int(number) if number == int(number) else number)
    if rest.endswith("#"):
        return Word(name, int(rest[:-1]) - 1, is_id=True)
    if rest.startswith("!"):
        return Word(name, int(rest[1:]) - 1, is_opposite=True)
    index, divided, divisor = rest.partition("/")
    index, multiplied, multiplier = index.partition("*")
    factor = 1 / float(divisor) if divided else float(multiplier) if multiplied else 1
    return Word(name, int(index) - 1, factor)


def _rows(name: str) -> list[list[str]]:
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()[1:]
    return [line.split("\t") for line in lines]


@lru_cache(maxsize=1)
def aliases() -> dict[str, Alias]:
    """Return the alias table by old names, which are written with ``-``."""
    return {
        old: Alias(old, new, tuple(_word(word) for word in words.split()))
        for old, new, words in _rows("aliases.tsv")
    }


@lru_cache(maxsize=1)
def procedures() -> frozenset[str]:
    """Return the names of the procedures that GIMP 3.0 brings itself."""
    return frozenset((HERE / "procedures.txt").read_text(encoding="utf-8").split())


# Enumerations whose numbers changed: 2.10's number to GIMP 3's.
RENUMBERED = {
    "GimpFillType": {2: 3, 3: 4, 4: 5},
    "GimpConvertPaletteType": {2: 1, 3: 2, 4: 3},
    "GimpSelectCriterion": {7: 10, 8: 7, 9: 8, 10: 9},
}


def new_number(enum: str, number: int) -> int:
    """Return GIMP 3's number of an enumeration's value, ``enum`` as GObject names the type."""
    return RENUMBERED.get(enum, {}).get(number, number)


def old_number(enum: str, number: int) -> int:
    """Return GIMP 2.10's number of an enumeration's value."""
    for old, new in RENUMBERED.get(enum, {}).items():
        if new == number:
            return old
    return number
