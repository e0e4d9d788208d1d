"""Which network a manifest means by a name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from torch import nn

from restore_colorize.networks import (
    Color2Embed,
    Color2EmbedSizes,
    ExemplarNet,
    ExemplarSizes,
    FeatureNet,
    FeatureSizes,
    MultiLevelRDN,
    NafSizes,
    NafUNet,
    PikFixColor,
    PikFixSizes,
    PixColor,
    PixColorSizes,
    RdnSizes,
    RestorationNet,
    RestorationSizes,
)

__all__ = ["BUILDERS", "PREPARED_FOR_BFLOAT16"]

BUILDERS: Mapping[str, Callable[[Mapping[str, Any]], nn.Module]] = {
    "color2embed": lambda config: Color2Embed(Color2EmbedSizes.from_config(config)),
    "exemplar": lambda config: ExemplarNet(ExemplarSizes.from_config(config)),
    "features": lambda config: FeatureNet(FeatureSizes.from_config(config)),
    "naf": lambda config: NafUNet(NafSizes.from_config(config)),
    "pikfix": lambda config: PikFixColor(PikFixSizes.from_config(config)),
    "pixcolor": lambda config: PixColor(PixColorSizes.from_config(config)),
    "rdn": lambda config: MultiLevelRDN(RdnSizes.from_config(config)),
    "restoration": lambda config: RestorationNet(RestorationSizes.from_config(config)),
}

# Networks that run no convolution in float32 on purpose; see networks/inference.py.
PREPARED_FOR_BFLOAT16 = frozenset({"color2embed", "exemplar"})
