"""What a script registers: its procedures, their menus and parameters. Needs no GIMP."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from gimpfu_bindings import kinds

PREFIXES = ("python-", "extension-", "plug-in-", "file-")
_DRAWABLES = (kinds.PF_DRAWABLE, kinds.PF_LAYER, kinds.PF_CHANNEL)
_IMAGE = (kinds.PF_IMAGE, "image", "Input image", None)
_DRAWABLE = (kinds.PF_DRAWABLE, "drawable", "Input drawable", None)
_KNOWN = frozenset(getattr(kinds, name) for name in kinds.__all__)


class RegistrationError(ValueError):
    """A script registers something that cannot be."""


class Parameter(NamedTuple):  # which GIMP's start makes faster than a dataclass
    """A value that a script asks for. ``name`` is fit for GIMP 3, ``label`` for the dialog."""

    kind: int
    name: str
    label: str
    default: Any
    extra: Any


class Script(NamedTuple):
    """One registered procedure.

    takes_image: the first parameter is the image that the menu belongs to; takes_drawable: the
    second is what is active in it. ``parameters`` are the others.
    """

    name: str
    blurb: str
    help: str
    author: str
    copyright: str
    date: str
    label: str
    menu: str
    image_types: str
    takes_image: bool
    takes_drawable: bool
    parameters: tuple[Parameter, ...]
    results: tuple[tuple[int, str, str], ...]
    function: Callable[..., Any]
    lead: tuple[int, ...]

    @property
    def title(self) -> str:
        """The entry's text without mnemonic and dots, else the name."""
        return re.sub("_(.?)", r"\1", self.label).rstrip("….") or self.name


registered: dict[str, Script] = {}
menus: dict[str, list[str]] = {}


def register(
    proc_name: str,
    blurb: str,
    help: str,  # noqa: A002 - the interface's names
    author: str,
    copyright: str,  # noqa: A002
    date: Any,
    label: str | None,
    imagetypes: str | None,
    params: Sequence[Sequence[Any]],
    results: Sequence[Sequence[Any]],
    function: Callable[..., Any],
    menu: str | None = None,
    domain: Any = None,
    on_query: Callable[[], None] | None = None,
    on_run: Callable[[], None] | None = None,
) -> None:
    """Register a procedure, as in GIMP 2.10.

    With ``menu``, ``label`` is the entry's text and ``params`` begin with image and drawable.
    Without, ``label`` is the whole path, and image and drawable come before ``params`` by
    themselves. A parameter is (kind, name, label, default[, extra]).

    Raises RegistrationError.
    """
    name = procedure_name(proc_name)
    params, label, menu = _completed(list(params), label or "", menu, imagetypes, function)
    for number, param in enumerate(params, start=1):
        _check(name, number, param)
    takes_image = bool(params) and params[0][0] == kinds.PF_IMAGE and bool(imagetypes)
    takes_drawable = takes_image and len(params) > 1 and params[1][0] in _DRAWABLES
    lead = takes_image + takes_drawable
    entry = Script(
        name, blurb or "", help or "", author or "", copyright or "", str(date), label,
        _menu(menu), _image_types(imagetypes), takes_image, takes_drawable,
        _parameters(params[lead:]), tuple((r[0], r[1], r[2]) for r in results), function,
        tuple(param[0] for param in params[:lead]),
    )  # fmt: skip
    registered[name] = entry
    if on_query is not None:
        on_query()


def procedure_name(name: str) -> str:
    """Return GIMP 3's name of a procedure that a script calls ``name``."""
    if not re.fullmatch(r"[A-Za-z0-9_-]+", name or ""):
        raise RegistrationError(f"a procedure cannot be named {name!r}: letters, digits, - and _")
    own = name.replace("_", "-")
    return own if own.startswith(PREFIXES) else f"python-fu-{own}"


def add_menu(procedure: str, menu: str) -> None:
    """Add an entry in another menu."""
    menus.setdefault(procedure_name(procedure), []).append(_menu(menu))


def fail(text: str) -> None:
    """End the script with a text for the user."""
    raise RuntimeError(text)


def _completed(
    params: list[Any],
    label: str,
    menu: str | None,
    imagetypes: str | None,
    function: Callable[..., Any],
) -> tuple[list[Any], str, str]:
    """Take the menu out of an old label, and put image and drawable before the parameters."""
    if menu is not None or not label.startswith("<"):
        return params, label, menu or ""
    menu, _, entry = label.rpartition("/")
    if menu.startswith(("<Load>", "<Save>")):
        raise RegistrationError(
            "it reads or writes files of a kind of its own, which GIMP 3 does in another way"
        )
    is_inserted = menu.startswith("<Image>") and not _takes_just(function, params, imagetypes)
    return ([_IMAGE, _DRAWABLE, *params] if is_inserted else params), entry, menu


def _takes_just(function: Callable[..., Any], params: list[Any], imagetypes: str | None) -> bool:
    """Whether the function takes the parameters alone, though the menu is an image's."""
    if params and params[0][0] == kinds.PF_IMAGE:
        return True
    try:
        inspect.signature(function).bind(*[None] * (len(params) + 2))
    except TypeError:
        return True
    except ValueError:
        pass
    return False


def _menu(menu: str) -> str:
    """Return the place in GIMP 3's menus: those of the toolbox went into the image's."""
    menu = menu.replace("<Vectors>", "<Paths>").replace("<Indexed Palette>", "<Colormap>")
    menu = menu.replace("<Toolbox>/Xtns", "<Image>/Filters").replace("<Toolbox>", "<Image>")
    return menu.replace("/Xtns/", "/Filters/").rstrip("/")


def _image_types(imagetypes: str | None) -> str:
    return imagetypes or ""


def _check(name: str, number: int, param: Sequence[Any]) -> None:
    if len(param) < 4:
        raise RegistrationError(f"parameter {number} of {name} needs a kind, name, label, default")
    if param[0] not in _KNOWN:
        raise RegistrationError(f"parameter {number} of {name} has the unknown kind {param[0]!r}")
    needs_extra = param[0] in (kinds.PF_SLIDER, kinds.PF_SPINNER, kinds.PF_RADIO, kinds.PF_OPTION)
    if needs_extra and len(param) < 5:
        raise RegistrationError(f"parameter {number} of {name} has no bounds or choices")


def _parameters(params: Sequence[Sequence[Any]]) -> tuple[Parameter, ...]:
    made: list[Parameter] = []
    taken = {"image", "drawables", "run-mode"}
    for param in params:
        stem = re.sub(r"[^a-z0-9]+", "-", str(param[1]).lower()).strip("-") or "value"
        stem = stem if stem[0].isalpha() else f"p-{stem}"
        name, count = stem, 2
        while name in taken:
            name, count = f"{stem}-{count}", count + 1
        taken.add(name)
        extra = param[4] if len(param) > 4 else None
        made.append(Parameter(param[0], name, str(param[2] or param[1]), param[3], extra))
    return tuple(made)
