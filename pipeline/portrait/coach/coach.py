"""Coach: camera frames in, at most one instruction out, and the best shot when all is right."""

from __future__ import annotations

import tomllib
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from capture.bestshot import best_shot
from pipeline.evidence import Rgb
from pipeline.findings import Words
from pipeline.portrait.coach.drawing import Drawing, drawing
from pipeline.portrait.coach.settings import settings_of
from pipeline.portrait.coach.signal import Signal, Voice
from pipeline.portrait.coach.tracker import FaceTracker
from pipeline.portrait.component import NotAssessed
from pipeline.portrait.locate import LocatedFace
from pipeline.portrait.profile import Rule, load_profile, measure_of
from pipeline.portrait.view import PortraitView

DEFAULT = "coach"
_NO_FACE, _HOLD, _MOVE = "no_face", "hold", "move"
# What makes one good frame better than another, by the scalars of ISO/IEC 29794-5
_PREFERRED = ("EyesOpen", "HeadPoseYaw", "HeadPosePitch", "HeadPoseRoll", "MouthClosed")

# What needs the face's pixels and not only its points, costs most of a frame, and changes slowly
_BY_PIXELS = frozenset(
    {
        "IlluminationUniformity",
        "LuminanceMean",
        "UnderExposurePrevention",
        "OverExposurePrevention",
        "Sharpness",
    }
)


class State(StrEnum):
    """What the coach is doing."""

    SEARCHING = "searching"  # no face yet
    CORRECTING = "correcting"  # something is not right
    HOLDING = "holding"  # all is right: the burst is being taken
    FIRED = "fired"  # the shot is there


@dataclass(frozen=True, slots=True)
class Instruction:
    """What the person is told now. ``code`` is stable, for sounds and pictures of the station."""

    code: str
    words: Words
    draw: Drawing

    def to_dict(self) -> dict[str, Any]:
        return {"code": self.code, "words": self.words.to_dict(), "draw": self.draw.to_dict()}


@dataclass(frozen=True, slots=True)
class CoachShot:
    """The chosen frame of the burst: the picture, when it was seen, and its score 0..100."""

    image: Rgb
    at: float
    score: float | None
    of: int  # frames it was chosen from
    face: LocatedFace

    def to_dict(self) -> dict[str, Any]:
        score = None if self.score is None else round(self.score, 1)
        return {"at": self.at, "score": score, "of": self.of}


@dataclass(frozen=True, slots=True, kw_only=True)
class Coaching:
    """The answer to one frame."""

    at: float
    state: State
    instruction: Instruction | None
    progress: float  # 0..1 of the time that all must be right
    face: LocatedFace | None
    shot: CoachShot | None  # once, with the frame that completes the burst

    def to_dict(self) -> dict[str, Any]:
        box = None if self.face is None else [round(float(s), 1) for s in self.face.detection.box]
        return {
            "at": round(self.at, 3),
            "state": self.state.value,
            "instruction": None if self.instruction is None else self.instruction.to_dict(),
            "progress": round(self.progress, 3),
            "face_box": box,
            "shot": None if self.shot is None else self.shot.to_dict(),
        }


@dataclass(frozen=True, slots=True)
class _Kept:
    """A frame of the burst."""

    image: Rgb
    at: float
    face: LocatedFace
    score: float | None  # None: something is wrong in it, such as a blink


