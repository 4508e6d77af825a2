"""What a file in this drawer offers: one rule of deviation."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules
from typing import Protocol

from pipeline.findings import Words
from pipeline.sop.procedure import Procedure
from pipeline.sop.view import CaseView, Deviation


class Collector(Protocol):
    """Sees every case and tells at the end what only several cases together show."""

    def see(self, view: CaseView) -> None:
        """Keep the little of ``view`` that is needed."""

    def finish(self) -> Iterator[Deviation]:
        """The deviations, after the last case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One code. ``of_case`` gives None where the log lacks what the rule asks for (``needs``)."""

    code: str
    label: Words
    needs: str  # what the log must hold, for the table in docs/sop.md
    of_case: Callable[[CaseView], Iterable[Deviation] | None]
    across: Callable[[Procedure], Collector] | None = None


def nothing(_view: CaseView) -> Iterable[Deviation]:
    """For rules that no single case can break."""
    return ()


def rules_in(package: str, path: list[str]) -> tuple[Rule, ...]:
    """The ``RULE`` of every module of ``package``, by code; ``_private`` ones are skipped.

    Raises TypeError for a module that offers none and ValueError for a code that is there twice.
    """
    names = sorted(module.name for module in iter_modules(path))
    rules = {}
    for name in names:
        if name.startswith("_"):
            continue
        rule = getattr(import_module(f"{package}.{name}"), "RULE", None)
        if not isinstance(rule, Rule):
            raise TypeError(f"{package}.{name} offers no RULE of type Rule")
        if rule.code in rules:
            raise ValueError(f"{package}.{name} offers the code {rule.code} once more")
        rules[rule.code] = rule
    return tuple(rules[code] for code in sorted(rules))
