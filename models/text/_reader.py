"""What a recogniser of machine-readable lines gives and promises."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class FrameScores:
    """What the net saw along one strip.

    ``log_probabilities``: frames x (1 + alphabet), float32; column 0 is blank, column ``i + 1``
    is ``alphabet[i]``. Frame ``t`` looks at pixel column ``t * stride + centre`` of the strip.
    """

    log_probabilities: NDArray[np.float32]
    alphabet: str
    stride: int
    centre: float


class StripReader(Protocol):
    """Reads strips that each hold one printed line."""

    def read(self, strips: Sequence[Grey]) -> list[FrameScores]:
        """One answer a strip. Strips: 32 x any width, uint8 grey, dark print on light paper."""
        ...
