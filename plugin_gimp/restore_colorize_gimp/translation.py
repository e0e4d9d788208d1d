"""Texts in the user's language, from the catalogs in ``locale``; English where they lack one.

GIMP expects localized texts from a plug-in; this module makes them without the C library's
locale, which a sandbox or another system may lack. A text with values is translated first and
filled in after: ``_("Layer “{name}” is empty.").format(name=name)``.
"""

from __future__ import annotations

import gettext
from itertools import takewhile
from pathlib import Path

from gi.repository import GLib

__all__ = ["CATALOG", "_", "ngettext"]

DOMAIN = "restore-colorize"
LOCALE = Path(__file__).parent / "locale"


def _is_foreign(language: str) -> bool:
    return language != "C" and language.partition("_")[0].partition(".")[0] != "en"


# The user's languages in their order, as GIMP's preferences or the system say, down to English.
CATALOG = gettext.translation(
    DOMAIN, LOCALE, list(takewhile(_is_foreign, GLib.get_language_names())), fallback=True
)
_ = CATALOG.gettext
ngettext = CATALOG.ngettext
