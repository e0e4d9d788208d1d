"""A server for every task of the contract, without any engine: ``task_server.py STATE_DIR``.

It does as files in its folder say: it waits while ``hold`` lies there and writes ``cancelled``
when a job was; ``lacks`` names engines that it does not list. Every job's header is written to
``jobs.jsonl``.

*Restore* gives the negative at strength 1 and the target at 0; with a damage mask it weighs by
that. A colorization after it, and *Colorize*, gives red its negative once more. *Detect damage*
calls bright places damaged. References score by their brightness, files by their names.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

import numpy as np
from google.protobuf.json_format import MessageToDict
from restore_colorize_proto.v1 import restore_colorize_pb2 as pb
from scipy import ndimage

from tests.client.fake_server import TOKEN, FakeRun, FakeService, started

STATE = Path(sys.argv[1])
TYPES = {pb.UINT8: np.uint8, pb.UINT16: np.uint16, pb.FLOAT32: np.float32}
NAMES = ("restore", "detect_damage", "suggest_references", "colorize")
SHADE_OF_DAMAGE = 200
SHADE_OF_LINES = 30


class TaskService(FakeService):
    """Lists the engines that it shall have, as asked each time."""

    async def Describe(self, request, context):  # noqa: N802 - the contract's name
        file = STATE / "lacks"
        lacks = file.read_text().split() if file.exists() else []
        engines = [pb.Engine(name=name, title=name) for name in NAMES if name not in lacks]
        self.reply = pb.DescribeReply(
            version="0.1.0",
            protocol=1,
            engines=engines,
            limits=pb.Limits(max_planes=16),
            loopback=not (STATE / "remote").exists(),
        )
        return await super().Describe(request, context)


async def answer(run: FakeRun) -> None:
    """Do the task of one job."""
    await run.uploaded()
    with (STATE / "jobs.jsonl").open("a") as file:
        told = MessageToDict(run.job, preserving_proto_field_name=True)
        file.write(json.dumps(told) + "\n")
    await run.say(progress=pb.Progress(stage="restore", fraction=0.5))
    try:
        while (STATE / "hold").exists():
            await asyncio.sleep(0.05)
    except asyncio.CancelledError:
        (STATE / "cancelled").touch()
        raise
    source = run.job.repeat if run.job.HasField("repeat") else run.job
    name = source.WhichOneof("task")
    await TASKS[name](run, source)
    target = run.planes[next(plane.id for plane in run.job.planes if plane.role == pb.TARGET)]
    receipt = pb.Receipt(
        format=1,
        engine=name,
        model="fake-1",
        seed=source.seed,
        region=run.job.region if run.job.HasField("region") else None,
        target_sha256=hashlib.sha256(target).hexdigest(),
        **{name: getattr(source, name)},
    )
    await run.say(done=pb.Done(receipt=receipt, ranking=[0]))
    async for request in run.requests:
        await run.say(done=pb.Done(render=request.render.id))


async def restore(run: FakeRun, source: pb.Job | pb.Receipt) -> None:
    """Give the negative, as far as strength and damage say."""
    task, (plane, target) = source.restore, plane_of(run, pb.TARGET)
    full = 1.0 if target.dtype == np.float32 else float(np.iinfo(target.dtype).max)
    colors = target.shape[2] - plane.has_alpha
    weight = np.full((*target.shape[:2], 1), task.strength)
    damage = plane_of(run, pb.DAMAGE)
    if damage is not None:
        weight = weight * (damage[1] / 255.0)
    before = target[..., :colors].astype(np.float64)
    other = full - before
    if (STATE / "look").exists():
        marks = ndimage.binary_dilation(lines_of(before / full * 255), iterations=2)
        other = np.where(marks, ndimage.median_filter(before, (11, 11, 1)), before)
    after = before + weight * (other - before)
    if task.colorize:
        after = np.concatenate([full - after[..., :1], *[after[..., -1:]] * 2], axis=2)
    if target.dtype != np.float32:
        after = np.rint(after)
    after = np.concatenate([after.astype(target.dtype), target[..., colors:]], axis=2)
    await run.say(candidate=pb.Candidate(index=0, score=1.0, model="fake-1", seed=source.seed))
    await send(run, after, plane.sample_type, plane.has_alpha, pb.IMAGE)


async def detect(run: FakeRun, source: pb.Job | pb.Receipt) -> None:
    """Give what is bright, all else with half its value where the sensitivity is 1."""
    _plane, target = plane_of(run, pb.TARGET)
    mask = target[..., :1].astype(np.uint8)
    if (STATE / "look").exists():
        mask = 255 * lines_of(mask).astype(np.uint8)
    faint = mask // 2 if source.detect_damage.sensitivity == 1 else 0 * mask
    mask = np.where(mask >= SHADE_OF_DAMAGE, mask, faint)
    await send(run, mask, pb.UINT8, False, pb.DAMAGE_MASK)


async def suggest(run: FakeRun, source: pb.Job | pb.Receipt) -> None:
    """Rank pictures by brightness, and the folders' files in the order of their names."""
    verdicts = []
    for plane in run.job.planes:
        if plane.role == pb.REFERENCE:
            score = float(samples(run, plane)[..., :3].mean()) / 255
            verdicts.append(pb.ReferenceVerdict(plane=plane.id, related=score, score=score))
    for folder in source.suggest_references.folders:
        for place, path in enumerate(sorted(Path(inside_out(folder)).iterdir())):
            path = Path(folder) / path.name
            score = 0.9 - place / 10
            verdicts.append(pb.ReferenceVerdict(related=score, score=score, path=str(path)))
    verdicts.sort(key=lambda verdict: -verdict.score)
    for verdict in verdicts[: source.suggest_references.count]:
        await run.say(verdict=verdict)


