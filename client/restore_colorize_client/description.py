"""What a server says about itself. Fields are those of the contract's DescribeReply."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Description", "Engine", "Environment", "Limits", "Model", "QueueState"]


@dataclass(frozen=True)
class Engine:
    """A capability that a user can ask for; ``name`` is also its task's name."""

    name: str
    title: str
    models: tuple[str, ...]  # that can fill it, default first
    takes_references: bool
    takes_hints: bool
    takes_selection: bool
    takes_damage: bool
    gives_candidates: bool


@dataclass(frozen=True)
class Model:
    """A network with weights and a card; ``license`` and ``card`` are meant to be shown."""

    name: str
    role: str
    network: str
    paper: str
    parameters: int
    sha256: str
    license: str
    is_default: bool
    card: str


@dataclass(frozen=True)
class Environment:
    """All that can change the bytes of a result beside the request itself."""

    device: str
    dtype: str
    threads: int
    instruction_set: str
    torch_version: str
    package_version: str


@dataclass(frozen=True)
class Limits:
    """What a job is refused for."""

    max_pixels: int
    max_bytes: int
    max_chunk_bytes: int
    max_side: int
    max_planes: int
    max_waiting_jobs: int
    idle_render_s: float
    max_compared: int = 0  # planes of a job that suggests; 0: as max_planes, of an older server


@dataclass(frozen=True)
class QueueState:
    """How many jobs wait and compute now."""

    waiting: int
    running: int


@dataclass(frozen=True)
class Description:
    """What this server can do, on what, within which limits."""

    version: str
    protocol: int
    engines: tuple[Engine, ...]
    models: tuple[Model, ...]
    environment: Environment
    limits: Limits
    queue: QueueState
    uptime_s: float
    loopback: bool
