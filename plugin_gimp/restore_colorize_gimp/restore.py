"""*Restore…*"""

from __future__ import annotations

from restore_colorize_client.editing import restore_request

from restore_colorize_gimp.call import Call
from restore_colorize_gimp.damage import read_damage, selected_of
from restore_colorize_gimp.restoring import insert_restored, restore_options
from restore_colorize_gimp.sources import checked_layers, read_source
from restore_colorize_gimp.translation import _

__all__ = ["run"]


def run(call: Call) -> None:
    """Restore the chosen layers and insert the results. Raises ClientError."""
    image, layers = checked_layers(call)
    title = _("Restore")
    if call.is_interactive:
        from restore_colorize_gimp.dialogs import notice_of_mode
        from restore_colorize_gimp.preview import ask_with_preview

        ask_with_preview(
            call,
            title,
            _DIALOG,
            layers,
            ok=_("_Restore"),
            notice=notice_of_mode(image, gives_color=False),
            options=lambda: restore_options(call, has_balance=True),
            damage=lambda source: read_damage(call, source),
        )
    options = restore_options(call, has_balance=True)
    jobs = [
        (
            source,
            restore_request(
                source.target,
                options,
                selection=selected_of(source),
                damage=read_damage(call, source),
            ),
        )
        for source in (read_source(image, layer) for layer in layers)
    ]
    insert_restored(call, title, jobs, _("Restored"))


_DIALOG = (
    "strength",
    "eagerness",
    "tone",
    "white-balance",
    "damage",
    "damage-selection",
    "model",
    "seed",
)
