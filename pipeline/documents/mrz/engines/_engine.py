"""What every reader of machine-readable zones in the drawer offers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from pipeline.documents.mrz.reading import MrzReading
from pipeline.evidence import Rgb
from pipeline.policy import Policy

Read = Callable[[Rgb, Policy, date | None], MrzReading]


@dataclass(frozen=True, slots=True)
class MrzEngine:
    """One reader. ``read``: a picture (H x W x 3 uint8 RGB), the policy, today (None: the clock).

    ``read`` raises models.errors.EngineMissing where what it needs is not installed.
    """

    name: str
    about: str
    read: Read
