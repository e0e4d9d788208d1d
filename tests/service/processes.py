"""Servers as processes of their own."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from tests.service.harness import metadata

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = """
import json, sys, time
from pathlib import Path
from restore_colorize.errors import ModelError
from restore_colorize.service import ServeOptions, serve

def fake():
    from tests.service.fakes import FakeEngines
    def slow(request, control):
        if request.seed:
            open(Path(sys.argv[1]) / "running", "w").close()
            while not (Path(sys.argv[1]) / "go").exists():
                control.check()
                time.sleep(0.01)
    return FakeEngines(on_run=slow)

def limited():
    # Enough for small pictures beside what the server has already.
    import re, resource
    engines = fake()
    def limit():
        size = int(re.search("VmSize:[^0-9]*([0-9]+)", open("/proc/self/status").read())[1])
        resource.setrlimit(resource.RLIMIT_AS, ((size << 10) + (256 << 20), -1))
    engines.load = limit
    return engines

def stuck():
    time.sleep(3600)

def broken():
    raise ModelError("The weights are missing: install them.")

given = json.loads(sys.argv[3])
for name in {"token_file", "tls_cert", "tls_key"} & given.keys():
    given[name] = Path(given[name])
options = ServeOptions(state_dir=Path(sys.argv[1]), **given)
sys.exit(serve(options, globals()[sys.argv[2]]))
"""


class Server:
    """A server's process and what its file says."""

    def __init__(self, folder: Path, engines: str, **options: Any) -> None:
        self.folder = folder
        self.process = subprocess.Popen(
            [sys.executable, "-c", SCRIPT, str(folder), engines, json.dumps(options)],
            cwd=ROOT,
            stderr=subprocess.PIPE,
            text=True,
        )

    def wait_for(self, condition: Callable[[], object]) -> None:
        deadline = time.monotonic() + 60
        while not condition():
            assert self.process.poll() is None, self.process.communicate()[1]
            assert time.monotonic() < deadline
            time.sleep(0.01)

    def record(self) -> dict[str, Any]:
        """Wait for this process's file and return what it says."""
        self.wait_for(lambda: self._written().get("pid") == self.process.pid)
        return self._written()

    def _written(self) -> dict[str, Any]:
        try:
            return dict(json.loads((self.folder / "server.json").read_text()))
        except FileNotFoundError:
            return {}

    def channel(self) -> grpc.Channel:
        options = [("grpc.enable_http_proxy", 0)]
        return grpc.insecure_channel(f"127.0.0.1:{self.record()['port']}", options)

    def metadata(self) -> tuple[tuple[str, str], ...]:
        return metadata(token=self.record()["token"])

    def health(self) -> int:
        with self.channel() as channel:
            request = health_pb2.HealthCheckRequest()
            check = health_pb2_grpc.HealthStub(channel).Check
            return int(check(request, metadata=self.metadata(), timeout=20).status)

    def ended(self) -> tuple[int, str]:
        """Wait for the end; return the exit code and what was said."""
        _, said = self.process.communicate(timeout=60)
        return self.process.returncode, said
