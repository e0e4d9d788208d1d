"""What the module ``gimp`` of old scripts holds beside what it can tell at GIMP's start."""

from __future__ import annotations

import os
from typing import Any

from gi.repository import Gimp

from gimpfu_bindings import values as _values
from gimpfu_bindings.database import error, pdb
from gimpfu_bindings.images import Display, Image
from gimpfu_bindings.items import (
    Channel,
    Drawable,
    GroupLayer,
    Item,
    Layer,
    Parasite,
    Vectors,
    VectorsBezierStroke,
    found_parasite,
)
from gimpfu_bindings.pixels import TILE_PX, PixelFetcher, PixelRgn, Tile

__all__ = [
    "Channel", "Display", "Drawable", "GroupLayer", "Image", "Item", "Layer", "Parasite",
    "PixelFetcher", "PixelRgn", "Tile", "Vectors", "VectorsBezierStroke",
]  # fmt: skip

_data: dict[str, Any] = {}


def tile_width() -> int:
    """Return the width of tiles."""
    return TILE_PX


def tile_height() -> int:
    """Return the height of tiles."""
    return TILE_PX


def tile_cache_size(kilobytes: int) -> None:
    """Do nothing: GIMP 3 manages its memory itself."""


def tile_cache_ntiles(count: int) -> None:
    """Do nothing: GIMP 3 manages its memory itself."""


def personal_rc_file(name: str) -> str:
    """Return the path of a file in the profile."""
    return os.path.join(Gimp.directory(), name)


def user_directory(kind: int = 0) -> str:
    """Return the user's home, as all kinds."""
    return os.path.expanduser("~")


def message(text: Any) -> None:
    """Show a message."""
    Gimp.message(str(text))


def progress_init(text: str = "", display: Any = None) -> None:
    """Begin to show progress."""
    Gimp.progress_init(text or "")


def progress_update(share: float) -> None:
    """Show progress, in [0, 1]."""
    Gimp.progress_update(min(1.0, max(0.0, float(share))))


def progress_install(*callbacks: Any) -> None:
    """Raise: GIMP 3 lets Python show no progress of its own."""
    raise error("gimp.progress_install does not exist in GIMP 3: use gimp.progress_init")


def displays_flush() -> None:
    """Let the windows show what was changed."""
    Gimp.displays_flush()


def displays_reconnect(old: Image, new: Image) -> None:
    """Let the windows of one image show another."""
    pdb["gimp-displays-reconnect"](old, new)


def image_list() -> list[Image]:
    """Return the open images."""
    return [_values.from_gimp(image) for image in Gimp.get_images()]


def delete(thing: Any) -> None:
    """Delete an image, an item or a display."""
    if isinstance(thing, Image):
        pdb["gimp-image-delete"](thing)
    elif isinstance(thing, Display):
        if thing.ID >= 0:
            pdb["gimp-display-delete"](thing)
    else:
        pdb["gimp-item-delete"](thing)


def get_foreground() -> Any:
    """Return the foreground color."""
    return _values.from_gimp(Gimp.context_get_foreground())


def get_background() -> Any:
    """Return the background color."""
    return _values.from_gimp(Gimp.context_get_background())


def set_foreground(*color: Any) -> None:
    """Set the foreground color, given as a color or its three numbers."""
    Gimp.context_set_foreground(_values.to_color(color[0] if len(color) == 1 else color))


def set_background(*color: Any) -> None:
    """Set the background color, given as a color or its three numbers."""
    Gimp.context_set_background(_values.to_color(color[0] if len(color) == 1 else color))


def context_push() -> None:
    """Remember colors, brush and options."""
    Gimp.context_push()


def context_pop() -> None:
    """Take back the last remembered colors, brush and options."""
    Gimp.context_pop()


def gradients_get_gradient() -> str:
    """Return the current gradient's name."""
    return str(pdb["gimp-context-get-gradient"]())


def gradients_set_gradient(name: str) -> None:
    """Make a gradient the current one."""
    pdb["gimp-context-set-gradient"](name)


def gradients_get_list(pattern: str = "") -> tuple[str, ...]:
    """Return the gradients' names."""
    return tuple(pdb["gimp-gradients-get-list"](pattern)[1])


def gradients_sample_uniform(count: int, reverse: bool = False) -> list[Any]:
    """Return colors of the current gradient at even places."""
    return _colors(pdb["gimp-gradients-sample-uniform"](count, reverse)[1])


def gradient_get_uniform_samples(name: str, count: int, reverse: bool = False) -> list[Any]:
    """Return colors of a gradient at even places."""
    return _colors(pdb["gimp-gradient-get-uniform-samples"](name, count, reverse)[1])


