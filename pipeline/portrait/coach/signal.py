"""A fault in time: when it is told, when it is gone, and which of several is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.portrait.coach.settings import Settings


@dataclass
class Signal:
    """One thing that can be wrong. It must last before it is told, and end before it goes."""

    settings: Settings
    key: str | None = None  # of wording.toml, while something is wrong
    told: bool = False  # it has lasted
    _since: float = 0.0
    _right_since: float | None = None

    def wrong(self, key: str, at: float) -> None:
        """It is wrong now."""
        if self.key is None:
            self._since = at
        self.key, self._right_since = key, None
        self.told = self.told or at - self._since >= self.settings.patience

    def right(self, at: float) -> None:
        """It is clearly right now. Between right and wrong neither is called."""
        if self.key is None:
            return
        if self._right_since is None:
            self._right_since = at
        if not self.told or at - self._right_since >= self.settings.release:
            self.key, self.told, self._right_since = None, False, None


@dataclass
class Voice:
    """What is said: one thing at a time, and long enough to be read."""

    settings: Settings
    said: str | None = None
    _since: float = 0.0

    def choose(self, signals: Sequence[Signal], at: float) -> str | None:
        """The key that is told now, of ``signals`` in their order of use."""
        told = [signal.key for signal in signals if signal.told and signal.key is not None]
        if self.said in told and at - self._since < self.settings.least_shown:
            return self.said
        first = told[0] if told else None
        if first != self.said:
            self.said, self._since = first, at
        return first
