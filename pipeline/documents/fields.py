"""The value of one field of a document, with where it was read and how far it can be trusted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from pipeline.documents.mrz.formats import FORMATS
from pipeline.documents.mrz.reading import MrzReading
from pipeline.findings import Finding, Severity, Words
from pipeline.policy import Policy

Source = Literal["mrz", "viz"]  # machine-readable zone, visual inspection zone
Status = Literal["read", "uncertain"]


@dataclass(frozen=True, slots=True)
class FieldValue:
    """One field: ``value`` in its normal form, ``raw`` as the engine read it."""

    value: str
    source: Source
    confidence: float  # 0..1, of the least certain character
    status: Status
    raw: str = ""

    def to_dict(self) -> dict[str, Any]:
        return {
            "value": self.value,
            "source": self.source,
            "confidence": round(self.confidence, 3),
            "status": self.status,
            "raw": self.raw,
        }


def field_value(
    value: str, source: Source, confidence: float, policy: Policy, raw: str | None = None
) -> FieldValue:
    """A field, uncertain below the policy's documents.min_field_confidence."""
    enough = confidence >= policy.number("documents", "min_field_confidence")
    return FieldValue(
        value, source, confidence, "read" if enough else "uncertain", value if raw is None else raw
    )


def mrz_fields(mrz: MrzReading, policy: Policy) -> dict[str, FieldValue]:
    """Every field that the zone gives, each as certain as the worst character of its own place."""
    return {
        name: field_value(value, "mrz", _certainty(mrz, name), policy)
        for name, value in mrz.fields.items()
        if value
    }


def _certainty(mrz: MrzReading, field: str) -> float:
    layout = FORMATS.get(mrz.format or "")
    spans = layout.fields if layout else {}
    name = field if field in spans else "name" if field in ("surname", "given_names") else None
    if name is None or name not in spans:
        return mrz.confidence
    row, first, last = spans[name]
    if row >= len(mrz.char_confidence):
        return mrz.confidence
    return min(mrz.char_confidence[row][first:last], default=mrz.confidence)


def uncertain_field(name: str, field: FieldValue, policy: Policy) -> Finding:
    """The finding of a field that was read below the policy's confidence.

    It decides nothing by itself: another source that says the same confirms the reading, and one
    that differs is for review (``pipeline.consistency``).
    """
    return Finding(
        code="document.field_uncertain",
        severity=Severity.INFO,
        subject=name,
        value=round(field.confidence, 3),
        limit=policy.number("documents", "min_field_confidence"),
        message=Words(
            id=f"Isian {name} terbaca meragukan: {field.value or '-'}",
            en=f"Field {name} was read uncertainly: {field.value or '-'}",
        ),
        advice=Words(
            id="Bandingkan dengan dokumen asli, atau pindai ulang dengan lebih tajam",
            en="Compare with the document itself, or scan again more sharply",
        ),
    )
