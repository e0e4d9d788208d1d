from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

from PIL import Image

from evaluation.exhibits import TILE_PX, Exhibit, Tile, tile_of
from evaluation.pages import SPREAD, WORST, Section, failures_first, write_page
from tests.evaluation.pictures import picture


class Tags(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def section(count: int, *, is_whole: bool = False) -> Section:
    exhibits = tuple(Exhibit(f"case {n}", float(n), (Tile(f"tile {n}"),)) for n in range(count))
    return Section("self", "Self", "?", exhibits, is_whole)


def test_the_worst_come_first_with_their_rank() -> None:
    shown = failures_first(section(5))
    assert [rank for rank, _ in shown] == [1, 2, 3, 4, 5]
    assert [one.name for _, one in shown] == [f"case {n}" for n in (4, 3, 2, 1, 0)]


def test_long_sections_show_the_worst_and_the_whole_range() -> None:
    ranks = [rank for rank, _ in failures_first(section(256))]
    assert len(ranks) == len(set(ranks)) == WORST + SPREAD
    assert ranks[:WORST] == list(range(1, WORST + 1))
    assert ranks == sorted(ranks)
    assert ranks[-1] == 256  # the best one too
    assert len(failures_first(section(256, is_whole=True))) == 256


def test_a_page_is_one_folder_without_script_or_network(tmp_path: Path) -> None:
    tiles = (tile_of(picture(), "tar<get>"), Tile("none published"))
    exhibit = Exhibit('grandmother & "me"', 1.0, tiles)
    page = write_page(tmp_path / "new", "Pictures", [Section("own", "Own", "?", (exhibit,))])
    text = page.read_text(encoding="utf-8")
    assert page == tmp_path / "new" / "index.html"
    tags = Tags(text).found
    assert not {"script", "link", "iframe"} & {tag for tag, _ in tags}
    assert not re.search(r"https?:|//", text)
    for tag, attributes in tags:
        for name in ("src", "href"):
            if name in attributes:
                assert (page.parent / str(attributes[name])).is_file(), tag
    (image,) = [attributes for tag, attributes in tags if tag == "img"]
    assert image["alt"] == 'grandmother & "me", tar<get>'
    with Image.open(page.parent / str(image["src"])) as opened:
        assert opened.format == "JPEG"
        assert (image["width"], image["height"]) == tuple(str(side) for side in opened.size)


def test_tiles_are_shrunk_and_never_enlarged() -> None:
    assert tile_of(picture(40, TILE_PX * 2), "wide").size == (TILE_PX, 20)
    assert tile_of(picture(40, 52), "small").size == (52, 40)
