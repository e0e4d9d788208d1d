"""Photographs with colors that sRGB lacks: they keep their lightness, all else stays untouched."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import imagecodecs
import pytest

from tests.editors.gimp import plugin_bench
from tests.editors.gimp.bench import Bench

PROFILES = {
    "adobe": imagecodecs.cms_profile("adobergb"),
    "prophoto": imagecodecs.cms_profile(
        "rgb",
        whitepoint=(0.3457, 0.3585, 1.0),
        primaries=(0.7347, 0.2653, 1.0, 0.1596, 0.8404, 1.0, 0.0366, 0.0001, 1.0),
        gamma=1.8,
    ),
    "none": b"",
}
CASES = [
    ("adobe", "U8_NON_LINEAR", False),
    ("adobe", "U8_NON_LINEAR", True),
    ("adobe", "U16_NON_LINEAR", False),
    ("prophoto", "U8_NON_LINEAR", False),
    ("prophoto", "U16_LINEAR", False),
    ("prophoto", "FLOAT_NON_LINEAR", False),
    ("none", "FLOAT_LINEAR", False),
]


def color_saturated(cases: list[tuple[str, str, bool]]) -> list[dict[str, Any]]:
    """Color pictures of all hues with themselves, half of them selected."""
    import base64
    import struct

    from gi.repository import Gimp
    from inside_gimp import call, read, write
    from plugin_matrix import flattened

    lab_floats = "CIE Lab float"

    def with_another_layer(image: Gimp.Image) -> bytes:
        """Flatten, but below an empty layer: any layer moves GIMP's composite by last places."""
        copy = image.duplicate()
        layer = Gimp.Layer.new_from_drawable(copy.get_layers()[0], copy)
        layer.fill(Gimp.FillType.TRANSPARENT)
        copy.insert_layer(layer, None, 0)
        seen = flattened(copy)
        copy.delete()
        return seen

    def color(icc: str, precision: str, as_color_layer: bool) -> dict[str, Any]:
        width, height = 24, 18
        kind = getattr(Gimp.Precision, precision)
        image = Gimp.Image.new_with_precision(width, height, Gimp.ImageBaseType.RGB, kind)
        if icc:
            profile = Gimp.ColorProfile.new_from_icc_profile(list(base64.b64decode(icc)))
            image.set_color_profile(profile)
        layer = Gimp.Layer.new(
            image, "photo", width, height, Gimp.ImageType.RGBA_IMAGE, 100.0, Gimp.LayerMode.NORMAL
        )
        image.insert_layer(layer, None, 0)
        # sRGB-encoded. Near black and white there is no room for the chroma of clipped colors.
        steps = (-0.25, 0.35, 0.65, 0.9) if icc else (-0.25, 0.4, 0.9, 1.4)
        colors = [(r, g, b, 1.0) for r in steps for g in steps for b in steps if r + g + b > 0.4]
        count = width * height
        packed = [struct.pack("4f", *colors[at % len(colors)]) for at in range(count)]
        write(layer, b"".join(packed), "R'G'B'A float")
        image.select_rectangle(Gimp.ChannelOps.REPLACE, 0, 0, width // 2, height)
        Gimp.Selection.feather(image, 2.0)
        chosen = struct.unpack(f"{count}f", read(image.get_selection(), "Y float"))
        before, lab = with_another_layer(image), read(layer, lab_floats)
        seen = read(layer, "R'G'B' float")
        answer = call(
            "restore-colorize-from-reference",
            image=image,
            drawables=[layer],
            reference_layer=layer,
            color_layer=as_color_layer,
        )
        after, size = flattened(image), len(before) // count
        result = image.get_layers()[0]
        if as_color_layer:
            result.remove_mask(Gimp.MaskApplyMode.DISCARD)
            result = image.merge_visible_layers(Gimp.MergeType.CLIP_TO_IMAGE)
        labs = [struct.unpack(f"{count * 3}f", each) for each in (lab, read(result, lab_floats))]
        pairs = zip(*(each[::3] for each in labs), strict=True)
        found = {
            "answer": [answer.status, answer.message],
            "outside": chosen.count(0.0),
            "changed": [
                at
                for at in range(count)
                if not chosen[at] and before[at * size :][:size] != after[at * size :][:size]
            ],
            "lightness": max(abs(was - now) for was, now in pairs),
            "is wide": min(struct.unpack(f"{count * 3}f", seen)) < -0.05,
        }
        image.delete()
        return found

    return [color(*case) for case in cases]


@pytest.mark.timeout(1000)
def test_wide_colors_keep_their_lightness_and_what_is_not_selected(
    bench: Bench, tmp_path: Path
) -> None:
    plugin_bench.install(bench)
    cases = [(base64.b64encode(PROFILES[name]).decode(), *case) for name, *case in CASES]
    with plugin_bench.mirror(bench, tmp_path / "state"):
        told = bench.batch(color_saturated, timeout_s=900, cases=cases).value
    for case, found in zip(CASES, told, strict=True):
        print(case, found)
        assert found["answer"] == ["success", ""], case
        assert found["is wide"], case
        assert found["outside"] > 100, case
        assert found["changed"] == [], case
        assert found["lightness"] <= 0.5, case