def gradient_get_custom_samples(name: str, positions: Any, reverse: bool = False) -> list[Any]:
    """Return colors of a gradient at places in [0, 1]."""
    return _colors(pdb["gimp-gradient-get-custom-samples"](name, positions, reverse)[1])


def _colors(numbers: Any) -> list[tuple[float, ...]]:
    return [tuple(numbers[at : at + 4]) for at in range(0, len(numbers), 4)]


def fonts_refresh() -> None:
    """Look for new fonts."""
    pdb["gimp-fonts-refresh"]()


def fonts_get_list(pattern: str = "") -> tuple[str, ...]:
    """Return the fonts' names."""
    return tuple(pdb["gimp-fonts-get-list"](pattern)[1])


def vectors_import_from_file(
    image: Image, path: str, merge: bool = False, scale: bool = False
) -> list[Any]:
    """Import paths from an SVG file."""
    numbers = pdb["gimp-vectors-import-from-file"](image, path, merge, scale)[1]
    return [_id2vectors(number) for number in numbers]


def vectors_import_from_string(
    image: Image, text: str, length: int = -1, merge: bool = False, scale: bool = False
) -> list[Any]:
    """Import paths from an SVG text."""
    numbers = pdb["gimp-vectors-import-from-string"](image, text, length, merge, scale)[1]
    return [_id2vectors(number) for number in numbers]


def parasite_find(name: str) -> Parasite | None:
    """Return a parasite of GIMP itself, None where there is none."""
    return found_parasite(None, "gimp-parasite-find", name)


def parasite_attach(parasite: Parasite) -> None:
    """Attach a parasite to GIMP itself."""
    pdb["gimp-parasite-attach"](parasite)


def attach_new_parasite(name: str, flags: int, data: Any) -> None:
    """Attach a parasite made of these to GIMP itself."""
    parasite_attach(Parasite(name, flags, data))


def parasite_detach(name: str) -> None:
    """Remove a parasite of GIMP itself."""
    pdb["gimp-parasite-detach"](name)


def parasite_list() -> tuple[str, ...]:
    """Return the names of GIMP's own parasites."""
    return tuple(pdb["gimp-parasite-list"]()[1])


def get_data(name: str) -> Any:
    """Return what ``set_data`` kept in this run."""
    if name not in _data:
        raise error(f"there is no data {name}")
    return _data[name]


def set_data(name: str, value: Any) -> None:
    """Keep something until this run ends; ``gimpshelf`` keeps for longer."""
    _data[name] = value


def gamma() -> float:
    """Return the monitor's gamma, as 2.10 did."""
    return 2.2


def get_progname() -> str:
    """Return the program's name."""
    return "gimp"


def default_display() -> None:
    """Return the display for new windows: GIMP chooses it."""


def exit() -> None:  # noqa: A001 - the interface's name
    """End the script."""
    raise SystemExit(0)


quit = exit  # noqa: A001


def main(init: Any = None, quit: Any = None, query: Any = None, run: Any = None) -> None:  # noqa: A002
    """Raise: such plug-ins describe themselves in another way than ``gimpfu``'s."""
    raise error("gimp.main is not supported: describe the script with gimpfu.register")


def install_procedure(*_: Any) -> None:
    """Raise: only ``gimpfu.register`` is supported."""
    raise error("gimp.install_procedure is not supported: use gimpfu.register")


install_temp_proc = uninstall_temp_proc = install_procedure


def register_load_handler(*_: Any) -> None:
    """Raise: files are loaded in another way in GIMP 3."""
    raise error("gimp.register_load_handler does not exist in GIMP 3: see Gimp.LoadProcedure")


def register_save_handler(*_: Any) -> None:
    """Raise: files are exported in another way in GIMP 3."""
    raise error("gimp.register_save_handler does not exist in GIMP 3: see Gimp.ExportProcedure")


register_magic_load_handler = register_load_handler


def domain_register(name: str, path: str = "") -> None:
    """Do nothing: the script's own translations need no registering."""


def menu_register(procedure: str, menu: str) -> None:
    """Add an entry for a procedure that was registered without one."""
    from gimpfu_bindings import scripts

    scripts.add_menu(procedure, menu)


def _id2image(number: int) -> Image | None:
    return Image.from_id(number)


def _id2drawable(number: int) -> Any:
    return Item.from_id(number)


_id2vectors = _id2drawable


def _id2display(number: int) -> Display | None:
    thing = Gimp.Display.get_by_id(number)
    return Display._of(thing) if thing is not None else None
