"""The report as one self-contained HTML page in Indonesian and English, with annotated pictures."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from pipeline.faces.match import operating_points
from pipeline.page.annotate import annotated_document, annotated_portrait, data_uri, face_crop
from pipeline.page.labels import label

if TYPE_CHECKING:
    from jinja2 import Environment

    from pipeline.policy import Policy
    from pipeline.report import ReadDocument, VerificationReport


def render_report(report: VerificationReport) -> str:
    """The whole page as text; it loads nothing from anywhere."""
    template = _environment().get_template("report.html.j2")
    return template.render(
        report=report,
        portrait_picture=data_uri(annotated_portrait(report.picture, report.portrait.face)),
        pairs=_pairs(report),
        bar=_score_bar(report.policy),
        documents=[
            _document(document, report.policy.number("mrz", "min_confidence"))
            for document in report.documents
        ],
        sources=_sources(report),
    )


def _pairs(report: VerificationReport) -> list[dict[str, Any]]:
    """Live portrait beside each document's portrait, with the comparison between them."""
    live = data_uri(face_crop(report.picture.image, report.portrait.face))
    pairs = []
    for document, match in zip(report.documents, report.face_matches, strict=True):
        page = document.scan.image if document.reading.page is None else document.reading.page
        printed = data_uri(face_crop(page, document.reading.portrait))
        pairs.append({"match": match, "kind": document.kind, "live": live, "printed": printed})
    return pairs


def _score_bar(policy: Policy) -> dict[str, float]:
    """The scale of the score bars: where it starts, the grey zone's two ends (it ends at 1)."""
    match, review = operating_points(policy)
    return {"start": review - 2 * (match - review), "review": review, "match": match}


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
def _environment() -> Environment:
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
