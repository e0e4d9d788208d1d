"""The product at work for a newcomer: two gray photographs, a real server, color by gRPC.

``python -m evaluation.demo --samples samples -o demo-output``; with ``--readme FOLDER`` also the
README's pictures. The first photograph is a color one turned gray, so its truth can be shown; the
second one is historic and gets the sample reference that fits best.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from restore_colorize.cli.receipts import texts_of
from restore_colorize.errors import RestoreError
from restore_colorize.imaging import (
    Picture,
    gray_from_luma,
    luma_of,
    read_picture,
    write_picture,
)
from restore_colorize_client import (
    Client,
    ClientError,
    Colorize,
    JobRequest,
    Pixels,
    Reference,
    Result,
    SampleType,
    connect,
)
from restore_colorize_proto.v1 import restore_colorize_pb2 as pb

from evaluation.sheets import Tile, draw_sheet

PAIR = "pair1-dunes"
HISTORIC = "historic1-broadway-saratoga-springs"
REFERENCES = "*-reference.jpg"
_SAMPLE_TYPES = {8: SampleType.UINT8, 16: SampleType.UINT16, 32: SampleType.FLOAT32}
_DTYPES = {SampleType.UINT8: "u1", SampleType.UINT16: "<u2", SampleType.FLOAT32: "<f4"}
_SIDE_BY_SIDE_PX = 480
_README_TILE_PX = 420
_README_BYTES = 250_000


@dataclass(frozen=True, eq=False)
class Shown:
    """A colored photograph with all that belongs beside it; ``truth`` only where it is known."""

    name: str
    target: Picture
    reference: Picture
    reference_name: str
    result: Picture
    path: Path
    truth: Picture | None = None

    def tiles(self) -> list[Tile]:
        """Target, reference, result and truth, with their names."""
        tiles = [
            Tile(self.target, "gray target"),
            Tile(self.reference, f"reference: {self.reference_name}"),
            Tile(self.result, "result"),
        ]
        return tiles if self.truth is None else [*tiles, Tile(self.truth, "truth")]


def main(arguments: Sequence[str] | None = None) -> int:
    """Color the samples through a server; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m evaluation.demo", description=__doc__)
    parser.add_argument("--samples", type=Path, default=Path("samples"))
    parser.add_argument("-o", "--out", type=Path, default=Path("demo-output"))
    parser.add_argument("--readme", type=Path, help="also write the README's pictures here")
    options = parser.parse_args(arguments)
    start = time.perf_counter()
    try:
        options.out.mkdir(parents=True, exist_ok=True)
        shown = _color_all(options.samples, options.out)
        for one in shown:
            sheet = draw_sheet([one.tiles()], _SIDE_BY_SIDE_PX)
            sheet.save(options.out / f"{one.name}-side-by-side.png")
            if options.readme:
                _write_readme_picture(one, options.readme)
    except (ClientError, RestoreError) as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"{error.filename or options.out} cannot be used: {error.strerror}.", file=sys.stderr)
        return 1
    print(f"Done in {time.perf_counter() - start:.0f} s. Open these two first:")
    print(*(options.out / f"{one.name}-side-by-side.png" for one in shown), sep="\n")
    print("The color picture:")
    print(shown[0].path)
    return 0


def _color_all(samples: Path, out: Path) -> list[Shown]:
    """Color both photographs; a server that was started for it is ended."""
    started: list[str] = []

    def on_start(stage: str, waited_s: float) -> None:
        if stage not in started:
            started.append(stage)
            print("Starting the server …" if stage == "start" else "Loading the network …")

    begin = time.perf_counter()
    with connect(client_id="demo", on_start=on_start) as client:
        print(f"The server at {client.address} is ready after {_since(begin)}.")
        try:
            return [_color_pair(client, samples, out), _color_historic(client, samples, out)]
        finally:
            if started:
                client.shutdown()


