"""Where an office's data lie: the home folder, and the database that belongs to it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import StoreError

if TYPE_CHECKING:
    from sqlalchemy import URL

FILE = "periksa.sqlite3"
HOME = "PERIKSA_HOME"
DATABASE = "PERIKSA_DATABASE_URL"


def home_folder() -> Path:
    """PERIKSA_HOME, or the user's data folder."""
    named = os.environ.get(HOME)
    if named:
        return Path(named)
    from platformdirs import user_data_path

    return user_data_path("periksa", appauthor=False)


def database_url(home: Path | None = None) -> URL:
    """The database of ``home``: its SQLite file, or what PERIKSA_DATABASE_URL names. StoreError.

    A ``home`` that is given outright has its own SQLite file; a PostgreSQL serves every home.
    """
    from sqlalchemy import URL

    told = os.environ.get(DATABASE, "").strip()
    own = URL.create("sqlite", database=str((home or home_folder()) / FILE))
    if not told:
        return own
    url = _parsed(told)
    return own if home and url.get_backend_name() == "sqlite" else url


def _parsed(told: str) -> URL:
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        url = make_url(told)
    except (ArgumentError, ValueError):
        raise unsupported("an address that cannot be understood") from None
    if url.get_backend_name() in ("sqlite", "postgresql") and url.database:
        return url
    raise unsupported(repr(url.drivername))  # never the address: it may hold a password


def unsupported(what: str) -> StoreError:
    """PERIKSA_DATABASE_URL names something that cases are not kept in."""
    return StoreError(
        "store.unsupported",
        f"{DATABASE} names {what}; cases are kept in SQLite or PostgreSQL",
        f"Unset {DATABASE}, or set it to sqlite:////folder/file.sqlite3 or "
        "postgresql://user@host/database.",
    )
