"""Steps from one schema to the next, run by alembic; ``upgrade.py`` starts them."""

from __future__ import annotations
