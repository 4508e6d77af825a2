"""``periksa calibrate``: what scores mean on an office's own pictures."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli.match import PairsUnreadable, read_pairs
from pipeline.cli.options import AsJson, PolicyName
from pipeline.cli.output import Output
from pipeline.errors import ExitStatus, PipelineError

if TYPE_CHECKING:
    from pipeline.faces.calibrate import Material
    from pipeline.faces.calibration import Calibration, Regime
    from pipeline.faces.collect import Collection, Picture
    from pipeline.faces.groups import GroupRates
    from pipeline.faces.normalise import Cohort
    from pipeline.policy import Policy

EXAMPLE = (
    "periksa calibrate --images pictures --out office.json --report report\n"
    "  periksa calibrate --pairs pairs.csv --root pictures --out office.json\n"
    "  periksa calibrate --make-cohort strangers --out office.npz\n"
    "  periksa calibrate --images pictures --cohort office.npz --out office.json"
)
TARGETS = (1e-2, 1e-3, 1e-4, 1e-5, 1e-6)

ImagesFolder = Annotated[
    Path | None,
    typer.Option("--images", metavar="DIR", help="One folder per person: DIR/PERSON/FILE."),
]
PairsFile = Annotated[
    Path | None,
    typer.Option("--pairs", metavar="FILE.csv", help="Pairs in the columns a, b, same (1 or 0)."),
]
Root = Annotated[
    Path | None,
    typer.Option("--root", metavar="DIR", help="Where the files of --pairs lie (default: here)."),
]
CohortFolder = Annotated[
    Path | None,
    typer.Option(
        "--make-cohort",
        metavar="DIR",
        help="Make a cohort of the people in DIR/PERSON/FILE instead of a calibration.",
    ),
]
Out = Annotated[
    Path, typer.Option("--out", metavar="FILE", help="The calibration (.json) or cohort (.npz).")
]
CohortFile = Annotated[
    Path | None,
    typer.Option(
        "--cohort", metavar="FILE.npz", help="Normalise scores by this cohort; none of them here."
    ),
]
GroupsFile = Annotated[
    Path | None,
    typer.Option(
        "--groups", metavar="FILE.csv", help="Columns person (or file) and group: rates by group."
    ),
]
ReportFolder = Annotated[
    Path | None,
    typer.Option("--report", metavar="DIR", help="Write the DET curve and the tables there."),
]
MemoryFile = Annotated[
    Path | None,
    typer.Option(
        "--memory",
        metavar="FILE",
        help="Keep templates there, so that a run that was stopped goes on (personal data).",
    ),
]
ReferencesFolder = Annotated[
    Path | None,
    typer.Option(
        "--references",
        metavar="DIR",
        help="What the pictures of --images are compared with, in folders of the same persons.",
    ),
]
RegimeName = Annotated[
    str,
    typer.Option(
        "--regime",
        metavar="KIND",
        help="What references are: live, document, document-grey (without colour) or chip.",
    ),
]
DataWords = Annotated[
    str | None, typer.Option("--data", metavar="TEXT", help="What the file says of its data.")
]


class OutUnwritable(PipelineError):
    """The result cannot be written where it was asked for."""

    exit_status = ExitStatus.USAGE


def calibrate(
    out: Out,
    images: ImagesFolder = None,
    references: ReferencesFolder = None,
    pairs: PairsFile = None,
    root: Root = None,
    make_cohort: CohortFolder = None,
    cohort: CohortFile = None,
    groups: GroupsFile = None,
    report: ReportFolder = None,
    memory: MemoryFile = None,
    regime: RegimeName = "live",
    data: DataWords = None,
    policy: PolicyName = None,
    as_json: AsJson = False,
) -> None:
    """Measure what scores mean on your own pictures.

    Every picture is compared with every other one (or the pairs of a table). No rate is promised
    that the number of comparisons and of persons cannot carry.
    """
    if sum(source is not None for source in (images, pairs, make_cohort)) != 1:
        raise typer.BadParameter("name one of --images DIR, --pairs FILE.csv, --make-cohort DIR")
    if (regime != "live") != (references is not None) or (references and not images):
        raise typer.BadParameter("--references DIR goes with --images DIR and a --regime of theirs")
    from pipeline.policy import DEFAULT, load_policy

    output = Output(as_json=as_json)
    maker = _Maker(load_policy(policy or DEFAULT), _regime(regime), memory, output)
    if make_cohort is not None:
        line = maker.cohort(make_cohort, out)
    else:
        group_of = {} if groups is None else read_groups(groups)
        if references is not None and images is not None:
            material = maker.crossed(images, references, cohort)
        else:
            material = maker.material(images, pairs, root or Path(), cohort)
        words = data or f"pictures of {images or pairs}"
        line = maker.calibration(material, words, out, report, group_of)
    if output.as_json:
        output.line(line)
    else:
        from pipeline.cli.show_calibration import calibration_parts

        output.show(*calibration_parts(line))


class _Maker:
    """Describes pictures and writes what comes of them."""

    def __init__(self, policy: Policy, regime: Regime, memory: Path | None, output: Output) -> None:
        self._policy, self._regime, self._memory, self._output = policy, regime, memory, output

    def cohort(self, folder: Path, out: Path) -> dict[str, Any]:
        """A cohort of one picture of each person."""
        from pipeline.faces.calibration import model_digests
        from pipeline.faces.collect import pictures_in
        from pipeline.faces.match import embedder_names
        from pipeline.faces.normalise import write_cohort

        one_each = {picture.person: picture for picture in reversed(pictures_in(folder))}
        found = self._collected([one_each[person] for person in sorted(one_each)])
        models = model_digests(embedder_names(self._policy))
        with _Written(out):
            write_cohort(out, found.faces.templates, models)
        return {"file": str(out), "people": len(found.names), **_failures(found)}

    def material(
        self, images: Path | None, pairs: Path | None, root: Path, cohort: Path | None
    ) -> Material:
        """What is to be compared, every picture described."""
        from pipeline.faces.calibrate import Material
        from pipeline.faces.collect import pictures_in
        from pipeline.faces.pair_list import KnownPair, numbered, pictures_of

        strangers = None if cohort is None else self._strangers(cohort)
        if images is not None:
            return Material(self._collected(pictures_in(images)), cohort=strangers)
        rows = read_pairs(pairs or Path(), root)
        for row in rows:
            if row.fault is not None:
                raise row.fault
        if any(row.same is None for row in rows):
            raise PairsUnreadable(
                "pairs.same", f"{pairs} does not tell same (1 or 0) of every pair", "Fill it in."
            )
        known = [KnownPair(row.probe, row.reference, bool(row.same)) for row in rows]
        found = self._collected(pictures_of(known, root))
        return Material(found, pairs=numbered(known, found), cohort=strangers)

    def crossed(self, images: Path, references: Path, cohort: Path | None) -> Material:
        """Live pictures against references of the regime; prints with or without colour only."""
        import numpy as np

        from pipeline.faces.calibrate import Material
        from pipeline.faces.collect import pictures_in, subset
        from pipeline.faces.match import PRINTED

        strangers = None if cohort is None else self._strangers(cohort)
        live, others = pictures_in(images), pictures_in(references)
        people = sorted({picture.person for picture in (*live, *others)})
        grey = self._regime == "document-grey"
        probes = self._collected(live, "live", people=people, grey=grey)
        found = self._collected(others, self._regime, people=people, before=live)
        if self._regime in PRINTED:
            limit = self._policy.number("faces", "grey_chroma")
            pale = np.array([quality.colour < limit for quality in found.qualities], bool)
            found = subset(found, pale == grey)
        return Material(probes, found, cohort=strangers)

    def calibration(
        self,
        material: Material,
        words: str,
        out: Path,
        report: Path | None,
        group_of: Mapping[str, str],
    ) -> dict[str, Any]:
        """The calibration's file and what it can promise."""
        from pipeline.faces.calibrate import calibrate as counted
        from pipeline.faces.calibrate import promise
        from pipeline.faces.calibration import model_digests
        from pipeline.faces.calibration_file import parsed, save
        from pipeline.faces.groups import group_rates
        from pipeline.faces.match import calibration_of, embedder_names
        from pipeline.policy import load_policy

        models = model_digests(embedder_names(self._policy))
        # A new network has no calibration yet; what a poor picture is does not hang on networks.
        limits = calibration_of(load_policy(), self._regime).limits
        table = counted(material, words, regime=self._regime, limits=limits, models=models)
        with _Written(out):
            save(out, table)
        calibration = parsed(out.stem, table)
        promises = [promise(calibration, target) for target in TARGETS]
        kept = tuple(found.target for found in promises if found.score is not None)
        rows = group_rates(material, calibration, group_of, kept) if group_of else ()
        line = _line(out, calibration, material.probes)
        line["promises"] = [found.to_dict() for found in promises]
        line["groups"] = [row.to_dict() for row in rows]
        if report is not None:
            line["report"] = self._reported(report, calibration, kept, rows, line)
        return line

    def _collected(
        self,
        pictures: Sequence[Picture],
        regime: Regime = "live",
        *,
        grey: bool = False,
        people: Sequence[str] | None = None,
        before: Sequence[Picture] = (),
    ) -> Collection:
        """Every picture described as one of the regime; live ones in ``grey`` for grey prints."""
        from functools import partial

        from pipeline.faces.collect import Memory, collect
        from pipeline.faces.match import describe_face, describe_in_grey, embedder_names

        describe = partial(describe_face, policy=self._policy, regime=regime)
        if grey:
            describe = partial(describe_in_grey, policy=self._policy)
        kind = f"{regime} in grey" if grey else regime
        with ExitStack() as stack:
            known = None
            if self._memory is not None:
                names = embedder_names(self._policy)
                known = stack.enter_context(Memory(self._memory, kind, names))
            found = collect(
                pictures,
                known,
                progress=self._told,
                describe=describe,
                people=people,
                before=before,
            )
        self._output.progress("")
        return found

    def _strangers(self, file: Path) -> Cohort:
        from pipeline.faces.match import embedder_names
        from pipeline.faces.normalise import load_cohort

        return load_cohort(file).fitting(embedder_names(self._policy))

    def _reported(
        self,
        folder: Path,
        calibration: Calibration,
        targets: tuple[float, ...],
        rows: Sequence[GroupRates],
        line: Mapping[str, Any],
    ) -> list[str]:
        from pipeline.faces.calibration_report import write_report

        with _Written(folder):
            return [str(file) for file in write_report(folder, calibration, targets, rows, line)]

    def _told(self, done: int, whole: int) -> None:
        self._output.progress(f"{done}/{whole} pictures")


