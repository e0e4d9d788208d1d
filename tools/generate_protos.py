"""Regenerate the gRPC stubs; ``generate_protos.py OUT`` writes them elsewhere.

Runs in its own environment (tools/protos-requirements.txt). The path below ``-I`` decides the
import that the generator writes into the stubs, so it starts at the source root ``protos``.
"""

from __future__ import annotations

import sys
import warnings
from pathlib import Path

warnings.filterwarnings("ignore")  # pkg_resources, inside the pinned generator

from grpc_tools import protoc  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent / "protos"
PROTO = "restore_colorize_proto/v1/restore_colorize.proto"


def generate(out: Path) -> int:
    """Write the stubs below ``out``; returns the generator's exit status."""
    import grpc_tools

    include = Path(grpc_tools.__file__).parent / "_proto"
    return protoc.main(
        [
            "protoc",
            f"-I{ROOT}",
            f"-I{include}",
            f"--python_out={out}",
            f"--pyi_out={out}",
            f"--grpc_python_out={out}",
            str(ROOT / PROTO),
        ]
    )


if __name__ == "__main__":
    sys.exit(generate(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT))
