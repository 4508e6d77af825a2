"""Making: what a gallery's templates hang on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.faces.calibration import model_digests, preparation_digest
from pipeline.faces.match import embedder_names, embedder_of
from pipeline.policy import Policy


@dataclass(frozen=True)
class Making:
    """Digests of everything that makes templates, and how many numbers one has."""

    models: Mapping[str, str]
    dimensions: int


def template_making(policy: Policy) -> Making:
    """How templates are made under a policy. Raises ModelError for a weight that is missing."""
    digests = {**model_digests(embedder_names(policy)), "preparation": preparation_digest()}
    return Making(digests, embedder_of(policy).dimensions)
