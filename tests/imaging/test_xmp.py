"""Texts survive an XMP packet, and foreign packets give none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from restore_colorize.imaging import xmp

from tests.imaging.pictures import quick

# What XML can hold: no control characters, and line ends that a parser does not rewrite.
texts = st.text(st.characters(exclude_categories=("Cs", "Cc", "Cn")))
keys = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=79)


@quick
@given(st.dictionaries(keys, texts, max_size=5))
def test_texts_survive(written):
    assert xmp.read_packet(xmp.write_packet(written)) == written


@pytest.mark.parametrize(
    "packet",
    [
        None,
        b"",
        b"no xml",
        b"<x:xmpmeta xmlns:x='adobe:ns:meta/'/>",
        xmp.write_packet({"a": "b"})[:200],
        b'<!DOCTYPE x [<!ENTITY a "aaaa">]>' + xmp.write_packet({"a": "b"}),
    ],
)
def test_foreign_and_damaged_packets_give_nothing(packet):
    assert xmp.read_packet(packet) == {}
