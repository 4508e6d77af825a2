"""What an identification says: candidates with their scores, and all that could be overlooked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pipeline.faces.gallery.filter import Filter
from pipeline.faces.gallery.fpir import Fpir
from pipeline.faces.gallery.record import Record
from pipeline.findings import Finding


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry that resembles the probe; ``hit`` is None where no FPIR was asked for."""

    rank: int
    record: Record
    score: float  # cosine, higher = more alike
    fpir: Fpir  # of a threshold at this score
    hit: bool | None

    def to_dict(self) -> dict[str, Any]:
        return {
            "rank": self.rank,
            **self.record.to_dict(),
            "score": round(self.score, 6),
            "fpir": self.fpir.to_dict(),
            "hit": self.hit,
        }


@dataclass(frozen=True, slots=True)
class Identification:
    """The answer to one probe.

    ``searched`` entries were compared, the ``filtered_out`` ones among them too. ``outside_filter``
    are those of them that reach the threshold; without one, that would be among the candidates.
    ``more`` and ``more_outside`` count hits for which the lists had no room.
    """

    probe: str
    candidates: tuple[Candidate, ...]
    outside_filter: tuple[Candidate, ...]
    more: int
    more_outside: int
    searched: int
    filtered_out: int
    wanted: Filter
    threshold: float | None
    fpir: float | None  # that was asked for
    calibration: str
    findings: tuple[Finding, ...]

    def to_dict(self) -> dict[str, Any]:
        return {
            "probe": self.probe,
            "candidates": [candidate.to_dict() for candidate in self.candidates],
            "outside_filter": [candidate.to_dict() for candidate in self.outside_filter],
            "more_hits": self.more,
            "more_outside_filter": self.more_outside,
            "searched": self.searched,
            "filtered_out": self.filtered_out,
            "filter": self.wanted.to_dict(),
            "threshold": None if self.threshold is None else round(self.threshold, 6),
            "fpir": self.fpir,
            "calibration": self.calibration,
            "findings": [finding.to_dict() for finding in self.findings],
        }
