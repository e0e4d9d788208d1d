"""Runs inside of GIMP: a picture for each script of ``styles``, and what became of it."""

from __future__ import annotations

import os
import shutil
from typing import Any

from gi.repository import Gegl, Gimp, Gio
from inside_gimp import read
from stories import HEIGHT, WIDTH, colorful, picture, pixel, ramp, run, tell_all

RED, GREEN, BLUE = (255, 0, 0), (0, 255, 0), (0, 0, 255)


def loaded(path: str) -> Gimp.Image:
    return Gimp.file_load(Gimp.RunMode.NONINTERACTIVE, Gio.File.new_for_path(path))


def sizes(image: Gimp.Image) -> list[int]:
    return [image.get_width(), image.get_height()]


def layer_of(image: Gimp.Image, name: str, width: int, height: int, color: str) -> Gimp.Layer:
    """Make a layer of one color, which is in no image yet."""
    mode, kind = Gimp.LayerMode.NORMAL, Gimp.ImageType.RGBA_IMAGE
    layer = Gimp.Layer.new(image, name, width, height, kind, 100.0, mode)
    Gimp.context_push()
    Gimp.context_set_foreground(Gegl.Color.new(color))
    layer.fill(Gimp.FillType.FOREGROUND)
    Gimp.context_pop()
    return layer


def pixel_at(layer: Gimp.Layer, x: int, y: int) -> list[int]:
    """Return the pixel of a layer at a place of the image."""
    _, left, top = layer.get_offsets()
    return pixel(layer, x - left, y - top)


def export_layers() -> Any:
    image, photo = picture(colorful)
    group = Gimp.GroupLayer.new(image, "group")
    image.insert_layer(group, None, 0)
    image.insert_layer(layer_of(image, "in side", 10, 8, "red"), group, 0)
    image.insert_layer(layer_of(image, "hidden", 5, 5, "lime"), group, 0)
    group.get_children()[0].set_visible(False)
    folder = "/tmp/legacy-layers"
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    place = Gio.File.new_for_path(folder)
    (seen,) = run("python-fu-export-layers", image, photo, folder=place)
    (every,) = run(
        "python-fu-export-layers", image, photo, folder=place, kind="2", only_visible=False
    )
    told = {}
    for name in sorted(os.listdir(folder)):
        saved = loaded(f"{folder}/{name}")
        told[name] = [*sizes(saved), pixel(saved.get_layers()[0], 2, 3)]
    return {"seen": seen.split(), "every": every.split(), "files": told,
            "layers": len(image.get_layers())}  # fmt: skip


def cross_process() -> Any:
    image, layer = picture(colorful)
    run("python-fu-cross-process", image, layer, keep=False)
    (merged,) = image.get_layers()
    other, layer = picture(colorful)
    run("python-fu-cross-process", other, layer, keep=True)
    return {
        "name": merged.get_name(),
        "pixels": [pixel(merged, 0, 5), pixel(merged, 40, 30)],
        "kept": [each.get_name() for each in other.get_layers()],
        "photo": pixel(other.get_layers()[1], 40, 30),
    }


def drop_shadow() -> Any:
    image, photo = picture(colorful)
    image.remove_layer(photo)
    card = layer_of(image, "card", 20, 10, "white")
    image.insert_layer(card, None, 0)
    card.set_offsets(10, 10)
    run("python-fu-drop-shadow", image, card, grow=True)
    top, shadow = image.get_layers()
    places = ((22, 20), (21, 20), (22, 19), (41, 29), (42, 29))
    return {
        "names": [top.get_name(), shadow.get_name()],
        "size": sizes(image),
        "card": list(top.get_offsets())[1:],
        "alphas": [pixel(shadow, *place)[3] for place in places],
        "mode": [int(shadow.get_mode()), shadow.get_opacity()],
        "active": image.get_selected_layers()[0].get_name(),
        "is_empty": Gimp.Selection.is_empty(image),
    }


def contact_sheet() -> Any:
    for image in Gimp.get_images():
        image.delete()
    for width, height, color in ((60, 40, "red"), (40, 60, "lime"), (20, 20, "blue")):
        image = Gimp.Image.new(width, height, Gimp.ImageBaseType.RGB)
        image.insert_layer(layer_of(image, color, width, height, color), None, 0)
    sheet, count = run("python-fu-contact-sheet")
    (layer,) = sheet.get_layers()
    places = ((5, 5), (5, 21), (33, 27), (50, 5), (27, 55))
    return {
        "size": sizes(sheet),
        "count": count,
        "pixels": [pixel(layer, *place)[:3] for place in places],
        "images": len(Gimp.get_images()),
    }


