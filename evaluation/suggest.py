"""How well references are chosen among many other photographs.

The references of pairs lie among them; is the partner of a target among the first ten that are
suggested? And how long does the answer take once 5,000 pictures are indexed?
"""

from __future__ import annotations

import io
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageOps
from restore_colorize.engines import Engines, Request, SilentControl, SuggestOptions
from restore_colorize.engines.suggest import MATCHER_ROLE, ROLE
from restore_colorize.engines.suggest_eye import Eye
from restore_colorize.engines.suggest_files import pictures_in
from restore_colorize.engines.suggest_index import FileKey
from restore_colorize.imaging import Picture

from evaluation.album import album_of
from evaluation.floors import Floor, Verdict
from evaluation.packs import pack_files
from evaluation.report import ModelFacts
from evaluation.runs import Asked, Measured, print_row
from evaluation.tables import Answers, Figure, Ruler, Table, figures_of, make_rows

THUMBNAIL_PX = 16
MANY = 5000
ROUNDS = 5
# Of the exemplar pairs; their source says of them that they are unlike on purpose.
UNLIKE = ("012", "013", "017", "018", "040")
RULER = Ruler(
    "suggest",
    (
        Figure("first", "first", heading="first", digits=None),
        Figure("first_ten", "first_ten", heading="among the first ten", digits=None),
        Figure("first_fifty", "first_fifty", heading="among the first fifty", digits=None),
    ),
    "Share of the targets whose own reference comes so early; ± is half of a 95 % interval.",
)
FLOOR = Floor("exemplar.first_ten", "exemplar pairs, partner among the first ten", "≥", 0.60)


@dataclass(frozen=True)
class Question:
    """Targets by name, as gray pictures, and the file in the folder that each has to find."""

    name: str
    title: str
    targets: Mapping[str, Picture]
    partners: Mapping[str, Path]


Ranker = Callable[[Picture, Path], int]  # how many files come before the partner


def measure_suggest(asked: Asked) -> Measured:
    """Ask for references of the pairs' targets, and time an answer over many pictures."""
    threads = asked.threads or 1
    torch.set_num_threads(threads)
    with album_of(asked.packs) as album:
        return _measure(asked.packs, album, Engines(asked.store(), "cpu", threads=threads))


def _measure(data: Path, album: Path, engines: Engines) -> Measured:
    questions = lay_out(data, album)
    began, began_processor = time.perf_counter(), time.process_time()
    engine = by_engine(engines, album)
    for question in questions[:1]:  # the first answer reads all files
        name = next(iter(question.targets))
        engine(question.targets[name], question.partners[name])
    indexed_s = time.perf_counter() - began
    indexed_processor_s = time.process_time() - began_processor
    count = len(pictures_in([str(album)]))
    thumbnails = by_thumbnails(album)
    tables = [ask(question, {"thumbnail": thumbnails, "engine": engine}) for question in questions]
    seconds, processor_s = time_many(engines, album, questions[0])
    model = engines.models.find("suggest.features")
    remarks = (
        f"{count} photographs: photos-large, photos-large-b, and one reference of each pair.",
        f"Indexing took {indexed_s:.0f} s, {1000 * indexed_processor_s / count:.0f} ms of a "
        "processor a picture.",
        f"With {MANY} pictures in the index an answer takes {seconds:.2f} s "
        f"({processor_s:.2f} s of processor time), the best of {ROUNDS}.",
        "In photographs that show the same person on another day only face and clothes are alike.",
    )
    measured = figures_of(tables, "engine")[FLOOR.figure]
    return Measured(
        "suggest",
        "Choice of references",
        "packs",
        tables,
        [ModelFacts(model.name, model.entry.sha256, True, "float32")],
        remarks,
        floors=[Verdict(FLOOR, FLOOR.floor, None, measured)],
    )


def lay_out(data: Path, album: Path) -> list[Question]:
    """Put one picture of each pair into a folder of strangers; return who looks for whom."""
    questions = []
    pairs: dict[str, dict[str, tuple[Picture, Path]]] = {}
    for pack, words in (("exemplar-pairs", ("target", "reference")), ("pairs", ("a", "b"))):
        entries = {Path(name).stem: content for name, content in pack_files(data, pack)}
        for stem, content in entries.items():
            name, _, role = stem.rpartition("-")
            if role != words[0] or "-train-" in name or f"{name}-{words[1]}" not in entries:
                continue
            partner = album / f"{name}.jpg"
            partner.write_bytes(entries[f"{name}-{words[1]}"])
            kind = name.partition("-test-")[0] if pack == "pairs" else "exemplar"
            pairs.setdefault(kind, {})[name] = (_gray(content), partner)
    alike = {name: one for name, one in pairs["exemplar"].items() if name not in UNLIKE}
    for name, title, some in (
        ("exemplar", "Exemplar pairs", pairs["exemplar"]),
        ("exemplar-alike", "Exemplar pairs without those that are unlike on purpose", alike),
        ("pairs-scene", "Test pairs, scenes", pairs["scene"]),
        ("pairs-face", "Test pairs, persons", pairs["face"]),
    ):
        targets = {key: target for key, (target, _) in some.items()}
        questions.append(Question(name, title, targets, {k: p for k, (_, p) in some.items()}))
    return questions


