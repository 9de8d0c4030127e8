"""Text and graphics added over a photograph: what `text_overlay_*` must find. Each maker paints one thing and marks its area."""

from __future__ import annotations

import cv2
import numpy as np

from painting import any_colour, blend, closed, contrasting, cover, ellipse, near, rotated, rounded, star
from typefaces import Typefaces, text_alpha


def add_overlays(rng: np.random.Generator, canvas: np.ndarray, typefaces: Typefaces) -> np.ndarray:
    """Paints one to three overlays onto `canvas`; returns the area they cover (0 or 255)."""
    area = np.zeros(canvas.shape[:2], np.uint8)
    count = rng.choice([1, 2, 3], p=[0.6, 0.27, 0.13])
    makers = list(MAKERS)
    shares = np.array([MAKERS[maker] for maker in makers])
    for _ in range(count):
        makers[rng.choice(len(makers), p=shares / shares.sum())](rng, canvas, area, typefaces)
    if not area.any():
        plain_text(rng, canvas, area, typefaces)
    return area


def lettering(rng, typefaces: Typefaces, height_px: float, most_px: float, lines: int, stroke_px: int = 0) -> np.ndarray:
    """A block of text whose letters are about `height_px` high and which is no wider than `most_px`."""
    script, text = typefaces.words(rng)
    texts = [text]
    for _ in range(lines - 1):
        for _ in range(8):
            other, more = typefaces.words(rng, 6)
            if other == script:
                texts.append(more)
                break
    align = ("left", "center", "right")[rng.integers(3)]
    alpha = text_alpha(typefaces.font(rng, script, height_px), texts, align, stroke_px)
    if alpha.shape[1] > most_px:
        scale = most_px / alpha.shape[1]
        alpha = cv2.resize(alpha, (max(3, int(most_px)), max(3, int(alpha.shape[0] * scale))), interpolation=cv2.INTER_AREA)
    return alpha


