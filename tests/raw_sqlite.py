"""The store's file opened behind its back: tests tamper with it, and close what they opened."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path


@contextmanager
def opened(file: Path) -> Iterator[sqlite3.Connection]:
    """A connection that commits and closes at the end (sqlite3's own ``with`` only commits)."""
    with closing(sqlite3.connect(file)) as connection, connection:
        yield connection
