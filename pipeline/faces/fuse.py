"""One person at the counter against several pictures: frames averaged, references side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import numpy as np

from pipeline.faces.calibration import Regime
from pipeline.faces.match import (
    PAD,
    Decision,
    DescribedFace,
    FaceMatch,
    Picture,
    compare_faces,
    describe_face,
    name_of,
    operating_points,
    score_of,
)
from pipeline.faces.wording import frames_differ, no_face, references_disagree
from pipeline.findings import Finding
from pipeline.policy import Policy, load_policy


@dataclass(frozen=True, slots=True)
class FusedMatch:
    """The probes as one face against each reference, and what follows from all together.

    ``fmr`` bounds how often a stranger would reach the best part by chance, whichever it is.
    """

    probes: tuple[str, ...]
    references: tuple[str, ...]
    decision: Decision
    fmr: float | None
    best: int | None  # which part is the most telling
    parts: tuple[FaceMatch, ...]
    findings: tuple[Finding, ...]  # of all together; each part has its own

    def to_dict(self) -> dict[str, Any]:
        return {
            "probes": list(self.probes),
            "references": list(self.references),
            "score": None if self.best is None else self.parts[self.best].to_dict()["score"],
            "decision": self.decision,
            "fmr": None if self.fmr is None else float(f"{self.fmr:.4g}"),
            "best": None if self.best is None else self.references[self.best],
            "parts": [part.to_dict() for part in self.parts],
            "findings": [finding.to_dict() for finding in self.findings],
            "pad": dict(PAD),
        }


def match_many(
    probes: Sequence[Picture],
    references: Sequence[Picture],
    policy: Policy | None = None,
    *,
    regimes: Sequence[Regime] | None = None,
) -> FusedMatch:
    """Compare the person of ``probes`` (frames of one person) with every reference.

    ``regimes`` says what each reference is (live pictures if it is not given). Raises
    UnreadableImage, PolicyError or ModelError; ValueError without a probe or a reference.
    """
    policy = policy or load_policy()
    kinds: list[Regime] = list(regimes or ["live" for _ in references])
    if not probes or len(kinds) != len(references) or not references:
        raise ValueError("at least one probe and one reference, and a regime for each reference")
    names = tuple(name_of(picture, f"probe {n}") for n, picture in enumerate(probes, 1))
    titles = tuple(name_of(picture, f"reference {n}") for n, picture in enumerate(references, 1))
    frames = [describe_face(picture, policy=policy) for picture in probes]
    others = [
        describe_face(picture, policy=policy, regime=kind)
        for picture, kind in zip(references, kinds, strict=True)
    ]
    return compare_many(frames, others, policy, names=(names, titles))


def compare_many(
    frames: Sequence[DescribedFace | None],
    references: Sequence[DescribedFace | None],
    policy: Policy,
    *,
    names: tuple[Sequence[str], Sequence[str]],
) -> FusedMatch:
    """``match_many`` for faces that were described before."""
    seen = [frame for frame in frames if frame is not None]
    person = averaged(seen) if seen else None
    title = " + ".join(names[0])
    parts = tuple(
        compare_faces(person, reference, policy, names=(title, name))
        for reference, name in zip(references, names[1], strict=True)
    )
    lost = [no_face(name) for name, frame in zip(names[0], frames, strict=True) if frame is None]
    rates = {number: part.fmr for number, part in enumerate(parts) if part.fmr is not None}
    best = min(rates, key=lambda number: rates[number], default=None)
    fmr = None
    if best is not None:
        # Whatever the parts have in common, no more strangers reach any one than reach each.
        fmr = min(1.0, rates[best] * len(rates) * _frames_factor(len(seen), policy))
    findings = (
        *lost,
        *(frames_differ(title, score, limit) for score, limit in _strays(seen, policy)),
        *(references_disagree(name) for name in _disagreeing(parts)),
    )
    decision = _decided(parts, fmr, policy, doubtful=bool(findings))
    return FusedMatch(tuple(names[0]), tuple(names[1]), decision, fmr, best, parts, findings)


def averaged(frames: Sequence[DescribedFace]) -> DescribedFace:
    """Several frames of one person as one face; its quality is that of the sharpest frame."""
    if len(frames) == 1:
        return frames[0]
    mean = np.mean([frame.template for frame in frames], axis=0)
    template = (mean / np.linalg.norm(mean)).astype(np.float32)
    best = max(frames, key=lambda frame: frame.quality.sharpness if frame.quality else 0.0)
    return replace(best, template=template)


def _frames_factor(frames: int, policy: Policy) -> float:
    """How many times more strangers reach a score against the mean of so many frames."""
    return 1.0 if frames == 1 else frames * policy.number("faces", "frame_factor")


def _decided(
    parts: Sequence[FaceMatch], fmr: float | None, policy: Policy, *, doubtful: bool
) -> Decision:
    """Match on the whole evidence; no match only if every reference says so."""
    compared = [part for part in parts if part.score is not None]
    if compared and all(part.decision == "no_match" for part in compared):
        return "no_match"
    enough = fmr is not None and fmr <= policy.number("faces", "match_fmr")
    carried = any(part.decision == "match" for part in compared)
    return "match" if enough and carried and not doubtful else "review"


def _disagreeing(parts: Sequence[FaceMatch]) -> tuple[str, ...]:
    """References that deny what another affirms: a substituted portrait looks like that."""
    if not any(part.decision != "no_match" for part in parts if part.score is not None):
        return ()
    return tuple(part.reference for part in parts if part.decision == "no_match")


def _strays(frames: Sequence[DescribedFace], policy: Policy) -> list[tuple[float, float]]:
    """The least score between two frames and the limit for review, where it is below."""
    if len(frames) < 2:
        return []
    limit = operating_points(policy)[1]
    least = min(score_of(a.template, b.template, policy) for a, b in combinations(frames, 2))
    return [(least, limit)] if least < limit else []
