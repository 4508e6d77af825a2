"""Lines of text with Tesseract (Apache-2.0), the second engine: probed apart from being run.

Needs the program ``tesseract`` and the extra ``periksa[tesseract]`` (pytesseract).
"""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from subprocess import SubprocessError
from typing import Any

import cv2
import numpy as np

from models.errors import EngineMissing
from models.text._lines import Quad, Rgb, TextLine

OLDEST = (4, 1)  # the first release line with the LSTM engine's word confidences as used here
LANGUAGES = ("ind", "eng")  # the first that is installed
CAPITALS = 48  # px; lines are enlarged to about this height, which Tesseract reads best
SPARSE, ONE_LINE = 11, 7  # page segmentation modes: text in no particular order; a single line
_ADVICE = (
    "Install it: apt-get install tesseract-ocr tesseract-ocr-ind, and pip install"
    " 'periksa[tesseract]'."
)


@dataclass(frozen=True, slots=True)
class Probe:
    """What is installed, and why it does not suit, if it does not."""

    version: str | None
    language: str | None
    missing: str | None

    @property
    def suitable(self) -> bool:
        return self.missing is None


@lru_cache(maxsize=1)
def probe() -> Probe:
    """Whether Tesseract is installed and suitable; asked once a process, never raises."""
    if importlib.util.find_spec("pytesseract") is None:
        return Probe(None, None, "the Python package pytesseract is not installed")
    if shutil.which("tesseract") is None:
        return Probe(None, None, "the program tesseract is not on the PATH")
    import pytesseract

    try:
        version = str(pytesseract.get_tesseract_version())
        languages = pytesseract.get_languages()
    except (OSError, RuntimeError, SystemExit, SubprocessError) as error:
        return Probe(None, None, f"the program tesseract does not start: {error}")
    if tuple(int(part) for part in version.split(".")[:2]) < OLDEST:
        return Probe(version, None, f"tesseract {version} is older than 4.1")
    language = next((name for name in LANGUAGES if name in languages), None)
    missing = None if language else f"tesseract has no data for {' or '.join(LANGUAGES)}"
    return Probe(version, language, missing)


class TesseractLines:
    """Finds and reads lines of Latin text. Raises EngineMissing when made."""

    name = "tesseract"

    def __init__(self) -> None:
        found = probe()
        if not found.suitable or found.language is None:
            raise EngineMissing(
                "engine.tesseract_missing", f"Tesseract cannot be used: {found.missing}", _ADVICE
            )
        self._language = found.language

    def lines(self, image: Rgb) -> tuple[TextLine, ...]:
        """Every line of ``image`` (H x W x 3, uint8, RGB, upright), from top to bottom."""
        table = self._run(image, f"--psm {SPARSE}")
        rows: dict[tuple[int, ...], list[int]] = {}
        for index, text in enumerate(table["text"]):
            if text.strip() and float(table["conf"][index]) >= 0:
                key = tuple(table[part][index] for part in ("block_num", "par_num", "line_num"))
                rows.setdefault(key, []).append(index)
        lines = (_line(table, words) for words in rows.values())
        return tuple(sorted(lines, key=lambda line: line.centre[1]))

    def read_line(
        self, image: Rgb, quad: Quad, *, alphabet: str | None = None, width: float = 1.0
    ) -> TextLine:
        """Another look at the line inside ``quad``, its width scaled.

        ``alphabet``: nothing else is there.
        """
        crop = _level(image, quad, width)
        allowed = f" -c tessedit_char_whitelist={alphabet}" if alphabet else ""
        table = self._run(crop, f"--psm {ONE_LINE}{allowed}")
        words = [index for index, text in enumerate(table["text"]) if text.strip()]
        if not words:
            return TextLine(quad, "", ())
        line = _line(table, words)
        return TextLine(quad, line.text, line.char_confidence)

    def _run(self, image: Rgb, options: str) -> Mapping[str, Sequence[Any]]:
        import pytesseract

        table: Mapping[str, Sequence[Any]] = pytesseract.image_to_data(
            image,
            lang=self._language,
            config=f"{options} --oem 1",
            output_type=pytesseract.Output.DICT,
        )
        return table


@lru_cache(maxsize=1)
def tesseract_lines() -> TesseractLines:
    """The engine, probed once a process. Raises EngineMissing."""
    return TesseractLines()


def _line(table: Mapping[str, Sequence[Any]], words: Sequence[int]) -> TextLine:
    """Words in one line; Tesseract is sure of words, so each letter has its word's confidence."""
    text = " ".join(table["text"][index] for index in words)
    confidence: list[float] = []
    for index in words:
        sure = max(0.0, float(table["conf"][index]) / 100)
        confidence += [sure] * (len(table["text"][index]) + 1)
    left, top = (min(table[side][index] for index in words) for side in ("left", "top"))
    right = max(table["left"][index] + table["width"][index] for index in words) - 1
    bottom = max(table["top"][index] + table["height"][index] for index in words) - 1
    quad = np.array([[left, top], [right, top], [right, bottom], [left, bottom]], np.float64)
    return TextLine(quad, text, tuple(confidence[:-1]))


def _level(image: Rgb, quad: Quad, width: float) -> Rgb:
    """The line inside ``quad`` level and enlarged, with a white rim as Tesseract likes it."""
    along = float(np.hypot(*(quad[1] - quad[0])))
    across = max(float(np.hypot(*(quad[3] - quad[0]))), 1.0)
    size = (max(8, round(width * CAPITALS * along / across)), CAPITALS)
    corners = np.array([[0, 0], [size[0] - 1, 0], [size[0] - 1, size[1] - 1], [0, size[1] - 1]])
    matrix = cv2.getPerspectiveTransform(quad.astype(np.float32), corners.astype(np.float32))
    crop = cv2.warpPerspective(image, matrix, size, flags=cv2.INTER_CUBIC)
    white = (255, 255, 255)
    framed = cv2.copyMakeBorder(crop, 12, 12, 12, 12, cv2.BORDER_CONSTANT, value=white)
    return np.asarray(framed, np.uint8)
