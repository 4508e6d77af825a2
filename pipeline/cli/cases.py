"""``periksa cases``: the adjudication queue."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from pipeline.cli.inputs import judge_each
from pipeline.cli.options import AsJson, user_name
from pipeline.cli.output import Output

if TYPE_CHECKING:
    from rich.console import RenderableType

EXAMPLE_LIST = "periksa cases list\n  periksa cases list --outcome fail --json"
EXAMPLE_SHOW = "periksa cases show 20261123-9f2c1ab4d0\n  periksa cases show --json ID | jq .report"

State = Annotated[
    Literal["open", "decided", "all"], typer.Option("--state", help="Which cases to list.")
]
OutcomeName = Annotated[
    Literal["pass", "review", "fail"] | None,
    typer.Option("--outcome", help="Only cases whose newest verification came out so."),
]
Limit = Annotated[int, typer.Option("--limit", min=1, help="At most so many.")]
Ids = Annotated[list[str], typer.Argument(metavar="CASE", help="The ids of cases.")]


def list_(
    state: State = "open", outcome: OutcomeName = None, limit: Limit = 100, as_json: AsJson = False
) -> None:
    """List the queue, what needs a person first.

    Failed and doubtful cases come before passed ones, then the oldest first.
    """
    from pipeline.adjudication.queue import list_cases
    from pipeline.store import open_store

    output = Output(as_json=as_json)
    with open_store() as store:
        found = list_cases(
            store, state=None if state == "all" else state, outcome=outcome, limit=limit
        )
    if as_json:
        for case in found:
            output.line(case.to_dict())
        return
    from rich.text import Text

    from pipeline.cli.show import STYLES, table

    rows = table("case", "application", "outcome", "opened, UTC", "office")
    for column in rows.columns[:4]:
        column.no_wrap = True  # an id on two lines cannot be copied
    for case in found:
        came_out = Text(case.outcome, STYLES[case.outcome])
        opened = case.opened_at[5:16].replace("T", " ")  # the case's id has the year
        rows.add_row(case.id, case.number, came_out, opened, case.office)
    output.show(rows)
    if not found:
        output.say("No cases. Verify an application to open one: periksa verify FOLDER")


def show(cases: Ids, as_json: AsJson = False) -> None:
    """Show cases: report, digests of the evidence, events.

    Each look is an event of the ledger, under the user's name.
    """
    from pipeline.adjudication.queue import show_case
    from pipeline.store import open_store

    with open_store() as store:
        judge_each(
            cases,
            lambda case_id: show_case(store, case_id, actor=user_name()).to_dict(),
            _show,
            Output(as_json=as_json),
            label=lambda case_id: {"id": case_id},
        )


def _show(line: dict[str, Any]) -> Sequence[RenderableType]:
    from pipeline.cli.show import both, heading, table
    from pipeline.cli.summary import summary

    evidence = table("", both("head.evidence"))
    evidence.columns[1].no_wrap = True  # a digest on two lines cannot be compared
    for item in line["evidence"]:
        evidence.add_row(item["name"], item["sha256"])
    events = table("#", "UTC", "", "")
    for event in line["events"]:
        events.add_row(str(event["seq"]), event["time"][:19], event["kind"], event["actor"])
    return [heading(f"{line['id']} ({line['state']})"), *summary(line["report"]), evidence, events]
