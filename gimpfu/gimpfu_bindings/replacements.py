"""What stands for procedures of GIMP 2.10 that no single procedure of GIMP 3 replaces.

The alias table names these functions; they take the old procedure's arguments.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gi.repository import Gimp, Gio

from gimpfu_bindings import exporting
from gimpfu_bindings.asking import procedure_exists, query_plugins, query_procedures
from gimpfu_bindings.filters import (
    color_to_alpha,
    dilate,
    displace,
    erode,
    gauss_one_radius,
    lens_flare,
    max_rgb,
    motion_blur,
    nova,
    ripple,
    rotate_image,
    semi_flatten,
    shift,
    sinus,
)
from gimpfu_bindings.painting import (
    blend,
    bucket_fill,
    bucket_fill_full,
    context,
    get_pixel,
    offset,
    paste,
    paste_as_new,
    set_pixel,
)
from gimpfu_bindings.pixels import Octets
from gimpfu_bindings.procedures import error, pdb, run_new
from gimpfu_bindings.profiles import (
    color_profile,
    convert_color_profile,
    drawable_thumbnail,
    effective_color_profile,
    image_thumbnail,
    set_color_profile,
)
from gimpfu_bindings.remembered import is_linked, loaded_file, recursion, set_link, set_recursion
from gimpfu_bindings.resources import (
    brush_spacing,
    current_brush,
    current_palette,
    current_pattern,
    custom_samples,
    delete,
    duplicate,
    is_editable,
    palettes_entry,
    rename,
    sample_gradient,
    sample_gradient_custom,
    segment_left_color,
    segment_right_color,
    set_brush_spacing,
    set_segment_left_color,
    set_segment_right_color,
    uniform_samples,
    unit_abbreviation,
    unit_digits,
    unit_factor,
    unit_name,
    unit_symbol,
)
from gimpfu_bindings.selecting import (
    by_color_select,
    by_color_select_full,
    ellipse_select,
    free_select,
    fuzzy_select,
    fuzzy_select_full,
    rect_select,
    round_rect_select,
    selection_combine,
    selection_float,
    selection_load,
    vectors_to_selection,
)
from gimpfu_bindings.tones import (
    brightness_contrast,
    curves_explicit,
    curves_spline,
    drawable_brightness_contrast,
    drawable_curves_explicit,
    drawable_curves_spline,
    drawable_levels,
    levels,
)
from gimpfu_bindings.values import from_gimp, to_file, to_image, to_object

__all__ = [
    "blend", "brightness_contrast", "brush_spacing", "bucket_fill", "bucket_fill_full",
    "by_color_select", "by_color_select_full", "color_profile", "color_to_alpha",
    "convert_color_profile", "current_brush", "current_palette", "current_pattern",
    "curves_explicit", "curves_spline", "custom_samples", "dilate", "displace",
    "drawable_brightness_contrast", "drawable_curves_explicit", "drawable_curves_spline",
    "drawable_levels", "drawable_thumbnail", "effective_color_profile", "ellipse_select", "erode",
    "free_select", "fuzzy_select", "fuzzy_select_full", "gauss_one_radius", "get_pixel",
    "image_thumbnail", "is_linked", "lens_flare", "levels", "max_rgb", "motion_blur", "nova",
    "offset", "palettes_entry", "paste", "paste_as_new", "procedure_exists", "query_plugins",
    "query_procedures", "rect_select", "recursion", "ripple", "rotate_image", "round_rect_select",
    "sample_gradient", "sample_gradient_custom", "segment_left_color", "segment_right_color",
    "selection_combine", "selection_float", "selection_load", "semi_flatten", "set_brush_spacing",
    "set_color_profile", "set_link", "set_pixel", "set_recursion", "set_segment_left_color",
    "set_segment_right_color", "shift", "sinus", "uniform_samples", "unit_abbreviation",
    "unit_digits", "unit_factor", "unit_name", "unit_symbol", "vectors_to_selection",
]  # fmt: skip


def nothing(*_: Any) -> None:
    """Do nothing: GIMP 3 knows no such state, and no pixel depends on it."""


def _first(things: Any) -> Any:
    return from_gimp(things[0]) if things else None


def active_layer(image: Any) -> Any:
    """Return the first selected layer, or None."""
    return _first(to_image(image).get_selected_layers())


def active_channel(image: Any) -> Any:
    """Return the first selected channel, or None."""
    return _first(to_image(image).get_selected_channels())


def active_path(image: Any) -> Any:
    """Return the first selected path, or None."""
    return _first(to_image(image).get_selected_paths())


def active_drawable(image: Any) -> Any:
    """Return the first selected drawable, or None."""
    return _first(to_image(image).get_selected_drawables())


def add_layer(image: Any, layer: Any, position: int | None = None) -> None:
    """Insert a layer at the top level; without a position above the active one."""
    pdb["gimp-image-insert-layer"](image, layer, None, -1 if position is None else position)


def add_channel(image: Any, channel: Any, position: int | None = None) -> None:
    """Insert a channel."""
    pdb["gimp-image-insert-channel"](image, channel, None, -1 if position is None else position)


def add_path(image: Any, path: Any, position: int | None = None) -> None:
    """Insert a path."""
    pdb["gimp-image-insert-path"](image, path, None, -1 if position is None else position)


def attach_new_parasite(image: Any, name: str, flags: int, size: int, data: Any) -> None:
    """Attach a parasite made of these to an image."""
    image.attach_new_parasite(name, flags, data[:size])


def _file_of(image: Any) -> Gio.File | None:
    """Return the file that an image was loaded from or saved to last."""
    thing = to_image(image)
    own = thing.get_file() or thing.get_imported_file() or thing.get_exported_file()
    return own or loaded_file(thing)


def image_file(image: Any) -> str | None:
    """Return the path of the file that an image was loaded from or saved to last."""
    return from_gimp(_file_of(image))


def image_uri(image: Any) -> str | None:
    """Return the URI of the file that an image was loaded from or saved to last."""
    file = _file_of(image)
    return file.get_uri() if file is not None else None


def image_name(image: Any) -> str:
    """Return an image's name: its file's, where GIMP 3 does not know that it was loaded."""
    file = loaded_file(to_image(image))
    return file.get_basename() if file is not None else run_new("gimp-image-get-name", image)


def image_xcf_uri(image: Any) -> str | None:
    """Return the URI of an image's own XCF file."""
    file = to_image(image).get_xcf_file()
    return file.get_uri() if file is not None else None


