"""Comparing two faces: a score, the false match rate it stands for, and one of three answers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from models.faces._embedder import Embedder, Template
from models.faces.embedders import DEFAULT, embedder
from pipeline.errors import PolicyError
from pipeline.evidence import Portrait, Rgb, Scan, rgb_of
from pipeline.faces.calibration import Calibration, Regime, load_calibration
from pipeline.faces.crop import FaceCrop
from pipeline.faces.normalise import Cohort, load_cohort
from pipeline.faces.quality import FaceQuality, face_quality
from pipeline.faces.rates import Rate
from pipeline.faces.scene import Scene, around
from pipeline.faces.wording import no_face, poor_faces, small_faces, verdict
from pipeline.findings import Finding, Severity
from pipeline.policy import Policy, load_policy
from pipeline.portrait.locate import LocatedFace, detector_names, locate_face

Decision = Literal["match", "review", "no_match"]
Picture = Rgb | bytes | Path | Portrait | Scan
PRINTED: tuple[Regime, ...] = ("document", "document-grey")
PAD = {"status": "not_assessed", "reason": "no presentation attack detection was done"}


@dataclass(frozen=True, slots=True)
class FaceMatch:
    """One comparison. ``score`` rises with likeness; None if a face is missing."""

    probe: str
    reference: str
    score: float | None
    decision: Decision
    fmr: float | None  # of a threshold at this score, by the policy's calibration
    findings: tuple[Finding, ...]
    regime: Regime = "live"  # what the reference is: sets the calibration
    rate: Rate | None = None  # ``fmr`` with its 95 % interval
    fnmr: Rate | None = None  # genuine comparisons that score less
    llr: float | None = None  # natural logarithm of the likelihood ratio
    limits: tuple[float, float] | None = None  # scores for match and for review
    strata: tuple[str, ...] = ()  # kinds of poor quality that widened the limits
    qualities: tuple[FaceQuality | None, FaceQuality | None] = (None, None)

    def to_dict(self) -> dict[str, Any]:
        return {
            "probe": self.probe,
            "reference": self.reference,
            "score": None if self.score is None else round(self.score, 6),
            "decision": self.decision,
            "fmr": _short(self.fmr),
            "findings": [finding.to_dict() for finding in self.findings],
            "regime": self.regime,
            "fmr_interval": self.rate and [_short(self.rate.low), _short(self.rate.high)],
            "fnmr": self.fnmr and self.fnmr.to_dict(),
            "llr": None if self.llr is None else round(self.llr, 3),
            "limits": self.limits
            and {"match": round(self.limits[0], 6), "review": round(self.limits[1], 6)},
            "strata": list(self.strata),
            "quality": {
                side: quality and quality.to_dict()
                for side, quality in zip(("probe", "reference"), self.qualities, strict=True)
            },
            "pad": dict(PAD),
        }


@dataclass(frozen=True, slots=True)
class DescribedFace:
    """A face ready to be compared, as the picture of its regime."""

    template: Template
    inter_eye_distance: float  # px
    quality: FaceQuality | None = None
    regime: Regime = "live"
    crop: FaceCrop | None = None
    scene: Scene | None = None  # what else the picture shows

    def slim(self) -> DescribedFace:
        """Without the picture, for lists of many; cannot be compared with a grey print."""
        return replace(self, crop=None)


def match_faces(
    probe: Picture,
    reference: Picture,
    policy: Policy | None = None,
    *,
    probe_face: LocatedFace | None = None,
    reference_face: LocatedFace | None = None,
    names: tuple[str, str] | None = None,
    regime: Regime = "live",
) -> FaceMatch:
    """Compare the largest face of each picture, or the faces that were located in them before.

    ``regime`` says what the reference is: a live picture, a printed ``document`` or a ``chip``. A
    picture without a face is a finding with decision review, never a guess. Raises
    UnreadableImage, PolicyError or ModelError.
    """
    policy = policy or load_policy()
    operating_points(policy, regime)  # a wrong policy is told before any work
    names = names or (name_of(probe, "probe"), name_of(reference, "reference"))
    one = describe_face(probe, probe_face, policy=policy)
    other = describe_face(reference, reference_face, policy=policy, regime=regime)
    return compare_faces(one, other, policy, names=names)


def describe_face(
    picture: Picture,
    face: LocatedFace | None = None,
    *,
    policy: Policy | None = None,
    regime: Regime = "live",
) -> DescribedFace | None:
    """What a comparison needs of the largest face, or of ``face``; None if there is none.

    The portrait of a document is softened, and one without colour is marked as such.
    """
    policy = policy or load_policy()
    image = rgb_of(picture)
    face = face or locate_face(image, detector_names(policy))
    if face is None:
        return None
    crop = FaceCrop.of(image, face.landmarks)
    quality = face_quality(crop.chip, face.landmarks, face.inter_eye_distance)
    treated = crop
    if regime in PRINTED:
        grey = quality.colour < policy.number("faces", "grey_chroma")
        regime = "document-grey" if grey else "document"
        treated = crop.softened().greyed() if grey else crop.softened()
    template = _template(treated, policy)
    scene = Scene.of(face, quality.colour)
    return DescribedFace(template, face.inter_eye_distance, quality, regime, crop, scene)


def compare_faces(
    probe: DescribedFace | None,
    reference: DescribedFace | None,
    policy: Policy,
    *,
    names: tuple[str, str],
) -> FaceMatch:
    """``match_faces`` for faces that were described before, so that each is embedded once.

    The reference's regime chooses the calibration.
    """
    regime = "live" if reference is None else reference.regime
    calibration = calibration_of(policy, regime)
    operating_points(policy, regime)
    if probe is None or reference is None:
        pairs = zip(names, (probe, reference), strict=True)
        missing = tuple(no_face(name) for name, face in pairs if face is None)
        return FaceMatch(*names, None, "review", None, missing, regime)
    score = score_of(template_for(probe, regime, policy), reference.template, policy)
    qualities = (probe.quality, reference.quality)
    strata = calibration.strata_of(*qualities)
    limits = operating_points(policy, regime, strata)
    small = small_faces(names, (probe.inter_eye_distance, reference.inter_eye_distance), policy)
    seen = around(names, (probe.scene, reference.scene), policy, printed=regime != "live")
    trusted = not small and all(each.severity != Severity.REVIEW for each in seen)
    rate = calibration.rate_in(score, strata)
    return FaceMatch(
        *names,
        score=score,
        decision=_decide(score, limits, trusted=trusted),
        fmr=rate.value,
        findings=(
            *small,
            *seen,
            *poor_faces(names, qualities, calibration),
            *verdict(" / ".join(names), score, limits, policy),
        ),
        regime=regime,
        rate=rate,
        fnmr=calibration.fnmr(score),
        llr=calibration.llr(score),
        limits=limits,
        strata=strata,
        qualities=qualities,
    )


def template_for(probe: DescribedFace, regime: Regime, policy: Policy) -> Template:
    """The probe's template for a reference of ``regime``: grey against grey."""
    if regime != "document-grey" or probe.regime == regime or probe.crop is None:
        return probe.template
    return _template(probe.crop.greyed(), policy)


