"""What a restoration is asked for, and what its layer remembers."""

from __future__ import annotations

import pytest
from restore_colorize_client import (
    Pixels,
    Receipt,
    Reference,
    RefusedError,
    Region,
    SampleType,
    Verdict,
)
from restore_colorize_client._vendor import restore_colorize_pb2 as pb
from restore_colorize_client.editing import (
    ColorizeOptions,
    LayerNote,
    RestoreOptions,
    cut,
    describe_verdict,
    pasted,
    restore_request,
)


def plane(shade: int, channels: int = 1) -> Pixels:
    return Pixels(2, 1, channels, SampleType.UINT8, False, bytes([shade] * 2 * channels))


def picture(shades: bytes, width: int = 900) -> Pixels:
    return Pixels(width, len(shades) // width, 1, SampleType.UINT8, False, shades)


def test_a_selection_sends_its_surroundings_and_keeps_the_tone() -> None:
    target = picture(bytes(at % 251 for at in range(900 * 800)))
    marks = bytearray(900 * 800)
    marks[600 * 900 + 30] = marks[610 * 900 + 41] = 1
    options = RestoreOptions(tone=True)
    request = restore_request(target, options, selection=picture(marks))
    assert request.region == Region(0, 344, 298, 456, 900, 800)
    assert bytes(request.target.view()) == bytes(cut(target, (0, 344, 298, 456)).view())
    assert request.task is not None
    assert (request.task.tone, request.selection) == (False, None)
    back = pasted(target, request.target, (0, 344, 298, 456))
    assert bytes(back.view()) == bytes(target.view())
    assert restore_request(target, options).task.tone is True


def test_a_damage_mask_travels_whole() -> None:
    target, damage = picture(bytes(900 * 2)), picture(bytes(900) + bytes([9] * 900))
    request = restore_request(target, RestoreOptions(tone=True), selection=damage, damage=damage)
    assert (request.target, request.damage, request.region) == (target, damage, None)
    assert request.task is not None
    assert request.task.tone is False


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
    assert (request.deliver, request.region) == (1, None)


def test_a_note_keeps_the_damage_mask() -> None:
    receipt = Receipt(pb.Receipt(format=1, engine="restore").SerializeToString())
    damage = Pixels(300, 200, 1, SampleType.UINT8, False, bytes(59_999) + b"\x7f")
    assert receipt.box is None
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
    why = ("layout", "of a newer server", "brightness")
    assert describe_verdict(Verdict(0, 0.9, 0.5, "", why)) == (
        "shows much the same (90%), score 0.50, same layout, same brightness"
    )
