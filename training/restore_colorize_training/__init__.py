"""Training of the color networks: data in RAM, batches made on the device, one recipe a network."""

from __future__ import annotations

from restore_colorize_training.color2embed import Color2EmbedRecipe
from restore_colorize_training.exemplar import ExemplarRecipe
from restore_colorize_training.recipe import Recipe

RECIPES: dict[str, type[Recipe]] = {
    "color2embed": Color2EmbedRecipe,
    "exemplar": ExemplarRecipe,
}

__all__ = ["RECIPES", "Recipe"]
