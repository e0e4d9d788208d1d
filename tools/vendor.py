"""Rebuild the client's vendored packages: ``make vendor``, or ``vendor.py OUT`` to write elsewhere.

The editors bring their own Python and sometimes their own grpc, protobuf or h2, so the client
carries what it needs under a private name: pure Python only, pinned by version and content.
Every import between these packages becomes relative, so nothing outside can be picked up by
mistake and the client works from whatever folder a plug-in keeps it in.

multidict is not among them: grpclib's client only appends to one and walks over it, for which
``_multidict.py`` (40 lines) does; the package is 1,860 lines, and on Python 3.10 its last release
needs typing_extensions on top.
"""

from __future__ import annotations

import fnmatch
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "client" / "restore_colorize_client" / "_vendor"
STUB = ROOT / "protos" / "restore_colorize_proto" / "v1" / "restore_colorize_pb2.py"
OLDEST_PYTHON = "3.10"  # of the editors; the wheels must accept it


@dataclass(frozen=True)
class Package:
    """A wheel, the folder of it that is copied, and what of that folder is left out."""

    name: str
    version: str
    sha256: str
    folder: str
    left_out: str = ""  # patterns


PACKAGES = (
    Package(
        "grpclib",
        "0.4.9",
        "7762ec1c8ed94dfad597475152dd35cbd11aecaaca2f243e29702435ca24cf0e",
        "grpclib",
        # the server's side, and what is only there for type checkers
        "channelz/* health/* plugin/* reflection/* server.py testing.py _typing.py",
    ),
    Package(
        "h2", "4.4.1", "0e25f1462b23c9cb82d9eb02e28bc706dac2a68cb457c6a0d74d63c8a2a5d0e6", "h2"
    ),
    Package(
        "hpack",
        "4.2.0",
        "858ac0b02280fa582b5080d68db0899c62a80375e0e5413a74970c5e518b6986",
        "hpack",
    ),
    Package(
        "hyperframe",
        "6.1.0",
        "b03380493a519fce58ea5af42e4a42317bf9bd425596f7a0835ffce80f1a42e5",
        "hyperframe",
    ),
    Package(
        "protobuf",
        "7.36.2",
        "bdb3a345d48db958e6ce1f18e508beb0cc981d64f24088427549c866cd039f1e",
        "google/protobuf",
        # JSON, well-known messages, compiler, services and the compiled implementations' glue:
        # the contract uses none of them
        "compiler/* pyext/* testdata/* util/* any.py duration.py timestamp.py json_*.py proto*.py "
        "*_benchmark.py internal/testing_refleaks.py service_reflection.py any_pb2.py api_pb2.py "
        "duration_pb2.py empty_pb2.py field_mask_pb2.py source_context_pb2.py struct_pb2.py "
        "timestamp_pb2.py type_pb2.py wrappers_pb2.py",
    ),
)

# Exact edits, each needed exactly once: (file, pattern, replacement).
EDITS = (
    (
        # A foreign protobuf's C module would be found by its name in this string, and a variable
        # that others set could ask for it.
        "google/protobuf/internal/api_implementation.py",
        r"(?s)if _implementation_type is None:\n.*?"
        r"'PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION', _implementation_type\n\)\n",
        "_implementation_type = 'python'  # vendored: whatever else is loaded or set\n",
    ),
    (
        "grpclib/encoding/proto.py",
        r"import google\.rpc\.status_pb2  # noqa",
        'raise ImportError("not vendored")',
    ),
    (
        "grpclib/encoding/proto.py",
        r"from google\.rpc import status_pb2",
        'raise ImportError("not vendored")',
    ),
    # A whole answer stays one, whatever ends afterwards: the stream (RFC 9113, 8.1: gRPC servers
    # reset it where the client may still speak) or the connection. Unread messages would be lost.
    (
        "grpclib/protocol.py",
        r"(def process_stream_reset\(.*\n +stream = .*\n +if stream is not None)",
        r"\1 and not stream.buffer._eof",
    ),
    (
        "grpclib/protocol.py",
        r"( +)(for stream in self\.streams\.values\(\):\n)( +)(stream\.__terminated__\(reason\))",
        r"\1\2\3if not stream.buffer._eof:\n\3    \4",
    ),
    (
        "grpclib/protocol.py",
        r"(def ack\(self.*\n +if size)",
        r"\1 and not self.is_closing()",
    ),
    # A server that drains says GOAWAY without an error and finishes what runs (RFC 9113, 6.8):
    # running calls go on, the next call connects anew.
    (
        "h2/connection.py",
        r"events = self\.state_machine\.process_input\(\s+ConnectionInputs\.RECV_GOAWAY,\s+\)"
        r"\n\n.*\n +self\.clear_outbound_data_buffer\(\)\n",
        "events = []\n"
        "        if frame.error_code:\n"
        "            events = self.state_machine.process_input(ConnectionInputs.RECV_GOAWAY)\n"
        "            self.clear_outbound_data_buffer()\n",
    ),
    (
        "grpclib/protocol.py",
        r"(def process_connection_terminated\((?:.*\n){4})( +)(self\.close)",
        r"\1\2if event.error_code == ErrorCodes.NO_ERROR:\n\2    self.handler.close()\n"
        r"\2    return\n\2\3",
    ),
    ("grpclib/client.py", r"(?m)^from multidict import", "from ..._multidict import"),
    ("grpclib/metadata.py", r"(?m)^from multidict import", "from ..._multidict import"),
)

