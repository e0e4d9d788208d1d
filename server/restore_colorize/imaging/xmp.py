"""Texts in an XMP packet, for the files that have no text chunks of their own."""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree import ElementTree
from xml.sax.saxutils import escape

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_OWN = "urn:restore-colorize:text:1"
_BEGIN = "<?xpacket begin='\ufeff' id='W5M0MpCehiHzreSzNTczkc9d'?>"
_END = "<?xpacket end='r'?>"


def write_packet(texts: Mapping[str, str]) -> bytes:
    """Return an XMP packet with every text under its key.

    The key ``Description`` also becomes dc:description, which other programs show.
    """
    items = "".join(
        f'<rdf:li rdf:parseType="Resource"><rc:key>{escape(key)}</rc:key>'
        f"<rc:value>{escape(value)}</rc:value></rdf:li>"
        for key, value in texts.items()
    )
    description = ""
    if "Description" in texts:
        description = (
            '<dc:description><rdf:Alt><rdf:li xml:lang="x-default">'
            f"{escape(texts['Description'])}</rdf:li></rdf:Alt></dc:description>"
        )
    packet = (
        f'{_BEGIN}<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="{_RDF}">'
        f'<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        f'xmlns:rc="{_OWN}">{description}<rc:texts><rdf:Bag>{items}</rdf:Bag></rc:texts>'
        f"</rdf:Description></rdf:RDF></x:xmpmeta>{_END}"
    )
    return packet.encode()


def read_packet(packet: bytes | None) -> dict[str, str]:
    """Return the texts that ``write_packet`` wrote; nothing of a foreign or damaged packet."""
    if not packet or _OWN.encode() not in packet or b"<!DOCTYPE" in packet:
        return {}  # a document type could declare entities that grow without bound
    try:
        root = ElementTree.fromstring(packet.rstrip(b"\x00"))
    except ElementTree.ParseError:
        return {}
    return {
        item.findtext(f"{{{_OWN}}}key", ""): item.findtext(f"{{{_OWN}}}value", "")
        for item in root.iterfind(f".//{{{_OWN}}}texts//{{{_RDF}}}li")
    }
