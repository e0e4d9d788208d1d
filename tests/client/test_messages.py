"""Our dataclasses mirror the contract, by name; what is left out is named here."""

from __future__ import annotations

import base64
from dataclasses import fields
from enum import IntEnum

import pytest
from restore_colorize_client import (
    Candidate,
    Colorize,
    Description,
    DetectDamage,
    Done,
    Engine,
    Environment,
    JobRequest,
    JobWarning,
    KnownColors,
    Limits,
    Model,
    Pixels,
    Progress,
    Queued,
    QueueState,
    Receipt,
    Region,
    Restore,
    ResultKind,
    Sample,
    SampleType,
    SuggestReferences,
    Timing,
    Verdict,
)
from restore_colorize_client import messages as m
from restore_colorize_client._multidict import MultiDict
from restore_colorize_client.requests import Render
from restore_colorize_proto.v1 import restore_colorize_pb2 as pb

TASKS = {"restore", "colorize", "sample", "suggest_references", "detect_damage"}

# ours, the contract's, fields that only we have, fields that only the contract has
MIRRORS = [
    (Description, pb.DescribeReply, set(), {"nonce"}),
    (Engine, pb.Engine, set(), set()),
    (Model, pb.Model, set(), set()),
    (Environment, pb.Environment, set(), set()),
    (Limits, pb.Limits, set(), set()),
    (QueueState, pb.QueueState, set(), set()),
    (
        JobRequest,
        pb.Job,
        {"target", "selection", "damage", "hints", "references", "task"},
        {"protocol", "planes", *TASKS},
    ),
    (Region, pb.Region, set(), set()),
    (Pixels, pb.Plane, {"data"}, {"id", "role", "name"}),
    (Restore, pb.Restore, set(), set()),
    (Colorize, pb.Colorize, set(), set()),
    (Sample, pb.Sample, set(), set()),
    (SuggestReferences, pb.SuggestReferences, set(), set()),
    (DetectDamage, pb.DetectDamage, set(), set()),
    (Render, pb.Render, set(), {"id"}),
    (Queued, pb.Queued, set(), set()),
    (Progress, pb.Progress, set(), set()),
    (JobWarning, pb.Warning, set(), set()),
    (Candidate, pb.Candidate, {"preview"}, set()),
    (Verdict, pb.ReferenceVerdict, {"reference"}, {"plane"}),
    (Done, pb.Done, set(), {"render"}),
    (Timing, pb.Timing, set(), set()),
]


@pytest.mark.parametrize(("ours", "theirs", "only_ours", "only_theirs"), MIRRORS)
def test_no_field_of_the_contract_is_forgotten(
    ours: type, theirs: type, only_ours: set[str], only_theirs: set[str]
) -> None:
    names = {field.name for field in fields(ours)}
    wanted = set(theirs.DESCRIPTOR.fields_by_name)  # type: ignore[attr-defined]
    assert names - wanted == only_ours
    assert wanted - names == only_theirs


@pytest.mark.parametrize(
    ("ours", "theirs", "prefix"),
    [
        (SampleType, pb.SampleType, ""),
        (ResultKind, pb.ResultKind, ""),
        (KnownColors, pb.KnownColors, "KNOWN_COLORS_"),
    ],
)
def test_enums_have_the_contracts_numbers(ours: type[IntEnum], theirs: object, prefix: str) -> None:
    wanted = {n: v for n, v in theirs.items() if "UNSPECIFIED" not in n}  # type: ignore[attr-defined]
    assert {prefix + member.name: member.value for member in ours} == wanted


def test_every_task_of_the_contract_can_be_asked_for() -> None:
    wanted = {f.message_type.name for f in pb.Job.DESCRIPTOR.oneofs_by_name["task"].fields}
    assert wanted == {
        t.__name__ for t in (Restore, Colorize, Sample, SuggestReferences, DetectDamage)
    }


def test_what_was_filled_is_read_back() -> None:
    task = Restore(strength=0.25, colors=Colorize(candidates=3), tone=True)
    message = m.pb.Restore()
    m.fill(message, task)
    assert m.read(Restore, message) == task
    folders = SuggestReferences(count=2, folders=("/a", "/b"))
    message = m.pb.SuggestReferences()
    m.fill(message, folders)
    assert list(message.folders) == ["/a", "/b"]


def test_a_receipt_for_json_is_whole_and_readable() -> None:
    message = pb.Receipt(format=1, seed=2**63, hints=pb.WorkingPicture(deflated=b"\xff\x00"))
    message.colorize.known_colors = pb.KNOWN_COLORS_OUTSIDE_SELECTION
    message.references.add(name="a")
    said = Receipt(message.SerializeToString()).as_dict()
    assert said["seed"] == 2**63
    assert said["colorize"]["known_colors"] == "KNOWN_COLORS_OUTSIDE_SELECTION"
    assert base64.b64decode(said["hints"]["deflated"]) == b"\xff\x00"
    assert said["references"][0]["name"] == "a"
    assert "environment" not in said


def test_the_stand_in_for_multidict_keeps_repeated_keys() -> None:
    pairs = MultiDict({"a": "1"})
    pairs.add("a", "2")
    pairs.add("b", "3")
    assert list(pairs.items()) == [("a", "1"), ("a", "2"), ("b", "3")]
    assert pairs["a"] == "1"
    assert (len(pairs), list(pairs), "b" in pairs, pairs.get("c")) == (
        3,
        ["a", "a", "b"],
        True,
        None,
    )
    assert list(MultiDict([("a", "1")]).items()) == [("a", "1")]
