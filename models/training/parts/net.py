"""The parts net: a small U-Net from a laid-upright face to scores of each part."""

from __future__ import annotations

import torch
from torch import Tensor, nn

PARTS = 11


def _block(inputs: int, outputs: int, *, stride: int = 1, dilation: int = 1) -> nn.Sequential:
    layer = nn.Conv2d(
        inputs, outputs, 3, stride=stride, padding=dilation, dilation=dilation, bias=False
    )
    return nn.Sequential(layer, nn.BatchNorm2d(outputs), nn.ReLU(inplace=True))


class Residual(nn.Module):
    """A look at the surroundings, ``dilation`` cells apart, added to its input."""

    def __init__(self, width: int, dilation: int = 1) -> None:
        super().__init__()
        self.look = _block(width, width, dilation=dilation)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.look(x)


class Up(nn.Module):
    """The coarser map, twice as large and as wide as the finer one, joined with it."""

    def __init__(self, coarse: int, fine: int) -> None:
        super().__init__()
        self.narrow = nn.Conv2d(coarse, fine, 1, bias=False)
        self.look = _block(fine, fine)

    def forward(self, coarse: Tensor, fine: Tensor) -> Tensor:
        grown = nn.functional.interpolate(self.narrow(coarse), scale_factor=2.0, mode="nearest")
        joined: Tensor = self.look(grown + fine)
        return joined


class PartsNet(nn.Module):
    """N x 3 x H x W, -1..1, H and W multiples of 16, to N x 11 x H x W."""

    def __init__(self, widths: tuple[int, int, int, int] = (20, 36, 72, 112)) -> None:
        super().__init__()
        first, second, third, last = widths
        self.stem = nn.Sequential(_block(3, first, stride=2), Residual(first))
        self.fine = nn.Sequential(_block(first, second, stride=2), Residual(second))
        self.middle = nn.Sequential(
            _block(second, third, stride=2), Residual(third), Residual(third)
        )
        self.coarse = nn.Sequential(
            _block(third, last, stride=2), Residual(last), Residual(last, 2), Residual(last)
        )
        self.up = nn.ModuleList([Up(last, third), Up(third, second), Up(second, first)])
        self.head = nn.Conv2d(first, 4 * PARTS, 1)

    def forward(self, x: Tensor) -> Tensor:
        stem = self.stem(x)
        fine = self.fine(stem)
        middle = self.middle(fine)
        joined = self.coarse(middle)
        for up, beside in zip(self.up, (middle, fine, stem), strict=True):
            joined = up(joined, beside)
        return torch.pixel_shuffle(self.head(joined), 2)
