"""Several pictures in one frame, and what only looks like it: frames, bars, split backgrounds."""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np

from painting import any_colour, blend, ellipse, rounded
from scenes import Scene, Studio, recoloured, usual_size


def make_collage(rng: np.random.Generator, studio: Studio) -> Scene:
    """A grid, a big picture with small ones, or a picture set into another; with or without gaps."""
    if rng.random() < 0.14:
        return _inset(rng, studio)
    joined = rng.random() < 0.4
    height, width = _strip_size(rng) if joined else usual_size(rng)
    gap = int(rng.choice([0, rng.integers(1, 5), rng.integers(4, 18)], p=[0.4, 0.3, 0.3]))
    colour = (255, 255, 255) if rng.random() < 0.6 else any_colour(rng, 0.3)
    canvas = np.empty((height, width, 3), np.uint8)
    canvas[:] = colour
    subject = np.zeros((height, width), np.uint8)
    known = True
    boxes = _strip(height, width) if joined else _layout(rng, height, width)
    same = studio.scene(rng, (240, 240)) if rng.random() < 0.3 else None
    outer = gap if rng.random() < 0.5 else 0
    people = []
    for x0, y0, x1, y1 in boxes:
        left, top = x0 + (gap // 2 if x0 else outer), y0 + (gap // 2 if y0 else outer)
        right, bottom = x1 - (gap - gap // 2 if x1 < width else outer), y1 - (gap - gap // 2 if y1 < height else outer)
        if right - left < 12 or bottom - top < 12:
            continue
        size = (bottom - top, right - left)
        part = _variant(rng, same) if same is not None else studio.scene(rng, size)
        people.append(part.person)
        whole = rng.random() < 0.35  # fit the whole picture in, white around it
        pixels = _fitted(part.pixels, size, whole, colour)
        canvas[top:bottom, left:right] = pixels
        if part.subject is None:
            known = False
        else:
            subject[top:bottom, left:right] = _fitted(part.subject, size, whole, 0)
    person = 1.0 if 1.0 in people else None if None in people else 0.0
    return Scene(canvas, subject if known else None, person, np.zeros((height, width), np.uint8) if person == 0.0 else None, None)


def add_frame(rng: np.random.Generator, scene: Scene) -> None:
    """A frame, bars or a line around or along the picture: not a collage. Shrinks the scene into it, in place."""
    height, width = scene.pixels.shape[:2]
    thick = int(min(height, width) * rng.uniform(0.01, 0.12))
    sides = np.ones(4, int) if rng.random() < 0.6 else np.array([[1, 1, 0, 0], [0, 0, 1, 1]][rng.integers(2)])
    top, bottom, left, right = (int(v) for v in sides * thick)
    inner = (max(8, width - left - right), max(8, height - top - bottom))
    canvas = np.empty_like(scene.pixels)
    canvas[:] = any_colour(rng, 0.5)
    canvas[top : top + inner[1], left : left + inner[0]] = cv2.resize(scene.pixels, inner, interpolation=cv2.INTER_AREA)
    scene.pixels = canvas
    for name in ("subject", "person_area"):
        mask = getattr(scene, name)
        if mask is not None:
            moved = np.zeros((height, width), np.uint8)
            moved[top : top + inner[1], left : left + inner[0]] = cv2.resize(mask, inner, interpolation=cv2.INTER_AREA)
            setattr(scene, name, moved)


def _strip_size(rng) -> tuple[int, int]:
    """Height and width of two or three pictures joined as they are: the frame grows with them."""
    side, ratio, count = int(rng.integers(200, 300)), rng.choice([1.0, 0.8, 1.25, rng.uniform(0.7, 1.4)], p=[0.5, 0.15, 0.15, 0.2]), int(rng.choice([2, 3], p=[0.65, 0.35]))
    return (int(side * ratio), side * count) if rng.random() < 0.6 else (side * count, int(side * ratio))


def _strip(height: int, width: int) -> list[tuple[int, int, int, int]]:
    """As many pictures beside, or below, each other as leave each about square."""
    count = max(2, min(3, round(max(height, width) / min(height, width))))
    steps = np.linspace(0, max(height, width), count + 1).astype(int)
    return [(a, 0, b, height) if width > height else (0, a, width, b) for a, b in pairwise(steps.tolist())]


def _layout(rng, height: int, width: int) -> list[tuple[int, int, int, int]]:
    kind = rng.integers(5)
    if kind <= 1:
        rows, columns = ((1, 2), (2, 1), (2, 2), (1, 3), (3, 1), (2, 3), (3, 2), (3, 3))[rng.choice(8, p=[0.2, 0.14, 0.26, 0.1, 0.08, 0.09, 0.09, 0.04])]
        ys = np.linspace(0, height, rows + 1).astype(int)
        xs = np.linspace(0, width, columns + 1).astype(int)
        return [(xs[c], ys[r], xs[c + 1], ys[r + 1]) for r in range(rows) for c in range(columns)]
    cut = rng.uniform(0.3, 0.75)
    count = int(rng.integers(1, 5))
    steps = np.linspace(0, 1, count + 1)
    if kind == 2:
        x = int(width * cut)
        return [(0, 0, x, height)] + [(x, int(height * a), width, int(height * b)) for a, b in pairwise(steps)]
    if kind == 3:
        y = int(height * cut)
        return [(0, 0, width, y)] + [(int(width * a), y, int(width * b), height) for a, b in pairwise(steps)]
    boxes, y = [], 0
    for row_share in rng.dirichlet(np.full(int(rng.integers(2, 4)), 8.0)):
        bottom = height if y + row_share * height > height - 6 else int(y + row_share * height)
        xs = np.concatenate([[0], np.cumsum(rng.dirichlet(np.full(int(rng.integers(1, 4)), 8.0)))]) * width
        boxes += [(int(a), y, int(b), bottom) for a, b in pairwise(xs)]
        y = bottom
    return boxes if len(boxes) > 1 else [(0, 0, width // 2, height), (width // 2, 0, width, height)]


def _inset(rng, studio: Studio) -> Scene:
    scene = studio.scene(rng)
    height, width = scene.pixels.shape[:2]
    side = int(min(height, width) * rng.uniform(0.22, 0.48))
    count = int(rng.integers(1, 4))
    corners = rng.permutation(4)[:count]
    for corner in corners:
        part = studio.scene(rng, (side, int(side * rng.uniform(0.7, 1.3))))
        shape = part.pixels.shape[:2]
        alpha = ellipse(shape[1], shape[0]) if rng.random() < 0.45 else rounded(shape[1], shape[0], int(rng.choice([0, 12])))
        alpha = alpha[: shape[0], : shape[1]]
        margin = int(rng.uniform(0, 0.06) * side)
        x = margin if corner % 2 == 0 else width - shape[1] - margin
        y = margin if corner < 2 else height - shape[0] - margin
        if rng.random() < 0.75:
            rim = cv2.dilate(np.pad(alpha, 5), np.ones((int(rng.integers(2, 8)),) * 2, np.uint8))
            blend(scene.pixels, any_colour(rng, 0.3), rim, x - 5, y - 5)
        blend(scene.pixels, part.pixels, alpha, x, y)
        if part.person != 0.0 and scene.person == 0.0:
            scene.person, scene.person_area = part.person, None
    return Scene(scene.pixels, None, scene.person, scene.person_area if scene.person == 0.0 else None, None)


def _variant(rng, scene: Scene) -> Scene:
    """The same picture again, as shops show colours or sides of one product."""
    pixels, subject = scene.pixels, scene.subject
    if rng.random() < 0.4:
        pixels, subject = pixels[:, ::-1], None if subject is None else subject[:, ::-1]
    if rng.random() < 0.4:
        height, width = pixels.shape[:2]
        y, x = int(height * rng.uniform(0, 0.3)), int(width * rng.uniform(0, 0.3))
        window = np.s_[y : y + int(height * 0.7), x : x + int(width * 0.7)]
        pixels, subject = pixels[window], None if subject is None else subject[window]
    pixels = recoloured(rng, np.ascontiguousarray(pixels), 0.6)
    return Scene(pixels, None if subject is None else np.ascontiguousarray(subject), scene.person, None, None)


def _fitted(picture: np.ndarray, size: tuple[int, int], whole: bool, fill) -> np.ndarray:
    """The picture cropped to `size`, or shrunk into it with `fill` around."""
    height, width = picture.shape[:2]
    scale = (min if whole else max)(size[0] / height, size[1] / width)
    new = (max(1, round(width * scale)), max(1, round(height * scale)))
    picture = cv2.resize(picture, new, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    out = np.empty((*size, *picture.shape[2:]), np.uint8)
    out[:] = fill
    y, x = (size[0] - picture.shape[0]) // 2, (size[1] - picture.shape[1]) // 2
    source = picture[max(0, -y) : max(0, -y) + size[0], max(0, -x) : max(0, -x) + size[1]]
    out[max(0, y) : max(0, y) + source.shape[0], max(0, x) : max(0, x) + source.shape[1]] = source
    return out
