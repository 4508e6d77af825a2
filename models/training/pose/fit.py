"""Ridge regression, symmetric under mirroring, and kernel ridge on what it leaves of the pitch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.portraits.pose_net import POINTS

Floats = NDArray[np.float64]
Ints = NDArray[np.int_]

_RIDGE = 0.1
_PARTS, _KERNEL_RIDGE = 30, 0.3
REACH = 0.3 / _PARTS
_FOLDS = 5


@dataclass(frozen=True)
class Fit:
    """All that the graph holds: ``x @ weights + bias``, and the kernel form added to the pitch."""

    weights: Floats  # (1434, 3)
    bias: Floats  # (3,)
    parts: Floats  # (1434, 30)
    offset: Floats  # (30,)
    known: Floats  # (n, 30)
    shares: Floats  # (n,)

    def __call__(self, x: Floats) -> Floats:
        """(N, 3) yaw, pitch and more roll of features (N, 1434)."""
        answer = x @ self.weights + self.bias
        answer[:, 1] += _kernel(x @ self.parts + self.offset, self.known) @ self.shares
        return np.asarray(answer)


def fitted(x: Floats, wanted: Floats, people: Ints, mirror: Ints) -> Fit:
    """The fit to ``wanted`` (N, 3) of features ``x``; ``mirror``: the point that each becomes."""
    weights, bias = _linear(x, wanted, mirror)
    left = np.zeros(len(x))  # of people that the linear form has not seen
    for fold in range(_FOLDS):
        out = people % _FOLDS == fold
        w, b = _linear(x[~out], wanted[~out], mirror)
        left[out] = wanted[out, 1] - (x[out] @ w + b)[:, 1]
    even = _even(x, mirror)
    mean = even.mean(0)
    _, strengths, axes = np.linalg.svd(even - mean, full_matrices=False)
    scaled = axes[:_PARTS].T / (strengths[:_PARTS] / np.sqrt(len(x) - 1))
    parts, offset = _folded(scaled, mirror), -mean @ scaled
    known = x @ parts + offset
    shares = np.linalg.solve(_kernel(known, known) + _KERNEL_RIDGE * np.eye(len(x)), left)
    return Fit(weights, bias, parts, offset, known, shares)


def _linear(x: Floats, wanted: Floats, mirror: Ints) -> tuple[Floats, Floats]:
    """Pitch from what mirroring keeps, yaw and roll from what it turns round."""
    even = _even(x, mirror)
    odd = x - even
    mean, level = even.mean(0), wanted[:, 1].mean()
    pitch = _ridge(even - mean, wanted[:, 1:2] - level)
    sides = _ridge(odd, wanted[:, [0, 2]])
    weights = np.zeros((x.shape[1], 3))
    weights[:, 1:2] = _folded(pitch, mirror)
    weights[:, [0, 2]] = sides - _folded(sides, mirror)
    bias = np.array([0.0, float(level - mean @ pitch[:, 0]), 0.0])
    return weights, bias


def _ridge(x: Floats, y: Floats) -> Floats:
    """In its dual form: there are fewer pictures than features."""
    return np.asarray(x.T @ np.linalg.solve(x @ x.T + _RIDGE * np.eye(len(x)), y))


def _kernel(x: Floats, known: Floats) -> Floats:
    apart = (x**2).sum(1)[:, None] + (known**2).sum(1) - 2 * x @ known.T
    return np.asarray(np.exp(-REACH * apart))


def mirrored(x: Floats, mirror: Ints) -> Floats:
    """The features of the mirrored pictures."""
    flat = x[:, : 2 * POINTS].reshape(-1, POINTS, 2)[:, mirror] * [-1, 1]
    return np.hstack([flat.reshape(len(x), -1), x[:, 2 * POINTS :][:, mirror]])


def _even(x: Floats, mirror: Ints) -> Floats:
    return (x + mirrored(x, mirror)) / 2


def _folded(weights: Floats, mirror: Ints) -> Floats:
    """Weights of the even part as weights of the features themselves (mirroring is orthogonal)."""
    return (weights + mirrored(weights.T, mirror).T) / 2


def mirror_of(x: Floats) -> Ints:
    """Which point each becomes in a mirror, from the mean of upright faces (pairs by nearness)."""
    from scipy.optimize import linear_sum_assignment

    mean = x.mean(0)
    shape = np.column_stack([mean[: 2 * POINTS].reshape(POINTS, 2), mean[2 * POINTS :]])
    shape[:, 0] -= shape[[10, 152, 4, 6], 0].mean()  # of the midline
    apart = ((shape[:, None] * [-1, 1, 1] - shape[None]) ** 2).sum(2)
    return np.asarray(linear_sum_assignment(apart)[1])
