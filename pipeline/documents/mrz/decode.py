"""A grid of probabilities to the lines of the likeliest format: masks, position, check digits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from pipeline.documents.mrz.check_digits import ALPHABET
from pipeline.documents.mrz.confidence import FLOOR, confidence_of
from pipeline.documents.mrz.formats import CLASSES, FORMATS, FRID, Format, formats_of
from pipeline.documents.mrz.recognise import Cells
from pipeline.documents.mrz.rules import check_results
from pipeline.documents.mrz.runs import likely_text

Logs = NDArray[np.float64]

UNSEEN = np.log(0.05)  # a place of the format that lies outside the picture
RIGHT, WRONG = 2.5, -1.5  # worth of a check digit, in units of log-probability
ODD_FIRST = -3.0  # a document code that does not begin as the format does
BESIDE = -3.0  # a line that stands one column beside another
PRIOR_RANGE = 5 * (RIGHT - WRONG) - ODD_FIRST  # most that the text can change the order by


@dataclass(frozen=True, slots=True)
class Decoding:
    """One format at one place of the grid; ``offsets``: the column where each line begins.

    ``logs``: lines x columns x 37, log-probabilities of the alphabet. ``score`` ranks decodings;
    ``mean`` is the mean log-probability of the chosen characters, in the whole window.
    """

    format: Format
    offsets: tuple[int, ...]
    logs: Logs
    lines: tuple[str, ...]
    score: float
    mean: float

    @property
    def confidence(self) -> NDArray[np.float64]:
        """How sure each chosen character is, lines x columns, 0..1."""
        return confidence_of(self.format, self.logs, allowed(self.format), self.lines)


def decode(cells: Cells) -> Decoding | None:
    """The best decoding over all formats and places; None if no format has as many lines."""
    places = [place for layout in formats_of(len(cells.seen)) for place in _places(cells, layout)]
    best = max((place.fit for place in places), default=0.0)
    decodings = [_decoding(place) for place in places if place.fit > best - PRIOR_RANGE]
    return max(decodings, key=lambda d: d.score, default=None)


def _letters(characters: str) -> NDArray[np.bool_]:
    return np.array([character in characters for character in ALPHABET])


def chosen(logs: Logs, lines: tuple[str, ...]) -> NDArray[np.float64]:
    """The log-probability of each character of ``lines``."""
    index = np.array([[ALPHABET.index(character) for character in line] for line in lines])
    return np.take_along_axis(logs, index[..., None], axis=2)[..., 0]


_ALLOWED = {kind: _letters(letters) for kind, letters in CLASSES.items()}


@lru_cache(maxsize=8)
def _allowed_at(name: str) -> NDArray[np.bool_]:
    masks = FORMATS[name].masks
    return np.stack([np.stack([_ALLOWED[kind] for kind in mask]) for mask in masks])


def allowed(layout: Format) -> NDArray[np.bool_]:
    """Lines x columns x 37: which characters may stand where."""
    return _allowed_at(layout.name)


@dataclass(frozen=True, slots=True)
class _Row:
    """One line of a format laid on the grid from column ``offset``.

    ``fit`` is its log-probability, what stands outside the format included.
    """

    offset: int
    logs: Logs
    masked: Logs
    fit: float


@dataclass(frozen=True, slots=True)
class _Place:
    """A format laid on the grid; ``fit`` is its log-probability without what its text says."""

    format: Format
    rows: tuple[_Row, ...]
    fit: float


def _places(cells: Cells, layout: Format) -> Iterator[_Place]:
    """Every place of the format; a line may stand a column beside the others (perspective)."""
    rows = [_rows(cells, layout, number) for number in range(layout.rows)]
    for index, common in enumerate(rows[0]):
        near = [line[max(0, index - 1) : index + 2] for line in rows]
        best = [max(line, key=lambda row: _beside(row, common.offset)) for line in near]
        fit = sum(_beside(row, common.offset) for row in best)
        yield _Place(layout, tuple(best), fit)


def _beside(row: _Row, offset: int) -> float:
    return row.fit + BESIDE * abs(row.offset - offset)


def _rows(cells: Cells, layout: Format, number: int) -> list[_Row]:
    """The line ``number`` of the format at every offset, in order."""
    total, columns = cells.probabilities.shape[1], layout.columns
    # One cell, however sure the net is, must not outweigh a line.
    logs = np.log(np.maximum(cells.probabilities[number], FLOOR))
    permitted = allowed(layout)[number]
    rows = []
    for offset in range(min(0, total - columns), max(0, total - columns) + 1):
        window = _window(logs, cells.seen[number], offset, columns)
        masked = np.where(permitted, window, -np.inf)
        if number == 0:
            masked[0, ~_letters(layout.first)] += ODD_FIRST
        outside = logs[: max(0, offset), 0].sum() + logs[max(0, offset + columns) :, 0].sum()
        fit = float(masked.max(axis=1).sum() + outside)
        rows.append(_Row(offset, window, masked, fit))
    return rows


def _decoding(place: _Place) -> Decoding:
    pairs = zip(place.rows, place.format.masks, strict=True)
    lines = tuple(likely_text(row.masked, mask) for row, mask in pairs)
    logs = np.stack([row.logs for row in place.rows])
    return Decoding(
        format=place.format,
        offsets=tuple(row.offset for row in place.rows),
        logs=logs,
        lines=lines,
        score=place.fit + _prior(place.format, lines),
        mean=float(chosen(logs, lines).mean()),
    )


def _window(logs: Logs, seen: NDArray[np.bool_], offset: int, columns: int) -> Logs:
    """The cells of a line; where the grid does not reach, everything is unlikely alike."""
    window = np.full((columns, logs.shape[1] - 1), UNSEEN)
    first, last = max(0, offset), min(len(logs), offset + columns)
    part = np.where(seen[first:last, None], logs[first:last, 1:], UNSEEN)
    window[first - offset : last - offset] = part
    return window


def _prior(layout: Format, lines: tuple[str, ...]) -> float:
    """What the text says for the format: check digits, and the letters it begins with."""
    results = check_results(layout, lines)
    score = sum(RIGHT if result.ok else WRONG for result in results)
    if (layout is FRID) != lines[0].startswith("IDFRA"):
        score += ODD_FIRST
    return score
