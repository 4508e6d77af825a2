"""Profiles: policies/sop/NAME.toml as a Procedure; whatever is wrong is named with its place.

A profile may extend another: tables are merged, lists of tables by their ``id``; ``drop`` names
stages, clocks and pairs of eyes of the other that do not hold.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from pipeline.findings import Severity
from pipeline.policy import read_limits
from pipeline.sop.checks import check_references
from pipeline.sop.procedure import (
    CalendarRule,
    Clock,
    DeviationRule,
    DocumentSet,
    FourEyes,
    Procedure,
    QueueRule,
    SopKind,
    Stage,
)
from pipeline.sop.table import Table, refuse

FOLDER = Path(__file__).parent.parent / "policies" / "sop"
DEFAULT = "sppt-2022"
LISTS = ("sops", "stages", "clocks", "four_eyes")  # of tables that have an id
TABLES = ("calendar", "roles", "documents", "overrides", "queue", "deviations")
PLAIN = ("version", "title", "legal", "extends", "drop")


def profile_names() -> tuple[str, ...]:
    """The profiles that come with the product."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


def load_procedure(name: str | Path = DEFAULT) -> Procedure:
    """A procedure by name (``sppt-2022``) or by the path of a TOML file. Raises ProfileError."""
    path = Path(name) if str(name).endswith(".toml") else FOLDER / f"{name}.toml"
    return _load(path)


@lru_cache(maxsize=16)
def _load(path: Path) -> Procedure:
    values, digest = _whole(path, ())
    return _procedure(Table(path.name, "", values), path.stem, digest)


def _whole(path: Path, way: tuple[Path, ...]) -> tuple[dict[str, Any], str]:
    """The tables of a profile merged onto those that it extends, and the digest over all files."""
    if path.resolve() in way:
        names = " -> ".join(step.stem for step in (*way, path))
        refuse(path.name, "circle", f"extends itself: {names}", "Let one of them stand alone.")
    data, own = read_limits(path, "SOP profile", "sop.profile_")
    digest = hashlib.sha256(data).hexdigest()
    if strange := sorted(set(own) - {*LISTS, *TABLES, *PLAIN}):
        known = ", ".join(sorted({*LISTS, *TABLES, *PLAIN}))
        refuse(path.name, "unknown_key", f"has an unknown key {strange[0]!r}", f"Known: {known}.")
    if "extends" not in own:
        return own, digest
    base, below = _whole(path.parent / f"{own['extends']}.toml", (*way, path.resolve()))
    return _merged(base, own, path), hashlib.sha256((digest + below).encode()).hexdigest()


def _merged(base: Mapping[str, Any], own: Mapping[str, Any], path: Path) -> dict[str, Any]:
    dropped = _dropped(base, own.get("drop", []), path)
    whole = {**base, **{key: own[key] for key in PLAIN if key in own}}
    for name in TABLES:
        whole[name] = {**base.get(name, {}), **own.get(name, {})}
    for name in LISTS:
        rows = {row["id"]: row for row in base.get(name, []) if row["id"] not in dropped}
        for row in own.get(name, []):
            key = str(row.get("id", ""))
            rows[key] = {**rows.get(key, {}), **row}
        whole[name] = list(rows.values())
    return whole


def _dropped(base: Mapping[str, Any], names: list[str], path: Path) -> set[str]:
    known = {row["id"] for kind in LISTS for row in base.get(kind, [])}
    if strange := sorted(set(names) - known):
        text = f"drops {strange[0]!r}, which the profile it extends does not have"
        refuse(path.name, "reference", text, "Correct the name under `drop`.")
    return set(names)


