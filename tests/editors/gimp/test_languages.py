"""The plug-in in GIMP's language: menu, windows and sentences."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from tests.editors.gimp import plugin_bench
from tests.editors.gimp.bench import Bench
from tests.editors.gimp.pictures import keep_picture
from tests.editors.gimp.screen import Screen

APP = "restore_colorize_gimp"
QUERY_S = 400.0  # in another language than before GIMP asks all plug-ins anew
LOCALES = Path("/usr/share/i18n")  # what glibc makes locales of; a root has none of its own


def said() -> list[str]:
    from gi.repository import Gimp
    from inside_gimp import call

    image = Gimp.Image.new(4, 4, Gimp.ImageBaseType.RGB)
    kind, mode = Gimp.ImageType.RGB_IMAGE, Gimp.LayerMode.NORMAL
    layer = Gimp.Layer.new(image, "x", 4, 4, kind, 100.0, mode)
    image.insert_layer(layer, None, 0)
    name = "restore-colorize-repeat"
    return [
        call("restore-colorize-server").message,
        call(name, image=image, drawables=[layer]).message,
        Gimp.get_pdb().lookup_procedure(name).get_menu_label(),
    ]


@pytest.mark.parametrize(
    ("languages", "words"),
    [
        ("de", ["Der Server läuft nicht", "„x“ trägt keinen Beleg", "Genau _wiederholen"]),
        ("fr_FR", ["Le serveur n’est pas lancé", "«\u00a0x\u00a0» ne porte pas", "Répéter e_xact"]),
        ("en_GB:de", ["The server is not running", "“x” carries no receipt", "Repeat E_xactly"]),
    ],
)
@pytest.mark.timeout(2 * QUERY_S)
def test_sentences_and_labels_are_in_the_users_language(
    bench: Bench, languages: str, words: list[str]
) -> None:
    plugin_bench.install(bench)
    inside = bench.with_env(LANGUAGE=languages)
    found = inside.batch(said, timeout_s=QUERY_S).value
    assert [text[: len(word)] for text, word in zip(found, words, strict=True)] == words


@pytest.mark.timeout(2 * QUERY_S)
def test_a_german_gimp_has_german_windows(bench: Bench) -> None:
    if not LOCALES.is_dir():
        pytest.skip(f"{LOCALES}, from which a German locale is made, is not here")
    make = ["localedef", "-i", "de_DE", "-f", "UTF-8", "/out/de_DE.UTF-8"]
    bound = bench.with_bind(LOCALES, str(LOCALES))
    done = bound.root.run(make, bound.visit, timeout_s=120)
    assert (bench.out / "de_DE.UTF-8").is_dir(), done.stderr
    plugin_bench.install(bench)
    german = replace(bench.visit, env={"LOCPATH": "/out", "LANG": "de_DE.UTF-8"})
    with Screen(replace(bench, visit=german)) as screen:
        Image.linear_gradient("L").save(bench.out / "photo.png")
        screen.open("/out/photo.png", menu="Filter", timeout_s=QUERY_S)
        screen.choose("Filter", "Restore & Colorize", "Nach Referenz kolorieren…")
        screen.wait(APP, starts="Dieses Bild enthält keine Farben")
        screen.wait(APP, role="check box", name="Referenz aus der Zwischenablage")
        screen.shot("reference-german")
        screen.press(APP, name="Abbrechen")
        screen.gone(APP, name="Abbrechen")
        screen.choose("Filter", "Restore & Colorize", "Server…")
        screen.wait(APP, starts="Der Server läuft nicht, und sein Programm ist hier nicht bekannt")
        keep_picture(screen, "server-german.png")
        screen.press(APP, name="Schließen")
        screen.gone(APP, name="Schließen")
        assert screen.deaths() == ()
