"""Killed at any moment of its work, a store holds what it acknowledged, once."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from benchmarks._postgres import postgres
from benchmarks._store_load import faults, load_and_kill


def test_kill_9_under_load_loses_and_doubles_nothing(tmp_path: Path) -> None:
    chance, acknowledged = Random(11), {}
    for number in range(5):
        fresh = load_and_kill(tmp_path, f"k{number}", chance)
        assert fresh
        acknowledged |= fresh
        assert faults(tmp_path, acknowledged) == []


def test_kill_9_of_client_and_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = Random(12)
    with postgres() as server:
        monkeypatch.setenv("PERIKSA_DATABASE_URL", server.new_database())
        acknowledged = load_and_kill(tmp_path, "client", chance)
        assert faults(tmp_path, acknowledged) == []
        acknowledged |= load_and_kill(tmp_path, "server", chance, lambda _: server.kill())
        server.start()
        assert faults(tmp_path, acknowledged) == []
    assert len(acknowledged) > 1


def test_what_is_lost_or_doubled_would_show(tmp_path: Path) -> None:
    acknowledged = load_and_kill(tmp_path, "k", Random(13))
    number = min(acknowledged)
    assert faults(tmp_path, acknowledged | {number: "another"}) == [f"case {number} lost"]
    assert faults(tmp_path, acknowledged | {"never": "x"}) == ["case never lost"]
