"""Python 2 source as Python 3: syntax by fissix, meaning by ``semantics``. Needs no GIMP.

What a script became is kept in a folder beside it: its converted text, which serves every Python,
and its code, which serves one version. GIMP's start imports this module for each script, so it
imports only what PyGObject has imported already.
"""

from __future__ import annotations

import ast
import io
import marshal
import os
import re
import sys
import tokenize
import warnings
import zlib
from types import CodeType

VERSION = 2  # of the conversion and of its meaning: a new one makes what is kept stale
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


def loaded(path: str | os.PathLike[str], *, is_old: bool = False) -> CodeType:
    """Return the code of a script, converted if it is one of GIMP 2.10, and keep it.

    is_old: convert it even if it does not import GIMP's modules. Where the folder beside the
    script cannot be written, each run converts.

    Raises OSError and SyntaxError.
    """
    path = os.fspath(path)
    octets = _read(path)
    here = zlib.crc32(os.fsencode(path), zlib.crc32(octets))  # for code tells its place
    kept = _kept(path, f"{here:08x}.{sys.implementation.cache_tag}.code")
    try:
        with open(kept, "rb") as file:
            return _code(marshal.load(file))
    except (OSError, EOFError, ValueError, TypeError):
        pass  # not there, or not whole
    text = decoded(octets)
    if not is_old and not is_legacy(text):
        return compile(octets, path, "exec", dont_inherit=True)
    new = _kept_text(path, octets)
    if new is None:
        new = converted(text, path)
        if not _keep(_text_file(path, octets), new.encode("utf-8")):
            name = os.path.basename(path)
            print(f"{name} is converted at each run: its folder is read-only", file=sys.stderr)
    code = compiled(text, new, path)
    _keep(kept, marshal.dumps(code))
    return code


def parsed(path: str | os.PathLike[str]) -> ast.Module:
    """Return the syntax tree of a script in Python 3's syntax; keeps nothing.

    Its lines are those of the script. Raises OSError and SyntaxError.
    """
    path = os.fspath(path)
    octets = _read(path)
    text = decoded(octets)
    kept = _kept_text(path, octets)
    new = converted(text, path) if kept is None else kept
    return _parsed(text, new, os.path.basename(path))


def _read(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def _code(thing: object) -> CodeType:
    if not isinstance(thing, CodeType):
        raise TypeError
    return thing


def _kept(path: str, name: str) -> str:
    folder, file = os.path.split(path)
    return os.path.join(folder, CACHE, f"{os.path.splitext(file)[0]}-{VERSION}-{name}")


def _text_file(path: str, octets: bytes) -> str:
    return _kept(path, f"{zlib.crc32(octets):08x}.txt")


def _kept_text(path: str, octets: bytes) -> str | None:
    try:
        return _read(_text_file(path, octets)).decode("utf-8")
    except (OSError, UnicodeDecodeError):
        return None


def _keep(place: str, octets: bytes) -> bool:
    """Write a file at once or not at all; return whether that was possible."""
    part = f"{place}.{os.getpid()}.part"
    try:
        os.makedirs(os.path.dirname(place), exist_ok=True)
        with open(part, "wb") as file:
            file.write(octets)
        os.replace(part, place)
    except OSError:
        return False
    return True


def _take_lines_from(original: str, text: str, tree: ast.Module) -> None:
    """Let the tree of a converted text tell the original's lines: conversion adds some."""
    old, new = original.splitlines(), text.splitlines()
    if len(old) == len(new):
        return
    import difflib

    lines = [1] * (len(new) + 2)
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for _, start, end, new_start, new_end in matcher.get_opcodes():
        for at in range(new_start, new_end):
            lines[at + 1] = min(start + at - new_start, max(end - 1, start)) + 1
    for node in ast.walk(tree):
        for attribute in ("lineno", "end_lineno"):
            if getattr(node, attribute, None):
                setattr(node, attribute, lines[getattr(node, attribute)])


def _parsed(original: str, text: str, name: str) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # "\\d" in plain strings, "is" with numbers
        tree = ast.parse(text, name)
    _take_lines_from(original, text, tree)
    return tree


def compiled(original: str, text: str, name: str) -> CodeType:
    """Compile converted source with Python 2's meaning of what only looks the same.

    original: the source before its conversion, for its lines and ``from __future__ import``.
    """
    from gimpfu_bindings import semantics

    keeps_division = bool(
        re.search(r"^from\s+__future__\s+import\b.*\bdivision\b", original, re.MULTILINE)
    )
    tree = _parsed(original, text, name)
    tree = semantics.with_old_meaning(tree, divides_exactly=keeps_division)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return compile(tree, name, "exec", dont_inherit=True)
