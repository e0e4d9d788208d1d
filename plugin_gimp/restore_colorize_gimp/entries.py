"""The entries of the menu: names, labels and typed arguments of their procedures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from gi.repository import Gimp, GObject

from restore_colorize_gimp.translation import _

__all__ = ["ENTRIES", "Entry"]

Add = Callable[[Gimp.Procedure], Any]
_FLAGS = GObject.ParamFlags.READWRITE


@dataclass(frozen=True)
class Entry:
    """One entry; ``run`` names the module whose ``run`` does it, ``engine`` what it needs."""

    name: str
    label: str
    blurb: str
    run: str
    engine: str = ""
    arguments: tuple[Add, ...] = ()
    returns: tuple[Add, ...] = ()
    needs_image: bool = True


def _number(name: str, label: str, blurb: str, default: float, low: float, high: float) -> Add:
    return lambda procedure: procedure.add_double_argument(
        name, label, blurb, low, high, default, _FLAGS
    )


def _count(name: str, label: str, blurb: str, default: int, low: int, high: int) -> Add:
    return lambda procedure: procedure.add_int_argument(
        name, label, blurb, low, high, default, _FLAGS
    )


def _switch(name: str, label: str, blurb: str, default: bool = False) -> Add:
    return lambda procedure: procedure.add_boolean_argument(name, label, blurb, default, _FLAGS)


def _text(name: str, label: str, blurb: str) -> Add:
    return lambda procedure: procedure.add_string_argument(name, label, blurb, "", _FLAGS)


def _drawable(name: str, label: str, blurb: str) -> Add:
    return lambda procedure: procedure.add_drawable_argument(name, label, blurb, True, _FLAGS)


def _file(
    name: str, label: str, blurb: str, action: Gimp.FileChooserAction = Gimp.FileChooserAction.OPEN
) -> Add:
    return lambda procedure: procedure.add_file_argument(
        name, label, blurb, action, True, None, _FLAGS
    )


def _choice(name: str, label: str, blurb: str, *choices: tuple[str, str]) -> Add:
    """Add a choice between (value, label); the first one is the default."""

    def add(procedure: Gimp.Procedure) -> None:
        choice = Gimp.Choice.new()
        for place, (value, text) in enumerate(choices):
            choice.add(value, place, text, "")
        procedure.add_choice_argument(name, label, blurb, choice, choices[0][0], _FLAGS)

    return add


def _files(name: str, label: str, blurb: str) -> Add:
    return lambda procedure: procedure.add_string_array_argument(name, label, blurb, _FLAGS)


def _image(name: str, label: str, blurb: str) -> Add:
    return lambda procedure: procedure.add_image_argument(name, label, blurb, True, _FLAGS)


def _report(procedure: Gimp.Procedure) -> None:
    procedure.add_string_return_value(
        "report", _("Report"), _("What was found, in lines"), "", _FLAGS
    )


def _found_channel(procedure: Gimp.Procedure) -> None:
    procedure.add_channel_return_value(
        "mask", _("Mask"), _("The new channel; none where a selection was made"), True, _FLAGS
    )


def _suggestions(procedure: Gimp.Procedure) -> None:
    procedure.add_string_array_return_value(
        "names", _("Names"), _("Layers' names and files' paths, the best first"), _FLAGS
    )
    procedure.add_string_array_return_value("scores", _("Scores"), _("Numbers as text"), _FLAGS)


_MODEL = _text(
    "model", _("_Model"), _("Name of a model that the server lists; empty for the default")
)
_SEED = _count("seed", _("Se_ed"), _("The same seed gives the same result"), 0, 0, 2**31 - 1)
_STRENGTH = _number("strength", _("Stren_gth"), _("0 keeps the layer's own colors"), 1.0, 0.0, 1.0)
_SATURATION = _number("saturation", _("Sat_uration"), _("Multiplies the new colors"), 1.0, 0.0, 4.0)
_AS_COLOR = _switch(
    "color-layer",
    _("_As color layer"),
    _("Mode LCh color: the layer below keeps its own lightness"),
)
_OUTSIDE = _switch(
    "keep-outside",
    _("_Keep colors outside of the selection"),
    _("The colors around the selection are true and steer those inside"),
)
_RESTORING = _number(
    "strength", _("Stren_gth"), _("0 leaves the photograph as it is"), 1.0, 0.0, 1.0
)
_EAGERNESS = _number(
    "eagerness",
    _("_Eagerness"),
    _("0 repairs only what is surely damage, 1 all marks"),
    0.0,
    0.0,
    1.0,
)
_TONE = _switch("tone", _("Correct to_ne"), _("Also correct fading and contrast"))
_BALANCE = _switch("white-balance", _("_White balance"), _("Of faded color photographs"))
_REFERENCES = (
    _file("reference-file", _("Reference _file"), _("A color picture whose colors are wanted")),
    _files("reference-files", _("Mo_re reference files"), _("Paths or URIs of further pictures")),
    _drawable(
        "reference-layer",
        _("Reference la_yer"),
        _("A layer of this or another open image; of a group each layer counts"),
    ),
    _image("reference-image", _("Reference _image"), _("Another open image, as it is seen")),
    _switch(
        "reference-selection", _("Only its selected _part"), _("Of the reference layer or image")
    ),
    _switch(
        "use-clipboard", _("Reference fro_m the clipboard"), _("The picture that was copied last")
    ),
)
_HINTS = _drawable("hints", _("_Hints"), _("A layer of this image with strokes of wanted colors"))
_TRUST = _number(
    "trust",
    _("_Trust"),
    _("1 uses references even if they seem to show other things"),
    0.0,
    0.0,
    1.0,
)
_MIX = _switch(
    "mix-by-region",
    _("Mi_x by region"),
    _("Of several results show the first, and let the others be painted in by their masks"),
)
_CANDIDATES = _count("candidates", _("Ca_ndidates"), _("Results to choose from"), 1, 1, 8)

ENTRIES = {
    entry.name: entry
    for entry in (
        Entry(
            "restore-colorize-from-reference",
            _("_Colorize from Reference…"),
            _("Give the layer the colors of a reference picture, as a new layer"),
            "colorize",
            "colorize",
            (
                *_REFERENCES,
                _HINTS,
                _STRENGTH,
                _SATURATION,
                _TRUST,
                _CANDIDATES,
                _MIX,
                _OUTSIDE,
                _AS_COLOR,
                _MODEL,
                _SEED,
            ),
        ),
        Entry(
            "restore-colorize-automatically",
            _("Colorize _Automatically"),
            _("Color the layer without a reference, as a new layer"),
            "automatic",
            "sample",
            (_STRENGTH, _SATURATION, _AS_COLOR, _MODEL, _SEED),
        ),
        Entry(
            "restore-colorize-samples",
            _("_Sample Colorizations…"),
            _("Draw several colorizations of the layer to choose from"),
            "sampling",
            "sample",
            (
                _HINTS,
                _count("candidates", _("Ca_ndidates"), _("Results to choose from"), 4, 1, 16),
                _number("temperature", _("Tem_perature"), _("Boldness of colors"), 0.9, 0.1, 4.0),
                _number(
                    "diversity", _("_Diversity"), _("1 shows those that differ most"), 0.5, 0.0, 1.0
                ),
                _STRENGTH,
                _SATURATION,
                _MIX,
                _OUTSIDE,
                _AS_COLOR,
                _switch(
                    "uncertainty",
                    _("Uncer_tainty"),
                    _("Also a hidden layer, white where the draws disagree"),
                ),
                _MODEL,
                _SEED,
            ),
        ),
        Entry(
            "restore-colorize-restore",
            _("_Restore…"),
            _("Repair scratches, holes, fading, blur and noise, as a new layer"),
            "restore",
            "restore",
            (
                _RESTORING,
                _EAGERNESS,
                _TONE,
                _BALANCE,
                _drawable(
                    "damage",
                    _("_Damage mask"),
                    _("A channel or layer that shows where to repair; the rest stays untouched"),
                ),
                _switch(
                    "damage-selection",
                    _("Selection is da_mage"),
                    _("Repair what is selected, only there"),
                ),
                _MODEL,
                _SEED,
            ),
        ),
        Entry(
            "restore-colorize-restore-and-colorize",
            _("Restore _& Colorize…"),
            _("Repair the layer and give it colors, as a new layer"),
            "restore_and_colorize",
            "restore",
            (
                *_REFERENCES,
                _RESTORING,
                _EAGERNESS,
                _TONE,
                _SATURATION,
                _TRUST,
                _MODEL,
                _SEED,
            ),
        ),
        Entry(
            "restore-colorize-detect-damage",
            _("_Detect Damage…"),
            _("Find scratches and holes, as a selection or a mask to edit"),
            "detect",
            "detect_damage",
            (
                _number(
                    "sensitivity", _("Sensiti_vity"), _("1 marks all suspicious"), 0.5, 0.0, 1.0
                ),
                _choice(
                    "output",
                    _("_Give"),
                    _("A selection, or a channel over the photograph to paint on"),
                    ("selection", _("Selection")),
                    ("channel", _("Mask channel")),
                ),
                _MODEL,
            ),
            (_found_channel,),
        ),
        Entry(
            "restore-colorize-suggest-references",
            _("Su_ggest References…"),
            _("Tell which pictures suit the layer as references"),
            "suggest",
            "suggest_references",
            (
                _drawable(
                    "references", _("Layers of _group"), _("A group of layers to choose from")
                ),
                _switch(
                    "open-images", _("_Open images"), _("The other open images, as they are seen")
                ),
                _file(
                    "folder",
                    _("_Folder"),
                    _("A folder of photographs, which the server on this computer reads"),
                    Gimp.FileChooserAction.SELECT_FOLDER,
                ),
                _count("count", _("Cou_nt"), _("How many to name at most"), 4, 1, 64),
                _MODEL,
            ),
            (_suggestions,),
        ),
        Entry(
            "restore-colorize-repeat",
            _("Repeat E_xactly"),
            _("Make the chosen result layer once more, to the same bytes"),
            "repeat",
        ),
        Entry(
            "restore-colorize-server",
            _("Ser_ver…"),
            _("Show the server's state and choose another one"),
            "server",
            arguments=(
                _switch("start", _("_Start it"), _("Start the local server where none runs")),
            ),
            returns=(_report,),
            needs_image=False,
        ),
        Entry(
            "restore-colorize-check-setup",
            _("C_heck Setup…"),
            _("Say what is installed, what runs, and how to mend what does not"),
            "setup",
            returns=(_report,),
            needs_image=False,
        ),
    )
}
