"""``periksa match``: compare faces."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli.error_rate import equal_error_rate
from pipeline.cli.inputs import Line, judge_each
from pipeline.cli.options import AsJson, PolicyName
from pipeline.cli.output import Output
from pipeline.errors import ExitStatus, PipelineError

if TYPE_CHECKING:
    from rich.console import RenderableType

    from pipeline.faces.calibration import Regime
    from pipeline.faces.match import DescribedFace
    from pipeline.policy import Policy

EXAMPLE = (
    "periksa match portrait.jpg passport.jpg --regime document --report m.html\n"
    "  periksa match live.jpg print.jpg chip.jp2 --regime document --regime chip\n"
    "  periksa match --pairs pairs.csv --root pictures --json > scores.jsonl"
)
YES, NO = ("1", "true", "yes", "y"), ("0", "false", "no", "n")

Probe = Annotated[
    Path | None, typer.Argument(metavar="PROBE", help="The live portrait.", show_default=False)
]
References = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar="REFERENCE",
        help="What it is compared with; several are fused.",
        show_default=False,
    ),
]
Regimes = Annotated[
    list[str] | None,
    typer.Option(
        "--regime",
        metavar="KIND",
        help="What references are: live, document (printed) or chip; for all, or for each.",
    ),
]
Frames = Annotated[
    list[Path] | None,
    typer.Option("--frame", metavar="FILE", help="Another live picture of PROBE's person."),
]
ReportFile = Annotated[
    Path | None, typer.Option("--report", metavar="FILE.html", help="Write the evidence there.")
]
PairsFile = Annotated[
    Path | None,
    typer.Option(
        "--pairs",
        metavar="FILE.csv",
        help="Pairs in the columns a and b; a column same (1, 0) gives the equal error rate.",
    ),
]
Root = Annotated[
    Path | None,
    typer.Option("--root", metavar="DIR", help="Where the files of --pairs lie (default: here)."),
]


class PairsUnreadable(PipelineError):
    """The file of --pairs is no table of pairs."""

    exit_status = ExitStatus.INPUT


@dataclass(frozen=True, slots=True)
class Pair:
    """Two files, as they are named in the output and as they lie on the disk."""

    probe: str
    reference: str
    root: Path
    same: bool | None = None  # one person, if that is known
    fault: PairsUnreadable | None = None  # why the row cannot be understood

    def label(self) -> Line:
        return {"probe": self.probe, "reference": self.reference}


def match(
    probe: Probe = None,
    reference: References = None,
    pairs: PairsFile = None,
    root: Root = None,
    regime: Regimes = None,
    frame: Frames = None,
    report: ReportFile = None,
    policy: PolicyName = None,
    as_json: AsJson = False,
) -> None:
    """Compare a face with one or several, or the pairs of a table.

    Each picture is looked at once. A picture without a face is decided as review.
    """
    wanted = _wanted(probe, reference, pairs, root)
    kinds = regimes_of(regime or [], len(reference or [None]))
    several = len(reference or []) > 1 or bool(frame)
    if pairs is not None and (report or frame or len(kinds) > 1):
        raise typer.BadParameter("--frame, --report and several --regime go with PROBE REFERENCE")
    from pipeline.policy import DEFAULT, load_policy

    output, limits = Output(as_json=as_json), load_policy(policy or DEFAULT)
    if several or report is not None:
        from pipeline.cli.match_many import Evidence

        evidence = Evidence(limits, kinds, [probe or Path(), *(frame or [])], reference or [])
        judge_each(wanted, lambda _pair: evidence.judged(report), _show, output, label=Pair.label)
    comparer = _Comparer(limits, kinds[0])
    try:
        judge_each(wanted, comparer, _show, output, label=Pair.label)
    finally:  # judge_each ends by raising the exit status
        comparer.sum_up(output)


def regimes_of(named: Sequence[str], references: int) -> tuple[Regime, ...]:
    """A regime for each reference. Raises BadParameter for unknown ones or a wrong number."""
    known: dict[str, Regime] = {"live": "live", "document": "document", "chip": "chip"}
    for name in named:
        if name not in known:
            raise typer.BadParameter(f"one of {', '.join(known)}", param_hint="--regime")
    if len(named) not in (0, 1, references):
        raise typer.BadParameter("name it once, or for each reference", param_hint="--regime")
    kinds = [known[name] for name in named] or [known["live"]]
    return tuple(kinds * references if len(kinds) == 1 else kinds)


def _wanted(
    probe: Path | None, references: Sequence[Path] | None, pairs: Path | None, root: Path | None
) -> Sequence[Pair]:
    if pairs is not None and probe is None:
        return read_pairs(pairs, root or Path())
    if pairs is not None or probe is None or not references:
        raise typer.BadParameter("name PROBE and REFERENCE, or --pairs FILE.csv")
    return [Pair(str(probe), " + ".join(map(str, references)), root or Path())]


class _Comparer:
    """Compares pairs; keeps the template of every picture and the scores of known pairs."""

    def __init__(self, policy: Policy, regime: Regime) -> None:
        self._policy, self._regime = policy, regime
        self._known: dict[bool, list[float]] = {True: [], False: []}
        self._described = cache(partial(_remembered, policy))

    def __call__(self, pair: Pair) -> Line:
        from pipeline.faces.match import compare_faces

        if pair.fault is not None:
            raise pair.fault
        sides = ((pair.probe, "live"), (pair.reference, self._regime))
        faces = [self._described(pair.root / name, regime)() for name, regime in sides]
        names = (pair.probe, pair.reference)
        found = compare_faces(faces[0], faces[1], self._policy, names=names)
        if pair.same is not None and found.score is not None:
            self._known[pair.same].append(found.score)
        return found.to_dict()

    def sum_up(self, output: Output) -> None:
        """The equal error rate on stderr, if some pairs are known to be of one person or two."""
        genuine, impostor = self._known[True], self._known[False]
        if genuine and impostor:
            rate, score = equal_error_rate(genuine, impostor)
            output.say(
                f"EER {100 * rate:.2f} % at score {score:.4f} "
                f"({len(genuine)} genuine, {len(impostor)} impostor comparisons)"
            )


def _remembered(policy: Policy, path: Path, regime: Regime) -> Callable[[], DescribedFace | None]:
    """What gives the face of ``path``, or raises why it cannot be had, each time anew."""
    from capture.errors import CaptureError
    from capture.sample import Sample
    from pipeline.faces.match import describe_face

    try:
        face = describe_face(Sample.from_file(path).image, policy=policy, regime=regime)
    except CaptureError as error:
        unreadable = error  # the name of an except clause does not outlive it

        def refuse() -> DescribedFace | None:
            raise unreadable

        return refuse
    return lambda: face


def read_pairs(file: Path, root: Path) -> Sequence[Pair]:
    """The pairs of a CSV file with the columns a, b and perhaps same. Raises PairsUnreadable."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as text:
            table = csv.DictReader(text, restkey="beyond", restval="")
            columns, rows = set(table.fieldnames or ()), list(table)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise PairsUnreadable(
            "pairs.unreadable", f"{file} cannot be read: {error}", "Save it as CSV in UTF-8."
        ) from error
    if not rows or not {"a", "b"} <= columns:
        raise PairsUnreadable(
            "pairs.columns",
            f"{file} is no table with the columns a and b and a pair below them",
            "Begin it with the line: a,b (or a,b,same) and put one pair on each line.",
        )
    return [_pair(row, f"{file} row {count}", root) for count, row in enumerate(rows, 1)]


def _pair(row: Mapping[str, str], where: str, root: Path) -> Pair:
    """The pair of one row; a row that cannot be understood gives a pair that says why."""
    a, b = row["a"].strip(), row["b"].strip()
    same = row.get("same", "").strip().lower()
    if a and b and same in ("", *YES, *NO) and "beyond" not in row:
        return Pair(a, b, root, same in YES if same else None)
    fault = PairsUnreadable(
        "pairs.row", f"{where}: a and b must be files, same 1 or 0", "Correct that row."
    )
    return Pair(a, b, root, fault=fault)


def _show(line: dict[str, Any]) -> Sequence[RenderableType]:
    from pipeline.cli.show import face_line, findings_list

    parts: list[RenderableType] = []
    for part in line.get("parts", ()):
        parts += [face_line(part), *findings_list(part["findings"])]
    parts += [face_line(line), *findings_list(line["findings"])]
    if "report" in line:
        parts.append(f"Laporan / Report: {line['report']}")
    return parts
