"""The table of deviation codes for docs/sop.md; a test holds the page to it.

python -m pipeline.sop.code_table
"""

from __future__ import annotations

import sys

from pipeline.sop.deviations import deviation_rules
from pipeline.sop.procedure import Procedure
from pipeline.sop.profile import load_procedure


def code_table(procedure: Procedure) -> str:
    """One row per code in Markdown: what it is, what it needs, how grave, where it was seen."""
    rows = [
        f"| {rule.code} | {rule.label.en} ({rule.label.id}) | {rule.needs} | "
        f"{procedure.deviations[rule.code].severity.value}, "
        f"{procedure.deviations[rule.code].weight:g} | {procedure.deviations[rule.code].source} |"
        for rule in deviation_rules()
    ]
    head = [
        "| code | deviation | the log must hold | severity, weight | seen |",
        "|---|---|---|---|---|",
    ]
    return "\n".join([*head, *rows]) + "\n"


if __name__ == "__main__":
    sys.stdout.write(code_table(load_procedure()))
