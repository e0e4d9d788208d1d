"""The alias table is whole, and arranges arguments as its rows say."""

from __future__ import annotations

import ast
import re

import pytest
from gimpfu_bindings import coverage, tables


def test_there_is_a_row_for_each_of_many_procedures() -> None:
    assert len(tables.aliases()) >= 250


def test_rows_lead_to_procedures_of_gimp_3() -> None:
    for alias in tables.aliases().values():
        if alias.kind == "procedure":
            assert alias.new in tables.procedures(), alias.old
        elif alias.kind == "gone":
            assert alias.told.endswith("."), alias.old


def test_what_is_gone_names_procedures_that_there_are() -> None:
    known = tables.procedures() | set(tables.aliases())
    for alias in tables.aliases().values():
        named = re.findall(r"\b(?:gimp|plug-in|file)-[a-z0-9-]+", alias.told)
        assert alias.kind != "gone" or set(named) <= known, alias.old
        assert alias.old not in named


def test_each_procedure_has_a_call_that_is_made_in_gimp() -> None:
    calls = tables.HERE.parents[1] / "tests" / "editors" / "gimp" / "legacy" / "sweep" / "calls.txt"
    names = {line.split("|")[0].strip() for line in calls.read_text().splitlines()}
    assert set(tables.aliases()) - names == set()


def test_no_row_without_need() -> None:
    for alias in tables.aliases().values():
        if alias.kind == "procedure" and alias.new == alias.old:
            assert alias.words, alias.old


@pytest.mark.parametrize(
    ("name", "given", "placed", "named"),
    [
        ("gimp-image-width", ["image"], ["image"], {}),
        ("gimp-layer-new", [1, 20, 30, 0, "x", 100, 0], [1, "x", 20, 30, 0, 100, 0], {}),
        ("gimp-invert", ["layer"], ["layer", 0], {}),
        ("gimp-threshold", ["layer", 51, 255], ["layer", 0, 0.2, 1.0], {}),
        ("gimp-item-is-layer", [12], [12], {}),
        ("plug-in-deinterlace", ["i", "l", 1], [], {"keep": False}),
        ("plug-in-sel-gauss", ["i", "l", 5, 51], [], {"blur-radius": 5, "max-delta": 0.2}),
        (
            "file-jpeg-save",
            ["i", "l", "f", "f", 0.5],
            [],
            {"image": "i", "file": "f", "quality": 0.5},
        ),
    ],
)
def test_arguments_go_over(name: str, given: list, placed: list, named: dict) -> None:  # type: ignore[type-arg]
    assert tables.aliases()[name].arranged(given) == (pytest.approx(placed), pytest.approx(named))


def test_too_few_arguments_are_told() -> None:
    with pytest.raises(TypeError, match="gimp-layer-new needs 7 arguments, 2 were given"):
        tables.aliases()["gimp-layer-new"].arranged([1, 2])


def test_enumerations_that_were_renumbered_come_back() -> None:
    for enum, numbers in tables.RENUMBERED.items():
        for old, new in numbers.items():
            assert tables.new_number(enum, old) == new
            assert tables.old_number(enum, new) == old


def test_constants_have_the_values_of_2_10() -> None:
    constants = tables.constants()
    assert constants["WHITE_FILL"] == 2
    assert constants["NORMAL_MODE"] == constants["LAYER_MODE_NORMAL_LEGACY"] == 0
    assert constants["CHANNEL_OP_REPLACE"] == 2
    assert constants["RUN_NONINTERACTIVE"] == 1


def test_functions_named_in_the_table_exist() -> None:
    """Read from the source, for the modules run only inside of GIMP."""
    source = (tables.HERE / "replacements.py").read_text(encoding="utf-8")
    tree = ast.parse(source)
    names = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    for node in tree.body:
        if isinstance(node, ast.ImportFrom):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            names.add(node.targets[0].id)
    families = ("transform_", "delete_", "duplicate_", "rename_", "is_editable_")
    for alias in tables.aliases().values():
        if alias.kind == "function" and not alias.told.startswith(families):
            assert alias.told in names, alias.old


def test_the_page_tells_what_the_table_holds() -> None:
    path = tables.HERE.parents[1] / "docs" / "legacy-scripts.md"
    assert path.read_text(encoding="utf-8") == coverage.page(path), (
        "run `python -m gimpfu_bindings.coverage ../docs/legacy-scripts.md` in gimpfu"
    )
