"""Clean product pictures with known masks: photographs as they are, and subjects put onto new backgrounds."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from cutouts import Cutout, cut_out
from painting import any_colour, blend, ellipse, rounded, star
from people import SKIN, Wardrobe, draw_person
from photographs import Photograph
from prints import print_on
from typefaces import Typefaces

TOPS = ("t-shirt", "longsleeve", "shirt", "polo", "outwear", "hoodie", "blazer", "top", "undershirt", "dress")
TROUSERS = ("pants",)


@dataclass
class Scene:
    """A picture and what is known about it; None = not known, so nothing is learned from it."""

    pixels: np.ndarray
    subject: np.ndarray | None
    person: float | None
    person_area: np.ndarray | None
    cut_off: float | None


class Studio:
    """Makes scenes from a set of photographs."""

    def __init__(self, photographs: list[Photograph], masks: dict[str, np.ndarray], typefaces: Typefaces) -> None:
        self.photographs = photographs
        self.typefaces = typefaces
        cut = [(photograph.file, *cut_out(photograph, masks[photograph.file])) for photograph in photographs if photograph.file in masks]
        self.masks = {file: mask for file, mask, _ in cut}
        self.cutouts = [cutout for _, _, cutout in cut]
        self.studio_shots = [c for c in self.cutouts if c.category.startswith("product")]
        garments = [c for c in self.cutouts if not c.category.startswith("product")]
        self.wardrobe = Wardrobe([_inner_part(c) for c in garments], _worn(garments, TOPS, 0.7, 1.7), _worn(garments, TROUSERS, 1.2, 4.0))
        self.people_photographs = [p for p in photographs if p.has_person]
        self.garment_photographs = [p for p in photographs if p.is_garment]

    def scene(self, rng: np.random.Generator, size: tuple[int, int] | None = None) -> Scene:
        """One clean picture of about `size` (height, width), or of a usual size."""
        size = size or usual_size(rng)
        roll = rng.random()
        if roll < 0.26:
            return self._photograph(rng, self.photographs, size)
        if roll < 0.32:
            return self._photograph(rng, self.people_photographs or self.photographs, size)
        if roll < 0.50:
            return self._person(rng, size)
        return self._composite(rng, size)

    def _photograph(self, rng, among, size) -> Scene:
        chosen = among[rng.integers(len(among))]
        pixels, mask = chosen.pixels, self.masks.get(chosen.file)
        height, width = pixels.shape[:2]
        share = rng.uniform(0.72, 1.0) if rng.random() < 0.5 else 1.0
        h, w = int(height * share), int(width * share)
        y, x = int(rng.integers(0, height - h + 1)), int(rng.integers(0, width - w + 1))
        scale = max(size) / max(h, w)
        new = (max(32, int(w * scale)), max(32, int(h * scale)))
        window = np.s_[y : y + h, x : x + w]
        flip = rng.random() < 0.4 and not chosen.category.startswith("grocery")
        pixels = cv2.resize(pixels[window], new, interpolation=cv2.INTER_LINEAR if scale > 1 else cv2.INTER_AREA)
        subject, cut_off = None, None
        if mask is not None:
            subject = cv2.resize(mask[window], new, interpolation=cv2.INTER_LINEAR)
            cut_off = _cut_off(mask[window], mask)
        if flip:
            pixels, subject = pixels[:, ::-1].copy(), None if subject is None else subject[:, ::-1].copy()
        pixels = recoloured(rng, pixels, 0.5)
        if subject is not None and rng.random() < 0.3:
            print_on(rng, pixels, subject, self.typefaces)
        known = share == 1.0 or not chosen.has_person
        person_area = np.zeros(pixels.shape[:2], np.uint8) if not chosen.has_person else None
        return Scene(pixels, subject, float(chosen.has_person) if known else None, person_area, cut_off)

    def _person(self, rng, size) -> Scene:
        size = (max(size), max(size) * 3 // 4 if rng.random() < 0.7 else max(size))
        canvas = self.background(rng, size, studio=0.75)
        figure = draw_person(rng, size, self.wardrobe)
        blend(canvas, figure.pixels, figure.alpha, 0, 0)
        person = 1.0 if (figure.body > 0).mean() > 0.004 else None
        return Scene(canvas, figure.alpha, person, figure.body, None)

    def _composite(self, rng, size) -> Scene:
        """One subject, or sometimes two to four, on a new background; some of them cut by the frame."""
        canvas = self.background(rng, size)
        subject = np.zeros(size, np.uint8)
        count = int(rng.choice([1, 2, 3, 4], p=[0.78, 0.12, 0.06, 0.04]))
        cut_off: float | None = 0.0
        wanted_cut = count == 1 and rng.random() < 0.3
        for _ in range(count):
            pixels, alpha = self._subject(rng)
            share = rng.uniform(0.35, 0.98) if count == 1 else rng.uniform(0.3, 0.55)
            scale = share * min(size[0] / alpha.shape[0], size[1] / alpha.shape[1])
            if wanted_cut:
                scale *= rng.uniform(1.0, 1.6)
            new = (max(8, int(alpha.shape[1] * scale)), max(8, int(alpha.shape[0] * scale)))
            method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
            pixels, alpha = cv2.resize(pixels, new, interpolation=method), cv2.resize(alpha, new, interpolation=method)
            x, y = _position(rng, size, alpha.shape, wanted_cut, count)
            if rng.random() < 0.3:
                self._shadow(rng, canvas, alpha, x, y)
            blend(canvas, pixels, alpha, x, y)
            visible = alpha[max(0, -y) : size[0] - y, max(0, -x) : size[1] - x]
            subject_part = np.zeros(size, np.uint8)
            top, left = max(0, y), max(0, x)
            subject_part[top : top + visible.shape[0], left : left + visible.shape[1]] = visible
            subject = np.maximum(subject, subject_part)
            part_cut = _cut_off(visible, alpha)
            cut_off = None if cut_off is None or part_cut is None else max(cut_off, part_cut)
        if rng.random() < 0.35:
            print_on(rng, canvas, subject, self.typefaces)
        return Scene(canvas, subject, 0.0, np.zeros(size, np.uint8), cut_off)

    def _subject(self, rng) -> tuple[np.ndarray, np.ndarray]:
        roll = rng.random()
        if roll < 0.12 and self.studio_shots:
            chosen = self.studio_shots[rng.integers(len(self.studio_shots))]
        elif roll < 0.66:
            chosen = self.cutouts[rng.integers(len(self.cutouts))]
        else:
            return self._drawn_object(rng)
        pixels, alpha = recoloured(rng, chosen.pixels, 0.8), chosen.alpha
        if rng.random() < 0.5:
            pixels, alpha = pixels[:, ::-1], alpha[:, ::-1]
        if rng.random() < 0.3:
            degrees = rng.uniform(-25, 25)
            turn = cv2.getRotationMatrix2D((alpha.shape[1] / 2, alpha.shape[0] / 2), degrees, 0.9)
            pixels = cv2.warpAffine(np.ascontiguousarray(pixels), turn, alpha.shape[::-1], flags=cv2.INTER_LINEAR)
            alpha = cv2.warpAffine(np.ascontiguousarray(alpha), turn, alpha.shape[::-1], flags=cv2.INTER_LINEAR)
        return np.ascontiguousarray(pixels), np.ascontiguousarray(alpha)

    def _drawn_object(self, rng) -> tuple[np.ndarray, np.ndarray]:
        """A box, bottle, bag, ring or blob, painted with colour, pattern or a piece of a photograph."""
        size = int(rng.integers(180, 340))
        tall = rng.uniform(0.4, 1.0)
        alpha = np.zeros((size, size), np.uint8)
        kind = rng.integers(7)
        half = int(size * tall / 2) - 4
        middle = size // 2
        if kind == 0:
            part = rounded(half * 2, size - 8, int(rng.integers(0, max(1, half))))
            alpha[4 : 4 + part.shape[0], middle - half : middle - half + part.shape[1]] = part
        elif kind == 1:
            part = ellipse(half * 2, size - 8)
            alpha[4 : 4 + part.shape[0], middle - half : middle - half + part.shape[1]] = part
        elif kind == 2:
            neck = int(half * rng.uniform(0.25, 0.6))
            level = int(size * rng.uniform(0.25, 0.45))
            alpha[level:-4, middle - half : middle + half] = rounded(half * 2, size - 4 - level, half // 3)[: size - 4 - level, : half * 2]
            alpha[4 : level + half // 3, middle - neck : middle + neck] = 255
        elif kind == 3:
            level = int(size * rng.uniform(0.3, 0.5))
            alpha[level:-4, middle - half : middle + half] = 255
            cv2.ellipse(alpha, (middle, level), (max(2, half * 2 // 3), level - 6), 0, 180, 360, 255, max(3, size // 22), cv2.LINE_AA)
        elif kind == 4:
            cv2.circle(alpha, (middle, middle), int(size * 0.42), 255, max(5, int(size * rng.uniform(0.04, 0.14))), cv2.LINE_AA)
            if rng.random() < 0.6:
                cv2.rectangle(alpha, (middle - size // 8, 4), (middle + size // 8, size - 4), 255, cv2.FILLED)
        elif kind == 5:
            angles = np.sort(rng.uniform(0, 2 * np.pi, int(rng.integers(5, 12))))
            radii = rng.uniform(0.5, 1.0, len(angles)) * (middle - 4)
            points = np.stack([np.cos(angles) * radii, np.sin(angles) * radii], 1) + middle
            alpha = cv2.GaussianBlur(cv2.fillPoly(alpha, [points.astype(np.int32)], 255), (0, 0), 5)
            alpha = np.clip((alpha.astype(np.int32) - 100) * 5, 0, 255).astype(np.uint8)
        else:
            part = star(size - 8, int(rng.integers(3, 9)), rng.uniform(0.4, 0.9))
            alpha[4 : 4 + part.shape[0], 4 : 4 + part.shape[1]] = part
        paint = self._pattern(rng, size)
        depth = cv2.distanceTransform((alpha > 127).astype(np.uint8), cv2.DIST_L2, 3)
        shade = (1 - rng.uniform(0.1, 0.5)) + rng.uniform(0.1, 0.5) * np.sqrt(np.clip(depth / max(2.0, depth.max()), 0, 1))
        slope = 1 + rng.uniform(-0.3, 0.3) * np.linspace(-1, 1, size)[None, :] + rng.uniform(-0.2, 0.2) * np.linspace(-1, 1, size)[:, None]
        paint = np.clip(paint * (shade * slope)[..., None], 0, 255).astype(np.uint8)
        x, y, w, h = cv2.boundingRect((alpha > 127).astype(np.uint8))
        if w < 8 or h < 8:
            return paint, np.full((size, size), 255, np.uint8)
        return paint[y : y + h, x : x + w].copy(), alpha[y : y + h, x : x + w].copy()

    def _pattern(self, rng, size: int) -> np.ndarray:
        paint = np.empty((size, size, 3), np.float32)
        paint[:] = SKIN[rng.integers(len(SKIN))] * rng.uniform(0.8, 1.1) if rng.random() < 0.25 else any_colour(rng, 0.5)
        roll = rng.random()
        if roll < 0.35:
            source = self.photographs[rng.integers(len(self.photographs))].pixels
            side = int(min(source.shape[:2]) * rng.uniform(0.15, 0.6))
            y, x = int(rng.integers(0, source.shape[0] - side)), int(rng.integers(0, source.shape[1] - side))
            paint = cv2.resize(source[y : y + side, x : x + side], (size, size)).astype(np.float32)
        elif roll < 0.65:
            grid_y, grid_x = np.mgrid[:size, :size]
            angle, period = rng.uniform(0, np.pi), rng.uniform(6, 60)
            phase = (grid_x * np.cos(angle) + grid_y * np.sin(angle)) / period
            on = np.sin(phase * 2 * np.pi) > rng.uniform(-0.6, 0.6)
            if rng.random() < 0.4:
                on ^= np.sin((grid_x * np.sin(angle) - grid_y * np.cos(angle)) / period * 2 * np.pi) > 0
            paint[on] = any_colour(rng, 0.5)
        elif roll < 0.75:
            for _ in range(int(rng.integers(2, 6))):
                y = int(rng.integers(0, size))
                paint[y : y + int(rng.integers(4, size // 3))] = any_colour(rng, 0.7)
        return paint + rng.normal(0, rng.uniform(0, 6), (size, size, 1))

    def background(self, rng, size, studio: float = 0.62) -> np.ndarray:
        """White, off-white, plain, graded or a scene; `studio` is the share of the first two."""
        height, width = size
        canvas = np.empty((height, width, 3), np.uint8)
        roll = rng.random()
        if roll < studio * 0.7:
            canvas[:] = 255
        elif roll < studio:
            canvas[:] = np.clip(int(rng.integers(222, 255)) + rng.integers(-4, 5, 3), 0, 255)
        elif roll < studio + (1 - studio) * 0.25:
            canvas[:] = any_colour(rng, 0.4)
        elif roll < studio + (1 - studio) * 0.5:
            a, b = (np.array(any_colour(rng, 0.3), np.float32) for _ in range(2))
            if rng.random() < 0.5:
                b = np.clip(a + rng.uniform(-60, 60), 0, 255)
            ramp = np.linspace(0, 1, height, dtype=np.float32)[:, None, None]
            if rng.random() < 0.3:
                ramp = (ramp > rng.uniform(0.5, 0.85)).astype(np.float32)
            canvas[:] = np.broadcast_to(a * (1 - ramp) + b * ramp, canvas.shape).astype(np.uint8)
        else:
            among = [p for p in (self.photographs[rng.integers(len(self.photographs))] for _ in range(6)) if not p.has_person]
            source = (among or self.garment_photographs)[0].pixels
            share = rng.uniform(0.3, 1.0)
            h, w = int(source.shape[0] * share), int(source.shape[1] * share)
            y, x = int(rng.integers(0, source.shape[0] - h + 1)), int(rng.integers(0, source.shape[1] - w + 1))
            canvas = cv2.resize(source[y : y + h, x : x + w], (width, height))
            if rng.random() < 0.6:
                canvas = cv2.GaussianBlur(canvas, (0, 0), rng.uniform(1, 10))
            canvas = np.ascontiguousarray(recoloured(rng, canvas, 1.0))
        return canvas

    def _shadow(self, rng, canvas, alpha, x, y) -> None:
        spread = max(1.0, alpha.shape[0] * rng.uniform(0.01, 0.04))
        reach = int(spread * 3)
        shadow = cv2.GaussianBlur(cv2.copyMakeBorder(alpha, reach, reach, reach, reach, cv2.BORDER_CONSTANT), (0, 0), spread)
        blend(canvas, (0, 0, 0), shadow, x - reach + int(spread), y - reach + int(spread * rng.uniform(0.5, 2)), rng.uniform(0.1, 0.45))


def usual_size(rng: np.random.Generator) -> tuple[int, int]:
    """Height and width as shop pictures have them."""
    longest = int(rng.integers(360, 560))
    ratio = rng.choice([0.66, 0.75, 0.8, 1.0, rng.uniform(0.35, 1.0)], p=[0.1, 0.28, 0.14, 0.28, 0.2])
    shortest = int(longest * ratio)
    return (longest, shortest) if rng.random() < 0.7 else (shortest, longest)


def recoloured(rng: np.random.Generator, pixels: np.ndarray, strength: float) -> np.ndarray:
    """Other light and other colours; sometimes none, sometimes another hue."""
    if rng.random() > strength:
        return pixels
    hsv = cv2.cvtColor(np.ascontiguousarray(pixels), cv2.COLOR_RGB2HSV).astype(np.int16)
    if rng.random() < 0.3:
        hsv[..., 0] = (hsv[..., 0] + rng.integers(0, 180)) % 180
    hsv[..., 1] = np.clip(hsv[..., 1] * rng.uniform(0.5, 1.4), 0, 255)
    levels = (np.linspace(0, 1, 256) ** rng.uniform(0.7, 1.4) * 255 * rng.uniform(0.85, 1.0)).astype(np.uint8)
    hsv[..., 2] = levels[hsv[..., 2]]
    return cv2.cvtColor(hsv.astype(np.uint8), cv2.COLOR_HSV2RGB)


def _worn(garments: list[Cutout], categories: tuple[str, ...], low: float, high: float) -> list[tuple[np.ndarray, np.ndarray]]:
    """Garments that can be put on a figure: of these categories, photographed upright (height over width within the limits)."""
    return [(c.pixels, c.alpha) for c in garments if c.category in categories and low < c.alpha.shape[0] / c.alpha.shape[1] < high]


def _inner_part(cutout: Cutout) -> np.ndarray:
    height, width = cutout.alpha.shape
    return cutout.pixels[height // 4 : height * 3 // 4, width // 3 : width * 2 // 3].copy()


def _position(rng, size, shape, wanted_cut: bool, count: int) -> tuple[int, int]:
    room_y, room_x = size[0] - shape[0], size[1] - shape[1]
    if wanted_cut:
        y, x = room_y // 2, room_x // 2
        lost = rng.uniform(0.06, 0.45)
        edge = rng.integers(4)
        if edge == 0:
            x = -int(shape[1] * lost)
        elif edge == 1:
            x = size[1] - int(shape[1] * (1 - lost))
        elif edge == 2:
            y = -int(shape[0] * lost)
        else:
            y = size[0] - int(shape[0] * (1 - lost))
        return x, y
    if count > 1 or rng.random() < 0.25:
        return int(rng.integers(min(0, room_x), max(1, room_x + 1))), int(rng.integers(min(0, room_y), max(1, room_y + 1)))
    return int(room_x / 2 + rng.normal() * 0.05 * max(0, room_x)), int(room_y / 2 + rng.normal() * 0.1 * max(0, room_y))


def _cut_off(visible: np.ndarray, whole: np.ndarray) -> float | None:
    """1 where at least 4 % of the subject is outside the frame, 0 where nothing is, unknown between."""
    total = float((whole > 127).sum())
    lost = 1 - float((visible > 127).sum()) / max(1.0, total)
    return 1.0 if lost > 0.04 else 0.0 if lost < 0.003 else None
