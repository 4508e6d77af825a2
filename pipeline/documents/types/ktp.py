"""The Indonesian identity card (KTP-el): label-anchored reading of its printed rows.

Layout: Permendagri 74/2015 and its successors; an ID-1 card without a machine-readable zone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from models.text._lines import LineReader, Quad, TextLine
from models.text.lines import paddle_lines
from pipeline.documents.distance import edit_distance
from pipeline.documents.fields import FieldValue, field_value, uncertain_field
from pipeline.documents.mrz.reading import MrzReading
from pipeline.documents.nik import LENGTH, compare_nik, parse_nik
from pipeline.documents.rectify import Page
from pipeline.documents.types import _values as values
from pipeline.documents.types._labels import Piece, letters_of
from pipeline.documents.types._rows import Cell, joined, read_rows
from pipeline.documents.types._type import TypeReading
from pipeline.evidence import Rgb
from pipeline.findings import Finding, Severity, Words
from pipeline.policy import Policy

LABELS: Mapping[str, Sequence[str]] = {
    "nik": ("NIK",),
    "name": ("NAMA",),
    "birth": ("TEMPATTGLLAHIR", "TEMPATTANGGALLAHIR"),
    "sex": ("JENISKELAMIN",),
    "blood_type": ("GOLDARAH", "GOLONGANDARAH"),
    "address": ("ALAMAT",),
    "rt_rw": ("RTRW",),
    "village": ("KELDESA", "KELURAHANDESA"),
    "district": ("KECAMATAN",),
    "religion": ("AGAMA",),
    "marital_status": ("STATUSPERKAWINAN",),
    "occupation": ("PEKERJAAN",),
    "nationality": ("KEWARGANEGARAAN",),
    "valid_until": ("BERLAKUHINGGA",),
}
ROWS = tuple(field for field in LABELS if field not in ("nik", "blood_type"))
# What the rest of the procedure leans on; doubt about the others changes no decision.
ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
IDENTIFYING = ("nik", "name", "birth_date", "sex")
LOOK_TWICE = frozenset({"name", "birth", "sex"})
DIGITS = "0123456789:"  # the colon may belong to the piece, and must not become a 1
# The NIK is set wide: narrowed by half its digits stand as the recogniser knows them (measured).
DIGIT_WIDTHS = (0.5, 0.6, 0.45)  # the last if two looks agree but are unsure
LEAST_LABELS = 5  # of fourteen, to call a page a KTP
OWN_LABELS = frozenset({"blood_type", "rt_rw", "village", "valid_until"})  # not in every letter
LEAST_OWN = 2  # of these
FEW_LINES = 6  # a picture with less text is no KTP
READABLE = 0.6  # median confidence below which text may stand on its head


@dataclass(frozen=True, slots=True)
class Ktp:
    """The KTP as a document type."""

    name: str = "ktp"
    kinds: frozenset[str] = frozenset({"ktp", "ektp", "e-ktp"})
    uses_mrz: bool = False
    engine: Callable[[], LineReader] = paddle_lines  # what finds and reads the lines

    def read(self, page: Page, _mrz: MrzReading | None, policy: Policy) -> TypeReading | None:
        """The card's fields, whichever side is up. Raises WeightMissing or WeightAltered."""
        reader = self.engine()
        turned = _read_upright(page, reader)
        if turned is None:
            return None
        quarters, cells, rest = turned
        image = page.turned(quarters).image
        least = policy.number("documents", "min_field_confidence")
        again = {
            name: _second_look(name, cell, image, reader, least) for name, cell in cells.items()
        }
        fields = _fields(again, rest, policy)
        return TypeReading(quarters, fields, _findings(fields, policy))


DOCUMENT_TYPE = Ktp()


def _read_upright(
    page: Page, reader: LineReader
) -> tuple[int, dict[str, Cell], list[Piece]] | None:
    """Quarter turns, cells and leftover pieces of the first way up that shows enough labels."""
    height, width = page.image.shape[:2]
    for quarters in (0, 2) if width >= height else (1, 3):
        lines = reader.lines(page.turned(quarters).image)
        cells, rest = read_rows(lines, LABELS, ROWS)
        if len(cells) >= LEAST_LABELS and len(OWN_LABELS & set(cells)) >= LEAST_OWN:
            return quarters, cells, rest
        if len(lines) < FEW_LINES or _readable(lines):
            return None
    return None


def _second_look(name: str, cell: Cell, image: Rgb, reader: LineReader, least: float) -> Cell:
    """The cell of an identifying field read again where the first look left doubt."""
    if name == "nik":
        return _number_twice(cell, image, reader, least)
    if name not in LOOK_TWICE or _certainty(name, cell) >= least:
        return cell
    again = _again(cell, lambda quad: reader.read_line(image, quad))
    return max(cell, again, key=lambda look: _certainty(name, look))


def _number_twice(cell: Cell, image: Rgb, reader: LineReader, least: float) -> Cell:
    """A number looked at twice as nothing but digits: it has no check digit of its own.

    Two looks that differ are doubted, whichever is taken.
    """

    def look(width: float) -> Cell:
        return _again(
            cell, lambda quad: reader.read_line(image, quad, alphabet=DIGITS, width=width)
        )

    looks = [look(width) for width in DIGIT_WIDTHS[:2]]
    if max(_certainty("nik", each) for each in looks) < least:
        looks += [look(width) for width in DIGIT_WIDTHS[2:]]
    return _agreed(looks)


