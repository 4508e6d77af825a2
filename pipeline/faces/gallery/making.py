"""Making: what a gallery's templates hang on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from models.faces.dlib_resnet import DIMENSIONS
from pipeline.faces.calibration import model_digests
from pipeline.policy import Policy


@dataclass(frozen=True)
class Making:
    """Digests of everything that makes templates, and how many numbers one has."""

    models: Mapping[str, str]
    dimensions: int


def template_making(_policy: Policy) -> Making:
    """How templates are made under a policy. Raises ModelError for a weight that is missing."""
    return Making(model_digests(), DIMENSIONS)
