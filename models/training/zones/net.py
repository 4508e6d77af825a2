"""The zone net: a grey picture to lines of machine-readable print, their direction and pitch."""

from __future__ import annotations

from torch import Tensor, nn

CELL = 8
"""Picture pixels a cell of the direction and pitch maps."""
FINE = 4
"""Picture pixels a cell of the line map; ``CELL`` must be twice as many."""
PITCH_UNIT = 8.0
"""The pitch map holds the natural logarithm of the pitch over this many pixels."""
OUTPUTS = 9
"""Four line scores a cell (upper left, right, lower left, right), cosine and sine of the reading
direction and of twice it (which a line and the same upside down share), the pitch."""


def _block(inputs: int, outputs: int, *, stride: int = 1, dilation: int = 1) -> nn.Sequential:
    layer = nn.Conv2d(
        inputs, outputs, 3, stride=stride, padding=dilation, dilation=dilation, bias=False
    )
    return nn.Sequential(layer, nn.BatchNorm2d(outputs), nn.ReLU(inplace=True))


class Residual(nn.Module):
    """A look at the surroundings, ``dilation`` cells apart, added to its input."""

    def __init__(self, width: int, dilation: int) -> None:
        super().__init__()
        self.look = _block(width, width, dilation=dilation)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.look(x)


class ZoneNet(nn.Module):
    """N x 1 x H x W, ``normalised``, H and W multiples of 8, to N x 9 x H/8 x W/8."""

    def __init__(
        self, widths: tuple[int, int, int] = (8, 16, 32), dilations: tuple[int, ...] = (1, 2, 4, 2)
    ) -> None:
        super().__init__()
        first, second, width = widths
        self.stem = nn.Sequential(
            _block(1, first, stride=2), _block(first, second, stride=2),
            _block(second, width, stride=2),
        )  # fmt: skip
        self.body = nn.Sequential(*(Residual(width, dilation) for dilation in dilations))
        self.head = nn.Conv2d(width, OUTPUTS, 1)

    def forward(self, x: Tensor) -> Tensor:
        maps: Tensor = self.head(self.body(self.stem(x)))
        return maps