def ask(question: Question, rankers: Mapping[str, Ranker]) -> Table:
    """Return the table of one question, a row for each way to rank."""
    answers = []
    for name, rank in rankers.items():
        before = np.array(
            [rank(target, question.partners[key]) for key, target in question.targets.items()]
        )
        values = {
            label: (before < limit).astype(np.float64)
            for label, limit in (("first", 1), ("first_ten", 10), ("first_fifty", 50))
        }
        answers.append(Answers(name, _TITLES[name], values))
    rows = make_rows(RULER, answers, default="engine")
    for row in rows:
        print_row(question.name, row)
    return Table(
        name=question.name,
        title=question.title,
        question="Where does its reference come among all photographs?",
        ruler=RULER,
        pictures=tuple(question.targets),
        rows=rows,
    )


_TITLES = {
    "thumbnail": f"gray thumbnails of {THUMBNAIL_PX} × {THUMBNAIL_PX}, correlation",
    "engine": "suggest (default)",
}


def by_engine(engines: Engines, album: Path) -> Ranker:
    """Rank as users do: through the engine, which has its index."""
    options = SuggestOptions(count=SuggestOptions.MAX_COUNT, folders=(str(album),))

    def rank(target: Picture, partner: Path) -> int:
        request = Request(engine="suggest_references", options=options, target=target)
        outcome = engines.run(request, SilentControl())
        paths = [verdict.path for verdict in outcome.verdicts]
        found = os.path.realpath(partner)
        return paths.index(found) if found in paths else len(paths)

    return rank


def by_thumbnails(album: Path) -> Ranker:
    """Rank by the correlation of small gray pictures: what one tries first."""
    paths = sorted(album.iterdir())
    known = np.stack([_thumbnail(Image.open(path)) for path in paths])

    def rank(target: Picture, partner: Path) -> int:
        samples = target.quantize()[..., 0]
        scores = known @ _thumbnail(Image.fromarray(samples))
        return int((scores > scores[paths.index(partner)]).sum())

    return rank


def time_many(engines: Engines, album: Path, question: Question) -> tuple[float, float]:
    """Return wall clock and processor seconds of an answer over ``MANY`` indexed pictures."""
    known = pictures_in([str(album)])
    index = _eye(engines).index()
    seen = index.get(list(known.values()))
    crowd = album.parent / "crowd"
    crowd.mkdir()
    paths = list(known)
    for number in range(MANY):
        link = crowd / f"{number}.jpg"
        os.link(paths[number % len(paths)], link)
        index.add(FileKey.of(link.name, link.stat()), seen.of(number % len(paths)))
    index.save()
    target = next(iter(question.targets.values()))
    options = SuggestOptions(count=10, folders=(str(crowd),))
    times = []
    for _ in range(ROUNDS):
        wall, processor = time.perf_counter(), time.process_time()
        engines.run(Request("suggest_references", options, target), SilentControl())
        times.append((time.perf_counter() - wall, time.process_time() - processor))
    return min(wall for wall, _ in times), min(processor for _, processor in times)


def _eye(engines: Engines) -> Eye:
    """What the engine looks with, to put more into its index."""
    seeing, matching = (
        (model, engines.models.load(model, torch.device("cpu")))
        for model in (engines.models.find(ROLE), engines.models.find(MATCHER_ROLE))
    )
    return Eye(*seeing, engines.device, matching)


def _gray(content: bytes) -> Picture:
    with Image.open(io.BytesIO(content)) as image:
        return Picture.from_samples(np.array(ImageOps.exif_transpose(image).convert("L")))


def _thumbnail(image: Image.Image) -> np.ndarray:
    small = image.convert("L").resize((THUMBNAIL_PX, THUMBNAIL_PX), Image.Resampling.BOX)
    values = np.asarray(small, np.float32).ravel()
    values = values - values.mean()
    return values / max(1e-6, float(np.linalg.norm(values)))
