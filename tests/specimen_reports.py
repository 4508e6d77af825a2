"""A verification report without pictures, for tests of what happens after a verification."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from pipeline import load_policy
from pipeline.application import Application
from pipeline.findings import Outcome
from pipeline.progress import StageTime
from pipeline.report import VerificationReport


def report_of(
    number: str = "1", outcome: Outcome = Outcome.PASS, *, office: str = "Kanim Contoh", **more: Any
) -> VerificationReport:
    """A report with this number and outcome; ``more`` is put beside the portrait's verdict."""
    application = Application(
        Path("nowhere"), number, "renewal_adult", office, "1385", {}, Path("portrait.jpg"), ()
    )
    portrait = {"verdict": outcome.value, "profile": "icao", "components": {}, **more}
    scan = SimpleNamespace(name="ktp.jpg", sha256="b" * 64)
    reading = {"type": "ktp", "fields": {}, "mrz": None, "findings": []}
    paper = SimpleNamespace(
        kind="ektp", scan=scan, to_dict=lambda: {"kind": "ektp", "file": "ktp.jpg", **reading}
    )
    return VerificationReport(
        application=application,
        outcome=outcome,
        findings=(),
        picture=SimpleNamespace(name="portrait.jpg", sha256="a" * 64),
        portrait=SimpleNamespace(to_dict=lambda: portrait),
        documents=(paper,),
        face_matches=(),
        consistency=(),
        policy=load_policy(),
        models={},
        timings={"decode": StageTime(1.0, 1.0)},
        verified_at=datetime.now(UTC),
    )
