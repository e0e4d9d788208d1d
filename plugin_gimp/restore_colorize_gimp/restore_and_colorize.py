"""*Restore & Colorize…*: both in one job, for one new layer."""

from __future__ import annotations

from dataclasses import replace

from restore_colorize_client.editing import ColorizeOptions, restore_request

from restore_colorize_gimp.call import Call
from restore_colorize_gimp.damage import selected_of
from restore_colorize_gimp.references import REFERENCE_ARGUMENTS, read_references
from restore_colorize_gimp.restoring import insert_restored, restore_options
from restore_colorize_gimp.sources import checked_layers, read_source
from restore_colorize_gimp.translation import _

__all__ = ["run"]


def run(call: Call) -> None:
    """Restore and color the chosen layers and insert the results. Raises ClientError."""
    image, layers = checked_layers(call)
    title = _("Restore & Colorize")
    if call.is_interactive:
        from restore_colorize_gimp.dialogs import notice_of_mode
        from restore_colorize_gimp.preview import ask_with_preview

        ask_with_preview(
            call,
            title,
            _DIALOG,
            layers,
            ok=_("_Restore & Colorize"),
            notice=notice_of_mode(image),
            options=lambda: restore_options(call),
        )
    colors = ColorizeOptions(saturation=call.option("saturation"), trust=call.option("trust"))
    options = replace(restore_options(call), colors=colors)
    references = read_references(call)
    jobs = [
        (
            source,
            restore_request(
                source.target, options, references=references, selection=selected_of(source)
            ),
        )
        for source in (read_source(image, layer) for layer in layers)
    ]
    insert_restored(call, title, jobs, _("Restored and colorized"))


_DIALOG = (
    *REFERENCE_ARGUMENTS,
    "strength",
    "eagerness",
    "tone",
    "saturation",
    "trust",
    "model",
    "seed",
)
