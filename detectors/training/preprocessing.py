"""Pictures from files to the network's input, exactly as the manifest states it; used wherever a finished model is measured."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image, ImageFile, ImageOps

from samples import resized

ImageFile.LOAD_TRUNCATED_IMAGES = True


def read_picture(path: Path) -> np.ndarray:
    """RGB pixels, turned upright, transparency on white."""
    with Image.open(path) as picture:
        upright = ImageOps.exif_transpose(picture)
        if upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info:
            upright = upright.convert("RGBA")
            white = Image.new("RGBA", upright.size, "white")
            upright = Image.alpha_composite(white, upright)
        return np.asarray(upright.convert("RGB"))


def as_input(pictures: list[np.ndarray], mean: tuple[float, ...], std: tuple[float, ...]) -> np.ndarray:
    """[n, 3, height, width] float32."""
    batch = np.stack([resized(picture) for picture in pictures]).astype(np.float32)
    batch = (batch - np.array(mean, np.float32)) / np.array(std, np.float32)
    return np.ascontiguousarray(batch.transpose(0, 3, 1, 2))
