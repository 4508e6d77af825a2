"""Profiles: the limits by which a portrait is judged, as data in policies/profiles/NAME.toml."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, NoReturn

from pipeline.errors import PolicyError
from pipeline.findings import Finding, Severity, Words
from pipeline.policy import Policy, read_limits
from pipeline.portrait.component import Component
from pipeline.portrait.measures import standard_measures
from pipeline.portrait.measures._measure import Measure
from pipeline.portrait.passport import passport_measures

FOLDER = Path(__file__).parent.parent / "policies" / "profiles"
_KIND = ("profile", "policy.profile_")  # what errors call it, and how their codes begin
_TABLES = {"version", "extends", "by_eye", "rules", "finish", "coach"}
_KEYS = {"measure", "value", "min", "max", "tolerance", "severity", "clause", "explains"}
_NOT_ASSESSED = "portrait.not_assessed"
_GRAVITY = {Severity.FAIL: 0, Severity.REVIEW: 1, Severity.INFO: 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A limit on a measure's raw value or scalar.

    ``tolerance`` is the measure's own error: only a value that breaks the limit in spite of it is
    a finding.
    """

    measure: str
    value: Literal["raw", "scalar"]
    least: float | None
    most: float | None
    tolerance: float
    severity: Severity
    clause: str
    explains: tuple[str, ...] = ()  # measures whose findings follow from this one

    def to_dict(self) -> dict[str, Any]:
        return {
            "measure": self.measure,
            "value": self.value,
            "min": self.least,
            "max": self.most,
            "tolerance": self.tolerance,
            "severity": self.severity.value,
            "clause": self.clause,
        }

    def kept(self, value: float) -> bool:
        """Does ``value`` keep the limit without any tolerance."""
        low = self.least is not None and value < self.least
        return not (low or (self.most is not None and value > self.most))

    def broken(self, value: float) -> float | None:
        """The limit that ``value`` breaks, if any."""
        if self.least is not None and value < self.least - self.tolerance:
            return self.least
        if self.most is not None and value > self.most + self.tolerance:
            return self.most
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """Rules in the order in which their findings are most useful."""

    name: str
    version: str
    digest: str  # sha256 over its file and those that it extends
    rules: tuple[Rule, ...]
    by_eye: tuple[str, ...]  # what an officer looks at where no rule decides
    finish: Mapping[str, Any]  # the format of a finished portrait; see finish/format.py
    coach: Mapping[str, Any]  # how a coach uses the rules; see coach/settings.py

    def to_dict(self) -> dict[str, Any]:
        """Every limit with its source."""
        return {
            "profile": self.name,
            "version": self.version,
            "sha256": self.digest,
            "rules": [rule.to_dict() for rule in self.rules],
            "by_eye": list(self.by_eye),
            "finish": dict(self.finish),
        }


