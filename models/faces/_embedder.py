"""What every face embedder offers."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from models.errors import ModelError
from models.faces._detector import Rgb
from models.faces._landmarks import Landmarks

Template = NDArray[np.float32]
"""A face as numbers: (D,) float32 of length 1; D is 128 for dlib's network."""


class Embedder(Protocol):
    """Turns a face into a template; the dot product of two templates is their score."""

    @property
    def name(self) -> str:
        """As a policy names it: ``dlib-resnet-int8``."""
        ...

    @property
    def digests(self) -> Mapping[str, str]:
        """The sha256 of everything that turns points into a template: networks and alignment."""
        ...

    @property
    def digest(self) -> str:
        """One sha256 for all of ``digests``: templates compare only under the same digest."""
        ...

    @property
    def dimensions(self) -> int:
        """How many numbers a template has."""
        ...

    @property
    def spread(self) -> float:
        """Standard deviation of the scores of different persons: its weight in a fusion."""
        ...

    def embed(self, rgb: Rgb, landmarks: Landmarks) -> Template:
        """The template of the face at ``landmarks`` in ``rgb`` (H x W x 3, uint8, RGB)."""
        ...


def joint_digest(digests: Mapping[str, str]) -> str:
    """One sha256 over parts and their digests, in the order of the parts' names."""
    lines = "".join(f"{digest}  {part}\n" for part, digest in sorted(digests.items()))
    return hashlib.sha256(lines.encode()).hexdigest()


def unit(vector: Template, name: str) -> Template:
    """``vector`` at length 1. Raises ModelError if it has no direction."""
    length = float(np.linalg.norm(vector))
    if not np.isfinite(length) or length == 0:
        raise ModelError(
            "model.output",
            f"{name} gave a template of length {length:g}",
            "The network does not fit its card: look at mean, scale and layout.",
        )
    scaled: Template = (vector / np.float32(length)).astype(np.float32, copy=False)
    return scaled
