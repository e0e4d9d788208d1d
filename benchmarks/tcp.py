"""The yardstick of transport: the same bytes through a plain TCP socket, to a process and back."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_COUNT_BYTES = 8


@contextmanager
def copying_process() -> Iterator[socket.socket]:
    """Give a connection to a process that sends back what it got."""
    with subprocess.Popen([sys.executable, __file__], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None  # it was asked for
            with socket.create_connection(("127.0.0.1", int(process.stdout.readline()))) as peer:
                yield peer
        finally:
            process.terminate()


def there_and_back(peer: socket.socket, data: memoryview) -> bytearray:
    """Send bytes, and receive them into a buffer of their own once all have arrived there."""
    peer.sendall(len(data).to_bytes(_COUNT_BYTES, "big"))
    peer.sendall(data)
    return _receive(peer, len(data))


def _receive(peer: socket.socket, count: int) -> bytearray:
    buffer = bytearray(count)
    view, filled = memoryview(buffer), 0
    while filled < count:
        got = peer.recv_into(view[filled:])
        if not got:
            raise ConnectionError("The other side of the socket is gone.")
        filled += got
    return buffer


def _serve() -> None:
    with socket.create_server(("127.0.0.1", 0)) as door:
        print(door.getsockname()[1], flush=True)
        peer, _address = door.accept()
        with peer:
            while True:
                try:
                    count = int.from_bytes(_receive(peer, _COUNT_BYTES), "big")
                except ConnectionError:
                    return
                peer.sendall(_receive(peer, count))


if __name__ == "__main__":
    _serve()
