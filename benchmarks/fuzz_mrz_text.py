"""Does any text make the MRZ parser fail, hang or answer without form?

`./dev bench fuzz_mrz_text`: 1,000,000 mutated zones (seeded). Every answer must come within a
second, with the fields, findings and form that docs/mrz.md states, and no exception at all.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import cache

from benchmarks._cpu import cpu_seconds
from benchmarks._history import append
from pipeline.documents.mrz.check_digits import ALPHABET
from pipeline.documents.mrz.compose import format_mrz
from pipeline.documents.mrz.formats import FIELDS, FORMATS
from pipeline.documents.mrz.parse import MrzText, parse_mrz
from pipeline.documents.mrz.rulebook import RULES
from pipeline.documents.mrz.text import zones_in

TODAY = date(2026, 11, 23)
LIMIT = 1.0  # seconds a call
Lines = list[str]

_STRANGE = (
    "abcxyzäöüßıİſﬁÆ日本ЖЯعب\u0300\u202e\ufeff\u200b\x00\x07\x1b\x7f\x85\ud800"
    "«‹›＜Ａ１٣²½😀 \t\u2028-'.,/_"
)
_NAMES = ("ERIKSSON", "ANNA MARIA", "SUKARNO", "O'CONNOR", "MÜLLER-LÜDENSCHEIDT", "Їжакевич",
          "WOOLOOMOOLOO WARRANDYTE WARNAMBOOL BENNELONG", "A B C D E F G", "")  # fmt: skip
_STATES = ("UTO", "D", "IDN", "GBR", "RKS", "XXA", "XPO", "SI", "DEU", "ANT", "XYZ")


def substitute(lines: Lines, dice: random.Random) -> Lines:
    """A character of the alphabet in another's place, up to eight times."""
    return _each(lines, dice, lambda line, i: line[:i] + dice.choice(ALPHABET) + line[i + 1 :])


def delete(lines: Lines, dice: random.Random) -> Lines:
    return _each(lines, dice, lambda line, i: line[:i] + line[i + 1 :])


def insert(lines: Lines, dice: random.Random) -> Lines:
    return _each(lines, dice, lambda line, i: line[:i] + dice.choice(ALPHABET) + line[i:])


def estrange(lines: Lines, dice: random.Random) -> Lines:
    """Characters that no zone has: other scripts, control characters, lone surrogates."""
    return _each(lines, dice, lambda line, i: line[:i] + dice.choice(_STRANGE) + line[i + 1 :])


def lower(lines: Lines, _dice: random.Random) -> Lines:
    return [line.lower() for line in lines]


def swap_lines(lines: Lines, dice: random.Random) -> Lines:
    return dice.sample(lines, len(lines))


def drop_or_double(lines: Lines, dice: random.Random) -> Lines:
    """Some lines missing, some twice."""
    return [line for line in lines for _ in range(dice.choice((0, 1, 1, 2)))]


def lengthen(lines: Lines, dice: random.Random) -> Lines:
    """One line up to a hundred thousand characters long, or a thousand lines."""
    if dice.random() < 0.5:
        return lines * dice.choice((10, 100, 400))
    return [*lines, dice.choice(ALPHABET) * dice.choice((45, 1_000, 100_000))]


def mix(lines: Lines, dice: random.Random) -> Lines:
    """Lines of two formats."""
    other = zone(dice)
    return [dice.choice((one, two)) for one, two in zip(lines, other, strict=False)]


def splice(lines: Lines, dice: random.Random) -> Lines:
    """The head of each line with the tail of another zone's."""
    other = zone(dice)
    cut = dice.randrange(45)
    return [one[:cut] + two[cut:] for one, two in zip(lines, other, strict=False)]


def fillers(lines: Lines, dice: random.Random) -> Lines:
    """A stretch of one line blanked."""
    return _each(lines, dice, lambda line, i: line[:i] + "<" * len(line[i : i + 9]) + line[i + 9 :])


def zeros(lines: Lines, dice: random.Random) -> Lines:
    """Four zeros: months and days that issuers print so."""
    return _each(lines, dice, lambda line, i: line[:i] + "0" * len(line[i : i + 4]) + line[i + 4 :])


def noise(_lines: Lines, dice: random.Random) -> Lines:
    """Zones' shapes filled at random."""
    layout = FORMATS[dice.choice(sorted(FORMATS))]
    return ["".join(dice.choices(ALPHABET, k=layout.columns)) for _ in range(layout.rows)]


Operator = Callable[[Lines, random.Random], Lines]
OPERATORS: tuple[Operator, ...] = (
    substitute, delete, insert, estrange, lower, swap_lines, drop_or_double, mix, splice, fillers,
    zeros, noise,
)  # fmt: skip
RARE: tuple[Operator, ...] = (lengthen,)
RARITY = 2_000  # one text in so many is very long
POOL = 3_000  # valid zones to start from
SHOWN = 50_000  # texts between two lines of progress


def _each(lines: Lines, dice: random.Random, change: Callable[[str, int], str]) -> Lines:
    changed = list(lines)
    for _ in range(dice.choice((1, 1, 1, 2, 3, 8))):
        row = dice.randrange(len(changed)) if changed else -1
        if row >= 0 and changed[row]:
            changed[row] = change(changed[row], dice.randrange(len(changed[row])))
    return changed


