"""Why a model could not be used.

ModelError
├── WeightMissing     a weight is not in the model folder
├── WeightAltered     a weight is there, with another digest
├── InstallFailed     a weight could not be fetched from the package index
└── EngineMissing     an inference or text engine is not installed
"""

from __future__ import annotations


class ModelError(Exception):
    """A model that cannot run: ``code`` for programs, ``message`` and ``advice`` for people."""

    def __init__(self, code: str, message: str, advice: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.advice = advice


class WeightMissing(ModelError):
    """A weight named in the catalogue is not in the model folder."""


class WeightAltered(ModelError):
    """A weight's bytes do not have the digest that the catalogue names."""


class InstallFailed(ModelError):
    """A package that carries a weight could not be fetched or opened."""


class EngineMissing(ModelError):
    """An engine that was asked for is not installed."""
