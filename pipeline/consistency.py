"""The same person in every source? Declared data against machine-readable zone and KTP.

Each differing letter stops an application, so harmless differences (case, blanks, order of names,
transliteration) must be told from conflicts. Nothing is compared with what was not read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any, Literal

from pipeline.documents.nik import parse_nik
from pipeline.findings import Finding, Severity, Words
from pipeline.names import Name, compare_names

if TYPE_CHECKING:
    from pipeline.documents.fields import FieldValue
    from pipeline.documents.read import DocumentReading
    from pipeline.policy import Policy

Status = Literal["equal", "similar", "different", "not_assessed"]
_GRAVITY: dict[Status, int] = {"not_assessed": 0, "equal": 1, "similar": 2, "different": 3}


@dataclass(frozen=True, slots=True)
class FieldComparison:
    """One field in every source that has it.

    Sources: ``declared``, ``mrz``, ``ktp``, and ``nik`` for what the number itself says.
    """

    field: str
    values: Mapping[str, str]
    status: Status
    finding: Finding | None = None

    def to_dict(self) -> dict[str, Any]:
        return {
            "field": self.field,
            "values": dict(self.values),
            "status": self.status,
            "finding": self.finding.to_dict() if self.finding else None,
        }


@dataclass(frozen=True, slots=True)
class _Value:
    """What one source says: as shown, in comparable form, and whether it was read surely."""

    source: str
    shown: str
    normal: str
    certain: bool = True
    name: Name | None = None


Compare = Callable[[_Value, _Value, "Policy"], Status]


def compare_fields(
    declared: Mapping[str, str], readings: Mapping[str, DocumentReading], policy: Policy
) -> tuple[FieldComparison, ...]:
    """Every field that identifies a person, compared between all sources that have it.

    ``readings`` by what the documents were handed in as. Raises PolicyError.
    """
    sources = list(_sources(readings))
    rows = [
        _judged(field, _values(field, declared, sources), compare, policy)
        for field, compare in _FIELDS.items()
    ]
    return (*rows, *_inside_nik(declared, sources, policy))


def _sources(readings: Mapping[str, DocumentReading]) -> Iterator[tuple[str, DocumentReading]]:
    """Each reading with the name of its source; a second one of a kind carries its paper's name."""
    seen: set[str] = set()
    for kind, reading in readings.items():
        if not reading.fields:
            continue
        source = "ktp" if reading.type == "ktp" else "mrz"
        yield (f"{source} ({kind})" if source in seen else source), reading
        seen.add(source)


def _values(
    field: str, declared: Mapping[str, str], sources: Sequence[tuple[str, DocumentReading]]
) -> list[_Value]:
    found = [_declared(field, declared), *(_read(field, *source) for source in sources)]
    return [value for value in found if value is not None]


def _declared(field: str, declared: Mapping[str, str]) -> _Value | None:
    if field == "name":
        divided = Name(declared.get("given_names", ""), declared.get("surname", ""))
        name = divided if divided.full else Name(declared.get("name", ""))
        shown = declared.get("name", "").strip() or name.full
        return _Value("declared", shown, "", name=name) if name.full else None
    text = declared.get(field, "").strip()
    return _Value("declared", text, _normal(field, text)) if text else None


def _read(field: str, source: str, reading: DocumentReading) -> _Value | None:
    if field == "name":
        return _read_name(source, reading)
    found = reading.fields.get(field)
    if found is None or not found.value:
        return None
    return _Value(source, found.value, _normal(field, found.value), found.status == "read")


def _read_name(source: str, reading: DocumentReading) -> _Value | None:
    parts = [reading.fields.get(part) for part in ("name", "given_names", "surname")]
    known = [part for part in parts if part is not None]
    if not known:
        return None
    whole, given, surname = parts
    name = Name(whole.value) if whole else Name(_text(given), _text(surname), _truncated(reading))
    return _Value(source, name.full, "", all(part.status == "read" for part in known), name)


def _text(field: FieldValue | None) -> str:
    return field.value if field else ""


def _truncated(reading: DocumentReading) -> bool:
    """Doc 9303-3, 4.6.2: a name field without a filler at its end may have been cut."""
    zone = reading.mrz
    if zone is None or not zone.lines:
        return False
    row = zone.lines[2] if zone.format == "TD1" and len(zone.lines) > 2 else zone.lines[0]
    return zone.format != "FRID" and not row.endswith("<")


def _normal(field: str, text: str) -> str:
    upper = " ".join(text.upper().split())
    if field in ("nik", "document_number"):
        return "".join(letter for letter in upper if letter.isalnum())
    return _ALIASES.get(field, {}).get(upper, upper)


_ALIASES = {
    "sex": {
        "L": "M", "P": "F", "LAKI-LAKI": "M", "PEREMPUAN": "F", "MALE": "M", "FEMALE": "F",
    },
    "nationality": {"WNI": "IDN", "INDONESIA": "IDN", "WARGA NEGARA INDONESIA": "IDN"},
}  # fmt: skip


def _same_text(first: _Value, second: _Value, _policy: Policy) -> Status:
    return "equal" if first.normal == second.normal else "different"


def _same_day(first: _Value, second: _Value, _policy: Policy) -> Status:
    """Unknown parts (``1974-??-??``) contradict nothing and prove nothing."""
    if first.normal == second.normal:
        return "equal"
    if len(first.normal) != len(second.normal):
        return "different"
    open_ = all(
        one == other or "?" in (one, other)
        for one, other in zip(first.normal, second.normal, strict=True)
    )
    return "similar" if open_ else "different"


