"""``periksa sop``: event logs against the procedure."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli.boundary import Attempt, status_of, told_of
from pipeline.cli.inputs import WHOLE_RUN
from pipeline.cli.options import AsJson
from pipeline.cli.output import Output
from pipeline.errors import ExitStatus

if TYPE_CHECKING:
    from pipeline.sop.analysis import LogReport
    from pipeline.sop.calendars import Calendars
    from pipeline.sop.event import BrokenRow, Event
    from pipeline.sop.procedure import Procedure
    from pipeline.sop.view import CaseView, Deviation

EXAMPLE_CHECK = "periksa sop check office.csv\n  periksa sop check --json --profile sppt-2014 a.xes"
EXAMPLE_DEVIATIONS = "periksa sop deviations june.csv july.xes.gz --report june-july.html"
EXAMPLE_EXPORT = "periksa sop export office.csv --format xes > office.xes"
EXAMPLE_PROFILES = "periksa sop profiles"

Logs = Annotated[
    list[Path],
    typer.Argument(metavar="EVENTS", help="Logs: .csv, .xes, OCEL 2.0 as .json; also with .gz."),
]
Profile = Annotated[
    str | None,
    typer.Option("--profile", metavar="P", help="A profile by name, or the path of its .toml."),
]
Offices = Annotated[
    Path | None,
    typer.Option("--calendar", metavar="FILE.toml", help="Offices' own working days and zones."),
]
Stages = Annotated[
    Path | None,
    typer.Option("--stages", metavar="FILE.toml", help="Names of stages in the logs, and ours."),
]
AsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of", metavar="TIME", help="When running clocks are looked at (default: last event)."
    ),
]


class Format(StrEnum):
    """What a log is exported as."""

    XES = "xes"
    OCEL = "ocel"
    CSV = "csv"


class _Logs:
    """Several logs read one after the other; a bad one gets its line and the next one its turn."""

    def __init__(
        self,
        files: Sequence[Path],
        profile: str | None,
        calendar: Path | None,
        stages: Path | None,
        output: Output,
    ) -> None:
        from pipeline.sop.calendars import calendars
        from pipeline.sop.profile import DEFAULT, load_procedure
        from pipeline.sop.stage_names import stage_names

        self.procedure: Procedure = load_procedure(profile or DEFAULT)
        self.offices: Calendars = calendars(self.procedure.calendar, calendar)
        self._stages = stage_names(self.procedure, stages)
        self.broken: list[BrokenRow] = []
        self.status = ExitStatus.OK
        self._files = files
        self._output = output

    def events(self) -> Iterator[Event]:
        """The events of every log that can be read."""
        for file in self._files:
            self._output.progress(str(file))
            with Attempt(*WHOLE_RUN) as attempt:
                yield from self.of(file)
            self._output.progress("")
            if attempt.error is not None:
                self.failed(file, attempt.error)

    def of(self, file: Path) -> Iterator[Event]:
        """The events of one log."""
        from pipeline.sop.readers import Reading, read_events

        def zone(office: str) -> Any:
            return self.offices.of(office).zone

        return read_events(file, Reading(zone, self._stages, self.broken.append))

    def failed(self, file: Path, error: Exception) -> None:
        """Tell what stopped a log, and remember the status."""
        self._output.failed({"file": str(file), "error": told_of(error)})
        self.status = max(self.status, status_of(error))

    def report(
        self,
        events: Iterator[Event],
        as_of: datetime | None,
        each: Callable[[Deviation], None] | None = None,
        each_case: Callable[[CaseView, list[Deviation]], None] | None = None,
    ) -> LogReport:
        """The whole of ``events`` against the procedure."""
        from pipeline.sop.analysis import analyse

        return analyse(
            events, self.procedure, offices=self.offices, as_of=as_of, broken=self.broken,
            each=each, each_case=each_case,
        )  # fmt: skip


def check(
    events: Logs,
    profile: Profile = None,
    calendar: Offices = None,
    stages: Stages = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Say for every case which stages are open, what was against the profile, how clocks stand.

    What the engine would have refused is named with its code and its source.
    """
    output = Output(as_json=as_json)
    logs = _Logs(events, profile, calendar, stages, output)
    moment = _moment(as_of)
    for file in events:
        logs.broken.clear()
        with Attempt(*WHOLE_RUN) as attempt:
            logs.report(logs.of(file), moment, each_case=_case_printer(output, str(file)))
        for row in logs.broken:
            _show_broken(output, str(file), row)
        if attempt.error is not None:
            logs.failed(file, attempt.error)
    raise typer.Exit(logs.status)


def _show_broken(output: Output, file: str, row: BrokenRow) -> None:
    if output.as_json:
        output.line({"file": file, "broken_row": row.to_dict()})
    else:
        output.show(f"{row.where}: no event: {row.reason} [D14]")


def _case_printer(output: Output, file: str) -> Callable[[CaseView, list[Deviation]], None]:
    from pipeline.sop.replayed import replayed

    def show(view: CaseView, found: list[Deviation]) -> None:
        line = replayed(view, found)
        if output.as_json:
            output.line({"file": file, **line})
            return
        stages = ", ".join(stage["stage"] for stage in line["open_stages"]) or "-"
        output.show(f"{line['case']}  {line['office']}  open: {stages}")
        for refusal in line["refused"]:
            output.show(f"    {refusal['stage']}: {refusal['message']['en']} [{refusal['code']}]")
        for warning in line["warnings"]:
            output.show(f"    {warning['message']['en']} [{warning['code']}]")

    return show


