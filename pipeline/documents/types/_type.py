"""What a document type promises."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from pipeline.documents.fields import FieldValue
from pipeline.documents.mrz.reading import MrzReading
from pipeline.documents.rectify import Page
from pipeline.findings import Finding
from pipeline.policy import Policy


@dataclass(frozen=True, slots=True)
class TypeReading:
    """What a type made of a page: quarter turns that set it upright, fields and findings."""

    quarters: int  # clockwise
    fields: Mapping[str, FieldValue]
    findings: tuple[Finding, ...] = ()


class DocumentType(Protocol):
    """One kind of document."""

    @property
    def name(self) -> str: ...

    @property
    def kinds(self) -> frozenset[str]:
        """What an application may call such a paper (``old_passport``), its name included."""
        ...

    @property
    def uses_mrz(self) -> bool:
        """Whether a machine-readable zone is what identifies it."""
        ...

    def read(self, page: Page, mrz: MrzReading | None, policy: Policy, /) -> TypeReading | None:
        """The fields of ``page``, or None if it is not of this type.

        ``mrz`` is the zone found on the page, its polygon in pixels of the page.
        """
        ...


@dataclass(frozen=True, slots=True)
class MrzType:
    """A document whose type and fields come from its zone alone (ICAO Doc 9303)."""

    name: str
    kinds: frozenset[str]
    formats: frozenset[str]
    fields: Callable[[MrzReading, Policy], Mapping[str, FieldValue]]
    uses_mrz: bool = True

    def read(self, _page: Page, mrz: MrzReading | None, policy: Policy) -> TypeReading | None:
        """Its fields, if the page has a zone of its formats."""
        if mrz is None or not mrz.found or mrz.format not in self.formats:
            return None
        return TypeReading(upright_turns(mrz), self.fields(mrz, policy))


def upright_turns(mrz: MrzReading) -> int:
    """Clockwise quarter turns after which the zone's text runs from left to right."""
    if mrz.polygon is None:
        return 0
    (x0, y0), (x1, y1) = mrz.polygon[0], mrz.polygon[1]
    along_x, along_y = x1 - x0, y1 - y0
    if abs(along_x) >= abs(along_y):
        return 0 if along_x > 0 else 2
    return 3 if along_y > 0 else 1
