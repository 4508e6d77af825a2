"""A user's own network as an embedder, as its card describes it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import cv2
import numpy as np

from models.cards import ModelCard
from models.catalogue import path_of
from models.errors import ModelError
from models.faces import chips
from models.faces._detector import Floats, Rgb
from models.faces._embedder import Template, joint_digest, unit
from models.faces._landmarks import Landmarks
from models.faces.alignment import MAP_NAME, map_digest
from models.faces.inputs import as_input
from models.faces.templates import arcface_matrix, dlib_matrix
from models.runtime import onnx_model


class AddedEmbedder:
    """An ``Embedder``: the mean over the face and its mirror image, both of length 1 before."""

    def __init__(self, card: ModelCard) -> None:
        self._card = card
        self._model = onnx_model(path_of(card.name))
        self._place = [port.name for port in self._model.outputs()].index(card.output)
        self.name = card.name
        self.dimensions = card.dimensions
        self.spread = card.spread
        parts = {card.name: card.sha256, f"{card.name}.card": card.settings_digest}
        if card.align == "dlib150":
            parts[MAP_NAME] = map_digest()
        self.digests: Mapping[str, str] = MappingProxyType(parts)
        self.digest = joint_digest(parts)

    def embed(self, rgb: Rgb, landmarks: Landmarks) -> Template:
        """(dimensions,) float32 of length 1."""
        return self.embed_chip(self.chip(rgb, landmarks))

    def chip(self, rgb: Rgb, landmarks: Landmarks) -> Rgb:
        """What the network looks at: height x width RGB."""
        card = self._card
        side = max(card.width, card.height)
        matrix = self._matrix(landmarks, side)
        # A chip that is not square shows the middle of the square one.
        matrix[:, 2] -= [(side - card.width) / 2, (side - card.height) / 2]
        chip = chips.extract(rgb, matrix, side, border=cv2.BORDER_REPLICATE)
        return chip[: card.height, : card.width]

    def embed_chip(self, chip: Rgb) -> Template:
        """The template of a chip. Raises ModelError if the network gives no direction."""
        # One by one: many a network was exported for a batch of one.
        both = [self._run(each) for each in (chip, chip[:, ::-1])]
        return unit(unit(both[0], self.name) + unit(both[1], self.name), self.name)

    def _run(self, chip: Rgb) -> Template:
        found = self._model(as_input(chip, self._card))[self._place].ravel()
        if found.size != self.dimensions:
            raise ModelError(
                "model.output",
                f"{self.name} gave {found.size} numbers, its card says {self.dimensions}",
                f"Run: periksa models remove {self.name}, and add it with the right --output.",
            )
        return found.astype(np.float32, copy=False)

    def _matrix(self, landmarks: Landmarks, side: int) -> Floats:
        if self._card.align == "dlib150":
            return dlib_matrix(landmarks, side)
        return arcface_matrix(landmarks, side, self._card.points)
