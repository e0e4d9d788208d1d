from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from restore_colorize.imaging import luma_of, read_picture

from evaluation import demo
from evaluation.demo import draw_strip
from tests.evaluation.pictures import SAMPLES, picture
from tests.models.folders import write_model_folder


def test_missing_samples_are_told_before_a_server_starts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo, "connect", lambda **_: pytest.fail("a server was started"))
    assert demo.main(["--samples", str(tmp_path), "-o", str(tmp_path / "out")]) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_strips_have_one_height_and_keep_proportions() -> None:
    strip = draw_strip([("one", picture(40, 60)), ("two", picture(80, 40))], 40)
    assert strip.size == (60 + 20 + 3 * 6, 40 + 18 + 2 * 6)


@pytest.mark.slow
def test_the_demo_colors_and_restores_through_a_real_server(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # An untrained network where the trained one may be missing: its way is the same.
    models = tmp_path / "data" / "restore-colorize" / "models"
    models.mkdir(parents=True)
    write_model_folder(models, name="untrained")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("RESTORE_COLORIZE_STATE_DIR", str(tmp_path / "state"))
    out, readme = tmp_path / "out", tmp_path / "readme"
    status = demo.main(["--samples", str(SAMPLES), "-o", str(out), "--readme", str(readme)])
    printed = capsys.readouterr()
    assert status == 0, printed.err
    assert printed.out.splitlines()[-1] == str(out / "pair1-dunes-colorized.png")
    for name in ("pair1-dunes", demo.HISTORIC):
        colored = read_picture(out / f"{name}-colorized.png")
        source = "pair1-dunes-target" if name == "pair1-dunes" else name
        original = read_picture(SAMPLES / f"{source}.jpg")
        assert colored.size == original.size
        assert (luma_of(colored) - luma_of(original)).abs().mean() < 0.5
        assert "simulated" in colored.metadata.text["Comment"]
        assert "receipt" in colored.metadata.text["restore-colorize"]
        assert (readme / f"{name}.jpg").stat().st_size <= 250_000
        with Image.open(out / f"{name}-side-by-side.png") as strip:
            assert strip.height > 400
    restored = read_picture(out / f"{demo.BROKEN}-restored.png")
    damaged = read_picture(SAMPLES / f"{demo.BROKEN}.jpg")
    truth = read_picture(SAMPLES / f"{demo.HISTORIC}.jpg").planes[
        :, : damaged.height, : damaged.width
    ]
    assert restored.size == damaged.size
    before, after = ((one.planes - truth).abs().mean() for one in (damaged, restored))
    assert after < 0.6 * before
    assert (readme / f"{demo.BROKEN}.jpg").exists()
