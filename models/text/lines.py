"""Lines of text with PP-OCRv4 (PaddlePaddle, Apache-2.0): one network finds, one reads.

Source: PP-OCRv4 mobile, detection by differentiable binarisation, recognition by SVTR-LCNet with
connectionist temporal classification. The weights come by the catalogue; the steps around the
networks are ours, with the alphabet held to Latin letters, digits and punctuation.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from models.catalogue import path_of
from models.runtime import onnx_model
from models.text._boxes import text_boxes
from models.text._lines import Quad, Rgb, TextLine
from models.text._spaces import word_gaps

Letter = tuple[str, float, int]
"""A character, its confidence, and the step of the network at which it began."""

DETECTION_SIDE = 736  # longer side in pixels; an ID-1 card's smallest print is then 14 px high
STRIDE = 32  # of the detector
LINE_HEIGHT = 48  # input of the recogniser, px
# Lines are laid narrower than they are: wide Latin capitals come nearer to the proportions that
# the network was trained with; on drawn cards it reads more of them and costs a third less.
SQUEEZE = 0.7
WIDTH_STEP = 8  # of the recogniser
WIDEST = 1600  # px at LINE_HEIGHT; longer lines are squeezed
DOUBT = 0.2  # probability of a letter beside a winning blank from which it is worth a remark
MEAN = np.array([0.485, 0.456, 0.406], np.float32)  # ImageNet, RGB
DEVIATION = np.array([0.229, 0.224, 0.225], np.float32)
LATIN = frozenset(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 .,:;/-'()&<>+#*\"_!?@%="
)
FULL_WIDTH = {"：": ":", "，": ",", "（": "(", "）": ")", "；": ";"}  # what CJK fonts made of them


class PaddleLines:
    """Finds and reads lines of Latin text. Raises WeightMissing or WeightAltered when made."""

    name = "pp-ocr-v4"

    def __init__(self) -> None:
        self._detector = onnx_model(path_of("text_lines_det"))
        self._recogniser = onnx_model(path_of("text_lines_rec"))
        alphabet = ["", *self._recogniser.metadata()["character"].splitlines(), " "]
        self._columns = [
            column for column, letter in enumerate(alphabet) if not letter or letter in LATIN
        ]
        self._letters = [alphabet[column] for column in self._columns]
        self._alphanumeric = np.array([letter.isalnum() for letter in self._letters], np.float32)
        self._twins = [
            (self._letters.index(FULL_WIDTH[letter]), column)
            for column, letter in enumerate(alphabet)
            if letter in FULL_WIDTH
        ]

    def lines(self, image: Rgb) -> tuple[TextLine, ...]:
        """Every line of ``image`` (H x W x 3, uint8, RGB, upright), from top to bottom."""
        quads = sorted(self.find(image), key=lambda quad: float(quad[:, 1].mean()))
        texts = self.read([straightened(image, quad) for quad in quads])
        return tuple(
            TextLine(quad, text, confidence)
            for quad, (text, confidence) in zip(quads, texts, strict=True)
            if text
        )

    def find(self, image: Rgb) -> list[Quad]:
        """Where text stands, in pixels of ``image``, whatever it says."""
        height, width = image.shape[:2]
        scale = min(1.0, DETECTION_SIDE / max(height, width))
        size = [max(STRIDE, round(side * scale / STRIDE) * STRIDE) for side in (width, height)]
        small = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
        batch = ((small.astype(np.float32) / 255 - MEAN) / DEVIATION).transpose(2, 0, 1)[None]
        probability = np.asarray(self._detector(np.ascontiguousarray(batch))[0][0, 0], np.float32)
        back = np.array([width / size[0], height / size[1]])
        return [(quad + 0.5) * back - 0.5 for quad in text_boxes(probability)]

    def read(self, crops: Sequence[Rgb]) -> list[tuple[str, tuple[float, ...]]]:
        """Text and confidence a character of each straightened line, in the given order."""
        return [self._read(crop) for crop in crops]

    def _read(self, crop: Rgb) -> tuple[str, tuple[float, ...]]:
        # One line at a time: on one thread a batch saves nothing and its padding costs.
        plane = _plane(crop)
        scores = np.asarray(self._recogniser(plane[None])[0], np.float32)[0]
        letters = self._decode(scores)
        spaced = _with_blanks(letters, word_gaps(crop, SQUEEZE), plane.shape[2] / len(scores))
        return _trimmed(spaced)

    def _decode(self, scores: NDArray[np.float32]) -> list[Letter]:
        """Greedy decoding of T x C probabilities: repeats are one, blanks divide.

        A letter's confidence is its share of what is not blank: which letter, given that there
        is one. Other scripts keep their share: where the network saw a Chinese character, the
        Latin letter that remains is rightly unsure.
        """
        kept = scores[:, self._columns]
        for column, twin in self._twins:
            kept[:, column] += scores[:, twin]
        best = kept.argmax(axis=1)
        sure = np.minimum(kept.max(axis=1) / np.maximum(1 - kept[:, 0], 1e-6), 1.0)
        letters: list[Letter] = []
        for step, column in enumerate(best):
            repeated = step > 0 and column == best[step - 1]
            if column and repeated:
                last = letters[-1]
                letters[-1] = (last[0], max(last[1], float(sure[step])), last[2])
            elif column:
                letters.append((self._letters[column], float(sure[step]), step))
        return self._with_doubt(letters, kept, best)

    def _with_doubt(
        self, letters: list[Letter], kept: NDArray[np.float32], best: NDArray[np.intp]
    ) -> list[Letter]:
        """The letters, the nearest less certain wherever the network nearly saw one more.

        A letter that is left out leaves no character to be unsure of; its neighbour has to be.
        """
        steps = np.array([step for _, _, step in letters])
        rivals = kept * self._alphanumeric
        for step in np.flatnonzero((best == 0) & (rivals.max(axis=1) > DOUBT)):
            rival = int(rivals[step].argmax())
            if letters and rival not in best[max(step - 1, 0) : step + 2]:
                nearest = int(np.abs(steps - step).argmin())
                letter, confidence, start = letters[nearest]
                chance = 1 - float(rivals[step, rival])
                letters[nearest] = (letter, min(confidence, chance), start)
        return letters


@lru_cache(maxsize=1)
def paddle_lines() -> PaddleLines:
    """The engine, loaded once a process."""
    return PaddleLines()


def straightened(image: Rgb, quad: Quad) -> Rgb:
    """The line inside ``quad``, laid level at the height that the recogniser reads."""
    along = float(np.hypot(*(quad[1] - quad[0])) + np.hypot(*(quad[2] - quad[3]))) / 2
    across = float(np.hypot(*(quad[3] - quad[0])) + np.hypot(*(quad[2] - quad[1]))) / 2
    width = int(np.clip(round(SQUEEZE * LINE_HEIGHT * along / max(across, 1.0)), 8, WIDEST))
    corners = np.array(
        [[0, 0], [width - 1, 0], [width - 1, LINE_HEIGHT - 1], [0, LINE_HEIGHT - 1]], np.float32
    )
    matrix = cv2.getPerspectiveTransform(quad.astype(np.float32), corners)
    crop: Rgb = np.asarray(
        cv2.warpPerspective(
            image,
            matrix,
            (width, LINE_HEIGHT),
            flags=cv2.INTER_AREA if across > 2 * LINE_HEIGHT else cv2.INTER_CUBIC,
            borderMode=cv2.BORDER_REPLICATE,
        ),
        np.uint8,
    )
    return crop


def _plane(crop: Rgb) -> NDArray[np.float32]:
    """3 x 48 x W in -1..1, in the order blue, green, red that the network was trained with."""
    scaled = crop[:, :, ::-1].astype(np.float32) / 127.5 - 1
    padding = -crop.shape[1] % WIDTH_STEP
    return np.pad(scaled.transpose(2, 0, 1), ((0, 0), (0, 0), (0, padding)))


def _with_blanks(letters: Sequence[Letter], gaps: Sequence[float], stride: float) -> list[Letter]:
    """The letters with a blank wherever a gap (px) lies between two of them."""
    spaced = list(letters[:1])
    for before, after in pairwise(letters):
        start, end = (before[2] + 0.5) * stride, (after[2] + 0.5) * stride
        if " " not in (before[0], after[0]) and any(start < gap < end for gap in gaps):
            spaced.append((" ", min(before[1], after[1]), before[2]))
        spaced.append(after)
    return spaced


def _trimmed(letters: Sequence[Letter]) -> tuple[str, tuple[float, ...]]:
    text = "".join(letter for letter, _, _ in letters)
    start, end = len(text) - len(text.lstrip()), len(text.rstrip())
    return text[start:end], tuple(confidence for _, confidence, _ in letters[start:end])
