"""Shared parts of the tests: the committed specimens and a home of its own for every test."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

# A busy machine is no fault of the code: a property is not timed by the clock.
settings.register_profile("periksa", deadline=None)
settings.load_profile("periksa")

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads or writes the data of the person who runs it."""
    monkeypatch.setenv("PERIKSA_HOME", str(tmp_path_factory.mktemp("home")))
    monkeypatch.delenv("PERIKSA_DATABASE_URL", raising=False)


@pytest.fixture
def applications() -> Path:
    """The committed sample applications: pass, review, fail."""
    return ROOT / "fixtures" / "applications"
