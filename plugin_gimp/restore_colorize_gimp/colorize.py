"""*Colorize from Reference…*"""

from __future__ import annotations

from dataclasses import replace

from restore_colorize_client.editing import ColorizeOptions, colorize_request

from restore_colorize_gimp.call import Call
from restore_colorize_gimp.coloring import insert_colors
from restore_colorize_gimp.references import REFERENCE_ARGUMENTS, read_hints, read_references
from restore_colorize_gimp.sources import checked_layers, read_source
from restore_colorize_gimp.translation import _

__all__ = ["run"]

TITLE = _("Colorize from Reference")


def run(call: Call) -> None:
    """Color the chosen layers and insert the results. Raises ClientError."""
    image, layers = checked_layers(call)
    if call.is_interactive:
        from restore_colorize_gimp.dialogs import ask, notice_of_mode

        ask(call, TITLE, _DIALOG, notice=notice_of_mode(image))
    options = _options(call)
    references = read_references(call)
    is_choosing = call.is_interactive and len(layers) == 1
    if is_choosing and references:  # from all, with several from each, at last one that trusts
        candidates = max(options.candidates, 2 + len(references))
        options = replace(options, candidates=candidates)
    jobs = [
        (
            source,
            colorize_request(
                source.target,
                options,
                references=references,
                hints=read_hints(call, source.layer),
                selection=source.selection,
            ),
        )
        for source in (read_source(image, layer) for layer in layers)
    ]
    insert_colors(
        call,
        TITLE,
        jobs,
        is_choosing=is_choosing,
        is_color_layer=options.is_color_layer,
        is_mix=call.option("mix-by-region"),
    )


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
    *REFERENCE_ARGUMENTS,
    "hints",
    "strength",
    "saturation",
    "trust",
    "candidates",
    "keep-outside",
    "color-layer",
    "seed",
)
