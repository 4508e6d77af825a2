"""What a file in this drawer offers: one measure, named as the standard names it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn

from pipeline.findings import Words
from pipeline.portrait.component import NotAssessed as NotAssessed
from pipeline.portrait.view import PortraitView

NOT_MEASURED = "not measured"


@dataclass(frozen=True, slots=True)
class Remark:
    """What is wrong with a poor value, and what the person at the camera does about it."""

    message: Words
    advice: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One quality component. ``raw`` may raise NotAssessed; ``scalar`` maps raw to 0..100.

    A poor value below ``middle`` gets the remark ``low``, one above it ``high``; limits are not
    the measure's business but the profile's.
    """

    name: str
    label: Words
    raw: Callable[[PortraitView], float]
    scalar: Callable[[float], int] | None
    low: Remark
    high: Remark
    middle: float = 0.0
    method: str = ""  # by what it is measured
    fidelity: str = ""  # how near that comes to the standard's reference, or to the truth

    def remark(self, raw: float) -> Remark:
        """What to say about a poor raw value."""
        return self.high if raw > self.middle else self.low


def by_eye(name: str, label: Words, reason: str) -> Measure:
    """A component of the standard that is looked at by an officer, because ``reason``."""

    def refuse(_view: PortraitView) -> NoReturn:
        raise NotAssessed(reason)

    look = Remark(
        message=Words(id=f"{label.id}: periksa sendiri", en=f"{label.en}: check by eye"),
        advice=Words(id="Petugas memeriksa foto", en="An officer looks at the picture"),
    )
    return Measure(
        name=name,
        label=label,
        method=NOT_MEASURED,
        fidelity=reason,
        raw=refuse,
        scalar=None,
        low=look,
        high=look,
    )
