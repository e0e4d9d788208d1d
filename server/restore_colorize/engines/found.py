"""References that nobody gave: the picture in folders that suits a target best."""

from __future__ import annotations

import os
from dataclasses import replace

from torch import nn

from restore_colorize.engines.devices import Device
from restore_colorize.engines.job import ColorizeOptions, Control, Reference, Request
from restore_colorize.engines.suggest import MAX_PIXELS, SuggestOptions, suggest_references
from restore_colorize.engines.suggest_eye import Helper
from restore_colorize.errors import RequestError
from restore_colorize.imaging import read_picture
from restore_colorize.models import Model

__all__ = ["with_found_reference"]


def with_found_reference(
    request: Request,
    colors: ColorizeOptions,
    model: Model,
    network: nn.Module,
    device: Device,
    control: Control,
    matcher: Helper | None = None,
) -> Request:
    """Return the request with the picture in ``colors.folders`` that suits its target best.

    Args:
        model, network, matcher: that compare pictures; see ``suggest_references``.

    Raises:
        RequestError: the folders hold no picture with colors, or cannot be read.
        FormatError, TooLargeError: that picture has become another one meanwhile.
        CancelledError: ``control`` said so; what was indexed until then is kept.
    """
    options = SuggestOptions(count=1, folders=colors.folders, excluded=colors.excluded)
    ask = replace(request, engine="suggest_references", options=options)
    verdicts = suggest_references(ask, model, network, device, control, matcher).verdicts
    if not verdicts:
        raise RequestError(
            "The folders hold no photograph with colors that could be a reference: name others."
        )
    path = verdicts[0].path
    picture = read_picture(path, max_pixels=MAX_PIXELS)
    found = Reference(picture, name=os.path.basename(path), path=path)
    return replace(request, references=(found,))
