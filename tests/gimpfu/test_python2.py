"""Python 2 source runs with the meaning that it had."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from gimpfu_bindings import faults, python2, semantics


def run(text: str) -> dict[str, Any]:
    """Convert and run a source; return its names."""
    space = semantics.namespace()
    exec(python2.compiled(text, python2.converted(text), "<script>"), space)
    return space


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("7 / 2", 3),
        ("-7 / 2", -4),
        ("7 / 2.0", 3.5),
        ("round(2.5)", 3.0),
        ("round(-0.5)", -1.0),
        ("cmp(3, 2)", 1),
        ("sorted([1, 3, 2], lambda a, b: cmp(b, a))", [3, 2, 1]),
        ("(lambda (a, b), c, (d, e): a + c * d - b + e)((1, 2), 3, (4, 5))", 16),
        ("[k for k, in sorted([(1,), (2,)], lambda (a,), (b,): cmp(b, a))]", [2, 1]),
        ("''.join(['a', b'\\xff'])", b"a\xff"),
        ("{1: 2}.has_key(1)", True),
        ("0777", 511),
        ("`12`", "12"),
        ("1 <> 2", True),
        ("map(str, xrange(2))", ["0", "1"]),
    ],
)
def test_expressions_mean_what_they_meant(expression: str, value: Any) -> None:
    assert run(f"value = {expression}\n")["value"] == value


def test_types_have_the_names_of_python_2() -> None:
    semantics.give_modules_back()
    told = run("from types import *\nvalue = type('x') is StringType, type((1,)) is TupleType\n")
    assert told["value"] == (True, True)


def test_a_script_that_asks_for_exact_division_gets_it() -> None:
    assert run("from __future__ import division\nvalue = 7 / 2\n")["value"] == 3.5


def test_division_in_place_is_floored() -> None:
    assert run("class A: pass\na = A()\na.b = 7\na.b /= 2\nvalue = a.b\n")["value"] == 3


def test_tabs_count_eight_columns_as_in_python_2() -> None:
    text = "def f(x):\n\tif x:\n\t    return 1\n        return 2\n"
    assert run(python2.decoded(text.encode()))["f"](0) == 2


def test_latin_1_and_windows_line_ends_are_read() -> None:
    assert python2.decoded(b"# J\xf6rg\r\nx = 1\r\n") == "# Jörg\nx = 1\n"


def test_arrays_take_and_give_byte_strings() -> None:
    pixels = semantics.OldArray("B", "\x01\xff")
    assert pixels.tostring() == b"\x01\xff"
    pixels.fromstring("\x02")
    assert list(pixels) == [1, 255, 2]


def test_faults_tell_the_line_of_the_script_as_it_was_written(tmp_path: Path) -> None:
    text = "from gimpfu import *\n\ndef f((a, b), c):\n    return reduce(lambda x, y: x, a / c)\n"
    path = tmp_path / "old.py"
    path.write_text(text)
    new = python2.converted(text)
    assert len(new.splitlines()) > len(text.splitlines()), "nothing was added: choose another text"
    space = semantics.namespace()
    exec(python2.compiled(text, new.replace("from gimpfu import *", ""), str(path)), space)
    with pytest.raises(ZeroDivisionError) as caught:
        space["f"]((1, 2), 0)
    assert faults.sentence(caught.value, str(path)).startswith("old.py, line 4: ZeroDivision")


def test_a_syntax_error_tells_its_line(tmp_path: Path) -> None:
    path = tmp_path / "bad.py"
    path.write_text("from gimpfu import *\nprint 'fine'\ndef broken(:\n    pass\n")
    with pytest.raises(SyntaxError) as caught:
        python2.loaded(path)
    told = faults.sentence(caught.value, str(path))
    assert told == "bad.py, line 3: this is no valid Python: invalid syntax"


def test_a_script_is_converted_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "old.py"
    path.write_text("from gimpfu import *\nprint 'once'\n")
    python2.loaded(path)

    def never(*_: Any) -> str:
        raise AssertionError("converted again")

    monkeypatch.setattr(python2, "converted", never)
    python2.loaded(path)
    path.write_text("from gimpfu import *\nprint 'changed'\n")
    with pytest.raises(AssertionError, match="converted again"):
        python2.loaded(path)


def test_its_code_is_kept_and_serves_its_own_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "old.py"
    path.write_text("from gimpfu import *\nprint 'once'\n")
    code = python2.loaded(path)
    (kept,) = (tmp_path / python2.CACHE).glob("*.code")
    monkeypatch.setattr(python2, "compiled", None)
    assert python2.loaded(path) == code
    monkeypatch.undo()
    kept.write_bytes(b"no code")
    assert python2.loaded(path) == code
    moved = tmp_path.rename(tmp_path.with_name("moved")) / "old.py"
    assert python2.loaded(moved).co_filename == str(moved)


def test_a_script_of_python_3_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "new.py"
    path.write_text("value = 7 / 2\n")
    space: dict[str, Any] = {}
    exec(python2.loaded(path), space)
    assert space["value"] == 3.5
