"""Putting patches onto pictures: blending, warping, colours, simple shapes. Pictures are RGB uint8, masks are uint8 0..255."""

from __future__ import annotations

import cv2
import numpy as np

Colour = tuple[int, int, int]


def blend(canvas: np.ndarray, paint: np.ndarray | Colour, alpha: np.ndarray, x: int, y: int, opacity: float = 1.0) -> None:
    """Draws `paint` (a colour or a patch of alpha's size) through `alpha` at (x, y), cut at the canvas' edges."""
    window, part = _overlap(canvas.shape, alpha.shape, x, y)
    if window is None:
        return
    weight = alpha[part].astype(np.float32)[..., None] * (opacity / 255.0)
    colour = np.asarray(paint, np.float32) if isinstance(paint, tuple) else paint[part].astype(np.float32)
    below = canvas[window].astype(np.float32)
    canvas[window] = (below + (colour - below) * weight + 0.5).astype(np.uint8)


def cover(mask: np.ndarray, alpha: np.ndarray, x: int, y: int) -> None:
    """Adds `alpha` to a mask (maximum of both), cut at the edges."""
    window, part = _overlap(mask.shape, alpha.shape, x, y)
    if window is not None:
        mask[window] = np.maximum(mask[window], alpha[part])


def closed(alpha: np.ndarray, reach_px: float) -> np.ndarray:
    """The area that letters occupy: their ink, with the gaps between letters and lines closed."""
    reach = max(3, int(reach_px) | 1)
    padded = cv2.copyMakeBorder(alpha, reach, reach, reach, reach, cv2.BORDER_CONSTANT)
    kernel = np.ones((reach, reach), np.uint8)
    done = cv2.morphologyEx((padded > 60).astype(np.uint8) * 255, cv2.MORPH_CLOSE, kernel)
    return done[reach:-reach, reach:-reach]


def rotated(alpha: np.ndarray, degrees: float) -> np.ndarray:
    """The patch turned about its centre, on a patch large enough to hold it."""
    height, width = alpha.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    cos, sin = abs(turn[0, 0]), abs(turn[0, 1])
    new_width, new_height = int(width * cos + height * sin) + 2, int(width * sin + height * cos) + 2
    turn[0, 2] += new_width / 2 - width / 2
    turn[1, 2] += new_height / 2 - height / 2
    return cv2.warpAffine(alpha, turn, (new_width, new_height), flags=cv2.INTER_LINEAR)


def any_colour(rng: np.random.Generator, saturated: float = 0.5) -> Colour:
    """A random colour; with probability `saturated` a strong one, else white, black, grey or anything."""
    if rng.random() < saturated:
        hsv = np.uint8([[[rng.integers(180), rng.integers(140, 256), rng.integers(110, 256)]]])
        return tuple(int(v) for v in cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB)[0, 0])
    roll = rng.random()
    if roll < 0.3:
        return (255, 255, 255)
    if roll < 0.55:
        return (int(rng.integers(0, 30)),) * 3
    if roll < 0.75:
        return (int(rng.integers(30, 235)),) * 3
    return tuple(int(v) for v in rng.integers(0, 256, 3))


def contrasting(rng: np.random.Generator, behind: np.ndarray, least: float) -> Colour:
    """A colour whose luma differs from the mean of `behind` by at least `least`."""
    level = float(behind.mean())
    for _ in range(12):
        colour = any_colour(rng)
        if abs(sum(colour) / 3 - level) >= least:
            return colour
    return (0, 0, 0) if level > 127 else (255, 255, 255)


def near(rng: np.random.Generator, behind: np.ndarray, low: float, high: float) -> Colour:
    """A colour a little lighter or darker than `behind`: lettering with low contrast."""
    step = rng.uniform(low, high) * (1 if behind.mean() < rng.uniform(60, 200) else -1)
    return tuple(int(v) for v in np.clip(behind.reshape(-1, 3).mean(axis=0) + step, 0, 255))


def ellipse(width: int, height: int) -> np.ndarray:
    """A filled ellipse on a patch of this size."""
    patch = np.zeros((max(height, 3), max(width, 3)), np.uint8)
    centre = (patch.shape[1] // 2, patch.shape[0] // 2)
    return cv2.ellipse(patch, centre, (max(1, centre[0] - 1), max(1, centre[1] - 1)), 0, 0, 360, 255, cv2.FILLED, cv2.LINE_AA)


def rounded(width: int, height: int, radius: int) -> np.ndarray:
    """A filled rectangle with round corners."""
    width, height = max(width, 3), max(height, 3)
    radius = int(np.clip(radius, 0, min(width, height) // 2 - 1))
    patch = np.zeros((height, width), np.uint8)
    if radius < 2:
        patch[:] = 255
        return patch
    patch[radius : height - radius] = 255
    patch[:, radius : width - radius] = 255
    for x in (radius, width - radius - 1):
        for y in (radius, height - radius - 1):
            cv2.circle(patch, (x, y), radius, 255, cv2.FILLED, cv2.LINE_AA)
    return patch


def star(size: int, points: int, inner: float) -> np.ndarray:
    """A star or a burst with this many points; `inner` is the inner radius over the outer one."""
    size = max(size, 5)
    angles = np.arange(points * 2) * np.pi / points
    radii = np.where(np.arange(points * 2) % 2 == 0, 1.0, inner) * (size / 2 - 1)
    corners = np.stack([np.cos(angles) * radii, np.sin(angles) * radii], axis=1) + size / 2
    return cv2.fillPoly(np.zeros((size, size), np.uint8), [corners.astype(np.int32)], 255, cv2.LINE_AA)


def _overlap(canvas_shape: tuple, patch_shape: tuple, x: int, y: int):
    x0, y0 = max(x, 0), max(y, 0)
    x1, y1 = min(x + patch_shape[1], canvas_shape[1]), min(y + patch_shape[0], canvas_shape[0])
    if x0 >= x1 or y0 >= y1:
        return None, None
    return np.s_[y0:y1, x0:x1], np.s_[y0 - y : y1 - y, x0 - x : x1 - x]
