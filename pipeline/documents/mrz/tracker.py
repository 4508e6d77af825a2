"""Several frames of one zone make one reading: a camera held over a document.

The frames' log-probabilities are averaged cell by cell and counted as fewer looks than there are:
frames of one print share its faults and the recogniser's habits. What is fused is decoded, repaired
and judged like a single picture, so that ``verified`` means the same.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.text._reader import StripReader
from pipeline.documents.mrz.assess import assessed, not_found
from pipeline.documents.mrz.decode import laid
from pipeline.documents.mrz.formats import FORMATS
from pipeline.documents.mrz.read import read_mrz
from pipeline.documents.mrz.reading import MrzReading
from pipeline.documents.mrz.repair import repair
from pipeline.evidence import Rgb
from pipeline.policy import Policy, load_policy

Floats = NDArray[np.float64]

ALIKE = 0.4
"""Correlation of what the recogniser says of two frames: n frames count at most as 1 / ALIKE."""
FAINT = 1e-6
MOST_FRAMES = 30
"""Frames that are kept: more add nothing, and bound the work."""


@dataclass(frozen=True, slots=True)
class TrackedMrz:
    """Where the tracker stands: the fused reading, and whether no further frame is needed.

    ``frames`` made the reading; each of its characters was read so by ``agreeing`` of them or more;
    ``changed``: this frame showed another document, and the earlier ones were dropped.
    """

    reading: MrzReading
    sure: bool
    frames: int
    agreeing: int
    changed: bool = False

    def to_dict(self) -> dict[str, Any]:
        return {
            "sure": self.sure,
            "frames": self.frames,
            "agreeing": self.agreeing,
            "changed": self.changed,
            "reading": self.reading.to_dict(),
        }


class MrzTracker:
    """Fuses the readings of successive frames. Not for several threads at once.

    Limits are the policy's: mrz.track_frames, track_gap, track_differing. Raises PolicyError.
    """

    def __init__(
        self,
        policy: Policy | None = None,
        *,
        today: date | None = None,
        reader: StripReader | None = None,
    ) -> None:
        self._policy = policy or load_policy()
        self._today, self._reader = today, reader
        self._least_frames = self._policy.number("mrz", "track_frames")
        self._longest_gap = self._policy.number("mrz", "track_gap")
        self._differing = self._policy.number("mrz", "track_differing")
        self._frames: list[MrzReading] = []
        self._gap = 0

    def update(self, frame: Rgb | MrzReading) -> TrackedMrz:
        """Take in the next frame, or a reading of it. Raises UnreadableImage, WeightMissing."""
        reading = frame
        if not isinstance(reading, MrzReading):
            reading = read_mrz(reading, self._policy, today=self._today, reader=self._reader)
        if not _usable(reading):
            return self._missed()
        changed = self._is_another(reading)
        if changed:
            self._frames.clear()
        self._gap = 0
        if not self._frames or self._frames[0].format == reading.format:
            self._frames = [*self._frames[1 - MOST_FRAMES :], reading]
        return replace(self._tracked(), changed=changed)

    def reset(self) -> None:
        """Forget every frame."""
        self._frames.clear()
        self._gap = 0

    def _missed(self) -> TrackedMrz:
        """A frame without a zone: forgotten is what was seen too long ago."""
        self._gap += 1
        if self._gap > self._longest_gap:
            self._frames.clear()
        return self._tracked()

    def _is_another(self, reading: MrzReading) -> bool:
        """Whether the frame shows another document than the frames before."""
        if not self._frames:
            return False
        known = self._tracked().reading
        if known.format != reading.format:
            # A zone half seen is read as a shorter one: only a sure reading can oust another.
            return reading.zone_confidence > max(0.5, known.zone_confidence / 2)
        return _differing(known, reading) >= self._differing

    def _tracked(self) -> TrackedMrz:
        if not self._frames:
            return TrackedMrz(not_found(), sure=False, frames=0, agreeing=0)
        reading = self._fused()
        agreeing = _agreeing(reading, self._frames)
        sure = reading.verified and agreeing >= self._least_frames
        return TrackedMrz(reading, sure, len(self._frames), agreeing)

    def _fused(self) -> MrzReading:
        """The reading of all frames together; that of the frame itself where there is one."""
        last = self._frames[-1]
        if len(self._frames) == 1:
            return last
        seen = np.stack([frame._seen for frame in self._frames if frame._seen is not None])
        weights = np.array([_weight(frame) for frame in self._frames])
        whole = any("mrz.cut" not in {f.code for f in frame.findings} for frame in self._frames)
        cells = fused(seen, weights)
        decoding, repairs = repair(laid(FORMATS[str(last.format)], cells, whole=whole))
        return assessed(decoding, repairs, self._policy, today=self._today, polygon=last.polygon)


def fused(seen: Floats, weights: Floats) -> Floats:
    """Frames x lines x columns x 37 to lines x columns x 37: the weighted mean of the logarithms.

    Counted ``n / (1 + (n - 1) ALIKE)`` times for frames that weigh as much as n full ones.
    """
    nothing = np.clip(1 - seen.sum(axis=3, keepdims=True), FAINT, 1)
    logs = np.log(np.concatenate([np.maximum(seen, FAINT), nothing], axis=3))
    full = float(weights.sum())
    times = full / (1 + max(0.0, full - 1) * ALIKE)
    mean = np.tensordot(weights / full, logs, axes=1) * max(1.0, times)
    shares = np.exp(mean - mean.max(axis=2, keepdims=True))
    shares /= shares.sum(axis=2, keepdims=True)
    return np.asarray(shares[..., :-1])


def _usable(reading: MrzReading) -> bool:
    return reading.found and reading._seen is not None


def _weight(reading: MrzReading) -> float:
    """How much a frame counts: by its surest character, so that a zone misplaced counts little."""
    return max(1e-3, *(max(row) for row in reading.char_confidence))


def _agreeing(reading: MrzReading, frames: list[MrzReading]) -> int:
    """How many frames read the character of which the fewest did."""
    text = "".join(reading.lines)
    each = ["".join(frame.raw_lines) for frame in frames]
    return min(sum(own[i] == character for own in each) for i, character in enumerate(text))


def _differing(a: MrzReading, b: MrzReading) -> float:
    """Characters of two readings that differ, each counted as surely as both were read."""
    total = 0.0
    for row, (one, other) in enumerate(zip(a.lines, b.lines, strict=True)):
        pairs = zip(one, other, a.char_confidence[row], b.char_confidence[row], strict=True)
        total += sum(p * q for x, y, p, q in pairs if x != y)
    return total
