"""Print that belongs to the product: the hard negatives of `text_overlay_*`. It is bent, shaded and cut off by the product itself."""

from __future__ import annotations

import cv2
import numpy as np

from overlays import lettering
from painting import any_colour, contrasting, ellipse, rounded, star
from typefaces import Typefaces


def print_on(rng: np.random.Generator, canvas: np.ndarray, product: np.ndarray, typefaces: Typefaces) -> None:
    """Prints words, a logo or a label onto the product that `product` (0..255) masks."""
    x, y, width, height = cv2.boundingRect((product > 127).astype(np.uint8))
    if width < 24 or height < 24:
        return
    part = canvas[y : y + height, x : x + width]
    inside = product[y : y + height, x : x + width]
    within = cv2.GaussianBlur(cv2.erode(inside, np.ones((5, 5), np.uint8)), (0, 0), 1.0).astype(np.float32) / 255
    for _ in range(int(rng.choice([1, 2, 3], p=[0.6, 0.3, 0.1]))):
        paint, alpha = _artwork(rng, typefaces, width * rng.uniform(0.2, 0.85), height * rng.uniform(0.05, 0.45), part)
        paint, alpha = _bent(rng, paint, alpha, part.shape[:2], width * rng.uniform(0.3, 0.7), height * rng.uniform(0.2, 0.8))
        weight = (alpha.astype(np.float32) / 255 * within * np.float32(rng.uniform(0.65, 0.97)))[..., None]
        luma = cv2.GaussianBlur(cv2.cvtColor(part, cv2.COLOR_RGB2GRAY), (0, 0), 2.0).astype(np.float32)
        typical = max(40.0, float(np.median(luma[inside > 127])))
        shading = np.clip(luma / typical, 0.45, 1.35)[..., None]
        part[:] = np.clip(part * (1 - weight) + paint * shading * weight, 0, 255).astype(np.uint8)


def _artwork(rng, typefaces, width: float, height: float, behind) -> tuple[np.ndarray, np.ndarray]:
    width, height = max(16, int(width)), max(10, int(height))
    colour = contrasting(rng, behind, 45)
    if rng.random() < 0.35:  # a label: a panel with lettering on it
        alpha = (ellipse(width, height), rounded(width, height, height // 6), rounded(width, height, 0))[rng.integers(3)]
        paint = np.empty((*alpha.shape, 3), np.uint8)
        paint[:] = colour
        ink = contrasting(rng, paint, 70)
        words = _fitted(rng, typefaces, width * 0.85, height * 0.8)
        top, left = (alpha.shape[0] - words.shape[0]) // 2, (alpha.shape[1] - words.shape[1]) // 2
        part = paint[top : top + words.shape[0], left : left + words.shape[1]]
        part[words > 100] = ink
        return paint, alpha
    alpha = _fitted(rng, typefaces, width, height)
    if rng.random() < 0.3:
        size = min(width, height)
        mark = star(size, int(rng.integers(3, 9)), rng.uniform(0.3, 0.8)) if rng.random() < 0.6 else ellipse(size, size)
        wide = max(mark.shape[1], alpha.shape[1])
        alpha = np.vstack([np.pad(part, ((0, 3), ((wide - part.shape[1]) // 2, wide - part.shape[1] - (wide - part.shape[1]) // 2))) for part in (mark, alpha)])
    paint = np.empty((*alpha.shape, 3), np.uint8)
    paint[:] = colour
    if rng.random() < 0.2:
        paint[: alpha.shape[0] // 2] = any_colour(rng, 0.8)
    return paint, alpha


def _fitted(rng, typefaces, width: float, height: float) -> np.ndarray:
    lines = int(rng.choice([1, 2, 3], p=[0.6, 0.28, 0.12]))
    alpha = lettering(rng, typefaces, max(6, height / lines * 0.7), width, lines)
    scale = min(1.0, height / alpha.shape[0], width / alpha.shape[1])
    return cv2.resize(alpha, (max(3, int(alpha.shape[1] * scale)), max(3, int(alpha.shape[0] * scale))), interpolation=cv2.INTER_AREA)


def _bent(rng, paint, alpha, shape, centre_x: float, centre_y: float) -> tuple[np.ndarray, np.ndarray]:
    """Perspective, turn and a wave, onto the whole canvas."""
    height, width = alpha.shape
    angle = rng.normal() * 0.18 if rng.random() < 0.8 else rng.uniform(-np.pi, np.pi)
    cos, sin = np.cos(angle), np.sin(angle)
    corners = np.array([[-width, -height], [width, -height], [width, height], [-width, height]], np.float32) / 2
    jitter = rng.normal(0, 0.09, (4, 2)) * np.array([width, height])
    target = (corners + jitter) @ np.array([[cos, sin], [-sin, cos]]) + np.array([centre_x, centre_y])
    source = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    matrix = cv2.getPerspectiveTransform(source, target.astype(np.float32))
    size = (shape[1], shape[0])
    paint = cv2.warpPerspective(paint, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    alpha = cv2.warpPerspective(alpha, matrix, size, flags=cv2.INTER_AREA)
    if rng.random() < 0.6:
        grid_y, grid_x = np.mgrid[: shape[0], : shape[1]].astype(np.float32)
        wave = rng.uniform(0.5, 2.5) + height * 0.06
        length = rng.uniform(25, 140)
        grid_y = grid_y + (wave * np.sin(grid_x / length + rng.uniform(0, 6)) * 0.7).astype(np.float32)
        grid_x = grid_x + (wave * np.sin(grid_y / length + rng.uniform(0, 6)) * 0.7).astype(np.float32)
        alpha = cv2.remap(alpha, grid_x, grid_y, cv2.INTER_LINEAR)
    return paint, alpha