def deviations(
    events: Logs,
    profile: Profile = None,
    report: Annotated[
        Path | None, typer.Option("--report", metavar="FILE.html", help="Write a page with plots.")
    ] = None,
    csv: Annotated[
        Path | None, typer.Option("--csv", metavar="FILE.csv", help="Write every deviation.")
    ] = None,
    cases: Annotated[
        Path | None, typer.Option("--cases", metavar="FILE.csv", help="Write a row per case.")
    ] = None,
    parquet: Annotated[
        Path | None, typer.Option("--parquet", metavar="FILE", help="The same as Parquet (extra).")
    ] = None,
    calendar: Offices = None,
    stages: Stages = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Find the deviations D01 to D14 of logs, and how well their cases fit the procedure.

    Several logs are judged as one: queues and persons are looked at across all of them.
    """
    output = Output(as_json=as_json)
    logs = _Logs(events, profile, calendar, stages, output)
    moment = _moment(as_of)
    kept: list[Deviation] = []
    with ExitStack() as stack:
        tellers = [] if parquet is None else [kept.append]
        if csv is not None:
            tellers.append(_csv_into(stack, csv))

        def each(deviation: Deviation) -> None:
            for tell in tellers:
                tell(deviation)

        each_case = None if cases is None else _cases_into(stack, cases)
        found = logs.report(logs.events(), moment, each=each, each_case=each_case)
    _write(found, report, parquet, kept)
    if found.tally.total.cases or not logs.status:
        line = {"files": [str(file) for file in events], **found.to_dict()}
        if as_json:
            output.line(line)
        else:
            output.show(*_summary(line))
    raise typer.Exit(logs.status)


def _csv_into(stack: ExitStack, path: Path) -> Callable[[Deviation], None]:
    from pipeline.sop.exports.deviation_rows import DeviationCsv

    return DeviationCsv(stack.enter_context(_sink(path))).add


def _cases_into(stack: ExitStack, path: Path) -> Callable[[CaseView, list[Deviation]], None]:
    from pipeline.sop.exports.deviation_rows import CaseCsv

    return CaseCsv(stack.enter_context(_sink(path))).add


def _write(
    found: LogReport, report: Path | None, parquet: Path | None, kept: list[Deviation]
) -> None:
    if report is not None:
        from pipeline.cli.written import write_bytes
        from pipeline.sop.page import render_deviations

        write_bytes(report, render_deviations(found).encode())
    if parquet is not None:
        from pipeline.sop.exports.deviation_rows import write_parquet

        write_parquet(kept, parquet)


def _summary(line: dict[str, Any]) -> Iterator[str]:
    fitness = "-" if line["fitness"] is None else f"{line['fitness']:.4f}"
    yield f"{line['cases']} cases, {line['events']} events, mean fitness {fitness}"
    yield f"{line['deviations']} deviations, {line['broken']} broken rows"
    for finding in line["findings"][:20]:
        yield (
            f"  {finding['code']}  {finding['office'] or '?'}  {finding['stage']}  "
            f"{finding['cases']} of {finding['of']}  {', '.join(finding['examples'][:2])}"
        )


def export(
    events: Logs,
    format_: Annotated[Format, typer.Option("--format", help="What to write.")],
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Where to (default: stdout).")
    ] = None,
    profile: Profile = None,
    calendar: Offices = None,
    stages: Stages = None,
    as_json: AsJson = False,
) -> None:
    """Write logs for other programs: XES (IEEE 1849), OCEL 2.0, or our CSV; by case, in time.

    The names of cases and persons go with it: mind who may have them.
    """
    from pipeline.sop.stream import ByCase

    output = Output(as_json=as_json)
    if as_json and out is None:
        raise typer.BadParameter("--json needs --out: stdout carries the log", param_hint="--json")
    logs = _Logs(events, profile, calendar, stages, output)
    with ExitStack() as stack:
        cases = stack.enter_context(ByCase(logs.events()))
        sink = sys.stdout if out is None else stack.enter_context(_sink(out))
        count = _written(cases, format_, sink)
    if as_json:
        told = {"out": str(out), "format": format_.value, "events": count}
        output.line({**told, "broken_rows": len(logs.broken)})
    raise typer.Exit(logs.status)


def _written(cases: Any, format_: Format, sink: IO[str]) -> int:
    from pipeline.sop.exports.csv_log import write_csv
    from pipeline.sop.exports.ocel_log import write_ocel
    from pipeline.sop.exports.xes_log import write_xes

    if format_ is Format.CSV:
        return write_csv((event for case in cases.cases() for event in case.events), sink)
    write = write_xes if format_ is Format.XES else write_ocel
    return write(cases.cases(), sink)


def profiles(as_json: AsJson = False) -> None:
    """List the SOP profiles that come with Periksa: reconstructions, not the text of the SOP."""
    from pipeline.sop.profile import DEFAULT, load_procedure, profile_names

    output = Output(as_json=as_json)
    for name in profile_names():
        procedure = load_procedure(name)
        if as_json:
            told = {"title": procedure.title.to_dict(), "default": name == DEFAULT}
            output.line({**procedure.to_dict(), **told, "stages": list(procedure.stages)})
        else:
            mark = "*" if name == DEFAULT else " "
            output.show(f"{mark} {name}  {procedure.version}\n    {procedure.title.en}")


def _sink(path: Path) -> IO[str]:
    from pipeline.cli.written import FileUnwritable

    try:
        return path.open("w", encoding="utf-8", newline="")
    except OSError as error:
        raise FileUnwritable(
            "file.unwritable",
            f"{path} cannot be written: {error.strerror}",
            "Name another file, in a folder that is there and may be written to.",
        ) from error


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    from pipeline.sop.readers import Reading

    try:
        return Reading().moment(text, "")
    except ValueError as error:
        raise typer.BadParameter("write a time such as 2026-03-17T08:00+07:00") from error
