"""Drawn people wearing real garment texture: photographs of people are scarce in the training set.

A figure is built from shaded limbs, a head with hair and a face, hands, and clothes textured with pieces of photographed garments.
It teaches skin, heads and limbs in their usual places, not what real faces look like; the model card says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np

from painting import any_colour

SKIN = np.array([[255, 224, 196], [240, 200, 170], [226, 180, 145], [205, 155, 120], [180, 128, 94], [150, 102, 72], [115, 76, 54], [82, 54, 40]], np.float32)
HAIR = np.array([[24, 20, 18], [50, 34, 24], [90, 60, 36], [140, 98, 56], [196, 160, 104], [150, 70, 40], [120, 118, 116]], np.float32)


@dataclass
class Figure:
    """A person on a transparent ground: pixels, alpha 0..255, and which of it is skin or hair (0 or 255)."""

    pixels: np.ndarray
    alpha: np.ndarray
    body: np.ndarray


class _Sheet:
    """The drawing under way; coordinates are in heads, from the crown down and from the middle to the right."""

    def __init__(self, rng, size: tuple[int, int], unit_px: float, centre_x: float, top_y: float) -> None:
        height, width = size
        self.rng = rng
        self.unit, self.centre_x, self.top_y = unit_px, centre_x, top_y
        self.pixels = np.zeros((height, width, 3), np.float32)
        self.alpha = np.zeros((height, width), np.uint8)
        self.body = np.zeros((height, width), np.uint8)
        self.light = rng.uniform(-0.25, 0.25)

    def at(self, x: float, y: float) -> tuple[int, int]:
        return int(self.centre_x + x * self.unit), int(self.top_y + y * self.unit)

    def paint(self, mask: np.ndarray, colour, body: bool, roundness: float = 0.35) -> None:
        """Fills `mask` with a colour or texture, darker towards its edges."""
        if not mask.any():
            return
        x, y, w, h = cv2.boundingRect(mask)
        window = np.s_[y : y + h, x : x + w]
        part = mask[window]
        depth = cv2.distanceTransform((cv2.copyMakeBorder(part, 1, 1, 1, 1, cv2.BORDER_CONSTANT) > 127).astype(np.uint8), cv2.DIST_L2, 3)[1:-1, 1:-1]
        shade = 1 - roundness + roundness * np.sqrt(np.clip(depth / max(2.0, depth.max()), 0, 1))
        shade = shade * (1 + self.light * (np.linspace(-0.5, 0.5, w, dtype=np.float32)[None, :]))
        paint = np.asarray(colour, np.float32)
        paint = (paint if paint.ndim == 1 else paint[window]) * shade[..., None]
        weight = (part.astype(np.float32) / 255)[..., None]
        self.pixels[window] = self.pixels[window] * (1 - weight) + paint * weight
        self.alpha[window] = np.maximum(self.alpha[window], part)
        self.body[window] = np.where(part > 127, 255 if body else 0, self.body[window])

    def limb(self, joints, widths) -> np.ndarray:
        """A tapered tube through the joints."""
        mask = np.zeros(self.alpha.shape, np.uint8)
        for (start, end), (thick, thin) in zip(pairwise(joints), pairwise(widths), strict=True):
            for share in np.linspace(0, 1, 24):
                x, y = np.array(start) * (1 - share) + np.array(end) * share
                cv2.circle(mask, self.at(x, y), max(1, int((thick * (1 - share) + thin * share) * self.unit / 2)), 255, cv2.FILLED, cv2.LINE_AA)
        return mask

    def dress(self, garment: tuple[np.ndarray, np.ndarray], wide: float, top: float, bottom: float) -> None:
        """Puts a photographed garment on, its width and ends given in heads."""
        left, upper = self.at(-wide / 2, top)
        right, lower = self.at(wide / 2, bottom)
        if right - left < 6 or lower - upper < 6:
            return
        move = np.float32([[(right - left) / garment[1].shape[1], 0, left], [0, (lower - upper) / garment[1].shape[0], upper]])
        size = self.alpha.shape[::-1]
        pixels = cv2.warpAffine(garment[0], move, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        alpha = cv2.warpAffine(garment[1], move, size, flags=cv2.INTER_LINEAR)
        weight = (alpha.astype(np.float32) / 255)[..., None]
        self.pixels = self.pixels * (1 - weight) + pixels * weight
        self.alpha = np.maximum(self.alpha, alpha)
        self.body[alpha > 127] = 0

    def shape(self, corners) -> np.ndarray:
        points = np.array([self.at(x, y) for x, y in corners], np.int32)
        return cv2.fillPoly(np.zeros(self.alpha.shape, np.uint8), [points], 255, cv2.LINE_AA)


@dataclass(frozen=True)
class Wardrobe:
    """What figures wear: pieces of fabric, and whole garments as (pixels, alpha)."""

    fabrics: list[np.ndarray]
    tops: list[tuple[np.ndarray, np.ndarray]]
    trousers: list[tuple[np.ndarray, np.ndarray]]


def draw_person(rng: np.random.Generator, size: tuple[int, int], wardrobe: Wardrobe) -> Figure:
    """A person framed as shop photographs are: whole, from the knees up, cropped at the chin, a torso, or legs."""
    height, width = size
    framing = rng.choice(6, p=[0.27, 0.25, 0.15, 0.12, 0.13, 0.08])
    first, last = ((-0.2, 7.7), (-0.2, 5.2), (0.75, 5.0), (-0.2, 2.6), (3.3, 7.7), (1.1, 4.2))[framing]
    first, last = first + rng.normal() * 0.12, last + rng.normal() * 0.25
    unit = height / (last - first)
    if framing == 0:
        unit *= rng.uniform(0.6, 1.0)
    sheet = _Sheet(rng, size, unit, width * rng.uniform(0.42, 0.58), -first * unit + rng.uniform(0, 0.1) * unit)
    skin_at = rng.uniform(0, len(SKIN) - 1)
    skin = SKIN[int(skin_at)] * (1 - skin_at % 1) + SKIN[min(len(SKIN) - 1, int(skin_at) + 1)] * (skin_at % 1)
    hair = HAIR[rng.integers(len(HAIR))] * rng.uniform(0.7, 1.2)
    female = rng.random() < 0.5
    shoulder = rng.uniform(0.68, 0.88) if female else rng.uniform(0.85, 1.05)
    hip = rng.uniform(0.5, 0.68)
    top = _fabric(rng, wardrobe.fabrics, size)
    bottom = _fabric(rng, wardrobe.fabrics, size)
    if female and rng.random() < 0.6:
        long = rng.uniform(1.1, 2.4)
        sheet.paint(sheet.shape([(-0.55, 0.3), (0.55, 0.3), (0.6, long), (0.3, long + 0.1), (-0.3, long + 0.1), (-0.6, long)]), hair, True)
    _legs(rng, sheet, skin, bottom, hip)
    if wardrobe.trousers and rng.random() < 0.4:
        sheet.dress(wardrobe.trousers[rng.integers(len(wardrobe.trousers))], hip * rng.uniform(2.2, 2.8), 2.95, rng.uniform(5.0, 7.2))
    _torso_and_arms(rng, sheet, skin, top, shoulder, hip)
    if wardrobe.tops and rng.random() < 0.55:
        sheet.dress(wardrobe.tops[rng.integers(len(wardrobe.tops))], shoulder * rng.uniform(2.4, 3.6), rng.uniform(1.25, 1.45), rng.uniform(3.3, 4.1))
    _head(rng, sheet, skin, hair, female)
    pixels = cv2.GaussianBlur(sheet.pixels, (0, 0), rng.uniform(0.5, 1.1))
    speckle = cv2.resize(rng.normal(0, 1, (height // 3 + 1, width // 3 + 1, 1)).astype(np.float32), (width, height))[..., None]
    pixels = np.clip(pixels + speckle * rng.uniform(1, 6), 0, 255).astype(np.uint8)
    return Figure(pixels, cv2.GaussianBlur(sheet.alpha, (0, 0), 0.6), sheet.body)


def _fabric(rng, fabrics, size) -> np.ndarray:
    """A piece of a photographed garment, stretched over the whole sheet."""
    piece = fabrics[rng.integers(len(fabrics))]
    if rng.random() < 0.25:
        tint = np.array(any_colour(rng, 0.5), np.float32)
        piece = np.clip(piece.mean(axis=2, keepdims=True) / max(1.0, piece.mean()) * tint, 0, 255)
    return cv2.resize(piece.astype(np.float32), (size[1], size[0]), interpolation=cv2.INTER_LINEAR)


def _legs(rng, sheet, skin, fabric, hip) -> None:
    shoes = tuple(float(v) for v in any_colour(rng, 0.3)) if rng.random() < 0.8 else skin
    spread, bend = rng.uniform(0.0, 0.35), rng.normal() * 0.15
    length = rng.choice([7.0, 5.3, 4.6, 6.2], p=[0.5, 0.12, 0.26, 0.12])
    skirt = rng.random() < 0.25
    for side in (-1, 1):
        joints = [(side * hip * 0.55, 3.8), (side * (hip * 0.5 + spread * 0.5) + bend * (side > 0), 5.5), (side * (hip * 0.42 + spread), 7.1)]
        sheet.paint(sheet.limb(joints, [0.62, 0.42, 0.26]), skin, True)
        foot = sheet.limb([joints[2], (joints[2][0] + side * 0.18, 7.38)], [0.28, 0.26])
        sheet.paint(foot, shoes, False)
        if not skirt:
            share = float(np.clip((length - 5.5) / 1.6, 0, 1))
            knee = joints[1] if length > 5.5 else tuple(np.array(joints[0]) + (np.array(joints[1]) - joints[0]) * (length - 3.8) / 1.7)
            end = tuple(np.array(joints[1]) * (1 - share) + np.array(joints[2]) * share)
            wide = rng.uniform(0.28, 0.5)
            sheet.paint(sheet.limb([joints[0], knee, end], [0.72, 0.52, wide]), fabric, False, 0.25)
    if skirt:
        hem = rng.uniform(4.6, 6.6)
        flare = hip * rng.uniform(1.0, 1.7)
        sheet.paint(sheet.shape([(-hip, 3.3), (hip, 3.3), (flare, hem), (-flare, hem)]), fabric, False, 0.25)
    sheet.paint(sheet.shape([(-hip * 0.85, 3.0), (hip * 0.85, 3.0), (hip * 1.1, 3.9), (0, 4.25), (-hip * 1.1, 3.9)]), fabric, False, 0.2)


def _torso_and_arms(rng, sheet, skin, top, shoulder, hip) -> None:
    waist = hip * rng.uniform(0.75, 0.95)
    hem = rng.uniform(3.0, 3.9)
    sheet.paint(sheet.shape([(-shoulder * 0.9, 1.5), (shoulder * 0.9, 1.5), (waist, 2.8), (hip, 3.4), (-hip, 3.4), (-waist, 2.8)]), skin, True)
    sheet.paint(sheet.limb([(0, 0.8), (0, 1.5)], [0.44, 0.52]), skin, True)
    neckline = rng.uniform(1.28, 1.75)
    strap = rng.uniform(0.2, 0.5)
    torso = sheet.shape([(-shoulder, 1.55), (-shoulder * 0.7, 1.36), (-strap, 1.3), (-strap * 0.6, neckline), (strap * 0.6, neckline), (strap, 1.3),
                         (shoulder * 0.7, 1.36), (shoulder, 1.55), (waist * 1.08, 2.7), (hip * 1.08, hem), (-hip * 1.08, hem), (-waist * 1.08, 2.7)])
    sleeve = rng.choice([0.0, 0.45, 1.0, 1.9], p=[0.2, 0.35, 0.1, 0.35])
    torso_first = rng.random() < 0.5
    if torso_first:
        sheet.paint(torso, top, False, 0.25)
    for side in (-1, 1):
        raised = rng.choice([0, 1, 2], p=[0.6, 0.3, 0.1])
        out = (rng.uniform(0.05, 0.35), rng.uniform(0.3, 0.6), rng.uniform(0.6, 0.9))[raised]
        start = np.array([side * shoulder * 0.93, 1.62])
        elbow = start + np.array([side * out, np.sqrt(max(0.1, 1.3**2 - out**2)) * (0.4 if raised == 2 else 1)])
        hand_way = np.array([[side * rng.uniform(-0.25, 0.25), 1.1], [-side * rng.uniform(0.4, 0.9), 0.8], [-side * 0.3, -0.9]][raised])
        wrist = elbow + hand_way
        sheet.paint(sheet.limb([start, elbow, wrist], [0.38, 0.29, 0.19]), skin, True)
        tip = wrist + hand_way / np.linalg.norm(hand_way) * 0.36
        sheet.paint(sheet.limb([wrist, (wrist + tip) / 2, tip], [0.2, 0.3, 0.14]), skin * 0.97, True)
        for finger in (-0.08, 0.0, 0.08):
            across = np.array([hand_way[1], -hand_way[0]]) / np.linalg.norm(hand_way) * finger
            cv2.line(sheet.pixels, sheet.at(*((wrist + tip) / 2 + across)), sheet.at(*(tip + across)), (skin * 0.72).tolist(), 1, cv2.LINE_AA)
        if sleeve > 0:
            end = start + (elbow - start) * min(1.0, sleeve)
            joints = [start, end] if sleeve <= 1 else [start, elbow, elbow + (wrist - elbow) * (sleeve - 1)]
            sheet.paint(sheet.limb(joints, [0.5, 0.44, 0.33][: len(joints)]), top, False, 0.3)
    if not torso_first:
        sheet.paint(torso, top, False, 0.25)


def _head(rng, sheet, skin, hair, female) -> None:
    turn = rng.normal() * 0.1
    ears = [sheet.limb([(side * 0.37, 0.5), (side * 0.37, 0.6)], [0.12, 0.1]) for side in (-1, 1)]
    for ear in ears:
        sheet.paint(ear, skin * 0.92, True)
    cap = sheet.limb([(0, 0.36), (0, 0.42)], [0.86, 0.84])
    bald = rng.random() < 0.06
    if not bald:
        sheet.paint(cap, hair, True, 0.4)
    face = np.zeros(sheet.alpha.shape, np.uint8)
    cv2.ellipse(face, sheet.at(turn * 0.3, 0.55), (max(1, int(0.35 * sheet.unit)), max(1, int(0.45 * sheet.unit))), 0, 0, 360, 255, cv2.FILLED, cv2.LINE_AA)
    sheet.paint(face, skin, True, 0.3)
    dark = (skin * 0.35).tolist()
    for side in (-1, 1):
        eye = sheet.at(side * 0.15 + turn, 0.5)
        span = max(1, int(0.065 * sheet.unit))
        cv2.ellipse(sheet.pixels, eye, (span, max(1, span // 2)), 0, 0, 360, (225, 220, 215), cv2.FILLED, cv2.LINE_AA)
        cv2.circle(sheet.pixels, eye, max(1, int(0.034 * sheet.unit)), (45, 35, 30), cv2.FILLED, cv2.LINE_AA)
        cv2.line(sheet.pixels, sheet.at(side * 0.23 + turn, 0.41), sheet.at(side * 0.07 + turn, 0.4), (hair * 0.8).tolist(), max(1, int(0.03 * sheet.unit)), cv2.LINE_AA)
    cv2.line(sheet.pixels, sheet.at(turn * 1.2 + 0.02, 0.5), sheet.at(turn * 1.4 + 0.05, 0.68), (skin * 0.82).tolist(), max(1, int(0.03 * sheet.unit)), cv2.LINE_AA)
    lips = (max(1, int(0.12 * sheet.unit)), max(1, int(0.035 * sheet.unit)))
    cv2.ellipse(sheet.pixels, sheet.at(turn * 1.2, 0.8), lips, 0, 0, 360, (skin * np.array([0.8, 0.5, 0.5])).tolist(), cv2.FILLED, cv2.LINE_AA)
    cv2.line(sheet.pixels, sheet.at(turn * 1.2 - 0.11, 0.8), sheet.at(turn * 1.2 + 0.11, 0.8), dark, 1, cv2.LINE_AA)
    if not bald:
        part = rng.uniform(-0.25, 0.25)
        fringe = sheet.shape([(-0.4, 0.45), (-0.38, 0.15), (0, -0.02), (0.38, 0.15), (0.4, 0.45), (0.3, 0.28), (part, 0.2 + rng.uniform(0, 0.12)), (-0.3, 0.28)])
        sheet.paint(fringe, hair, True, 0.3)
        if not female and rng.random() < 0.25:
            beard = sheet.shape([(-0.33, 0.62), (-0.2, 0.72), (0.2, 0.72), (0.33, 0.62), (0.24, 0.92), (0, 1.03), (-0.24, 0.92)])
            sheet.paint(beard // 2, hair, True, 0.2)
