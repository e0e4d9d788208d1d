from __future__ import annotations

from pathlib import Path

import pytest
from restore_colorize.cli.receipts import KEY, stored_receipt, texts_of
from restore_colorize.engines import Candidate
from restore_colorize.errors import FormatError, RequestError
from restore_colorize.imaging import read_picture, write_picture
from restore_colorize_proto.v1 import restore_colorize_pb2 as pb

from tests.cli.desk import Desk

CANDIDATE = Candidate(1, "second", 0.5, 7, "exemplar-1")


def receipt() -> pb.Receipt:
    picture = pb.WorkingPicture(width=2, height=1, channels=3, deflated=b"\x00\xff", name="blüte")
    return pb.Receipt(
        format=1,
        engine="colorize",
        model="exemplar-1",
        seed=2**64 - 1,
        references=[picture],
        hints=picture,
        colorize=pb.Colorize(strength=0.1, candidates=2),
    )


@pytest.mark.parametrize("suffix", [".png", ".tif", ".webp"])
def test_a_receipt_survives_the_file_whole(desk: Desk, suffix: str) -> None:
    path = desk / f"new{suffix}"
    write_picture(read_picture(desk.color("c.png")), path, texts_of(receipt(), CANDIDATE, path))
    texts = read_picture(path).metadata.text
    stored = stored_receipt(texts, path)
    assert stored.receipt == receipt()
    assert stored.candidate == 1
    assert "simulated" in texts["Comment"]


def test_a_jpeg_carries_a_short_receipt_that_says_so(desk: Desk) -> None:
    path = desk / "new.jpg"
    write_picture(read_picture(desk.color("c.png")), path, texts_of(receipt(), CANDIDATE, path))
    texts = read_picture(path).metadata.text
    assert "exemplar-1" in texts[KEY]
    with pytest.raises(RequestError, match="short one"):
        stored_receipt(texts, path)


def test_the_caller_s_receipt_is_not_shortened() -> None:
    whole = receipt()
    texts_of(whole, CANDIDATE, Path("a.jpg"))
    assert whole == receipt()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"receipt": 3, "candidate": 0}',
        '{"receipt": {}, "candidate": "x"}',
        '{"receipt": {}, "candidate": 1}',
        '{"receipt": {"seed": "red"}, "candidate": 0}',
    ],
)
def test_a_damaged_receipt_is_told(text: str) -> None:
    with pytest.raises(FormatError, match=r"receipt in a\.png"):
        stored_receipt({KEY: text}, Path("a.png"))


def test_a_picture_without_receipt_is_told() -> None:
    with pytest.raises(RequestError, match="carries no receipt"):
        stored_receipt({}, Path("a.png"))
