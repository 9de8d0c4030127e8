"""Semi-transparent marks: tiled, across, in the middle or in a corner; words, logos or lines."""

from __future__ import annotations

import cv2
import numpy as np

from overlays import lettering
from painting import any_colour, blend, closed, cover, ellipse, rotated, rounded, star
from typefaces import Typefaces


def add_watermark(rng: np.random.Generator, canvas: np.ndarray, typefaces: Typefaces) -> np.ndarray:
    """Paints one watermark onto `canvas`; returns the area it covers (0 or 255)."""
    height, width = canvas.shape[:2]
    layer = np.zeros((height, width), np.uint8)
    area = np.zeros((height, width), np.uint8)
    kind = rng.choice(4, p=[0.38, 0.27, 0.28, 0.07])
    (_tiled, _centred, _cornered, _lined)[kind](rng, layer, area, typefaces)
    opacity = float(np.exp(rng.uniform(np.log(0.13), np.log(0.65))))
    if kind == 2:
        opacity = rng.uniform(0.22, 0.75)
    colour = _mark_colour(rng, canvas, layer)
    if rng.random() < 0.15:
        _emboss(canvas, layer, opacity)
    else:
        if rng.random() < 0.25:
            shift = np.roll(layer, (1, 1), (0, 1))
            blend(canvas, tuple(255 - v for v in colour), cv2.subtract(shift, layer), 0, 0, opacity * 0.8)
        blend(canvas, colour, layer, 0, 0, opacity)
    return area


def _mark_colour(rng, canvas, layer):
    """White, grey, black or a tint, but one that shows on what lies under the mark."""
    under = canvas[layer > 60]
    level = float(under.mean()) if under.size else 128.0
    for _ in range(12):
        roll = rng.random()
        if roll < 0.45:
            colour = (255, 255, 255)
        elif roll < 0.85:
            colour = (int(rng.integers(0, 150)),) * 3
        else:
            colour = any_colour(rng, 0.9)
        if abs(sum(colour) / 3 - level) > 70:
            return colour
    return (0, 0, 0) if level > 127 else (255, 255, 255)


def _emboss(canvas, layer, opacity) -> None:
    lit = cv2.subtract(layer, np.roll(layer, (2, 2), (0, 1)))
    dark = cv2.subtract(layer, np.roll(layer, (-2, -2), (0, 1)))
    blend(canvas, (255, 255, 255), lit, 0, 0, min(1.0, opacity * 1.6))
    blend(canvas, (0, 0, 0), dark, 0, 0, min(1.0, opacity * 1.6))


def _stamp(rng, typefaces, letter: float, most: float) -> tuple[np.ndarray, float]:
    """A word, a word with a mark, or a mark alone."""
    roll = rng.random()
    size = int(letter * rng.uniform(1.5, 3))
    mark = (ellipse(size, size), star(size, int(rng.integers(3, 10)), rng.uniform(0.3, 0.8)), rounded(size, size, size // 4))[rng.integers(3)]
    mark = cv2.subtract(mark, cv2.erode(mark, np.ones((max(3, size // 6),) * 2, np.uint8))) if rng.random() < 0.7 else mark
    if roll < 0.1:
        return mark, letter
    alpha = lettering(rng, typefaces, letter, most, 1 if rng.random() < 0.85 else 2)
    if rng.random() < 0.15:
        edge = cv2.dilate(alpha, np.ones((3, 3), np.uint8))
        alpha = cv2.subtract(edge, alpha)
    if roll < 0.3:
        gap = np.zeros((max(mark.shape[0], alpha.shape[0]), mark.shape[1] + 5 + alpha.shape[1]), np.uint8)
        gap[: mark.shape[0], : mark.shape[1]] = mark
        top = (gap.shape[0] - alpha.shape[0]) // 2
        gap[top : top + alpha.shape[0], -alpha.shape[1] :] = alpha
        return gap, letter
    if roll < 0.4:
        reach = int(letter * 0.4) + 3
        alpha = cv2.copyMakeBorder(alpha, reach, reach, reach, reach, cv2.BORDER_CONSTANT)
        cv2.rectangle(alpha, (1, 1), (alpha.shape[1] - 2, alpha.shape[0] - 2), 255, max(1, int(letter / 12)))
    return alpha, letter


def _tiled(rng, layer, area, typefaces) -> None:
    height, width = layer.shape
    letter = height * np.exp(rng.uniform(np.log(0.022), np.log(0.09)))
    stamp, letter = _stamp(rng, typefaces, letter, width * 0.6)
    filled = closed(stamp, letter * 0.8)
    if rng.random() < 0.8:
        degrees = rng.uniform(-60, 60)
        stamp, filled = rotated(stamp, degrees), rotated(filled, degrees)
    step_x = int(stamp.shape[1] * rng.uniform(1.05, 1.9)) + 3
    step_y = int(stamp.shape[0] * rng.uniform(1.05, 1.9)) + int(letter * rng.uniform(0.2, 2)) + 3
    brick = step_x // 2 if rng.random() < 0.5 else 0
    start_x, start_y = int(rng.integers(-step_x, 1)), int(rng.integers(-step_y, 1))
    for row, y in enumerate(range(start_y, height, step_y)):
        for x in range(start_x - (brick if row % 2 else 0), width, step_x):
            cover(layer, stamp, x, y)
            cover(area, filled, x, y)


def _centred(rng, layer, area, typefaces) -> None:
    height, width = layer.shape
    letter = height * rng.uniform(0.06, 0.2)
    stamp, letter = _stamp(rng, typefaces, letter, width * rng.uniform(0.5, 0.98))
    filled = closed(stamp, letter * 0.8)
    if rng.random() < 0.6:
        degrees = rng.uniform(-50, 50)
        stamp, filled = rotated(stamp, degrees), rotated(filled, degrees)
    x = int((width - stamp.shape[1]) / 2 + rng.normal() * width * 0.05)
    y = int((height - stamp.shape[0]) / 2 + rng.normal() * height * 0.08)
    cover(layer, stamp, x, y)
    cover(area, filled, x, y)


def _cornered(rng, layer, area, typefaces) -> None:
    height, width = layer.shape
    stamp, letter = _stamp(rng, typefaces, height * np.exp(rng.uniform(np.log(0.017), np.log(0.06))), width * 0.5)
    inset = int(min(height, width) * rng.uniform(0.005, 0.06))
    x = inset if rng.random() < 0.4 else width - stamp.shape[1] - inset
    y = inset if rng.random() < 0.3 else height - stamp.shape[0] - inset
    cover(layer, stamp, x, y)
    cover(area, closed(stamp, letter * 0.8), x, y)


def _lined(rng, layer, area, typefaces) -> None:
    """Crossing lines, with a word in the middle, as picture agencies do."""
    height, width = layer.shape
    step = int(max(height, width) * rng.uniform(0.15, 0.6))
    thickness = int(rng.integers(1, 3))
    for offset in range(-max(height, width), 2 * max(height, width), step):
        cv2.line(layer, (offset, 0), (offset + height, height), 255, thickness, cv2.LINE_AA)
        cv2.line(layer, (offset, height), (offset + height, 0), 255, thickness, cv2.LINE_AA)
    cover(area, cv2.dilate(layer, np.ones((7, 7), np.uint8)), 0, 0)
    if rng.random() < 0.7:
        _centred(rng, layer, area, typefaces)
