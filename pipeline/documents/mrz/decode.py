"""A grid of probabilities to the lines of the likeliest format: masks, position, check digits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from pipeline.documents.mrz.check_digits import ALPHABET
from pipeline.documents.mrz.confidence import Confidence, Evidence, evidence_of, model
from pipeline.documents.mrz.formats import CLASSES, FORMATS, FRID, Format, formats_of
from pipeline.documents.mrz.recognise import Cells
from pipeline.documents.mrz.rules import check_results
from pipeline.documents.mrz.runs import likely_text

Logs = NDArray[np.float64]

FLOOR = 1e-4
"""Least probability that is reckoned with: one cell, however sure, must not outweigh a line."""
UNSEEN = np.log(0.1)  # a place of the format that lies outside the picture
RIGHT, WRONG = 2.5, -1.5  # worth of a check digit, in units of log-probability
ODD_FIRST = -6.0  # a document code that does not begin as the format does
BESIDE = -3.0  # a line that stands one column beside another
_SIDES = np.array([0, -1, 1])


@dataclass(frozen=True)
class Decoding:
    """One format at one place of the grid; ``offsets``: the column where each line begins.

    ``seen``: lines x columns x 37, probabilities of the alphabet, 0 where no strip reached;
    ``logs``: the same as log-probabilities, none below ``FLOOR``. ``score`` ranks decodings;
    ``mean`` is the mean log-probability of the chosen characters, in the whole window. ``whole``:
    no longer format of this kind can hide beyond what was seen. ``read``: the lines before any
    correction, if there was one.
    """

    format: Format
    offsets: tuple[int, ...]
    seen: NDArray[np.float64]
    logs: Logs
    lines: tuple[str, ...]
    score: float
    mean: float
    whole: bool = True
    read: tuple[str, ...] = ()

    @cached_property
    def evidence(self) -> Evidence:
        """What the probabilities of this text rest on."""
        permitted = allowed(self.format)
        return evidence_of(self.format, self.seen, permitted, self.lines, self.read or self.lines)

    @cached_property
    def sureness(self) -> Confidence:
        """The probability that each character is right, and that all are."""
        return model().confidence(self.evidence)

    @property
    def confidence(self) -> NDArray[np.float64]:
        """Probability that each chosen character is right, lines x columns, 0..1."""
        return self.sureness.characters


def decode(cells: Cells) -> Decoding | None:
    """The best decoding over all formats and places; None if no format has as many lines."""
    grid = _Grid(cells)
    places = [place for layout in formats_of(len(cells.seen)) for place in _places(grid, layout)]
    best: Decoding | None = None
    for place in sorted(places, key=lambda place: -place.most):
        if best and place.most <= best.score:
            break
        decoding = grid.decoding(place)
        if best is None or decoding.score > best.score:
            best = decoding
    return best


def _letters(characters: str) -> NDArray[np.bool_]:
    return np.array([character in characters for character in ALPHABET])


_KINDS = tuple(CLASSES)
_ALLOWED = np.stack([_letters(letters) for letters in CLASSES.values()])


@lru_cache(maxsize=8)
def _masks(name: str) -> NDArray[np.intp]:
    """Lines x columns: which of ``CLASSES`` each place is of."""
    return np.array([[_KINDS.index(kind) for kind in mask] for mask in FORMATS[name].masks])


@lru_cache(maxsize=8)
def _allowed_at(name: str) -> NDArray[np.bool_]:
    return _ALLOWED[_masks(name)]


def allowed(layout: Format) -> NDArray[np.bool_]:
    """Lines x columns x 37: which characters may stand where."""
    return _allowed_at(layout.name)


@dataclass(frozen=True, slots=True)
class _Place:
    """A format laid on the grid, and how well it lies there, what its text says aside."""

    format: Format
    offsets: tuple[int, ...]
    fit: float

    @property
    def most(self) -> float:
        """The best score that any text can have here."""
        return self.fit + RIGHT * len(self.format.checks)


class _Grid:
    """The cells of a zone as log-probabilities, with unseen columns around them."""

    def __init__(self, cells: Cells) -> None:
        rows, total = cells.seen.shape
        self.total = total
        self.margin = max(0, max(layout.columns for layout in formats_of(rows)) - total)
        around = ((0, 0), (self.margin, self.margin))
        self._there = np.pad(cells.seen, around)
        self._seen = np.pad(
            np.where(cells.seen[..., None], cells.probabilities[..., 1:], 0.0), (*around, (0, 0))
        )
        logs = np.log(np.maximum(cells.probabilities, FLOOR))
        known = np.where(cells.seen[..., None], logs[..., 1:], UNSEEN)
        self._logs = np.pad(known, (*around, (0, 0)), constant_values=UNSEEN)
        # Best of each class of characters, lines x columns x classes; sums of "nothing here".
        self._best = np.stack(
            [self._logs[..., letters].max(axis=-1) for letters in _ALLOWED], axis=-1
        )
        blank = np.concatenate([np.zeros((rows, 1)), logs[..., 0].cumsum(axis=1)], axis=1)
        self._before, self._after = blank, blank[:, -1:] - blank

    def fits(self, layout: Format) -> tuple[int, NDArray[np.float64]]:
        """The first offset, and lines x offsets: log-probabilities of the format's lines there."""
        first, last = sorted((0, self.total - layout.columns))
        offsets = np.arange(first, last + 1)
        places = offsets[:, None] + self.margin + np.arange(layout.columns)
        masks = _masks(layout.name)
        fits = np.stack(
            [self._best[row][places, mask].sum(axis=1) for row, mask in enumerate(masks)]
        )
        fits[0] += self._first_letter(layout, offsets + self.margin)
        low = np.clip(offsets, 0, self.total)
        high = np.clip(offsets + layout.columns, 0, self.total)
        return first, fits + self._before[:, low] + self._after[:, high]

    def _first_letter(self, layout: Format, places: NDArray[np.intp]) -> NDArray[np.float64]:
        """What it costs that the format begins with its own letters."""
        logs, own = self._logs[0, places], _letters(layout.first)
        letters = _ALLOWED[_masks(layout.name)[0, 0]]
        others = logs[:, letters & ~own].max(axis=1) + ODD_FIRST
        best = self._best[0, places, _masks(layout.name)[0, 0]]
        return np.asarray(np.maximum(logs[:, own].max(axis=1), others) - best)

    def decoding(self, place: _Place) -> Decoding:
        """The text of the format in that place."""
        layout = place.format
        window = self._window(place)
        logs = self._logs[window]
        masked = np.where(allowed(layout), logs, -np.inf)
        masked[0, 0, ~_letters(layout.first)] += ODD_FIRST
        lines = tuple(map(likely_text, masked, layout.masks))
        return Decoding(
            format=layout,
            offsets=place.offsets,
            seen=self._seen[window],
            logs=logs,
            lines=lines,
            score=place.fit + _prior(layout, lines),
            mean=float(chosen(logs, lines).mean()),
            whole=self._whole(place, lines),
        )

    def _window(self, place: _Place) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        starts = np.array(place.offsets)[:, None] + self.margin
        return np.arange(len(starts))[:, None], starts + np.arange(place.format.columns)

    def _whole(self, place: _Place, lines: tuple[str, ...]) -> bool:
        """Whether the next column of some line was looked at, where a longer format exists."""
        layout = place.format
        longer = any(
            other.columns > layout.columns and lines[0][0] in other.first
            for other in formats_of(layout.rows)
        )
        after = [offset + self.margin + layout.columns for offset in place.offsets]
        return not longer or any(
            column < self._there.shape[1] and self._there[row, column]
            for row, column in enumerate(after)
        )


