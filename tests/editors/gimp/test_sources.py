"""Layers as the user sees them: filters, masks, locks; and what cannot be read is a sentence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.editors.gimp import plugin_bench
from tests.editors.gimp.bench import Bench


def colorize_filtered() -> dict[str, Any]:
    """Ask for identities of layers with filters; return differences from what is seen."""
    import plugin_matrix
    from gi.repository import Gimp
    from inside_gimp import call, read

    each = {
        "kind": "layer",
        "alpha": True,
        "size": [31, 23],
        "offset": [-4, 7],
        "own mask": "soft",
        "parent": "none",
    }
    layers = {
        "inverted": {**each, "filter": "gegl:invert-gamma"},
        "opaque": {**each, "filter": "gegl:invert-gamma", "alpha": False},
        "shadow": {**each, "filter": "gegl:dropshadow"},
        "group": {**each, "filter": "gegl:invert-gamma", "kind": "group", "parent": "nested"},
    }
    case = {"mode": "rgb", "precision": "u8-non-linear", "profile": "none", "selection": "none"}
    image, built = plugin_matrix.build({**case, "layers": layers})
    before = {layer.get_name(): read(layer) for layer in built}
    for layer in built:
        name = layers[layer.get_name()]["filter"]
        layer.append_filter(Gimp.DrawableFilter.new(layer, name, None))
        layer.set_lock_position(True)
        layer.set_opacity(50.0)
    answer = call(plugin_matrix.NAME, image=image, drawables=built, reference_layer=built[0])
    found: dict[str, Any] = {"answer": [answer.status, answer.message]}
    for layer in built:
        parent, place = layer.get_parent(), image.get_item_position(layer)
        result = (parent.get_children() if parent else image.get_layers())[place - 1]
        pairs = zip(before[layer.get_name()], read(result), strict=True)
        is_shadow = layer.get_name() == "shadow"
        worst = max(
            abs((was if at % 4 == 3 or is_shadow else 255 - was) - now)
            for at, (was, now) in enumerate(pairs)
            if not is_shadow or before["shadow"][at - at % 4 + 3] == 255
        )
        found[layer.get_name()] = [
            worst,
            result.has_alpha() == layer.has_alpha(),
            result.get_offsets()[1:] == layer.get_offsets()[1:],
            len(layer.get_filters()),
            result.get_opacity(),
            read(result.get_mask(), "Y u8") == read(layer.get_mask(), "Y u8"),
        ]
    found["images"] = len(Gimp.get_images())
    image.delete()
    return found


def test_filters_are_read_as_they_are_seen(bench: Bench, tmp_path: Path) -> None:
    plugin_bench.install(bench)
    with plugin_bench.mirror(bench, tmp_path / "state"):
        found = bench.batch(colorize_filtered, timeout_s=280).value
    assert found.pop("answer") == ["success", ""]
    assert found.pop("images") == 1
    assert len(found) == 4
    for name, facts in found.items():
        assert facts == [0, True, True, 1, 100.0, True], name


def mask_and_repeat() -> dict[str, Any]:
    """Color what a mask and a selection leave, keep the rest's colors, and repeat that."""
    from gi.repository import Gimp
    from inside_gimp import call, read, write

    image = Gimp.Image.new_with_precision(
        20, 10, Gimp.ImageBaseType.RGB, Gimp.Precision.HALF_LINEAR
    )
    layer = Gimp.Layer.new(
        image, "photo", 20, 10, Gimp.ImageType.RGB_IMAGE, 100.0, Gimp.LayerMode.NORMAL
    )
    image.insert_layer(layer, None, 0)
    write(layer, bytes(at % 251 for at in range(600)), "R'G'B' u8")
    own = layer.create_mask(Gimp.AddMaskType.BLACK)
    layer.add_mask(own)
    write(own, bytes(at * 37 % 256 for at in range(200)), "Y u8")
    image.select_ellipse(Gimp.ChannelOps.REPLACE, 2, 1, 14, 8)
    Gimp.Selection.feather(image, 4.0)
    name = "restore-colorize-from-reference"
    # with the mask being edited, the mask is what GIMP hands over
    answer = call(name, image=image, drawables=[own], keep_outside=True, strength=0.0)
    found: dict[str, Any] = {"answer": [answer.status, answer.message]}
    if answer.status == "success":
        result = image.get_layers()[0]
        Gimp.Selection.none(image)
        again = call("restore-colorize-repeat", image=image, drawables=[result])
        repeated = image.get_layers()[1]
        found["again"] = [again.status, again.message]
        found["same"] = [
            read(result, None) == read(repeated, None),
            read(result.get_mask(), None) == read(repeated.get_mask(), None),
        ]
        found["mask"] = list(read(result.get_mask(), "Y u8"))
    write(own, bytes(200), "Y u8")
    hidden = call(name, image=image, drawables=[layer], reference_layer=layer)
    found["hidden"] = [hidden.status, hidden.message]
    image.delete()
    return found


def test_a_layers_own_mask_and_the_selection_make_the_results_mask(
    bench: Bench, tmp_path: Path
) -> None:
    plugin_bench.install(bench)
    with plugin_bench.mirror(bench, tmp_path / "state"):
        found = bench.batch(mask_and_repeat, timeout_s=280).value
    assert found["answer"] == ["success", ""]
    assert 0 < max(found["mask"]) < 256
    assert found["mask"][0] == 0
    assert found["again"] == ["success", ""]
    assert found["same"] == [True, True]
    assert found["hidden"][0] == "execution-error"
    assert "“photo” is fully transparent" in found["hidden"][1]
