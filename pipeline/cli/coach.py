"""``periksa coach``: try the coach on recorded frames."""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli.boundary import Attempt, status_of, told_of
from pipeline.cli.frames import frames_of
from pipeline.cli.options import AsJson
from pipeline.cli.output import Output, ReaderGone
from pipeline.cli.written import write_bytes
from pipeline.errors import ExitStatus

if TYPE_CHECKING:
    from pipeline.portrait.coach.coach import Coaching

EXAMPLE = (
    "periksa coach frames/ --rate 15 --out shot.png\n"
    "  periksa coach --json walk.mp4 > instructions.jsonl"
)

Frames = Annotated[
    Path, typer.Argument(metavar="FRAMES", help="A folder of pictures, or a video file.")
]
Rate = Annotated[
    float | None,
    typer.Option(
        "--rate", min=0.1, metavar="N", help="Frames a second (default: the video's, or 30)."
    ),
]
ShotFile = Annotated[
    Path | None, typer.Option("--out", metavar="FILE.png", help="Keep the shot there.")
]
CoachProfile = Annotated[
    str, typer.Option("--profile", metavar="P", help="Rules of the coach, or a .toml file.")
]


def coach(
    frames: Frames,
    rate: Rate = None,
    out: ShotFile = None,
    profile: CoachProfile = "coach",
    as_json: AsJson = False,
) -> None:
    """Coach a person on recorded frames, up to the shot.

    At most one instruction at a time: a line for every change, and one for the whole at the end.
    """
    from pipeline.portrait.coach.coach import Coach

    output, watcher = Output(as_json=as_json), Coach(profile)
    with Attempt(ReaderGone, typer.Exit) as attempt:
        summary = _watch(watcher.see, frames_of(frames, rate), out, output)
        if as_json:
            output.line({"file": str(frames), **summary})
        else:
            output.show(_told(summary))
    if attempt.error is not None:
        output.failed({"file": str(frames), "error": told_of(attempt.error)})
        raise typer.Exit(status_of(attempt.error))
    raise typer.Exit(ExitStatus.OK)


def _watch(see: Any, frames: Iterable[Any], out: Path | None, output: Output) -> dict[str, Any]:
    """Show every change of what the coach says; what was seen in all, and the shot."""
    names: dict[float, str] = {}
    shot, said = None, None
    began = time.process_time()
    for frame in frames:
        names[frame.at] = frame.name
        answer: Coaching = see(frame.image, frame.at)
        now = (answer.state, answer.instruction.code if answer.instruction else None)
        if now != said:
            _show(answer, frame.name, output)
        said = now
        if answer.shot is not None:
            shot = answer.shot
    told = None if shot is None else {"frame": names[shot.at], **shot.to_dict()}
    if shot is not None and out is not None:
        write_bytes(out, _png(shot.image))
        told = {**(told or {}), "out": str(out)}
    cpu_ms = round((time.process_time() - began) * 1e3 / max(len(names), 1), 1)
    return {"frames": len(names), "shot": told, "cpu_ms_per_frame": cpu_ms}


def _show(answer: Coaching, name: str, output: Output) -> None:
    if output.as_json:
        output.line({"frame": name, **answer.to_dict()})
    elif answer.instruction is not None:
        words = answer.instruction.words
        output.show(f"{answer.at:7.2f} s  {words.id} / {words.en}  ({answer.instruction.code})")


def _told(summary: dict[str, Any]) -> str:
    shot = summary["shot"]
    if shot is None:
        return f"{summary['frames']} frames: belum ada foto / no shot"
    kept = f" -> {shot['out']}" if "out" in shot else ""
    return (
        f"{shot['at']:7.2f} s  Foto / Shot: {shot['frame']}, the best of {shot['of']}, "
        f"{shot['score']} of 100{kept}"
    )


def _png(image: Any) -> bytes:
    """Lossless, so that the shot can be finished without a second compression."""
    import io

    from PIL import Image

    file = io.BytesIO()
    Image.fromarray(image).save(file, "PNG", compress_level=1)
    return file.getvalue()
