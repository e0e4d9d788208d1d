"""A page of pictures, failures first: one folder of HTML and JPEGs, without script or network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from evaluation.exhibits import Exhibit, Tile

WORST, SPREAD = 12, 12  # of a long section: the worst ones, then some spread over the rest
_STYLE = """
body { font: 15px/1.4 sans-serif; margin: 2em; background: #fafafa; color: #1e1e1e; }
.row { display: flex; flex-wrap: wrap; gap: 10px; }
figure { margin: 0; width: 300px; }
img { max-width: 100%; height: auto; display: block; }
figcaption { font-size: 13px; }
h3 { margin: 1.5em 0 .3em; font-size: 15px; }
"""


@dataclass(frozen=True)
class Section:
    """The exhibits of one question; ``name`` is stable and begins the names of its files.

    ``is_whole`` shows every case, otherwise the 12 worst and 12 spread over the rest.
    """

    name: str
    title: str
    question: str
    exhibits: tuple[Exhibit, ...]
    is_whole: bool = False


def write_page(folder: Path, title: str, sections: Sequence[Section]) -> Path:
    """Write ``index.html`` and ``pictures/`` into the folder, made if missing.

    Returns:
        The path of the page.
    """
    (folder / "pictures").mkdir(parents=True, exist_ok=True)
    lines = [
        "<!doctype html>",
        '<html lang="en"><head><meta charset="utf-8">',
        f"<title>{escape(title)}</title>",
        f"<style>{_STYLE}</style></head><body>",
        f"<h1>{escape(title)}</h1>",
        "<p>The worst results come first. A click on a picture shows it alone.</p>",
    ]
    for section in sections:
        lines += _section_lines(folder, section)
    lines.append("</body></html>")
    page = folder / "index.html"
    page.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return page


def failures_first(section: Section) -> list[tuple[int, Exhibit]]:
    """Return a section's exhibits with their rank from 1, the worst first; all or 24 of them."""
    ordered = sorted(section.exhibits, key=lambda one: (-one.badness, one.name))
    ranked = list(enumerate(ordered, 1))
    if section.is_whole or len(ranked) <= WORST + SPREAD:
        return ranked
    rest = ranked[WORST:]
    # The best one is among them: the places are counted from the end.
    spread = [rest[len(rest) - 1 - place * len(rest) // SPREAD] for place in range(SPREAD)]
    return ranked[:WORST] + spread[::-1]


def _section_lines(folder: Path, section: Section) -> list[str]:
    lines = [f"<h2>{escape(section.title)}</h2>", f"<p>{escape(section.question)}</p>"]
    count = len(section.exhibits)
    for rank, exhibit in failures_first(section):
        lines += [f"<h3>{rank} of {count}: {escape(exhibit.name)}</h3>", '<div class="row">']
        for place, tile in enumerate(exhibit.tiles, 1):
            name = f"pictures/{section.name}-{rank:03}-{place}.jpg"
            lines.append(_figure(folder, name, exhibit, tile))
        lines.append("</div>")
    return lines


def _figure(folder: Path, name: str, exhibit: Exhibit, tile: Tile) -> str:
    caption = f"<figcaption>{escape(tile.caption)}</figcaption>"
    if tile.jpeg is None:
        return f"<figure>{caption}</figure>"
    (folder / name).write_bytes(tile.jpeg)
    width, height = tile.size
    words = escape(f"{exhibit.name}, {tile.caption}", quote=True)
    image = f'<img src="{name}" width="{width}" height="{height}" loading="lazy" alt="{words}">'
    return f'<figure><a href="{name}">{image}</a>{caption}</figure>'
