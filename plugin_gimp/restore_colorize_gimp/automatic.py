"""*Colorize Automatically*: the best of several samples, without any question.

Where the server draws no samples yet, the best of the other open pictures is the reference, if
the server can tell which one that is.
"""

from __future__ import annotations

from dataclasses import replace

from restore_colorize_client import (
    Client,
    JobRequest,
    Reference,
    RefusedError,
    SuggestReferences,
    Verdict,
)
from restore_colorize_client.editing import (
    ColorizeOptions,
    SampleOptions,
    colorize_request,
    sample_request,
)

from restore_colorize_gimp.call import Call
from restore_colorize_gimp.coloring import insert_colors
from restore_colorize_gimp.jobs import run_jobs, wait_for, with_client
from restore_colorize_gimp.references import read_open_pictures
from restore_colorize_gimp.sources import Source, checked_layers, read_source
from restore_colorize_gimp.translation import _
from restore_colorize_gimp.worker import Worker

__all__ = ["run"]

DRAWN = 4  # samples, of which the best is taken


def run(call: Call) -> None:
    """Color the chosen layers and insert the results. Raises ClientError."""
    title = _("Colorize Automatically")
    image, layers = checked_layers(call)
    sources = [read_source(image, layer) for layer in layers]
    engines = wait_for(call, with_client(_engine_names), title)
    if "sample" not in engines and {"suggest_references", "colorize"} <= engines:
        jobs = [(source, _colorize_request(call, source, title)) for source in sources]
        call = _for_engine(call, "colorize")
    else:  # which says in words what the server lacks
        options = _sample_options(call)
        jobs = [(each, sample_request(each.target, options, deliver=1)) for each in sources]
    insert_colors(call, title, jobs, is_choosing=False, is_color_layer=call.option("color-layer"))


def _engine_names(client: Client, worker: Worker[set[str]]) -> set[str]:
    return {engine.name for engine in client.describe().engines}


def _sample_options(call: Call) -> SampleOptions:
    return SampleOptions(
        strength=call.option("strength"),
        saturation=call.option("saturation"),
        candidates=DRAWN,
        model=call.option("model") or "",
        seed=call.option("seed"),
    )


def _colorize_request(call: Call, source: Source, title: str) -> JobRequest:
    """Return the job with the reference that suits best."""
    options = ColorizeOptions(
        strength=call.option("strength"), saturation=call.option("saturation")
    )
    best = _best_reference(call, source, title)
    return colorize_request(source.target, options, references=[best])


def _best_reference(call: Call, source: Source, title: str) -> Reference:
    references = read_open_pictures(source.image)
    if not references:
        raise RefusedError(
            _(
                "This server needs a reference to color, and no other picture is open: open a "
                "color picture, or choose Colorize from Reference."
            )
        )
    request = JobRequest(
        target=source.target,
        task=SuggestReferences(count=len(references)),
        references=references,
        deliver=0,
    )
    (result,) = run_jobs(_for_engine(call, "suggest_references"), [request], title)
    given = [each for each in result.verdicts if each.reference is not None]
    if not given:
        raise RefusedError(_("The server found none of the open pictures suitable as reference."))
    best = max(given, key=_score)
    return references[best.reference or 0]


def _score(verdict: Verdict) -> float:
    return verdict.score


def _for_engine(call: Call, engine: str) -> Call:
    return replace(call, entry=replace(call.entry, engine=engine))
