"""The training photographs: loading, and which of them are held back from training.

Photographs are decoded once and kept in memory as RGB arrays. A tenth of them, chosen by a hash of the file name, never takes
part in training: scores are calibrated and the card's own figures are measured on what is made from that tenth.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

TRAINING_DIR = Path(__file__).resolve().parent
REPOSITORY_DIR = TRAINING_DIR.parent.parent
SHARED_DIR = REPOSITORY_DIR.parent / "shared"


@dataclass(frozen=True)
class Photograph:
    """One decoded photograph; `has_person` is the label by eye of `people.txt` (a hand counts)."""

    file: str
    category: str
    pixels: np.ndarray
    has_person: bool
    held_back: bool

    @property
    def is_garment(self) -> bool:
        """Whether it is a phone picture of one garment or pair of shoes."""
        return not self.category.startswith(("grocery", "product"))


def load_photographs(folder: Path) -> list[Photograph]:
    """All photographs of `folder` in the order of `photos.jsonl`."""
    people = _read_names(TRAINING_DIR / "people.txt")
    with open(folder / "photos.jsonl", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines if line.strip()]
    return [_load(folder, row, people) for row in rows]


def is_held_back(file: str) -> bool:
    """The split by photograph: stable when photographs are added or removed."""
    return int(hashlib.sha1(file.encode()).hexdigest()[:8], 16) % 10 == 0


def _load(folder: Path, row: dict, people: frozenset[str]) -> Photograph:
    with Image.open(folder / row["file"]) as picture:
        pixels = np.asarray(picture.convert("RGB"))
    name = Path(row["file"]).name
    return Photograph(name, row["category"], pixels, name in people, is_held_back(name))


def _read_names(path: Path) -> frozenset[str]:
    with open(path, encoding="utf-8") as lines:
        return frozenset(line.split("#")[0].strip() for line in lines) - {""}