def _same_name(first: _Value, second: _Value, policy: Policy) -> Status:
    one, other = first.name or Name(first.normal), second.name or Name(second.normal)
    distance = round(policy.number("consistency", "name_review_distance"))
    return compare_names(one, other, distance).likeness


_FIELDS: Mapping[str, Compare] = {
    "name": _same_name,
    "birth_date": _same_day,
    "sex": _same_text,
    "nationality": _same_text,
    "place_of_birth": _same_name,
    "nik": _same_text,
    "document_number": _same_text,
}
# Registries write places by province, regency or former name: a difference is a question.
_QUESTIONS = frozenset({"place_of_birth"})
_ESSENTIAL = frozenset({"name", "birth_date"})


def _judged(
    field: str, values: Sequence[_Value], compare: Compare, policy: Policy
) -> FieldComparison:
    """The worst pair decides; a conflict with an uncertain reading accuses nobody."""
    shown = {value.source: value.shown for value in values}
    pairs = [(one, other, compare(one, other, policy)) for one, other in combinations(values, 2)]
    if not pairs:
        finding = _not_assessed(field) if field in _ESSENTIAL else None
        return FieldComparison(field, shown, "not_assessed", finding)
    status = max((status for *_, status in pairs), key=lambda status: _GRAVITY[status])
    if status == "equal":
        return FieldComparison(field, shown, status)
    worst = [(one, other) for one, other, found in pairs if found == status]
    certain = any(one.certain and other.certain for one, other in worst)
    hard = status == "different" and certain and field not in _QUESTIONS
    finding = _differs(field, values, status, certain, Severity.FAIL if hard else Severity.REVIEW)
    return FieldComparison(field, shown, status, finding)


def _inside_nik(
    declared: Mapping[str, str], sources: Sequence[tuple[str, DocumentReading]], policy: Policy
) -> tuple[FieldComparison, ...]:
    """What a NIK says of birth date and sex, against what is declared."""
    numbers = _values("nik", declared, sources)
    parts = [(value, parse_nik(value.normal)) for value in numbers]
    value, nik = next(((value, nik) for value, nik in parts if nik is not None), (None, None))
    rows = []
    for field, said in (
        ("birth_date", nik.birth_date.isoformat() if nik and nik.birth_date else None),
        ("sex", nik.sex if nik else None),
    ):
        values = [_declared(field, declared)]
        if said is not None and value is not None:
            # Two digits of the year: the century is the declared one's.
            values.append(_Value("nik", said[-8:], said[-8:], value.certain))
        known = [_short_year(found) for found in values if found is not None]
        rows.append(_judged(f"nik_{field}", known, _same_day, policy))
    return tuple(rows)


def _short_year(value: _Value) -> _Value:
    """A date without its century, YY-MM-DD; anything else as it is."""
    short = value.normal[-8:]
    return _Value(value.source, value.shown, short, value.certain)


_SOURCES = {
    "declared": Words("isian", "declared"),
    "mrz": Words("MRZ", "MRZ"),
    "ktp": Words("KTP", "KTP"),
    "nik": Words("NIK", "NIK"),
}
_NAMES = {
    "name": Words("Nama", "Name"),
    "birth_date": Words("Tanggal lahir", "Date of birth"),
    "sex": Words("Jenis kelamin", "Sex"),
    "nationality": Words("Kewarganegaraan", "Nationality"),
    "place_of_birth": Words("Tempat lahir", "Place of birth"),
    "nik": Words("NIK", "NIK"),
    "document_number": Words("Nomor dokumen", "Document number"),
    "nik_birth_date": Words("Tanggal lahir dalam NIK", "Date of birth inside the NIK"),
    "nik_sex": Words("Jenis kelamin dalam NIK", "Sex inside the NIK"),
}


def _differs(
    field: str, values: Sequence[_Value], status: Status, certain: bool, severity: Severity
) -> Finding:
    name = _NAMES[field]
    shown = {
        language: "; ".join(
            f"{getattr(_SOURCES.get(v.source, Words(v.source, v.source)), language)} “{v.shown}”"
            for v in values
        )
        for language in ("id", "en")
    }
    how = Words("mirip tetapi tidak sama", "similar but not equal")
    if status == "different":
        how = Words("berbeda", "different")
    doubt = Words("", "") if certain else Words(" (terbaca meragukan)", " (read uncertainly)")
    return Finding(
        code=f"consistency.{field}_{status}",
        severity=severity,
        subject=field,
        value=" / ".join(value.shown for value in values),
        message=Words(
            id=f"{name.id} {how.id}{doubt.id}: {shown['id']}",
            en=f"{name.en} {how.en}{doubt.en}: {shown['en']}",
        ),
        advice=Words(
            id="Bandingkan dengan dokumen asli; perbaiki isian, atau minta dokumen pendukung",
            en="Compare with the documents themselves; correct the entry, or ask for a record",
        ),
    )


def _not_assessed(field: str) -> Finding:
    name = _NAMES[field]
    return Finding(
        code="consistency.not_assessed",
        severity=Severity.REVIEW,
        subject=field,
        message=Words(
            id=f"{name.id} tidak dapat dibandingkan: sumbernya kurang dari dua",
            en=f"{name.en} could not be compared: fewer than two sources have it",
        ),
        advice=Words(
            id="Lengkapi isian atau pindai ulang dokumen",
            en="Complete the entry or scan the document again",
        ),
    )
