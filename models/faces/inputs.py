"""A picture as the batch of one that a user's network takes, as its card says."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.cards import ModelCard
from models.faces._detector import Rgb


def as_input(picture: Rgb, card: ModelCard) -> NDArray[np.float32]:
    """``picture`` (height x width x 3, uint8, RGB) as float32, 1 x 3 x H x W or 1 x H x W x 3."""
    ordered = picture if card.colour == "rgb" else picture[:, :, ::-1]
    mean, scale = (np.array(values, np.float32) for values in (card.mean, card.scale))
    values = (ordered.astype(np.float32) - mean) * scale
    if card.layout == "nchw":
        values = values.transpose(2, 0, 1)
    return np.ascontiguousarray(values[None])
