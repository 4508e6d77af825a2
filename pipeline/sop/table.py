"""A TOML table whose values are taken with their kind; a wrong one is refused with its place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn, TypeVar

from pipeline.findings import Words
from pipeline.sop.errors import ProfileError

Made = TypeVar("Made")


def refuse(file: str, code: str, text: str, advice: str) -> NoReturn:
    """Raise ProfileError ``sop.profile_`` + code, speaking of ``file``."""
    raise ProfileError(f"sop.profile_{code}", f"SOP profile {file} {text}", advice)


@dataclass(frozen=True, slots=True)
class Table:
    """``values`` as parsed; ``place`` is where they stand in ``file`` (``[[stages]] photo``)."""

    file: str
    place: str
    values: Mapping[str, Any]

    def refuse(self, code: str, text: str, advice: str) -> NoReturn:
        """Raise ProfileError about this table."""
        refuse(self.file, code, f"{self.place}: {text}" if self.place else text, advice)

    def only(self, *keys: str) -> None:
        """Refuse a key that nobody would look at."""
        if strange := sorted(set(self.values) - set(keys)):
            self.refuse("unknown_key", f"unknown key {strange[0]!r}", f"Known: {', '.join(keys)}.")

    def text(self, key: str, default: str | None = None) -> str:
        """A text that is not empty."""
        value = self.values.get(key, default)
        if not isinstance(value, str) or (not value and default is None):
            self._wrong(key, 'a text: "..."')
        return value

    def texts(self, key: str, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        """A list of texts."""
        value = self.values.get(key, default)
        if not isinstance(value, list | tuple) or not all(isinstance(v, str) for v in value):
            self._wrong(key, 'a list of texts: ["...", "..."]')
        return tuple(value)

    def lists(self, key: str) -> tuple[tuple[str, ...], ...]:
        """A list of lists of texts, empty if it is not there."""
        value = self.values.get(key, [])
        if not isinstance(value, list):
            self._wrong(key, 'a list of lists: [["...", "..."]]')
        return tuple(Table(self.file, f"{self.place} {key}", {key: v}).texts(key) for v in value)

    def number(self, key: str, default: float | None = None) -> float:
        """A number that is not negative."""
        value = self.values.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e9:
            self._wrong(key, "a number that is not negative")
        return float(value)

    def flag(self, key: str) -> bool:
        """True or false; false if it is not there."""
        value = self.values.get(key, False)
        if not isinstance(value, bool):
            self._wrong(key, "true or false")
        return value

    def mapping(self, key: str) -> dict[str, str]:
        """A table of texts, empty if it is not there."""
        value = self.values.get(key, {})
        if not isinstance(value, Mapping) or not all(isinstance(v, str) for v in value.values()):
            self._wrong(key, 'a table of texts: { name = "..." }')
        return dict(value)

    def words(self, key: str) -> Words:
        """A text in both languages."""
        value = self.mapping(key)
        if set(value) != {"id", "en"}:
            self._wrong(key, 'a text in both languages: { id = "...", en = "..." }')
        return Words(id=value["id"], en=value["en"])

    def source(self) -> str:
        """Where the rule comes from; a rule without a source is refused."""
        if not str(self.values.get("source", "")).strip():
            self.refuse("no_source", "names no source", 'Add source = "..." to it.')
        return self.text("source")

    def table(self, key: str) -> Table:
        """The table below ``key``."""
        value = self.values.get(key)
        if not isinstance(value, Mapping):
            self._wrong(key, f"a table: [{key}]")
        return Table(self.file, f"{self.place} [{key}]".strip(), value)

    def rows(self, key: str) -> list[Table]:
        """The tables of a list of tables."""
        value = self.values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(row, Mapping) for row in value):
            self._wrong(key, f"a list of tables: [[{key}]]")
        return [
            Table(self.file, f"[[{key}]] {row.get('id', number)}", row)
            for number, row in enumerate(value, 1)
        ]

    def by_id(self, key: str, make: Callable[[Table], Made]) -> dict[str, Made]:
        """What ``make`` makes of each row, by its id; the same id twice is refused."""
        made: dict[str, Made] = {}
        for row in self.rows(key):
            if (name := row.text("id")) in made:
                row.refuse("duplicate", f"the id {name!r} stands there twice", "Rename one.")
            made[name] = make(row)
        return made

    def _wrong(self, key: str, wanted: str) -> NoReturn:
        has = repr(self.values[key])[:60] if key in self.values else "missing"
        self.refuse("value", f"{key} is {has}", f"{key} must be {wanted}.")
