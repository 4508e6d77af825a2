"""The drawer of quality measures: one file per component of ISO/IEC 29794-5, found by scanning."""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from pkgutil import iter_modules

from pipeline.portrait.measures._measure import Measure

# The order of the standard, which reports keep; a newcomer that is not named here comes last.
STANDARD_ORDER = (
    "UnifiedQualityScore",
    "BackgroundUniformity",
    "IlluminationUniformity",
    "LuminanceMean",
    "LuminanceVariance",
    "UnderExposurePrevention",
    "OverExposurePrevention",
    "DynamicRange",
    "Sharpness",
    "CompressionArtifacts",
    "NaturalColour",
    "SingleFacePresent",
    "EyesOpen",
    "MouthClosed",
    "EyesVisible",
    "MouthOcclusionPrevention",
    "FaceOcclusionPrevention",
    "InterEyeDistance",
    "HeadSize",
    "LeftwardCropOfTheFaceImage",
    "RightwardCropOfTheFaceImage",
    "MarginAboveOfTheFaceImage",
    "MarginBelowOfTheFaceImage",
    "HeadPoseYaw",
    "HeadPosePitch",
    "HeadPoseRoll",
    "ExpressionNeutrality",
    "NoHeadCoverings",
)

# What a person before the camera can be told between two frames: it needs the face's points and
# the aligned picture, no further network.
COACHING = frozenset(
    {
        "SingleFacePresent",
        "HeadPoseYaw",
        "HeadPosePitch",
        "HeadPoseRoll",
        "EyesOpen",
        "MouthClosed",
        "InterEyeDistance",
        "HeadSize",
        "LeftwardCropOfTheFaceImage",
        "RightwardCropOfTheFaceImage",
        "MarginAboveOfTheFaceImage",
        "MarginBelowOfTheFaceImage",
        "IlluminationUniformity",
        "LuminanceMean",
        "UnderExposurePrevention",
        "OverExposurePrevention",
        "Sharpness",
    }
)


@lru_cache(maxsize=1)
def coaching_measures() -> tuple[Measure, ...]:
    """Those of ``standard_measures`` that are fast enough for every frame of a camera."""
    return tuple(measure for measure in standard_measures() if measure.name in COACHING)


@lru_cache(maxsize=1)
def standard_measures() -> tuple[Measure, ...]:
    """Every measure of this drawer, in the standard's order."""
    places = {name: place for place, name in enumerate(STANDARD_ORDER)}
    found = measures_in(__name__, list(__path__))
    return tuple(sorted(found, key=lambda measure: places.get(measure.name, len(places))))


def fidelity_table() -> str:
    """Markdown: each component of the standard, by what it is measured, and how well."""
    rows = [(measure.name, measure.method, measure.fidelity) for measure in standard_measures()]
    lines = [("component", "measured by", "fidelity"), ("---", "---", "---"), *rows]
    return "\n".join(f"| {name} | {method} | {fidelity} |" for name, method, fidelity in lines)


def measures_in(package: str, path: list[str]) -> list[Measure]:
    """The ``MEASURE`` of every module of ``package``, by file name; ``_private`` ones are skipped.

    Raises TypeError for a module that offers none: a newcomer is refused at start.
    """
    names = sorted(module.name for module in iter_modules(path))
    modules = [import_module(f"{package}.{name}") for name in names if not name.startswith("_")]
    for module in modules:
        if not isinstance(getattr(module, "MEASURE", None), Measure):
            raise TypeError(f"{module.__name__} offers no MEASURE of type Measure")
    return [module.MEASURE for module in modules]
