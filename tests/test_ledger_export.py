"""An auditor needs the exported file and the public key; one flipped bit anywhere shows."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from commands import periksa
from raw_sqlite import opened
from specimen_reports import report_of

from pipeline.adjudication.case import open_case
from pipeline.errors import StoreError
from pipeline.store import Store, open_store
from pipeline.store.audit import audit
from pipeline.store.checkpoints import sign_checkpoint
from pipeline.store.database import FILE
from pipeline.store.export import export_lines, prove
from pipeline.store.offline import verify_file
from pipeline.store.signing import SigningKey, public_key, signing_key

EVENTS = 9
Rewrite = list[str]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("office")
    with open_store(home) as store:
        for number in range(EVENTS):
            open_case(store, report_of(str(number), name="SITI CONTOH"))
            if number == 4:
                sign_checkpoint(store, signing_key(home))
        sign_checkpoint(store, signing_key(home))
    return home


@pytest.fixture
def store(home: Path) -> Iterator[Store]:
    with open_store(home) as opened_store:
        yield opened_store


@pytest.fixture
def export(store: Store, tmp_path: Path) -> Path:
    file = tmp_path / "ledger.jsonl"
    file.write_text("".join(export_lines(store)))
    return file


def test_file_and_public_key_suffice(home: Path, export: Path) -> None:
    key = public_key(str(home / "keys" / "ledger.pub"))
    found = verify_file(export, key)
    assert (found.events, found.proves) == (EVENTS, None)
    assert verify_file(export, public_key(key.raw.hex())) == found
    assert "SITI" not in export.read_text()
    assert sum("checkpoint" in json.loads(line) for line in export.read_text().splitlines()) == 2


def flipped(data: bytes, bit: int) -> bytes:
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def test_one_flipped_bit_of_an_export_is_found(home: Path, export: Path) -> None:
    key = public_key(str(home / "keys" / "ledger.pub"))
    data, chance = export.read_bytes(), random.Random(6)
    missed = []
    for bit in chance.sample(range(8 * len(data)), 400):
        export.write_bytes(flipped(data, bit))
        try:
            verify_file(export, key)
        except StoreError:
            continue
        missed.append(bit)
    assert not missed


def without(lines: Rewrite, number: int) -> Rewrite:
    return lines[:number] + lines[number + 1 :]


@pytest.mark.parametrize(
    "rewrite",
    [
        pytest.param(lambda lines: without(lines, 3), id="an event taken out"),
        pytest.param(lambda lines: without(lines, -1), id="the last checkpoint taken out"),
        pytest.param(lambda lines: without(lines, 0), id="no first line"),
        pytest.param(lambda lines: [*lines[:2], lines[3], lines[2], *lines[4:]], id="exchanged"),
        pytest.param(lambda lines: [*lines, lines[-1]], id="something added"),
        pytest.param(lambda lines: [*lines, "x" * 50 + "\n"], id="rubbish added"),
        pytest.param(lambda lines: [], id="empty"),
        pytest.param(lambda lines: [*lines[:-1], lines[-1][:-1]], id="no end of line"),
        pytest.param(lambda lines: ["[" * 100_000 + "\n"], id="deep nesting"),
        pytest.param(lambda lines: [lines[0], '{"event":[1]}\n', *lines[2:]], id="no event"),
        pytest.param(
            lambda lines: [*lines[:-1], '{"checkpoint":{"size":9}}\n'], id="half a checkpoint"
        ),
    ],
)
def test_what_is_no_whole_export_is_refused(home: Path, export: Path, rewrite: object) -> None:
    key = public_key(str(home / "keys" / "ledger.pub"))
    export.write_text("".join(rewrite(export.read_text().splitlines(keepends=True))))
    with pytest.raises(StoreError, match="line"):
        verify_file(export, key)


def test_another_offices_key_verifies_nothing(export: Path) -> None:
    with pytest.raises(StoreError, match="signed by the key"):
        verify_file(export, SigningKey(b"x" * 32).public)


@pytest.mark.parametrize("seq", range(1, EVENTS + 1))
def test_a_single_event_is_proven(home: Path, store: Store, tmp_path: Path, seq: int) -> None:
    key = public_key(str(home / "keys" / "ledger.pub"))
    file = tmp_path / "proof.json"
    text = prove(store, seq)
    file.write_text(text)
    assert verify_file(file, key).proves == seq
    chance = random.Random(seq)
    for bit in chance.sample(range(8 * len(text)), 40):
        file.write_bytes(flipped(text.encode(), bit))
        with pytest.raises(StoreError):
            verify_file(file, key)


@pytest.mark.parametrize("seq", [0, EVENTS + 1])
def test_only_signed_events_are_proven(store: Store, seq: int) -> None:
    with pytest.raises(StoreError) as caught:
        prove(store, seq)
    assert caught.value.code == "ledger.unsigned"


def spoil(home: Path, *statements: str) -> None:
    with opened(home / FILE) as connection:
        for name in ("ledger_no_update", "ledger_no_delete", "checkpoints_no_update",
                     "checkpoints_no_delete"):  # fmt: skip
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)


@pytest.mark.parametrize(
    ("statements", "named"),
    [
        pytest.param(["UPDATE ledger_checkpoints SET root = 'x'"], "does not fit", id="root"),
        pytest.param(["UPDATE ledger_checkpoints SET time = 'x'"], "signature", id="time"),
        pytest.param(["UPDATE ledger_checkpoints SET key_id = 'x'"], "another key", id="key"),
        pytest.param(
            ["DELETE FROM ledger_events WHERE seq = 3", "DELETE FROM case_keys",
             "DELETE FROM case_evidence", "DELETE FROM cases"],
            "cut off", id="the newest event, with everything that named it",
        ),
    ],
)  # fmt: skip
def test_a_checkpoint_shows_what_the_chain_cannot(
    tmp_path: Path, statements: list[str], named: str
) -> None:
    with open_store(tmp_path) as store:
        for number in range(3):
            open_case(store, report_of(str(number)))
        sign_checkpoint(store, signing_key(tmp_path))
    spoil(tmp_path, *statements)
    with open_store(tmp_path) as store:
        chain = audit(store)
        assert chain.faults[0].kind == "checkpoint"
        assert named in chain.faults[0].message
        with pytest.raises(StoreError, match="not signed"):
            sign_checkpoint(store, signing_key(tmp_path))


def test_the_database_refuses_to_change_a_checkpoint(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        open_case(store, report_of())
        first = sign_checkpoint(store, signing_key(tmp_path))
        assert sign_checkpoint(store, signing_key(tmp_path)) == first
        for statement in ("DELETE FROM ledger_checkpoints", "UPDATE ledger_checkpoints SET head=1"):
            with pytest.raises(StoreError) as caught, store.writing() as connection:
                connection.exec_driver_sql(statement)
            assert caught.value.code == "store.refused"


def test_the_command_line_from_checkpoint_to_proof(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PERIKSA_HOME", str(tmp_path / "home"))
    assert periksa("ledger", "checkpoint", "--json").only["error"]["code"] == "ledger.empty"
    with open_store() as store:
        case = open_case(store, report_of())
    shown = periksa("cases", "show", "--json", case.id).only
    assert [event["kind"] for event in shown["events"]] == ["case.opened"]
    assert periksa("ledger", "checkpoint", "--json").only["size"] == 2
    again = periksa("cases", "show", "--json", case.id).only
    assert [event["kind"] for event in again["events"]] == ["case.opened", "case.read"]
    file, key = tmp_path / "ledger.jsonl", tmp_path / "home" / "keys" / "ledger.pub"
    assert periksa("ledger", "export", file, "--json").only["events"] == 3
    monkeypatch.setenv("PERIKSA_HOME", str(tmp_path / "auditor"))  # an empty machine elsewhere
    told = periksa("ledger", "verify", "--file", file, "--public-key", key, "--json").only
    assert (told["ok"], told["events"]) == (True, 3)
    assert (
        "The ledger holds" in periksa("ledger", "verify", "--file", file, "--public-key", key).out
    )
    monkeypatch.setenv("PERIKSA_HOME", str(tmp_path / "home"))
    proof = tmp_path / "proof.json"
    proof.write_text(periksa("ledger", "prove", "2").out)
    assert "Event 2" in periksa("ledger", "verify", "--file", proof, "--public-key", key).out
    proof.write_text(proof.read_text().replace("case.read", "case.lost"))
    done = periksa("ledger", "verify", "--file", proof, "--public-key", key, "--json")
    assert done.status == 6
    assert done.only["error"]["code"] == "ledger.altered"
    assert periksa("ledger", "verify", "--file", proof).status == 2
