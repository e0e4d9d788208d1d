"""Files keep depth, alpha, profile, EXIF and resolution; damaged ones give one sentence."""

from __future__ import annotations

import contextlib
import io
import os
import struct
from pathlib import Path

import imagecodecs
import numpy as np
import pytest
import tifffile
import torch
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageOps
from restore_colorize.errors import (
    FormatError,
    RangeError,
    ResourceError,
    RestoreError,
    ShapeError,
    TooLargeError,
)
from restore_colorize.imaging import Metadata, Picture, read_mask, read_picture, write_picture

from tests.imaging.pictures import (
    SIZES,
    adobe_profile,
    channel_counts,
    dot_gain_profile,
    gray_profile,
    quick,
    random_picture,
    random_samples,
    seeds,
    sizes,
)

EXACT = [("png", 8), ("png", 16), ("tif", 8), ("tif", 16), ("tif", 32)]


def exif_block(orientation: int = 1) -> bytes:
    """Return an EXIF block with camera, date and place, as Pillow writes it."""
    exif = Image.Exif()
    exif[271] = "Kodak"
    exif[274] = orientation
    exif[306] = "1931:05:02 10:00:00"
    exif.get_ifd(34665).update({33434: 0.004, 36867: "1931:05:02 10:00:00"})
    exif.get_ifd(34853).update({1: "N", 2: (42.0, 53.0, 9.0)})
    return exif.tobytes().removeprefix(b"Exif\x00\x00")


def read_exif(block: bytes) -> dict[int, object]:
    """Return all fields of a block in one table, orientation and pointers left out."""
    exif = Image.Exif()
    exif.load(b"Exif\x00\x00" + block)
    fields = {**dict(exif), **exif.get_ifd(34665), **exif.get_ifd(34853)}
    return {
        tag: value.decode() if isinstance(value, bytes) else value
        for tag, value in fields.items()
        if tag not in (274, 34665, 34853)
    }


@quick
@given(sizes, channel_counts, st.sampled_from(EXACT), seeds)
def test_samples_survive_exactly(tmp_path_factory, size, channels, kind, seed):
    suffix, depth = kind
    picture = random_picture(size, channels, depth, seed)
    path = tmp_path_factory.mktemp("files") / f"picture.{suffix}"
    write_picture(picture, path)
    back = read_picture(path)
    assert back.depth == depth
    np.testing.assert_array_equal(back.quantize(), picture.quantize())


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("suffix", ["jpg", "webp"])
@pytest.mark.parametrize("channels", [1, 3])
def test_lossy_files_come_close(tmp_path, size, suffix, channels):
    path = tmp_path / f"picture.{suffix}"
    picture = Picture(torch.full((channels, *size), 0.6))
    write_picture(picture, path)
    back = read_picture(path)
    assert back.size == size
    assert (back.planes - picture.planes).abs().max() < 0.02
    assert back.is_gray == (channels == 1 and suffix == "jpg")


def test_webp_keeps_alpha_and_jpeg_refuses_it(tmp_path):
    picture = random_picture((20, 20), 4)
    write_picture(picture, tmp_path / "picture.webp")
    back = read_picture(tmp_path / "picture.webp")
    np.testing.assert_array_equal(back.quantize()[..., 3], picture.quantize()[..., 3])
    with pytest.raises(FormatError, match="transparency"):
        write_picture(picture, tmp_path / "picture.jpg")
    opaque = Picture(picture.planes, torch.ones(20, 20))
    write_picture(opaque, tmp_path / "picture.jpg")
    assert not read_picture(tmp_path / "picture.jpg").has_alpha


@pytest.mark.parametrize(
    ("depth", "suffix", "kept"), [(32, "png", 16), (16, "jpg", 8), (32, "webp", 8)]
)
def test_depth_falls_to_what_the_file_can_hold(tmp_path, depth, suffix, kept):
    write_picture(random_picture((9, 9), 3, depth), tmp_path / f"picture.{suffix}")
    assert read_picture(tmp_path / f"picture.{suffix}").depth == kept


