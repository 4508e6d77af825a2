"""Policies: limits are data, and a missing limit is an error, never a default."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from pipeline.errors import PolicyError, exit_status
from pipeline.policy import FOLDER, load_policy


def test_the_default_policy_carries_its_digest() -> None:
    policy = load_policy()
    assert policy.name == "passport-id"
    assert policy.digest == hashlib.sha256((FOLDER / "passport-id.toml").read_bytes()).hexdigest()


def test_the_order_of_the_face_operating_points() -> None:
    """The grey zone lies between a strict and a lax false match rate."""
    policy = load_policy()
    assert policy.number("faces", "match_fmr") < policy.number("faces", "review_fmr")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        pytest.param(None, "policy.missing", id="no file"),
        pytest.param("[faces", "policy.malformed", id="broken TOML"),
        pytest.param("[mrz]\nmin_confidence = 0.9", "policy.section_missing", id="no section"),
        pytest.param("[faces]\n", "policy.limit_missing", id="no limit"),
        pytest.param("[faces]\nmatch_fmr = true", "policy.limit_missing", id="not a number"),
        pytest.param("[faces]\nmatch_fmr = '1e-4'", "policy.limit_missing", id="a text"),
    ],
)
def test_a_wrong_policy_is_refused(tmp_path: Path, text: str | None, code: str) -> None:
    path = tmp_path / "mine.toml"
    if text is not None:
        path.write_text(text)
    with pytest.raises(PolicyError) as caught:
        load_policy(path).number("faces", "match_fmr")
    assert caught.value.code == code
    assert exit_status(caught.value) == 7
