"""The blur net: a face of 248 x 248 pixels to how blurred it is."""

from __future__ import annotations

import torch
from torch import Tensor, nn

SIDE = 248
"""Pixels of the square, rows and columns 184 to 432 of OFIQ's aligned picture."""
OUTPUTS = 1
"""log2 of the blur in per cent of the inter-eye distance."""


def _block(inputs: int, outputs: int, size: int, stride: int, dilation: int = 1) -> nn.Sequential:
    room = dilation * (size // 2)
    layer = nn.Conv2d(inputs, outputs, size, stride, room, dilation, bias=False)
    return nn.Sequential(layer, nn.BatchNorm2d(outputs), nn.ReLU(inplace=True))


class BlurNet(nn.Module):
    """N x 2 x 248 x 248 (grey over 32 about its mean; the same over its own deviation) to N x 1."""

    def __init__(self, widths: tuple[int, int, int] = (8, 16, 32)) -> None:
        super().__init__()
        first, second, third = widths
        self.body = nn.Sequential(
            _block(2, first, 5, 2),
            _block(first, second, 3, 2),
            _block(second, third, 3, 2),
            _block(third, third, 3, 1, 2),
        )
        self.head = nn.Sequential(
            nn.Linear(2 * third, third), nn.ReLU(inplace=True), nn.Linear(third, OUTPUTS)
        )

    def forward(self, x: Tensor) -> Tensor:
        maps = self.body(x)
        mean = maps.mean((2, 3))
        spread = ((maps - mean[:, :, None, None]) ** 2).mean((2, 3))
        answer: Tensor = self.head(torch.cat([mean, torch.sqrt(spread + 1e-4)], 1))
        return answer
