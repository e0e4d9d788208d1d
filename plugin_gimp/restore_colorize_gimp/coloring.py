"""From requests for colors to layers: what the coloring entries have in common."""

from __future__ import annotations

from collections.abc import Sequence

from restore_colorize_client import JobRequest
from restore_colorize_client.editing import ResultPlan, plan_candidates, plan_result

from restore_colorize_gimp.call import Call
from restore_colorize_gimp.jobs import run_jobs
from restore_colorize_gimp.results import insert
from restore_colorize_gimp.sources import Source
from restore_colorize_gimp.translation import _

__all__ = ["color_channels", "insert_colors"]


def insert_colors(
    call: Call,
    title: str,
    jobs: Sequence[tuple[Source, JobRequest]],
    *,
    is_choosing: bool,
    is_color_layer: bool,
    is_mix: bool = False,
) -> None:
    """Run jobs and insert what comes; of a single one the user chooses before, if wanted.

    Raises ClientError.
    """
    if is_choosing:
        from restore_colorize_gimp.candidates import choose

        ((source, request),) = jobs
        choice = choose(call, source, request, title)
        plan = plan_candidates(
            choice.made,
            _("Colorized"),
            source_id=source.lasting_id,
            is_color_layer=is_color_layer,
            rendered=choice.rendered,
            is_mix=choice.is_mix,
        )
        insert([(source, plan)])
        return
    results = run_jobs(call, [request for _source, request in jobs], title)
    plans: list[tuple[Source, ResultPlan]] = []
    for (source, _request), result in zip(jobs, results, strict=True):
        plan = plan_result(
            result,
            _("Colorized"),
            source_id=source.lasting_id,
            target_channels=color_channels(source),
            is_color_layer=is_color_layer,
            is_mix=is_mix,
        )
        plans.append((source, plan))
    insert(plans)


def color_channels(source: Source) -> int:
    """Return how many channels of the target hold color: 1 of a gray one."""
    return source.target.channels - source.target.has_alpha
