"""The product at work for a newcomer: gray photographs colored and restored by a real server.

``python -m evaluation.demo --samples samples -o demo-output``; with ``--readme FOLDER`` also the
README's pictures. The first photograph is a color one turned gray, so its truth can be shown; it
is colored twice, the second time with painted strokes. The other one is historic and gets that
color sample which fits best. A part of it that was broken by procedure is restored.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont
from restore_colorize.cli.pixels import from_pixels, to_pixels
from restore_colorize.cli.receipts import texts_of
from restore_colorize.engines import Candidate
from restore_colorize.errors import RestoreError
from restore_colorize.imaging import (
    Picture,
    blend,
    gray_from_luma,
    luma_of,
    read_picture,
    write_picture,
)
from restore_colorize_client import (
    Client,
    ClientError,
    Colorize,
    ConnectionLostError,
    JobRequest,
    Reference,
    Restore,
    Result,
    connect,
)
from restore_colorize_proto.v1 import restore_colorize_pb2 as pb

from evaluation.exhibits import image_of

PAIRS = ("pair1-dunes", "pair2-lake", "pair3-monastery")
HISTORIC = "historic2-savings-bank-buffalo"
BROKEN = "historic2-broken"  # its left part, damaged by procedure
_SIDE_BY_SIDE_PX = 420  # height
_CAPTION_PX, _GAP_PX = 18, 6
_PAPER, _INK = (250, 250, 250), (30, 30, 30)
_README_PX = 300
_README_BYTES = 250_000


@dataclass(frozen=True, eq=False)
class Photograph:
    """A gray target and the references to choose from; without any it is restored.

    ``truth`` is set where it is known, ``hints`` where strokes were painted.
    """

    name: str
    target: Picture
    references: dict[str, Picture]
    truth: Picture | None = None
    hints: Picture | None = None


@dataclass(frozen=True, eq=False)
class Shown:
    """A result's file, and what is shown of how it came about: pictures after their captions."""

    name: str
    path: Path
    pictures: Sequence[tuple[str, Picture]]


def main(arguments: Sequence[str] | None = None) -> int:
    """Color and restore the samples through a server; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m evaluation.demo", description=__doc__)
    parser.add_argument("--samples", type=Path, default=Path("samples"))
    parser.add_argument("-o", "--out", type=Path, default=Path("demo-output"))
    parser.add_argument("--readme", type=Path, help="also write the README's pictures here")
    options = parser.parse_args(arguments)
    start = time.perf_counter()
    try:
        photographs = _read(options.samples)
        options.out.mkdir(parents=True, exist_ok=True)
        shown = _work(photographs, options.out)
        sheets = [_write_side_by_side(one, options.out) for one in shown]
        if options.readme:
            print(*(_write_readme_picture(one, options.readme) for one in shown), sep="\n")
    except (ClientError, RestoreError) as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"{error.filename or options.out} cannot be used: {error.strerror}.", file=sys.stderr)
        return 1
    print(f"Done in {_since(start)}. Before and after, side by side:")
    print(*sheets, sep="\n")
    print("The color picture:")
    print(shown[0].path)
    return 0


def _read(samples: Path) -> list[Photograph]:
    """Read the samples before anything is started: what is missing is told at once."""
    names = [f"{pair}-{part}" for pair in PAIRS for part in ("target", "reference")]
    colored = {name: read_picture(samples / f"{name}.jpg") for name in names}
    truth, own = colored[f"{PAIRS[0]}-target"], f"{PAIRS[0]}-reference"
    plain = Photograph(PAIRS[0], _grayed(truth), {own: colored[own]}, truth)
    hints = read_picture(samples / f"{PAIRS[0]}-hints.png")
    historic = _grayed(read_picture(samples / f"{HISTORIC}.jpg"))
    broken = read_picture(samples / f"{BROKEN}.jpg")
    part = historic.planes[:, : broken.height, : broken.width]
    return [
        plain,
        replace(plain, name=f"{PAIRS[0]}-with-strokes", hints=hints),
        Photograph(HISTORIC, historic, colored),
        Photograph(BROKEN, broken, {}, replace(historic, planes=part, file_samples=None)),
    ]


def _work(photographs: Sequence[Photograph], out: Path) -> list[Shown]:
    """Color or restore the photographs; a server that was started for it is ended."""
    started: list[str] = []

    def on_start(stage: str, waited_s: float) -> None:
        if stage not in started:
            started.append(stage)
            print("Starting the server …" if stage == "start" else "Loading the network …")

    begin = time.perf_counter()
    with connect(client_id="demo", on_start=on_start) as client:
        print(f"The server at {client.address} is ready after {_since(begin)}.")
        try:
            return [
                (_color if photograph.references else _restore)(client, photograph, out)
                for photograph in photographs
            ]
        finally:
            if started:
                # A server that ended before its answer was out has done what was asked.
                with contextlib.suppress(ConnectionLostError):
                    client.shutdown()


def _color(client: Client, photograph: Photograph, out: Path) -> Shown:
    """Choose the reference, color with it, write the picture with its receipt."""
    name, target = photograph.name, photograph.target
    chosen = _best_reference(client, photograph)
    begin = time.perf_counter()
    reference = Reference(to_pixels(photograph.references[chosen]), chosen)
    hints = None if photograph.hints is None else to_pixels(photograph.hints)
    request = JobRequest(
        target=to_pixels(target), task=Colorize(), references=[reference], hints=hints
    )
    result = _run(client, request)
    path = out / f"{name}-colorized.png"
    colored = _write(result, target, path)
    _tell(photograph, f"colored from {chosen}", begin, result)
    pictures = [
        _captioned_target(photograph),
        (f"reference: {chosen}", photograph.references[chosen]),
        ("result", colored),
    ]
    return _shown(photograph, path, pictures)


def _restore(client: Client, photograph: Photograph, out: Path) -> Shown:
    """Repair, with the tone corrected as well; write the picture with its receipt."""
    begin, target = time.perf_counter(), photograph.target
    result = _run(client, JobRequest(target=to_pixels(target), task=Restore(tone=True)))
    path = out / f"{photograph.name}-restored.png"
    restored = _write(result, target, path)
    _tell(photograph, "restored", begin, result)
    return _shown(photograph, path, [("damaged by procedure", target), ("restored", restored)])


def _tell(photograph: Photograph, done: str, begin: float, result: Result) -> None:
    size = f"{photograph.target.width} × {photograph.target.height}"
    print(f"{photograph.name}: {size} pixels {done}, {_since(begin)}.")
    for warning in result.warnings:
        print(f"  {warning.text}")


def _shown(photograph: Photograph, path: Path, pictures: list[tuple[str, Picture]]) -> Shown:
    """The pictures, with the truth where it is known."""
    truth = [] if photograph.truth is None else [("truth", photograph.truth)]
    return Shown(photograph.name, path, [*pictures, *truth])


def _write(result: Result, target: Picture, path: Path) -> Picture:
    """Write a result's first candidate with its receipt, and return it."""
    picture, texts = from_pixels(result.image(), target.metadata), {}
    if result.receipt is not None:
        receipt = pb.Receipt.FromString(result.receipt.data)
        made = result.candidates[0]
        candidate = Candidate(made.index, made.label, made.score, made.seed, made.model)
        texts = texts_of(receipt, candidate, path)
    write_picture(picture, path, texts)
    return picture


