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
from models.runtime import onnx_model, spread
from models.text._boxes import text_boxes
from models.text._ctc import Alphabet, Letter
from models.text._lines import Quad, Rgb, TextLine
from models.text._spaces import word_gaps

DETECTION_SIDE = 736  # longer side in pixels; an ID-1 card's smallest print is then 14 px high
STRIDE = 32  # of the detector
LINE_HEIGHT = 48  # input of the recogniser, px
# Lines are laid narrower than they are: wide Latin capitals come nearer to the proportions that
# the network was trained with; on drawn cards it reads more of them and costs a third less.
SQUEEZE = 0.7
WIDTH_STEP = 8  # of the recogniser
WIDEST = 1600  # px at LINE_HEIGHT; longer lines are squeezed
MEAN = np.array([0.485, 0.456, 0.406], np.float32)  # ImageNet, RGB
DEVIATION = np.array([0.229, 0.224, 0.225], np.float32)
LATIN = frozenset(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 .,:;/-'()&<>+#*\"_!?@%="
)


class PaddleLines:
    """Finds and reads lines of Latin text. Raises WeightMissing or WeightAltered when made."""

    name = "pp-ocr-v4"

    def __init__(self) -> None:
        self._detector = onnx_model(path_of("text_lines_det"))
        self._recogniser = onnx_model(path_of("text_lines_rec"))
        self._letters = ("", *self._recogniser.metadata()["character"].splitlines(), " ")
        self._latin = Alphabet(self._letters, LATIN)

    def lines(self, image: Rgb) -> tuple[TextLine, ...]:
        """Every line of ``image`` (H x W x 3, uint8, RGB, upright), from top to bottom."""
        quads = sorted(self.find(image), key=lambda quad: float(quad[:, 1].mean()))
        lines = spread(lambda quad: self._read(image, quad, SQUEEZE, self._latin), quads)
        return tuple(line for line in lines if line.text)

    def read_line(
        self, image: Rgb, quad: Quad, *, alphabet: str | None = None, width: float = 1.0
    ) -> TextLine:
        """Another look at the line inside ``quad``, its width scaled.

        ``alphabet``: nothing else is there; a confidence is then a share among its letters.
        """
        return self._read(image, quad, width, self._alphabet(alphabet) if alphabet else self._latin)

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

    def _read(self, image: Rgb, quad: Quad, squeeze: float, alphabet: Alphabet) -> TextLine:
        # One line at a time: on one thread a batch saves nothing and its padding costs.
        crop = straightened(image, quad, squeeze)
        plane = _plane(crop)
        scores = np.asarray(self._recogniser(plane[None])[0], np.float32)[0]
        letters = alphabet.decode(scores)
        spaced = _with_blanks(letters, word_gaps(crop, squeeze), plane.shape[2] / len(scores))
        return TextLine(quad, *_trimmed(spaced))

    def _alphabet(self, letters: str) -> Alphabet:
        return Alphabet(self._letters, frozenset(letters), alone=True)


@lru_cache(maxsize=1)
def paddle_lines() -> PaddleLines:
    """The engine, loaded once a process."""
    return PaddleLines()


def straightened(image: Rgb, quad: Quad, squeeze: float) -> Rgb:
    """The line inside ``quad``, level, at the recogniser's height, its width times ``squeeze``."""
    along = float(np.hypot(*(quad[1] - quad[0])) + np.hypot(*(quad[2] - quad[3]))) / 2
    across = float(np.hypot(*(quad[3] - quad[0])) + np.hypot(*(quad[2] - quad[1]))) / 2
    width = int(np.clip(round(squeeze * LINE_HEIGHT * along / max(across, 1.0)), 8, WIDEST))
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
