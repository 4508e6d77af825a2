"""How logs of other systems name the columns and attributes that an event is made of."""

from __future__ import annotations

COLUMNS = {
    "case": ("case", "case_id", "caseid", "case:concept:name", "application", "application_no"),
    "stage": ("stage", "activity", "concept:name", "event", "task"),
    "time": ("time", "timestamp", "time:timestamp", "completed", "complete_timestamp"),
    "actor": ("actor", "resource", "org:resource", "user", "officer"),
    "role": ("role", "org:role"),
    "office": ("office", "org:group", "unit", "kanim"),
}
"""Our field -> the names under which logs carry it, ours first."""

FIELDS = {name: field for field, names in COLUMNS.items() for name in names}
NEEDED = ("case", "stage", "time")