def _agreed(looks: Sequence[Cell]) -> Cell:
    """Looks that say the same are as sure of each digit as the surest; others are doubted."""
    best = max(looks, key=lambda each: _certainty("nik", each))
    if len({values.number(each)[0] for each in looks}) > 1:
        return replace(best, trust=best.trust * values.CORRECTED)
    digits = [
        [sure for sign, sure in zip(each.text, each.confidence, strict=True) if sign.isdigit()]
        for each in looks
    ]
    text = values.number(best)[0]
    if {len(row) for row in digits} != {len(text)}:  # a look that gave letters for digits
        return best
    return replace(best, text=text, confidence=tuple(map(max, zip(*digits, strict=True))))


def _again(cell: Cell, look: Callable[[Quad], TextLine]) -> Cell:
    """The cell with each of its pieces read anew."""
    lines = [(piece, look(piece.quad)) for piece in cell.pieces]
    row = [
        replace(piece, text=line.text, confidence=line.char_confidence)
        for piece, line in lines
        if line.text
    ]
    return joined(row, cell.trust) if row else cell


def _certainty(name: str, cell: Cell) -> float:
    if name == "birth":
        return min(certainty for _, certainty in values.place_and_day(cell))
    return _normal(name, cell)[1]


def _readable(lines: Sequence[TextLine]) -> bool:
    return float(np.median([line.confidence for line in lines])) > READABLE


def _fields(
    cells: Mapping[str, Cell], rest: Sequence[Piece], policy: Policy
) -> dict[str, FieldValue]:
    """Cells in their normal form; a field without a cell is left out."""
    fields: dict[str, FieldValue] = {}

    def keep(name: str, value: tuple[str, float], raw: str) -> None:
        if value[0]:
            fields[name] = field_value(value[0], "viz", value[1], policy, raw)

    for name in LABELS:
        if name not in cells:
            continue
        cell = cells[name]
        if name == "birth":
            place, born = values.place_and_day(cell)
            keep("place_of_birth", place, cell.text)
            keep("birth_date", born, cell.text)
        else:
            keep(name, _normal(name, cell), cell.text)
    for name, cell in _heading(rest).items():
        keep(name, values.text(cell), cell.text)
    return fields


def _normal(name: str, cell: Cell) -> tuple[str, float]:
    if name == "nik":
        digits, certainty = values.number(cell)
        complete = len(digits) == LENGTH and digits.isdigit()
        return digits, certainty if complete else certainty * values.CORRECTED
    if name in values.NORMAL_FORMS:
        return values.one_of(cell, values.NORMAL_FORMS[name])
    special = {
        "sex": values.sex,
        "blood_type": values.blood_type,
        "nationality": values.nationality,
        "rt_rw": values.rt_rw,
        "valid_until": values.valid_until,
    }
    return special.get(name, values.text)(cell)


def _heading(rest: Sequence[Piece]) -> dict[str, Cell]:
    """Province and regency: the two centred lines at the top."""
    for index, piece in enumerate(rest):
        first, _, name = piece.text.partition(" ")
        if name and edit_distance(letters_of(first), "PROVINSI", 2) <= 2:
            start = len(first) + 1
            heading = {"province": Cell(name, piece.confidence[start:])}
            below = [
                other
                for other in rest[index + 1 :]
                if 0.5 < (other.middle - piece.middle) / piece.height < 2.5
            ]
            if below:
                heading["regency"] = Cell(below[0].text, below[0].confidence)
            return heading
    return {}


def _findings(fields: Mapping[str, FieldValue], policy: Policy) -> tuple[Finding, ...]:
    """What an officer must look at: identifying fields that are missing, unsure or at odds."""
    missing = [_missing(name) for name in IDENTIFYING if name not in fields]
    unsure = [
        uncertain_field(name, fields[name], policy)
        for name in IDENTIFYING
        if name in fields and fields[name].status == "uncertain"
    ]
    return (*missing, *unsure, *_nik_findings(fields))


def _nik_findings(fields: Mapping[str, FieldValue]) -> tuple[Finding, ...]:
    field = fields.get("nik")
    if field is None:
        return ()
    nik = parse_nik(field.value)
    if nik is None:
        return (_malformed_nik(field.value),)
    beside = [fields[name] for name in ("birth_date", "sex") if name in fields]
    certain = all(other.status == "read" for other in (field, *beside))
    born = fields["birth_date"].value if "birth_date" in fields else ""
    against = compare_nik(
        nik,
        born if ISO_DATE.fullmatch(born) else None,
        fields["sex"].value if "sex" in fields else None,
        severity=Severity.FAIL if certain else Severity.REVIEW,
    )
    return (*nik.findings, *against)


def _missing(name: str) -> Finding:
    return Finding(
        code="document.field_missing",
        severity=Severity.REVIEW,
        subject=name,
        message=Words(
            id=f"Isian {name} tidak terbaca pada KTP", en=f"Field {name} was not read on the KTP"
        ),
        advice=Words(
            id="Pindai ulang kartu seluruhnya, rata dan tanpa pantulan",
            en="Scan the whole card again, flat and without glare",
        ),
    )


def _malformed_nik(value: str) -> Finding:
    return Finding(
        code="nik.malformed",
        severity=Severity.REVIEW,
        subject="nik",
        value=value,
        message=Words(
            id=f"NIK terbaca {value}: bukan 16 angka",
            en=f"The NIK was read as {value}: not 16 digits",
        ),
        advice=Words(id="Bandingkan dengan kartu asli", en="Compare with the card itself"),
    )
