"""*Repeat Exactly*: makes a result layer once more from the receipt that it carries."""

from __future__ import annotations

from dataclasses import replace

from gi.repository import Gimp
from restore_colorize_client import (
    Image,
    JobRequest,
    Pixels,
    RefusedError,
    Region,
    Result,
    ResultKind,
    RunningJob,
    SampleType,
)
from restore_colorize_client.editing import LayerNote, cut, plan_result

from restore_colorize_gimp.call import Call
from restore_colorize_gimp.jobs import run_jobs
from restore_colorize_gimp.pixels import read_mask
from restore_colorize_gimp.restoring import placed, remember_damage
from restore_colorize_gimp.results import insert, note_of
from restore_colorize_gimp.sources import read_source
from restore_colorize_gimp.translation import _

__all__ = ["run"]

TITLE = _("Repeat Exactly")


def run(call: Call) -> None:
    """Insert the chosen layer's result again, above the layer that it was made of.

    Raises ClientError: no receipt, its source is gone, or something differs that decides bytes.
    """
    image, layers = call.sources()
    layer = layers[0]
    note = note_of(layer)
    if note is None:
        raise RefusedError(
            _("“{layer}” carries no receipt: choose a layer that Restore & Colorize made.").format(
                layer=layer.get_name()
            )
        )
    origin = _origin(image, note)
    source = read_source(image, origin, as_gray=note.target_channels == 1, with_selection=False)
    mask = layer.get_mask()
    kept = None if mask is None else _values(mask, source.target)
    source = replace(source, mask=kept)
    box, target = note.receipt.box, source.target
    sees_selection = note.needs_selection and note.damage is None and mask is not None
    request = JobRequest(
        target=target if box is None else cut(target, box),
        selection=_eight_bit(mask) if sees_selection else None,
        damage=note.damage,
        region=None if box is None else Region(*box, target.width, target.height),
        repeat=note.receipt,
        deliver=0 if note.rendered else note.candidate + 1,
    )

    def finish(job: RunningJob, result: Result) -> Result:
        if note.rendered is None:
            return result
        pixels = job.render(note.candidate, *note.rendered)
        return replace(result, images=(Image(ResultKind.IMAGE, note.candidate, pixels),))

    (result,) = run_jobs(call, [request], TITLE, finish)
    plan = plan_result(
        placed(result, target),
        _("Repeated"),
        source_id=note.source_id,
        target_channels=note.target_channels,
        is_color_layer=note.is_color_layer,
        only=note.candidate,
        rendered=note.rendered,
    )
    insert([(source, remember_damage(plan, note.damage))])


def _origin(image: Gimp.Image, note: LayerNote) -> Gimp.Layer:
    tattoo = int(note.source_id) if note.source_id.isdecimal() else 0
    origin = image.get_layer_by_tattoo(tattoo) if tattoo else None
    if origin is None:
        raise RefusedError(
            _(
                "The layer that this one was made of is gone from the image, so it cannot be made "
                "again."
            )
        )
    return origin


def _values(mask: Gimp.Drawable, target: Pixels) -> Pixels:
    is_small = target.sample_type is SampleType.UINT8
    return read_mask(mask, SampleType.UINT8 if is_small else SampleType.FLOAT32)


def _eight_bit(mask: Gimp.Drawable) -> Pixels:
    return read_mask(mask, SampleType.UINT8)
