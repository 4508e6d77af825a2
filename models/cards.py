"""Cards: what is known of a model that a user added, as a TOML file beside the model.

A card says how a picture becomes the model's input and what may be done with the model. It is
read as strictly as it was written: a card that was edited into nonsense is refused by name.
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Literal, get_args

from models.errors import ModelError

Kind = Literal["embedder", "detector"]
Layout = Literal["nchw", "nhwc"]
Colour = Literal["rgb", "bgr"]
Align = Literal["arcface5", "dlib150", "none"]
Decoding = Literal["yunet", "none"]

NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_CHOICES = {"kind": Kind, "layout": Layout, "colour": Colour, "align": Align, "decoding": Decoding}
# What does not change a template: the rest of a card is part of what a calibration names.
_ABOUT = ("name", "kind", "file", "sha256", "licence", "source", "added")


class CardMalformed(ModelError):
    """A card that does not say what a card must say."""


@dataclass(frozen=True, slots=True)
class ModelCard:
    """A model of the user. The input is ``(pixel - mean) * scale``, pixels 0..255."""

    name: str
    kind: Kind
    file: str
    sha256: str
    licence: str
    source: str
    added: str  # ISO date
    width: int  # px of the input
    height: int
    layout: Layout = "nchw"
    colour: Colour = "rgb"
    mean: tuple[float, ...] = (127.5,)  # one, or one for each channel in the model's order
    scale: tuple[float, ...] = (1 / 127.5,)
    align: Align = "none"
    points: tuple[float, ...] = ()  # x0 y0 .. x4 y4 in the chip: eyes, nose, corners of the mouth
    output: str = ""  # name of the output that is the template
    dimensions: int = 0
    spread: float = 0.1  # standard deviation of impostor scores: its weight in a fusion
    decoding: Decoding = "none"

    @property
    def settings_digest(self) -> str:
        """The sha256 of everything here that changes what the model gives."""
        table = {key: value for key, value in asdict(self).items() if key not in _ABOUT}
        return hashlib.sha256(json.dumps(table, sort_keys=True).encode()).hexdigest()

    def to_toml(self) -> str:
        """The card as it lies on the disk."""
        rows = [f"{key} = {json.dumps(value)}" for key, value in asdict(self).items()]
        return f"# Written by: periksa models add\n{chr(10).join(rows)}\n"

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def read_card(path: Path) -> ModelCard:
    """The card at ``path``. Raises CardMalformed, OSError."""
    try:
        return _checked(tomllib.loads(path.read_text("utf-8")), path.stem)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, TypeError, ValueError) as error:
        raise CardMalformed(
            "model.card_malformed",
            f"the card {path} is wrong: {error}",
            f"Correct it, or run: periksa models remove {path.stem}",
        ) from error


def _checked(table: dict[str, Any], name: str) -> ModelCard:
    """A card from parsed TOML. Raises TypeError, ValueError."""
    known = {field.name: str(field.type) for field in fields(ModelCard)}
    if unknown := sorted(set(table) - set(known)):
        raise ValueError(f"it has {', '.join(unknown)}, which no card has")
    values: dict[str, Any] = {
        key: tuple(float(each) for each in value) if isinstance(value, list) else value
        for key, value in table.items()
    }
    wrong = [key for key, value in values.items() if not _fits(value, known[key])]
    wrong += [key for key, of in _CHOICES.items() if values.get(key, "none") not in _words(of)]
    if wrong:
        raise ValueError(f"{', '.join(wrong)} cannot be so")
    card = ModelCard(**values)
    if card.name != name or not NAME.fullmatch(name) or card.file != f"{name}.onnx":
        raise ValueError(f"it is the card of {card.name!r} and the file {card.file!r}")
    return card


def _words(choice: Any) -> tuple[str, ...]:
    return (*get_args(choice), "none")


def _fits(value: object, kind: str) -> bool:
    """Whether a parsed value is of the field's type."""
    if kind.startswith("tuple"):
        return isinstance(value, tuple)
    if kind == "float":
        return isinstance(value, int | float) and not isinstance(value, bool)
    if kind == "int":
        return isinstance(value, int) and not isinstance(value, bool) and value >= 0
    return isinstance(value, str)
