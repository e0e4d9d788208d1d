"""*Detect Damage…*: where scratches and holes are, as a selection or a channel to paint on."""

from __future__ import annotations

from gi.repository import Gegl, Gimp, GObject
from restore_colorize_client import (
    DetectDamage,
    JobRequest,
    Pixels,
    RefusedError,
    Result,
    ResultKind,
)
from restore_colorize_client.editing import cut, only_where

from restore_colorize_gimp.call import Call
from restore_colorize_gimp.jobs import run_jobs
from restore_colorize_gimp.pixels import write_mask
from restore_colorize_gimp.sources import Source, check_source, read_source
from restore_colorize_gimp.translation import _

__all__ = ["run"]

OVERLAY = "red"
OVERLAY_PERCENT = 50.0


def run(call: Call) -> list[GObject.Value]:
    """Mark the damage of the chosen layer, and return the new channel. Raises ClientError."""
    image, layer = call.source()
    title = _("Detect Damage")
    check_source(image, layer)
    if call.is_interactive:
        from restore_colorize_gimp.dialogs import ask

        ask(call, title, ("sensitivity", "output", "model"), ok=_("_Detect"))
    source = read_source(image, layer)
    request = JobRequest(
        target=source.target,
        task=DetectDamage(sensitivity=call.option("sensitivity")),
        model=call.option("model") or "",
        deliver=0,
    )
    (result,) = run_jobs(call, [request], title)
    found = _found(result, source)
    channel = _mark(source, found, as_selection=call.option("output") == "selection")
    if not any(found.view()):
        Gimp.message(_("No damage was found; a higher sensitivity marks more."))
    value = GObject.Value(Gimp.Channel)
    value.set_object(channel)
    return [value]


def _found(result: Result, source: Source) -> Pixels:
    """Return the mask as it came, 0 where the layer is hidden or not selected."""
    try:
        found = result.image(kind=ResultKind.DAMAGE_MASK)
    except KeyError:
        raise RefusedError(
            _("The server sent no mask: install the same version of plug-in and server.")
        ) from None
    return found if source.selection is None else only_where(found, source.selection)


def _mark(source: Source, found: Pixels, *, as_selection: bool) -> Gimp.Channel | None:
    """Select what was found or insert it as a channel, in one undo step."""
    source.check_still_there()
    image, layer = source.image, source.layer
    image.undo_group_start()
    try:
        channel = _insert_channel(source, found)
        if as_selection:
            image.select_item(Gimp.ChannelOps.REPLACE, channel)
            image.remove_channel(channel)
        image.set_selected_layers([layer])  # else the next entry would work on the channel
    finally:
        image.undo_group_end()
    Gimp.displays_flush()
    return None if as_selection else channel


def _insert_channel(source: Source, found: Pixels) -> Gimp.Channel:
    image = source.image
    width, height = image.get_width(), image.get_height()
    name = _("Damage of “{name}”").format(name=source.layer.get_name())
    color = Gegl.Color.new(OVERLAY)
    channel = Gimp.Channel.new(image, name, width, height, OVERLAY_PERCENT, color)
    # Damage is shown in red; a gray image cannot, so there all else is dimmed.
    channel.set_show_masked(image.get_base_type() == Gimp.ImageBaseType.GRAY)
    left, top = source.layer.get_offsets()[1:]
    write_mask(channel, cut(found, (-left, -top, width, height)))
    image.insert_channel(channel, None, 0)
    return channel
