"""Applications: what an applicant declares and hands in, as a folder with application.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pipeline.errors import ApplicationError

FILE = "application.toml"
DOCUMENT_KINDS = ("old_passport", "ektp")
DECLARED_FIELDS = (
    "surname",
    "given_names",
    "name",
    "birth_date",
    "place_of_birth",
    "sex",
    "nationality",
    "nik",
    "document_number",
    "address",
)


@dataclass(frozen=True, slots=True)
class Document:
    """One paper of an application: its kind (``old_passport``, ``ektp``) and its scan."""

    kind: str
    path: Path


@dataclass(frozen=True, slots=True)
class Application:
    """One application. Paths are absolute or relative to the working folder."""

    folder: Path
    number: str
    type: str
    office: str
    sop: str
    declared: Mapping[str, str]
    portrait: Path
    documents: tuple[Document, ...]

    def to_dict(self) -> dict[str, Any]:
        return {
            "number": self.number,
            "type": self.type,
            "office": self.office,
            "sop": self.sop,
            "declared": dict(self.declared),
        }


def load_application(path: Path) -> Application:
    """Read the folder ``path`` or its application.toml. Raises ApplicationError."""
    toml = path if path.suffix == ".toml" else path / FILE
    table = _parse(toml)
    folder = toml.parent
    reader = _Table(table, str(toml), "")
    portrait = reader.table("portrait")
    return Application(
        folder=folder,
        number=reader.text("number"),
        type=reader.text("type"),
        office=reader.text("office"),
        sop=reader.text("sop"),
        declared=_declared(reader.table("declared")),
        portrait=folder / portrait.text("file"),
        documents=tuple(_document(entry, folder) for entry in reader.tables("documents")),
    )


def _parse(toml: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(toml.read_bytes().decode())
    except FileNotFoundError:
        raise ApplicationError(
            "application.missing",
            f"no {toml}",
            f"Name a folder that holds {FILE}; fixtures/applications/pass shows one.",
        ) from None
    except OSError as error:
        raise ApplicationError(
            "application.unreadable",
            f"{toml} cannot be read: {error.strerror}",
            "Check the path and its permissions.",
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ApplicationError(
            "application.malformed", f"{toml}: {error}", "Correct the TOML (UTF-8) at that place."
        ) from error


def _document(entry: _Table, folder: Path) -> Document:
    kind = entry.text("kind")
    if kind not in DOCUMENT_KINDS:
        raise ApplicationError(
            "application.unknown_document",
            f"{entry.where}: kind {kind!r} is not known",
            f"Use one of {', '.join(DOCUMENT_KINDS)}.",
        )
    return Document(kind, folder / entry.text("file"))


def _declared(table: _Table) -> Mapping[str, str]:
    unknown = sorted(set(table.values) - set(DECLARED_FIELDS))
    if unknown:
        raise ApplicationError(
            "application.unknown_field",
            f"{table.where}: unknown field {', '.join(unknown)}",
            f"Known fields: {', '.join(DECLARED_FIELDS)}.",
        )
    return {name: table.text(name) for name in table.values}


@dataclass(frozen=True, slots=True)
class _Table:
    """A TOML table that says where it stands when something in it is wrong."""

    values: Mapping[str, Any]
    file: str
    name: str

    @property
    def where(self) -> str:
        return f"{self.file} [{self.name}]" if self.name else self.file

    def text(self, key: str) -> str:
        value = self.values.get(key)
        if isinstance(value, date):  # an unquoted TOML date
            value = value.isoformat()
        if not isinstance(value, str) or not value.strip():
            raise ApplicationError(
                "application.value_missing",
                f"{self.where}: {key!r} is missing or not a text",
                f'Write {key} = "..." there.',
            )
        return value.strip()

    def table(self, key: str) -> _Table:
        return _Table(self._get(key, Mapping), self.file, key)

    def tables(self, key: str) -> list[_Table]:
        entries = self._get(key, list)
        if not all(isinstance(entry, Mapping) for entry in entries):
            raise self._wrong(key)
        return [_Table(entry, self.file, f"{key}.{n}") for n, entry in enumerate(entries, 1)]

    def _get(self, key: str, kind: type) -> Any:
        value = self.values.get(key)
        if not isinstance(value, kind):
            raise self._wrong(key)
        return value

    def _wrong(self, key: str) -> ApplicationError:
        return ApplicationError(
            "application.table_missing",
            f"{self.where}: the table [{key}] is missing or has another shape",
            "fixtures/applications/pass/application.toml shows every table.",
        )
