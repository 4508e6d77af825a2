"""How the coach behaves, as data: the ``[coach]`` table of a profile."""

from __future__ import annotations

from dataclasses import dataclass, fields

from pipeline.errors import PolicyError
from pipeline.portrait.profile import Profile


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Times in seconds; their meanings stand in policies/profiles/coach.toml."""

    patience: float
    release: float
    least_shown: float
    hold: float
    burst: int
    most_motion: float
    detect_every: float
    pixels_every: float
    target_eye_line: float
    target_head: float


def settings_of(profile: Profile) -> Settings:
    """The settings of ``profile``. Raises PolicyError for a missing, unknown or negative one."""
    names = [field.name for field in fields(Settings)]
    strange = sorted(set(profile.coach) - set(names))
    faulty = [name for name in names if not _positive(profile.coach.get(name))]
    if strange or faulty:
        what = f"an unknown key {strange[0]!r}" if strange else f"no positive number {faulty[0]!r}"
        raise PolicyError(
            "policy.profile_malformed",
            f"profile {profile.name}: [coach] has {what}",
            "pipeline/policies/profiles/coach.toml shows the whole table.",
        )
    return Settings(**profile.coach)


def _positive(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value > 0
