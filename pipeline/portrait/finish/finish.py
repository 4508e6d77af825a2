"""The finished portrait: one function from a portrait to the bytes that are printed or stored."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import cv2
import numpy as np

from capture.sample import Sample
from models.faces._landmarks import Landmarks
from models.faces.chips import apply
from pipeline.evidence import Rgb
from pipeline.findings import Finding, Outcome, outcome_of
from pipeline.policy import Policy, load_policy
from pipeline.portrait.finish.check import Check, checked
from pipeline.portrait.finish.encode import Coding, Encoded, encode
from pipeline.portrait.finish.format import Format, format_of
from pipeline.portrait.finish.framing import Framing, framed, framed_as_token, framed_for_print
from pipeline.portrait.finish.pack import packed
from pipeline.portrait.finish.remarks import no_face, remark
from pipeline.portrait.finish.whiten import whitened
from pipeline.portrait.locate import LocatedFace, locate_face
from pipeline.portrait.profile import Profile, chosen_profile, load_profile
from pipeline.portrait.view import PortraitView

Geometry = Literal["print", "token"]
Container = Literal["jpeg", "jp2", "iso"]
_SMALLER = 0.9  # of the size, for the next try to fit the bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a finished portrait is asked to be."""

    geometry: Geometry = "print"
    container: Container = "jpeg"
    coding: Coding | None = None  # inside a record; default: JPEG 2000
    most_bytes: int | None = None  # default: the profile's limit for a chip, if it is a record
    white: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishedPortrait:
    """The bytes, and everything that was done to come to them; no bytes if it could not be done."""

    data: bytes | None
    container: Container
    geometry: Geometry
    profile: str
    profile_sha256: str
    source_sha256: str | None
    framing: Framing | None
    encoded: Encoded | None
    dpi: float | None
    whitened_from: float | None  # CIE L* that the background had, if it was made white
    check: Check | None  # what is measured on the finished picture itself
    findings: tuple[Finding, ...]

    @property
    def verdict(self) -> Outcome:
        return outcome_of(self.findings)

    def to_dict(self) -> dict[str, Any]:
        data = self.data
        return {
            "finished": data is not None,
            "container": self.container,
            "geometry": self.geometry,
            "profile": self.profile,
            "profile_sha256": self.profile_sha256,
            "source_sha256": self.source_sha256,
            "sha256": None if data is None else hashlib.sha256(data).hexdigest(),
            "bytes": None if data is None else len(data),
            "picture": None if self.encoded is None else self.encoded.to_dict(),
            "dpi": None if self.dpi is None else round(self.dpi, 1),
            "framing": None if self.framing is None else self.framing.to_dict(),
            "whitened_from": None if self.whitened_from is None else round(self.whitened_from, 1),
            "check": None if self.check is None else self.check.to_dict(),
            "verdict": self.verdict.value,
            "findings": [finding.to_dict() for finding in self.findings],
        }


def finish_portrait(
    portrait: Rgb | bytes | Path | Sample,
    policy: Policy | None = None,
    *,
    profile: str | None = None,
    wanted: Wanted | None = None,
    face: LocatedFace | None = None,
    taken_at: datetime | None = None,
) -> FinishedPortrait:
    """Crop, level, scale and compress a portrait as ``profile`` (default: the policy's) says.

    Nothing is enlarged and nothing outside the picture is invented: what cannot be done so is a
    finding, and there are no bytes. ``taken_at`` goes into a face record. Raises UnreadableImage,
    PolicyError, ModelError.
    """
    rules = load_profile(profile or chosen_profile(policy or load_policy()))
    form, ask = format_of(rules), wanted or Wanted()
    image, digest = _opened(portrait)
    start = _nothing(rules, ask, digest)
    face = face or locate_face(image)
    if face is None:
        return replace(start, findings=(no_face(),))
    view = PortraitView(image, face)
    framing = (framed_as_token if ask.geometry == "token" else framed_for_print)(view, form)
    if framing is None:
        kind = "no_token" if ask.geometry == "token" else "no_room"
        return replace(start, findings=(remark(kind, form),))
    picture, lightness, findings = _background(framed(image, framing), ask, form)
    start = replace(start, framing=framing, whitened_from=lightness, findings=findings)
    fit = _fitted(picture, framing, face.inter_eye_distance, ask, form)
    if fit is None:
        limit = _most_bytes(ask, form)
        return replace(start, findings=(*findings, remark("bytes", form, limit=limit)))
    return _finished(start, fit, view, form, taken_at)


