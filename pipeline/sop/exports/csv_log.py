"""Events as CSV, as readers/csv_log.py reads them back."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from typing import IO

from pipeline.sop.event import Event

OWN = ("case", "stage", "time", "actor", "role", "office")
ATTRIBUTES = ("type", "sop", "procedure", "documents", "started", "result", "gate", "match",
              "reason", "priority", "queue", "service", "by", "old_passport", "seq", "override_by",
              "override_role", "override_reason", "override_codes")  # fmt: skip


def write_csv(
    events: Iterable[Event], sink: IO[str], attributes: tuple[str, ...] = ATTRIBUTES
) -> int:
    """Write the events with these attributes, others are left out; returns how many."""
    rows = csv.writer(sink, lineterminator="\n")
    rows.writerow([*OWN, *attributes])
    count = 0
    for event in events:
        told = [event.attributes.get(name, "") for name in attributes]
        rows.writerow([event.case, event.stage, event.time.isoformat(), event.actor, event.role,
                       event.office, *told])  # fmt: skip
        count += 1
    return count
