"""A verification report on one screen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.text import Text

from pipeline.cli.show import (
    STYLES,
    badge,
    both,
    components_list,
    face_line,
    findings_list,
    heading,
    mrz_block,
    table,
)
from pipeline.page.labels import label

if TYPE_CHECKING:
    from rich.console import RenderableType

Report = Mapping[str, Any]


def summary(report: Report) -> Sequence[RenderableType]:
    """The report of ``to_dict`` in the order in which an officer looks: outcome first."""
    return [
        *_head(report),
        heading(both("head.todo")),
        *(findings_list(report["findings"]) if report["findings"] else [both("head.nothing")]),
        *_portrait(report["portrait"]),
        *_faces(report["face_matches"]),
        *_documents(report["documents"]),
        *_data(report["consistency"]),
        *_provenance(report),
    ]


def _head(report: Report) -> Iterable[RenderableType]:
    application, outcome = report["application"], report["outcome"]
    yield Text(f"\n{both('outcome.' + outcome)}", STYLES[outcome])
    words = label(f"outcome.{outcome}_long")
    yield Text(words.id)
    yield Text(words.en, "dim")
    yield Text(f"{both('head.application')} {application['number']}, {application['office']}")
    yield Text(f"{both('type.' + application['type'])}, SOP {application['sop']}")


def _portrait(portrait: Report) -> Iterable[RenderableType]:
    yield heading(f"{both('head.quality')} ({both('head.profile')} {portrait['profile']})")
    yield badge("outcome", portrait["verdict"])
    yield from components_list(portrait["components"])


def _faces(matches: Sequence[Report]) -> Iterable[RenderableType]:
    if matches:
        yield heading(both("head.faces"))
    for match in matches:
        yield face_line(match)


def _documents(documents: Sequence[Report]) -> Iterable[RenderableType]:
    for document in documents:
        name = f"{both('kind.' + document['kind'])}: {document['file']}"
        yield heading(f"{name} ({both('kind.' + document['type'])})")
        mrz = document.get("mrz")
        if mrz and mrz["found"]:
            yield from mrz_block(mrz)
        fields = document["fields"]
        unsure = [name for name, field in fields.items() if field["status"] != "read"]
        read = f"  {len(fields) - len(unsure)} {both('status.read')}"
        if unsure:
            labels = ", ".join(label(f"field.{name}").id for name in unsure)
            read += f"; {both('status.uncertain')}: {labels}"
        yield Text(read)


def _data(comparisons: Sequence[Report]) -> Iterable[RenderableType]:
    """What differs, in a table; what is equal needs only its names."""
    if not comparisons:
        return
    yield heading(both("head.data"))
    for status in ("equal", "not_assessed"):
        names = [label(f"field.{c['field']}").id for c in comparisons if c["status"] == status]
        if names:
            yield Text(f"{both('status.' + status)}: {', '.join(names)}", STYLES[status])
    others = [item for item in comparisons if item["status"] not in ("equal", "not_assessed")]
    if not others:
        return
    sources = list(dict.fromkeys(source for item in others for source in item["values"]))
    rows = table(both("head.field"), *(both(f"source.{source}") for source in sources), "")
    for item in others:
        values = (item["values"].get(source, "") for source in sources)
        rows.add_row(both(f"field.{item['field']}"), *values, badge("status", item["status"]))
    yield rows


def _provenance(report: Report) -> Iterable[RenderableType]:
    policy = report["policy"]
    times = report["timings"]
    total = sum(time["cpu_ms"] for time in times.values())
    stages = ", ".join(f"{name} {time['cpu_ms']:.0f}" for name, time in times.items())
    yield Text(
        f"\n{both('head.policy')} {policy['name']} {policy['version']} ({policy['sha256'][:12]})",
        "dim",
    )
    yield Text(f"CPU {total:.0f} ms: {stages}", "dim")
