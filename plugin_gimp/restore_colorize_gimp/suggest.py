"""*Suggest References…*: which layers, open images or files suit a photograph as references."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Union

from gi.repository import GdkPixbuf, Gimp, Gio, GObject
from restore_colorize_client import (
    Description,
    JobRequest,
    Pixels,
    Reference,
    RefusedError,
    Result,
    SampleType,
    SuggestReferences,
)
from restore_colorize_client.editing import describe_verdict

from restore_colorize_gimp.call import Call
from restore_colorize_gimp.entries import ENTRIES
from restore_colorize_gimp.jobs import run_jobs
from restore_colorize_gimp.sources import check_source
from restore_colorize_gimp.translation import _

__all__ = ["Suggestion", "run"]

SMALL_PX = 512  # longer side of the pictures that are sent: what they show tells enough
USES = {  # entries that go on with a suggestion, and what their buttons say
    "restore-colorize-restore-and-colorize": _("_Restore and Color"),
    "restore-colorize-from-reference": _("_Use for Coloring"),
}
Picture = Union[Gimp.Drawable, Gimp.Image]


@dataclass(frozen=True)
class Suggestion:
    """What suits: ``picture``, a layer or image, or the file ``path``. reason: in a few words."""

    name: str
    reason: str
    score: float
    picture: Picture | None = None
    path: str = ""


def run(call: Call) -> list[GObject.Value]:
    """Rank what the call names, and return names and scores; go on with what the user chooses.

    Raises ClientError.
    """
    image, layer = call.source()
    title = _("Suggest References")
    check_source(image, layer)
    if call.is_interactive:
        from restore_colorize_gimp.dialogs import ask

        ask(call, title, _DIALOG, ok=_("_Suggest"))
    pictures = _pictures(call, image, layer)
    folder = _folder(call)
    if not pictures and not folder:
        raise RefusedError(
            _("Choose where to look: a group of layers, the open images, or a folder.")
        )
    request = JobRequest(
        target=_small(layer),
        task=SuggestReferences(count=call.option("count"), folders=[folder] if folder else []),
        references=[Reference(_small(each), each.get_name()) for each in pictures],
        model=call.option("model") or "",
        deliver=0,
    )
    (result,) = run_jobs(
        call, [request], title, check=lambda description: _check(description, request)
    )
    suggestions = _suggestions(result, pictures)
    if call.is_interactive:
        from restore_colorize_gimp.suggestions import choose

        notes = [warning.text for warning in result.warnings]
        chosen = choose(suggestions, USES, title, notes)
        if chosen is not None:
            _go_on(*chosen, image, layer)
    return _values(suggestions)


def _pictures(call: Call, image: Gimp.Image, layer: Gimp.Drawable) -> list[Picture]:
    """Return what to rank: the group's layers, and the other images as they are seen."""
    found: list[Picture] = []
    group = call.option("references")
    if group is not None and group.is_valid():
        members = group.get_children() if group.is_group() else [group]
        found += [each for each in members if not each.is_group() or each.get_children()]
    if call.option("open-images"):
        others = [each for each in Gimp.get_images() if each.get_id() != image.get_id()]
        found += [each for each in others if any(one.get_visible() for one in each.get_layers())]
    return [each for each in found if each != layer]


def _folder(call: Call) -> str:
    folder = call.option("folder")
    if folder is None:
        return ""
    path = folder.get_path()
    if not path:
        raise RefusedError(_("The folder is not on this computer: choose one that is."))
    return str(path)


def _check(description: Description, request: JobRequest) -> None:
    """Raise RefusedError where a server cannot look at all that is asked for."""
    task = request.task
    has_folder = isinstance(task, SuggestReferences) and bool(task.folders)
    if has_folder and not description.loopback:
        raise RefusedError(
            _(
                "The server runs elsewhere and cannot read folders of this computer: open the "
                "pictures as layers or images, or choose this computer's server."
            )
        )
    limits = description.limits
    most = (limits.max_compared or limits.max_planes) - 1  # an older server knows one bound
    if len(request.references) > most:
        raise RefusedError(
            _("There are {count} pictures, but the server compares at most {most}.").format(
                count=len(request.references), most=most
            )
        )


def _small(picture: Picture) -> Pixels:
    """Return a layer or image as it is seen, small."""
    small = picture.get_thumbnail(SMALL_PX, SMALL_PX, Gimp.PixbufTransparency.KEEP_ALPHA)
    return _pixels(small)


def _pixels(picture: GdkPixbuf.Pixbuf) -> Pixels:
    width, height, channels = picture.get_width(), picture.get_height(), picture.get_n_channels()
    samples, stride = picture.get_pixels(), picture.get_rowstride()
    rows = [samples[row * stride : row * stride + width * channels] for row in range(height)]
    has_alpha = picture.get_has_alpha()
    return Pixels(width, height, channels, SampleType.UINT8, has_alpha, b"".join(rows))


def _suggestions(result: Result, pictures: Sequence[Picture]) -> list[Suggestion]:
    """Return what the server thinks of, the best first."""
    found = []
    for verdict in sorted(result.verdicts, key=lambda verdict: -verdict.score):
        picture = None if verdict.reference is None else pictures[verdict.reference]
        name = os.path.basename(verdict.path) if picture is None else str(picture.get_name())
        reason = describe_verdict(verdict)
        found.append(Suggestion(name, reason, verdict.score, picture, verdict.path))
    return found


def _values(suggestions: Sequence[Suggestion]) -> list[GObject.Value]:
    """Return names and scores; as texts, since Python cannot read GIMP's arrays of numbers."""
    columns = (
        [each.path or each.name for each in suggestions],
        [f"{each.score:.4f}" for each in suggestions],
    )
    values = [GObject.Value(GObject.TYPE_STRV) for _column in columns]
    for value, column in zip(values, columns, strict=True):
        value.set_boxed(column)
    return values


def _go_on(name: str, chosen: Suggestion, image: Gimp.Image, layer: Gimp.Drawable) -> None:
    """Open the window of an entry of ``USES``, in which the chosen picture is the reference."""
    procedure = Gimp.get_plug_in().do_create_procedure(name)
    config = procedure.create_config()
    if chosen.picture is None:
        config.set_property("reference-file", Gio.File.new_for_path(chosen.path))
    else:
        is_image = isinstance(chosen.picture, Gimp.Image)
        config.set_property("reference-image" if is_image else "reference-layer", chosen.picture)
    Call(ENTRIES[name], procedure, Gimp.RunMode.INTERACTIVE, config, image, [layer]).run()


_DIALOG = ("references", "open-images", "folder", "count", "model")
