"""How well are KTP-like cards read, by either text engine?

    ./dev bench accuracy.ktp --portrait FILE [--cards 30]

Cards are drawn by ``fixtures.documents`` with invented data, then scanned or photographed by
simulation, so the truth is known to the letter. A field is exact if its value equals the truth;
``wrong and sure`` counts fields that differ although their status is ``read``.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks._history import append
from capture.sample import Sample
from fixtures.documents.holder import Holder
from fixtures.documents.ktp import draw_ktp
from fixtures.documents.scan import desk, flatbed
from models.text._lines import LineReader
from models.text.lines import paddle_lines
from models.text.tesseract import tesseract_lines
from pipeline.documents.distance import edit_distance
from pipeline.documents.fields import FieldValue
from pipeline.documents.rectify import rectify
from pipeline.documents.types.ktp import Ktp
from pipeline.evidence import Rgb
from pipeline.policy import load_policy

GIVEN = ("BIMA SATRIA", "DEWI LESTARI", "NI LUH PUTU", "ANDI", "SITI AISYAH", "JOKO TRI")
FAMILY = ("WIJAYATAMA", "HANDAYANI", "SURYANI", "PRAKOSO", "NASUTION", "WIBISONO")
ENGINES: Mapping[str, Callable[[], LineReader]] = {
    "pp-ocr-v4": paddle_lines,
    "tesseract": tesseract_lines,
}


@dataclass
class Tally:
    """What one engine made of all cards."""

    cards: int = 0
    unread: int = 0
    fields: int = 0
    exact: int = 0
    wrong_and_sure: int = 0
    exact_nik: int = 0
    letters: int = 0
    letter_errors: int = 0

    def count(self, truth: Mapping[str, str], read: Mapping[str, FieldValue] | None) -> None:
        self.cards += 1
        self.unread += read is None
        for name, value in truth.items():
            found = (read or {}).get(name)
            got = found.value if found else ""
            self.fields += 1
            self.exact += got == value
            self.exact_nik += name == "nik" and got == value
            self.wrong_and_sure += bool(found and got != value and found.status == "read")
            self.letters += len(value)
            self.letter_errors += edit_distance(got, value)


def holder(seed: int) -> Holder:
    """An invented person."""
    rng = np.random.default_rng(seed)
    born = date(int(rng.integers(1958, 2008)), int(rng.integers(1, 13)), int(rng.integers(1, 29)))
    names = GIVEN[int(rng.integers(len(GIVEN)))], FAMILY[int(rng.integers(len(FAMILY)))]
    return Holder(
        *names, "MF"[seed % 2], born, "KOTA CONTOH", f"X{seed:07d}", date(2031, 1, 1),
        int(rng.integers(1, 9999)), blood=("A", "B", "AB", "O")[seed % 4], married=seed % 3 > 0,
    )  # fmt: skip


def truth_of(person: Holder) -> dict[str, str]:
    """What must be read from ``person``'s card."""
    return {
        "nik": person.nik, "name": person.name, "place_of_birth": person.place,
        "birth_date": person.birth.isoformat(), "sex": person.sex, "blood_type": person.blood,
        "village": person.village, "district": person.district, "religion": person.religion,
        "marital_status": "KAWIN" if person.married else "BELUM KAWIN",
        "occupation": person.occupation, "valid_until": "SEUMUR HIDUP", "province": "UTOPIA",
    }  # fmt: skip


def scanned(card: Rgb, seed: int) -> Rgb:
    """Every third on a scanner, the others on a desk, half of them in low resolution."""
    if seed % 3 == 0:
        return flatbed(card, seed).image
    return desk(card, seed, width=(1500, 1000)[seed % 2]).image


def measure(engine: Callable[[], LineReader], cards: int, portrait: Rgb) -> dict[str, Any]:
    """Tally and cost of one engine. Raises EngineMissing or WeightMissing."""
    policy, tally, costs = load_policy(), Tally(), []
    kind = Ktp(engine=engine)
    for seed in range(cards):
        person = holder(seed)
        picture = scanned(draw_ktp(person, portrait), seed)
        wall, cpu = time.perf_counter(), time.process_time()
        reading = kind.read(rectify(picture), None, policy)
        # Tesseract is another process: wall time is what a station waits for.
        costs.append((time.perf_counter() - wall, time.process_time() - cpu))
        tally.count(truth_of(person), reading.fields if reading else None)
    return {
        "cards": tally.cards, "unread": tally.unread,
        "fields_exact": round(tally.exact / tally.fields, 4),
        "nik_exact": round(tally.exact_nik / tally.cards, 4),
        "wrong_and_sure": tally.wrong_and_sure,
        "letter_error": round(tally.letter_errors / tally.letters, 4),
        "wall_ms": round(1e3 * statistics.median(wall for wall, _ in costs), 1),
        "cpu_ms": round(1e3 * statistics.median(cpu for _, cpu in costs), 1),
    }  # fmt: skip


def main() -> None:
    """Print one JSON line an engine, and keep it in the history."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--portrait", type=Path, required=True, help="picture to print on cards")
    parser.add_argument("--cards", type=int, default=30)
    parser.add_argument("--engine", choices=tuple(ENGINES), action="append")
    options = parser.parse_args()
    portrait = Sample.from_file(options.portrait).image
    for name in options.engine or ENGINES:
        row = {"engine": name, **measure(ENGINES[name], options.cards, portrait)}
        print(json.dumps(row), flush=True)
        append("ktp", row)


if __name__ == "__main__":
    main()
