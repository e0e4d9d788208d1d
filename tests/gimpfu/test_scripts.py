"""Both forms of ``register`` describe the same script."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from gimpfu_bindings import kinds, scripts


@pytest.fixture(autouse=True)
def _nothing_registered() -> Iterator[None]:
    scripts.registered.clear()
    yield
    scripts.registered.clear()


def registered(label: str, types: str, params: Any, function: Any, **rest: Any) -> scripts.Script:
    scripts.register("a_b", "", "", "", "", 2009, label, types, params, [], function, **rest)
    return scripts.registered["python-fu-a-b"]


def test_the_old_form_puts_image_and_drawable_first() -> None:
    made = registered("<Image>/A/B/Entry", "*", [(0, "x", "X", 1)], lambda image, drawable, x: 0)
    assert (made.menu, made.label) == ("<Image>/A/B", "Entry")
    assert made.takes_image
    assert made.takes_drawable
    assert [each.name for each in made.parameters] == ["x"]


def test_the_new_form_takes_them_from_its_parameters() -> None:
    params = [(kinds.PF_IMAGE, "image", "", None), (kinds.PF_LAYER, "layer", "", None)]
    made = registered("Entry", "RGB*", params, lambda image, layer: 0, menu="<Image>/A")
    assert made.takes_drawable
    assert made.lead == (kinds.PF_IMAGE, kinds.PF_LAYER)
    assert not made.parameters


def test_no_image_types_means_that_no_image_is_needed() -> None:
    made = registered("<Toolbox>/Xtns/Entry", "", [], lambda: 0)
    assert made.menu == "<Image>/Filters"
    assert not made.takes_image


def test_an_image_menu_without_image_types_asks_the_function() -> None:
    made = registered("<Image>/File/Create/Entry", "", [(0, "x", "X", 1)], lambda x: 0)
    assert [each.name for each in made.parameters] == ["x"]


@pytest.mark.parametrize(
    ("given", "name"),
    [("plug_in_x", "plug-in-x"), ("python_fu_x", "python-fu-x"), ("x", "python-fu-x")],
)
def test_procedures_are_named_as_2_10_named_them(given: str, name: str) -> None:
    assert scripts.procedure_name(given) == name


def test_names_that_gimp_cannot_take_are_made_fit_and_distinct() -> None:
    params = [(0, "My value:", "", 1), (0, "my_value", "", 1), (0, "2nd", "", 1)]
    made = registered("E", "", params, lambda *_: 0, menu="<Image>/A")
    assert [each.name for each in made.parameters] == ["my-value", "my-value-2", "p-2nd"]


@pytest.mark.parametrize(
    "param", [(0, "x", "X"), (99, "x", "X", 1), (kinds.PF_SPINNER, "x", "X", 1)]
)
def test_wrong_parameters_are_refused(param: Any) -> None:
    with pytest.raises(scripts.RegistrationError, match="parameter 1 of python-fu-a-b"):
        registered("E", "", [param], lambda x: 0, menu="<Image>/A")


@pytest.mark.parametrize(
    ("label", "title"),
    [("_Blur...", "Blur"), ("a__b…", "a_b"), ("", "python-fu-a-b")],
)
def test_titles_have_no_mnemonics(label: str, title: str) -> None:
    assert registered(label, "", [], lambda: 0, menu="<Image>/A").title == title


def test_file_handlers_are_refused() -> None:
    with pytest.raises(scripts.RegistrationError, match="files of a kind of its own"):
        registered("<Load>/Entry", "", [], lambda *_: 0)