def describe_in_grey(picture: Picture, *, policy: Policy | None = None) -> DescribedFace | None:
    """A live face as it is compared with a print without colour."""
    policy = policy or load_policy()
    face = describe_face(picture, policy=policy)
    if face is None:
        return None
    return replace(face, template=template_for(face, "document-grey", policy))


def score_of(one: Template, other: Template, policy: Policy) -> float:
    """The cosine of two templates, normalised if the policy names a cohort."""
    cohort = cohort_of(policy)
    return float(one @ other) if cohort is None else cohort.score(one, other)


def _decide(score: float, limits: tuple[float, float], *, trusted: bool) -> Decision:
    """The answer of the two operating points; what must be looked at carries no match."""
    if score < limits[1]:
        return "no_match"
    return "match" if trusted and score >= limits[0] else "review"


def operating_points(
    policy: Policy, regime: Regime = "live", strata: tuple[str, ...] = ()
) -> tuple[float, float]:
    """The scores for match and for review. Raises PolicyError for rates in the wrong order."""
    calibration = calibration_of(policy, regime)
    match_fmr, review_fmr = (policy.number("faces", key) for key in ("match_fmr", "review_fmr"))
    if match_fmr > review_fmr:
        raise PolicyError(
            "policy.fmr_order",
            f"policy {policy.name}: match_fmr {match_fmr:g} is above review_fmr {review_fmr:g}",
            "A match needs the smaller false match rate of the two.",
        )
    return calibration.grey_zone(match_fmr, review_fmr, strata)


def calibration_name(policy: Policy, regime: Regime = "live") -> str:
    """The policy's calibration of a regime; ``calibration`` where it names none for it."""
    faces = policy.section("faces")
    key = f"calibration_{regime.replace('-', '_')}"
    return str(faces.get(key, faces.get("calibration")))


def calibration_of(policy: Policy, regime: Regime = "live") -> Calibration:
    """The loaded calibration. Raises PolicyError if it and the policy's cohort do not belong."""
    calibration = load_calibration(calibration_name(policy, regime), embedder_names(policy))
    cohort = cohort_of(policy)
    if calibration.cohort != (None if cohort is None else cohort.digest):
        raise PolicyError(
            "policy.cohort_calibration",
            f"calibration {calibration.name} was not made with the cohort of policy {policy.name}",
            "Calibrate with it: periksa calibrate --images DIR --cohort FILE.npz --out FILE.json",
        )
    return calibration


def cohort_of(policy: Policy) -> Cohort | None:
    """The cohort that the policy names, if any. Raises PolicyError."""
    file = policy.section("faces").get("cohort")
    return load_cohort(Path(str(file))).fitting(embedder_names(policy)) if file else None


def embedder_of(policy: Policy) -> Embedder:
    """The network, or the fusion of several, that the policy names. Raises ModelError."""
    return embedder(embedder_names(policy))


def embedder_names(policy: Policy) -> tuple[str, ...]:
    """The policy's ``embedder``: a name or a list of names."""
    named = policy.section("faces").get("embedder", DEFAULT)
    return (named,) if isinstance(named, str) else tuple(map(str, named))


def _template(crop: FaceCrop, policy: Policy) -> Template:
    return embedder_of(policy).embed(crop.image, crop.landmarks)


def name_of(picture: Picture, otherwise: str) -> str:
    """The file's name, where there is one."""
    if isinstance(picture, Portrait | Scan | Path):
        return picture.name
    return otherwise


def _short(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.4g}")
