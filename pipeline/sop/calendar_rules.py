"""Zones of Indonesia and offsets as fixed zones: the country has no summer time."""

from __future__ import annotations

import re
from datetime import timedelta, timezone

ZONES = {"WIB": 7, "WITA": 8, "WIT": 9}
_OFFSET = re.compile(r"([+-])(\d{2}):(\d{2})")


def known_zone(name: str) -> bool:
    """Is ``name`` WIB, WITA, WIT or an offset such as +07:00?"""
    offset = _OFFSET.fullmatch(name)
    return name in ZONES or bool(offset and int(offset[2]) < 15 and int(offset[3]) < 60)


def zone_of(name: str) -> timezone:
    """The zone that ``known_zone`` accepts; ValueError for another name."""
    if name in ZONES:
        return timezone(timedelta(hours=ZONES[name]), name)
    if not known_zone(name) or (offset := _OFFSET.fullmatch(name)) is None:
        raise ValueError(f"no zone: {name!r}")
    size = timedelta(hours=int(offset[2]), minutes=int(offset[3]))
    return timezone(size if offset[1] == "+" else -size)
