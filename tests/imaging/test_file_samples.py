"""What nobody changed is written as the file had it, whatever sRGB can hold of it."""

from __future__ import annotations

import io
from dataclasses import replace

import imagecodecs
import numpy as np
import pytest
import tifffile
import torch
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms
from restore_colorize.imaging import Picture, blend, read_picture, write_picture

from tests.imaging.pictures import (
    adobe_profile,
    dot_gain_profile,
    gray_profile,
    quick,
    random_samples,
    seeds,
    sizes,
    undated,
)


def wide_profile() -> bytes:
    """Return an RGB profile with gamma 1.8 and primaries far outside of sRGB."""
    return undated(
        imagecodecs.cms_profile(
            "rgb",
            whitepoint=(0.3457, 0.3585),
            primaries=(0.7347, 0.2653, 0.1596, 0.8404, 0.0366, 0.0001),
            gamma=1.8,
        )
    )


RGB_PROFILES = [adobe_profile(), wide_profile()]
GRAY_PROFILES = [gray_profile(), dot_gain_profile()]


def stored(path, samples, profile):
    channels = samples.shape[2]
    tifffile.imwrite(
        path,
        samples if channels > 1 else samples[..., 0],
        photometric="rgb" if channels >= 3 else "minisblack",
        planarconfig="contig" if channels > 1 else None,
        extrasamples=["unassalpha"] if channels in (2, 4) else None,
        iccprofile=profile,
    )
    return read_picture(path)


def read_raw(path) -> np.ndarray:
    samples = tifffile.imread(path)
    return samples[..., None] if samples.ndim == 2 else samples


def turned_red(picture: Picture) -> Picture:
    planes = picture.planes.expand(3, -1, -1).clone()
    planes[0] = 1 - planes[0] / 2
    return picture.with_planes(planes)


@quick
@given(
    sizes,
    st.sampled_from([(3, p) for p in RGB_PROFILES] + [(1, p) for p in GRAY_PROFILES]),
    st.booleans(),
    st.sampled_from([8, 16, 32]),
    seeds,
)
def test_reading_and_writing_changes_no_sample(
    tmp_path_factory, size, colors, has_alpha, depth, seed
):
    channels, profile = colors
    path = tmp_path_factory.mktemp("wide") / "picture.tif"
    samples = random_samples(size, channels + has_alpha, depth, seed)
    write_picture(stored(path, samples, profile), path)
    np.testing.assert_array_equal(read_raw(path), samples)


@pytest.mark.parametrize("depth", [8, 16, 32])
@pytest.mark.parametrize("profile", RGB_PROFILES)
@pytest.mark.parametrize("channels", [1, 3, 4])
def test_samples_outside_of_a_selection_are_identical(tmp_path, channels, profile, depth):
    samples = random_samples((23, 31), channels, depth)
    path = tmp_path / "picture.tif"
    picture = stored(path, samples, profile)
    selection = torch.zeros(23, 31)
    selection[5:9, 7:20] = 1
    selection[9:12] = 0.5
    write_picture(blend(picture, turned_red(picture), selection), path)
    written = read_raw(path)
    expected = np.repeat(samples, 3, axis=2) if channels == 1 else samples
    outside = selection.numpy() == 0
    np.testing.assert_array_equal(written[outside], expected[outside])
    assert (written[~outside] != expected[~outside]).any(axis=1).mean() > 0.9
    assert read_picture(path).metadata.icc_profile == profile


@pytest.mark.parametrize("suffix", ["tif", "png"])
@pytest.mark.parametrize("depth", [8, 16])
@pytest.mark.parametrize("profile", GRAY_PROFILES)
def test_a_gray_scan_keeps_its_samples_beside_new_colors(tmp_path, profile, depth, suffix):
    samples = random_samples((23, 31), 1, depth)
    picture = stored(tmp_path / "scan.tif", samples, profile)
    selection = torch.zeros(23, 31)
    selection[:9] = 1
    red = turned_red(picture)
    path = tmp_path / f"colored.{suffix}"
    write_picture(blend(picture, red, selection), path)
    written = read_raw(path) if suffix == "tif" else imagecodecs.png_decode(path.read_bytes())
    np.testing.assert_array_equal(written[9:], np.repeat(samples[9:], 3, axis=2))
    back = read_picture(path)
    # LittleCMS rounds curves that are tables to 16 bits of light, coarse steps in the shadows.
    shadows = 14 / 65535 + 1 / (2**depth - 1)
    assert (back.planes[:, :9] - red.planes[:, :9]).abs().max() < shadows
    assert (back.planes[:, 9:] - picture.planes[:, 9:]).abs().max() < shadows


def test_the_profile_of_a_colored_scan_is_read_by_others(tmp_path):
    picture = stored(tmp_path / "scan.tif", random_samples((9, 9), 1, 8), gray_profile())
    write_picture(turned_red(picture), tmp_path / "colored.jpg")
    with Image.open(tmp_path / "colored.jpg") as image:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(image.info["icc_profile"]))
    assert "gray scan" in ImageCms.getProfileDescription(profile)
    assert profile.profile.xcolor_space == "RGB "
    assert len(image.info["icc_profile"]) < 2000


def test_floats_beyond_the_range_stay(tmp_path):
    path = tmp_path / "bright.tif"
    samples = random_samples((9, 9), 3, 32) * 3 - 1
    picture = stored(path, samples, None)
    assert picture.planes.max() == 1
    write_picture(picture, path)
    np.testing.assert_array_equal(read_raw(path), samples)


def test_another_depth_profile_or_size_is_converted_as_ever(tmp_path):
    path = tmp_path / "wide.tif"
    picture = stored(path, random_samples((9, 9), 3, 16), adobe_profile())
    plain = replace(picture.metadata, icc_profile=None)
    for other in (
        replace(picture, depth=8),
        replace(picture, metadata=plain),
        picture.with_planes(picture.planes[:, :4]),
    ):
        write_picture(other, path)
        expected = replace(other, file_samples=None)
        write_picture(expected, tmp_path / "expected.tif")
        assert path.read_bytes() == (tmp_path / "expected.tif").read_bytes()


def test_pictures_without_a_profile_keep_nothing_twice(tmp_path):
    assert stored(tmp_path / "a.tif", random_samples((9, 9), 3, 16), None).file_samples is None
