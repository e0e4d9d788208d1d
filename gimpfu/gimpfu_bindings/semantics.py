"""What Python 2 meant by what Python 3 still reads: division, sorting, text and bytes.

A script's syntax tree is changed where an expression means something else today, and its modules
are given back what they lost. Needs no GIMP.
"""

from __future__ import annotations

import array
import ast
import builtins
import functools
import gettext
import math
import string
import sys
import time
import types
from collections.abc import Iterable
from typing import Any

_TYPES = {
    "BooleanType": bool, "DictType": dict, "FloatType": float, "IntType": int, "ListType": list,
    "LongType": int, "StringType": str, "StringTypes": (str,), "TupleType": tuple,
    "UnicodeType": str,
}  # fmt: skip
DIVIDE, JOIN, KEY = "__gimpfu_divide__", "__gimpfu_join__", "__gimpfu_key__"


def divide(a: Any, b: Any) -> Any:
    """Divide as Python 2 did: whole numbers by whole numbers are floored."""
    if isinstance(a, int) and isinstance(b, int):
        return a // b
    return a / b


def join(glue: str, parts: Iterable[Any]) -> Any:
    """Join texts, or bytes when there are some among them."""
    several = list(parts)
    if any(isinstance(part, (bytes, bytearray)) for part in several):
        octets = [part.encode("latin-1") if isinstance(part, str) else part for part in several]
        return glue.encode("latin-1").join(octets)
    return glue.join(several)


def rounded(value: float, digits: int = 0) -> float:
    """Round as Python 2 did: halves away from zero, and the result is a float."""
    scale = 10.0**digits
    return math.copysign(math.floor(abs(value) * scale + 0.5) / scale, value)


class _OldMeaning(ast.NodeTransformer):
    def __init__(self, divides_exactly: bool) -> None:
        self._divides_exactly = divides_exactly

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.op, ast.Div) and not self._divides_exactly:
            return ast.copy_location(_call(DIVIDE, [node.left, node.right]), node)
        return node

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST:
        self.generic_visit(node)
        if not isinstance(node.op, ast.Div) or self._divides_exactly:
            return node
        read = ast.parse(ast.unparse(node.target), mode="eval").body
        divided = _call(DIVIDE, [read, node.value])
        return ast.copy_location(ast.Assign([node.target], divided), node)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        function = node.func
        if isinstance(function, ast.Attribute):
            owner = function.value
            is_text = isinstance(owner, ast.Constant) and isinstance(owner.value, str)
            if function.attr == "join" and is_text and len(node.args) == 1:
                return ast.copy_location(_call(JOIN, [owner, node.args[0]]), node)
            if function.attr == "sort":
                _take_comparison(node, 0)
        elif isinstance(function, ast.Name) and function.id == "sorted":
            _take_comparison(node, 1)
        return node


def _take_comparison(node: ast.Call, place: int) -> None:
    """Make a comparison function, given as an argument or as ``cmp``, the key of a sort."""
    compare = node.args.pop(place) if len(node.args) > place else None
    for keyword in list(node.keywords):
        if keyword.arg == "cmp":
            node.keywords.remove(keyword)
            compare = keyword.value
    if compare is not None:
        node.keywords.append(ast.keyword("key", _call(KEY, [compare])))


def _call(name: str, arguments: list[ast.expr]) -> ast.Call:
    return ast.Call(ast.Name(name, ast.Load()), arguments, [])


def with_old_meaning(tree: ast.Module, divides_exactly: bool = False) -> ast.Module:
    """Return a syntax tree that means what Python 2 meant; the given one is changed."""
    changed = _OldMeaning(divides_exactly).visit(tree)
    return ast.fix_missing_locations(changed)


class OldArray(array.array):  # type: ignore[type-arg]
    """``array.array`` that also takes and gives Python 2's byte strings."""

    def __new__(cls, typecode: str, initial: Any = ()) -> OldArray:
        if isinstance(initial, str) and typecode not in "uw":
            initial = initial.encode("latin-1")
        return super().__new__(cls, "B" if typecode == "c" else typecode, initial)

    def tostring(self) -> bytes:
        """Return the items as bytes."""
        return self.tobytes()

    def fromstring(self, octets: Any) -> None:
        """Append items from bytes."""
        self.frombytes(octets.encode("latin-1") if isinstance(octets, str) else bytes(octets))


def compare(a: Any, b: Any) -> int:
    """Return -1, 0 or 1, as ``cmp`` did."""
    return int(a > b) - int(a < b)


def namespace() -> dict[str, Any]:
    """Return the names that a script's module begins with."""
    return {
        DIVIDE: divide,
        JOIN: join,
        KEY: functools.cmp_to_key,
        "cmp": compare,
        "file": open,
        "round": rounded,
    }


def give_modules_back() -> None:
    """Put back into the standard library, in this process, what scripts of Python 2 call there."""
    array.array = OldArray  # type: ignore[misc]
    sys.maxint = sys.maxsize  # type: ignore[attr-defined]
    if not hasattr(time, "clock"):
        time.clock = time.perf_counter  # type: ignore[attr-defined]
    old = {
        "letters": string.ascii_letters,
        "lowercase": string.ascii_lowercase,
        "uppercase": string.ascii_uppercase,
        "join": lambda parts, glue=" ": join(glue, parts),
        "maketrans": str.maketrans,
        "atoi": int,
        "atof": float,
    }
    methods = "split strip lstrip rstrip replace lower upper find rfind count zfill ljust rjust"
    for name in methods.split():
        old[name] = getattr(str, name)
    for name, value in old.items():
        if not hasattr(string, name):
            setattr(string, name, value)
    for name, kind in _TYPES.items():
        setattr(types, name, kind)
    types.__all__ = [*dict.fromkeys([*types.__all__, *_TYPES])]
    install = gettext.install

    @functools.wraps(install)
    def install_texts(domain: str, localedir: Any = None, unicode: Any = None, **rest: Any) -> None:
        install(domain, localedir, names=rest.get("names"))

    gettext.install = install_texts
    builtins.__dict__.setdefault("_", gettext.gettext)