@pytest.mark.parametrize("suffix", ["png", "tif", "jpg", "webp"])
@pytest.mark.parametrize("channels", [1, 3])
def test_profile_exif_and_resolution_survive(tmp_path, suffix, channels):
    profile = gray_profile() if channels == 1 and suffix != "webp" else adobe_profile()
    exif = None if suffix == "webp" else exif_block()
    metadata = Metadata(profile, exif, (300.0, 240.0))
    path = tmp_path / f"picture.{suffix}"
    write_picture(random_picture((12, 10), channels, 8, 0, metadata), path)
    back = read_picture(path).metadata
    assert back.icc_profile == profile
    assert back.resolution == pytest.approx((300, 240), abs=0.01)
    if exif is not None:
        assert back.exif is not None
        assert read_exif(back.exif) == read_exif(exif)


def test_webp_keeps_exif(tmp_path):
    metadata = Metadata(exif=exif_block())
    write_picture(random_picture((12, 10), 3, 8, 0, metadata), tmp_path / "picture.webp")
    assert read_picture(tmp_path / "picture.webp").metadata.exif == metadata.exif


@pytest.mark.parametrize("suffix", ["png", "tif", "jpg", "webp"])
def test_other_programs_read_our_files(tmp_path, suffix):
    path = tmp_path / f"picture.{suffix}"
    metadata = Metadata(adobe_profile(), exif_block(), (300.0, 300.0))
    picture = Picture(torch.full((3, 30, 20), 0.4), metadata=metadata)
    write_picture(picture, path, {"Description": "Colors are simulated."})
    with Image.open(path) as image:
        image.load()
        assert image.size == (20, 30)
        assert image.info["icc_profile"] == metadata.icc_profile
        assert image.getexif()[271] == "Kodak"
        assert image.getexif().get_ifd(34665)[36867] == "1931:05:02 10:00:00"
        assert image.getexif().get_ifd(34853)[2] == (42.0, 53.0, 9.0)
        if suffix == "png":
            assert image.text["Description"] == "Colors are simulated."
        else:
            assert b"Colors are simulated." in image.info["xmp"]


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("suffix", ["png", "tif", "jpg"])
def test_pictures_are_turned_upright_once(tmp_path, orientation, suffix):
    image = Image.fromarray(np.arange(0, 240, 10, dtype=np.uint8).reshape(4, 6))
    image = image.resize((48, 32), Image.Resampling.NEAREST)
    exif = Image.Exif()
    exif[274] = orientation
    path = tmp_path / f"turned.{suffix}"
    image.save(path, exif=exif, dpi=(100, 50))
    # Pillow turns TIFF files by itself, so the oracle gets the samples as they are stored.
    stored = tifffile.imread(path) if suffix == "tif" else np.asarray(Image.open(path))
    oracle = Image.fromarray(stored)
    oracle.getexif()[274] = orientation
    expected = np.asarray(ImageOps.exif_transpose(oracle))
    picture = read_picture(path)
    np.testing.assert_array_equal(picture.quantize()[..., 0], expected)
    assert picture.metadata.resolution == pytest.approx(
        (50, 100) if orientation >= 5 else (100, 50), abs=0.01
    )
    write_picture(picture, path)
    np.testing.assert_allclose(read_picture(path).quantize()[..., 0].astype(int), expected, atol=3)


@pytest.mark.parametrize("depth", [8, 16])
@pytest.mark.parametrize(
    "profile", [gray_profile(), gray_profile(1.0), dot_gain_profile(), adobe_profile()]
)
@pytest.mark.parametrize("suffix", ["png", "tif"])
def test_gray_profiles_are_converted_and_come_back(tmp_path, depth, profile, suffix):
    levels = np.arange(2**depth, dtype=f"uint{depth}").reshape(-1, 16)
    written = Picture.from_samples(levels)
    path = tmp_path / f"scan.{suffix}"
    write_picture(written, path)
    marked = tmp_path / f"marked.{suffix}"
    with_profile(path, marked, levels, profile)
    picture = read_picture(marked)
    assert picture.is_gray
    assert picture.depth == depth
    assert (picture.planes - written.planes).abs().max() > 0.004  # it was converted
    write_picture(picture, path)
    np.testing.assert_array_equal(read_raw(path), levels)