def image_imported_uri(image: Any) -> str | None:
    """Return the URI of the file of another format from which an image was loaded."""
    thing = to_image(image)
    file = thing.get_imported_file() or loaded_file(thing)
    is_imported = file is not None and not file.get_basename().endswith(".xcf")
    return file.get_uri() if is_imported else None


def image_exported_uri(image: Any) -> str | None:
    """Return the URI of the file to which an image was exported last."""
    file = to_image(image).get_exported_file()
    return file.get_uri() if file is not None else None


def get_colormap(image: Any) -> tuple[int, Octets]:
    """Return an indexed image's palette: its bytes' count, and three bytes a color."""
    colors = to_image(image).get_palette().get_colors()
    octets = Octets(part for color in colors for part in from_gimp(color)[:3])
    return len(octets), octets


def set_colormap(image: Any, count: int, octets: Any) -> None:
    """Set an indexed image's palette, three bytes a color."""
    numbers = list(octets.encode("latin-1") if isinstance(octets, str) else bytes(octets))[:count]
    palette = Gimp.Palette.new("colormap")
    for at in range(0, len(numbers) - 2, 3):
        pdb["gimp-palette-add-entry"](palette, "", tuple(numbers[at : at + 3]))
    to_image(image).set_palette(palette)
    palette.delete()


def scale_image(image: Any, width: int, height: int, interpolation: int) -> None:
    """Scale an image by an interpolation of its own."""
    with context():
        pdb["gimp-context-set-interpolation"](interpolation)
        pdb["gimp-image-scale"](image, width, height)


