"""*Sample Colorizations…*: several colorizations without a reference, to choose from."""

from __future__ import annotations

from restore_colorize_client.editing import SampleOptions, sample_request

from restore_colorize_gimp.call import Call
from restore_colorize_gimp.coloring import insert_colors
from restore_colorize_gimp.references import read_hints
from restore_colorize_gimp.sources import checked_layers, read_source
from restore_colorize_gimp.translation import _

__all__ = ["run"]


def run(call: Call) -> None:
    """Draw colorizations of the chosen layers and insert them. Raises ClientError."""
    title = _("Sample Colorizations")
    image, layers = checked_layers(call)
    if call.is_interactive:
        from restore_colorize_gimp.dialogs import ask, notice_of_mode

        ask(call, title, _DIALOG, notice=notice_of_mode(image))
    options = _options(call)
    jobs = [
        (
            source,
            sample_request(
                source.target,
                options,
                hints=read_hints(call, source.layer),
                selection=source.selection,
            ),
        )
        for source in (read_source(image, layer) for layer in layers)
    ]
    insert_colors(
        call,
        title,
        jobs,
        is_choosing=call.is_interactive and len(layers) == 1,
        is_color_layer=options.is_color_layer,
        is_mix=call.option("mix-by-region"),
    )


def _options(call: Call) -> SampleOptions:
    return SampleOptions(
        strength=call.option("strength"),
        saturation=call.option("saturation"),
        candidates=call.option("candidates"),
        temperature=call.option("temperature"),
        diversity=call.option("diversity"),
        keeps_outside=call.option("keep-outside"),
        is_color_layer=call.option("color-layer"),
        shows_uncertainty=call.option("uncertainty"),
        model=call.option("model") or "",
        seed=call.option("seed"),
    )


_DIALOG = (
    "hints",
    "candidates",
    "temperature",
    "diversity",
    "strength",
    "saturation",
    "keep-outside",
    "color-layer",
    "uncertainty",
    "seed",
)
