"""One probe against one or several references, with a page of evidence if it is wanted."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.errors import ExitStatus, PipelineError

if TYPE_CHECKING:
    from pipeline.evidence import Portrait
    from pipeline.faces.calibration import Regime
    from pipeline.faces.fuse import FusedMatch
    from pipeline.faces.match import DescribedFace, FaceMatch
    from pipeline.policy import Policy
    from pipeline.portrait.locate import LocatedFace


class PageUnwritable(PipelineError):
    """The page cannot be written where it was asked for."""

    exit_status = ExitStatus.USAGE


class Evidence:
    """Compares ``frames`` of one person with ``references`` of these regimes."""

    def __init__(
        self,
        policy: Policy,
        regimes: Sequence[Regime],
        frames: Sequence[Path],
        references: Sequence[Path],
    ) -> None:
        self._policy, self._regimes = policy, regimes
        self._frames, self._references = frames, references

    def judged(self, report: Path | None) -> dict[str, Any]:
        """The comparison as a line of output; writes the page."""
        from pipeline.faces.fuse import compare_many

        frames = [self._seen(path) for path in self._frames]
        others = [self._seen(path) for path in self._references]
        faces = [self._described(*seen, "live") for seen in frames]
        described = [
            self._described(*seen, regime)
            for seen, regime in zip(others, self._regimes, strict=True)
        ]
        names = [str(path) for path in self._frames], [str(path) for path in self._references]
        fused = compare_many(faces, described, self._policy, names=names)
        single = len(frames) == len(others) == 1
        line = fused.parts[0].to_dict() if single else fused.to_dict()
        if report is not None:
            pictures = [(picture.image, face) for picture, face in (frames[0], *others)]
            self._write(report, pictures, fused.parts, None if single else fused)
            line["report"] = str(report)
        return line

    def _described(
        self, picture: Portrait, face: LocatedFace | None, regime: Regime
    ) -> DescribedFace | None:
        from pipeline.faces.match import describe_face

        if face is None:  # was searched before
            return None
        return describe_face(picture, face, policy=self._policy, regime=regime)

    def _seen(self, path: Path) -> tuple[Portrait, LocatedFace | None]:
        from capture.sample import Sample
        from pipeline.evidence import portrait_of
        from pipeline.portrait.locate import detector_names, locate_face

        picture = portrait_of(Sample.from_file(path))
        return picture, locate_face(picture.image, detector_names(self._policy))

    def _write(
        self,
        report: Path,
        pictures: Sequence[tuple[Any, LocatedFace | None]],
        parts: Sequence[FaceMatch],
        fused: FusedMatch | None,
    ) -> None:
        from pipeline.page import render_match

        page = render_match(parts, (pictures[0], pictures[1:]), self._policy, fused)
        try:
            report.write_text(page, "utf-8")
        except OSError as error:
            raise PageUnwritable(
                "report.unwritable",
                f"{report} cannot be written: {error.strerror}",
                "Name another file with --report.",
            ) from error
