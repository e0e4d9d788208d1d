"""Restores the pictures of a command line, or finds their damage, one after another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from restore_colorize.cli.backends import Backend, Result
from restore_colorize.cli.batch import (
    Existing,
    each_picture,
    is_there_already,
    seeking_for,
    verdict_facts,
    write_candidate,
)
from restore_colorize.cli.pairings import Pairing, mask_for
from restore_colorize.cli.reading import ReferenceReader, read_first
from restore_colorize.cli.report import PictureControl, Report
from restore_colorize.cli.wire import as_sent
from restore_colorize.engines import DetectOptions, Request, RestoreOptions
from restore_colorize.errors import RequestError
from restore_colorize.imaging import read_mask, write_picture

__all__ = ["DetectSettings", "RestoreSettings", "detect_all", "restore_all"]


@dataclass(frozen=True)
class RestoreSettings:
    """What all pictures of a run have in common.

    damage: a mask of each target's size, or a folder of masks with the targets' names.
    selection: a mask of each target's size. references, hints: where colors are wanted.
    existing: see ``Existing``.
    """

    options: RestoreOptions
    damage: Path | None = None
    selection: Path | None = None
    references: tuple[Path, ...] = ()
    hints: Path | None = None
    model: str = ""
    existing: Existing = Existing.REFUSE


@dataclass(frozen=True)
class DetectSettings:
    """What all pictures of a run have in common."""

    options: DetectOptions
    model: str = ""
    existing: Existing = Existing.REFUSE


def restore_all(
    pairings: Sequence[Pairing], settings: RestoreSettings, backend: Backend, report: Report
) -> None:
    """Restore every pairing's target; outputs appear whole or not at all."""
    references = ReferenceReader()

    def work(pairing: Pairing, control: PictureControl) -> None:
        if is_there_already(pairing, [pairing.output], settings.existing, report):
            return
        target = read_first(pairing.target, control)
        damage = None
        if settings.damage is not None:
            damage = read_mask(_mask_of(pairing.target, settings.damage), target.size)
        selection = read_mask(settings.selection, target.size) if settings.selection else None
        options = settings.options
        if options.colors is not None:
            options = replace(
                options, colors=seeking_for(pairing, options.colors, [pairing.output])
            )
        request = Request(
            engine="restore",
            options=options,
            target=as_sent(target),
            selection=selection,
            damage=damage,
            hints=as_sent(read_first(settings.hints, control)) if settings.hints else None,
            references=references.read(settings.references, control),
            model=settings.model,
        )
        with backend.run(request, control) as result:
            pairing.output.parent.mkdir(parents=True, exist_ok=True)
            candidate = result.candidates[0]
            write_candidate(target, selection, result, candidate, pairing.output)
            facts = {
                "model": candidate.model,
                "references": verdict_facts(settings.references, result),
            }
            report.made(pairing, pairing.output, facts | _facts(result, control))

    each_picture(pairings, report, work)


def detect_all(
    pairings: Sequence[Pairing], settings: DetectSettings, backend: Backend, report: Report
) -> None:
    """Write every pairing's damage as an 8-bit mask, 255 = damaged."""

    def work(pairing: Pairing, control: PictureControl) -> None:
        if is_there_already(pairing, [pairing.output], settings.existing, report):
            return
        request = Request(
            engine="detect_damage",
            options=settings.options,
            target=as_sent(read_first(pairing.target, control)),
            model=settings.model,
        )
        with backend.run(request, control) as result:
            mask = result.damage_mask()
        pairing.output.parent.mkdir(parents=True, exist_ok=True)
        write_picture(mask, pairing.output)
        share = round(float((mask.planes > 0.5).float().mean()), 5)
        facts = {"model": result.receipt.model, "damaged_share": share}
        report.made(pairing, pairing.output, facts | _facts(result, control))

    each_picture(pairings, report, work)


def _mask_of(target: Path, damage: Path) -> Path:
    """The mask itself, or the file in a folder of masks that is named as the target.

    Raises:
        RequestError: the folder has none.
    """
    mask = mask_for(target, damage)
    if mask is None:
        raise RequestError(f"The folder {damage} holds no mask called {target.stem}: make one.")
    return mask


def _facts(result: Result, control: PictureControl) -> dict[str, Any]:
    timings = {stage: round(seconds, 3) for stage, seconds in result.timings_s.items()}
    return {"warnings": control.warnings, "timings_s": timings}
