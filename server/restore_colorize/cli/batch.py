"""Runs the pictures of a command line one after another; gives them colors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path
from typing import Any

import torch

from restore_colorize.cli.backends import Backend, Result
from restore_colorize.cli.pairings import Pairing, beside, numbered
from restore_colorize.cli.reading import ReferenceReader, read_first
from restore_colorize.cli.receipts import texts_of
from restore_colorize.cli.report import PictureControl, Report
from restore_colorize.cli.sheets import contact_sheet
from restore_colorize.cli.wire import as_sent
from restore_colorize.engines import Candidate, ColorizeOptions, Request, TaskOptions
from restore_colorize.errors import RequestError
from restore_colorize.imaging import Picture, blend, read_mask, write_picture

__all__ = [
    "Existing",
    "Settings",
    "colorize_all",
    "each_picture",
    "is_there_already",
    "seeking_for",
    "verdict_facts",
    "write_candidate",
]


class Existing(Enum):
    """What to do where an output is already there."""

    REFUSE = "refuse"
    SKIP = "skip"
    REPLACE = "replace"


@dataclass(frozen=True)
class Settings:
    """What all pictures of a run have in common.

    selection, hints: files of each target's size. existing: see ``Existing``. kept: how many of
    the candidates are written, the best first; 0 for all. has_sheet: also write OUT-sheet, the
    target and all candidates side by side. has_uncertainty: also write OUT-uncertainty, gray,
    white where the engine is least sure.
    """

    options: TaskOptions
    engine: str = "colorize"
    selection: Path | None = None
    hints: Path | None = None
    model: str = ""
    seed: int = 0
    existing: Existing = Existing.REFUSE
    kept: int = 0
    has_sheet: bool = False
    has_uncertainty: bool = False


def colorize_all(
    pairings: Sequence[Pairing], settings: Settings, backend: Backend, report: Report
) -> None:
    """Colorize every pairing; a picture that fails is reported and the others continue.

    Outputs appear whole or not at all, the first candidate's last: where it exists the picture is
    done, and a run that was interrupted continues there when it is started again. It then keeps
    what the interrupted one had written of that picture.
    """
    references = ReferenceReader()

    def work(pairing: Pairing, control: PictureControl) -> None:
        _colorize(pairing, settings, backend, report, control, references)

    each_picture(pairings, report, work)


def each_picture(
    pairings: Sequence[Pairing],
    report: Report,
    work: Callable[[Pairing, PictureControl], None],
) -> None:
    """Do the work for every pairing; a picture that fails is reported and the others continue."""
    for pairing in pairings:
        with report.picture() as control:
            try:
                work(pairing, control)
            except BrokenPipeError:  # nobody reads the results any more
                raise
            except Exception as error:  # whatever it is, the next picture may still succeed
                report.failed(pairing, error)


def is_there_already(
    pairing: Pairing, outputs: Sequence[Path], existing: Existing, report: Report
) -> bool:
    """Say whether a pairing is done, which the first of its outputs tells, and report so.

    Raises:
        RequestError: an output exists and shall not be replaced.
    """
    if existing is Existing.REFUSE:
        for output in filter(Path.exists, outputs):
            raise RequestError(f"{output} exists already; --overwrite replaces it.")
    if existing is Existing.SKIP and outputs[0].exists():
        report.skipped(pairing, outputs[0])
        return True
    return False


def _colorize(
    pairing: Pairing,
    settings: Settings,
    backend: Backend,
    report: Report,
    control: PictureControl,
    references: ReferenceReader,
) -> None:
    outputs = numbered(pairing.output, settings.kept or settings.options.candidates)
    sheet = beside(pairing.output, "sheet") if settings.has_sheet else None
    doubt = beside(pairing.output, "uncertainty") if settings.has_uncertainty else None
    further = [output for output in (sheet, doubt) if output]
    if is_there_already(pairing, [*outputs, *further], settings.existing, report):
        return

    def is_free(output: Path) -> bool:
        return settings.existing is not Existing.SKIP or not output.exists()

    target = read_first(pairing.target, control)
    selection = read_mask(settings.selection, target.size) if settings.selection else None
    options = settings.options
    if isinstance(options, ColorizeOptions):
        options = seeking_for(pairing, options, [*outputs, *further])
    request = Request(
        engine=settings.engine,
        options=options,
        target=as_sent(target),
        selection=selection,
        hints=as_sent(read_first(settings.hints, control)) if settings.hints else None,
        references=references.read(pairing.references, control),
        model=settings.model,
        seed=settings.seed,
    )
    with backend.run(request, control, explain=settings.has_uncertainty) as result:
        pairing.output.parent.mkdir(parents=True, exist_ok=True)
        if sheet and is_free(sheet):
            shown = [target, *map(result.picture, result.candidates)]
            write_picture(contact_sheet(shown), sheet)
        if doubt and is_free(doubt):
            write_picture(result.uncertainty(), doubt)
        candidates = list(zip(result.candidates, outputs, strict=False))
        written = [output for output in outputs if is_free(output)]
        for candidate, output in reversed(candidates):
            if output in written:
                write_candidate(target, selection, result, candidate, output)
        for candidate, output in candidates:
            if output in written:
                report.made(pairing, output, _facts(pairing, result, candidate, control))
            else:
                report.skipped(pairing, output)


def seeking_for(
    pairing: Pairing, options: ColorizeOptions, outputs: Sequence[Path]
) -> ColorizeOptions:
    """Return the options of a pairing: it seeks where it has no references, never its own files.

    Outputs that are to be replaced may lie in the folders; as references they would be inputs.
    """
    if pairing.references or not options.folders:
        return options.settled()
    own = tuple(str(path.resolve()) for path in (pairing.target, *outputs))
    return replace(options, excluded=own)


def write_candidate(
    target: Picture,
    selection: torch.Tensor | None,
    result: Result,
    candidate: Candidate,
    output: Path,
) -> None:
    """Write a candidate in the target's depth and profile, the selection applied, with receipt.

    Where the selection (h, w), 1 = take the result, is 0, samples are the target's own.

    Raises:
        RestoreError: the file cannot be written, or not in this form.
    """
    picture = target.with_planes(result.picture(candidate).planes)
    if selection is not None:
        picture = blend(target, picture, selection)
    write_picture(picture, output, texts_of(result.receipt, candidate, output))


def _facts(
    pairing: Pairing, result: Result, candidate: Candidate, control: PictureControl
) -> dict[str, Any]:
    """Return what is told of an output, as JSON values."""
    return {
        "candidate": candidate.index,
        "label": candidate.label,
        "model": candidate.model,
        "seed": candidate.seed,
        "references": verdict_facts(pairing.references, result),
        "warnings": control.warnings,
        "timings_s": {stage: round(seconds, 3) for stage, seconds in result.timings_s.items()},
    }


def verdict_facts(paths: Sequence[Path], result: Result) -> list[dict[str, Any]]:
    """Return what the engine thought of each reference, as JSON values."""
    return [
        {
            "path": verdict.path or str(paths[verdict.key]),
            "related": round(verdict.related, 4),
            "score": round(verdict.score, 4),
        }
        for verdict in result.verdicts
    ]