class Coach:
    """Watches one person. Give it every frame in order; start anew with ``reset``.

    Raises PolicyError for a profile that is wrong and ModelError where weights are missing.
    """

    def __init__(self, profile: str | Path = DEFAULT) -> None:
        rules = load_profile(profile)
        self._settings = settings_of(rules)
        self._rules = rules.rules
        self.reset()

    def reset(self) -> None:
        """Forget the person: the next frame may show somebody else."""
        settings = self._settings
        self._tracker = FaceTracker(settings.detect_every)
        self._absent, self._moving = Signal(settings), Signal(settings)
        self._signals = [Signal(settings) for _ in self._rules]
        self._voice = Voice(settings)
        self._burst: deque[_Kept] = deque(maxlen=settings.burst)
        self._good_since: float | None = None
        self._before: tuple[float, LocatedFace] | None = None
        self._values: dict[str, float] = {}  # raw values of the frame that is looked at
        self._pixels_at = float("-inf")
        self._fired = False

    def see(self, frame: Rgb, at: float) -> Coaching:
        """Look at ``frame`` (H x W x 3, uint8, RGB, not mirrored), taken ``at`` seconds."""
        face = self._tracker.follow(frame, at)
        wrong = self._judge(frame, face, at)
        key = self._voice.choose([self._absent, *self._signals, self._moving], at)
        shot = None
        if face is None or key is not None:
            self._burst.clear()
            self._good_since = None
        elif not self._fired:
            shot = self._hold(frame, face, at, wrong=wrong)
        return self._answer(frame, face, at, key, shot)

    def _judge(self, frame: Rgb, face: LocatedFace | None, at: float) -> bool:
        """Bring every signal up to date; is anything wrong in this frame."""
        if face is None:
            self._absent.wrong(_NO_FACE, at)
            self._before, self._pixels_at = None, float("-inf")
            return True
        self._absent.right(at)
        view = PortraitView(frame, face)
        anew = at - self._pixels_at >= self._settings.pixels_every
        self._values = {} if anew else {n: self._values[n] for n in _BY_PIXELS & set(self._values)}
        self._pixels_at = at if anew else self._pixels_at
        found = [self._judge_rule(*pair, view, at) for pair in self._pairs()]
        return self._judge_motion(face, at) or any(found)

    def _pairs(self) -> list[tuple[Rule, Signal]]:
        return list(zip(self._rules, self._signals, strict=True))

    def _judge_rule(self, rule: Rule, signal: Signal, view: PortraitView, at: float) -> bool:
        value = self._value(rule, view)
        if value is None:
            return False
        if rule.kept(value):
            signal.right(at)
        elif (limit := rule.broken(value)) is not None:
            side = "low" if value < limit else "high"
            signal.wrong(f"{rule.measure}.{side}", at)
        return signal.key is not None  # between limit and tolerance it stays as it was

    def _value(self, rule: Rule, view: PortraitView) -> float | None:
        """What the rule judges, measured once a frame; None where it cannot be measured."""
        measure = measure_of(rule.measure)
        if rule.measure not in self._values:
            try:
                self._values[rule.measure] = measure.raw(view)
            except NotAssessed:
                return None
        raw = self._values[rule.measure]
        return float(measure.scalar(raw)) if rule.value == "scalar" and measure.scalar else raw

    def _judge_motion(self, face: LocatedFace, at: float) -> bool:
        """Does the face move faster than a sharp picture allows."""
        before, self._before = self._before, (at, face)
        if before is None or at <= before[0]:
            return True
        moved = float(np.hypot(*(face.eyes.mean(0) - before[1].eyes.mean(0))))
        speed = moved / max(face.inter_eye_distance, 1.0) / (at - before[0])
        fast = speed > self._settings.most_motion
        if fast:
            self._moving.wrong(_MOVE, at)
        else:
            self._moving.right(at)
        return fast

    def _hold(self, frame: Rgb, face: LocatedFace, at: float, *, wrong: bool) -> CoachShot | None:
        """Gather the burst; the shot once all has been right for long enough."""
        if self._good_since is None:
            if wrong:
                return None
            self._good_since = at
        self._burst.append(_Kept(frame.copy(), at, face, None if wrong else self._score()))
        if wrong or at - self._good_since < self._settings.hold:
            return None
        self._fired = True
        return self._chosen()

    def _score(self) -> float:
        """How good this frame is, 0..100: the mean scalar of what differs between good frames."""
        scalars = []
        for name in _PREFERRED:
            measure = measure_of(name)
            if name in self._values and measure.scalar is not None:
                scalars.append(measure.scalar(self._values[name]))
        return float(np.mean(scalars)) if scalars else 0.0

    def _chosen(self) -> CoachShot:
        kept = list(self._burst)
        boxes = [tuple(float(side) for side in each.face.detection.box) for each in kept]
        best = best_shot(
            [each.image for each in kept],
            lambda index: kept[index].score,
            [(box[0], box[1], box[2], box[3]) for box in boxes],
        )
        chosen = kept[best.index]
        self._burst.clear()
        return CoachShot(chosen.image, chosen.at, chosen.score, len(kept), chosen.face)

    def _answer(
        self, frame: Rgb, face: LocatedFace | None, at: float, key: str | None,
        shot: CoachShot | None,
    ) -> Coaching:  # fmt: skip
        since = self._good_since
        progress = 0.0 if since is None else min(1.0, (at - since) / self._settings.hold)
        if self._fired:
            state, key, progress = State.FIRED, None, 1.0
        elif key is not None or since is None:
            state = State.SEARCHING if face is None else State.CORRECTING
        else:
            state, key = State.HOLDING, _HOLD
        size = (frame.shape[1], frame.shape[0])
        said = None if key is None else instruction_of(key, face, size, self)
        return Coaching(
            at=at, state=state, instruction=said, progress=progress, face=face, shot=shot
        )

    def drawn(self, kind: str, face: LocatedFace | None, size: tuple[int, int]) -> Drawing:
        """Where the station draws an instruction; ``size`` is the frame's width and height."""
        return drawing(kind, face, size, self._settings)


def instruction_of(
    key: str, face: LocatedFace | None, size: tuple[int, int], coach: Coach
) -> Instruction:
    """The instruction for a key of wording.toml."""
    row = wording()[key]
    words = Words(id=row["words"][0], en=row["words"][1])
    return Instruction(row["code"], words, coach.drawn(row["draw"], face, size))


@lru_cache(maxsize=1)
def wording() -> Mapping[str, Mapping[str, Any]]:
    """Every instruction by its key."""
    return tomllib.loads(Path(__file__).with_name("wording.toml").read_text("utf-8"))