def _color_pair(client: Client, samples: Path, out: Path) -> Shown:
    truth = read_picture(samples / f"{PAIR}-target.jpg")
    reference = read_picture(samples / f"{PAIR}-reference.jpg")
    name = f"{PAIR}-reference"
    return _color(client, out, PAIR, _grayed(truth), reference, name, truth)


def _color_historic(client: Client, samples: Path, out: Path) -> Shown:
    target = _grayed(read_picture(samples / f"{HISTORIC}.jpg"))
    references = {path.stem: read_picture(path) for path in sorted(samples.glob(REFERENCES))}
    begin = time.perf_counter()
    best = _best_reference(client, target, references)
    print(f"Of {len(references)} references {best} fits {HISTORIC} best ({_since(begin)}).")
    return _color(client, out, HISTORIC, target, references[best], best)


def _best_reference(client: Client, target: Picture, references: dict[str, Picture]) -> str:
    """Ask with all references at once; the engine's verdict names the one that fits best."""
    request = JobRequest(
        target=_pixels(target),
        task=Colorize(),
        references=[Reference(_pixels(picture), name) for name, picture in references.items()],
        deliver=0,
    )
    result = _run(client, request)
    verdicts = [verdict for verdict in result.verdicts if verdict.reference is not None]
    names = list(references)
    if not verdicts:
        return names[0]
    best = max(verdicts, key=lambda verdict: (verdict.related, verdict.score))
    return names[best.reference or 0]


def _color(
    client: Client,
    out: Path,
    name: str,
    target: Picture,
    reference: Picture,
    reference_name: str,
    truth: Picture | None = None,
) -> Shown:
    begin = time.perf_counter()
    request = JobRequest(
        target=_pixels(target),
        task=Colorize(),
        references=[Reference(_pixels(reference), reference_name)],
    )
    result = _run(client, request)
    colored = _picture(result.image(), target)
    path = out / f"{name}-colorized.png"
    texts = {}
    if result.receipt is not None:
        receipt = pb.Receipt.FromString(result.receipt.data)
        texts = texts_of(receipt, result.candidates[0], path)
    write_picture(colored, path, texts)
    print(
        f"{name}: {target.width} × {target.height} pixels colored with {reference_name} "
        f"in {_since(begin)}."
    )
    for warning in result.warnings:
        print(f"  {warning.text}")
    return Shown(name, target, reference, reference_name, colored, path, truth)


def _run(client: Client, request: JobRequest) -> Result:
    with client.run(request) as job:
        return job.result()


def _grayed(picture: Picture) -> Picture:
    """The picture's L as one gray plane; nothing of its colors or of their profile is sent."""
    gray = gray_from_luma(luma_of(picture))[None]
    return replace(picture, planes=gray, metadata=replace(picture.metadata, icc_profile=None))


def _pixels(picture: Picture) -> Pixels:
    samples = picture.quantize()
    height, width, channels = samples.shape
    return Pixels(
        width,
        height,
        channels,
        _SAMPLE_TYPES[picture.depth],
        picture.has_alpha,
        np.ascontiguousarray(samples).data,
    )


def _picture(pixels: Pixels, target: Picture) -> Picture:
    """Make a picture of what came back; it keeps the target's EXIF and resolution."""
    shape = (pixels.height, pixels.width, pixels.channels)
    samples = np.frombuffer(pixels.view(), _DTYPES[pixels.sample_type]).reshape(shape)
    return Picture.from_samples(samples, target.metadata)


def _write_readme_picture(shown: Shown, folder: Path) -> None:
    """Write a side-by-side JPEG of at most 250 kB."""
    folder.mkdir(parents=True, exist_ok=True)
    sheet = draw_sheet([shown.tiles()], _README_TILE_PX)
    path = folder / f"{shown.name}.jpg"
    for quality in range(90, 40, -5):
        sheet.save(path, quality=quality, optimize=True)
        if path.stat().st_size <= _README_BYTES:
            break
    print(path)


def _since(begin: float) -> str:
    return f"{time.perf_counter() - begin:.1f} s"


if __name__ == "__main__":
    raise SystemExit(main())