async def colorize(run: FakeRun, source: pb.Job | pb.Receipt) -> None:
    """Give gray, with red as its negative."""
    plane, target = plane_of(run, pb.TARGET)
    after = np.concatenate([255 - target[..., :1], *[target[..., :1]] * 2], axis=2)
    await run.say(candidate=pb.Candidate(index=0, label="Fake", score=1.0, model="fake-1"))
    if run.job.preview_short_side:
        await send(run, after, pb.UINT8, False, pb.PREVIEW)
    if run.job.deliver:
        await send(run, after, plane.sample_type, False, pb.IMAGE)


TASKS = {
    "restore": restore,
    "detect_damage": detect,
    "suggest_references": suggest,
    "colorize": colorize,
}


def lines_of(values: np.ndarray) -> np.ndarray:
    """Find what is thin, bright, and brighter than its surroundings."""
    is_thin = ndimage.white_tophat(values, (9, 9, 1)) > SHADE_OF_LINES
    return is_thin & (values > SHADE_OF_DAMAGE)


def inside_out(folder: str) -> str:
    """Return where a folder lies here that the GIMP of a test sees below /out."""
    return folder.replace("/out", os.environ.get("OUT", "/out"), 1)


def plane_of(run: FakeRun, role: int) -> tuple[pb.Plane, np.ndarray] | None:
    """Return the first plane of a role with its samples (h, w, c)."""
    for plane in run.job.planes:
        if plane.role == role:
            return plane, samples(run, plane)
    return None


def samples(run: FakeRun, plane: pb.Plane) -> np.ndarray:
    flat = np.frombuffer(bytes(run.planes[plane.id]), TYPES[plane.sample_type])
    return flat.reshape(plane.height, plane.width, plane.channels)


async def send(
    run: FakeRun, values: np.ndarray, sample_type: int, has_alpha: bool, kind: int
) -> None:
    height, width, channels = values.shape
    plane = pb.Plane(
        id=kind,
        width=width,
        height=height,
        channels=channels,
        sample_type=sample_type,
        has_alpha=has_alpha,
    )
    await run.send(plane, np.ascontiguousarray(values).tobytes(), kind=kind)


async def main() -> None:
    """Serve until killed; the file tells where."""
    server, port, _health = await started(TaskService(answer))
    part = STATE / "server.part"
    part.write_text(json.dumps({"port": port, "token": TOKEN}))
    part.replace(STATE / "server.json")
    await server.wait_for_termination()


if __name__ == "__main__":
    asyncio.run(main())
