"""The yardstick itself copies every byte, and more than once."""

from __future__ import annotations

import os

from benchmarks.tcp import copying_process, there_and_back


def test_every_byte_comes_back_each_time():
    with copying_process() as peer:
        for size in (1, 100_000, 1_000_000):
            data = os.urandom(size)
            assert there_and_back(peer, memoryview(data)) == data
