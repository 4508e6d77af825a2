"""Does the machine-readable zone say the name that the visual zone shows?

Source: ICAO Doc 9303-3 (8th edition), 3.4 (visual zone), 4.6 and 6.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from pipeline.findings import Finding, Severity, Words
from pipeline.names.compare import (
    Likeness,
    Name,
    NameComparison,
    Reason,
    compare_names,
    name_parts,
)
from pipeline.policy import Policy, load_policy

CLAUSE = "ICAO Doc 9303-3, 4.6 and 6"
_ESCAPED = re.compile("X[A-Z]")  # a letter of table C that A to Z do not have
_SILENT = frozenset("XAEIOUWY")
_SEPARATORS = 2  # fillers between the primary and the secondary identifier


@dataclass(frozen=True, slots=True)
class NameAgreement:
    """Whether both zones say one name; ``reason``: what Doc 9303 lets differ, or what differs."""

    status: Likeness
    reason: Reason
    distance: int
    finding: Finding | None

    def to_dict(self) -> dict[str, Any]:
        return {
            "status": self.status,
            "reason": self.reason,
            "distance": self.distance,
            "finding": self.finding.to_dict() if self.finding else None,
        }


def name_agreement(
    viz_name: str,
    mrz_surname: str | None,
    mrz_given: str | None,
    columns: int,
    policy: Policy | None = None,
) -> NameAgreement:
    """Compares the printed name with the zone's, whose name field has ``columns`` places.

    A comma in ``viz_name`` stands between primary and secondary identifier; without one either may
    come first. Equal are permitted transliterations, hyphens, apostrophes, particles written
    together, titles that the zone leaves out, and what a full name field had no room for; similar
    is a Latin transcription of an Arabic name that the zone transliterates. Raises PolicyError.
    """
    limits = policy or load_policy()
    zone = Name(mrz_given or "", mrz_surname or "", _full(mrz_surname, mrz_given, columns))
    distance = round(limits.number("consistency", "name_review_distance"))
    found = compare_names(_printed(viz_name), zone, distance)
    if found.reason == "title":
        found = NameComparison("equal", found.distance, "title")
    elif found.likeness == "different" and _transcribed(viz_name, zone):
        found = NameComparison("similar", found.distance, "transcription")
    finding = None if found.likeness == "equal" else _finding(viz_name, zone, found)
    return NameAgreement(found.likeness, found.reason, found.distance, finding)


def _full(surname: str | None, given: str | None, columns: int) -> bool:
    """Doc 9303-4 to -7, 4.2.3: a name that reaches the last place must be taken as cut."""
    parts = [part for part in (surname, given) if part]
    return sum(map(len, parts)) + _SEPARATORS * (len(parts) - 1) >= columns


def _transcribed(viz_name: str, zone: Name) -> bool:
    """Whether a Latin transcription has the consonants of a zone that table C writes.

    Doc 9303-3, B.5.3: the zone lacks the vowels, and its X is to be ignored.
    """
    if not _ESCAPED.search(zone.full):
        return False
    return not _skeletons(_printed(viz_name)).isdisjoint(_skeletons(zone))


def _skeletons(name: Name) -> set[str]:
    """The consonants of the whole name, its surname last and first."""
    given, surname = ("".join(name_parts(part)) for part in (name.given, name.surname))
    return {_consonants(given + surname), _consonants(surname + given)}


def _consonants(name: str) -> str:
    """Without X, vowels and the second of two equal letters."""
    letters = [letter for letter in name if letter not in _SILENT]
    return "".join(letter for letter, _ in groupby(letters))


def _printed(viz_name: str) -> Name:
    """The name of the visual zone; the comma of Doc 9303-3, 3.4 divides it."""
    primary, comma, secondary = viz_name.partition(",")
    return Name(secondary, primary) if comma else Name(viz_name)


def _finding(viz_name: str, zone: Name, found: NameComparison) -> Finding:
    similar = found.likeness == "similar"
    shown = f"{zone.surname}, {zone.given}".strip(", ")
    how = Words("mirip", "is like") if similar else Words("berbeda dari", "differs from")
    return Finding(
        code=f"names.viz_mrz_{found.likeness}",
        severity=Severity.REVIEW if similar else Severity.FAIL,
        subject="name",
        value=f"{viz_name} / {shown}",
        limit=found.distance,
        clause=CLAUSE,
        message=Words(
            f"Nama yang tercetak “{viz_name}” {how.id} nama dalam MRZ “{shown}”",
            f"The printed name “{viz_name}” {how.en} the zone's name “{shown}”",
        ),
        advice=Words(
            "Bandingkan kedua nama pada dokumen aslinya",
            "Compare both names on the document itself",
        ),
    )
