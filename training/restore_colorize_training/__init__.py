"""Training of the networks: data in RAM, batches made on the device, one recipe a network."""

from __future__ import annotations

from restore_colorize_training.color2embed import Color2EmbedRecipe
from restore_colorize_training.exemplar import ExemplarRecipe
from restore_colorize_training.features import FeatureRecipe
from restore_colorize_training.pikfix import PikFixRecipe
from restore_colorize_training.pixcolor import PixColorPriorRecipe, PixColorRefinementRecipe
from restore_colorize_training.pixcolor_critic import PixColorCriticRecipe
from restore_colorize_training.recipe import Recipe
from restore_colorize_training.restoration import RestorationRecipe
from restore_colorize_training.restoration_plain import (
    RestorationNafRecipe,
    RestorationRdnRecipe,
)
from restore_colorize_training.restoration_tone import RestorationToneRecipe

RECIPES: dict[str, type[Recipe]] = {
    "color2embed": Color2EmbedRecipe,
    "exemplar": ExemplarRecipe,
    "pikfix": PikFixRecipe,
    "pixcolor-critic": PixColorCriticRecipe,
    "features": FeatureRecipe,
    "pixcolor-prior": PixColorPriorRecipe,
    "pixcolor-refinement": PixColorRefinementRecipe,
    "restoration": RestorationRecipe,
    "restoration-naf": RestorationNafRecipe,
    "restoration-rdn": RestorationRdnRecipe,
    "restoration-tone": RestorationToneRecipe,
}

__all__ = ["RECIPES", "Recipe"]
