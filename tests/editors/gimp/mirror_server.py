"""A real server whose one engine gives targets back: ``mirror_server.py STATE_DIR``.

It waits while a file ``hold`` lies in its folder, and writes ``cancelled`` when a job was; with a
file ``shrink`` results lack a row. What the last job brought lies in ``brought.npz``: pictures of
(h, w, c) samples in [0, 1], alpha last.
Strength 1 gives the target's own colors, 0 their negative: an edge of one pixel's width tells
where a result lies, and every value tells whether it was touched. The reference decides nothing.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from restore_colorize.engines import Control, Environment, Request
from restore_colorize.errors import CancelledError
from restore_colorize.imaging import Picture
from restore_colorize.service import ServeOptions, serve

from tests.service.fakes import FakeEngines, FakeOutcome

STATE = Path(sys.argv[1])


class MirrorOutcome(FakeOutcome):
    """The target itself, or its negative."""

    def render(
        self,
        index: int,
        *,
        strength: float,
        saturation: float,
        preview_short_side: int = 0,
        control: Control,
    ) -> Picture:
        planes = self.target.planes.expand(3, -1, -1)
        planes = planes * strength + (1.0 - planes) * (1.0 - strength)
        if (STATE / "shrink").exists():
            return Picture(planes[:, 1:], None, self.target.depth)
        return Picture(planes, self.target.alpha, self.target.depth)


class MirrorEngines(FakeEngines):
    """As many candidates as were asked for."""

    def run(
        self, request: Request, control: Control, *, force: Environment | None = None
    ) -> MirrorOutcome:
        control.progress("colorize", 0.5)
        keep(request)
        try:
            while (STATE / "hold").exists():
                control.check()
                time.sleep(0.05)
        except CancelledError:
            (STATE / "cancelled").touch()
            raise
        self.candidates = request.options.candidates
        return MirrorOutcome(request, self)


def keep(request: Request) -> None:
    """Leave for the test what came; a repetition brings its references as the receipt has them."""
    pictures = {str(at): each.picture for at, each in enumerate(request.references)}
    pictures |= {"target": request.target, "hints": request.hints}
    found = {name: samples(each) for name, each in pictures.items() if isinstance(each, Picture)}
    found["names"] = np.array([each.name for each in request.references])
    if request.selection is not None:
        found["selection"] = request.selection.numpy()
    with (STATE / "part").open("wb") as file:
        np.savez(file, **found)
    os.replace(STATE / "part", STATE / "brought.npz")


def samples(picture: Picture) -> np.ndarray:
    planes = picture.planes.numpy()
    alpha = [] if picture.alpha is None else [picture.alpha.numpy()[None]]
    return np.concatenate([planes, *alpha]).transpose(1, 2, 0)


if __name__ == "__main__":
    sys.exit(serve(ServeOptions(state_dir=STATE, idle_exit_s=300.0), MirrorEngines))
