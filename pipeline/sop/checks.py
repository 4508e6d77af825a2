"""Do the parts of a procedure fit each other? Names that lead nowhere are refused at start."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pipeline.sop.calendar_rules import known_zone
from pipeline.sop.procedure import Procedure
from pipeline.sop.table import refuse

Name = tuple[str, str]  # where it stands, and what it says


def check_references(procedure: Procedure, file: str) -> None:
    """Raise ProfileError for a stage, role, type or zone that is named and not there."""
    for kind, known, named in (
        ("stage", set(procedure.stages), _stages_named(procedure)),
        ("role", set(procedure.roles), _roles_named(procedure)),
        ("type", {*procedure.documents, "duplicate"}, _types_named(procedure)),
    ):
        for place, name in named:
            if name not in known:
                text = f"{place} names the {kind} {name!r}, which the profile does not have"
                refuse(file, "reference", text, f"Known: {', '.join(sorted(known))}.")
    _check_results(procedure, file)
    if not procedure.stages:
        refuse(file, "value", "has no [[stages]]", "Add the stages, or extend another profile.")
    if not known_zone(procedure.calendar.zone):
        refuse(file, "zone", f"[calendar] zone is {procedure.calendar.zone!r}",
               "Write WIB, WITA, WIT or an offset such as +07:00.")  # fmt: skip
    try:
        procedure.order_for("")
    except ValueError as error:
        refuse(file, "cycle", f"has stages that wait for each other: {error}",
               "Take one of these out of `after`.")  # fmt: skip


def _check_results(procedure: Procedure, file: str) -> None:
    for stage in procedure.stages.values():
        if both := sorted(stage.waits & stage.ends):
            text = f"[[stages]] {stage.id}: result {both[0]!r} both waits and ends"
            refuse(file, "value", text, "Keep it in one of the two.")


def _stages_named(procedure: Procedure) -> Iterator[Name]:
    for stage in procedure.stages.values():
        yield from _at(f"[[stages]] {stage.id} after", stage.after)
    for clock in procedure.clocks.values():
        yield from _at(f"[[clocks]] {clock.id}", (clock.start[0], clock.stop[0]))
    for rule in procedure.four_eyes:
        yield from _at(f"[[four_eyes]] {rule.id}", (rule.stage, rule.other))
    yield from _at("[queue]", (procedure.queue.stage, procedure.queue.registered))


def _roles_named(procedure: Procedure) -> Iterator[Name]:
    for stage in procedure.stages.values():
        yield from _at(f"[[stages]] {stage.id} roles", stage.roles)
    yield from _at("[overrides] roles", procedure.override_roles)


def _types_named(procedure: Procedure) -> Iterator[Name]:
    for sop in procedure.sops.values():
        yield from _at(f"[[sops]] {sop.id} types", sop.types)
    for stage in procedure.stages.values():
        yield from _at(f"[[stages]] {stage.id} required_for", stage.required_for)
    for clock in procedure.clocks.values():
        yield from _at(f"[[clocks]] {clock.id} excluded_types", clock.excluded_types)


def _at(place: str, names: Iterable[str]) -> Iterator[Name]:
    return ((place, name) for name in sorted(names))
