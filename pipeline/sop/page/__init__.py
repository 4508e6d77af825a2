"""The deviation report as one self-contained HTML page in Indonesian and English."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from pipeline.findings import Words
from pipeline.sop.deviations import deviation_rules
from pipeline.sop.page.plots import plots_of

if TYPE_CHECKING:
    from jinja2 import Environment

    from pipeline.sop.analysis import LogReport

MOST_FINDINGS = 25  # on the page; all of them are in the JSON line


def render_deviations(report: LogReport) -> str:
    """The whole page as text; it loads nothing and runs no script."""
    tally = report.tally
    findings = tally.findings()
    return (
        _environment()
        .get_template("deviations.html.j2")
        .render(
            report=report,
            procedure=report.procedure,
            total=tally.total.to_dict(),
            tally=tally,
            offices=_rows(tally.offices),
            months=_rows(tally.months),
            findings=findings[:MOST_FINDINGS],
            more=len(findings) - MOST_FINDINGS,
            rules=deviation_rules(),
            labels={rule.code: rule.label for rule in deviation_rules()},
            stage_label=lambda name: _stage_label(report, name),
            plots=plots_of(tally, tuple(report.procedure.stages)),
        )
    )


def _rows(sums: Any) -> list[tuple[str, dict[str, Any]]]:
    return [(name, part.to_dict()) for name, part in sorted(sums.items())]


def _stage_label(report: LogReport, name: str) -> Words:
    stage = report.procedure.stages.get(name)
    return stage.label if stage else Words(id=name, en=name)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("pipeline.sop.page", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
