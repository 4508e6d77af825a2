"""A user's network described: read from the file, completed by what is usual, run once.

What a card needs and the user does not say is read from the network, or is what most networks of
its kind want.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from models.cards import Align, Colour, Kind, Layout, ModelCard
from models.errors import ModelError
from models.faces.inputs import as_input
from models.faces.yunet import OUTPUTS, STRIDES
from models.runtime import OnnxModel, Port

_PLAIN = ((127.5,), (1 / 127.5,))  # mean and scale of most embedders
_RAW = ((0.0,), (1.0,))  # YuNet takes pixels as they are


class AddRefused(ModelError):
    """A file or a description that does not make a usable model."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a user says of a model; None: as the network says, or as is usual."""

    input: tuple[int, ...] | None = None  # 1 x 3 x H x W, or 1 x H x W x 3
    layout: Layout | None = None
    colour: Colour | None = None
    mean: tuple[float, ...] | None = None
    scale: tuple[float, ...] | None = None
    align: Align | None = None
    points: tuple[float, ...] = ()
    output: str | None = None
    dimensions: int | None = None
    spread: float = 0.1
    sha256: str | None = None  # what the publisher says


def described(file: Path, name: str, kind: Kind, wishes: Wishes) -> ModelCard:
    """The card, without its digest; the network has been run once."""
    model = OnnxModel(file)
    layout, width, height = _shape(model, wishes)
    mean, scale = _RAW if kind == "detector" else _PLAIN
    card = ModelCard(
        name=name,
        kind=kind,
        file=f"{name}.onnx",
        sha256="",
        licence="",
        source="",
        added=datetime.now(UTC).date().isoformat(),
        width=width,
        height=height,
        layout=layout,
        colour=wishes.colour or ("bgr" if kind == "detector" else "rgb"),
        mean=_per_channel("mean", wishes.mean or mean),
        scale=_per_channel("scale", wishes.scale or scale),
        spread=wishes.spread,
    )
    return _as_detector(card, model) if kind == "detector" else _as_embedder(card, model, wishes)


def _shape(model: OnnxModel, wishes: Wishes) -> tuple[Layout, int, int]:
    """Layout, width and height of the one input."""
    ports = model.inputs()
    if len(ports) != 1 or ports[0].kind != "tensor(float)" or len(ports[0].shape) != 4:
        told = ", ".join(f"{port.name} {port.kind} {port.shape}" for port in ports)
        raise refused(
            "input",
            f"the network takes {told}; one float picture is what is understood",
            "models add with a network exported for one float32 input",
        )
    shape = wishes.input or ports[0].shape
    if len(shape) != 4 or not _agree(shape, ports[0]):
        raise refused(
            "input",
            f"--input {shape} does not fit the network's {ports[0].shape}",
            "models add without --input, or with the network's own",
        )
    layout = wishes.layout or ("nhwc" if shape[3] == 3 and shape[1] != 3 else "nchw")
    channels, height, width = (
        (shape[1], *shape[2:]) if layout == "nchw" else (shape[3], *shape[1:3])
    )
    if channels != 3 or not height or not width:
        raise refused(
            "input",
            f"{layout} with {ports[0].shape} leaves the size of the picture open",
            "models add with --input, for instance --input 1x3x112x112",
        )
    return layout, width, height


def _agree(shape: Sequence[int | None], port: Port) -> bool:
    """Whether sides are equal where the network fixes them."""
    sides = zip(shape, port.shape, strict=True)
    return all(fixed is None or side == fixed for side, fixed in sides)


def _per_channel(what: str, values: tuple[float, ...]) -> tuple[float, ...]:
    if len(values) not in (1, 3):
        raise refused(
            what,
            f"--{what} has {len(values)} numbers",
            f"models add with one or three for --{what}",
        )
    return values


def _as_embedder(card: ModelCard, model: OnnxModel, wishes: Wishes) -> ModelCard:
    names = [port.name for port in model.outputs()]
    output = wishes.output or names[0]
    if output not in names or (len(names) > 1 and not wishes.output):
        raise refused(
            "output",
            f"the network gives {', '.join(names)}",
            "models add with --output NAME, the one that is the template",
        )
    align: Align = wishes.align or "arcface5"
    if align == "none" or len(wishes.points) not in (0, 10):
        raise refused(
            "align",
            "an embedder needs --align arcface5 or dlib150; --points are five pairs x,y",
            "models add with the alignment that the network was trained with",
        )
    size = _run(card, model)[names.index(output)]
    if wishes.dimensions not in (None, size):
        raise refused(
            "output",
            f"{output} has {size} numbers, not {wishes.dimensions}",
            "models add without --output-dim, or with another --output",
        )
    return replace(card, align=align, points=wishes.points, output=output, dimensions=size)


def _as_detector(card: ModelCard, model: OnnxModel) -> ModelCard:
    names = {port.name for port in model.outputs()}
    if not set(OUTPUTS) <= names or card.width % STRIDES[-1] or card.height % STRIDES[-1]:
        raise refused(
            "output",
            f"the network gives {', '.join(sorted(names))} at {card.width} x {card.height}",
            "models add a detector with YuNet's outputs (cls_8 .. kps_32) and a size of whole 32s",
        )
    _run(card, model)
    return replace(card, decoding="yunet")


def _run(card: ModelCard, model: OnnxModel) -> list[int]:
    """How many numbers each output has for one grey picture. Raises AddRefused for no numbers."""
    grey = np.full((card.height, card.width, 3), 128, np.uint8)
    outputs = model(as_input(grey, card))
    if not all(np.isfinite(value).all() for value in outputs):
        raise refused(
            "output",
            "the network gives no finite numbers for a grey picture",
            "models add with the right --mean and --scale",
        )
    return [int(value.size) for value in outputs]


def refused(code: str, message: str, command: str) -> AddRefused:
    return AddRefused(f"model.add_{code}", message, f"Run: periksa {command}")
