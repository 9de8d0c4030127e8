"""The network: one small backbone, four maps at an eighth of the input's side, seven scores.

Only plain operators (convolution, ReLU, addition, concatenation, pooling, nearest resizing, matrix products), so that every runtime
can run it. Normalisation of the input is not part of it: the manifest states mean and deviation.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from samples import MAPS, SCORES

MEAN = (123.7, 116.3, 103.5)
STD = (58.4, 57.1, 57.4)


class ListingNet(nn.Module):
    """Returns (scores [n, 7], maps [n, 4, 40, 40]), both logits, for [n, 3, 320, 320]."""

    def __init__(self, map_channels: int = 64) -> None:
        super().__init__()
        self.stem = nn.Sequential(_patches(3, 32), _Bottleneck(32, 24))
        self.eighth = nn.Sequential(_conv(32, 64, 3, 2), _Mixer(64), _Mixer(64))
        self.sixteenth = nn.Sequential(_conv(64, 128, 3, 2), *[_Mixer(128) for _ in range(3)])
        self.thirty_second = nn.Sequential(_conv(128, 192, 3, 2), _Mixer(192), _Mixer(192))
        self.down = nn.Sequential(_conv(192, 256, 3, 2))
        self.lateral_8 = _conv(64, map_channels, 1)
        self.lateral_16 = _conv(128, map_channels, 1)
        self.lateral_32 = _conv(192, map_channels, 1)
        self.merge_16 = _Mixer(map_channels)
        self.merge_8 = _Mixer(map_channels)
        self.maps = nn.Conv2d(map_channels, len(MAPS), 1)
        self.dropout = nn.Dropout(0.15)
        self.mix = nn.Linear(192 * 2 + 256 + map_channels * 2 + len(MAPS) * 2, 128)
        self.scores = nn.Linear(128, len(SCORES))
        nn.init.constant_(self.maps.bias, -2.0)

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor]:
        eighth = self.eighth(self.stem(image))
        sixteenth = self.sixteenth(eighth)
        thirty_second = self.thirty_second(sixteenth)
        top = self.lateral_16(sixteenth) + F.interpolate(self.lateral_32(thirty_second), scale_factor=2.0, mode="nearest")
        fine = self.lateral_8(eighth) + F.interpolate(self.merge_16(top), scale_factor=2.0, mode="nearest")
        fine = self.merge_8(fine)
        maps = self.maps(fine)
        pooled = [_mean(thirty_second), _peak(thirty_second), _mean(self.down(thirty_second)), _mean(fine), _peak(fine), _mean(maps), _peak(maps)]
        mixed = F.relu(self.mix(self.dropout(torch.cat(pooled, dim=1))))
        return self.scores(mixed), maps


class _Bottleneck(nn.Module):
    """A residual 3x3 convolution between two 1x1 ones: cheap where the map is large."""

    def __init__(self, channels: int, inner: int) -> None:
        super().__init__()
        self.body = nn.Sequential(_conv(channels, inner, 1), _conv(inner, inner, 3), _norm_only(inner, channels))

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(x + self.body(x))


class _Mixer(nn.Module):
    """A residual block: 5x5 per channel, then two 1x1 convolutions with twice the channels between."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(channels, channels, 5, padding=2, groups=channels, bias=False),
            nn.BatchNorm2d(channels),
            _conv(channels, channels * 2, 1),
            _norm_only(channels * 2, channels),
        )

    def forward(self, x: Tensor) -> Tensor:
        return x + self.body(x)


def _conv(inputs: int, outputs: int, size: int, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(inputs, outputs, size, stride, padding=size // 2, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(inplace=True))


def _patches(inputs: int, outputs: int) -> nn.Sequential:
    """Overlapping 6x6 patches, four pixels apart: the stem that costs least to train on a CPU."""
    return nn.Sequential(nn.Conv2d(inputs, outputs, 6, 4, padding=1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(inplace=True))


def _norm_only(inputs: int, outputs: int) -> nn.Sequential:
    norm = nn.BatchNorm2d(outputs)
    nn.init.constant_(norm.weight, 0.2)
    return nn.Sequential(nn.Conv2d(inputs, outputs, 1, bias=False), norm)


def _mean(x: Tensor) -> Tensor:
    return F.adaptive_avg_pool2d(x, 1).flatten(1)


def _peak(x: Tensor) -> Tensor:
    return F.adaptive_max_pool2d(x, 1).flatten(1)
