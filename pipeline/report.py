"""VerificationReport: everything that one verification saw, ready for JSON, a page or a case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pipeline.application import Application
from pipeline.findings import Finding, Outcome
from pipeline.policy import Policy
from pipeline.progress import StageTime

if TYPE_CHECKING:
    from pipeline.consistency import FieldComparison
    from pipeline.documents.read import DocumentReading
    from pipeline.evidence import Portrait, Scan
    from pipeline.faces.match import FaceMatch
    from pipeline.portrait.assess import QualityReport


@dataclass(frozen=True, slots=True)
class ReadDocument:
    """A document of the application: what it was handed in as, its scan and its reading."""

    kind: str
    scan: Scan
    reading: DocumentReading

    def to_dict(self) -> dict[str, Any]:
        return {"kind": self.kind, "file": self.scan.name, **self.reading.to_dict()}


@dataclass(frozen=True, slots=True, kw_only=True)
class VerificationReport:
    """One verification; ``to_dict`` is the contract of the command line and the API."""

    application: Application
    outcome: Outcome
    findings: tuple[Finding, ...]
    picture: Portrait
    portrait: QualityReport
    documents: tuple[ReadDocument, ...]
    face_matches: tuple[FaceMatch, ...]
    consistency: tuple[FieldComparison, ...]
    policy: Policy
    models: Mapping[str, str]
    timings: Mapping[str, StageTime]
    verified_at: datetime

    @property
    def evidence(self) -> dict[str, str]:
        """sha256 of every picture by its file name."""
        scans = {document.scan.name: document.scan.sha256 for document in self.documents}
        return {self.picture.name: self.picture.sha256, **scans}

    def to_dict(self) -> dict[str, Any]:
        return {
            "application": self.application.to_dict(),
            "outcome": self.outcome.value,
            "verified_at": self.verified_at.isoformat(timespec="seconds"),
            "findings": [finding.to_dict() for finding in self.findings],
            "portrait": {"file": self.picture.name, **self.portrait.to_dict()},
            "documents": [document.to_dict() for document in self.documents],
            "face_matches": [match.to_dict() for match in self.face_matches],
            "consistency": [comparison.to_dict() for comparison in self.consistency],
            "evidence": self.evidence,
            "policy": self.policy.to_dict(),
            "models": dict(self.models),
            "timings": {name: time.to_dict() for name, time in self.timings.items()},
        }
