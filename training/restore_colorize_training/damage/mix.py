"""A batch of clean pictures becomes a batch of old ones, with truth and damage mask."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from restore_colorize_training.damage import creases, optics, patches, strokes, tones
from restore_colorize_training.damage.draws import Draws
from restore_colorize_training.damage.kinds import Drawn, Kind
from restore_colorize_training.damage.textures import Textures


@dataclass(frozen=True)
class Damaged:
    """Planes (b, 1, s, s) in [0, 1].

    Attributes:
        picture: the old photograph, in steps of 1/255.
        toned: the truth in the old photograph's tone: what restoring its content should give.
        truth: the picture as it was, with the decoys drawn into it.
        mask: opacity of scratches, folds, dust and torn pieces.
    """

    picture: Tensor
    toned: Tensor
    truth: Tensor
    mask: Tensor


@dataclass(frozen=True)
class Decoys:
    """Chances that intact things which look like damage are drawn into the truth.

    Attributes:
        lines: regular straight lines. patches: compact bright or dark patches with soft edges.
    """

    lines: float = 0.0
    patches: float = 0.0


class DamageMaker:
    """Draws damage of several kinds, mixed by their shares.

    Args:
        kinds: by name. decoys: what is drawn into the truth. textures: scanned damage, or None.
    """

    def __init__(
        self, kinds: Mapping[str, Kind], decoys: Decoys, textures: Textures | None = None
    ) -> None:
        self.kinds = dict(kinds)
        self._decoys, self._textures = decoys, textures

    def damage(self, truth: Tensor, generator: torch.Generator, kind: str | None = None) -> Damaged:
        """Damage (b, 1, s, s), s at least 16; all by one kind, or each by one drawn by share."""
        draws = Draws(generator)
        drawn = self._draw_kinds(len(truth), draws, kind)
        truth = self._with_decoys(truth, draws) if kind is None else truth
        toned = _faded(truth, drawn, draws)
        picture, late_noise = _through_optics(toned, drawn, draws)
        picture, mask = self._with_physical_damage(picture, drawn, draws)
        picture, mask = _digitized(picture, mask, late_noise, drawn, draws)
        return Damaged(_eight_bits(picture), _eight_bits(toned), truth, mask)

    def _draw_kinds(self, count: int, draws: Draws, kind: str | None) -> Drawn:
        if kind is not None:
            return Drawn([self.kinds[kind]] * count, draws.device)
        shares = torch.tensor([k.share for k in self.kinds.values()], device=draws.device)
        chosen = torch.multinomial(shares, count, replacement=True, generator=draws.generator)
        kinds = list(self.kinds.values())
        return Drawn([kinds[i] for i in chosen.tolist()], draws.device)

    def _with_decoys(self, truth: Tensor, draws: Draws) -> Tensor:
        count, side = len(truth), truth.shape[-1]
        lined = draws.where(self._decoys.lines, count)
        if len(lined):
            lines = strokes.grid_strokes(lined, side, draws)
            opacity = strokes.rasterize(lines, strokes.lay_out(lines, draws), count, side)
            truth = torch.lerp(truth, _colors(count, 0.65, draws), opacity)
        patched = draws.where(self._decoys.patches, count)
        for _ in range(3 if len(patched) else 0):
            opacity = patches.soft_patches(len(patched), side, draws)
            opacity = opacity * draws.uniform(0.4, 1.0, len(patched), 1, 1, 1)
            shade = _colors(len(patched), 0.6, draws) + 0.1 * draws.smooth(len(patched), 4, side)
            truth = truth.index_copy(0, patched, torch.lerp(truth[patched], shade, opacity))
        return truth.clamp(0, 1)

    def _with_physical_damage(
        self, picture: Tensor, drawn: Drawn, draws: Draws
    ) -> tuple[Tensor, Tensor]:
        count, side = len(picture), picture.shape[-1]
        picture, lines = _folded(picture, drawn, draws)
        marks = _marks(lines, drawn, count, side, draws)  # (2 count, 1, s, s): bright, then dark
        picture, marks = _creased(picture, marks, drawn, draws)
        marks = self._with_textures(marks, drawn, count, draws)
        broken = draws.where(0.5, len(marks))
        gaps = (0.75 + 0.5 * draws.smooth(len(broken), 20, side)).clamp(0.1, 1)
        marks = marks.index_copy(0, broken, marks[broken] * gaps)
        grain = 0.04 * draws.smooth(count, 24, side) + 0.02 * draws.normal(count, 1, side, side)
        mask = torch.zeros_like(picture)
        white = draws.uniform(*drawn["white"].unbind(1), count)[:, None, None, None]
        for opacity, color in ((marks[:count], white), (marks[count:], _colors(count, 0.0, draws))):
            cover = (color + grain).clamp(0, 1)
            picture, mask = torch.lerp(picture, cover, opacity), torch.maximum(mask, opacity)
        torn = draws.where(drawn["torn"], count)
        for _ in range(2 if len(torn) else 0):
            opacity = patches.torn_pieces(len(torn), side, draws)
            opacity = opacity * (draws.uniform(0.0, 1.0, len(torn), 1, 1, 1) < 0.75)
            rough = draws.uniform(0.2, 2.5, len(torn), 1, 1, 1) * grain[torn]
            cover = (_colors(len(torn), 0.8, draws) + rough).clamp(0, 1)
            picture = picture.index_copy(0, torn, torch.lerp(picture[torn], cover, opacity))
            mask = mask.index_copy(0, torn, torch.maximum(mask[torn], opacity))
        return picture, mask

    def _with_textures(self, marks: Tensor, drawn: Drawn, count: int, draws: Draws) -> Tensor:
        if self._textures is None:
            return marks
        for index in draws.where(drawn["texture"], count).tolist():
            place = index if draws.number(0.0, 1.0) < 0.75 else index + count
            marks[place] = torch.maximum(
                marks[place], self._textures.cut(marks.shape[-1], draws)[0]
            )
        return marks


def _faded(truth: Tensor, drawn: Drawn, draws: Draws) -> Tensor:
    count, side = len(truth), truth.shape[-1]
    toned = truth
    chosen = draws.where(drawn["fading"], count)
    if len(chosen):
        toned = toned.index_copy(0, chosen, tones.fade(truth[chosen], draws))
    chosen = draws.where(drawn["smooth_stain"], count)
    if len(chosen):
        stain = tones.smooth_stain(len(chosen), side, draws)
        toned = toned.index_copy(0, chosen, toned[chosen] * stain)
    return toned.clamp(0, 1)


def _through_optics(picture: Tensor, drawn: Drawn, draws: Draws) -> tuple[Tensor, Tensor]:
    """Blurred, reduced, noisy and stained; and the sigma (b,) of the noise that comes later."""
    count, side = len(picture), picture.shape[-1]
    chosen = draws.where(drawn["blur"], count)
    if len(chosen):
        low, high = drawn["blur_sigma"][chosen].unbind(1)
        sigma = draws.uniform(low, high, len(chosen))
        picture = picture.index_copy(0, chosen, optics.blur(picture[chosen], sigma, draws))
    chosen = draws.where(drawn["resolution"], count)
    if len(chosen):
        reduced = optics.lose_resolution(picture[chosen], draws.number(1.2, 3.0))
        picture = picture.index_copy(0, chosen, reduced)
    low, high = drawn["noise_sigma"].unbind(1)
    sigma = draws.uniform(low, high, count)
    strong = draws.uniform(0.0, 1.0, count) < drawn["strong_noise"]
    sigma = torch.where(strong, draws.uniform(0.06, 0.12, count), sigma)
    sigma = sigma * (draws.uniform(0.0, 1.0, count) < drawn["noise"])
    is_late = draws.uniform(0.0, 1.0, count) < 0.5
    early = ((sigma > 0) & ~is_late).nonzero()[:, 0]
    if len(early):
        noisy = optics.add_noise(picture[early], sigma[early], draws)
        picture = picture.index_copy(0, early, noisy)
    chosen = draws.where(drawn["edged_stain"], count)
    if len(chosen):
        stain = tones.edged_stain(len(chosen), side, draws)
        picture = picture.index_copy(0, chosen, picture[chosen] * stain)
    return picture, sigma * is_late


def _folded(picture: Tensor, drawn: Drawn, draws: Draws) -> tuple[Tensor, strokes.Strokes | None]:
    """Shade both sides of a fold; the broken line itself comes back as a stroke."""
    count, side = len(picture), picture.shape[-1]
    chosen = draws.where(drawn["folds"], count)
    n = len(chosen)
    if not n:
        return picture, None
    turn = draws.integer(0, 2, n) * (math.pi / 2) + draws.normal(n) * 0.15
    x, y = draws.uniform(0.1 * side, 0.9 * side, 2, n)
    ticks = torch.arange(side, device=draws.device) + 0.5
    dy = (ticks[:, None] - y[:, None, None]) * turn.cos()[:, None, None]
    away = dy - (ticks[None] - x[:, None, None]) * turn.sin()[:, None, None]  # (n, s, s)
    reach = draws.uniform(3.0, 14.0, n, 1, 1)
    other = -draws.uniform(0.0, 1.0, n, 1, 1)
    shade = torch.exp(-away.abs() / reach) * torch.where(away > 0, 1.0, other)
    shade = shade * draws.uniform(-0.15, 0.15, n, 1, 1)
    picture = picture.index_copy(0, chosen, picture[chosen] + shade[:, None])
    return picture, strokes.fold_strokes(chosen, side, x, y, turn, draws)


def _marks(
    folds: strokes.Strokes | None, drawn: Drawn, count: int, side: int, draws: Draws
) -> Tensor:
    """Opacities (2 count, 1, s, s) of lines and specks, bright ones first, then dark ones."""

    def split(chance: Tensor, bright: float, dark: float) -> Tensor:
        """Canvases of the chosen pictures: of the bright, of the dark, or of both."""
        chosen = draws.uniform(0.0, 1.0, count) < chance
        polarity = draws.uniform(0.0, 1.0, 2, count)
        return torch.cat([chosen & (polarity[0] < bright), chosen & (polarity[1] < dark)])

    def where(canvases: Tensor) -> Tensor:
        return canvases.nonzero()[:, 0]

    scratched = strokes.scratch_strokes(where(split(drawn["scratches"], 0.75, 0.4)), side, draws)
    paths = strokes.lay_out(scratched, draws)
    lines = scratched.joined(strokes.branches(scratched, paths, 0.35, draws))
    long = strokes.long_strokes(where(split(drawn["long_scratches"], 0.7, 0.4)), side, draws)
    dusty = where(split(drawn["dust"], 0.65, 0.65))
    lines = lines.joined(long).joined(strokes.hair_strokes(dusty, side, draws))
    if folds is not None:
        lines = lines.joined(folds)
    marks = strokes.rasterize(lines, strokes.lay_out(lines, draws), 2 * count, side)
    networks = where(split(drawn["cracks"], 0.9, 0.15))
    if len(networks):
        marks = torch.maximum(marks, strokes.cracked(networks, 2 * count, side, draws))
    if len(dusty):
        opacity = patches.specks(dusty, 2 * count, side, draws)
        marks = torch.maximum(marks, opacity * draws.uniform(0.5, 1.0, 2 * count, 1, 1, 1))
    if drawn["film_scratches"].any():  # else nothing is drawn: older figures stay repeatable
        filmed = where(split(drawn["film_scratches"], 0.7, 0.4))
        lines = strokes.film_strokes(filmed, side, draws)
        straight = strokes.rasterize(lines, strokes.lay_out(lines, draws), 2 * count, side)
        marks = torch.maximum(marks, straight)
    return marks


def _creased(picture: Tensor, marks: Tensor, drawn: Drawn, draws: Draws) -> tuple[Tensor, Tensor]:
    """Shade the picture beside creases, and add them to the marks (2 count, 1, s, s)."""
    if not drawn["creases"].any():  # nothing is drawn: older figures stay repeatable
        return picture, marks
    count, side = len(picture), picture.shape[-1]
    chosen = draws.where(drawn["creases"], count)
    dark = draws.uniform(0.0, 1.0, len(chosen)) < 0.2
    lines = creases.creased(chosen, count, side, draws)
    picture = picture + creases.relief(lines, draws)
    owner = torch.zeros(count, dtype=torch.bool, device=picture.device)
    owner[chosen] = dark
    is_dark = owner[:, None, None, None]
    both = torch.cat([lines * ~is_dark, lines * is_dark])
    return picture, torch.maximum(marks, both)


def _digitized(
    picture: Tensor, mask: Tensor, late_noise: Tensor, drawn: Drawn, draws: Draws
) -> tuple[Tensor, Tensor]:
    """Scanned a little unsharp, marks and all, with noise of its own, and stored as JPEG."""
    count = len(picture)
    chosen = draws.where(drawn["softening"], count)
    if len(chosen):
        low, high = drawn["softening_sigma"][chosen].unbind(1)
        sigma = draws.uniform(low, high, len(chosen))
        picture = picture.index_copy(0, chosen, optics.soften(picture[chosen], sigma))
        spread = torch.maximum(mask[chosen], optics.soften(mask[chosen], sigma))
        mask = mask.index_copy(0, chosen, spread)
    late = (late_noise > 0).nonzero()[:, 0]
    if len(late):
        noisy = optics.add_noise(picture[late], late_noise[late], draws)
        picture = picture.index_copy(0, late, noisy)
    chosen = draws.where(drawn["jpeg"], count)
    if len(chosen):
        low, high = drawn["jpeg_quality"][chosen].unbind(1)
        quality = draws.uniform(low, high, len(chosen)).round()
        coded = optics.jpeg(picture[chosen].clamp(0, 1), quality, draws)
        picture = picture.index_copy(0, chosen, coded)
    return picture, mask


def _colors(count: int, bright: float, draws: Draws) -> Tensor:
    """Near white for the share ``bright`` of the pictures, near black for the others."""
    is_bright = draws.uniform(0.0, 1.0, count) < bright
    white, black = draws.uniform(0.72, 1.0, count), draws.uniform(0.0, 0.28, count)
    return torch.where(is_bright, white, black)[:, None, None, None]


def _eight_bits(picture: Tensor) -> Tensor:
    return (picture.clamp(0, 1) * 255).round() / 255
