"""Findings: what was seen in the input, with its limit, its source and what to do about it.

Poor input is a finding; broken machinery is an exception (``pipeline.errors``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Severity(StrEnum):
    """What a finding does to the outcome."""

    INFO = "info"  # worth knowing, changes nothing
    REVIEW = "review"  # the evidence does not carry a decision: a person looks
    FAIL = "fail"  # a rule is broken


class Outcome(StrEnum):
    """The three answers of every judgement."""

    PASS = "pass"
    REVIEW = "review"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Words:
    """One text for officers in both languages."""

    id: str
    en: str

    def to_dict(self) -> dict[str, str]:
        return {"id": self.id, "en": self.en}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One observation. ``code`` is stable, dotted and in English (``mrz.check_digit``)."""

    code: str
    severity: Severity
    message: Words
    advice: Words | None = None
    subject: str | None = None  # the field, component, file or pair that it is about
    value: float | str | None = None
    limit: float | str | None = None
    clause: str | None = None  # where the limit comes from

    def to_dict(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "severity": self.severity.value,
            "subject": self.subject,
            "value": self.value,
            "limit": self.limit,
            "clause": self.clause,
            "message": self.message.to_dict(),
            "advice": self.advice.to_dict() if self.advice else None,
        }


def outcome_of(findings: Iterable[Finding]) -> Outcome:
    """The worst severity decides: fail before review before pass."""
    severities = {finding.severity for finding in findings}
    if Severity.FAIL in severities:
        return Outcome.FAIL
    return Outcome.REVIEW if Severity.REVIEW in severities else Outcome.PASS
