"""The few things that grpclib's client does with a ``multidict.MultiDict``: gRPC metadata."""

from __future__ import annotations

from collections.abc import ItemsView, Iterable, Iterator, Mapping

__all__ = ["MultiDict"]


class MultiDict(Mapping[str, "str | bytes"]):
    """A mapping that keeps every value of a repeated key, in the order of arrival."""

    def __init__(
        self,
        items: Mapping[str, str | bytes] | Iterable[tuple[str, str | bytes]] = (),
    ) -> None:
        pairs = items.items() if isinstance(items, Mapping) else items
        self._pairs: list[tuple[str, str | bytes]] = list(pairs)

    def add(self, key: str, value: str | bytes) -> None:
        """Append a value; earlier ones of the same key stay."""
        self._pairs.append((key, value))

    def __getitem__(self, key: str) -> str | bytes:
        for name, value in self._pairs:
            if name == key:
                return value
        raise KeyError(key)

    def __iter__(self) -> Iterator[str]:
        return (key for key, _ in self._pairs)

    def __len__(self) -> int:
        return len(self._pairs)

    def items(self) -> ItemsView[str, str | bytes]:
        """Return every pair, repeated keys included."""
        return _Pairs(self)


class _Pairs(ItemsView[str, "str | bytes"]):
    _mapping: MultiDict

    def __iter__(self) -> Iterator[tuple[str, str | bytes]]:
        return iter(self._mapping._pairs)
