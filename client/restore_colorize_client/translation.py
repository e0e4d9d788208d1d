"""Texts in the user's language: an editor brings the catalog, elsewhere they stay English.

A text with values is translated first and filled in after, so that catalogs can hold it:
``_("{count} jobs wait.").format(count=3)``.
"""

from __future__ import annotations

import gettext

__all__ = ["N_", "_", "ngettext", "translate_with"]

_catalog = gettext.NullTranslations()


def translate_with(catalog: gettext.NullTranslations) -> None:
    """Say all texts of this process in the catalog's language from now on."""
    global _catalog
    _catalog = catalog


def _(text: str) -> str:
    """Return a text in the user's language."""
    return _catalog.gettext(text)


def ngettext(one: str, several: str, number: int) -> str:
    """Return the form of a text that a number asks for, in the user's language."""
    return _catalog.ngettext(one, several, number)


def N_(text: str) -> str:  # noqa: N802 - the name that tools for translations look for
    """Mark a text for the catalogs that is translated later, where it is used."""
    return text
