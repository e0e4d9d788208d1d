"""Runs inside of GIMP: one picture for each script of the folder, and what became of it."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from gi.repository import Gegl, Gimp, Gio
from inside_gimp import call, read, write

WIDTH, HEIGHT = 60, 40


def picture(pixels: Callable[[int, int], tuple[int, int, int]]) -> tuple[Gimp.Image, Gimp.Layer]:
    """Return an image with one layer, made of a color for each x and y."""
    image = Gimp.Image.new(WIDTH, HEIGHT, Gimp.ImageBaseType.RGB)
    kind = Gimp.ImageType.RGBA_IMAGE
    layer = Gimp.Layer.new(image, "photo", WIDTH, HEIGHT, kind, 100.0, Gimp.LayerMode.NORMAL)
    image.insert_layer(layer, None, 0)
    colors = [pixels(at % WIDTH, at // WIDTH) for at in range(WIDTH * HEIGHT)]
    write(layer, b"".join(bytes((*color, 255)) for color in colors))
    return image, layer


def ramp(x: int, y: int) -> tuple[int, int, int]:
    return x * 4, x * 4, x * 4


def colorful(x: int, y: int) -> tuple[int, int, int]:
    return x * 4, y * 6, 100


def pixel(drawable: Gimp.Drawable, x: int, y: int) -> list[int]:
    """Return one pixel's red, green, blue, alpha."""
    place = Gegl.Rectangle.new(x, y, 1, 1)
    return list(drawable.get_buffer().get(place, 1.0, "R'G'B'A u8", Gegl.AbyssPolicy.NONE))


def run(procedure: str, image: Any = None, layer: Any = None, **rest: Any) -> list[Any]:
    """Call a script and return its plain results; raises what it told when it failed."""
    things = {} if image is None else {"image": image, "drawables": [layer]}
    done = call(procedure, **things, **rest)
    if done.status != "success":
        raise RuntimeError(f"{done.status}: {done.message}")
    return done.values


def layers_and_groups() -> Any:
    image, layer = picture(colorful)
    run("python-fu-layers-and-groups", image, layer, count=2, name="my")
    top, group = image.get_layers()[-1], image.get_layers()[0]
    inside = [
        [each.get_name(), each.get_width(), each.get_height(), list(each.get_offsets())[1:],
         each.get_opacity(), int(each.get_mode()), pixel(each, 0, 0)]
        for each in group.get_children()
    ]  # fmt: skip
    tree = [[each.get_name(), each.is_group(), each.get_visible()] for each in image.get_layers()]
    return {"tree": tree, "inside": inside, "active": image.get_selected_layers()[0].get_name(),
            "last": top.get_name()}  # fmt: skip


def selections() -> Any:
    image, layer = picture(colorful)
    before = list(Gimp.context_get_foreground().get_rgba())
    bounds = run("python-fu-legacy-selections", image, layer)
    return {
        "bounds": bounds,
        "pixels": [pixel(layer, *place) for place in ((5, 5), (40, 20), (13, 32), (5, 36), (0, 0))],
        "channels": [channel.get_name() for channel in image.get_channels()],
        "is_empty": Gimp.Selection.is_empty(image),
        "context_kept": list(Gimp.context_get_foreground().get_rgba()) == before,
    }


def masks_and_channels() -> Any:
    image, layer = picture(colorful)
    told = run("python-fu-masks-and-channels", image, layer)
    return {
        "told": told,
        "alphas": [pixel(layer, 3, 3)[3], pixel(layer, 50, 3)[3]],
        "has_mask": layer.get_mask() is not None,
        "channel": [image.get_channels()[0].get_opacity(), image.get_channels()[0].get_width()],
    }


def text_layer() -> Any:
    (image,) = run("python-fu-text-layer", text="Hallo", size=30, color=Gegl.Color.new("blue"))
    layer, back = image.get_layers()
    return {
        "kind": type(layer).__name__,
        "text": layer.get_text(),
        "name": layer.get_name(),
        "offsets": list(layer.get_offsets())[1:],
        "grown": [image.get_width() - layer.get_width(), image.get_height() - layer.get_height()],
        "back": pixel(back, 0, 0),
        "color": list(layer.get_color().get_rgba()),
    }


def pixel_regions() -> Any:
    image, layer = picture(colorful)
    run("python-fu-pixel-regions", image, layer)
    places = ((10, 5), (10, 0), (1, 1), (2, 2))
    return {str(place): pixel(layer, *place) for place in places}


