"""Identifying: who among the enrolled resembles this face, and what that is worth."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.errors import PolicyError
from pipeline.faces.calibration import Calibration
from pipeline.faces.gallery.answer import Candidate, Identification
from pipeline.faces.gallery.filter import Filter
from pipeline.faces.gallery.fpir import fpir_at, threshold_for
from pipeline.faces.gallery.gallery import Gallery
from pipeline.faces.gallery.search import Found, Hit
from pipeline.faces.match import DescribedFace, calibration_of
from pipeline.faces.wording import no_face, poor_faces, small_faces
from pipeline.findings import Finding, Severity, Words
from pipeline.policy import Policy

ALL = Filter()


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a gallery. Without ``fpir`` the candidates are listed and none is a hit."""

    top: int = 10
    fpir: float | None = None
    wanted: Filter = ALL


def identify(
    gallery: Gallery, name: str, face: DescribedFace | None, policy: Policy, question: Question
) -> Identification:
    """The candidates for a face, or a finding if there is none.

    Raises PolicyError for an FPIR that the policy's calibration cannot support.
    """
    calibration = gallery_calibration(policy)
    entries, limit = len(gallery), None
    strata = calibration.strata_of(face.quality) if face is not None else ()
    if question.fpir is not None:
        limit = threshold_for(calibration, question.fpir, entries, strata)
    found = Found((), 0, (), 0)
    if face is not None:
        (found,) = gallery.search(
            face.template[None], top=question.top, threshold=limit, wanted=question.wanted
        )

    def told(hits: tuple[Hit, ...]) -> tuple[Candidate, ...]:
        return tuple(
            Candidate(
                rank,
                hit.record,
                hit.score,
                fpir_at(calibration, hit.score, entries, strata),
                None if limit is None else hit.score >= limit,
            )
            for rank, hit in enumerate(hits, 1)
        )

    return Identification(
        probe=name,
        candidates=told(found.best),
        outside_filter=told(found.outside),
        more=found.more,
        more_outside=found.more_outside,
        searched=entries,
        filtered_out=gallery.counted_out(question.wanted) if question.wanted else 0,
        wanted=question.wanted,
        threshold=limit,
        fpir=question.fpir,
        calibration=calibration.name,
        findings=face_findings(name, face, policy) + _outside(name, found),
    )


def gallery_calibration(policy: Policy) -> Calibration:
    """What the policy's scores mean. Raises PolicyError; a gallery compares without a cohort."""
    calibration = calibration_of(policy)
    if calibration.cohort is not None:
        raise PolicyError(
            "policy.gallery_cohort",
            f"calibration {calibration.name} is for scores normalised by a cohort; "
            "a gallery compares plain scores",
            "Name a policy whose [faces] section has no cohort: --policy P",
        )
    return calibration


def face_findings(name: str, face: DescribedFace | None, policy: Policy) -> tuple[Finding, ...]:
    """What is wrong with a face that is to be enrolled or searched."""
    if face is None:
        return (no_face(name),)
    return (
        *small_faces((name,), (face.inter_eye_distance,), policy),
        *poor_faces((name,), (face.quality,), gallery_calibration(policy)),
    )


def _outside(name: str, found: Found) -> tuple[Finding, ...]:
    count = len(found.outside) + found.more_outside
    if not count:
        return ()
    finding = Finding(
        code="gallery.outside_filter",
        severity=Severity.REVIEW,
        subject=name,
        value=count,
        message=Words(
            id=f"Sama miripnya tetapi di luar penyaring: {count}",
            en=f"As much alike, but outside of the filter: {count}",
        ),
        advice=Words(
            id="Periksa juga kandidat itu: data pada berkas bisa keliru atau dipalsukan",
            en="Look at them too: what a record says can be wrong or forged",
        ),
    )
    return (finding,)