def plain_text(rng, canvas, area, typefaces) -> None:
    """Lines of text straight on the picture, perhaps outlined, shadowed, faint or slightly turned."""
    height, width = canvas.shape[:2]
    letter = height * _size(rng, 0.022, 0.15)
    lines = int(rng.choice([1, 2, 3, 4], p=[0.55, 0.25, 0.12, 0.08]))
    alpha = lettering(rng, typefaces, letter / lines**0.4, width * rng.uniform(0.3, 0.98), lines)
    if rng.random() < 0.15:
        alpha = rotated(alpha, rng.uniform(-40, 40))
    elif rng.random() < 0.06:
        alpha = np.rot90(alpha).copy()
    x, y = _place(rng, canvas, alpha)
    behind = canvas[max(y, 0) : y + alpha.shape[0], max(x, 0) : x + alpha.shape[1]]
    if behind.size == 0:
        return
    roll = rng.random()
    if roll < 0.2:
        colour = near(rng, behind, 22, 60)
    else:
        colour = contrasting(rng, behind, 70)
    if roll > 0.7:
        reach = int(max(1, letter // 9))
        outline = cv2.dilate(cv2.copyMakeBorder(alpha, reach, reach, reach, reach, cv2.BORDER_CONSTANT), np.ones((2 * reach + 1,) * 2, np.uint8))
        outline_colour = (0, 0, 0) if sum(colour) > 380 else (255, 255, 255)
        blend(canvas, outline_colour, outline, x - reach, y - reach, rng.uniform(0.6, 1))
    elif roll > 0.55:
        offset = int(max(1, letter // 10))
        shadow = cv2.GaussianBlur(alpha, (0, 0), max(0.6, letter / 14))
        blend(canvas, (0, 0, 0), shadow, x + offset, y + offset, rng.uniform(0.4, 0.9))
    blend(canvas, colour, alpha, x, y, rng.uniform(0.8, 1))
    cover(area, closed(alpha, letter * 0.8), x, y)


def banner(rng, canvas, area, typefaces) -> None:
    """A bar with text: along an edge, across, or as a panel."""
    height, width = canvas.shape[:2]
    bar_height = int(height * rng.uniform(0.05, 0.26))
    bar_width = width if rng.random() < 0.6 else int(width * rng.uniform(0.3, 0.9))
    if rng.random() < 0.15:
        bar_height, bar_width = int(height * rng.uniform(0.3, 1.0)), int(width * rng.uniform(0.2, 0.45))
    x = 0 if bar_width == width else int(rng.choice([0, width - bar_width, rng.integers(0, width - bar_width + 1)]))
    y = int(rng.choice([0, height - bar_height, rng.integers(0, max(1, height - bar_height))], p=[0.35, 0.45, 0.2]))
    panel = rounded(bar_width, bar_height, int(rng.choice([0, bar_height // 5, bar_height // 2])))
    colour = any_colour(rng, 0.65)
    opacity = 1.0 if rng.random() < 0.6 else rng.uniform(0.45, 0.95)
    if rng.random() < 0.2:
        other = np.array(any_colour(rng, 0.65), np.float32)
        ramp = np.linspace(0, 1, bar_width, dtype=np.float32)[None, :, None]
        paint = np.broadcast_to(np.array(colour, np.float32) * (1 - ramp) + other * ramp, (*panel.shape[:1], bar_width, 3))
        blend(canvas, np.ascontiguousarray(paint[:, : panel.shape[1]]).astype(np.uint8), panel, x, y, opacity)
    else:
        blend(canvas, colour, panel, x, y, opacity)
    _text_inside(rng, canvas, typefaces, x, y, bar_width, bar_height, 0.9)
    cover(area, panel, x, y)


def badge(rng, canvas, area, typefaces) -> None:
    """A round, starred, square or tag-shaped sticker with a few letters."""
    height, width = canvas.shape[:2]
    size = int(min(height, width) * _size(rng, 0.09, 0.38))
    kind = rng.integers(5)
    if kind == 0:
        shape = ellipse(size, size)
    elif kind == 1:
        shape = star(size, int(rng.integers(5, 24)), rng.uniform(0.5, 0.92))
    elif kind == 2:
        shape = rounded(int(size * rng.uniform(1, 2.2)), int(size * rng.uniform(0.4, 1)), size // int(rng.integers(3, 12)))
    elif kind == 3:
        shape = star(size, int(rng.integers(3, 5)), rng.uniform(0.6, 0.95))
    else:
        shape = _tag(int(size * 1.6), int(size * 0.6))
    x, y = _place(rng, canvas, shape, corner=0.75)
    if rng.random() < 0.3:
        blend(canvas, (0, 0, 0), cv2.GaussianBlur(shape, (0, 0), size / 25 + 0.5), x + size // 30, y + size // 25, 0.5)
    blend(canvas, any_colour(rng, 0.75), shape, x, y, 1.0 if rng.random() < 0.8 else rng.uniform(0.7, 1))
    if rng.random() < 0.25:
        inner = cv2.erode(shape, np.ones((size // 12 | 1,) * 2, np.uint8))
        ring = cv2.subtract(inner, cv2.erode(inner, np.ones((max(3, size // 30),) * 2, np.uint8)))
        blend(canvas, (255, 255, 255), ring, x, y)
    if rng.random() < 0.92:
        _text_inside(rng, canvas, typefaces, x, y, shape.shape[1], shape.shape[0], 0.7)
    cover(area, shape, x, y)


def ribbon(rng, canvas, area, typefaces) -> None:
    """A strip across a corner."""
    height, width = canvas.shape[:2]
    side = int(min(height, width) * rng.uniform(0.6, 0.9))
    strip = rounded(side, int(side * rng.uniform(0.12, 0.24)), 0)
    paint = np.empty((*strip.shape, 3), np.uint8)
    paint[:] = any_colour(rng, 0.8)
    _text_inside(rng, paint, typefaces, int(side * 0.2), 0, int(side * 0.6), strip.shape[0], 0.85)
    right, bottom = rng.random() < 0.5, rng.random() < 0.2
    degrees = -45 if right != bottom else 45
    alpha = rotated(strip, degrees)
    paint = rotated(paint, degrees)
    inset = side * 0.26
    x = int((width - inset if right else inset) - alpha.shape[1] / 2)
    y = int((height - inset if bottom else inset) - alpha.shape[0] / 2)
    blend(canvas, paint, alpha, x, y)
    cover(area, alpha, x, y)


def feature_list(rng, canvas, area, typefaces) -> None:
    """A column or row of icons with captions, as in infographics."""
    height, width = canvas.shape[:2]
    icon = int(min(height, width) * rng.uniform(0.04, 0.11))
    count = int(rng.integers(2, 6))
    vertical = rng.random() < 0.7
    gap = icon * rng.uniform(1.3, 2.2)
    x = int(rng.uniform(0.02, 0.6) * width)
    y = int(rng.uniform(0.02, 0.7) * height)
    colour = contrasting(rng, canvas[y : y + icon * 3, x : x + icon * 5], 60)
    shape_kind = rng.integers(4)
    for item in range(count):
        left = x if vertical else int(x + item * gap * 1.6)
        top = int(y + item * gap) if vertical else y
        shape = (ellipse(icon, icon), rounded(icon, icon, icon // 5), star(icon, 5, 0.45), _tick(icon))[shape_kind]
        blend(canvas, colour, shape, left, top)
        cover(area, shape, left, top)
        if shape_kind < 2 and rng.random() < 0.6:
            blend(canvas, (255, 255, 255), _tick(int(icon * 0.7)), left + icon // 7, top + icon // 7)
        letter = icon * rng.uniform(0.3, 0.55)
        alpha = lettering(rng, typefaces, letter, width * (0.4 if vertical else 0.16), int(rng.choice([1, 2])))
        at = (left + int(icon * 1.25), top + (icon - alpha.shape[0]) // 2) if vertical else (left + (icon - alpha.shape[1]) // 2, top + int(icon * 1.1))
        blend(canvas, colour, alpha, *at)
        cover(area, closed(alpha, letter), *at)


def dimensions(rng, canvas, area, typefaces) -> None:
    """A measuring arrow with a length beside it."""
    height, width = canvas.shape[:2]
    colour = contrasting(rng, canvas, 60)
    length = int(min(height, width) * rng.uniform(0.35, 0.85))
    thickness = int(max(1, length // 150))
    arrow = np.zeros((max(9, length // 16), length), np.uint8)
    middle = arrow.shape[0] // 2
    cv2.arrowedLine(arrow, (length // 2, middle), (length - 2, middle), 255, thickness, cv2.LINE_AA, tipLength=0.06)
    cv2.arrowedLine(arrow, (length // 2, middle), (2, middle), 255, thickness, cv2.LINE_AA, tipLength=0.06)
    if rng.random() < 0.5:
        arrow = np.rot90(arrow).copy()
    x, y = _place(rng, canvas, arrow)
    blend(canvas, colour, arrow, x, y)
    cover(area, cv2.dilate(arrow, np.ones((5, 5), np.uint8)), x, y)
    letter = height * rng.uniform(0.022, 0.05)
    unit = ("cm", " cm", " mm", "″", " in")[rng.integers(5)]
    alpha = text_alpha(typefaces.font(rng, "latin", letter), [f"{rng.integers(2, 250)}{unit}"])
    at = (x + arrow.shape[1] // 2 + 4, y + arrow.shape[0] // 2 + 4)
    blend(canvas, colour, alpha, *at)
    cover(area, closed(alpha, letter), *at)


def graphic(rng, canvas, area, typefaces) -> None:
    """A graphic with few or no letters: arrow, ring, tick, rating stars, colour swatches, speech bubble."""
    height, width = canvas.shape[:2]
    size = int(min(height, width) * _size(rng, 0.08, 0.35))
    kind = rng.integers(6)
    colour = any_colour(rng, 0.8)
    if kind == 0:
        shape = np.zeros((size, size), np.uint8)
        cv2.arrowedLine(shape, (size // 8, size // 8), (size - size // 6, size - size // 6), 255, max(2, size // 9), cv2.LINE_AA, tipLength=0.4)
        shape = rotated(shape, rng.uniform(0, 360))
    elif kind == 1:
        full = ellipse(size, size)
        shape = cv2.subtract(full, cv2.erode(full, np.ones((max(3, size // 9),) * 2, np.uint8)))
    elif kind == 2:
        shape = _tick(size)
    elif kind in (3, 4):
        unit = max(8, size // 4)
        one = star(unit, 5, 0.45) if kind == 3 else ellipse(unit, unit)
        shape = np.hstack([np.pad(one, ((1, 1), (1, 2))) for _ in range(int(rng.integers(3, 6)))])
    else:
        shape = np.pad(rounded(int(size * 1.5), int(size * 0.7), size // 6), ((0, size // 5), (0, 0)))
        tip = np.array([[size // 3, int(size * 0.68)], [size // 2, int(size * 0.68)], [size // 3, shape.shape[0] - 1]])
        cv2.fillPoly(shape, [tip], 255, cv2.LINE_AA)
    x, y = _place(rng, canvas, shape, corner=0.5)
    blend(canvas, colour, shape, x, y)
    if kind == 5:
        _text_inside(rng, canvas, typefaces, x, y, shape.shape[1], int(shape.shape[0] * 0.8), 0.85)
    cover(area, cv2.morphologyEx(shape, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8)), x, y)


def logo(rng, canvas, area, typefaces) -> None:
    """A shop's mark beside its name, opaque."""
    height, width = canvas.shape[:2]
    letter = height * _size(rng, 0.025, 0.09)
    alpha = lettering(rng, typefaces, letter, width * 0.45, 1)
    size = int(letter * rng.uniform(1.2, 2.2))
    mark = (ellipse(size, size), star(size, int(rng.integers(3, 9)), rng.uniform(0.3, 0.8)), rounded(size, size, size // 4))[rng.integers(3)]
    block = np.zeros((max(size, alpha.shape[0]), size + 4 + alpha.shape[1]), np.uint8)
    block[: mark.shape[0], : mark.shape[1]] = mark[: block.shape[0], :]
    top = (block.shape[0] - alpha.shape[0]) // 2
    block[top : top + alpha.shape[0], -alpha.shape[1] :] = alpha
    x, y = _place(rng, canvas, block, corner=0.75)
    behind = canvas[max(y, 0) : y + block.shape[0], max(x, 0) : x + block.shape[1]]
    blend(canvas, contrasting(rng, behind, 60), block, x, y, rng.uniform(0.8, 1))
    cover(area, closed(block, letter), x, y)


MAKERS = {plain_text: 0.36, banner: 0.15, badge: 0.17, ribbon: 0.05, feature_list: 0.09, dimensions: 0.05, graphic: 0.06, logo: 0.07}


def _size(rng, low: float, high: float) -> float:
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))


def _place(rng, canvas, patch, corner: float = 0.35) -> tuple[int, int]:
    height, width = canvas.shape[:2]
    room_x, room_y = width - patch.shape[1], height - patch.shape[0]
    if rng.random() < corner:
        inset = int(min(height, width) * rng.uniform(0, 0.07))
        x = int(rng.choice([inset, room_x - inset, room_x // 2], p=[0.4, 0.4, 0.2]))
        y = int(rng.choice([inset, room_y - inset]))
        return x, y
    return int(rng.integers(min(0, room_x), max(1, room_x + 1))), int(rng.integers(min(0, room_y), max(1, room_y + 1)))


def _text_inside(rng, canvas, typefaces, x, y, width, height, share) -> None:
    lines = int(rng.choice([1, 2, 3], p=[0.6, 0.28, 0.12])) if height > 24 else 1
    letter = height * share / lines * rng.uniform(0.4, 0.75)
    alpha = lettering(rng, typefaces, max(6, letter), width * share, lines)
    if alpha.shape[0] > height * 0.95:
        scale = height * 0.9 / alpha.shape[0]
        alpha = cv2.resize(alpha, (max(3, int(alpha.shape[1] * scale)), max(3, int(alpha.shape[0] * scale))), interpolation=cv2.INTER_AREA)
    behind = canvas[max(0, y) : y + height, max(0, x) : x + width]
    if behind.size:
        blend(canvas, contrasting(rng, behind, 80), alpha, x + (width - alpha.shape[1]) // 2, y + (height - alpha.shape[0]) // 2)


def _tag(width: int, height: int) -> np.ndarray:
    patch = np.zeros((max(height, 7), max(width, 12)), np.uint8)
    height, width = patch.shape
    corners = np.array([[0, 0], [width - height // 2, 0], [width - 1, height // 2], [width - height // 2, height - 1], [0, height - 1]])
    return cv2.fillPoly(patch, [corners], 255, cv2.LINE_AA)


def _tick(size: int) -> np.ndarray:
    size = max(size, 7)
    points = np.array([[size // 8, size // 2], [size * 2 // 5, size * 4 // 5], [size * 7 // 8, size // 6]])
    return cv2.polylines(np.zeros((size, size), np.uint8), [points], False, 255, max(1, size // 8), cv2.LINE_AA)
