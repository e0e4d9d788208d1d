"""What ``colorize`` prints: results on standard output, everything else on standard error."""

from __future__ import annotations

import json
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from restore_colorize.cli.failures import code_of, sentence_of
from restore_colorize.cli.pairings import Pairing, readable

if TYPE_CHECKING:
    from restore_colorize.engines import Outcome

__all__ = ["PictureControl", "Report"]


class Report:
    """Counts pictures and prints a line or a JSON object for each output.

    Args:
        as_json: one JSON object a line on standard output, and nothing else there.
        total: pictures of this run.
        is_debug: failures come with their traceback.
    """

    def __init__(self, *, as_json: bool, total: int, is_debug: bool = False) -> None:
        self._as_json = as_json
        self._is_debug = is_debug
        self._total = total
        self._ended = 0
        self._bar = _progress_bar(total) if sys.stderr.isatty() else None
        self.failures = 0

    @contextmanager
    def picture(self) -> Iterator[PictureControl]:
        """Count one picture, whatever becomes of it; gives its control."""
        yield PictureControl(self)
        self._ended += 1
        self.advance("", 0.0)

    def advance(self, stage: str, fraction: float) -> None:
        """Move the bar to ``fraction`` (0 to 1) of the present picture, never back."""
        if self._bar is not None:
            self._bar.n = max(self._bar.n, self._ended + fraction)
            self._bar.set_postfix_str(stage)

    def made(self, pairing: Pairing, output: Path, facts: dict[str, Any]) -> None:
        """Tell that an output was written; ``facts`` are JSON values."""
        paths = {"target": str(pairing.target), "output": str(output)}
        self._tell(paths | facts, f"{output}{_in_words(facts)}")

    def skipped(self, pairing: Pairing, output: Path) -> None:
        """Tell that an output was there already."""
        paths = {"target": str(pairing.target), "output": str(output)}
        self._tell(paths | {"skipped": True}, f"{output}  already there, skipped")

    def failed(self, pairing: Pairing, error: Exception) -> None:
        """Tell why a picture has no output, and count it."""
        self.failures += 1
        sentence = sentence_of(error)
        if self._is_debug:
            traceback.print_exception(error)
        if self._as_json:
            failure = {"code": code_of(error), "text": sentence}
            self._tell({"target": str(pairing.target), "error": failure}, "")
        self.note(f"{pairing.target}: {sentence}")

    def note(self, line: str) -> None:
        """Print a line for people, on standard error."""
        self._echo(line, err=True)

    def close(self) -> None:
        """End the bar; with several pictures, sum up."""
        if self._bar is not None:
            self._bar.close()
        if self.failures and self._total > 1:
            self.note(f"{self.failures} of {self._total} pictures failed; the lines above say why.")

    def _tell(self, record: dict[str, Any], line: str) -> None:
        self._echo(json.dumps(record) if self._as_json else line)

    def _echo(self, line: str, err: bool = False) -> None:
        if self._bar is not None:
            self._bar.clear()
        click.echo(readable(line), err=err)
        if self._bar is not None:
            self._bar.refresh()


class PictureControl:
    """Shows one picture's progress and keeps its warnings; an engine's ``Control``."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self.warnings: list[dict[str, str]] = []

    def progress(self, stage: str, fraction: float, remaining_s: float = 0.0) -> None:
        """Move the bar."""
        self._report.advance(stage, fraction)

    def warn(self, code: str, text: str) -> None:
        """Print and keep a warning."""
        self.warnings.append({"code": code, "text": text})
        self._report.note(f"Warning: {text}")

    def check(self) -> None:
        """Never stop by itself: Ctrl-C interrupts the process."""

    def offer(self, early: Callable[[], Outcome]) -> None:
        """Wait for what is final."""


def _progress_bar(total: int) -> Any:
    from tqdm import tqdm

    return tqdm(
        total=total, dynamic_ncols=True, bar_format="{percentage:3.0f}% |{bar}| {elapsed}{postfix}"
    )


def _in_words(facts: dict[str, Any]) -> str:
    """Say what a person wants to know beside the output's name."""
    parts = [str(facts["model"])] if facts.get("model") else []
    for reference in facts.get("references", ()):
        parts.append(f"{Path(reference['path']).name} related {reference['related']:.2f}")
    return f"  ({', '.join(parts)})" if parts else ""
