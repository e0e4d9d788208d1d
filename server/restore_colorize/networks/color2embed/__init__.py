"""Color2Embed (2106.08017): one color vector of the reference steers a U-Net over the target."""

from __future__ import annotations

from restore_colorize.networks.color2embed.authors import network_from_authors
from restore_colorize.networks.color2embed.network import Color2Embed
from restore_colorize.networks.color2embed.sizes import Color2EmbedSizes

__all__ = ["Color2Embed", "Color2EmbedSizes", "network_from_authors"]
