"""What *Restore…* and *Restore & Colorize…* have in common."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from restore_colorize_client import JobRequest, Pixels, Result, ResultKind
from restore_colorize_client.editing import RestoreOptions, ResultPlan, pasted, plan_result

from restore_colorize_gimp.call import Call
from restore_colorize_gimp.coloring import color_channels
from restore_colorize_gimp.damage import shown_where_damaged
from restore_colorize_gimp.jobs import run_jobs
from restore_colorize_gimp.results import insert
from restore_colorize_gimp.sources import Source

__all__ = ["insert_restored", "placed", "remember_damage", "restore_options"]


def restore_options(call: Call, *, has_balance: bool = False) -> RestoreOptions:
    """Return what a call asks of a restoration; its colors come on top."""
    return RestoreOptions(
        strength=call.option("strength"),
        eagerness=call.option("eagerness"),
        tone=call.option("tone"),
        white_balance=has_balance and call.option("white-balance"),
        model=call.option("model") or "",
        seed=call.option("seed"),
    )


def insert_restored(
    call: Call, title: str, jobs: Sequence[tuple[Source, JobRequest]], done: str
) -> None:
    """Run jobs and insert what comes, seen only where a damage mask says so.

    done: what was done, for the layers' names. Raises ClientError.
    """
    results = run_jobs(call, [request for _source, request in jobs], title)
    plans = []
    for (source, request), result in zip(jobs, results, strict=True):
        plan = plan_result(
            placed(result, source.target),
            done,
            source_id=source.lasting_id,
            target_channels=color_channels(source),
        )
        damage = request.damage
        plans.append((shown_where_damaged(call, source, damage), remember_damage(plan, damage)))
    insert(plans)


def placed(result: Result, target: Pixels) -> Result:
    """Return a result whose pictures are as large as the target, if its job saw only a part."""
    box = None if result.receipt is None else result.receipt.box
    if box is None:
        return result
    images = tuple(
        replace(image, pixels=pasted(target, image.pixels, box))
        if image.kind is ResultKind.IMAGE
        else image
        for image in result.images
    )
    return replace(result, images=images)


def remember_damage(plan: ResultPlan, damage: Pixels | None) -> ResultPlan:
    """Return a plan whose layers keep the damage mask, for their repetition."""
    layers = [
        layer if layer.note is None else replace(layer, note=replace(layer.note, damage=damage))
        for layer in plan.layers
    ]
    return replace(plan, layers=tuple(layers))
