"""(f) How soon a server answers whether it is well while a job computes."""

from __future__ import annotations

import threading
import time

import numpy as np
from grpc_health.v1 import health_pb2, health_pb2_grpc

from benchmarks.figures import Aim, Figure
from benchmarks.jobs import colorize_at
from benchmarks.pictures import picture
from benchmarks.servers import Served, served
from benchmarks.settings import Settings

NAME = "health"
_PAUSE_S = 0.01
_DEADLINE_S = 10.0


def measure(settings: Settings) -> list[Figure]:
    """Ask one server again and again, idle and under one job after another."""
    target = picture(settings.middle_mp)
    with served() as server:
        colorize_at(server.client, target)
        idle_ms = _latencies_ms(server, settings.health_s / 4)
        ended = threading.Event()
        busy = threading.Thread(target=_color_until, args=(server, target, ended))
        busy.start()
        try:
            busy_ms = _latencies_ms(server, settings.health_s)
        finally:
            ended.set()
            busy.join()
    return [
        *_figures("while idle", idle_ms),
        *_figures("while jobs run", busy_ms, Aim(50.0)),
    ]


def _figures(when: str, latencies_ms: np.ndarray, aim: Aim | None = None) -> list[Figure]:
    detail = f"of {len(latencies_ms)} calls"
    return [
        Figure(NAME, f"health {when}, median", float(np.median(latencies_ms)), "ms", detail, aim),
        Figure(NAME, f"health {when}, p99", float(np.quantile(latencies_ms, 0.99)), "ms", detail),
    ]


def _latencies_ms(server: Served, duration_s: float) -> np.ndarray:
    latencies_ms: list[float] = []
    with server.grpcio_channel() as channel:
        stub = health_pb2_grpc.HealthStub(channel)
        request = health_pb2.HealthCheckRequest()
        stub.Check(request, metadata=server.metadata, timeout=_DEADLINE_S)  # connects
        until = time.monotonic() + duration_s
        while time.monotonic() < until or not latencies_ms:
            start = time.perf_counter()
            stub.Check(request, metadata=server.metadata, timeout=_DEADLINE_S)
            latencies_ms.append((time.perf_counter() - start) * 1e3)
            time.sleep(_PAUSE_S)
    return np.array(latencies_ms)


def _color_until(server: Served, target: np.ndarray, ended: threading.Event) -> None:
    while not ended.is_set():
        colorize_at(server.client, target)