def laid(layout: Format, seen: NDArray[np.float64], *, whole: bool = True) -> Decoding:
    """The text of a format whose cells are known: lines x columns x 37 probabilities."""
    logs = np.log(np.maximum(seen, FLOOR))
    lines = tuple(map(likely_text, np.where(allowed(layout), logs, -np.inf), layout.masks))
    mean = float(chosen(logs, lines).mean())
    return Decoding(layout, (0,) * layout.rows, seen, logs, lines, 0.0, mean, whole)


def chosen(logs: Logs, lines: tuple[str, ...]) -> NDArray[np.float64]:
    """The log-probability of each character of ``lines``."""
    index = np.array([[ALPHABET.index(character) for character in line] for line in lines])
    return np.take_along_axis(logs, index[..., None], axis=2)[..., 0]


def _places(grid: _Grid, layout: Format) -> Iterator[_Place]:
    """Every place of the format; a line may stand a column beside the others (perspective)."""
    first, fits = grid.fits(layout)
    around = np.pad(fits, ((0, 0), (1, 1)), constant_values=-np.inf)
    choices = np.stack([fits, around[:, :-2] + BESIDE, around[:, 2:] + BESIDE])
    offsets = first + np.arange(fits.shape[1]) + _SIDES[choices.argmax(axis=0)]
    scores = choices.max(axis=0).sum(axis=0)
    for place, score in zip(offsets.T.tolist(), scores.tolist(), strict=True):
        yield _Place(layout, tuple(place), score)


def _prior(layout: Format, lines: tuple[str, ...]) -> float:
    """What the text says for the format: check digits, and the letters it begins with."""
    results = check_results(layout, lines)
    score = sum(RIGHT if result.ok else WRONG for result in results)
    if (layout is FRID) != lines[0].startswith("IDFRA"):
        score += ODD_FIRST
    return score
