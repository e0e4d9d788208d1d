"""Attributes and methods that are calls of procedures by their old names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gimpfu_bindings.procedures import pdb


class Attribute:
    """An attribute read by one procedure and, if there is another, written by it."""

    def __init__(self, get: str, put: str = "", kind: Callable[[Any], Any] | None = None) -> None:
        self._get, self._put, self._kind = get, put, kind

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, thing: Any, owner: type) -> Any:
        if thing is None:
            return self
        value = pdb[self._get](thing)
        return value if self._kind is None else self._kind(value)

    def __set__(self, thing: Any, value: Any) -> None:
        if not self._put:
            raise AttributeError(f"{self._name} cannot be changed")
        pdb[self._put](thing, value)


def method(procedure: str, *defaults: Any) -> Callable[..., Any]:
    """Return a method that calls a procedure with the thing first.

    defaults: fill up the arguments that the caller left out, from the right.
    """

    def call(self: Any, *arguments: Any) -> Any:
        count = len(arguments)
        return pdb[procedure](self, *arguments, *defaults[count:])

    call.__name__ = procedure.replace("-", "_")
    call.__doc__ = f"Call ``{procedure}`` with this first."
    return call


class Thing:
    """Something in GIMP with an ID; ``_thing`` is GIMP 3's own object."""

    def __init__(self, thing: Any) -> None:
        self._thing = thing

    @classmethod
    def _of(cls, thing: Any) -> Any:
        """Wrap without making anything new, whatever the class's constructor makes."""
        made = cls.__new__(cls)
        made._thing = thing
        return made

    @property
    def ID(self) -> int:  # noqa: N802 - the name that scripts use
        """The number by which GIMP knows it."""
        return int(self._thing.get_id())

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Thing) and self._family() == other._family() and self.ID == other.ID
        )

    def __hash__(self) -> int:
        return hash((self._family(), self.ID))

    def _family(self) -> str:
        """Things with IDs of one numbering share it."""
        return type(self).__name__

    def __repr__(self) -> str:
        name = getattr(self, "name", "")
        return f"<gimp.{type(self).__name__} '{name}'>"
