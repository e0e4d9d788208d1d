"""From our dataclasses to the contract's messages and back, by field name."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from functools import lru_cache
from typing import Any, TypeVar, get_args, get_type_hints

from ._vendor import restore_colorize_pb2 as pb
from ._vendor.google.protobuf.message import DecodeError
from .errors import RefusedError
from .translation import _

__all__ = ["as_dict", "fill", "parse_receipt", "pb", "read"]

T = TypeVar("T")


def fill(message: Any, value: Any) -> None:
    """Copy the fields of the dataclass ``value`` into ``message`` where both have the name.

    None and nested dataclasses follow the contract: an absent message, a nested message.

    Raises RefusedError for a value that the contract's type cannot hold.
    """
    known = message.DESCRIPTOR.fields_by_name
    for field in fields(value):
        item = getattr(value, field.name)
        if field.name not in known or item is None:
            continue
        try:
            if is_dataclass(item):
                target = getattr(message, field.name)
                target.SetInParent()
                fill(target, item)
            elif isinstance(item, (list, tuple)):
                getattr(message, field.name).extend(item)
            else:
                setattr(message, field.name, item)
        except (TypeError, ValueError):
            raise RefusedError(
                f"The option {field.name} cannot be {item!r}: choose another value.", reason="range"
            ) from None


def read(form: Callable[..., T], message: Any, **given: Any) -> T:
    """Return the dataclass ``form`` from the fields of ``message``; ``given`` overrules them."""
    values = dict(given)
    for name, hint in _hints(form).items():
        if name in given or name not in message.DESCRIPTOR.fields_by_name:
            continue
        item = getattr(message, name)
        if hasattr(item, "DESCRIPTOR"):
            item = read(hint, item)
        elif not isinstance(item, (str, bytes, int, float)):  # repeated
            inner: Any = get_args(hint)[0]
            item = tuple(item) if inner in (int, str) else tuple(read(inner, each) for each in item)
        values[name] = item
    return form(**values)


@lru_cache(maxsize=None)
def _hints(form: Any) -> dict[str, Any]:
    return get_type_hints(form)


def parse_receipt(data: bytes) -> pb.Receipt:
    """Return the Receipt message in ``data``. Raises RefusedError where it is something else."""
    try:
        receipt = pb.Receipt.FromString(bytes(data))
    except DecodeError:
        receipt = pb.Receipt()
    if not receipt.format:
        raise RefusedError(
            _("This is no receipt of Restore & Colorize: choose a layer or file that has one."),
            reason="format",
        )
    return receipt


def as_dict(message: Any) -> dict[str, Any]:
    """Return a message for JSON: absent messages left out, defaults in, bytes in base64."""
    result: dict[str, Any] = {}
    for field in message.DESCRIPTOR.fields:
        if field.has_presence and not message.HasField(field.name):
            continue
        item = getattr(message, field.name)
        result[field.name] = (
            [_plain(field, each) for each in item] if field.is_repeated else _plain(field, item)
        )
    return result


def _plain(field: Any, item: Any) -> Any:
    if field.message_type is not None:
        return as_dict(item)
    if field.enum_type is not None:
        return field.enum_type.values_by_number[item].name
    return base64.b64encode(item).decode("ascii") if isinstance(item, bytes) else item
