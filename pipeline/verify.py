"""Verification: from an application to one report, in the order in which an officer would look.

Sample -> Portrait / Scan -> QualityReport, DocumentReading, FaceMatch, FieldComparison
       -> VerificationReport   (then adjudication opens a case from it)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from capture.sample import Sample
from models.catalogue import digest_of
from models.runtime import spread
from pipeline.application import Application, load_application
from pipeline.consistency import FieldComparison, compare_fields
from pipeline.documents.read import DocumentReading, read_document
from pipeline.evidence import Rgb, Scan, portrait_of, scan_of
from pipeline.faces.calibration import Regime, calibration_digest, model_digests
from pipeline.faces.match import (
    DescribedFace,
    FaceMatch,
    calibration_name,
    compare_faces,
    describe_face,
    embedder_names,
)
from pipeline.findings import Finding, Severity, Words, outcome_of
from pipeline.policy import Policy, load_policy
from pipeline.portrait.assess import QualityReport, assess_located
from pipeline.portrait.locate import LocatedFace, detector_names, locate_face
from pipeline.progress import StageClock
from pipeline.report import ReadDocument, VerificationReport

MODELS = (
    "blazeface_short",
    "face_mesh",
    "iris",
    "selfie_segmentation",
    "mrz_net",
    "zone_net",
    "text_lines_det",
    "text_lines_rec",
)


def verify(application: Application | Path, policy: Policy | None = None) -> VerificationReport:
    """Verify one application (or the folder that holds it).

    Raises ApplicationError, UnreadableImage, PolicyError or ModelError; nothing is written.
    """
    policy = policy or load_policy()
    case = load_application(application) if isinstance(application, Path) else application
    clock = StageClock()

    with clock.stage("decode"):
        picture = portrait_of(Sample.from_file(case.portrait))
        scans = [(paper.kind, scan_of(Sample.from_file(paper.path))) for paper in case.documents]
    with clock.stage("locate"):
        face = locate_face(picture.image, detector_names(policy))
    with clock.stage("portrait"):
        quality = assess_located(picture.image, face, policy)
    with clock.stage("documents"):
        documents = tuple(spread(lambda paper: _read(*paper, policy), scans))
    with clock.stage("faces"):
        live = _described(picture.image, face, policy)
        matches = tuple(_match(live, picture.name, paper, policy) for paper in documents)
    with clock.stage("consistency"):
        comparisons = compare_fields(case.declared, _by_kind(documents), policy)

    findings = _gather(case, quality, documents, matches, comparisons)
    return VerificationReport(
        application=case,
        outcome=outcome_of(findings),
        findings=findings,
        picture=picture,
        portrait=quality,
        documents=documents,
        face_matches=matches,
        consistency=comparisons,
        policy=policy,
        models=_digests(policy, matches),
        timings=clock.stages,
        verified_at=datetime.now(UTC),
    )


def _digests(policy: Policy, matches: Sequence[FaceMatch]) -> dict[str, str]:
    """The sha256 of everything beside the policy that a repetition needs."""
    weights = {name: digest_of(name) for name in MODELS}
    calibrations = {
        f"calibration {match.regime}": calibration_digest(calibration_name(policy, match.regime))
        for match in matches
    }
    return {**weights, **model_digests(embedder_names(policy)), **calibrations}


def _read(kind: str, scan: Scan, policy: Policy) -> ReadDocument:
    """One document, looked at first as what it was handed in as."""
    return ReadDocument(kind, scan, read_document(scan, policy, expected=kind))


def _by_kind(documents: Sequence[ReadDocument]) -> dict[str, DocumentReading]:
    """Readings by kind; a second paper of a kind is numbered, so that none hides another."""
    readings: dict[str, DocumentReading] = {}
    seen: Counter[str] = Counter()
    for document in documents:
        seen[document.kind] += 1
        number = f" {seen[document.kind]}" if seen[document.kind] > 1 else ""
        readings[document.kind + number] = document.reading
    return readings


def _match(
    live: DescribedFace | None, name: str, document: ReadDocument, policy: Policy
) -> FaceMatch:
    """The live portrait against the portrait printed in one document."""
    reading = document.reading
    page = document.scan.image if reading.page is None else reading.page
    printed = _described(page, reading.portrait, policy, "document")
    return compare_faces(live, printed, policy, names=(name, document.scan.name))


def _described(
    image: Rgb, face: LocatedFace | None, policy: Policy, regime: Regime = "live"
) -> DescribedFace | None:
    """The face for a comparison; one that the search did not find is not searched again."""
    return None if face is None else describe_face(image, face, policy=policy, regime=regime)


def _gather(
    case: Application,
    quality: QualityReport,
    documents: Sequence[ReadDocument],
    matches: Sequence[FaceMatch],
    comparisons: Sequence[FieldComparison],
) -> tuple[Finding, ...]:
    """Every finding, the gravest first; within a severity in the order of the work."""
    findings = [
        *_completeness(case),
        *quality.findings,
        *(finding for document in documents for finding in document.reading.findings),
        *(finding for match in matches for finding in match.findings),
        *(item.finding for item in comparisons if item.finding is not None),
    ]
    gravity = {Severity.FAIL: 0, Severity.REVIEW: 1, Severity.INFO: 2}
    return tuple(sorted(findings, key=lambda finding: gravity[finding.severity]))


def _completeness(case: Application) -> list[Finding]:
    """Without any paper there is nothing that the face or the data could be compared with."""
    if case.documents:
        return []
    return [
        Finding(
            code="application.no_documents",
            severity=Severity.REVIEW,
            message=Words(id="Tidak ada dokumen", en="No documents were handed in"),
            advice=Words(
                id="Pindai e-KTP dan paspor lama pemohon",
                en="Scan the applicant's e-KTP and old passport",
            ),
            clause="Permenkumham 8/2014",
        )
    ]
