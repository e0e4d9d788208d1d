"""Chooses references from folders, for commands that need one or name several."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from restore_colorize.cli.backends import Backend
from restore_colorize.cli.pairings import Pairing
from restore_colorize.engines import Control, Request, SuggestOptions, Verdict
from restore_colorize.errors import RequestError
from restore_colorize.imaging import Picture

__all__ = ["best_reference", "ranked_references"]


def ranked_references(
    never: Sequence[Path],
    target: Picture,
    folders: Sequence[Path],
    backend: Backend,
    control: Control,
    *,
    count: int,
    model: str = "",
) -> list[Verdict]:
    """Return what suits a target best, best first, at most ``count``.

    Args:
        never: files that may lie in the folders and are no answer, as the target itself.
        target: as it is sent.
    """
    resolved = tuple(str(folder.resolve()) for folder in folders)
    request = Request(
        engine="suggest_references",
        options=SuggestOptions(count=count + len(never), folders=resolved),
        target=target,
        model=model,
    )
    with backend.run(request, control) as result:
        verdicts = result.verdicts
    excluded = {path.resolve() for path in never}
    return [one for one in verdicts if Path(one.path).resolve() not in excluded][:count]


def best_reference(
    pairing: Pairing, target: Picture, folders: Sequence[Path], backend: Backend, control: Control
) -> Path:
    """Return the photograph in the folders that suits a target best, never the pairing's output.

    An output that is to be replaced may lie there; as a reference it would be an input.

    Raises:
        RequestError: there is none with colors.
    """
    never = (pairing.target, pairing.output)
    found = ranked_references(never, target, folders, backend, control, count=1)
    if not found:
        raise RequestError(
            "The folders hold no photograph with colors that could be a reference: name others."
        )
    return Path(found[0].path)
