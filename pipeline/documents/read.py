"""From a scan to a document: what it is, what it says, and the portrait printed on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.documents import wording
from pipeline.documents.fields import FieldValue
from pipeline.documents.mrz import MrzReading, read_mrz
from pipeline.documents.rectify import SMALL, Page, rectify, whole
from pipeline.documents.types import document_types
from pipeline.documents.types._type import DocumentType, TypeReading
from pipeline.evidence import Rgb, Scan, rgb_of
from pipeline.findings import Finding
from pipeline.policy import Policy, load_policy
from pipeline.portrait.locate import LocatedFace, detector_names, locate_face

Box = tuple[float, float, float, float]
Corners = tuple[tuple[float, float], ...]

# The picture on a document reaches from the face as ISO/IEC 19794-5, 8.3 frames a token image:
# four eye distances wide, 4/3 as high, the eyes at 45 % of its height.
_FRAME_WIDTH, _FRAME_HEIGHT, _EYES_AT = 4.0, 16 / 3, 0.45


@dataclass(frozen=True, eq=False)
class DocumentReading:
    """What was read. ``page`` is the document laid flat and upright; ``portrait``,
    ``portrait_box`` and the polygon of ``mrz`` are in its pixels, ``quad`` in the scan's.

    ``to_dict`` leaves ``page`` out, so it gives box and polygon in the scan's pixels.
    """

    type: str  # passport, id_card, visa, ktp, unknown
    fields: Mapping[str, FieldValue]
    mrz: MrzReading | None = None  # None where none was looked for or found
    portrait_box: Box | None = None  # x0, y0, x1, y1
    portrait: LocatedFace | None = None
    findings: tuple[Finding, ...] = ()
    quad: Corners | None = None  # from the page's upper left clockwise; None: not found
    page: Rgb | None = None
    to_scan: NDArray[np.float64] | None = None  # 3 x 3, page pixels -> scan pixels

    def to_dict(self) -> dict[str, Any]:
        zone = self.mrz
        if zone is not None and zone.polygon is not None:
            zone = replace(zone, polygon=self._in_scan(np.array(zone.polygon)))
        return {
            "type": self.type,
            "fields": {name: field.to_dict() for name, field in self.fields.items()},
            "mrz": zone.to_dict() if zone else None,
            "portrait_box": self._box_in_scan(),
            "quad": [[round(x, 1), round(y, 1)] for x, y in self.quad] if self.quad else None,
            "findings": [finding.to_dict() for finding in self.findings],
        }

    def _box_in_scan(self) -> list[float] | None:
        """The upright box around the portrait in the scan, where it may stand askew."""
        if self.portrait_box is None:
            return None
        x0, y0, x1, y1 = self.portrait_box
        corners = np.array(self._in_scan(np.array([(x0, y0), (x1, y0), (x1, y1), (x0, y1)])))
        return [round(float(v), 1) for v in (*corners.min(axis=0), *corners.max(axis=0))]

    def _in_scan(self, points: NDArray[np.float64]) -> Corners:
        matrix = np.eye(3) if self.to_scan is None else self.to_scan
        return _corners(Page(np.empty((0, 0, 3), np.uint8), None, matrix).on_page(points))


def read_document(
    scan: Rgb | bytes | Path | Scan, policy: Policy | None = None, *, expected: str | None = None
) -> DocumentReading:
    """Read a passport, visa, identity card or KTP.

    ``expected`` (a type's name or what applications call it: ``ktp``, ``ektp``, ``old_passport``)
    decides what is looked for first; another document is still read, with a finding that says so.
    Raises UnreadableImage, PolicyError, WeightMissing or WeightAltered.
    """
    policy = policy or load_policy()
    sight = _Sight(rgb_of(scan), policy)
    for kind in _in_order(expected):
        page, zone = sight.for_type(kind)
        reading = kind.read(page, zone, policy)
        if reading is not None:
            return _described(kind, reading, page, zone, expected, policy)
    small = rectify(sight.image, SMALL)
    for kind in _in_order(expected) if small.quad is not None and sight.page.quad is None else ():
        reading = None if kind.uses_mrz else kind.read(small, None, policy)
        if reading is not None:
            return _described(kind, reading, small, None, expected, policy)
    return _unknown(sight, expected, policy)


class _Sight:
    """The scan as it was looked at: flat once, for its zone only when a type asks for it."""

    def __init__(self, image: Rgb, policy: Policy) -> None:
        self.image = image
        self._policy = policy

    @cached_property
    def page(self) -> Page:
        return rectify(self.image)

    @cached_property
    def zoned(self) -> tuple[Page, MrzReading]:
        """The page and its zone in the page's pixels."""
        zone = read_mrz(self.image, self._policy)
        if zone.polygon is None:
            return self.page, zone
        corners = np.array(zone.polygon)
        # A page that was cut without its zone is not the document.
        page = self.page if _inside(corners, self.page) else whole(self.image)
        return page, replace(zone, polygon=_corners(page.on_page(corners)))

    def for_type(self, kind: DocumentType) -> tuple[Page, MrzReading | None]:
        return self.zoned if kind.uses_mrz else (self.page, None)


def _in_order(expected: str | None) -> tuple[DocumentType, ...]:
    """The expected type first; the others in the drawer's order (cheap zones before text)."""
    return tuple(sorted(document_types(), key=lambda kind: expected not in kind.kinds))


def _described(
    kind: DocumentType,
    reading: TypeReading,
    page: Page,
    zone: MrzReading | None,
    expected: str | None,
    policy: Policy,
) -> DocumentReading:
    """The reading with its page upright, its portrait found and its findings gathered."""
    upright = page.turned(reading.quarters)
    if zone is not None and zone.polygon is not None:
        again = upright.on_page(page.in_source(np.array(zone.polygon)))
        zone = replace(zone, polygon=_corners(again))
    face = locate_face(upright.image, detector_names(policy))
    findings = [*(zone.findings if zone else ()), *reading.findings]
    if expected is not None and expected not in kind.kinds:
        findings.append(wording.unexpected(kind.name, expected))
    if face is None:
        findings.append(wording.no_portrait())
    return DocumentReading(
        type=kind.name,
        fields=reading.fields,
        mrz=zone,
        portrait_box=None if face is None else _portrait_box(face, upright.image),
        portrait=face,
        findings=tuple(findings),
        quad=None if upright.quad is None else _corners(upright.quad),
        page=upright.image,
        to_scan=np.asarray(np.linalg.inv(upright.matrix), np.float64),
    )


def _unknown(sight: _Sight, expected: str | None, policy: Policy) -> DocumentReading:
    """No type recognised the page: its portrait may still serve, everything else is open."""
    page, zone = sight.zoned
    face = locate_face(page.image, detector_names(policy))
    findings = [*zone.findings, wording.not_recognised(expected)]
    if face is None:
        findings.append(wording.no_portrait())
    return DocumentReading(
        type="unknown",
        fields={},
        mrz=zone,
        portrait_box=None if face is None else _portrait_box(face, page.image),
        portrait=face,
        findings=tuple(findings),
        quad=None if page.quad is None else _corners(page.quad),
        page=page.image,
        to_scan=np.asarray(np.linalg.inv(page.matrix), np.float64),
    )


def _portrait_box(face: LocatedFace, image: Rgb) -> Box:
    """The frame of the printed portrait as the face's size suggests it, inside the page."""
    height, width = image.shape[:2]
    x, y = (float(value) for value in face.eyes.mean(axis=0))
    across = _FRAME_WIDTH * face.inter_eye_distance
    down = _FRAME_HEIGHT * face.inter_eye_distance
    top = y - _EYES_AT * down
    return (
        max(0.0, x - across / 2),
        max(0.0, top),
        min(width - 1.0, x + across / 2),
        min(height - 1.0, top + down),
    )


def _inside(points: NDArray[np.float64], page: Page) -> bool:
    """Whether points of the scan lie on the page, give or take a fiftieth of its size."""
    height, width = page.image.shape[:2]
    on = page.on_page(points) / np.array([width, height])
    return bool((on > -0.02).all() and (on < 1.02).all())


def _corners(points: NDArray[np.float64]) -> Corners:
    return tuple((float(x), float(y)) for x, y in points)