def gradient_map() -> Any:
    image, layer = picture(ramp)
    told = run("python-fu-gradient-map", image, layer)
    bar = image.get_layers()[0]
    return {
        "told": told,
        "map": [pixel(layer, x, 20)[:3] for x in (0, WIDTH - 1)],
        "bar": [pixel(bar, x, 4)[:3] for x in (0, WIDTH // 2, WIDTH - 1)],
        "size": [bar.get_width(), bar.get_height()],
        "gone": Gimp.Gradient.get_by_name("Legacy map") is None,
    }


def watermark() -> Any:
    image, photo = picture(colorful)
    (first,) = run("python-fu-watermark", image, photo, size=8, where="br")
    (second,) = run("python-fu-watermark", image, photo, text="two", where="tl", turn=True)
    groups = image.get_layers()[:2]
    _, x, y = first.get_offsets()
    return {
        "kind": type(first).__name__,
        "text": first.get_text(),
        "place": [x + first.get_width(), y + first.get_height()],
        "second": [*list(second.get_offsets())[1:], second.get_height() > second.get_width()],
        "groups": [[each.get_name(), each.get_opacity()] for each in groups],
        "parasite": bytes(image.get_parasite("watermarks").get_data()).decode(),
    }


def sepia_by_mask() -> Any:
    image, layer = picture(ramp)
    before = read(layer)
    (toned,) = run("python-fu-sepia-by-mask", image, layer, strength=60.0)
    top = toned.get_layers()[0]
    mask = read(top.get_mask(), "Y u8")[20 * WIDTH : 21 * WIDTH]
    return {
        "names": [each.get_name() for each in toned.get_layers()],
        "brown": pixel(top, 30, 20)[:3],
        "mask": [mask[0], mask[30], mask[WIDTH - 1]],
        "source_kept": read(layer) == before and len(image.get_layers()) == 1,
    }


def old_python() -> Any:
    image, layer = picture(lambda x, y: (7, 8, 9) if y == 0 and x < 5 else (10, 20, 30))
    return {
        "counted": run("python-fu-old-python", image, layer),
        "refused": run("python-fu-old-python", image, layer, limit=600),
    }


def split_channels() -> Any:
    image, layer = picture(colorful)
    made, green = run("python-fu-split-channels", image, layer)
    saved, window = image.get_channels()
    values = read(saved, "Y u8")
    return {
        "made": pixel(made.get_layers()[0], 10, 5)[:3],
        "green": green,
        "channels": [saved.get_name(), window.get_name()],
        "window": [values[15 * WIDTH + 15], values[5 * WIDTH + 5], values[30 * WIDTH + 50]],
        "filled": pixel(layer, 10, 5)[:3],
    }


def star_path() -> Any:
    image, layer = picture(lambda x, y: (9, 9, 9))
    told = run("python-fu-star-path", image, layer)
    (path,) = image.get_paths()
    return {
        "told": told,
        "path": [path.get_name(), len(path.get_strokes()), path.get_visible()],
        "inside": pixel(layer, WIDTH // 2, HEIGHT // 2)[:3],
        "outside": pixel(layer, 5, 35)[:3],
        "sprayed": pixel(layer, 2, 2)[:3],
        "erased": pixel(layer, 56, 2)[3],
        "spike": pixel(layer, WIDTH // 2, 5)[:3],
    }


def palette_of_image() -> Any:
    corners = {(0, 0): (10, 20, 30), (1, 0): (200, 60, 60), (0, 1): (60, 200, 60)}
    image, layer = picture(lambda x, y: corners.get((x // 30, y // 20), (60, 60, 200)))
    copy, palette_name, count, first = run("python-fu-palette-of-image", image, layer)
    palette = Gimp.Palette.get_by_name(palette_name)
    (indexed,) = copy.get_layers()
    name = palette.get_entry_name(0)[1]
    hues = sorted(palette.get_entry_name(at)[1] for at in range(1, 4))
    told = {
        "pixels": [pixel(indexed, *place)[:3] for place in ((5, 5), (50, 5), (5, 30), (50, 30))],
        "count": [count, palette.get_color_count(), palette.get_columns()],
        "entry": [name, len(hues), all(hue.startswith("hue ") for hue in hues)],
        "first": [round(part * 255) for part in list(first.get_rgba())][3],
    }
    palette.delete()
    return told


def animation() -> Any:
    (path,) = run("python-fu-animation", filename=Gio.File.new_for_path("/tmp/legacy.gif"))
    image = loaded(path)
    frames = image.get_layers()[::-1]
    return {
        "path": path,
        "size": sizes(image),
        "names": [frame.get_name() for frame in frames],
        "dots": [pixel_at(frame, number * 7, 7)[:3] for number, frame in enumerate(frames)],
    }


def border() -> Any:
    image, photo = picture(colorful)
    first = run("python-fu-legacy-border", image, photo)
    told = {"first": first, "size": sizes(image)}
    top, below = image.get_layers()
    guide, places = image.find_next_guide(0), []
    while guide:
        places.append([int(image.get_guide_orientation(guide)), image.get_guide_position(guide)])
        guide = image.find_next_guide(guide)
    second = run("python-fu-legacy-border", image, photo, use_pattern=True, width=3)
    pattern = image.get_layers()[-1]
    return {
        **told,
        "names": [top.get_name(), below.get_name()],
        "pixels": [pixel(below, 0, 0), pixel(below, 68, 48), pixel(below, 30, 20)[3]],
        "guides": sorted(places),
        "second": second,
        "pattern": len({bytes(pixel(pattern, x, 0)) for x in range(40)}) > 5,
    }


def tilted_card() -> Any:
    image, photo = picture(colorful)
    told = run("python-fu-tilted-card", image, photo)
    card, mirror = sorted(image.get_layers(), key=lambda each: each.get_name())
    mask = read(mirror.get_mask(), "Y u8")
    return {
        "told": told,
        "names": [card.get_name(), mirror.get_name()],
        "corner": [pixel(card, WIDTH - 1, 1)[3], pixel(card, 0, 1)[3]],
        "mirrored": pixel(mirror, 10, 0)[:3],
        "mask": [mask[0] > 245, mask[-1] < 20, mask[0] > mask[20 * WIDTH] > mask[-1]],
        "opacity": mirror.get_opacity(),
        "offsets": [list(card.get_offsets())[1:], list(mirror.get_offsets())[1:]],
    }


STORIES = {
    story.__name__: story
    for story in (
        export_layers, cross_process, drop_shadow, contact_sheet, gradient_map, watermark,
        sepia_by_mask, old_python, split_channels, star_path, palette_of_image, animation, border,
        tilted_card,
    )
}  # fmt: skip


def tell(names: list[str]) -> dict[str, Any]:
    """Run stories and return what each told, or how it failed."""
    return tell_all(STORIES, names)
