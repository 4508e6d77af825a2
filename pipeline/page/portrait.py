"""The page of one portrait: the picture first, what to do beside it, every value below."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.page import environment
from pipeline.page.portrait_lines import portrait_svg
from pipeline.portrait.finish.format import format_of
from pipeline.portrait.finish.framing import framed_for_print
from pipeline.portrait.profile import load_profile, measure_of
from pipeline.portrait.view import PortraitView

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.evidence import Portrait
    from pipeline.findings import Words
    from pipeline.portrait.assess import QualityReport
    from pipeline.portrait.component import Component
    from pipeline.portrait.finish.framing import Framing
    from pipeline.portrait.profile import Profile, Rule


@dataclass(frozen=True, slots=True)
class Row:
    """One measure of the table: its value, the limits that stand for it, and if it keeps them."""

    name: str
    label: Words
    component: Component
    limits: str
    kept: bool | None  # None: no limit, or not measured


def render_portrait(
    portrait: Portrait, report: QualityReport, profile: str | Path | None = None
) -> str:
    """The whole page as text; it loads nothing from anywhere. Raises PolicyError."""
    rules = load_profile(profile or report.profile)
    framing = _framing(portrait, report, rules)
    page = environment().get_template("portrait.html.j2")
    return page.render(
        portrait=portrait,
        report=report,
        picture=portrait_svg(portrait.image, report.face, framing),
        framed=framing is not None,
        finishes=bool(rules.finish),
        standard=list(_rows(report.components.values(), rules)),
        passport=list(_rows(report.passport.values(), rules)),
        profile=rules,
    )


def _framing(portrait: Portrait, report: QualityReport, rules: Profile) -> Framing | None:
    """What the finished portrait would take of the picture."""
    if report.face is None or not rules.finish:
        return None
    return framed_for_print(PortraitView(portrait.image, report.face), format_of(rules))


def _rows(components: object, rules: Profile) -> Iterator[Row]:
    for component in components:  # type: ignore[attr-defined]
        own = [rule for rule in rules.rules if rule.measure == component.name]
        yield Row(
            name=component.name,
            label=measure_of(component.name).label,
            component=component,
            limits="; ".join(dict.fromkeys(limits_text(rule) for rule in own)),
            kept=_kept(component, own),
        )


def _kept(component: Component, rules: list[Rule]) -> bool | None:
    values = [component.scalar if rule.value == "scalar" else component.raw for rule in rules]
    judged = [
        rule.broken(value) is None
        for rule, value in zip(rules, values, strict=True)
        if value is not None
    ]
    return all(judged) if judged else None


def limits_text(rule: Rule) -> str:
    """A rule's limits as people write them: ``-5 to 5``, ``at least 90``."""
    least, most = (None if limit is None else f"{limit:g}" for limit in (rule.least, rule.most))
    scalar = " (0-100)" if rule.value == "scalar" else ""
    spare = f" ± {rule.tolerance:g}" if rule.tolerance else ""
    if least is None:
        return f"≤ {most}{spare}{scalar}"
    return f"{least} … {most}{spare}{scalar}" if most else f"≥ {least}{spare}{scalar}"
