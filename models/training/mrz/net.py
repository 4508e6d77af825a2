"""The recogniser: a strip of 32 x W pixels to class scores every 4 pixels."""

from __future__ import annotations

from torch import Tensor, nn

from models.training.mrz.lines import ALPHABET

CLASSES = len(ALPHABET) + 1


def _block(inputs: int, outputs: int, kernel: tuple[int, int], **conv: object) -> nn.Sequential:
    layer = nn.Conv2d(inputs, outputs, kernel, bias=False, **conv)  # type: ignore[arg-type]
    return nn.Sequential(layer, nn.BatchNorm2d(outputs), nn.ReLU(inplace=True))


class Residual(nn.Module):
    """A depthwise look at five neighbouring frames and a mixing of channels, added to its input."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.look = _block(width, width, (1, 5), padding=(0, 2), groups=width)
        self.mix = _block(width, width, (1, 1))

    def forward(self, x: Tensor) -> Tensor:
        return x + self.mix(self.look(x))


class MrzNet(nn.Module):
    """N x 1 x 32 x W normalised grey to N x W/4 x 38 scores (before softmax)."""

    def __init__(self, width: int = 160, blocks: int = 4) -> None:
        super().__init__()
        self.features = nn.Sequential(
            _block(1, 24, (3, 3), stride=2, padding=1),
            _block(24, 48, (3, 3), stride=2, padding=1),
            _block(48, 80, (3, 3), stride=(2, 1), padding=1),
            _block(80, width, (4, 3), padding=(0, 1)),
            *(Residual(width) for _ in range(blocks)),
        )
        self.scores = nn.Conv2d(width, CLASSES, 1)

    def forward(self, x: Tensor) -> Tensor:
        scores: Tensor = self.scores(self.features(x))
        return scores.squeeze(2).permute(0, 2, 1)