VENDORED = "grpclib|h2|hpack|hyperframe|google"
FROM_IMPORT = re.compile(rf"(?m)^(\s*)from ({VENDORED})(?=[. ])")
ANY_IMPORT = re.compile(rf"(?m)^\s*(?:from|import) +(?:{VENDORED}|multidict)\b.*$")


class DownloadError(Exception):
    """The pinned wheels could not be fetched."""


def download(folder: Path) -> None:
    """Fetch the pinned wheels into ``folder``; pip compares their hashes.

    Raises DownloadError if the package index cannot be reached or holds something else.
    """
    pins = folder / "pins.txt"
    pins.write_text(
        "".join(f"{p.name}=={p.version} --hash=sha256:{p.sha256}\n" for p in PACKAGES), "utf-8"
    )
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
    command += ["--require-hashes", "--only-binary", ":all:", "--platform", "any"]
    command += ["--implementation", "py", "--abi", "none", "--python-version", OLDEST_PYTHON]
    command += ["--disable-pip-version-check", "--dest", str(folder), "--requirement", str(pins)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise DownloadError(f"The wheels could not be fetched: {done.stderr.strip()}")


def unpack(package: Package, wheel: Path, out: Path) -> None:
    """Copy the package's modules and its license out of ``wheel``."""
    licenses = out / "licenses"
    licenses.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(wheel) as archive:
        for name in sorted(archive.namelist()):
            if re.search(r"\.dist-info/(licenses/)?LICENSE", name):
                (licenses / f"{package.name}-{package.version}.txt").write_bytes(archive.read(name))
            if not name.startswith(f"{package.folder}/") or not name.endswith(".py"):
                continue
            inside = name.removeprefix(f"{package.folder}/")
            if any(fnmatch.fnmatch(inside, pattern) for pattern in package.left_out.split()):
                continue
            path = out / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(archive.read(name))


def relative_imports(text: str, depth: int) -> str:
    """Make imports of vendored packages relative; ``depth`` folders lie above the module."""
    return FROM_IMPORT.sub(lambda found: f"{found[1]}from {'.' * (depth + 1)}{found[2]}", text)


def rewrite(out: Path) -> None:
    """Apply the edits and the relative imports to every module below ``out``."""
    for name, pattern, replacement in EDITS:
        path = out / name
        text, count = re.subn(pattern, replacement, path.read_text("utf-8"))
        if count != 1:
            raise SystemExit(f"The edit of {name} was made {count} times instead of once.")
        path.write_text(text, "utf-8", newline="\n")
    for path in sorted(out.rglob("*.py")):
        inside = path.relative_to(out)
        text = relative_imports(path.read_text("utf-8"), len(inside.parts) - 1)
        left = ANY_IMPORT.search(text)
        if left:
            raise SystemExit(f"{inside} still imports from outside: {left[0].strip()}")
        path.write_text(text, "utf-8", newline="\n")


def vendor(out: Path) -> None:
    """Write the vendored packages, their licenses and the contract's stub to the folder ``out``.

    What lies there stays whole until everything new is ready.

    Raises DownloadError.
    """
    with tempfile.TemporaryDirectory() as name:
        wheels = Path(name)
        download(wheels)
        fresh = wheels / "fresh"
        for package in PACKAGES:
            (wheel,) = wheels.glob(f"{package.name}-{package.version}-*.whl")
            unpack(package, wheel, fresh)
        (fresh / "google" / "__init__.py").touch()
        (fresh / STUB.name).write_bytes(STUB.read_bytes())
        rewrite(fresh)
        contents = "".join(f"    {package.name} {package.version}\n" for package in PACKAGES)
        (fresh / "__init__.py").write_text(
            '"""Copies of others\' packages, written by tools/vendor.py: never edit them here.\n\n'
            f"{contents}\nTheir licenses are in the folder licenses; restore_colorize_pb2 is the "
            'contract\'s stub.\n"""\n',
            "utf-8",
        )
        shutil.rmtree(out, ignore_errors=True)
        shutil.copytree(fresh, out)


if __name__ == "__main__":
    try:
        vendor(Path(sys.argv[1]) if len(sys.argv) > 1 else VENDOR)
    except DownloadError as error:
        sys.exit(str(error))
