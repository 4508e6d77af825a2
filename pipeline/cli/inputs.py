"""Several inputs, each judged on its own: a bad one gets its line and the next one its turn."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import typer

from models.errors import ModelError
from pipeline.cli.boundary import Attempt, status_of, told_of
from pipeline.cli.output import Output, ReaderGone
from pipeline.errors import ExitStatus, PolicyError, StoreError

if TYPE_CHECKING:
    from rich.console import RenderableType

Line = dict[str, Any]
Item = TypeVar("Item")
# The next input would fare no better: these end the run with their own exit status.
WHOLE_RUN = (ModelError, PolicyError, StoreError, ReaderGone, typer.Exit)


def judge_each(
    items: Sequence[Item],
    judge: Callable[[Item], Line],
    show: Callable[[Line], Sequence[RenderableType]],
    output: Output,
    *,
    label: Callable[[Item], Line] = lambda item: {"file": str(item)},
) -> None:
    """Judge every item and write its line; ends the command with the exit status of the run.

    ``label`` gives the keys that name an item, in its result and in its error alike.
    """
    status = ExitStatus.OK
    for number, item in enumerate(items, 1):
        if len(items) > 1:
            output.progress(f"{number}/{len(items)} {' '.join(label(item).values())}")
        began = time.process_time()
        with Attempt(*WHOLE_RUN) as attempt:
            line = {**label(item), **judge(item)}
            line["cpu_ms"] = round((time.process_time() - began) * 1e3, 1)
        output.progress("")
        if attempt.error is not None:
            told = told_of(attempt.error)
            output.failed({**label(item), "error": told})
            status = max(status, status_of(attempt.error))
        elif output.as_json:
            output.line(line)
        else:
            output.show(*show(line))
    raise typer.Exit(status)
