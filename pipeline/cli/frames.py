"""Frames of a camera that lie in a folder or in a video file, one after another with their time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import ExitStatus, PipelineError

if TYPE_CHECKING:
    from pipeline.evidence import Rgb

PICTURES = {".jpg", ".jpeg", ".png", ".bmp", ".webp", ".ppm", ".tif", ".tiff", ".jp2"}


class FramesUnreadable(PipelineError):
    """What was named holds no frames."""

    exit_status = ExitStatus.INPUT
    http_status = 422


@dataclass(frozen=True, slots=True)
class TimedFrame:
    """A frame (H x W x 3, uint8, RGB), its name, and its time in seconds from the first one."""

    name: str
    at: float
    image: Rgb


def frames_of(source: Path, rate: float | None) -> Iterator[TimedFrame]:
    """Every frame of ``source``; ``rate`` a second (default: the video's own, else 30).

    Raises FramesUnreadable if there is none, UnreadableImage for a picture that is damaged.
    """
    if source.is_dir():
        return _of_folder(source, rate or 30.0)
    if not source.is_file():
        raise FramesUnreadable(
            "frames.missing", f"no folder or file {source}", "Check the path and the spelling."
        )
    return _of_video(source, rate)


def _of_folder(folder: Path, rate: float) -> Iterator[TimedFrame]:
    from capture.sample import Sample

    files = sorted(file for file in folder.iterdir() if file.suffix.lower() in PICTURES)
    if not files:
        raise FramesUnreadable(
            "frames.none", f"{folder} holds no pictures", "Name a folder of frames, or a video."
        )
    for count, file in enumerate(files):
        yield TimedFrame(file.name, count / rate, Sample.from_file(file).image)


def _of_video(file: Path, rate: float | None) -> Iterator[TimedFrame]:
    import cv2
    import numpy as np

    video = cv2.VideoCapture(str(file))
    try:
        own = video.get(cv2.CAP_PROP_FPS)
        rate = rate or (own if own and own > 0 else 30.0)
        count = 0
        while True:
            got, picture = video.read()
            if not got:
                break
            rgb = cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)
            yield TimedFrame(f"{file.name}:{count}", count / rate, np.asarray(rgb, np.uint8))
            count += 1
    finally:
        video.release()
    if count == 0:
        raise FramesUnreadable(
            "frames.no_video",
            f"{file} is no video that OpenCV can read",
            "Name a folder of frames, or save the video as MP4, AVI or MJPEG.",
        )
