"""Periksa: biometric capture and document verification for passport offices.

The public names load what they need when they are first used, so ``import pipeline`` is cheap.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipeline.documents.mrz import MrzTracker, format_mrz, parse_mrz, read_mrz
    from pipeline.documents.read import read_document
    from pipeline.faces.fuse import match_many
    from pipeline.faces.match import match_faces
    from pipeline.policy import load_policy
    from pipeline.portrait.assess import assess_portrait
    from pipeline.portrait.coach.coach import Coach
    from pipeline.portrait.finish.finish import finish_portrait
    from pipeline.portrait.finish.record_reader import read_face_record
    from pipeline.portrait.finish.record_writer import write_face_record
    from pipeline.verify import verify

__all__ = [
    "Coach",
    "MrzTracker",
    "assess_portrait",
    "finish_portrait",
    "format_mrz",
    "load_policy",
    "match_faces",
    "match_many",
    "parse_mrz",
    "read_document",
    "read_face_record",
    "read_mrz",
    "verify",
    "write_face_record",
]

_HOMES = {
    "Coach": "pipeline.portrait.coach.coach",
    "MrzTracker": "pipeline.documents.mrz.tracker",
    "assess_portrait": "pipeline.portrait.assess",
    "finish_portrait": "pipeline.portrait.finish.finish",
    "format_mrz": "pipeline.documents.mrz.compose",
    "load_policy": "pipeline.policy",
    "match_faces": "pipeline.faces.match",
    "match_many": "pipeline.faces.fuse",
    "parse_mrz": "pipeline.documents.mrz.parse",
    "read_document": "pipeline.documents.read",
    "read_face_record": "pipeline.portrait.finish.record_reader",
    "read_mrz": "pipeline.documents.mrz",
    "verify": "pipeline.verify",
    "write_face_record": "pipeline.portrait.finish.record_writer",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'pipeline' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)


class _Package(ModuleType):
    """Keeps ``pipeline.verify`` the function where Python would bind the module verify.py."""

    def __setattr__(self, name: str, value: Any) -> None:
        own = isinstance(value, ModuleType) and _HOMES.get(name) == value.__name__
        super().__setattr__(name, getattr(value, name) if own else value)


sys.modules[__name__].__class__ = _Package


def _refuse_shadows() -> None:
    """Name a user's own models.py or capture.py that hides ours, instead of failing obscurely."""
    from importlib.util import find_spec
    from pathlib import Path

    home = Path(__file__).resolve().parent.parent
    for name in ("models", "capture"):
        spec = find_spec(name)
        origin = (spec.origin if spec else None) or "a folder without __init__.py"
        if Path(origin).resolve().parent.parent != home:
            raise ImportError(
                f"Periksa's package {name!r} is hidden by {origin}; "
                f"rename that file or folder, or run Python from another folder"
            )


_refuse_shadows()
