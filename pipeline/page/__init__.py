"""The report as one self-contained HTML page in Indonesian and English, with annotated pictures."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from pipeline.faces.match import calibration_of
from pipeline.faces.wording import odds_words
from pipeline.page.annotate import annotated_document, annotated_portrait, data_uri
from pipeline.page.face_evidence import FaceEvidence, face_evidence
from pipeline.page.labels import label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jinja2 import Environment

    from pipeline.evidence import Rgb
    from pipeline.faces.fuse import FusedMatch
    from pipeline.faces.match import FaceMatch
    from pipeline.policy import Policy
    from pipeline.portrait.locate import LocatedFace
    from pipeline.report import ReadDocument, VerificationReport

    Located = tuple[Rgb, LocatedFace | None]


def render_report(report: VerificationReport) -> str:
    """The whole page as text; it loads nothing from anywhere."""
    template = environment().get_template("report.html.j2")
    return template.render(
        report=report,
        portrait_picture=data_uri(annotated_portrait(report.picture, report.portrait.face)),
        pairs=_pairs(report),
        documents=[
            _document(document, report.policy.number("mrz", "min_confidence"))
            for document in report.documents
        ],
        sources=_sources(report),
    )


def _pairs(report: VerificationReport) -> list[FaceEvidence]:
    """Live portrait beside each document's portrait, with the comparison between them."""
    live = (report.picture.image, report.portrait.face)
    pairs = []
    for document, match in zip(report.documents, report.face_matches, strict=True):
        page = document.scan.image if document.reading.page is None else document.reading.page
        printed = (page, document.reading.portrait)
        pairs.append(face_evidence(match, document.kind, report.policy, live, printed))
    return pairs


def render_match(
    parts: Sequence[FaceMatch],
    pictures: tuple[Located, Sequence[Located]],
    policy: Policy,
    fused: FusedMatch | None = None,
) -> str:
    """A page of comparisons of one probe; ``pictures`` are the probe's and each reference's.

    ``fused`` is what follows from all of them together.
    """
    pairs = [
        face_evidence(part, part.regime, policy, pictures[0], reference)
        for part, reference in zip(parts, pictures[1], strict=True)
    ]
    odds = pairs[0].odds
    findings = [finding for part in parts for finding in part.findings]
    if fused is not None:
        findings = [*fused.findings, *findings]
        odds = None
        if fused.fmr is not None and fused.best is not None:
            best = parts[fused.best]
            bound = (best.fmr or 0) <= calibration_of(policy, best.regime).floor * 1.001
            odds = odds_words(fused.fmr, fused.fmr if bound else 0.0)
    return (
        environment()
        .get_template("match.html.j2")
        .render(
            pairs=pairs,
            decision=fused.decision if fused else parts[0].decision,
            odds=odds,
            findings=findings,
            policy=policy,
        )
    )


def _document(document: ReadDocument, certain: float) -> dict[str, Any]:
    mrz = document.reading.mrz
    lines = zip(mrz.lines, mrz.char_confidence, strict=True) if mrz else ()
    return {
        "kind": document.kind,
        "name": document.scan.name,
        "reading": document.reading,
        "picture": data_uri(annotated_document(document)),
        "mrz_lines": [
            [(sign, sure >= certain) for sign, sure in zip(line, confidence, strict=True)]
            for line, confidence in lines
        ],
    }


def _sources(report: VerificationReport) -> list[str]:
    """The sources of the data table, declared first, then in the order of their appearance."""
    seen = dict.fromkeys(source for item in report.consistency for source in item.values)
    return sorted(seen, key=lambda source: source != "declared")


@lru_cache(maxsize=1)
def environment() -> Environment:
    """The templates of this package; every value is escaped."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("pipeline.page", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["label"] = label
    return environment