class _Written:
    """``with _Written(path):`` turns what the disk refuses into OutUnwritable."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, OSError):
            raise OutUnwritable(
                "calibrate.unwritable",
                f"{self._path} cannot be written: {error.strerror}",
                "Name another place with --out or --report.",
            ) from error


def read_groups(file: Path) -> dict[str, str]:
    """Groups by person or file, from the columns person (or file) and group."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as text:
            rows = list(csv.DictReader(text))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise PairsUnreadable(
            "groups.unreadable", f"{file} cannot be read: {error}", "Save it as CSV in UTF-8."
        ) from error
    named = [(row.get("person") or row.get("file"), row.get("group")) for row in rows]
    if not named or not all(who and group for who, group in named):
        raise PairsUnreadable(
            "groups.columns",
            f"{file} is no table with the columns person (or file) and group",
            "Begin it with the line: person,group and put one person on each line.",
        )
    return {str(who).strip(): str(group).strip() for who, group in named}


def _regime(name: str) -> Regime:
    from pipeline.faces.calibration import REGIMES

    if name not in REGIMES:
        raise typer.BadParameter(f"one of {', '.join(REGIMES)}", param_hint="--regime")
    regime: Regime = name
    return regime


def _failures(found: Collection) -> dict[str, Any]:
    return {"without_face": list(found.without_face), "unreadable": list(found.unreadable)}


def _line(out: Path, calibration: Calibration, found: Collection) -> dict[str, Any]:
    return {
        "file": str(out),
        "data": calibration.data,
        "regime": calibration.regime,
        "pictures": len(found.names),
        "persons": calibration.persons,
        **_failures(found),
        "genuine": calibration.genuine,
        "impostors": calibration.impostors,
        "least_fmr": float(f"{calibration.least_fmr:.3g}"),
        "strata": list(calibration.strata),
    }
