"""What people see: findings, components and readings as short bilingual tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.box import SIMPLE_HEAD
from rich.columns import Columns
from rich.padding import Padding
from rich.table import Column, Table
from rich.text import Text

from pipeline.page.labels import label

if TYPE_CHECKING:
    from rich.console import RenderableType

STYLES = {
    "pass": "bold green",
    "review": "bold yellow",
    "fail": "bold red",
    "match": "green",
    "no_match": "red",
    "equal": "green",
    "similar": "yellow",
    "different": "red",
    "uncertain": "yellow",
    "missing": "red",
    "altered": "red",
    "ok": "green",
    "info": "dim",
    "not_assessed": "dim",
}


def both(name: str) -> str:
    """A label in Indonesian and English; once where they are the same."""
    words = label(name)
    return words.id if words.id == words.en else f"{words.id} / {words.en}"


def badge(group: str, name: str) -> Text:
    """An outcome, decision or status in its colour."""
    return Text(both(f"{group}.{name}"), STYLES.get(name, ""))


def heading(text: str) -> Text:
    """The line above a table."""
    return Text(f"\n{text}", "bold")


def table(*columns: str) -> Table:
    """An empty table in the one style of the command line."""
    # A value that is too long goes on in the next line; cut short it would mislead.
    folded = (Column(header, overflow="fold") for header in columns)
    return Table(*folded, box=SIMPLE_HEAD, pad_edge=False, show_edge=False)


def number(value: Any) -> str:
    """A number for reading, a dash for none."""
    if isinstance(value, float):
        return f"{value:.4g}"
    return "-" if value is None else str(value)


def findings_list(findings: Sequence[Mapping[str, Any]]) -> Iterable[RenderableType]:
    """Every finding: what, on which part, against which limit, and what to do about it."""
    for finding in findings:
        yield badge("severity", finding["severity"]).append(f"  {_about(finding)}", "bold")
        yield _indented(_words(finding["message"], ""))
        if finding.get("advice"):
            yield _indented(_words(finding["advice"], "-> "))


def _about(finding: Mapping[str, Any]) -> str:
    parts = [str(finding["code"])]
    if finding.get("subject"):
        parts.append(str(finding["subject"]))
    value, limit = finding.get("value"), finding.get("limit")
    if isinstance(value, float | int):  # the message says what is a text
        against = "" if limit is None else f" ({both('head.limit')} {number(limit)})"
        parts.append(f"{number(value)}{against}")
    return "  ".join(parts)


def _indented(text: Text) -> Padding:
    return Padding(text, (0, 0, 0, 4), expand=False)


def _words(words: Mapping[str, str], sign: str) -> Text:
    return Text(f"{sign}{words['id']}\n").append(f"{sign}{words['en']}", "dim")


def components_list(components: Mapping[str, Mapping[str, Any]]) -> Iterable[RenderableType]:
    """Quality components with their score 0-100, as many a row as fit; then what has none."""
    measured = {
        name: item["raw"] if item["scalar"] is None else item["scalar"]
        for name, item in components.items()
        if item["status"] == "measured"
    }
    width = max((len(name) for name in measured), default=0)
    cells = [f"{name:<{width}} {number(score):>4}" for name, score in measured.items()]
    yield Columns(cells, padding=(0, 4), column_first=True)
    others = [name for name in components if name not in measured]
    if others:
        yield Text(f"{both('head.not_assessed')}: {', '.join(others)}", "dim")


def mrz_block(mrz: Mapping[str, Any]) -> Iterable[RenderableType]:
    """The zone's lines and whether they are proven, with the confidence."""
    for line in mrz["lines"]:
        yield Text(f"  {line}", "bold")
    words = label("head.mrz_verified" if mrz["verified"] else "head.mrz_unverified")
    known = f"  {mrz['format']} {mrz['confidence']:.2f}  "
    yield Text(f"{known}{words.id}", STYLES["pass" if mrz["verified"] else "review"])
    yield Text(f"{' ' * len(known)}{words.en}", "dim")


def face_line(match: Mapping[str, Any]) -> Text:
    """One comparison on a line: decision, score, false match rate as odds."""
    decision = match["decision"]
    text = Text(f"{match['probe']} - {match['reference']}: ")
    text.append(both(f"decision.{decision}"), STYLES[decision])
    return text.append(f"  {number(match['score'])}  FMR {odds(match['fmr'])}")


def odds(rate: float | None) -> str:
    """A false match rate as people grasp it: one stranger in so many passes."""
    return f"1 : {1 / rate:,.0f}" if rate else "-"
