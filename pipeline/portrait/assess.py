"""Portrait quality: every component of ISO/IEC 29794-5, judged by a passport profile."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.evidence import Portrait, Rgb, rgb_of
from pipeline.findings import Finding, Outcome, Severity, Words, outcome_of
from pipeline.policy import Policy, load_policy
from pipeline.portrait.component import Component as Component
from pipeline.portrait.locate import LocatedFace, locate_face
from pipeline.portrait.measures import standard_measures
from pipeline.portrait.measures._measure import Measure, NotAssessed
from pipeline.portrait.passport import passport_measures
from pipeline.portrait.profile import Profile, judge, load_profile
from pipeline.portrait.view import PortraitView

_NO_FACE = "no face was found"


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityReport:
    """What was measured on a portrait and what the profile makes of it."""

    components: Mapping[str, Component]  # the 28 of ISO/IEC 29794-5, by OFIQ's names
    passport: Mapping[str, Component]  # what passport rules need beside them, raw only
    profile: str
    profile_sha256: str
    verdict: Outcome
    findings: tuple[Finding, ...]
    face: LocatedFace | None

    def to_dict(self) -> dict[str, Any]:
        return {
            "components": {name: item.to_dict() for name, item in self.components.items()},
            "passport": {name: item.to_dict() for name, item in self.passport.items()},
            "profile": self.profile,
            "profile_sha256": self.profile_sha256,
            "verdict": self.verdict.value,
            "findings": [finding.to_dict() for finding in self.findings],
            "face_box": self._face_box(),
            "inter_eye_distance": (
                None if self.face is None else round(self.face.inter_eye_distance, 1)
            ),
        }

    def _face_box(self) -> list[float] | None:
        if self.face is None:
            return None
        return [round(float(side), 1) for side in self.face.detection.box]


def assess_portrait(
    portrait: Rgb | bytes | Path | Portrait,
    policy: Policy | None = None,
    *,
    profile: str | None = None,
    face: LocatedFace | None = None,
) -> QualityReport:
    """Measure a portrait and judge it by ``profile`` (default: the policy's).

    ``face`` spares the search when the caller has it. Raises UnreadableImage, PolicyError,
    ModelError; a poor portrait is no error but has findings.
    """
    image = rgb_of(portrait)
    return assess_located(image, face or locate_face(image), policy, profile=profile)


def assess_located(
    image: Rgb,
    face: LocatedFace | None,
    policy: Policy | None = None,
    *,
    profile: str | None = None,
) -> QualityReport:
    """``assess_portrait`` after the search: ``face`` is what it found, None if it found nothing."""
    rules = load_profile(profile or _profile_of(policy or load_policy()))
    if face is None:
        return _without_face(rules)
    view = PortraitView(image, face)
    components = _measured(standard_measures(), view)
    passport = _measured(passport_measures(), view)
    findings = judge({**components, **passport}, rules)
    return _report(components, passport, rules, findings, face)


def _profile_of(policy: Policy) -> str:
    return str(policy.section("portrait").get("profile", "icao"))


def _measured(measures: Iterable[Measure], view: PortraitView) -> dict[str, Component]:
    return {measure.name: _component(measure, view) for measure in measures}


def _component(measure: Measure, view: PortraitView) -> Component:
    try:
        raw = measure.raw(view)
    except NotAssessed as refusal:
        return _not_assessed(measure.name, refusal.reason)
    scalar = None if measure.scalar is None else measure.scalar(raw)
    return Component(name=measure.name, raw=raw, scalar=scalar, status="measured", reason=None)


def _not_assessed(name: str, reason: str) -> Component:
    return Component(name=name, raw=None, scalar=None, status="not_assessed", reason=reason)


def _without_face(rules: Profile) -> QualityReport:
    """Nothing can be said about a face that is not there; that itself is the finding."""
    finding = Finding(
        code="portrait.no_face",
        severity=Severity.FAIL,
        message=Words(id="Tidak ada wajah di foto", en="No face was found in the picture"),
        advice=Words(
            id="Hadap kamera, buka masker, dan ambil foto lagi",
            en="Face the camera without a mask and take the picture again",
        ),
        subject="SingleFacePresent",
        clause="ICAO Doc 9303-3, portrait",
    )
    parts = (standard_measures(), passport_measures())
    components, passport = (
        {measure.name: _not_assessed(measure.name, _NO_FACE) for measure in part} for part in parts
    )
    return _report(components, passport, rules, (finding,), None)


def _report(
    components: dict[str, Component],
    passport: dict[str, Component],
    rules: Profile,
    findings: tuple[Finding, ...],
    face: LocatedFace | None,
) -> QualityReport:
    return QualityReport(
        components=components,
        passport=passport,
        profile=rules.name,
        profile_sha256=rules.digest,
        verdict=outcome_of(findings),
        findings=findings,
        face=face,
    )
