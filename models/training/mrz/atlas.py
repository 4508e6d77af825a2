"""Glyphs of each font, drawn once: a line of text is then a lookup, not a drawing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from models.training.mrz.lines import ALPHABET

PITCH = 40
"""Width of a character cell in atlas pixels; OCR-B size 1 is 2.54 mm."""
CELL_HEIGHT = 96
CAP = 38.5
"""Height of a capital in atlas pixels: 2.44 mm."""

_FOLDERS = (
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path.home() / ".local/share/fonts",
    Path("/Library/Fonts"),
)
_FAMILIES = (  # file stem, share of the lines; OCR-B in three cuts is 87 % of them
    ("OCRB", 8.0),
    ("OCRBS", 4.2),
    ("OCRBL", 0.4),
    ("DejaVuSansMono", 0.35),
    ("DejaVuSansMono-Bold", 0.2),
    ("LiberationMono-Regular", 0.3),
    ("LiberationMono-Bold", 0.25),
    ("NotoMono-Regular", 0.25),
    ("Courier Prime", 0.2),
    ("Courier Prime Bold", 0.1),
    ("OCRA", 0.25),
)
_WEIGHTS = ((-2, 0.1), (-1, 0.2), (0, 0.4), (1, 0.2), (2, 0.1))  # steps, share
_SQUEEZES = ((0.87, 0.15), (1.0, 0.7), (1.1, 0.15))  # width of the glyphs inside their pitch, share


@dataclass(frozen=True)
class Atlas:
    """One font in one stroke width. ``cells``: 38 x height x pitch uint8, ink 255, 0 is empty."""

    name: str
    cells: NDArray[np.uint8]
    share: float

    @property
    def pitch(self) -> int:
        return int(self.cells.shape[2])

    def strip(self, classes: NDArray[np.intp]) -> NDArray[np.uint8]:
        """The characters side by side: cell height x (n * pitch)."""
        glyphs = self.cells[classes]
        return np.ascontiguousarray(glyphs.transpose(1, 0, 2).reshape(glyphs.shape[1], -1))


def find_fonts() -> dict[str, Path]:
    """Font file by stem, from the system's and the user's folders. Stops if OCR-B is missing."""
    files = {
        path.stem: path
        for folder in _FOLDERS
        for path in sorted(folder.rglob("*"))
        if path.suffix.lower() in (".otf", ".ttf")
    }
    if "OCRB" not in files:
        raise SystemExit("No OCR-B font found. Install it: apt-get install fonts-ocr-b")
    return files


def load_atlases() -> list[Atlas]:
    """Every font found, in five stroke widths; OCR-B also squeezed and stretched in its pitch."""
    files = find_fonts()
    atlases = []
    for stem, share in _FAMILIES:
        if stem not in files:
            continue
        for squeeze, width_share in _SQUEEZES if stem.startswith("OCRB") else ((1.0, 1.0),):
            cells = np.stack([_cell(files[stem], c, squeeze) for c in " " + ALPHABET])
            for weight, part in _WEIGHTS:
                name = f"{stem}{weight:+}x{squeeze}"
                atlases.append(Atlas(name, _weigh(cells, weight), share * part * width_share))
    return atlases


def halved(atlas: Atlas) -> Atlas:
    """The same glyphs at half the pitch, averaged."""
    small = [
        cv2.resize(cell, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA) for cell in atlas.cells
    ]
    return Atlas(atlas.name + "/2", np.stack(small).astype(np.uint8), atlas.share)


def _cell(path: Path, character: str, squeeze: float) -> NDArray[np.uint8]:
    """The glyph in the middle of its cell, ``squeeze`` times as wide, no wider than the pitch."""
    probe = ImageFont.truetype(str(path), 200).getbbox("H")
    font = ImageFont.truetype(str(path), 200 * CAP / (probe[3] - probe[1]))
    top, bottom = font.getbbox("H")[1], font.getbbox("H")[3]
    image = Image.new("L", (PITCH * 2, CELL_HEIGHT), 0)
    at = (PITCH - font.getlength(character) / 2, CELL_HEIGHT / 2 - (top + bottom) / 2)
    ImageDraw.Draw(image).text(at, character, fill=255, font=font)
    squeeze *= min(1.0, PITCH / font.getlength("M"))
    wide = round(PITCH * 2 * squeeze)
    drawn = np.asarray(image.resize((wide, CELL_HEIGHT), Image.Resampling.BILINEAR))
    left = (wide - PITCH) // 2
    return np.ascontiguousarray(drawn[:, left : left + PITCH])


def _weigh(cells: NDArray[np.uint8], weight: int) -> NDArray[np.uint8]:
    """Strokes thicker or thinner by ``weight`` steps of about a fifth of a stroke."""
    if weight == 0:
        return cells
    size = 2 if abs(weight) == 1 else 3
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    change = cv2.dilate if weight > 0 else cv2.erode
    return np.stack([change(cell, kernel) for cell in cells]).astype(np.uint8)