def with_profile(path, marked, levels, profile):
    """Store levels with a profile and without our own writer's conversion."""
    if path.suffix == ".tif":
        tifffile.imwrite(marked, levels, photometric="minisblack", iccprofile=profile)
        return
    import zlib

    data = path.read_bytes()
    body = b"iCCP" + b"scan\x00\x00" + zlib.compress(profile)
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    marked.write_bytes(data[:33] + chunk + data[33:])


def read_raw(path) -> np.ndarray:
    if path.suffix == ".tif":
        return tifffile.imread(path)
    return imagecodecs.png_decode(path.read_bytes())


def test_gamma_2_2_gives_the_srgb_gray_of_its_formula(tmp_path):
    levels = np.linspace(0, 65535, 1024).astype(np.uint16).reshape(32, 32)
    path = tmp_path / "scan.tif"
    tifffile.imwrite(
        path, levels, photometric="minisblack", compression="lzw", iccprofile=gray_profile(2.2)
    )
    picture = read_picture(path)
    linear = (levels / 65535) ** 2.2
    expected = np.where(
        linear <= 0.0031308, 12.92 * linear, 1.055 * linear.clip(1e-9) ** (1 / 2.4) - 0.055
    )
    np.testing.assert_allclose(picture.planes[0], expected, rtol=0, atol=2e-4)
    assert picture.depth == 16


@pytest.mark.parametrize("depth", [8, 16, 32])
def test_rgb_profiles_are_converted_at_the_pictures_own_depth(tmp_path, depth):
    samples = random_samples((40, 40), 3, depth)
    # Colors that sRGB holds too: beyond, sRGB clips.
    samples = (samples * np.float32(0.2) + 0.4 * (1 if depth == 32 else 2**depth - 1)).astype(
        samples.dtype
    )
    path = tmp_path / "wide.tif"
    tifffile.imwrite(path, samples, photometric="rgb", iccprofile=adobe_profile())
    picture = read_picture(path)
    reference = imagecodecs.cms_transform(
        picture.from_samples(samples).planes.permute(1, 2, 0).double().numpy(),
        adobe_profile(),
        imagecodecs.cms_profile("srgb"),
        colorspace="rgb",
        outcolorspace="rgb",
        outdtype="float64",
    )
    np.testing.assert_allclose(picture.planes.permute(1, 2, 0), reference, rtol=0, atol=1e-5)
    write_picture(picture, path)
    back = tifffile.imread(path)
    tolerance = 1e-5 if depth == 32 else 0
    np.testing.assert_allclose(back.astype(float), samples.astype(float), rtol=0, atol=tolerance)


def test_srgb_profiles_leave_samples_alone(tmp_path):
    samples = random_samples((9, 9), 3, 16)
    profile = imagecodecs.cms_profile("srgb")
    path = tmp_path / "srgb.tif"
    tifffile.imwrite(path, samples, photometric="rgb", iccprofile=profile)
    picture = read_picture(path)
    np.testing.assert_array_equal(picture.quantize(), samples)
    assert picture.metadata.icc_profile == profile


def test_a_gray_scan_that_became_colored_gets_a_profile_for_colors(tmp_path):
    path = tmp_path / "colored.png"
    picture = random_picture((9, 9), 3, 16, 0, Metadata(icc_profile=gray_profile()))
    write_picture(picture, path)
    back = read_picture(path)
    np.testing.assert_allclose(back.planes, picture.planes, rtol=0, atol=1.5 / 65535)
    assert back.metadata.icc_profile is not None
    assert back.metadata.icc_profile[16:20] == b"RGB "


