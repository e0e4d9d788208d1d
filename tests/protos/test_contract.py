"""The contract: stubs are fresh, everything is documented, released fields stay."""

from __future__ import annotations

import filecmp
import json
import os
import re
import subprocess
from pathlib import Path

import pytest
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from restore_colorize_proto.v1 import restore_colorize_pb2 as contract

ROOT = Path(__file__).resolve().parents[2]
PROTOS = ROOT / "protos" / "restore_colorize_proto" / "v1"
GENERATOR = ROOT / ".venv-protos" / "bin" / "python"
RELEASED = Path(__file__).parent / "released_fields.json"


def test_regenerating_the_stubs_gives_the_same(tmp_path: Path) -> None:
    if not GENERATOR.exists():
        pytest.skip("the generator's environment .venv-protos is missing: run `make protos` once")
    subprocess.run(
        [GENERATOR, ROOT / "tools" / "generate_protos.py", tmp_path],
        check=True,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
    )
    made = tmp_path / "restore_colorize_proto" / "v1"
    names = sorted(path.name for path in made.iterdir())
    assert len(names) == 3
    assert filecmp.cmpfiles(made, PROTOS, names, shallow=False) == (names, [], [])


def test_every_message_and_field_is_documented() -> None:
    lines = (PROTOS / "restore_colorize.proto").read_text(encoding="utf-8").splitlines()
    declares = re.compile(r"\s*(?:(?:repeated )?[\w.]+ \w+ = \d+;|[A-Z0-9_]+ = \d+;|rpc )")
    opens = re.compile(r"(?:message|enum|service) \w+ \{")
    found, bare = 0, []
    for number, line in enumerate(lines):
        if declares.match(line) or opens.match(line):
            found += 1
            above = lines[number - 1].strip()
            if "//" not in line and not above.startswith("//"):
                bare.append(line.strip())
    assert found > 150
    assert bare == []


def fields() -> dict[str, list[object]]:
    def walk(message: Descriptor) -> dict[str, list[object]]:
        return {
            f"{message.name}.{field.name}": [field.number, FIELD_TYPES[field.type]]
            for field in message.fields
        }

    found: dict[str, list[object]] = {}
    for message in contract.DESCRIPTOR.message_types_by_name.values():
        found |= walk(message)
    for enum in contract.DESCRIPTOR.enum_types_by_name.values():
        found |= {
            f"{enum.name}.{value.name}": [value.number, "ENUM_VALUE"] for value in enum.values
        }
    return found


FIELD_TYPES = {
    number: name.removeprefix("TYPE_")
    for name, number in vars(FieldDescriptor).items()
    if name.startswith("TYPE_")
}


def test_released_fields_keep_their_numbers_and_types() -> None:
    """released_fields.json is written at a release; nothing in it may ever change or go."""
    now = fields()
    released = json.loads(RELEASED.read_text(encoding="utf-8"))
    assert len(released) > 100
    changed = {name: now.get(name) for name, form in released.items() if now.get(name) != form}
    assert not changed
