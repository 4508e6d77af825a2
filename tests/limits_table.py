"""The tables of limits in docs/portrait.md; ``python tests/limits_table.py`` writes them anew."""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = ROOT / "docs" / "portrait.md"
TABLES = re.compile(r"(<!-- limits: (\w+) -->\n).*?(<!-- end of limits -->)", re.DOTALL)


def table(name: str) -> str:
    """The rules that profile ``name`` has and the one that it extends has not, as Markdown."""
    from pipeline.page.portrait import limits_text
    from pipeline.policy import read_limits
    from pipeline.portrait.profile import FOLDER, load_profile, measure_of

    base = read_limits(FOLDER / f"{name}.toml", "profile", "policy.")[1].get("extends")
    known = set(load_profile(base).rules) if base else set()
    lines = ["| measure | limit | breaking it is | source |", "|---|---|---|---|"]
    lines += [
        f"| {measure_of(rule.measure).label.en} (`{rule.measure}`) | {limits_text(rule)} "
        f"| {rule.severity.value} | {rule.clause} |"
        for rule in load_profile(name).rules
        if rule not in known
    ]
    return "\n".join(lines) + "\n"


def renewed(text: str) -> str:
    """``text`` with every table of limits as the profiles have them now."""
    return TABLES.sub(lambda found: found[1] + table(found[2]) + found[3], text)


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    DOCUMENT.write_text(renewed(DOCUMENT.read_text("utf-8")), "utf-8")
