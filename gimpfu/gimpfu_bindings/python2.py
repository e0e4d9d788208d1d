"""Python 2 source as Python 3: syntax by fissix, meaning by ``semantics``. Needs no GIMP."""

from __future__ import annotations

import ast
import difflib
import hashlib
import io
import os
import re
import sys
import tokenize
import warnings
from pathlib import Path
from types import CodeType

VERSION = 1  # of the conversion: a new one makes cached texts stale
CACHE = "__gimpfu__"
TAB = 8
# The module names a script's own neighbours, which are no packages; ws_comma, idioms, set_literal
# and buffer are matters of taste.
_LEFT_OUT = ("import", "ws_comma", "idioms", "set_literal", "buffer")


def is_legacy(text: str) -> bool:
    """Whether a source imports the modules of GIMP 2.10."""
    return bool(re.search(r"^\s*(from|import)\s+(gimp|gimpfu|gimpenums)\b", text, re.MULTILINE))


def decoded(octets: bytes) -> str:
    """Return a source's text: its declared encoding, else UTF-8, else Latin-1; line ends as \\n.

    Tabs are expanded to eight columns, as Python 2 counted them.
    """
    try:
        encoding = tokenize.detect_encoding(io.BytesIO(octets).readline)[0]
        text = octets.decode(encoding)
    except (SyntaxError, UnicodeDecodeError):
        text = octets.decode("latin-1")
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    lines = [_expanded(line) for line in text.split("\n")]
    return "\n".join(lines).rstrip() + "\n"


def _expanded(line: str) -> str:
    """Expand the tabs of an indentation."""
    body = line.lstrip(" \t\f")
    return line[: len(line) - len(body)].replace("\f", "").expandtabs(TAB) + body


def converted(text: str, name: str = "<script>") -> str:
    """Return Python 2 source in Python 3's syntax. Raises SyntaxError with the line."""
    from gimpfu_bindings import fixing

    return fixing.fixed(text, name, _LEFT_OUT)


def loaded(path: Path) -> CodeType:
    """Return the code of a script, converted if it is one of GIMP 2.10; caches the conversion.

    The cache is a folder beside the script; where that cannot be written, each run converts.

    Raises OSError and SyntaxError.
    """
    octets = path.read_bytes()
    text = decoded(octets)
    if not is_legacy(text):
        return compile(octets, str(path), "exec", dont_inherit=True)
    return compiled(text, _cached(path, octets, text), str(path))


def _cached(path: Path, octets: bytes, text: str) -> str:
    digest = hashlib.sha256(octets).hexdigest()[:16]
    kept = path.parent / CACHE / f"{path.stem}-{VERSION}-{digest}.txt"
    try:
        return kept.read_text(encoding="utf-8")
    except OSError:
        pass
    new = converted(text, str(path))
    try:
        kept.parent.mkdir(exist_ok=True)
        part = kept.with_suffix(f".{os.getpid()}.part")
        part.write_text(new, encoding="utf-8")
        part.replace(kept)
    except OSError:
        print(f"{path.name} is converted at each run: its folder is read-only", file=sys.stderr)
    return new


def _take_lines_from(original: str, text: str, tree: ast.Module) -> None:
    """Let the tree of a converted text tell the original's lines: conversion adds some."""
    old, new = original.splitlines(), text.splitlines()
    if len(old) == len(new):
        return
    lines = [1] * (len(new) + 2)
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for _, start, end, new_start, new_end in matcher.get_opcodes():
        for at in range(new_start, new_end):
            lines[at + 1] = min(start + at - new_start, max(end - 1, start)) + 1
    for node in ast.walk(tree):
        for attribute in ("lineno", "end_lineno"):
            if getattr(node, attribute, None):
                setattr(node, attribute, lines[getattr(node, attribute)])


def compiled(original: str, text: str, name: str) -> CodeType:
    """Compile converted source with Python 2's meaning of what only looks the same.

    original: the source before its conversion, for its ``from __future__ import``.
    """
    from gimpfu_bindings import semantics

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # "\d" in plain strings, "is" with numbers
        tree = ast.parse(text, name)
        _take_lines_from(original, text, tree)
        keeps_division = bool(
            re.search(r"^from\s+__future__\s+import\b.*\bdivision\b", original, re.MULTILINE)
        )
        tree = semantics.with_old_meaning(tree, divides_exactly=keeps_division)
        return compile(tree, name, "exec", dont_inherit=True)
