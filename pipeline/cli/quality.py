"""``periksa quality``: measure portraits."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli.inputs import judge_each
from pipeline.cli.options import AsJson, Images, PolicyName
from pipeline.cli.output import Output

if TYPE_CHECKING:
    from rich.console import RenderableType

EXAMPLE = "periksa quality portrait.jpg\n  periksa quality --json --profile icao *.jpg"

Profile = Annotated[
    str | None,
    typer.Option("--profile", metavar="P", help="Limits to judge by (default: the policy's)."),
]


def quality(
    images: Images, profile: Profile = None, policy: PolicyName = None, as_json: AsJson = False
) -> None:
    """Measure portraits by the components of ISO/IEC 29794-5.

    The limits of the profile decide: pass, review, fail.
    """
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
        return assess_portrait(portrait, limits, profile=profile).to_dict()

    judge_each(images, assess, _show, Output(as_json=as_json))


def _show(line: dict[str, Any]) -> Sequence[RenderableType]:
    from pipeline.cli.show import badge, both, components_list, findings_list, heading

    return [
        heading(f"{line['file']}: {both('head.profile')} {line['profile']}"),
        badge("outcome", line["verdict"]),
        *components_list(line["components"]),
        *findings_list(line["findings"]),
    ]