def test_a_damaged_profile_is_taken_for_srgb(tmp_path):
    samples = random_samples((9, 9), 3, 8)
    path = tmp_path / "damaged.tif"
    broken = adobe_profile()[:140] + bytes(200)
    tifffile.imwrite(path, samples, photometric="rgb", iccprofile=broken)
    picture = read_picture(path)
    np.testing.assert_array_equal(picture.quantize(), samples)
    assert picture.metadata.icc_profile is None


TEXT = {"Description": "Colors are simulated <&> ü.", "Receipt": '{"seed": 7, "名": "写真"}'}


@pytest.mark.parametrize("suffix", ["png", "tif", "jpg", "webp"])
def test_texts_survive(tmp_path, suffix):
    path = tmp_path / f"picture.{suffix}"
    write_picture(random_picture((9, 9)), path, TEXT)
    assert read_picture(path).metadata.text == TEXT


def test_long_texts_fit_everywhere_but_in_jpeg(tmp_path):
    text = {"Receipt": "x" * 200_000}
    for suffix in ("png", "tif", "webp"):
        write_picture(random_picture((9, 9)), tmp_path / f"picture.{suffix}", text)
        assert read_picture(tmp_path / f"picture.{suffix}").metadata.text == text
    with pytest.raises(TooLargeError, match="JPEG"):
        write_picture(random_picture((9, 9)), tmp_path / "picture.jpg", text)
    assert not (tmp_path / "picture.jpg").exists()


@pytest.mark.parametrize("key", ["", "x" * 80, "a\nb", "名"])
def test_keys_that_png_does_not_allow_are_refused(tmp_path, key):
    with pytest.raises(RangeError):
        write_picture(random_picture((9, 9)), tmp_path / "picture.png", {key: "value"})


@pytest.mark.parametrize(
    ("options", "stored"),
    [
        ({"compression": "lzw"}, None),
        ({"compression": "lzw", "predictor": True}, None),
        ({"compression": "zlib", "predictor": True}, None),
        ({}, None),
        ({"byteorder": ">"}, None),
        ({"bigtiff": True}, None),
        ({"tile": (16, 16)}, None),
    ],
)
@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
@pytest.mark.parametrize("channels", [1, 3])
def test_tiff_variants(tmp_path, options, stored, dtype, channels):
    depth = {"uint8": 8, "uint16": 16, "float32": 32}[dtype]
    samples = random_samples((33, 21), channels, depth)
    path = tmp_path / "scan.tif"
    photometric = "rgb" if channels == 3 else "minisblack"
    squeezed = samples if channels == 3 else samples[..., 0]
    tifffile.imwrite(path, squeezed, photometric=photometric, **options)
    np.testing.assert_array_equal(read_picture(path).quantize(), samples)


@pytest.mark.parametrize("options", [{}, {"bigtiff": True}, {"byteorder": ">"}])
def test_the_first_of_several_pictures_of_a_tiff_is_read_and_all_are_counted(tmp_path, options):
    pages = random_samples((3, 33, 21), 1, 8)[..., 0]
    path = tmp_path / "scans.tif"
    with tifffile.TiffWriter(path, **options) as writer:
        writer.write(pages[0])
        writer.write(pages[0, ::2, ::2], subfiletype=1)  # a smaller copy of the first
        writer.write(pages[0] > 9, subfiletype=4)  # its transparency
        writer.write(pages[1])
        writer.write(pages[2], subfiletype=2)  # "a page of several"
    picture = read_picture(path)
    assert picture.metadata.pictures == 3
    np.testing.assert_array_equal(picture.quantize()[..., 0], pages[0])
    write_picture(picture, path)
    assert read_picture(path).metadata.pictures == 1


def test_a_chain_of_tiff_pages_that_breaks_or_turns_back_is_counted_to_there(tmp_path):
    path = tmp_path / "scans.tif"
    with tifffile.TiffWriter(path) as writer:
        for _ in range(2):
            writer.write(random_samples((33, 21), 1, 8)[..., 0])
    data = path.read_bytes()
    first = struct.unpack_from("<I", data, 4)[0]
    with tifffile.TiffFile(path) as tiff:
        second = tiff.pages[1].offset
    for page, following, expected in ((first, len(data) + 9, 1), (second, first, 2)):
        damaged = bytearray(data)
        tags = struct.unpack_from("<H", data, page)[0]
        struct.pack_into("<I", damaged, page + 2 + 12 * tags, following)
        path.write_bytes(damaged)
        assert read_picture(path).metadata.pictures == expected


