"""Subjects cut out of the photographs, so that they can be put anywhere with an exactly known mask.

Garments photographed on a floor or a sheet are separated by GrabCut, started from the frame's edge as background; products on
white by a threshold. Masks that look wrong by their own measure (ragged, touching the frame, too alike the background) are dropped:
a few good masks teach more than many bad ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from photographs import Photograph

WORK_SIDE_PX = 200


@dataclass(frozen=True)
class Cutout:
    """A subject's pixels, cropped to its bounding box, with `alpha` 0..255."""

    file: str
    category: str
    pixels: np.ndarray
    alpha: np.ndarray


def find_masks(photographs: list[Photograph], cache: Path) -> dict[str, np.ndarray]:
    """The subject's mask (0 or 255, at `WORK_SIDE_PX`) of each photograph that has a plausible one; kept in `cache` (.npz)."""
    if cache.exists():
        with np.load(cache) as stored:
            known = {name: stored[name] for name in stored.files}
    else:
        known = {}
    missing = [photograph for photograph in photographs if photograph.file not in known]
    for photograph in missing:
        mask = _mask_of(photograph)
        known[photograph.file] = np.zeros((0, 0), np.uint8) if mask is None else mask
    if missing:
        cache.parent.mkdir(parents=True, exist_ok=True)
        np.savez_compressed(cache, **known)
    return {name: mask for name, mask in known.items() if mask.size}


def cut_out(photograph: Photograph, mask: np.ndarray) -> tuple[np.ndarray, Cutout]:
    """The mask at the photograph's size (0 or 255), and the cut-out with a soft edge."""
    height, width = photograph.pixels.shape[:2]
    alpha = cv2.resize(mask, (width, height), interpolation=cv2.INTER_LINEAR)
    alpha = cv2.GaussianBlur(alpha, (0, 0), 1.2)
    alpha = np.clip((alpha.astype(np.float32) - 110) * 2.6, 0, 255).astype(np.uint8)
    x, y, w, h = cv2.boundingRect((alpha > 127).astype(np.uint8))
    window = np.s_[y : y + h, x : x + w]
    cutout = Cutout(photograph.file, photograph.category, photograph.pixels[window].copy(), alpha[window].copy())
    return ((alpha > 127) * np.uint8(255)), cutout


def _mask_of(photograph: Photograph) -> np.ndarray | None:
    height, width = photograph.pixels.shape[:2]
    scale = WORK_SIDE_PX / max(height, width)
    small = cv2.resize(photograph.pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    if _white_edge_share(small) > 0.9:
        mask = ((small.min(axis=2) < 244) * 255).astype(np.uint8)
    elif photograph.is_garment and not photograph.has_person:
        mask = _grabcut(small)
    else:
        return None
    mask = _tidied(mask)
    return mask if mask is not None and _is_plausible(small, mask) else None


def _white_edge_share(pixels: np.ndarray) -> float:
    edge = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    return float((edge.min(axis=1) > 244).mean())


def _grabcut(small: np.ndarray) -> np.ndarray:
    height, width = small.shape[:2]
    state = np.full((height, width), cv2.GC_PR_FGD, np.uint8)
    edge = max(2, min(height, width) // 25)
    state[:edge] = state[-edge:] = cv2.GC_BGD
    state[:, :edge] = state[:, -edge:] = cv2.GC_BGD
    cv2.setRNGSeed(7)
    background, foreground = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.grabCut(cv2.cvtColor(small, cv2.COLOR_RGB2BGR), state, None, background, foreground, 4, cv2.GC_INIT_WITH_MASK)
    return np.where((state == cv2.GC_FGD) | (state == cv2.GC_PR_FGD), 255, 0).astype(np.uint8)


def _tidied(mask: np.ndarray) -> np.ndarray | None:
    """The parts at least a fifth as large as the largest one, with their holes filled."""
    mask = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    areas = [cv2.contourArea(contour) for contour in contours]
    if not areas or max(areas) == 0:
        return None
    kept = [contour for contour, area in zip(contours, areas) if area > 0.2 * max(areas)]
    return cv2.drawContours(np.zeros_like(mask), kept, -1, 255, cv2.FILLED)


def _is_plausible(small: np.ndarray, mask: np.ndarray) -> bool:
    inside = mask > 0
    share = inside.mean()
    if not 0.08 < share < 0.75:
        return False
    edge = max(2, min(mask.shape) // 25) + 2
    inner_ring = np.zeros_like(inside)
    inner_ring[edge - 2 : -edge + 2, edge - 2 : -edge + 2] = True
    inner_ring[edge:-edge, edge:-edge] = False
    if (inside & inner_ring).sum() > 0.06 * inner_ring.sum():
        return False
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    perimeter = sum(cv2.arcLength(contour, True) for contour in contours)
    hull_area = sum(cv2.contourArea(cv2.convexHull(contour)) for contour in contours)
    raggedness = perimeter / np.sqrt(inside.sum())
    lab = cv2.cvtColor(small, cv2.COLOR_RGB2LAB).astype(np.float32)
    contrast = np.linalg.norm(np.median(lab[inside], axis=0) - np.median(lab[~inside], axis=0))
    return raggedness < 9.0 and inside.sum() > 0.55 * hull_area and contrast > 18
