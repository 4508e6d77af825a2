"""Several embedders as one: their templates side by side, weighted by how far scores spread.

The dot product of two such templates is the weighted mean of the single scores, which ranks pairs
as the mean of z-scores does (Jain, Nandakumar, Ross, Score normalization in multimodal biometric
systems, Pattern Recognition 38, 2005): the shift of a z-score moves all scores alike.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np

from models.faces._detector import Rgb
from models.faces._embedder import Embedder, Template, joint_digest, unit
from models.faces._landmarks import Landmarks


class FusedEmbedder:
    """An ``Embedder`` of several."""

    def __init__(self, parts: Sequence[Embedder]) -> None:
        self._parts = tuple(parts)
        shares = np.array([1 / part.spread for part in parts])
        # A score is a sum of products, so a template carries the root of its share.
        self._weights = np.sqrt(shares / shares.sum()).astype(np.float32)
        self.name = "+".join(part.name for part in parts)
        self.dimensions = sum(part.dimensions for part in parts)
        self.spread = float(np.hypot.reduce(shares / shares.sum() * [p.spread for p in parts]))
        digests = {name: digest for part in parts for name, digest in part.digests.items()}
        spreads = {f"{part.name}.spread": f"{part.spread:.6g}" for part in parts}
        self.digests: Mapping[str, str] = MappingProxyType(digests)
        order = {"order": self.name}
        self.digest = joint_digest({**digests, **spreads, **order})

    def embed(self, rgb: Rgb, landmarks: Landmarks) -> Template:
        """(sum of dimensions,) float32 of length 1."""
        templates = [part.embed(rgb, landmarks) for part in self._parts]
        pairs = zip(templates, self._weights, strict=True)
        return unit(np.concatenate([template * weight for template, weight in pairs]), self.name)