@pytest.mark.parametrize("suffix", [".png", ".webp"])
def test_the_pictures_of_an_animation_are_counted(tmp_path, suffix):
    path = tmp_path / f"moving{suffix}"
    first, *more = (Image.fromarray(random_samples((9, 9), 3, 8, seed)) for seed in range(4))
    first.save(path, save_all=True, append_images=more, lossless=True)
    picture = read_picture(path)
    assert picture.metadata.pictures == 4
    np.testing.assert_array_equal(picture.quantize()[..., :3], np.asarray(first))
    first.save(path)
    assert read_picture(path).metadata.pictures == 1


def test_tiff_planes_stored_apart(tmp_path):
    samples = random_samples((33, 21), 3, 16)
    path = tmp_path / "scan.tif"
    tifffile.imwrite(path, samples.transpose(2, 0, 1), photometric="rgb", planarconfig="separate")
    np.testing.assert_array_equal(read_picture(path).quantize(), samples)


@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
def test_tiff_whose_white_is_zero(tmp_path, dtype):
    samples = random_samples((9, 9), 1, 8 if dtype == "uint8" else 16)[..., 0]
    path = tmp_path / "scan.tif"
    tifffile.imwrite(path, samples, photometric="miniswhite")
    expected = np.iinfo(dtype).max - samples
    np.testing.assert_array_equal(read_picture(path).quantize()[..., 0], expected)


def test_tiff_of_one_bit_and_of_a_palette(tmp_path):
    bits = np.eye(9, dtype=bool)
    Image.fromarray(bits).save(tmp_path / "bits.tif", compression="group4")
    np.testing.assert_array_equal(
        read_picture(tmp_path / "bits.tif").quantize()[..., 0], bits * np.uint8(255)
    )
    indexed = Image.fromarray(random_samples((9, 9), 3, 8)).quantize(16)
    for suffix in ("tif", "png"):
        indexed.save(tmp_path / f"indexed.{suffix}")
        np.testing.assert_array_equal(
            read_picture(tmp_path / f"indexed.{suffix}").quantize(),
            np.asarray(indexed.convert("RGB")),
        )


def test_tiff_premultiplied_alpha_is_divided_out(tmp_path):
    samples = np.array([[[40, 20, 10, 51], [200, 100, 50, 255], [0, 0, 0, 0]]], np.uint8)
    path = tmp_path / "layer.tif"
    tifffile.imwrite(path, samples, photometric="rgb", extrasamples=["assocalpha"])
    expected = [[[200, 100, 50, 51], [200, 100, 50, 255], [0, 0, 0, 0]]]
    assert read_picture(path).quantize().tolist() == expected


def test_png_with_transparency_by_color(tmp_path):
    image = Image.fromarray(np.array([[0, 128, 255]], np.uint8))
    image.save(tmp_path / "keyed.png", transparency=128)
    assert read_picture(tmp_path / "keyed.png").quantize().tolist() == [
        [[0, 255], [128, 0], [255, 255]]
    ]


VOLUME = {"photometric": "minisblack", "volumetric": True, "tile": (16, 16, 16)}


@pytest.mark.parametrize(
    ("samples", "options"),
    [
        (np.zeros((9, 9, 4), np.uint8), {"photometric": "separated"}),
        (np.zeros((9, 9), np.int32), {}),
        (np.full((9, 9), 4000, np.float32), {}),
        (np.full((9, 9), np.nan, np.float32), {}),
        (
            np.zeros((4, 9, 9), np.uint8),
            {"photometric": "minisblack", "volumetric": True, "tile": (16, 16, 16)},
        ),
    ],
)
def test_tiff_that_is_no_picture_is_refused_in_words(tmp_path, samples, options):
    path = tmp_path / "other.tif"
    tifffile.imwrite(path, samples, **options)
    with pytest.raises(FormatError, match=r"^other\.tif: The .*\.$"):
        read_picture(path)


