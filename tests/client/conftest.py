"""Fake servers in one background loop, and a check that no test leaves anything behind."""

from __future__ import annotations

import asyncio
import gc
import os
import threading
from collections.abc import Callable, Iterator

import pytest
from restore_colorize_client import Client, JobRequest, Pixels, SampleType, connect

from tests.client.fake_server import TOKEN, FakeService, Script, echo, started

LIMIT_S = 20.0  # for what happens at once unless something hangs


class Background:
    """One event loop for all servers of the session: grpc.aio dislikes several."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, name="fake-servers")
        self.thread.start()

    def call(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(LIMIT_S)

    def stop(self) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()


class FakeServer:
    """A fake server with a port; ``connected`` gives a client of it."""

    def __init__(self, background: Background) -> None:
        self.service = FakeService()
        self._background = background
        self._server, self.port, self.health = background.call(started(self.service))
        self.address = f"127.0.0.1:{self.port}"

    def connected(self, script: Script = echo, **options) -> Client:
        self.service.script = script
        return connect(self.address, TOKEN, client_id="tests", **options)

    def call(self, coroutine):
        return self._background.call(coroutine)

    def stop(self, grace_s: float = 0.0) -> None:
        self._background.call(self._server.stop(grace_s))


@pytest.fixture(scope="session")
def background() -> Iterator[Background]:
    background = Background()
    keeper = FakeServer(background)  # without any server, grpc closes and remakes what it polls
    gc.collect()
    gc.freeze()  # what other packages' tests loaded need not be walked after each test here
    yield background
    gc.unfreeze()
    keeper.stop()
    background.stop()


@pytest.fixture
def server(background: Background) -> Iterator[FakeServer]:
    server = FakeServer(background)
    yield server
    server.stop()


def sockets() -> set[str]:
    found = set()
    for number in os.listdir("/proc/self/fd"):
        try:
            target = os.readlink(f"/proc/self/fd/{number}")
        except OSError:
            continue
        if target.startswith("socket:"):
            found.add(target)
    return found


@pytest.fixture
def leaves_nothing(background: Background) -> Iterator[None]:
    """Compare threads and sockets of before and after, the server's own apart."""
    before = sockets()
    yield
    gc.collect()  # warnings about what was not closed come here, and are errors
    assert [t.name for t in threading.enumerate() if t.name == "restore-colorize"] == []
    wait_for(lambda: sockets() <= before)  # the server closes its side a little later


def wait_for(condition: Callable[[], object]) -> None:
    """Wait until the condition holds; fail after long."""
    until = threading.Event()
    for _ in range(int(LIMIT_S / 0.01)):
        if condition():
            return
        until.wait(0.01)
    pytest.fail("what was waited for did not happen")


def gray(width: int = 3, height: int = 2) -> Pixels:
    data = bytes(value % 251 for value in range(width * height))
    return Pixels(width, height, 1, SampleType.UINT8, False, data)


def job_of(target: Pixels | None = None, **options) -> JobRequest:
    from restore_colorize_client import Colorize

    options.setdefault("task", Colorize())
    return JobRequest(target=target or gray(), **options)
