"""What a picture shows beside the face that is compared: other faces, a turned head, no colour.

None of it changes a score. It says whether the right face was compared, and whether it can have
been taken of a living person just now; presentation attacks themselves are not assessed.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from pipeline.findings import Finding, Severity, Words
from pipeline.policy import Policy
from pipeline.portrait.locate import LocatedFace


@dataclass(frozen=True, slots=True)
class Scene:
    """What was seen around the compared face."""

    others: int  # further faces
    rivals: int  # those of them that are about as large
    quarters: int  # by which the head is turned clockwise
    colour: float | None  # mean chroma of the face, 0..255; None: not measured

    @classmethod
    def of(cls, face: LocatedFace, colour: float | None = None) -> Scene:
        """The scene of a located face."""
        return cls(len(face.others), len(face.rivals), face.quarters, colour)


def scene_findings(name: str, scene: Scene, policy: Policy, *, live: bool) -> Iterator[Finding]:
    """What an officer must know of the picture ``name``; ``live``: it was taken of the applicant.

    On documents other faces are ghost images and pictures without colour are common.
    """
    if scene.others:
        doubtful = live and scene.rivals > 0
        severity = Severity.REVIEW if doubtful else Severity.INFO
        yield _finding("several", severity, name, value=1 + scene.others, limit=1)
    if scene.quarters:
        yield _finding("turned", Severity.INFO, name, value=90 * scene.quarters)
    least = policy.number("faces", "grey_chroma")
    if live and scene.colour is not None and scene.colour < least:
        value = round(scene.colour, 1)
        yield _finding("no_colour", Severity.REVIEW, name, value=value, limit=least)


def around(
    names: tuple[str, str],
    scenes: tuple[Scene | None, Scene | None],
    policy: Policy,
    *,
    printed: bool,
) -> tuple[Finding, ...]:
    """What was seen around probe and reference; only the probe must have been taken in colour."""
    probe, reference = scenes
    found: list[Finding] = []
    if probe is not None:
        found += scene_findings(names[0], probe, policy, live=True)
    if reference is not None:
        scene = replace(reference, colour=None)
        found += scene_findings(names[1], scene, policy, live=not printed)
    return tuple(found)


def _finding(
    kind: str, severity: Severity, subject: str, value: float, limit: float | None = None
) -> Finding:
    message, advice = (Words(*_table()[kind][key]) for key in ("message", "advice"))
    return Finding(
        code=f"face.{kind}",
        severity=severity,
        subject=subject,
        value=value,
        limit=limit,
        message=message,
        advice=advice,
    )


@lru_cache(maxsize=1)
def _table() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(Path(__file__).with_name("scene.toml").read_text("utf-8"))