def test_cmyk_jpeg_is_refused_in_words(tmp_path):
    Image.new("CMYK", (9, 9)).save(tmp_path / "print.jpg")
    with pytest.raises(FormatError, match="CMYK"):
        read_picture(tmp_path / "print.jpg")


@pytest.mark.parametrize("suffix", ["png", "tif", "jpg", "webp"])
@pytest.mark.parametrize("part", [0.02, 0.1, 0.4, 0.7, 0.95])
def test_truncated_files_give_one_sentence(tmp_path, suffix, part):
    path = tmp_path / f"picture.{suffix}"
    write_picture(random_picture((60, 70)), path)
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * part)])
    with pytest.raises(FormatError) as caught:
        read_picture(path)
    sentence = str(caught.value)
    assert sentence.startswith(path.name)
    assert sentence.endswith(".")
    assert "\n" not in sentence


@pytest.mark.parametrize("compression", [None, "lzw"])
def test_truncated_scans_give_one_sentence(tmp_path, compression):
    buffer = io.BytesIO()
    tifffile.imwrite(buffer, random_samples((60, 70), 3, 16), compression=compression)
    path = tmp_path / "scan.tif"
    path.write_bytes(buffer.getvalue()[:-500])
    with pytest.raises(FormatError):
        read_picture(path)


@quick
@given(st.sampled_from(["png", "tif", "jpg", "webp"]), st.data())
def test_altered_bytes_never_give_anything_but_our_errors(tmp_path_factory, suffix, data):
    path = tmp_path_factory.mktemp("altered") / f"picture.{suffix}"
    metadata = Metadata(adobe_profile(), exif_block(), (300.0, 300.0))
    write_picture(random_picture((9, 9), 3, 8, 0, metadata), path, TEXT)
    altered = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 8))):
        altered[data.draw(st.integers(0, len(altered) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(altered)
    with contextlib.suppress(RestoreError):
        write_picture(read_picture(path, max_pixels=1_000_000), path)


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"", "is empty"), (b"Dear diary\n" * 9, "is no PNG"), (b"\x80\x04K\x01.", "is no PNG")],
)
def test_what_is_no_picture_is_named(tmp_path, content, reason):
    path = tmp_path / "picture.png"
    path.write_bytes(content)
    with pytest.raises(FormatError, match=reason):
        read_picture(path)


def test_missing_files_and_folders_are_named(tmp_path):
    with pytest.raises(FormatError, match=r"missing\.png cannot be opened"):
        read_picture(tmp_path / "missing.png")
    with pytest.raises(FormatError, match="cannot be opened"):
        read_picture(tmp_path)


def test_the_kind_of_a_file_is_its_content(tmp_path):
    write_picture(random_picture((9, 9)), tmp_path / "picture.tif")
    os.replace(tmp_path / "picture.tif", tmp_path / "picture.png")
    assert read_picture(tmp_path / "picture.png").size == (9, 9)


@pytest.mark.parametrize("suffix", ["png", "tif", "jpg", "webp"])
def test_large_pictures_are_refused_before_they_are_decoded(tmp_path, suffix):
    path = tmp_path / f"picture.{suffix}"
    write_picture(random_picture((30, 40)), path)
    with pytest.raises(TooLargeError, match="40 x 30 pixels"):
        read_picture(path, max_pixels=1199)
    assert read_picture(path, max_pixels=1200).size == (30, 40)


def test_a_header_that_lies_about_its_size_is_refused(tmp_path):
    path = tmp_path / "bomb.png"
    write_picture(random_picture((9, 9)), path)
    data = bytearray(path.read_bytes())
    struct.pack_into(">II", data, 16, 60000, 60000)
    path.write_bytes(data)
    with pytest.raises(TooLargeError):
        read_picture(path)


