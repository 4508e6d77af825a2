"""The tables of docs/mrz.md, made of the data that the rules are made of."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from pipeline.documents.mrz.codes import EXTENSIONS, OTHER_FORMS, SUPERSEDED
from pipeline.documents.mrz.document_codes import OTHERS, PASSPORTS
from pipeline.documents.mrz.formats import FORMATS, Span
from pipeline.documents.mrz.letters import CYRILLIC_OF, LATIN, UKRAINIAN_FIRST, Forms
from pipeline.documents.mrz.rulebook import RULES

_BLOCK = re.compile(r"(<!-- table (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def renewed(document: str) -> str:
    """``document`` with what stands between ``<!-- table NAME -->`` and ``<!-- end -->`` made anew.

    Raises KeyError for a name that is no table.
    """
    return _BLOCK.sub(lambda block: f"{block[1]}\n{TABLES[block[2]]()}\n\n{block[3]}", document)


def _rows(head: str, rows: Iterable[tuple[str, ...]]) -> str:
    """A Markdown table; ``head`` has the columns with | between them."""
    columns = head.split("|")
    lines = (columns, ["---"] * len(columns), *rows)
    return "\n".join("| " + " | ".join(cell.strip() for cell in line) + " |" for line in lines)


def _rules() -> str:
    return _rows(
        "code | severity | clause | says | mengatakan | example",
        (
            (
                f"`{rule.code}`",
                rule.severity.value,
                rule.clause,
                _blank(rule.en),
                _blank(rule.id),
                rule.example,
            )
            for rule in RULES.values()
        ),
    )


def _blank(template: str) -> str:
    """The words with ... for what is filled in."""
    return template.format(field="[field]", value="...", limit="...")


def _place(span: Span) -> str:
    """Line and columns as Doc 9303 counts them, from 1."""
    row, first, last = span
    columns = f"{first + 1}-{last}" if last > first + 1 else str(last)
    return f"{row + 1}: {columns}"


def _formats() -> str:
    names = list(dict.fromkeys(name for layout in FORMATS.values() for name in layout.fields))
    return _rows(
        "field | " + " | ".join(FORMATS),
        (
            (
                f"`{name}`",
                *(
                    _place(layout.fields[name]) if name in layout.fields else ""
                    for layout in FORMATS.values()
                ),
            )
            for name in names
        ),
    )


def _checks() -> str:
    return _rows(
        "format | digit | place | covers",
        (
            (
                layout.name,
                check.name.replace("_", " "),
                _place((check.row, check.column, check.column + 1)),
                ", ".join(map(_place, check.spans)),
            )
            for layout in FORMATS.values()
            for check in layout.checks
        ),
    )


def _kinds() -> str:
    return _rows(
        "code | kind | jenis",
        ((f"`{code}`", words.en, words.id) for code, words in (PASSPORTS | OTHERS).items()),
    )


def _codes() -> str:
    other = {code: f"met in print for {meant}" for code, meant in OTHER_FORMS.items()}
    old = {code: f"{name} (withdrawn)" for code, name in SUPERSEDED.items()}
    return _rows("code | meaning", ((f"`{c}`", n) for c, n in (EXTENSIONS | old | other).items()))


def _latin() -> str:
    return _rows("letter | in a zone", ((letter, _forms(f)) for letter, f in LATIN.items()))


def _cyrillic() -> str:
    first = {f"{letter} first": forms for letter, forms in UKRAINIAN_FIRST.items()}
    columns: Mapping[str, Mapping[str, Forms]] = {
        **CYRILLIC_OF,
        "ukr": {**CYRILLIC_OF["ukr"], **first},
    }
    return _rows(
        "language | but for table B",
        (
            (language, ", ".join(f"{letter} {_forms(f)}" for letter, f in letters.items()) or "-")
            for language, letters in columns.items()
        ),
    )


def _forms(forms: Forms) -> str:
    return " or ".join(form or "nothing" for form in forms)


TABLES: Mapping[str, Callable[[], str]] = MappingProxyType(
    {
        "rules": _rules,
        "formats": _formats,
        "checks": _checks,
        "kinds": _kinds,
        "codes": _codes,
        "latin": _latin,
        "cyrillic": _cyrillic,
    }
)
