"""The case store: cases, the digests of their evidence, and the ledger, in one SQLite file."""

from __future__ import annotations

from pipeline.store.database import Store, home_folder, open_store

__all__ = ["Store", "home_folder", "open_store"]