@dataclass(frozen=True, slots=True)
class _Fit:
    """A framing whose compressed picture fits into the bytes."""

    framing: Framing
    encoded: Encoded
    dpi: float


def _finished(
    start: FinishedPortrait, fit: _Fit, view: PortraitView, form: Format, taken_at: datetime | None
) -> FinishedPortrait:
    """The bytes, with what is measured on them and said of them."""
    check = checked(fit.encoded.data)
    points = apply(fit.framing.matrix, view.face.landmarks.points[:, :2])
    face = replace(view.face, landmarks=Landmarks(points, view.face.landmarks.presence))
    data = fit.encoded.data
    if start.container == "iso":
        data = packed(fit.encoded, fit.framing, face, token=start.geometry == "token",
                      taken_at=taken_at)  # fmt: skip
    distance = face.inter_eye_distance
    said = (*start.findings, *_remarks(fit.framing, distance, check, start.geometry, form))
    return replace(
        start, data=data, framing=fit.framing, encoded=fit.encoded, dpi=fit.dpi, check=check,
        findings=said,
    )  # fmt: skip


def _fitted(
    picture: Rgb, framing: Framing, eye_distance: float, ask: Wanted, form: Format
) -> _Fit | None:
    """The picture in the bytes, smaller if it must be, but never with too few pixels of a face."""
    coding = ask.coding or ("jpeg" if ask.container == "jpeg" else "jp2")
    least = form.least_jpeg if coding == "jpeg" else form.least_jp2_db
    most_bytes = _most_bytes(ask, form)
    while True:
        dpi = form.dpi_at(framing.height)
        encoded = encode(
            picture, coding, dpi=dpi, most_bytes=most_bytes, least_quality=float(least)
        )
        if encoded is not None:
            return _Fit(framing, encoded, dpi)
        framing = framing.reduced(_SMALLER)
        too_small = framing.scale * eye_distance < form.least_eye_distance
        if too_small or ask.geometry == "token":
            return None
        size = (framing.width, framing.height)
        picture = cv2.resize(picture, size, interpolation=cv2.INTER_AREA).astype(np.uint8)


def _most_bytes(ask: Wanted, form: Format) -> int | None:
    if ask.most_bytes is not None or ask.container != "iso":
        return ask.most_bytes
    return form.chip_bytes


def _remarks(
    framing: Framing, eye_distance: float, check: Check | None, geometry: Geometry, form: Format
) -> Iterator[Finding]:
    """What an officer must know of a portrait that could be finished."""
    if eye_distance < form.least_eye_distance and geometry == "print":
        value = round(eye_distance, 1)
        yield remark("few_pixels", form, value=value, limit=form.least_eye_distance)
    elif framing.height < framing.wanted_height:
        yield remark("smaller", form, value=framing.height, limit=framing.wanted_height)
    if check is None:
        yield remark("differs", form, value="no face")
    elif fault := check.fault(form, token=geometry == "token"):
        yield remark("differs", form, value=fault)


def _opened(portrait: Rgb | bytes | Path | Sample) -> tuple[Rgb, str | None]:
    """The picture and the sha256 of the bytes that it was; None for bare pixels."""
    if isinstance(portrait, np.ndarray):
        return portrait, None
    if isinstance(portrait, bytes):
        portrait = Sample.from_bytes(portrait, name="portrait")
    sample = Sample.from_file(portrait) if isinstance(portrait, Path) else portrait
    return sample.image, sample.sha256


def _nothing(rules: Profile, ask: Wanted, digest: str | None) -> FinishedPortrait:
    return FinishedPortrait(
        data=None,
        container=ask.container,
        geometry=ask.geometry,
        profile=rules.name,
        profile_sha256=rules.digest,
        source_sha256=digest,
        framing=None,
        encoded=None,
        dpi=None,
        whitened_from=None,
        check=None,
        findings=(),
    )


def _background(
    picture: Rgb, ask: Wanted, form: Format
) -> tuple[Rgb, float | None, tuple[Finding, ...]]:
    """The picture on white, if that is asked for, allowed and possible."""
    if not ask.white:
        return picture, None, ()
    if not form.white_background:
        return picture, None, (remark("background_kept", form),)
    white = whitened(picture, form.white_from)
    if white is None:
        return picture, None, (remark("background", form, limit=form.white_from),)
    return white.image, white.lightness, ()