def _best_reference(client: Client, photograph: Photograph) -> str:
    """Ask with all references at once; the engine's verdict tells which one fits best."""
    names = list(photograph.references)
    if len(names) == 1:
        return names[0]
    begin = time.perf_counter()
    request = JobRequest(
        target=to_pixels(photograph.target),
        task=Colorize(),
        references=[Reference(to_pixels(photograph.references[name]), name) for name in names],
        deliver=0,
    )
    verdicts = [one for one in _run(client, request).verdicts if one.reference is not None]
    best = max(verdicts, key=lambda one: (one.related, one.score), default=None)
    chosen = names[best.reference or 0] if best is not None else names[0]
    related = "" if best is None else f", related {best.related:.0%}"
    print(f"{photograph.name}: {chosen} fits best of {len(names)}{related}, {_since(begin)}.")
    return chosen


def _run(client: Client, request: JobRequest) -> Result:
    with client.run(request) as job:
        return job.result()


def draw_strip(pictures: Sequence[tuple[str, Picture]], height_px: int) -> Image.Image:
    """Draw pictures side by side at one height, each above its caption."""
    images = []
    for _, picture in pictures:
        width = round(picture.width * height_px / picture.height)
        images.append(image_of(picture).resize((width, height_px), Image.Resampling.LANCZOS))
    size = (
        sum(image.width for image in images) + _GAP_PX * (len(images) + 1),
        height_px + _CAPTION_PX + 2 * _GAP_PX,
    )
    strip = Image.new("RGB", size, _PAPER)
    draw = ImageDraw.Draw(strip)
    font = ImageFont.load_default(size=13)
    left = _GAP_PX
    for (caption, _), image in zip(pictures, images, strict=True):
        strip.paste(image, (left, _GAP_PX))
        draw.text((left, height_px + _GAP_PX + 1), caption, fill=_INK, font=font)
        left += image.width + _GAP_PX
    return strip


def _captioned_target(photograph: Photograph) -> tuple[str, Picture]:
    """The target, with the strokes over it where there are any."""
    hints = photograph.hints
    if hints is None or hints.alpha is None:
        return "gray target", photograph.target
    painted = blend(photograph.target, hints, hints.alpha)
    return "gray target, painted strokes", painted


def _grayed(picture: Picture) -> Picture:
    """The picture's L as one gray plane; nothing of its colors or of their profile is sent."""
    gray = gray_from_luma(luma_of(picture))[None]
    return replace(picture, planes=gray, metadata=replace(picture.metadata, icc_profile=None))


def _write_side_by_side(shown: Shown, folder: Path) -> Path:
    path = folder / f"{shown.name}-side-by-side.png"
    draw_strip(shown.pictures, _SIDE_BY_SIDE_PX).save(path)
    return path


def _write_readme_picture(shown: Shown, folder: Path) -> Path:
    """Write a side-by-side JPEG of at most 250 kB."""
    folder.mkdir(parents=True, exist_ok=True)
    strip = draw_strip(shown.pictures, _README_PX)
    path = folder / f"{shown.name}.jpg"
    for quality in range(90, 40, -5):
        strip.save(path, quality=quality, optimize=True)
        if path.stat().st_size <= _README_BYTES:
            break
    return path


def _since(begin: float) -> str:
    return f"{time.perf_counter() - begin:.1f} s"


if __name__ == "__main__":
    raise SystemExit(main())
