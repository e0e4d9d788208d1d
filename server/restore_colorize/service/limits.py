"""What one server accepts."""

from __future__ import annotations

from dataclasses import dataclass, fields

from restore_colorize.errors import RangeError

__all__ = ["Limits"]


@dataclass(frozen=True)
class Limits:
    """Bounds that are told by Describe and kept at the door, before pixels are read.

    max_pixels: of one plane. max_bytes: of all planes of a job. max_chunk_bytes: of one chunk; it
    stays below the 4 MiB that gRPC accepts by default. max_side: width or height of a plane.
    max_planes: of a job; max_compared: of one that suggests references, with small pictures.
    max_waiting_jobs: uploading or waiting, of all clients together.
    max_open_bytes: of the pictures of all open calls, uploading, waiting or kept for Render; what
    the one job that computes needs meanwhile comes on top.
    idle_upload_s: silence after which an unfinished upload is given up. idle_render_s: silence
    after which a finished job's open call is ended and its pixels are forgotten. safe_render_s:
    silence after which this may happen sooner, because others need the memory.

    Raises:
        RangeError: a limit is not positive.
    """

    max_pixels: int = 150_000_000
    max_bytes: int = 2 * 2**30
    max_chunk_bytes: int = 3 * 2**20
    max_side: int = 65_536
    max_planes: int = 16
    max_compared: int = 257
    max_waiting_jobs: int = 16
    max_open_bytes: int = 4 * 2**30
    idle_upload_s: float = 60.0
    idle_render_s: float = 900.0
    safe_render_s: float = 10.0

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if not value > 0:  # also refuses NaN
                raise RangeError(f"The limit {field.name} is {value}, but must be positive.")
