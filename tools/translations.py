"""Bring the catalogs of the GIMP plug-in up to date with the texts that it shows.

``python tools/translations.py`` gathers the texts, updates ``plugin_gimp/po/*.po`` (new ones come
in empty, those that are gone are dropped), compiles them into the plug-in's folder ``locale`` and
says what is left to translate. The compiled catalogs are committed: editors have no compiler.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ("plugin_gimp/restore_colorize_gimp", "client/restore_colorize_client", "gimpfu")
PO = ROOT / "plugin_gimp" / "po"
LOCALE = ROOT / "plugin_gimp" / "restore_colorize_gimp" / "locale"
LANGUAGES = ("de", "fr")
DOMAIN = "restore-colorize"
KEYWORDS = {"_": None, "N_": None, "ngettext": (1, 2)}
WIDTH = 100


def source_files() -> list[Path]:
    """Return the modules whose texts a user of the plug-in sees."""
    return [
        path
        for source in SOURCES
        for path in sorted((ROOT / source).rglob("*.py"))
        if "_vendor" not in path.parts
    ]


def extract() -> Catalog:
    """Return all marked texts with the files that they are in."""
    catalog = Catalog(fuzzy=False)
    for path in source_files():
        name = path.relative_to(ROOT).as_posix()
        found = extract_from_file("python", path, keywords=KEYWORDS, comment_tags=("Translators:",))
        for line, text, comments, context in found:
            catalog.add(text, None, [(name, line)], auto_comments=comments, context=context)
    return catalog


def read(language: str) -> Catalog:
    """Return a language's catalog, an empty one where there is none yet."""
    file = PO / f"{language}.po"
    if not file.exists():
        return Catalog(
            locale=language,
            header_comment=f"# Restore & Colorize in GIMP, language {language}; MIT license.",
            project="Restore & Colorize",
            version="1",
            msgid_bugs_address="-",
            last_translator="-",
            language_team="-",
            fuzzy=False,
        )
    with file.open("rb") as stream:
        return read_po(stream, locale=language)


def updated(language: str, template: Catalog) -> Catalog:
    """Return a language's catalog with the texts of now, and nothing guessed."""
    catalog = read(language)
    created = catalog.creation_date
    catalog.update(template, no_fuzzy_matching=True)
    catalog.creation_date = created  # what did not change shall not look changed
    catalog.obsolete.clear()
    return catalog


def as_po(catalog: Catalog) -> bytes:
    """Return a catalog as it is edited."""
    out = io.BytesIO()
    write_po(out, catalog, width=WIDTH, sort_by_file=True, include_lineno=False)
    return out.getvalue()


def as_mo(catalog: Catalog) -> bytes:
    """Return a catalog as the plug-in reads it."""
    out = io.BytesIO()
    write_mo(out, catalog)
    return out.getvalue()


def mo_file(language: str) -> Path:
    """Return where the plug-in looks for a language."""
    return LOCALE / language / "LC_MESSAGES" / f"{DOMAIN}.mo"


def untranslated(catalog: Catalog) -> list[str]:
    """Return the texts that are not, or not surely, translated."""
    return [
        message.id if isinstance(message.id, str) else message.id[0]
        for message in catalog
        if message.id and (message.fuzzy or not _is_whole(message.string))
    ]


def _is_whole(text: str | tuple[str, ...] | None) -> bool:
    return all(text) if isinstance(text, (tuple, list)) else bool(text)


def main() -> int:
    """Update and compile all languages; the status tells whether all is translated."""
    template, is_missing = extract(), False
    PO.mkdir(exist_ok=True)
    for language in LANGUAGES:
        catalog = updated(language, template)
        (PO / f"{language}.po").write_bytes(as_po(catalog))
        mo_file(language).parent.mkdir(parents=True, exist_ok=True)
        mo_file(language).write_bytes(as_mo(catalog))
        left = untranslated(catalog)
        is_missing |= bool(left)
        print(f"{language}: {len(catalog) - len(left)} of {len(catalog)} texts translated")
        for text in left:
            print(f"  {text!r}")
    return 1 if is_missing else 0


if __name__ == "__main__":
    sys.exit(main())
