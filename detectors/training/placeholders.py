"""Cards that stand in for a missing photograph: plain colours, gradients, icons, "no image" in many languages."""

from __future__ import annotations

import cv2
import numpy as np

from painting import any_colour, blend, contrasting, cover, ellipse, rounded, star
from scenes import Scene, usual_size
from typefaces import Typefaces, text_alpha

NOTICES = {
    "latin": ("No image", "No photo available", "Image not found", "Image coming soon", "Photo coming soon", "Kein Bild", "Bild folgt",
              "Pas d'image", "Image non disponible", "Sin imagen", "Imagen no disponible", "Nessuna immagine", "Sem imagem", "Geen afbeelding",
              "Ingen bild", "Brak zdjęcia", "Bez obrázku", "Resim yok", "N/A", "404", "Placeholder", "300 x 300", "800x800", "Preview"),
    "cyrillic": ("Нет фото", "Нет изображения", "Фото скоро", "Немає фото"),
    "greek": ("Χωρίς εικόνα",), "arabic": ("لا توجد صورة",), "hebrew": ("אין תמונה",), "han": ("暂无图片", "无图"), "kana": ("画像なし", "準備中"),
    "hangul": ("이미지 없음", "준비중"), "thai": ("ไม่มีรูปภาพ",), "devanagari": ("चित्र उपलब्ध नहीं",),
}


def make_placeholder(rng: np.random.Generator, typefaces: Typefaces) -> Scene:
    """A card with, usually, an icon and a notice."""
    height, width = usual_size(rng)
    if rng.random() < 0.4:
        height = width = max(height, width)
    canvas = _ground(rng, height, width)
    ink = contrasting(rng, canvas, rng.uniform(20, 110))
    ink = (int(np.mean(ink)),) * 3 if rng.random() < 0.6 else ink
    has_icon = rng.random() < 0.65
    centre_y = height * rng.uniform(0.38, 0.5)
    if has_icon:
        icon = _icon(rng, int(min(height, width) * rng.uniform(0.12, 0.5)))
        blend(canvas, ink, icon, (width - icon.shape[1]) // 2, int(centre_y - icon.shape[0] / 2))
        centre_y += icon.shape[0] / 2 + height * 0.08
    if rng.random() < (0.6 if has_icon else 0.75):
        scripts = [script for script in NOTICES if script in typefaces.by_script]
        script = "latin" if rng.random() < 0.55 else scripts[rng.integers(len(scripts))]
        text = NOTICES[script][rng.integers(len(NOTICES[script]))]
        text = text.upper() if rng.random() < 0.3 else text
        alpha = text_alpha(typefaces.font(rng, script, height * rng.uniform(0.03, 0.12)), [text], "center")
        if alpha.shape[1] > width * 0.92:
            alpha = cv2.resize(alpha, (int(width * 0.92), max(4, int(alpha.shape[0] * width * 0.92 / alpha.shape[1]))), interpolation=cv2.INTER_AREA)
        blend(canvas, ink, alpha, (width - alpha.shape[1]) // 2, int(centre_y - alpha.shape[0] / 2))
    empty = np.zeros((height, width), np.uint8)
    return Scene(canvas, empty, 0.0, empty.copy(), None)


def _ground(rng, height: int, width: int) -> np.ndarray:
    canvas = np.empty((height, width, 3), np.uint8)
    canvas[:] = (int(rng.integers(190, 256)),) * 3 if rng.random() < 0.6 else any_colour(rng, 0.4)
    if rng.random() < 0.2:
        other = np.clip(canvas[0, 0].astype(int) + rng.integers(-70, 71, 3), 0, 255)
        ramp = np.linspace(0, 1, height)[:, None, None]
        canvas[:] = (canvas * (1 - ramp) + other * ramp).astype(np.uint8)
    if rng.random() < 0.25:
        inset, thick = int(min(height, width) * rng.uniform(0, 0.08)), int(rng.integers(1, 6))
        cv2.rectangle(canvas, (inset, inset), (width - inset - 1, height - inset - 1), any_colour(rng, 0.2), thick)
    if rng.random() < 0.12:
        colour = any_colour(rng, 0.2)
        cv2.line(canvas, (0, 0), (width, height), colour, 2, cv2.LINE_AA)
        cv2.line(canvas, (0, height), (width, 0), colour, 2, cv2.LINE_AA)
    return canvas


def _icon(rng, size: int) -> np.ndarray:
    """A camera, a picture with hills, a crossed circle, a box, a question mark's circle, a silhouette."""
    size = max(size, 24)
    patch = np.zeros((size, size), np.uint8)
    line = max(2, int(size * rng.uniform(0.03, 0.09)))
    kind = rng.integers(6)
    if kind == 0:
        body = rounded(size, int(size * 0.68), size // 10)
        cover(patch, body, 0, size // 5)
        patch[size // 9 : size // 4, size * 3 // 8 : size * 5 // 8] = 255
        cv2.circle(patch, (size // 2, int(size * 0.54)), size // 5, 0, line, cv2.LINE_AA)
    elif kind == 1:
        cv2.rectangle(patch, (line, line), (size - line, size - line), 255, line)
        cv2.circle(patch, (size * 3 // 10, size * 3 // 10), size // 11, 255, cv2.FILLED, cv2.LINE_AA)
        hills = np.array([[line, size - line], [size * 2 // 5, size // 2], [size * 3 // 5, size * 7 // 10], [size * 3 // 4, size * 2 // 5], [size - line, size - line]])
        cv2.fillPoly(patch, [hills], 255, cv2.LINE_AA)
    elif kind == 2:
        cv2.circle(patch, (size // 2, size // 2), size // 2 - line, 255, line, cv2.LINE_AA)
        cv2.line(patch, (size // 5, size // 5), (size * 4 // 5, size * 4 // 5), 255, line, cv2.LINE_AA)
    elif kind == 3:
        for shape in ([[10, 30], [50, 10], [90, 30], [50, 50]], [[10, 30], [50, 50], [50, 95], [10, 75]], [[90, 30], [50, 50], [50, 95], [90, 75]]):
            cv2.polylines(patch, [np.array(shape) * size // 100], True, 255, line, cv2.LINE_AA)
    elif kind == 4:
        cover(patch, ellipse(size // 2, size // 2), size // 4, 0)
        cover(patch, ellipse(size, size), 0, size * 5 // 9)
    else:
        cover(patch, star(size, int(rng.integers(4, 9)), rng.uniform(0.4, 0.8)), 0, 0)
    return patch