def scale_layer(layer: Any, width: int, height: int, is_local: bool, interpolation: int) -> None:
    """Scale a layer by an interpolation of its own."""
    with context():
        pdb["gimp-context-set-interpolation"](interpolation)
        pdb["gimp-layer-scale"](layer, width, height, is_local)


def copy_layer(layer: Any, add_alpha: bool = False) -> Any:
    """Copy a layer, and give the copy an alpha channel if wanted."""
    copy = from_gimp(to_object(layer).copy())
    if add_alpha and not copy.has_alpha:
        copy.add_alpha()
    return copy


def new_group(image: Any) -> Any:
    """Make a group of layers."""
    return from_gimp(Gimp.GroupLayer.new(to_image(image), None))


def save_file(image: Any, drawable: Any, path: Any, raw_path: Any = None, *_: Any) -> None:
    """Save or export an image in the format that the file's name says.

    The formats' own options beyond these are GIMP's defaults.
    """
    file = to_file(path)
    form = file.get_basename().rpartition(".")[2].lower()
    if form in ("tif", "tiff"):  # else GIMP 3 adds a thumbnail, which is larger than small images
        pdb["file-tiff-save"](image, drawable, path, raw_path)
        return
    with exporting.written(to_image(image), to_object(drawable), form) as shown:
        done = Gimp.file_save(Gimp.RunMode.NONINTERACTIVE, shown, file, None)
        if not done:
            told = Gimp.get_pdb().get_last_error()
            raise error(f"{path} was not saved: {told}. File > Export As lists GIMP 3's formats")


def save_xcf(dummy: int, image: Any, drawable: Any, path: Any, raw_path: Any = None) -> None:
    """Save an image as XCF."""
    save_file(image, drawable, path)


def progress_init(text: str = "", display: Any = None) -> None:
    """Begin to show progress."""
    Gimp.progress_init(text or "")


def progress_update(share: float) -> None:
    """Show progress, in [0, 1]."""
    Gimp.progress_update(min(1.0, max(0.0, float(share))))


def _transformer(procedure: str, count: int) -> Callable[..., Any]:
    """Make the old call: geometry, direction, interpolation, supersampling, recursion, clip."""

    def transform(drawable: Any, *rest: Any) -> Any:
        geometry, options = rest[:count], rest[count:]
        if len(geometry) < count:
            raise TypeError(f"takes a drawable and {count} numbers, {len(rest)} were given")
        with context():
            if len(options) >= 2:
                pdb["gimp-context-set-transform-direction"](options[0])
                pdb["gimp-context-set-interpolation"](options[1])
            if options:
                pdb["gimp-context-set-transform-resize"](options[-1])
            return pdb[procedure](drawable, *geometry)

    return transform


def _default_transformer(procedure: str, count: int) -> Callable[..., Any]:
    """Make the old call: geometry, whether to interpolate, clip."""

    def transform(drawable: Any, *rest: Any) -> Any:
        geometry, options = rest[:count], [*rest[count:], True, 0][:2]
        with context():
            if not options[0]:
                pdb["gimp-context-set-interpolation"](0)
            pdb["gimp-context-set-transform-resize"](options[1])
            return pdb[procedure](drawable, *geometry)

    return transform


_GEOMETRIES = {
    "flip": 4, "2d": 7, "matrix": 9, "perspective": 8, "rotate": 4, "scale": 4, "shear": 2,
}  # fmt: skip
for _name, _count in _GEOMETRIES.items():
    globals()[f"transform_{_name}"] = _transformer(f"gimp-item-transform-{_name}", _count)
    globals()[f"transform_{_name}_default"] = _default_transformer(
        f"gimp-item-transform-{_name}", _count
    )
transform_flip_simple = _transformer("gimp-item-transform-flip-simple", 3)
transform_rotate_simple = _transformer("gimp-item-transform-rotate-simple", 4)
for _kind in ("brush", "gradient", "palette"):
    for _do in (delete, duplicate, rename, is_editable):
        globals()[f"{_do.__name__}_{_kind}"] = _do(_kind)
