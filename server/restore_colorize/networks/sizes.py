"""What the sizes of every network share: their way into a file of weights and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, ClassVar, Self

from restore_colorize.errors import ModelError


@dataclass(frozen=True)
class NetworkSizes:
    """Base of the frozen dataclasses that hold a network's sizes; sequences are tuples."""

    TITLE: ClassVar[str]  # names the network in messages

    def to_config(self) -> dict[str, Any]:
        """Plain lists, strings and integers, ready for JSON."""
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in asdict(self).items()
        }

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Self:
        """Read what :meth:`to_config` wrote; what is not named keeps its default.

        Raises:
            ModelError: if a name is unknown or a size does not fit.
        """
        unknown = sorted(set(config) - {field.name for field in fields(cls)})
        if unknown:
            raise ModelError(f"{cls.TITLE} knows no size named {', '.join(unknown)}.")
        values = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in config.items()
        }
        return cls(**values)
