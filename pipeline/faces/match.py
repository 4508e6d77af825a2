"""Comparing two faces: a score, the false match rate it stands for, and one of three answers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from models.faces._embedder import Template
from models.faces.dlib_resnet import DlibResNet
from pipeline.errors import PolicyError
from pipeline.evidence import Portrait, Rgb, Scan, rgb_of
from pipeline.faces.calibration import Calibration, load_calibration
from pipeline.findings import Finding, Severity, Words
from pipeline.policy import Policy, load_policy
from pipeline.portrait.locate import LocatedFace, locate_face

Decision = Literal["match", "review", "no_match"]
Picture = Rgb | bytes | Path | Portrait | Scan


@dataclass(frozen=True, slots=True)
class FaceMatch:
    """One comparison. ``score`` is a cosine (higher = more alike); None if a face is missing."""

    probe: str
    reference: str
    score: float | None
    decision: Decision
    fmr: float | None  # of a threshold at this score, by the policy's calibration
    findings: tuple[Finding, ...]

    def to_dict(self) -> dict[str, Any]:
        return {
            "probe": self.probe,
            "reference": self.reference,
            "score": None if self.score is None else round(self.score, 6),
            "decision": self.decision,
            "fmr": None if self.fmr is None else float(f"{self.fmr:.4g}"),
            "findings": [finding.to_dict() for finding in self.findings],
        }


@dataclass(frozen=True, slots=True)
class DescribedFace:
    """A face ready to be compared."""

    template: Template
    inter_eye_distance: float  # px


def match_faces(
    probe: Picture,
    reference: Picture,
    policy: Policy | None = None,
    *,
    probe_face: LocatedFace | None = None,
    reference_face: LocatedFace | None = None,
    names: tuple[str, str] | None = None,
) -> FaceMatch:
    """Compare the largest face of each picture, or the faces that were located in them before.

    A picture without a face is a finding with decision review, never a guess. Raises
    UnreadableImage, PolicyError or ModelError.
    """
    policy = policy or load_policy()
    operating_points(policy)  # a wrong policy is told before any work
    names = names or (_name_of(probe, "probe"), _name_of(reference, "reference"))
    one = describe_face(probe, probe_face)
    other = describe_face(reference, reference_face)
    return compare_faces(one, other, policy, names=names)


def describe_face(picture: Picture, face: LocatedFace | None = None) -> DescribedFace | None:
    """What a comparison needs of the largest face, or of ``face``; None if there is none."""
    image = rgb_of(picture)
    face = face or locate_face(image)
    if face is None:
        return None
    return DescribedFace(_embedder().embed(image, face.landmarks), face.inter_eye_distance)


def compare_faces(
    probe: DescribedFace | None,
    reference: DescribedFace | None,
    policy: Policy,
    *,
    names: tuple[str, str],
) -> FaceMatch:
    """``match_faces`` for faces that were described before, so that each is embedded once."""
    limits = operating_points(policy)
    if probe is None or reference is None:
        pairs = zip(names, (probe, reference), strict=True)
        missing = tuple(_no_face(name) for name, face in pairs if face is None)
        return FaceMatch(*names, None, "review", None, missing)
    score = float(probe.template @ reference.template)
    calibration = _calibration(policy)
    small = _small_faces(names, (probe, reference), policy)
    decision = _decide(score, limits, trusted=not small)
    findings = (*small, *_said(names, score, limits, policy))
    return FaceMatch(*names, score, decision, calibration.fmr(score), findings)


def _decide(score: float, limits: tuple[float, float], *, trusted: bool) -> Decision:
    """The answer of the two operating points; faces of too few pixels carry no match."""
    if score < limits[1]:
        return "no_match"
    return "match" if trusted and score >= limits[0] else "review"


def operating_points(policy: Policy) -> tuple[float, float]:
    """The scores for match and for review. Raises PolicyError for rates in the wrong order."""
    calibration = _calibration(policy)
    match_fmr, review_fmr = (policy.number("faces", key) for key in ("match_fmr", "review_fmr"))
    if match_fmr > review_fmr:
        raise PolicyError(
            "policy.fmr_order",
            f"policy {policy.name}: match_fmr {match_fmr:g} is above review_fmr {review_fmr:g}",
            "A match needs the smaller false match rate of the two.",
        )
    return calibration.threshold(match_fmr), calibration.threshold(review_fmr)


def _calibration(policy: Policy) -> Calibration:
    return load_calibration(str(policy.section("faces").get("calibration")))


@lru_cache(maxsize=1)
def _embedder() -> DlibResNet:
    return DlibResNet()


def _name_of(picture: Picture, otherwise: str) -> str:
    if isinstance(picture, Portrait | Scan | Path):
        return picture.name
    return otherwise


def _no_face(name: str) -> Finding:
    return Finding(
        code="face.not_found",
        severity=Severity.REVIEW,
        subject=name,
        message=Words(id="Wajah tidak ditemukan", en="No face was found"),
        advice=Words(
            id="Periksa gambarnya; ambil atau pindai ulang bila perlu",
            en="Look at the picture; take or scan it again if need be",
        ),
    )


def _small_faces(
    names: tuple[str, str], faces: tuple[DescribedFace, DescribedFace], policy: Policy
) -> tuple[Finding, ...]:
    """A finding for each face with too few pixels between the eyes."""
    least = policy.number("faces", "min_inter_eye_distance")
    return tuple(
        Finding(
            code="face.too_small",
            severity=Severity.REVIEW,
            subject=name,
            value=round(face.inter_eye_distance, 1),
            limit=least,
            message=Words(
                id="Wajah terlalu kecil untuk dibandingkan dengan andal",
                en="The face is too small to be compared reliably",
            ),
            advice=Words(
                id="Pindai ulang dengan resolusi lebih tinggi (sedikitnya 300 dpi)",
                en="Scan again at a higher resolution (at least 300 dpi)",
            ),
        )
        for name, face in zip(names, faces, strict=True)
        if face.inter_eye_distance < least
    )


def _said(
    names: tuple[str, str],
    score: float,
    limits: tuple[float, float],
    policy: Policy,
) -> tuple[Finding, ...]:
    """What the officer is told of a comparison that is no clear match."""
    clause = str(policy.section("faces").get("clause", "")) or None
    subject = " / ".join(names)
    if score < limits[1]:
        finding = Finding(
            code="face.no_match",
            severity=Severity.FAIL,
            subject=subject,
            value=round(score, 4),
            limit=round(limits[1], 4),
            clause=clause,
            message=Words(
                id="Wajah tidak cocok: skor di bawah batas peninjauan",
                en="The faces do not match: the score is below the limit for review",
            ),
            advice=Words(
                id="Bandingkan kedua foto dan periksa identitas pemohon",
                en="Compare both pictures and check the applicant's identity",
            ),
        )
        return (finding,)
    if score >= limits[0]:
        return ()
    finding = Finding(
        code="face.uncertain",
        severity=Severity.REVIEW,
        subject=subject,
        value=round(score, 4),
        limit=round(limits[0], 4),
        clause=clause,
        message=Words(
            id="Kecocokan wajah tidak pasti: petugas membandingkan kedua foto",
            en="The faces match uncertainly: an officer compares both pictures",
        ),
        advice=Words(
            id="Bandingkan kedua foto; ambil ulang foto pemohon bila perlu",
            en="Compare both pictures; take the applicant's picture again if need be",
        ),
    )
    return (finding,)
