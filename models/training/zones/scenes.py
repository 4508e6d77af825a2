"""Pictures of documents as cameras and scanners give them, and what the zone net is to say."""

from __future__ import annotations

import random
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from models.training.zones.maps import Maps, Wanted
from models.training.zones.optics import develop
from models.training.zones.papers import Grey, Paper, Papers, Points
from models.training.zones.press import Press

DOCUMENT, WITHOUT, PAGE = 0.63, 0.11, 0.17
"""Shares of pictures with a zone, of documents without one, of pages; the rest is ground only."""


@dataclass(frozen=True)
class Example:
    """A picture, H x W uint8 grey, with what the net is to say of it."""

    image: NDArray[np.uint8]
    wanted: Wanted

    def turned(self) -> Example:
        """The same picture upside down."""
        return Example(self.image[::-1, ::-1], self.wanted.turned())


class Scenes:
    """Draws examples; example ``number`` of ``seed`` is always the same."""

    def __init__(self, seed: int) -> None:
        self._seed, self._press = seed, Press(seed)

    def example(self, number: int, size: tuple[int, int]) -> Example:
        """An example of ``size`` (width, height), both multiples of 8."""
        rng = random.Random(f"{self._seed}/{number}")
        noise = np.random.default_rng((self._seed, number))
        return _Scene(self._press, rng, noise, size).example()


class _Scene:
    def __init__(
        self, press: Press, rng: random.Random, noise: np.random.Generator, size: tuple[int, int]
    ) -> None:
        self._rng, self._noise, self._size = rng, noise, size
        self._press, self._papers = press, Papers(press, rng, noise)
        self._maps = Maps(size)

    def example(self) -> Example:
        rng = self._rng
        image = self._background()
        draw, pitch = rng.random(), 8.0
        if draw < DOCUMENT + WITHOUT:
            pitch = float(np.exp(rng.uniform(np.log(3.2), np.log(19))))
            for _ in range(2 if rng.random() < 0.12 else 1):
                scale = rng.uniform(1.0, 1.4)
                paper = self._papers.document(pitch * scale, zone=draw < DOCUMENT)
                image = self._laid(image, paper, 1 / scale)
        elif draw < DOCUMENT + WITHOUT + PAGE:
            image = self._laid(image, self._papers.page(rng.uniform(0.3, 1.1)), 1.0)
        return Example(develop(image, pitch, rng, self._noise), self._maps.wanted())

    def _background(self) -> Grey:
        """A table, cloth, wood, a wall, another page, a screen."""
        rng, (width, height) = self._rng, self._size
        kind = rng.random()
        if kind < 0.3:
            return np.full((height, width), rng.uniform(0.05, 1.0), np.float32)
        if kind < 0.45:
            block = rng.choice(self._press.blocks)
            x, y = rng.randrange(block.shape[1] - width), rng.randrange(block.shape[0] - height)
            ink = block[y : y + height, x : x + width].astype(np.float32) / 255
            return np.float32(0.9) - ink * np.float32(rng.uniform(0.3, 0.85))
        tone = np.float32(rng.uniform(0.15, 0.8))
        knots = self._noise.standard_normal(
            rng.choice(((40, 3), (3, 40), (9, 9), (60, 60), (4, 4), (120, 120)))
        )
        grain = cv2.resize(knots.astype(np.float32), self._size, interpolation=cv2.INTER_CUBIC)
        image = tone + grain * np.float32(rng.uniform(0.01, 0.15))
        if kind > 0.8:
            image -= self._press.guilloche(image.shape, rng) * np.float32(rng.uniform(0.1, 0.5))
        return np.asarray(image, np.float32)

    def _laid(self, image: Grey, paper: Paper, scale: float) -> Grey:
        """``paper`` put down somewhere, turned, seen in perspective, with a little shadow."""
        move = self._move(paper, scale)
        cover = np.ones(paper.image.shape, np.uint8)
        flat = cv2.warpPerspective(paper.image, move, self._size, flags=cv2.INTER_LINEAR)
        shown = cv2.warpPerspective(cover, move, self._size, flags=cv2.INTER_NEAREST)
        if self._rng.random() < 0.4:
            shadow = cv2.blur(shown.astype(np.float32), (13, 13))
            image = image * (1 - np.float32(self._rng.uniform(0.1, 0.5)) * shadow)
        self._maps.cover(np.asarray(shown, np.uint8))
        for zone in paper.zones:
            self._maps.mark(zone, move)
        return np.where(shown > 0, flat, image)

    def _move(self, paper: Paper, scale: float) -> Points:
        """Paper pixels to picture pixels; a zone, where there is one, lies mostly inside."""
        rng, (width, height) = self._rng, self._size
        rows, columns = paper.image.shape
        corners = np.array([[0, 0], [columns, 0], [columns, rows], [0, rows]], np.float64)
        middle = corners.mean(axis=0)
        tilt = np.array([[rng.uniform(-0.09, 0.09) for _ in "xy"] for _ in range(4)])
        tilt *= rng.choice((0.0, 0.4, 1.0)) * np.array([columns, rows])
        angle = rng.uniform(0, 2 * np.pi)
        if rng.random() < 0.7:
            angle = rng.randrange(4) * np.pi / 2 + np.deg2rad(rng.gauss(0, 7))
        turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
        placed = ((corners - middle + tilt) * scale) @ turn
        focus = paper.zones[0].ends.mean(axis=(0, 1)) if paper.zones else middle
        spot = ((focus - middle) * scale) @ turn
        target = np.array([rng.uniform(0.15, 0.85) * width, rng.uniform(0.15, 0.85) * height])
        if rng.random() < 0.5:  # the paper in the middle
            target, spot = np.array([width, height]) * 0.5, np.zeros(2)
        placed += target - spot
        move = cv2.getPerspectiveTransform(corners.astype(np.float32), placed.astype(np.float32))
        return np.asarray(move, np.float64)
