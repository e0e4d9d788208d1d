"""What a restoration is asked for, and what its layer remembers."""

from __future__ import annotations

import pytest
from restore_colorize_client import Pixels, Receipt, Reference, RefusedError, SampleType, Verdict
from restore_colorize_client._vendor import restore_colorize_pb2 as pb
from restore_colorize_client.editing import (
    ColorizeOptions,
    LayerNote,
    RestoreOptions,
    describe_verdict,
    restore_request,
)


def plane(shade: int, channels: int = 1) -> Pixels:
    return Pixels(2, 1, channels, SampleType.UINT8, False, bytes([shade] * 2 * channels))


def test_a_damage_mask_travels_instead_of_the_selection() -> None:
    target, selection, damage = plane(9), plane(200), plane(30)
    request = restore_request(target, RestoreOptions(), selection=selection)
    assert (request.selection, request.damage) == (selection, None)
    request = restore_request(target, RestoreOptions(), selection=selection, damage=damage)
    assert (request.selection, request.damage) == (None, damage)


def test_it_is_safe_unless_asked_otherwise() -> None:
    task = RestoreOptions().task
    assert (task.eagerness, task.tone, task.colorize) == (0.0, False, False)


def test_colors_need_a_reference_and_follow_in_the_same_job() -> None:
    options = RestoreOptions(eagerness=0.5, colors=ColorizeOptions(trust=0.25, saturation=2.0))
    with pytest.raises(RefusedError, match="No reference"):
        restore_request(plane(9), options)
    request = restore_request(plane(9), options, references=[Reference(plane(7, 3), "lake")])
    assert request.task is not None
    assert (request.task.colorize, request.task.colors.trust) == (True, 0.25)
    assert request.deliver == 1


def test_a_note_keeps_the_damage_mask() -> None:
    receipt = Receipt(pb.Receipt(format=1, engine="restore").SerializeToString())
    damage = Pixels(300, 200, 1, SampleType.UINT8, False, bytes(59_999) + b"\x7f")
    data = LayerNote(receipt, damage=damage).to_bytes()
    assert len(data) < 1000
    again = LayerNote.from_bytes(data).damage
    assert again is not None
    assert (again.width, again.height, bytes(again.data)) == (300, 200, damage.data)
    assert LayerNote.from_bytes(LayerNote(receipt).to_bytes()).damage is None
    with pytest.raises(RefusedError, match="damaged"):
        LayerNote.from_bytes(data.replace(b'"width": 300', b'"width": 301'))


def test_suggestions_are_told_in_words() -> None:
    said = [describe_verdict(Verdict(0, related, 0.5, "")) for related in (0.9, 0.5, 0.1)]
    assert said == [
        "shows much the same (90%), score 0.50",
        "shows some of the same (50%), score 0.50",
        "shows other things (10%), score 0.50",
    ]
