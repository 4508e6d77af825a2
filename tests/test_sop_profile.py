"""Profiles: what comes with the product holds together; what does not is refused by name."""

from __future__ import annotations

import itertools
import tomllib
from pathlib import Path

import pytest

from pipeline.sop.errors import ProfileError
from pipeline.sop.profile import FOLDER, load_procedure, profile_names

ONE = "akta_lahir|akta_kawin|buku_nikah|ijazah|surat_baptis"
BASE = (FOLDER / "sppt-2014.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", profile_names())
def test_a_profile_of_the_product_is_whole(name: str) -> None:
    procedure = load_procedure(name)
    assert set(procedure.deviations) == {f"D{number:02}" for number in range(1, 15)}
    assert {sop.number[-4:] for sop in procedure.sops.values()} == {
        "1383", "1384", "1385", "1386", "1387", "1388", "1389",
    }  # fmt: skip
    assert len(procedure.digest) == 64
    assert "reconstruction" in procedure.title.en
    for stage in procedure.stages.values():
        assert stage.source.startswith(("R: ", "I: ")), stage.id


def test_an_extension_changes_what_it_names_and_nothing_else() -> None:
    old, new = load_procedure("sppt-2014"), load_procedure("sppt-2022")
    assert old.clocks["issue"].start == ("interview", "")
    assert new.clocks["issue"].start == ("validity", "")
    assert new.clocks["issue"].limit == old.clocks["issue"].limit == 4
    assert new.stages == old.stages
    assert new.digest != old.digest


def test_the_strict_order_is_that_of_the_press() -> None:
    order = load_procedure("sppt-2022-strict").order_for("new_adult")
    row = (
        "docs_check",
        "validity",
        "payment",
        "photo",
        "interview",
        "verification",
        "adjudication",
    )
    for before, after in itertools.pairwise(row):
        assert before in order.before[after]
    loose = load_procedure("sppt-2022").order_for("new_adult")
    assert "payment" not in loose.before["photo"]


def test_an_examination_record_is_required_where_the_type_asks_for_it() -> None:
    procedure = load_procedure()
    assert "bap" in procedure.order_for("lost").required
    assert "bap" not in procedure.order_for("new_adult").required
    assert procedure.order_for("lost") is procedure.order_for("damaged")


@pytest.mark.parametrize(
    ("type_", "papers", "attributes", "lacking"),
    [
        pytest.param("new_adult", "ektp kk ijazah", {}, (), id="complete"),
        pytest.param("new_adult", "ektp ijazah", {}, ("kk",), id="no family card"),
        pytest.param("new_adult", "ektp kk", {}, (ONE,),
                     id="none of several"),
        pytest.param("renewal_adult", "ektp old_passport", {}, (), id="the short way"),
        pytest.param("renewal_adult", "ektp old_passport", {"old_passport": "before_2009"},
                     ("kk", ONE),
                     id="the short way is not for old ones"),
        pytest.param("tourist", "ektp", {}, None, id="a type that nobody knows"),
    ],
)  # fmt: skip
def test_papers(type_: str, papers: str, attributes: dict, lacking: tuple | None) -> None:
    handed = frozenset(papers.split())
    assert load_procedure().lacking_documents(type_, handed, attributes) == lacking