@pytest.mark.parametrize("size", [(65536, 1), (1, 65536)])
def test_long_strips_fit_or_are_refused(tmp_path, size):
    picture = random_picture(size, 1)
    for suffix in ("png", "tif"):
        write_picture(picture, tmp_path / f"strip.{suffix}")
        back = read_picture(tmp_path / f"strip.{suffix}")
        assert torch.equal(back.planes, picture.planes)
    for suffix in ("jpg", "webp"):
        with pytest.raises(TooLargeError, match="PNG or TIFF"):
            write_picture(picture, tmp_path / f"strip.{suffix}")


@pytest.mark.parametrize("name", ["picture", "picture.gif", "picture.xcf"])
def test_other_endings_are_refused(tmp_path, name):
    with pytest.raises(FormatError, match=r"\.png"):
        write_picture(random_picture((9, 9)), tmp_path / name)


def test_a_failed_write_leaves_nothing_and_keeps_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "picture.png"
    path.write_bytes(b"old")

    def full_disk(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("restore_colorize.imaging.files.os.fsync", full_disk)
    with pytest.raises(ResourceError, match="No space left on device"):
        write_picture(random_picture((9, 9)), path)
    assert [file.name for file in tmp_path.iterdir()] == ["picture.png"]
    assert path.read_bytes() == b"old"


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(ResourceError, match="cannot be written"):
        write_picture(random_picture((9, 9)), tmp_path / "missing" / "picture.png")


def test_the_same_picture_gives_the_same_bytes(tmp_path):
    metadata = Metadata(gray_profile(), exif_block(), (300.0, 300.0))
    picture = random_picture((9, 9), 3, 8, 0, metadata)
    for suffix in ("png", "tif", "jpg", "webp"):
        paths = [tmp_path / f"{name}.{suffix}" for name in "ab"]
        for path in paths:
            write_picture(picture, path, TEXT)
        assert paths[0].read_bytes() == paths[1].read_bytes()


def test_masks_keep_their_levels(tmp_path):
    levels = random_samples((12, 17), 1, 8)[..., 0]
    for name, image in {
        "gray.png": Image.fromarray(levels),
        "color.png": Image.fromarray(levels).convert("RGB"),
        "gray.tif": Image.fromarray(levels),
    }.items():
        image.save(tmp_path / name)
        mask = read_mask(tmp_path / name, (12, 17))
        np.testing.assert_array_equal((mask * 255).round().numpy(), levels)
        assert torch.equal(mask == 0, torch.from_numpy(levels == 0))
        assert torch.equal(mask == 1, torch.from_numpy(levels == 255))


def test_masks_ignore_profiles_and_heed_alpha(tmp_path):
    levels = np.array([[0, 64, 255]], np.uint8)
    tifffile.imwrite(tmp_path / "mask.tif", levels, iccprofile=gray_profile(1.0))
    np.testing.assert_allclose(
        read_mask(tmp_path / "mask.tif", (1, 3)), levels / 255, rtol=0, atol=1e-6
    )
    Image.fromarray(np.array([[[255, 51]]], np.uint8), "LA").save(tmp_path / "alpha.png")
    assert read_mask(tmp_path / "alpha.png", (1, 1)).item() == pytest.approx(0.2)


def test_masks_of_another_size_are_refused(tmp_path):
    write_picture(random_picture((9, 8), 1), tmp_path / "mask.png")
    with pytest.raises(ShapeError, match="8 x 9"):
        read_mask(tmp_path / "mask.png", (9, 9))


def test_a_jpeg_may_come_smaller_where_that_suffices(tmp_path: Path) -> None:
    planes = torch.linspace(0, 1, 800).expand(3, 600, 800).contiguous()
    for name, size in (("a.jpg", (150, 200)), ("a.png", (600, 800))):
        write_picture(Picture(planes), tmp_path / name)
        small = read_picture(tmp_path / name, at_least_px=140)
        assert small.size == size
        assert read_picture(tmp_path / name).size == (600, 800)
    assert float(small.planes.mean()) == pytest.approx(0.5, abs=0.02)
