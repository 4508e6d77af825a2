"""Labels of the report page in both languages; unknown names are shown as they are."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path

from pipeline.findings import Words


def label(name: str) -> Words:
    """The words for a key of labels.toml (``outcome.pass``, ``field.birth_date``)."""
    words = _table().get(name)
    if words is None:
        plain = name.rpartition(".")[2].replace("_", " ")
        return Words(id=plain, en=plain)
    return Words(id=words[0], en=words[1])


@lru_cache(maxsize=1)
def _table() -> dict[str, list[str]]:
    path = Path(__file__).with_name("labels.toml")
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    return {f"{group}.{key}": pair for group, rows in table.items() for key, pair in rows.items()}
