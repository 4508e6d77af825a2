"""The format of a finished portrait, as data: the ``[finish]`` table of a profile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from pipeline.errors import PolicyError
from pipeline.portrait.profile import Profile, load_profile

_MM_PER_INCH = 25.4
_TOKEN_WIDTH, _TOKEN_HEIGHT = 240, 320  # px: the least token picture


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """Size, framing and compression of a finished portrait; shares are of its height or width."""

    width_mm: float
    height_mm: float
    dpi: float  # of the finished picture, if the source has the pixels
    head: tuple[float, float]  # chin to crown over the height, least and most
    head_aim: float
    eye_line: tuple[float, float]  # from the top
    eye_line_aim: float
    centre: tuple[float, float]  # of the eyes across the width
    token_multiple: int  # of 240 x 320, at most
    least_eye_distance: float  # px
    most_tilt: float  # degrees of the eyes' line in the finished picture
    check_tolerance: float  # share of the height: the error of measuring the finished picture
    least_jpeg: int  # quality 1..95 below which a byte limit is refused
    least_jp2_db: float  # the same for JPEG 2000, in dB
    chip_bytes: int  # of a face record's picture
    white_background: bool  # may the background be made white
    white_from: float  # CIE L* of a background that may be; darker ones are retaken
    clause: str

    @property
    def height(self) -> int:
        """Pixels down at ``dpi``."""
        return round(self.height_mm * self.dpi / _MM_PER_INCH)

    @property
    def ratio(self) -> float:
        """Width over height."""
        return self.width_mm / self.height_mm

    def dpi_at(self, height: int) -> float:
        """The resolution of a picture ``height`` pixels high that is printed in this format."""
        return height * _MM_PER_INCH / self.height_mm


def format_of(profile: Profile | str) -> Format:
    """The format that ``profile`` finishes portraits in. Raises PolicyError if it has none."""
    rules = load_profile(profile) if isinstance(profile, str) else profile
    table = rules.finish
    if not table:
        _refuse(rules, "has no [finish] table")
    names = {field.name for field in Format.__dataclass_fields__.values()}
    strange, missing = sorted(set(table) - names), sorted(names - set(table))
    if strange:
        _refuse(rules, f"[finish] has an unknown key {strange[0]!r}")
    if missing:
        _refuse(rules, f"[finish] lacks {missing[0]!r}")
    return Format(**{name: _value(rules, name, table) for name in names})


def _value(rules: Profile, name: str, table: Mapping[str, Any]) -> Any:
    kind, value = str(Format.__annotations__[name]), table[name]
    if kind.startswith("tuple"):
        return _range(rules, name, value)
    wanted = {"float": (int, float), "int": (int,), "bool": (bool,), "str": (str,)}[kind]
    if not isinstance(value, wanted) or (isinstance(value, bool) and kind != "bool"):
        _refuse(rules, f"[finish] {name} must be of type {kind}")
    return value


def _range(rules: Profile, name: str, value: Any) -> tuple[float, float]:
    numbers = [n for n in value if isinstance(n, int | float)] if isinstance(value, list) else []
    if len(numbers) != 2 or not 0 < numbers[0] < numbers[1] < 1:
        _refuse(rules, f"[finish] {name} must be two shares, the lower one first")
    return float(numbers[0]), float(numbers[1])


def _refuse(rules: Profile, why: str) -> NoReturn:
    raise PolicyError(
        "policy.profile_malformed",
        f"profile {rules.name} {why}",
        "pipeline/policies/profiles/icao.toml shows a whole [finish] table.",
    )


@dataclass(frozen=True, slots=True)
class Token:
    """The token geometry of ISO/IEC 19794-5, 9.2: where the eyes' centres lie in W x W/0.75."""

    multiple: int  # of 240 x 320

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return _TOKEN_WIDTH * self.multiple, _TOKEN_HEIGHT * self.multiple

    @property
    def eyes(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """The right and the left eye, x, y in pixels."""
        width = self.size[0]
        return (0.375 * width, 0.6 * width), (0.625 * width - 1, 0.6 * width)