@pytest.mark.parametrize(
    ("change", "code", "told"),
    [
        pytest.param(('after = ["register"]', 'after = ["regster"]'), "reference", "regster",
                     id="a stage that is not there"),
        pytest.param(('after = []', 'after = ["archive"]'), "cycle", "archive",
                     id="stages that wait for each other"),
        pytest.param(('roles = ["head", "section_head"]', 'roles = ["boss"]'), "reference", "boss",
                     id="a role that is not there"),
        pytest.param(('from = "interview"', 'from = "talk"'), "reference", "talk",
                     id="a clock from nowhere"),
        pytest.param(("working_days = 4", "working_days = 4\ndays = 4"), "clock", "issue",
                     id="two limits"),
        pytest.param(("working_days = 4", 'working_days = "four"'), "value", "working_days",
                     id="no number"),
        pytest.param(('start = "last"', 'start = "middle"'), "clock", "middle", id="no such start"),
        pytest.param(('source = "R: press 2018"', ""), "no_source", "payment",
                     id="a rule without a source"),
        pytest.param(("least_seconds = 60", "last_seconds = 60"), "unknown_key", "last_seconds",
                     id="a key that nobody reads"),
        pytest.param(('id = "qc-print"', 'id = "verification-photo"'), "duplicate", "twice",
                     id="an id twice"),
        pytest.param(('severity = "fail"', 'severity = "grave"'), "value", "grave",
                     id="no such severity"),
        pytest.param(('zone = "WIB"', 'zone = "Jakarta"'), "zone", "Jakarta", id="no such zone"),
        pytest.param(('types = ["name_change"]', 'types = ["nickname"]'), "reference", "nickname",
                     id="a type without papers"),
        pytest.param(('ends = ["hit", "rejected"]', 'ends = ["hit"]\nwaits = ["hit"]'), "value",
                     "hit", id="a result that ends and waits"),
        pytest.param(('version = "2014-05-20@1"', 'vershun = "1"'), "unknown_key", "vershun",
                     id="an unknown table"),
        pytest.param(('id = "Penerbitan", en = "Issue"', 'id = "Penerbitan"'), "value", "languages",
                     id="one language only"),
    ],
)  # fmt: skip
def test_a_wrong_profile_says_what_and_where(
    tmp_path: Path, change: tuple[str, str], code: str, told: str
) -> None:
    assert change[0] in BASE
    file = tmp_path / "own.toml"
    file.write_text(BASE.replace(change[0], change[1], 1), encoding="utf-8")
    with pytest.raises(ProfileError) as caught:
        load_procedure(file)
    assert caught.value.code == f"sop.profile_{code}"
    assert told in caught.value.message + caught.value.advice
    assert "own.toml" in caught.value.message
    assert caught.value.exit_status == 7


def own(folder: Path, name: str, text: str) -> Path:
    path = folder / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_profile_must_not_extend_itself(tmp_path: Path) -> None:
    own(tmp_path, "a", 'extends = "b"\nversion = "1"\n')
    with pytest.raises(ProfileError, match="a -> b -> a"):
        load_procedure(own(tmp_path, "b", 'extends = "a"\nversion = "1"\n').with_name("a.toml"))


def test_an_extension_may_drop_and_must_know_what(tmp_path: Path) -> None:
    own(tmp_path, "base", BASE)
    kept = load_procedure(own(tmp_path, "less", 'extends = "base"\ndrop = ["pay", "qc-print"]\n'))
    assert "pay" not in kept.clocks
    assert [rule.id for rule in kept.four_eyes] == ["verification-photo"]
    with pytest.raises(ProfileError, match="drops 'fees'"):
        load_procedure(own(tmp_path, "wrong", 'extends = "base"\ndrop = ["fees"]\n'))


def test_the_digest_follows_the_file_and_what_it_extends(tmp_path: Path) -> None:
    own(tmp_path, "base", BASE)
    one = load_procedure(own(tmp_path, "one", 'extends = "base"\n')).digest
    (tmp_path / "other").mkdir()
    own(tmp_path / "other", "base", BASE.replace("warn_days = 1", "warn_days = 2"))
    two = load_procedure(own(tmp_path / "other", "one", 'extends = "base"\n')).digest
    assert one != two


def test_a_name_that_is_no_profile_lists_those_that_are() -> None:
    with pytest.raises(Exception, match="nonsense") as caught:
        load_procedure("nonsense")
    assert caught.value.code == "sop.profile_missing"
    assert "sppt-2022" in caught.value.advice


def test_every_table_with_a_rule_names_its_source() -> None:
    table = tomllib.loads(BASE)
    for kind in ("sops", "stages", "clocks", "four_eyes"):
        assert all(row["source"] for row in table[kind])