def tones() -> Any:
    image, layer = picture(ramp)
    (mean,) = run("python-fu-tones", image, layer)
    values = read(layer)
    kept = all(values[at] == at // 4 % WIDTH * 4 for at in range(11 * WIDTH * 4, len(values), 4))
    rows = [[pixel(layer, x, y)[:3] for x in (0, 20, 40)] for y in range(11)]
    return {"mean": mean, "rows": rows, "others_kept": kept}


def transforms() -> Any:
    image, layer = picture(colorful)
    run("python-fu-transforms", image, layer)
    layers = {each.get_name(): each for each in image.get_layers()}
    sizes = {name: [each.get_width(), each.get_height()] for name, each in layers.items()}
    return {
        "size": [image.get_width(), image.get_height()],
        "sizes": sizes,
        "moved": pixel(layers["moved"], 0, 0)[:2],
        "flipped": pixel(layers["flipped"], 0, 10)[:2],
    }


def painting() -> Any:
    image, layer = picture(colorful)
    told = run("python-fu-painting", image, layer)
    places = ((0, 0), (WIDTH - 1, 0), (30, 20), (30, 35))
    return {"told": told[0], "pixels": [pixel(layer, *place)[:3] for place in places]}


def paths() -> Any:
    image, layer = picture(colorful)
    told = run("python-fu-paths", image, layer)
    return {
        "told": told,
        "paths": [path.get_name() for path in image.get_paths()],
        "active": image.get_selected_paths()[0].get_name(),
        "inside": pixel(layer, 20, 20)[:3],
        "outside": pixel(layer, 35, 20)[:3],
    }


def guides_and_parasites() -> Any:
    image, layer = picture(colorful)
    first = run("python-fu-guides-and-parasites", image, layer)
    guide, left = image.find_next_guide(0), []
    while guide:
        left.append([image.get_guide_position(guide), int(image.get_guide_orientation(guide))])
        guide = image.find_next_guide(guide)
    return {
        "first": first,
        "second": run("python-fu-guides-and-parasites", image, layer)[0],
        "guides": left,
        "image": bytes(image.get_parasite("legacy-image").get_data()).decode(),
        "layer": bytes(layer.get_parasite("legacy-layer").get_data()).decode(),
        "gimp": bytes(Gimp.get_parasite("legacy-gimp").get_data()).decode(),
    }


def every_kind() -> Any:
    image, layer = picture(colorful)
    defaults = run("python-fu-every-kind", image, layer)[0].split("|")
    given = run(
        "python-fu-every-kind", image, layer, int8=1, toggle=False, slider=2.5, spinner=3,
        color=Gegl.Color.new("white"), radio="a", option="2", string="other", image2=image,
        layer2=layer, file=Gio.File.new_for_path("/tmp/c.txt"),
        font=Gimp.context_get_font(), brush=Gimp.Brush.get_by_name("2. Star"),
    )[0].split("|")  # fmt: skip
    return {"defaults": defaults, "given": given, "font": Gimp.context_get_font().get_name()}


def folder_batch() -> Any:
    folder = "/tmp/legacy-batch"
    os.makedirs(folder, exist_ok=True)
    for name in ("one.png", "two.png"):
        image, _ = picture(colorful)
        Gimp.file_save(
            Gimp.RunMode.NONINTERACTIVE, image, Gio.File.new_for_path(f"{folder}/{name}"), None
        )
        image.delete()
    open(f"{folder}/no-picture.txt", "w").close()
    (done,) = run("python-fu-folder-batch", folder=Gio.File.new_for_path(folder))
    image = Gimp.file_load(
        Gimp.RunMode.NONINTERACTIVE, Gio.File.new_for_path(f"{folder}/one-small.png")
    )
    return {"done": done, "files": sorted(os.listdir(folder)),
            "size": [image.get_width(), image.get_height()]}  # fmt: skip


def filters() -> Any:
    image, layer = picture(lambda x, y: (200, 60, 60) if x < 30 else (220, 200, 200))
    before = read(layer)
    run("python-fu-filters", image, layer)
    told = {}
    for each in image.get_layers()[:-1]:
        colors = [pixel(each, x, 20) for x in (0, 29, 30, 59)]
        told[each.get_name()] = {"changed": read(each) != before, "colors": colors}
    return {"layers": told, "source_kept": read(layer) == before}


STORIES = {
    story.__name__: story
    for story in (
        layers_and_groups, selections, masks_and_channels, text_layer, pixel_regions, tones,
        transforms, painting, paths, guides_and_parasites, every_kind, folder_batch, filters,
    )
}  # fmt: skip


def tell(names: list[str]) -> dict[str, Any]:
    """Run stories and return what each told, or how it failed."""
    return tell_all(STORIES, names)


def tell_all(stories: dict[str, Callable[[], Any]], names: list[str]) -> dict[str, Any]:
    """Run some of these stories and return what each told, or how it failed."""
    told: dict[str, Any] = {}
    for name in names:
        try:
            told[name] = stories[name]()
        except Exception as error:
            told[name] = {"error": f"{type(error).__name__}: {error}"}
    return told
