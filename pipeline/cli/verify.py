"""``periksa verify``: verify applications and open their cases."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli.inputs import judge_each
from pipeline.cli.options import Actor, AsJson, PolicyName, user_name
from pipeline.cli.output import Output
from pipeline.errors import ExitStatus, PipelineError

if TYPE_CHECKING:
    from rich.console import RenderableType

    from pipeline.report import VerificationReport

EXAMPLE = (
    "periksa verify fixtures/applications/pass --report report.html\n"
    "  periksa verify --json --no-store queue/*/ > reports.jsonl"
)

Applications = Annotated[
    list[Path],
    typer.Argument(metavar="APPLICATION", help="Folders with application.toml, or that file."),
]
ReportFile = Annotated[
    Path | None,
    typer.Option(
        "--report",
        metavar="FILE.html",
        help="Write the page there; of several applications each gets its number in the name.",
    ),
]
KeepCase = Annotated[
    bool, typer.Option("--store/--no-store", help="Open a case for adjudication, or only look.")
]


class ReportUnwritable(PipelineError):
    """The page cannot be written where it was asked for."""

    exit_status = ExitStatus.USAGE


def verify(
    applications: Applications,
    policy: PolicyName = None,
    report: ReportFile = None,
    store: KeepCase = True,
    actor: Actor = None,
    as_json: AsJson = False,
) -> None:
    """Verify applications and open a case for each.

    Portrait, documents, faces and declared data are judged by the policy; what is wrong or
    doubtful is listed with its remedy.
    """
    if report is not None and not report.absolute().parent.is_dir():
        raise typer.BadParameter(f"no folder {report.absolute().parent}", param_hint="--report")
    from models.runtime import prefetch
    from pipeline.policy import DEFAULT, load_policy

    prefetch("text_lines_rec", "text_lines_det", "dlib_resnet_int8", "mrz_net", "zone_net")
    limits = load_policy(policy or DEFAULT)
    pages = _Pages(report, several=len(applications) > 1)
    with ExitStack() as stack:
        keep = _keeper(stack, actor) if store else None

        def verify_one(folder: Path) -> dict[str, Any]:
            from pipeline.verify import verify as verify_application

            found = verify_application(folder, limits)
            line = found.to_dict()
            if report is not None:  # first: whoever gets an error finds no case
                line["report"] = str(pages.write(found))
            if keep is not None:
                line["case"] = keep(found)
            return line

        judge_each(applications, verify_one, _show, Output(as_json=as_json))


def _keeper(stack: ExitStack, actor: str | None) -> Callable[[VerificationReport], dict[str, Any]]:
    """What puts a report into the store; the store is opened before any work is done."""
    from pipeline.adjudication.case import open_case
    from pipeline.store import open_store

    store = stack.enter_context(open_store())
    who = actor or user_name()
    return lambda report: open_case(store, report, actor=who).to_dict()


class _Pages:
    """Where the pages of one run go; no page of this run replaces another one."""

    def __init__(self, file: Path | None, *, several: bool) -> None:
        self._file = file or Path("report.html")
        self._several = several
        self._taken: set[Path] = set()

    def write(self, report: VerificationReport) -> Path:
        """Write the page of ``report``. Raises ReportUnwritable."""
        from pipeline.page import render_report

        path = self._path(report.application.number)
        try:
            _write_whole(path.resolve(), render_report(report))
        except OSError as error:
            raise ReportUnwritable(
                "report.unwritable",
                f"{path} cannot be written: {error.strerror}",
                "Name another file with --report.",
            ) from error
        return path

    def _path(self, application: str) -> Path:
        if not self._several:
            return self._file
        safe = "".join(sign if sign.isalnum() or sign in "-_." else "_" for sign in application)
        path = self._file.with_stem(f"{self._file.stem}-{safe}")
        copies = 1
        while path in self._taken:
            copies += 1
            path = self._file.with_stem(f"{self._file.stem}-{safe}-{copies}")
        self._taken.add(path)
        return path


def _write_whole(path: Path, text: str) -> None:
    """Write ``path`` so that it is there whole or not at all. Raises OSError."""
    if path.exists() and not path.is_file():  # /dev/stdout, a pipe
        path.write_text(text, encoding="utf-8")
        return
    part = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        part.write_text(text, encoding="utf-8")
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _show(line: dict[str, Any]) -> Sequence[RenderableType]:
    from pipeline.cli.summary import summary

    parts = list(summary(line))
    case = line.get("case")
    if case:
        again = f", verification {case['verifications']}" if case["verifications"] > 1 else ""
        parts.append(f"Kasus / Case: {case['id']}{again}")
    if "report" in line:
        parts.append(f"Laporan / Report: {line['report']}")
    return parts
