"""A fake backend behind the command line's own protocol, and small pictures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from click.testing import CliRunner, Result
from restore_colorize.cli import commands
from restore_colorize.engines import Candidate, Control, Request, Verdict
from restore_colorize.errors import RequestError
from restore_colorize.imaging import Metadata, Picture, write_picture
from restore_colorize_proto.v1 import restore_colorize_pb2 as pb


@dataclass
class FakeResult:
    request: Request
    candidates: tuple[Candidate, ...]
    verdicts: tuple[Verdict, ...]
    receipt: pb.Receipt = field(default_factory=lambda: pb.Receipt(format=1, model="fake"))
    timings_s: Mapping[str, float] = field(default_factory=lambda: {"colorize": 0.25})

    def picture(self, candidate: Candidate) -> Picture:
        """Return the target turned reddish, the more the later the candidate."""
        planes = self.request.target.planes.expand(3, -1, -1).clone()
        planes[0] = (planes[0] + 0.2 + 0.1 * candidate.index).clamp(0, 1)
        return self.request.target.with_planes(planes)

    def uncertainty(self) -> Picture:
        """Return a plane that is unsure on the left."""
        doubt = torch.zeros(1, *self.request.target.size)
        doubt[..., :2] = 1
        return Picture(doubt)


@dataclass
class FakeBackend:
    """Turns targets reddish; a target of 13 columns fails, one of 17 is interrupted."""

    requests: list[Request] = field(default_factory=list)
    is_closed: bool = False

    @contextmanager
    def run(
        self, request: Request, control: Control, *, explain: bool = False
    ) -> Iterator[FakeResult]:
        self.requests.append(request)
        control.progress("colorize", 0.5)
        if request.target.width == 13:
            raise RequestError("Thirteen columns bring bad luck.")
        if request.target.width == 17:
            raise KeyboardInterrupt
        if request.target.width == 19:
            raise ZeroDivisionError("a secret detail")
        if not request.references:
            control.warn("few-colors", "There is little color.")
        count = min(request.options.candidates, 2)
        yield FakeResult(
            request,
            tuple(
                Candidate(n, f"result {n}", 1 - n / 10, request.seed, "fake") for n in range(count)
            ),
            tuple(Verdict(reference.key, 0.5, 0.5) for reference in request.references),
        )

    def close(self) -> None:
        self.is_closed = True


@dataclass(frozen=True)
class Desk:
    """A folder with pictures, and the command line."""

    folder: Path

    def __truediv__(self, name: str) -> Path:
        return self.folder / name

    def gray(self, name: str, width: int = 12, depth: int = 8, **metadata: object) -> Path:
        """Write a gray ramp."""
        levels = {8: np.uint8, 16: np.uint16}[depth]
        ramp = np.linspace(0, np.iinfo(levels).max, 8 * width).reshape(8, width).astype(levels)
        return self.write(name, Picture.from_samples(ramp, Metadata(**metadata)))  # type: ignore[arg-type]

    def color(self, name: str, size: tuple[int, int] = (8, 12), alpha: bool = False) -> Path:
        """Write a noisy color picture; with alpha its left half is painted."""
        planes = torch.rand((3, *size), generator=torch.Generator().manual_seed(1))
        painted = None
        if alpha:
            painted = torch.zeros(size)
            painted[:, : size[1] // 2] = 1
        exact = Picture.from_samples(Picture(planes, painted).quantize())
        return self.write(name, exact)

    def write(self, name: str, picture: Picture) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        write_picture(picture, path)
        return path

    def run(self, *words: object) -> Result:
        """Run a command line in this process."""
        return CliRunner().invoke(commands, [str(word) for word in words])