@cache
def _pool() -> tuple[Lines, ...]:
    """The valid zones that are mutated."""
    dice = random.Random(0)
    return tuple(_valid(dice) for _ in range(POOL))


def zone(dice: random.Random) -> Lines:
    """A valid zone of a random format."""
    return dice.choice(_pool())


def _valid(dice: random.Random) -> Lines:
    name = dice.choice(sorted(FORMATS))
    layout = FORMATS[name]
    birth = date(1930, 1, 1).toordinal() + dice.randrange(33_000)
    fields = {
        "issuer": "FRA" if name == "FRID" else dice.choice(_STATES),
        "surname": dice.choice(_NAMES),
        "given_names": dice.choice(_NAMES),
        "document_number": "".join(dice.choices(ALPHABET[:-1], k=dice.randrange(1, 10))),
        "nationality": dice.choice(_STATES),
        "birth_date": dice.choice((date.fromordinal(birth).isoformat(), "", "1974-??-??")),
        "sex": dice.choice("MFX"),
        "expiry_date": dice.choice(("2031-04-15", "2012-04-15", "2040-04-15", "")),
    }
    known = {key: value for key, value in fields.items() if key in FIELDS}
    if name in ("TD1", "TD2") and dice.random() < 0.3:
        known["document_number"] = known["document_number"].ljust(12, "7")
    lines = list(format_mrz(name, **known))
    if dice.random() < 0.1 and layout.name == "TD3":
        lines[0] = "PNRUS" + lines[0][5:].replace("O", "3")
    return lines


def mutated(dice: random.Random, number: int) -> Lines:
    """One mutated zone: one to three operators on a valid one."""
    lines = zone(dice)
    for _ in range(dice.choice((1, 1, 2, 3))):
        lines = dice.choice(OPERATORS)(lines, dice)
    return dice.choice(RARE)(lines, dice) if number % RARITY == 0 else lines


@dataclass
class Tally:
    """What was seen."""

    formats: Counter[str] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    valid: int = 0
    slowest: float = 0.0
    faults: list[str] = field(default_factory=list)


def malformed(text: MrzText) -> str | None:
    """What an answer lacks; None if it is as docs/mrz.md states."""
    if tuple(text.fields) != FIELDS:
        return "fields"
    if any(finding.code not in RULES or not finding.clause for finding in text.findings):
        return "findings"
    if text.format is None:
        return None if text.findings and not any(text.fields.values()) else "no format, no finding"
    layout = FORMATS[text.format]
    shaped = [len(line) for line in text.lines] == [layout.columns] * layout.rows
    lettered = set("".join(text.lines)) <= set(ALPHABET)
    return None if shaped and lettered and len(text.checks) == len(layout.checks) else "lines"


def run(count: int, seed: int) -> Tally:
    """Parse ``count`` mutated zones; a fault keeps its text for reproduction."""
    tally = Tally()
    for number in range(count):
        if number % SHOWN == 0:
            print(f"{number:,} texts, {len(tally.faults)} faults", file=sys.stderr, flush=True)
        lines = mutated(random.Random(seed * 2**32 + number), number)
        start = time.perf_counter()
        try:
            text = parse_mrz(lines, today=TODAY)
            if number % 100 == 0:
                json.dumps(text.to_dict(), allow_nan=False)
                zones_in("\n".join(lines))
        except Exception as error:  # noqa: BLE001 - any exception at all is what is looked for
            tally.faults.append(f"{number}: {error!r} on {lines!r:.300}")
            continue
        took = time.perf_counter() - start
        tally.slowest = max(tally.slowest, took)
        fault = "too slow" if took > LIMIT else malformed(text)
        if fault:
            tally.faults.append(f"{number}: {fault} on {lines!r:.300}")
        tally.formats[text.format or "none"] += 1
        tally.codes.update({finding.code for finding in text.findings})
        tally.valid += text.valid
    return tally


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    before = cpu_seconds()
    tally = run(options.count, options.seed)
    cpu = cpu_seconds() - before
    for fault in tally.faults[:20]:
        print("fault", fault)
    print("formats:", dict(tally.formats.most_common()))
    print("findings:", dict(tally.codes.most_common()))
    print(f"never seen: {sorted(RULES.keys() - tally.codes)}")
    print(
        f"{options.count:,} texts, {len(tally.faults)} faults, {tally.valid:,} valid; slowest call"
        f" {1e3 * tally.slowest:.1f} ms; {cpu:.0f} s of CPU, {1e6 * cpu / options.count:.0f} us a"
        " text, mutation included"
    )
    append(
        "fuzz_mrz_text",
        {
            "texts": options.count, "seed": options.seed, "faults": len(tally.faults),
            "valid": tally.valid, "slowest_ms": round(1e3 * tally.slowest, 1),
            "cpu_s": round(cpu, 1), "rules_seen": len(tally.codes), "rules": len(RULES),
        },
    )  # fmt: skip
    raise SystemExit(1 if tally.faults else 0)


if __name__ == "__main__":
    main()
