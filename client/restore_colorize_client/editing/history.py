"""Earlier results of a picture, small enough to be kept beside it while the editor runs.

A candidate window leaves here what it was offered: the receipt of each job, from which every
candidate can be made again, and a small picture of each. The editor keeps the bytes with the
image, outside of its file.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..events import Candidate
from ..receipts import Receipt

__all__ = ["HISTORY_NAME", "EarlierCandidate", "EarlierJob", "History"]

HISTORY_NAME = "restore-colorize-history"  # of the parasite that holds it
MAX_JOBS = 12
MAX_BYTES = 3 * 2**19  # as bytes for the editor


@dataclass(frozen=True)
class EarlierCandidate:
    """A candidate, and a small picture of it in a format of the editor's."""

    candidate: Candidate
    picture: bytes


@dataclass(frozen=True)
class EarlierJob:
    """A job and what it offered; source_id and target_channels are as in ``LayerNote``.

    rendered: strength and saturation of the pictures.
    """

    receipt: Receipt
    candidates: tuple[EarlierCandidate, ...]
    source_id: str = ""
    target_channels: int = 3
    rendered: tuple[float, float] = (1.0, 1.0)


@dataclass(frozen=True)
class History:
    """Jobs of one image, newest first."""

    jobs: tuple[EarlierJob, ...] = ()

    def of_source(self, source_id: str) -> tuple[EarlierJob, ...]:
        """Return the jobs of one layer."""
        return tuple(job for job in self.jobs if job.source_id == source_id)

    def with_job(self, job: EarlierJob) -> History:
        """Return a history that begins with this job; the same one again moves to the front."""
        others = (each for each in self.jobs if each.receipt != job.receipt)
        return History((job, *others)[:MAX_JOBS])

    def to_bytes(self) -> bytes:
        """Return it for the editor to keep; where it grows too large the oldest jobs go."""
        told: list[str] = []
        size = 0
        for job in self.jobs:
            told.append(json.dumps(_told(job)))
            size += len(told[-1]) + 1
            if size > MAX_BYTES:
                told.pop()
                break
        return f"[{','.join(told)}]".encode("ascii")

    @classmethod
    def from_bytes(cls, data: bytes) -> History:
        """Read a history; one that is damaged or of another version counts as none."""
        try:
            return cls(tuple(_job(told) for told in json.loads(data)))
        except Exception:  # nothing is lost that the user made
            return cls()


def _told(job: EarlierJob) -> dict[str, Any]:
    return {
        "receipt": base64.b64encode(job.receipt.data).decode("ascii"),
        "source_id": job.source_id,
        "target_channels": job.target_channels,
        "rendered": job.rendered,
        "candidates": [
            {
                "index": each.candidate.index,
                "label": each.candidate.label,
                "score": each.candidate.score,
                "seed": each.candidate.seed,
                "model": each.candidate.model,
                "picture": base64.b64encode(each.picture).decode("ascii"),
            }
            for each in job.candidates
        ],
    }


def _job(told: Mapping[str, Any]) -> EarlierJob:
    strength, saturation = told["rendered"]
    return EarlierJob(
        receipt=Receipt(base64.b64decode(told["receipt"], validate=True)),
        candidates=tuple(_candidate(each) for each in told["candidates"]),
        source_id=str(told["source_id"]),
        target_channels=int(told["target_channels"]),
        rendered=(float(strength), float(saturation)),
    )


def _candidate(told: Mapping[str, Any]) -> EarlierCandidate:
    return EarlierCandidate(
        Candidate(
            int(told["index"]),
            str(told["label"]),
            float(told["score"]),
            int(told["seed"]),
            str(told["model"]),
        ),
        base64.b64decode(told["picture"], validate=True),
    )