def _procedure(table: Table, name: str, digest: str) -> Procedure:
    overrides = table.table("overrides")
    built = Procedure(
        name=name,
        version=table.text("version"),
        digest=digest,
        title=table.words("title"),
        legal=table.texts("legal"),
        roles=dict(table.values.get("roles", {})),
        sops=table.by_id("sops", _sop),
        stages=table.by_id("stages", _stage),
        documents={
            kind: tuple(_documents(row) for row in table.table("documents").rows(kind))
            for kind in table.table("documents").values
        },
        clocks=table.by_id("clocks", _clock),
        four_eyes=tuple(table.by_id("four_eyes", _four_eyes).values()),
        override_roles=frozenset(overrides.texts("roles")),
        never_overridden=frozenset(overrides.texts("never")),
        queue=_queue(table.table("queue")),
        deviations={
            code: _deviation(table.table("deviations").table(code))
            for code in table.table("deviations").values
        },
        calendar=_calendar(table.table("calendar")),
    )
    check_references(built, table.file)
    return built


def _sop(row: Table) -> SopKind:
    row.only("id", "number", "label", "channel", "types", "source")
    return SopKind(
        row.text("id"),
        row.text("number"),
        row.words("label"),
        row.text("channel"),
        frozenset(row.texts("types")),
        row.source(),
    )


def _stage(row: Table) -> Stage:
    row.only(*Stage.__dataclass_fields__)
    return Stage(
        id=row.text("id"),
        label=row.words("label"),
        roles=frozenset(row.texts("roles")),
        after=row.texts("after"),
        source=row.source(),
        optional=row.flag("optional"),
        required_for=frozenset(row.texts("required_for", ())),
        registration=row.flag("registration"),
        needs_documents=row.flag("needs_documents"),
        gate=row.text("gate", ""),
        least_seconds=row.number("least_seconds", 0),
        most=int(row.number("most", 1)),
        waits=frozenset(row.texts("waits", ())),
        ends=frozenset(row.texts("ends", ())),
    )


def _documents(row: Table) -> DocumentSet:
    row.only("all", "one_of", "if_any", "when", "source")
    return DocumentSet(
        all=row.texts("all"),
        one_of=row.lists("one_of"),
        if_any=row.texts("if_any", ()),
        when=row.mapping("when"),
        source=row.source(),
    )


def _clock(row: Table) -> Clock:
    row.only("id", "label", "from", "to", "start", "working_days", "days", "warn_days",
             "least_hours", "hurried", "excluded_types", "cancels", "source")  # fmt: skip
    if ("working_days" in row.values) == ("days" in row.values):
        row.refuse("clock", "must have either working_days or days", "Keep one of the two.")
    working = "working_days" in row.values
    start = row.text("start", "first")
    if start not in ("first", "last"):
        row.refuse("clock", f"start is {start!r}", "Write first or last.")
    return Clock(
        id=row.text("id"),
        label=row.words("label"),
        start=_marker(row.text("from")),
        stop=_marker(row.text("to")),
        last_start=start == "last",
        limit=int(row.number("working_days" if working else "days")),
        unit="working_days" if working else "days",
        warn_days=int(row.number("warn_days", 0)),
        least_hours=row.number("least_hours", 0),
        hurried=row.mapping("hurried"),
        excluded_types=frozenset(row.texts("excluded_types", ())),
        cancels=row.flag("cancels"),
        source=row.source(),
    )


def _marker(text: str) -> tuple[str, str]:
    stage, _, result = text.partition(":")
    return stage, result


def _four_eyes(row: Table) -> FourEyes:
    row.only("id", "stage", "other", "source")
    return FourEyes(row.text("id"), row.text("stage"), row.text("other"), row.source())


def _queue(row: Table) -> QueueRule:
    row.only("stage", "registered", "overtakes", "priorities", "source")
    return QueueRule(
        row.text("stage"),
        row.text("registered"),
        int(row.number("overtakes")),
        frozenset(row.texts("priorities", ())),
        row.source(),
    )


def _deviation(row: Table) -> DeviationRule:
    severity = row.text("severity")
    if severity not in set(Severity):
        row.refuse("value", f"severity is {severity!r}", f"Write one of {', '.join(Severity)}.")
    rest = {k: v for k, v in row.values.items() if k not in ("severity", "weight", "source")}
    return DeviationRule(Severity(severity), row.number("weight"), row.source(), rest)


def _calendar(row: Table) -> CalendarRule:
    row.only("country", "categories", "zone")
    return CalendarRule(row.text("country"), row.texts("categories"), row.text("zone"))
