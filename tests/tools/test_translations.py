"""Every text is in every catalog, whole; what is committed is what the plug-in reads."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import read_mo

from tools.translations import (
    LANGUAGES,
    ROOT,
    extract,
    mo_file,
    read,
    source_files,
    untranslated,
)

# Words with a space or an end between them, or a mnemonic: names and formats have neither.
LOOKS_SAID = re.compile(r"^[A-Z_“][\w&'’“-]+ .*[a-z]|[a-z] [a-z]+[ .…]|[a-z]…$|^_[A-Z][a-z]+$")
# Formats of pixels, our own name, and what programs alone raise and catch.
NOT_SAID = re.compile(
    r" (float|u8|u16|u32|half|double)$|^Restore & Colorize(, MIT license)?$"
    r"|^the mask has another size$|^strength and saturation are two numbers$"
)
MAKE = "run `make translations` and translate what it names in plugin_gimp/po"


def messages(language: str) -> Iterator[tuple[Message, str, str]]:
    """Yield each text of a catalog with its translation, plural forms one by one."""
    for message in read(language):
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        texts = message.string if isinstance(message.string, tuple) else (message.string,)
        for index, text in enumerate(texts):
            yield message, ids[min(index, len(ids) - 1)], text


def as_table(catalog: Catalog) -> dict[object, object]:
    def plain(text: object) -> object:
        return tuple(text) if isinstance(text, (list, tuple)) else text

    return {plain(each.id): plain(each.string) for each in catalog if each.id}


def fields(text: str) -> set[str | None]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated(language: str) -> None:
    catalog, wanted = read(language), extract()
    assert set(as_table(wanted)) == set(as_table(catalog)), MAKE
    assert not untranslated(catalog), MAKE
    assert not catalog.obsolete


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_plugin_reads_what_was_translated(language: str) -> None:
    with mo_file(language).open("rb") as stream:
        compiled = as_table(read_mo(stream))
    assert compiled == as_table(read(language)), MAKE


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_keep_values_mnemonics_and_endings(language: str) -> None:
    for message, original, text in messages(language):
        if not message.id:
            continue
        assert fields(text) == fields(original), original
        assert text.count("_") == original.count("_"), original
        for ending in ("…", ".", ":"):
            assert text.endswith(ending) == original.endswith(ending), original
        assert text.count("\n") == original.count("\n"), original


def is_marker(node: ast.AST, *names: str) -> bool:
    return isinstance(node, ast.Call) and getattr(node.func, "id", "") in names


def parsed(paths: list[Path]) -> Iterator[tuple[str, ast.AST]]:
    """Yield every node with where it stands."""
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            yield f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}", node


def test_marked_texts_hold_no_values() -> None:
    for where, node in parsed(source_files()):
        if is_marker(node, "_", "N_", "ngettext"):
            for text in node.args[: 2 if is_marker(node, "ngettext") else 1]:
                is_literal = isinstance(text, ast.Constant) and isinstance(text.value, str)
                is_name = isinstance(text, (ast.Name, ast.Attribute))  # N_ marks it elsewhere
                assert is_literal or is_name, where


def test_where_texts_are_translated_no_value_is_thrown_away_under_that_name() -> None:
    for where, scope in parsed(source_files()):
        if isinstance(scope, (ast.FunctionDef, ast.Lambda)):
            inside = list(ast.walk(scope))
            stored = {n.id for n in inside if isinstance(n, ast.Name) and is_stored(n)}
            stored |= {n.arg for n in inside if isinstance(n, ast.arg)}
            is_calling = any(is_marker(n, "_") for n in inside)
            assert not (is_calling and "_" in stored), where


def is_stored(name: ast.Name) -> bool:
    return isinstance(name.ctx, ast.Store)


def test_no_text_of_a_window_is_forgotten() -> None:
    seen = [
        path for path in source_files() if {"restore_colorize_gimp", "editing"} & set(path.parts)
    ]
    marked: set[int] = set()
    nodes = list(parsed(seen))
    for _where, node in nodes:
        if is_marker(node, "_", "N_", "ngettext"):
            marked |= {id(part) for part in ast.walk(node)}
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and node.body:
            marked.add(id(getattr(node.body[0], "value", None)))  # the docstring
    forgotten = [
        f"{where}: {node.value!r}"
        for where, node in nodes
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in marked
        and LOOKS_SAID.search(node.value)
        and not NOT_SAID.search(node.value)
    ]
    assert not forgotten, "put them into _(), see plugin_gimp/restore_colorize_gimp/translation.py"


@pytest.mark.parametrize("language", [None, *LANGUAGES])
def test_no_two_entries_of_the_menu_share_a_key(language: str | None) -> None:
    texts = as_table(read(language)) if language else {}
    file = ROOT / "plugin_gimp" / "restore_colorize_gimp" / "entries.py"
    labels = [
        str(texts.get(label.value, label.value))
        for _where, node in parsed([file])
        if is_marker(node, "Entry")
        for label in node.args[1].args
    ]
    keys = [label[label.index("_") + 1].lower() for label in labels]
    assert len(keys) == 10
    assert len(set(keys)) == len(keys), labels
