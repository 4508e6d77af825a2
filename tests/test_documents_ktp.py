"""The KTP's rows and values, from lines of text that were read more or less well."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.text._lines import Quad, Rgb, TextLine
from pipeline.documents.distance import edit_distance
from pipeline.documents.rectify import whole
from pipeline.documents.types import _values as values
from pipeline.documents.types._rows import Cell
from pipeline.documents.types._type import TypeReading
from pipeline.documents.types.ktp import Ktp
from pipeline.findings import Severity
from pipeline.policy import load_policy

ROWS = (
    ("Nama", "SARI DEWI"), ("Tempat/Tgl Lahir", "KOTA CONTOH, 15-08-1995"),
    ("Jenis kelamin", "PEREMPUAN"), ("Alamat", "JL. MELATI NO. 12"), ("RT/RW", "007/008"),
    ("Kel/Desa", "SUKAMAJU"), ("Kecamatan", "CONTOH SELATAN"), ("Agama", "ISLAM"),
    ("Status Perkawinan", "KAWIN"), ("Pekerjaan", "DOKTER"), ("Kewarganegaraan", "WNI"),
    ("Berlaku Hingga", "SEUMUR HIDUP"),
)  # fmt: skip
NIK = "9901015508950001"


def line(text: str, x: float, y: float, sure: float = 0.95, height: float = 24) -> TextLine:
    right = x + 13 * len(text)
    quad = np.array([[x, y], [right, y], [right, y + height], [x, y + height]], float)
    return TextLine(quad, text, (sure,) * len(text))


def card(changes: dict[str, str | None] | None = None, sure: float = 0.95) -> list[TextLine]:
    """Lines as an engine gives them; ``changes``: another text for a label or value, or none."""
    changed = changes or {}

    def told(text: str) -> str:
        return changed.get(text, text) or ""

    lines = [line("PROVINSI UTOPIA", 300, 20), line("KABUPATEN CONTOH", 290, 60)]
    lines += [line(told("NIK"), 30, 110), line(told(f": {NIK}"), 190, 110, sure)]
    for row, (label, value) in enumerate(ROWS):
        lines.append(line(told(label), 30, 170 + 34 * row))
        lines.append(line(told(f": {value}"), 240, 170 + 34 * row, sure))
    lines.append(line("Gol. Darah : O", 560, 170 + 68))
    lines += [line("CONTOH", 800, 170 + 7 * 34), line("12-05-2018", 790, 170 + 8 * 34)]
    return [each for each in lines if each.text]


class Fake:
    """An engine that gives the same lines whatever it sees, and reads them again as they are."""

    name = "fake"

    def __init__(self, lines: Sequence[TextLine], second: str | None = None) -> None:
        self._lines = tuple(lines)
        self._second = second

    def lines(self, image: Rgb) -> tuple[TextLine, ...]:
        return self._lines

    def read_line(
        self, image: Rgb, quad: Quad, *, alphabet: str | None = None, width: float = 1.0
    ) -> TextLine:
        seen = min(self._lines, key=lambda each: float(np.abs(each.quad - quad).sum()))
        kept = [
            (letter, sure)
            for letter, sure in zip(seen.text, seen.char_confidence, strict=True)
            if alphabet is None or letter in alphabet
        ]
        if self._second and alphabet and width > 0.55:
            kept = [(letter, 0.95) for letter in self._second]
        return TextLine(quad, "".join(c for c, _ in kept), tuple(s for _, s in kept))


def read(lines: Sequence[TextLine], second: str | None = None) -> TypeReading | None:
    page = whole(np.zeros((638, 1011, 3), np.uint8))
    return Ktp(engine=lambda: Fake(lines, second)).read(page, None, load_policy())


def test_a_clear_card() -> None:
    reading = read(card())
    assert reading is not None
    assert {name: found.value for name, found in reading.fields.items()} == {
        "nik": NIK, "name": "SARI DEWI", "place_of_birth": "KOTA CONTOH",
        "birth_date": "1995-08-15", "sex": "F", "blood_type": "O",
        "address": "JL. MELATI NO. 12", "rt_rw": "007/008", "village": "SUKAMAJU",
        "district": "CONTOH SELATAN", "religion": "ISLAM", "marital_status": "KAWIN",
        "occupation": "DOKTER", "nationality": "WNI", "valid_until": "SEUMUR HIDUP",
        "province": "UTOPIA", "regency": "KABUPATEN CONTOH",
    }  # fmt: skip
    assert {found.status for found in reading.fields.values()} == {"read"}
    assert [finding.code for finding in reading.findings] == ["nik.region_unknown"]


@pytest.mark.parametrize(
    ("changes", "name", "value"),
    [
        pytest.param({"Nama": "Narna"}, "name", "SARI DEWI", id="rn for m in a label"),
        pytest.param({"Kel/Desa": "KeVDesa"}, "village", "SUKAMAJU", id="l/ read as V"),
        pytest.param({"Alamat": None}, "address", "JL. MELATI NO. 12", id="a label not read"),
        pytest.param(
            {"Agama": None, ": ISLAM": None}, "religion", None, id="the caption is no religion"
        ),
        pytest.param({": SARI DEWI": "SARI DEWI"}, "name", "SARI DEWI", id="no colon"),
        pytest.param({": WNI": ": wNI"}, "nationality", "WNI", id="case"),
        pytest.param({": ISLAM": ": ISLAN"}, "religion", "ISLAM", id="mended by the list"),
        pytest.param({": PEREMPUAN": ": PEREMPUAH"}, "sex", "F", id="sex by the nearest word"),
        pytest.param(
            {"Status Perkawinan": "Status Perkawinan: KAWIN", ": KAWIN": None},
            "marital_status", "KAWIN", id="label and value in one line",
        ),
        pytest.param(
            {": KOTA CONTOH, 15-08-1995": ": KOTA CONTOH, l5-O8-1995"},
            "birth_date", "1995-08-15", id="letters in a date",
        ),
    ],
)  # fmt: skip
def test_cards_that_were_read_badly(
    changes: dict[str, str | None], name: str, value: str | None
) -> None:
    reading = read(card(changes))
    assert reading is not None
    found = reading.fields.get(name)
    assert (found.value if found else None) == value


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        pytest.param({"Alamat": None}, "address", id="placed by its row alone"),
        pytest.param(
            {": KOTA CONTOH, 15-08-1995": ": KOTA CONTOH, l5-O8-1995"}, "birth_date",
            id="corrected letters",
        ),
        pytest.param({": PEREMPUAN": ": XYZ"}, "sex", id="no word of the list"),
        pytest.param({f": {NIK}": f": {NIK[:-1]}"}, "nik", id="fifteen digits"),
    ],
)  # fmt: skip
def test_what_was_guessed_is_uncertain(changes: dict[str, str | None], name: str) -> None:
    reading = read(card(changes))
    assert reading is not None
    assert reading.fields[name].status == "uncertain"


def test_two_looks_at_a_nik_that_differ_are_doubted() -> None:
    reading = read(card(), second="9901015508950007")
    assert reading is not None
    assert reading.fields["nik"].status == "uncertain"
    assert "document.field_uncertain" in {finding.code for finding in reading.findings}


@pytest.mark.parametrize(
    ("sure", "severity"),
    [
        pytest.param(0.95, Severity.FAIL, id="read surely"),
        pytest.param(0.5, Severity.REVIEW, id="read uncertainly"),
    ],
)
def test_a_nik_at_odds_with_its_card(sure: float, severity: Severity) -> None:
    reading = read(card({": KOTA CONTOH, 15-08-1995": ": KOTA CONTOH, 16-08-1995"}, sure))
    assert reading is not None
    [finding] = [each for each in reading.findings if each.code == "nik.birth_date_mismatch"]
    assert finding.severity is severity


@pytest.mark.parametrize("degrees", [-12, -5, 5, 12])
def test_a_tilted_card_reads_like_a_level_one(degrees: float) -> None:
    angle = np.radians(degrees)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    tilted = [TextLine(each.quad @ turn, each.text, each.char_confidence) for each in card()]
    level, askew = read(card()), read(tilted)
    assert level is not None
    assert askew is not None
    assert {n: f.value for n, f in askew.fields.items()} == {
        n: f.value for n, f in level.fields.items()
    }


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param([], id="nothing"),
        pytest.param(card()[:6], id="the first rows alone"),
        pytest.param(
            [line(text, 30, 40 * row) for row, (text, _) in enumerate(ROWS)], id="labels alone"
        ),
    ],
)
def test_too_few_rows_are_no_ktp(lines: list[TextLine]) -> None:
    assert read(lines) is None


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        pytest.param("15-08-1995", "1995-08-15", id="dashes"),
        pytest.param("15 08 1995", "1995-08-15", id="blanks"),
        pytest.param("15081995", "1995-08-15", id="nothing between"),
        pytest.param("31-02-1995", None, id="no such day"),
        pytest.param("1995-08-15", None, id="another order"),
        pytest.param("SEUMUR HIDUP", None, id="words"),
    ],
)
def test_days(text: str, iso: str | None) -> None:
    assert values.day(text) == iso


@given(st.text(max_size=30), st.floats(0, 1))
def test_no_text_breaks_a_normal_form(raw: str, sure: float) -> None:
    cell = Cell(raw, (sure,) * len(raw))
    forms = (values.number, values.sex, values.rt_rw, values.valid_until, values.text,
             values.nationality, values.blood_type)  # fmt: skip
    for form in forms:
        value, certainty = form(cell)
        assert isinstance(value, str)
        assert 0 <= certainty <= 1
    for value, certainty in values.place_and_day(cell):
        assert isinstance(value, str)
        assert 0 <= certainty <= 1


@given(st.text(max_size=12), st.text(max_size=12), st.integers(0, 12))
def test_edit_distance_is_a_distance(first: str, second: str, limit: int) -> None:
    distance = edit_distance(first, second)
    assert distance == edit_distance(second, first)
    assert (distance == 0) == (first == second)
    assert abs(len(first) - len(second)) <= distance <= max(len(first), len(second))
    assert edit_distance(first, second, limit) == min(distance, limit + 1)
