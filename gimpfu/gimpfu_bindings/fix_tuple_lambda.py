"""A fixer for fissix: ``lambda (a, b), (c, d): ...``, which it converts for one tuple only."""

from __future__ import annotations

from typing import Any

from fissix import fixer_base
from fissix.fixer_util import Name
from fissix.pgen2 import token


class FixTupleLambda(fixer_base.BaseFix):  # type: ignore[misc]
    """Takes tuples apart by a second lambda, which is called with their items."""

    BM_compatible = True
    PATTERN = "lambda=lambdef< 'lambda' args=varargslist< any+ > ':' body=any >"

    def transform(self, node: Any, results: dict[str, Any]) -> Any:
        """Return the new lambda; None where it has no flat tuples, or defaults."""
        outer, inner, given = [], [], []
        for child in results["args"].children:
            if child.type == token.COMMA:
                continue
            text = str(child).strip()
            is_tuple = text.startswith("(")
            flat = text[1:-1].strip().rstrip(",") if is_tuple else text
            if "(" in flat or (not is_tuple and child.type != token.NAME):
                return None
            outer.append(self.new_name("items") if is_tuple else text)
            inner.append(flat)
            given.append(("*" if is_tuple else "") + outer[-1])
        if outer == given:
            return None
        body = str(results["body"]).strip()
        text = f"lambda {', '.join(outer)}: (lambda {', '.join(inner)}: {body})({', '.join(given)})"
        return Name(text, prefix=node.prefix)
