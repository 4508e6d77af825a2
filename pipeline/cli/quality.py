"""``periksa quality``: measure portraits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli.inputs import judge_each
from pipeline.cli.options import AsJson, PolicyName
from pipeline.cli.output import Output
from pipeline.cli.written import write_bytes

if TYPE_CHECKING:
    from rich.console import RenderableType

    from pipeline.portrait.profile import Profile as Limits

EXAMPLE = (
    "periksa quality portrait.jpg --report portrait.html\n"
    "  periksa quality --json --profile indonesia *.jpg\n"
    "  periksa quality --profiles"
)

Images = Annotated[
    list[Path] | None,
    typer.Argument(metavar="IMAGE", help="Pictures: JPEG, PNG, TIFF, BMP, WebP, JPEG 2000."),
]
Profile = Annotated[
    str | None,
    typer.Option(
        "--profile",
        metavar="P",
        help="Limits to judge by, or a .toml file of your own (default: the policy's).",
    ),
]
ReportFile = Annotated[
    Path | None,
    typer.Option("--report", metavar="FILE.html", help="Write the page of one portrait there."),
]
ListProfiles = Annotated[
    bool,
    typer.Option("--profiles", help="List the profiles with every limit and its source."),
]


def quality(
    images: Images = None,
    profile: Profile = None,
    policy: PolicyName = None,
    report: ReportFile = None,
    profiles: ListProfiles = False,
    as_json: AsJson = False,
) -> None:
    """Measure portraits by the components of ISO/IEC 29794-5.

    The limits of the profile decide: pass, review, fail. Findings stand in the order in which
    their advice helps most.
    """
    output = Output(as_json=as_json)
    if profiles:
        _list_profiles(profile, output)
        return
    if not images or (report is not None and len(images) > 1):
        told = "name one IMAGE" if images else "name IMAGE, or --profiles"
        raise typer.BadParameter(told, param_hint="--report" if images else "IMAGE")
    from pipeline.policy import DEFAULT, load_policy
    from pipeline.portrait.profile import load_profile

    limits = load_policy(policy or DEFAULT)
    if profile is not None:
        load_profile(profile)  # refused here if there is none, not at the first portrait

    def assess(image: Path) -> dict[str, Any]:
        from capture.sample import Sample
        from pipeline.evidence import portrait_of
        from pipeline.portrait.assess import assess_portrait

        portrait = portrait_of(Sample.from_file(image))
        found = assess_portrait(portrait, limits, profile=profile)
        line = found.to_dict()
        if report is not None:
            from pipeline.page.portrait import render_portrait

            write_bytes(report, render_portrait(portrait, found, profile).encode())
            line["report"] = str(report)
        return line

    judge_each(images, assess, _show, output)


def _list_profiles(profile: str | None, output: Output) -> None:
    """Every profile, or the one that is named, with its limits."""
    from pipeline.portrait.profile import load_profile, profile_names

    for name in (profile,) if profile else profile_names():
        limits = load_profile(name)
        if output.as_json:
            output.line(limits.to_dict())
        else:
            output.show(*_limits(limits))


def _limits(profile: Limits) -> Iterator[RenderableType]:
    """A limit on a line with what breaking it means, its source below."""
    from rich.padding import Padding
    from rich.text import Text

    from pipeline.cli.show import badge, heading
    from pipeline.page.portrait import limits_text
    from pipeline.portrait.profile import measure_of

    yield heading(f"{profile.name} {profile.version} ({profile.digest[:12]})")
    for rule in profile.rules:
        words = measure_of(rule.measure).label
        yield badge("severity", rule.severity.value).append(
            f"  {rule.measure} {limits_text(rule)}", "bold"
        )
        yield Padding(f"{words.id} / {words.en}", (0, 0, 0, 4), expand=False)
        yield Padding(Text(rule.clause, "dim"), (0, 0, 0, 4), expand=False)


def _show(line: dict[str, Any]) -> Sequence[RenderableType]:
    from pipeline.cli.show import badge, both, components_list, findings_list, heading

    parts = [
        heading(f"{line['file']}: {both('head.profile')} {line['profile']}"),
        badge("outcome", line["verdict"]),
        *findings_list(line["findings"]),
        *components_list({**line["components"], **line["passport"]}),
    ]
    if "report" in line:
        parts.append(f"Laporan / Report: {line['report']}")
    return parts
