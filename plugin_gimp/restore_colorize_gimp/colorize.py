"""*Colorize from Reference…*"""

from __future__ import annotations

from dataclasses import replace

from restore_colorize_client import Pixels, SampleType
from restore_colorize_client.editing import ColorizeOptions, colorize_request, plan_result

from restore_colorize_gimp.call import Call
from restore_colorize_gimp.jobs import run_jobs
from restore_colorize_gimp.pixels import read_mask
from restore_colorize_gimp.references import read_hints, read_references
from restore_colorize_gimp.results import insert
from restore_colorize_gimp.sources import Source, check_source, read_source

__all__ = ["run"]

TITLE = "Colorize from Reference"


def run(call: Call) -> None:
    """Color the chosen layers and insert the results. Raises ClientError."""
    image, layers = call.sources()
    for layer in layers:
        check_source(image, layer)
    if call.is_interactive:
        from restore_colorize_gimp.dialogs import ask, notice_of_mode

        ask(call, TITLE, _DIALOG, notice=notice_of_mode(image))
    options = _options(call)
    references = read_references(call)
    is_choosing = call.is_interactive and len(layers) == 1
    if is_choosing and references:  # from all, with several from each, at last one that trusts
        candidates = max(options.candidates, 2 + len(references))
        options = replace(options, candidates=candidates)
    sources = [read_source(image, layer) for layer in layers]
    requests = [
        colorize_request(
            source.target,
            options,
            references=references,
            hints=read_hints(call, source.layer),
            selection=selection_plane(source),
        )
        for source in sources
    ]
    if is_choosing:
        from restore_colorize_gimp.candidates import choose

        result, rendered = choose(call, sources[0], requests[0], TITLE)
        results = [result]
    else:
        results, rendered = run_jobs(call, requests, TITLE), None
    plans = [
        plan_result(
            result,
            "Colorized",
            source_id=source.lasting_id,
            target_channels=source.target.channels - source.target.has_alpha,
            is_color_layer=options.is_color_layer,
            rendered=rendered,
        )
        for source, result in zip(sources, results, strict=True)
    ]
    insert(list(zip(sources, plans, strict=True)))


def selection_plane(source: Source) -> Pixels | None:
    """Return the selection as it travels, 8-bit, None where nothing is selected."""
    if source.mask is None or source.mask.sample_type is SampleType.UINT8:
        return source.mask
    box = (*source.layer.get_offsets()[1:], source.target.width, source.target.height)
    return read_mask(source.image.get_selection(), SampleType.UINT8, box)


def _options(call: Call) -> ColorizeOptions:
    return ColorizeOptions(
        strength=call.option("strength"),
        saturation=call.option("saturation"),
        trust=call.option("trust"),
        candidates=call.option("candidates"),
        keeps_outside=call.option("keep-outside"),
        is_color_layer=call.option("color-layer"),
        model=call.option("model") or "",
        seed=call.option("seed"),
    )


_DIALOG = (
    "reference-file",
    "reference-layer",
    "reference-selection",
    "use-clipboard",
    "hints",
    "strength",
    "saturation",
    "trust",
    "candidates",
    "keep-outside",
    "color-layer",
    "seed",
)