def profile_names() -> tuple[str, ...]:
    """The profiles that are shipped."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


def chosen_profile(policy: Policy) -> str:
    """The profile that ``policy`` judges portraits by."""
    return str(policy.section("portrait").get("profile", "icao"))


def load_profile(name: str | Path) -> Profile:
    """A profile by name (``icao``) or by the path of a TOML file. Raises PolicyError."""
    path = Path(name) if str(name).endswith(".toml") else FOLDER / f"{name}.toml"
    return _load(path)


@lru_cache(maxsize=16)
def _load(path: Path) -> Profile:
    data, table = read_limits(path, *_KIND)
    if strange := sorted(set(table) - _TABLES):
        _refuse(path, f"has an unknown key {strange[0]!r}")
    rules = [_rule(entry, path) for entry in table.get("rules", [])]
    by_eye = tuple(_known(str(name), path).name for name in table.get("by_eye", []))
    finish, coach = (dict(table.get(part, {})) for part in ("finish", "coach"))
    digest = hashlib.sha256(data).hexdigest()
    if "extends" in table:
        base = _base(path.parent / f"{table['extends']}.toml")
        rules = _merged(base.rules, rules)
        by_eye = by_eye or base.by_eye
        finish, coach = {**base.finish, **finish}, {**base.coach, **coach}
        digest = hashlib.sha256((digest + base.digest).encode()).hexdigest()
    if not rules:
        _refuse(path, "has no [[rules]]")
    return Profile(
        name=path.stem,
        version=str(table.get("version", "unversioned")),
        digest=digest,
        rules=tuple(rules),
        by_eye=by_eye,
        finish=finish,
        coach=coach,
    )


def _base(path: Path) -> Profile:
    """The profile that another one extends; one step deep, so that nothing can go in circles."""
    if "extends" in read_limits(path, *_KIND)[1]:
        _refuse(path, "is extended and must not extend another")
    return _load(path)


def _rule(entry: Mapping[str, Any], path: Path) -> Rule:
    """One [[rules]] table. Raises PolicyError for what is missing, unknown or contradictory."""
    measure = _known(str(entry.get("measure")), path)
    unknown = sorted(set(entry) - _KEYS)
    if unknown:
        _refuse(path, f"rule {measure.name} has an unknown key {unknown[0]!r}")
    value: Literal["raw", "scalar"] = "scalar" if entry.get("value") == "scalar" else "raw"
    if entry.get("value", "raw") != value or (value == "scalar" and measure.scalar is None):
        _refuse(path, f"rule {measure.name}: value must be one that the measure has")
    least, most = _number(entry, "min", path), _number(entry, "max", path)
    if least is None and most is None:
        _refuse(path, f"rule {measure.name} has neither min nor max")
    if not entry.get("clause"):
        _refuse(path, f"rule {measure.name} names no clause that its limit comes from")
    if entry.get("severity") not in set(Severity):
        _refuse(path, f"rule {measure.name}: severity must be one of {', '.join(Severity)}")
    return Rule(
        measure=measure.name,
        value=value,
        least=least,
        most=most,
        tolerance=_number(entry, "tolerance", path) or 0.0,
        severity=Severity(entry["severity"]),
        clause=str(entry["clause"]),
        explains=tuple(_known(str(name), path).name for name in entry.get("explains", [])),
    )


def _number(entry: Mapping[str, Any], key: str, path: Path) -> float | None:
    number = entry.get(key)
    if number is None:
        return None
    if isinstance(number, bool) or not isinstance(number, int | float):
        _refuse(path, f"rule {entry.get('measure')}: {key} must be a number")
    return float(number)


def _known(name: str, path: Path) -> Measure:
    measure = _measures().get(name)
    if measure is None:
        _refuse(path, f"names an unknown measure {name!r}")
    return measure


def _refuse(path: Path, why: str) -> NoReturn:
    raise PolicyError(
        "policy.profile_malformed", f"profile {path} {why}", f"{FOLDER / 'icao.toml'} shows how."
    )


def _merged(base: Iterable[Rule], own: Iterable[Rule]) -> list[Rule]:
    """The base's rules with the own ones in place of those of same measure and severity.

    Rules of one measure stand together where the base has its first: that is where they help.
    """
    merged = {(rule.measure, rule.value, rule.severity): rule for rule in base}
    places = {measure: place for place, (measure, _, _) in reversed(list(enumerate(merged)))}
    merged.update({(rule.measure, rule.value, rule.severity): rule for rule in own})
    return sorted(merged.values(), key=lambda rule: places.get(rule.measure, len(places)))


def measure_of(name: str) -> Measure:
    """The measure that a rule names. Raises KeyError for an unknown one."""
    return _measures()[name]


@lru_cache(maxsize=1)
def _measures() -> dict[str, Measure]:
    return {measure.name: measure for measure in (*standard_measures(), *passport_measures())}


def judge(components: Mapping[str, Component], profile: Profile) -> tuple[Finding, ...]:
    """What ``profile`` finds in the measured values: the gravest first, then by its own order.

    A measure has at most one finding, the gravest, and none beside one that explains it. One that
    a rule needs and that could not be measured is a review, unless the rule only advises or the
    profile leaves the measure to an officer's eye.
    """
    found: dict[str, tuple[Rule, Finding]] = {}
    for rule in sorted(profile.rules, key=lambda rule: _GRAVITY[rule.severity]):
        advice = rule.severity is Severity.INFO or rule.measure in profile.by_eye
        if advice and components[rule.measure].raw is None:
            continue
        finding = _finding(rule, components[rule.measure])
        if finding is not None:
            found.setdefault(rule.measure, (rule, finding))
    kept = [found[name][1] for name in found if not _explained(name, found)]
    findings = sorted(kept, key=lambda finding: _GRAVITY[finding.severity])
    return (*findings, *_left_to_officer(components, profile, {f.subject for f in findings}))


def _explained(name: str, found: Mapping[str, tuple[Rule, Finding]]) -> bool:
    """Does a finding at least as grave explain the one on ``name``."""
    gravity = _GRAVITY[found[name][1].severity]
    return any(
        name in rule.explains and _GRAVITY[finding.severity] <= gravity
        for rule, finding in found.values()
        if finding.code != _NOT_ASSESSED
    )


def _finding(rule: Rule, component: Component) -> Finding | None:
    measure = _measures()[rule.measure]
    if component.raw is None:
        return _not_assessed(measure, component, rule)
    value = component.scalar if rule.value == "scalar" else component.raw
    limit = None if value is None else rule.broken(value)
    if value is None or limit is None:
        return None
    if rule.value == "raw":
        remark = measure.low if value < limit else measure.high
    else:
        remark = measure.remark(component.raw)
    return Finding(
        code=f"portrait.{snake(measure.name)}",
        severity=rule.severity,
        message=remark.message,
        advice=remark.advice,
        subject=measure.name,
        value=round(float(value), 4),
        limit=limit,
        clause=rule.clause,
    )


def _not_assessed(measure: Measure, component: Component, rule: Rule) -> Finding:
    return Finding(
        code=_NOT_ASSESSED,
        severity=Severity.REVIEW,
        message=Words(
            id=f"{measure.label.id}: tidak dapat diukur", en=f"{measure.label.en}: not measurable"
        ),
        advice=Words(id="Petugas memeriksa foto", en="An officer looks at the picture"),
        subject=measure.name,
        value=component.reason,
        clause=rule.clause,
    )


def _left_to_officer(
    components: Mapping[str, Component], profile: Profile, told: Collection[str | None]
) -> list[Finding]:
    """One remark on everything that the profile leaves to an officer's eye.

    That is what was not measured, or is measured only as advice and raised none.
    """
    decided = {rule.measure for rule in profile.rules if rule.severity is not Severity.INFO}
    names = [
        name
        for name in profile.by_eye
        if name not in told and (components[name].raw is None or name not in decided)
    ]
    if not names:
        return []
    labels = [_measures()[name].label for name in names]
    return [
        Finding(
            code="portrait.by_eye",
            severity=Severity.INFO,
            message=Words(
                id="Periksa sendiri: " + ", ".join(label.id.lower() for label in labels),
                en="Check by eye: " + ", ".join(label.en.lower() for label in labels),
            ),
            subject=", ".join(names),
            value="not_assessed",
        )
    ]


def snake(name: str) -> str:
    """``HeadPoseYaw`` as ``head_pose_yaw``."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
