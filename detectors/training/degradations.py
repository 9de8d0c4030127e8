"""Technical faults of a known severity, which `quality_score` learns and the other answers must withstand."""

from __future__ import annotations

import cv2
import numpy as np


def degrade(rng: np.random.Generator, pixels: np.ndarray) -> tuple[np.ndarray, float]:
    """The picture with one or two faults, and its quality: 1 = none, towards 0 = severe (the product over faults of 1 - severity)."""
    quality = 1.0
    faults = (_blur, _motion_blur, _noise, _recompression, _enlargement, _underexposure, _overexposure)
    for index in rng.choice(len(faults), size=int(rng.choice([1, 2], p=[0.75, 0.25])), replace=False):
        severity = rng.uniform(0.08, 0.95)
        pixels = faults[index](rng, pixels, severity)
        quality *= 1 - severity
    return pixels, quality


def recompressed(pixels: np.ndarray, quality: int) -> np.ndarray:
    """Saved as JPEG and read again."""
    done, packed = cv2.imencode(".jpg", cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, int(quality)])
    return cv2.cvtColor(cv2.imdecode(packed, cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB) if done else pixels


def _blur(rng, pixels, severity):
    return cv2.GaussianBlur(pixels, (0, 0), 0.3 + severity * max(pixels.shape) / 180)


def _motion_blur(rng, pixels, severity):
    length = int(3 + severity * max(pixels.shape) / 28)
    kernel = np.zeros((length, length), np.float32)
    angle = rng.uniform(0, np.pi)
    middle = length / 2 - 0.5
    reach = np.array([np.cos(angle), np.sin(angle)]) * middle
    start, end = np.round(middle - reach).astype(int), np.round(middle + reach).astype(int)
    cv2.line(kernel, tuple(int(v) for v in start), tuple(int(v) for v in end), 1.0, 1)
    return cv2.filter2D(pixels, -1, kernel / kernel.sum())


def _noise(rng, pixels, severity):
    channels = 3 if rng.random() < 0.7 else 1
    grain = rng.standard_normal((*pixels.shape[:2], channels), dtype=np.float32) * (3 + severity * 38)
    return np.clip(pixels + grain, 0, 255).astype(np.uint8)


def _recompression(rng, pixels, severity):
    return recompressed(pixels, int(62 - 57 * severity))


def _enlargement(rng, pixels, severity):
    height, width = pixels.shape[:2]
    factor = 1.3 + severity * 5
    small = cv2.resize(pixels, (max(8, int(width / factor)), max(8, int(height / factor))), interpolation=cv2.INTER_AREA)
    return cv2.resize(small, (width, height), interpolation=(cv2.INTER_LINEAR, cv2.INTER_CUBIC)[rng.integers(2)])


def _underexposure(rng, pixels, severity):
    return _exposed(pixels, -0.4 - 3.2 * severity)


def _overexposure(rng, pixels, severity):
    return _exposed(pixels, 0.3 + 2.0 * severity)


def _exposed(pixels, stops: float):
    linear = (np.arange(256) / 255.0) ** 2.2 * 2.0**stops
    return (np.clip(linear, 0, 1) ** (1 / 2.2) * 255).astype(np.uint8)[pixels]
