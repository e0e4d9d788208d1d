"""Chooses references from folders, for commands that need one or name several."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from restore_colorize.cli.backends import Backend
from restore_colorize.engines import Control, Request, SuggestOptions, Verdict
from restore_colorize.errors import RequestError
from restore_colorize.imaging import Picture

__all__ = ["best_reference", "ranked_references"]


def ranked_references(
    path: Path,
    target: Picture,
    folders: Sequence[Path],
    backend: Backend,
    control: Control,
    *,
    count: int,
    model: str = "",
) -> list[Verdict]:
    """Return what suits a target best, best first, at most ``count``; never the target itself.

    Args:
        path: of the target, which may lie in a folder itself. target: as it is sent.
    """
    resolved = tuple(str(folder.resolve()) for folder in folders)
    request = Request(
        engine="suggest_references",
        options=SuggestOptions(count=count + 1, folders=resolved),
        target=target,
        model=model,
    )
    with backend.run(request, control) as result:
        verdicts = result.verdicts
    return [one for one in verdicts if Path(one.path) != path.resolve()][:count]


def best_reference(
    path: Path, target: Picture, folders: Sequence[Path], backend: Backend, control: Control
) -> Path:
    """Return the photograph in the folders that suits a target best.

    Raises:
        RequestError: there is none with colors.
    """
    found = ranked_references(path, target, folders, backend, control, count=1)
    if not found:
        raise RequestError(
            "The folders hold no photograph with colors that could be a reference: name others."
        )
    return Path(found[0].path)
