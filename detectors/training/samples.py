"""The training samples: which mix of pictures is made, and the truth that goes with each.

Sample `i` of a run is a function of (seed, i) alone, so any number of processes make the same samples.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from PIL import Image

from collages import add_frame, make_collage
from degradations import degrade, recompressed
from overlays import add_overlays
from placeholders import make_placeholder
from scenes import Studio
from watermarks import add_watermark

SIDE_PX = 320
MAP_SIDE = 40
SCORES = ("text_overlay", "watermark", "collage", "placeholder", "person", "cut_off", "quality")
MAPS = ("text_map", "watermark_map", "subject_map", "person_map")
UNKNOWN = -1.0


@dataclass
class Sample:
    """`image` HWC uint8; `scores` and `maps` in the order of `SCORES` and `MAPS`, in 0..1, `UNKNOWN` where nothing is to be learned."""

    image: np.ndarray
    scores: np.ndarray
    maps: np.ndarray


def make_sample(seed: int, index: int, studio: Studio) -> Sample:
    """One sample."""
    rng = np.random.default_rng((seed, index))
    roll = rng.random()
    collage, placeholder = roll < 0.17, 0.17 <= roll < 0.21
    if collage:
        scene = make_collage(rng, studio)
    elif placeholder:
        scene = make_placeholder(rng, studio.typefaces)
    else:
        scene = studio.scene(rng)
    if not collage and not placeholder and rng.random() < 0.1:
        add_frame(rng, scene)
        scene.cut_off = None
    pixels, quality = scene.pixels, 1.0
    # Faint marks are the hardest to learn: they are shown mostly on sound pictures without other additions.
    marked = not placeholder and rng.random() < 0.42
    if not placeholder and rng.random() < (0.12 if marked else 0.33):
        pixels, quality = degrade(rng, pixels)
    pixels = np.ascontiguousarray(pixels)
    nothing = np.zeros(pixels.shape[:2], np.uint8)
    text_area, mark_area = nothing, nothing
    if not placeholder and rng.random() < (0.2 if marked else 0.42):
        text_area = add_overlays(rng, pixels, studio.typefaces)
    if marked:
        mark_area = add_watermark(rng, pixels, studio.typefaces)
    if rng.random() < 0.7:
        pixels = recompressed(pixels, int(rng.integers(55, 97)))
    if rng.random() < 0.04:
        pixels = np.repeat(pixels.mean(axis=2, keepdims=True).astype(np.uint8), 3, axis=2)
    known = [
        float(text_area.any()) if not placeholder else UNKNOWN,
        float(mark_area.any()) if not placeholder else UNKNOWN,
        float(collage),
        float(placeholder),
        UNKNOWN if scene.person is None else scene.person,
        UNKNOWN if scene.cut_off is None else scene.cut_off,
        UNKNOWN if placeholder else quality,
    ]
    areas = (None if placeholder else text_area, None if placeholder else mark_area, scene.subject, scene.person_area)
    return Sample(resized(pixels), np.array(known, np.float32), np.stack([_map(area) for area in areas]))


def resized(pixels: np.ndarray) -> np.ndarray:
    """The network's view of a picture: stretched to the input's size, triangle filter widened when shrinking."""
    if pixels.shape[:2] == (SIDE_PX, SIDE_PX):
        return pixels
    return np.asarray(Image.fromarray(pixels).resize((SIDE_PX, SIDE_PX), Image.Resampling.BILINEAR))


def _map(area: np.ndarray | None) -> np.ndarray:
    """The share of each map cell that `area` covers."""
    if area is None:
        return np.full((MAP_SIDE, MAP_SIDE), UNKNOWN, np.float32)
    return cv2.resize(area, (MAP_SIDE, MAP_SIDE), interpolation=cv2.INTER_AREA).astype(np.float32) / 255.0
