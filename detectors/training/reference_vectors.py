#!/usr/bin/env python3
"""What the reference models say of 50 photographs in their own framework: the numbers that `detectors/tests/reference.rs` agrees with.

    pip install onnxruntime==1.31.1 numpy pillow
    detectors/training/reference_vectors.py ../shared INPUTS > detectors/tests/models/ultraface.jsonl

One line a photograph: its file, and for each model the number of faces and the score of the surest one, twice. `same`: of the very
pixels that Vitrine shows the model, which `vitrine models run MANIFEST PICTURES --inputs INPUTS/WIDTHxHEIGHT` writes down. `pillow`: of
the photograph as Pillow reads and shrinks it, whose JPEG decoder differs by a few grey levels. ONNX Runtime runs the model, and boxes
are chosen as the models' own script chooses them: over 0.7, hard suppression at IoU 0.3.
"""

import json
import sys
from pathlib import Path

import numpy as np
import onnxruntime
from PIL import Image, ImageOps

SIZES = {"RFB-320": (320, 240), "slim-320": (320, 240), "RFB-640": (640, 480)}
PHOTOGRAPHS = 50


def main() -> None:
    shared, inputs = Path(sys.argv[1]), Path(sys.argv[2])
    sessions = {name: session(shared / f"reference/models/ultraface/version-{name}.onnx") for name in SIZES}
    for name in photographs(shared / "catalog"):
        picture = ImageOps.exif_transpose(Image.open(shared / "catalog" / name)).convert("RGB")
        line = {"file": name}
        for model, size in SIZES.items():
            shown = Image.open(inputs / f"{size[0]}x{size[1]}" / Path(name).with_suffix(".png").name)
            pillow = picture.resize(size, Image.Resampling.BILINEAR)
            line[model] = {"same": faces(sessions[model], shown), "pillow": faces(sessions[model], pillow)}
        print(json.dumps(line))


def photographs(catalog: Path) -> list[str]:
    """Photographs as they came: those with a face first, then others."""
    lines = [json.loads(line) for line in (catalog / "labels.jsonl").read_text(encoding="utf-8").splitlines()]
    base = [line for line in lines if line["kind"] == "base" and line["format"] == "JPEG" and line["mode"] == "RGB"]
    base.sort(key=lambda line: (line["labels"].get("person") != "face", line["file"]))
    return [line["file"] for line in base[:PHOTOGRAPHS]]


def session(model: Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def faces(model: onnxruntime.InferenceSession, picture: Image.Image) -> dict:
    array = (np.asarray(picture, dtype=np.float32) - 127) / 128
    scores, boxes = model.run(["scores", "boxes"], {"input": array.transpose(2, 0, 1)[None]})
    scores, boxes = scores[0, :, 1], boxes[0]
    return {"count": suppressed(scores, boxes), "score": round(float(scores.max()), 6)}


def suppressed(scores: np.ndarray, boxes: np.ndarray) -> int:
    order = [index for index in np.argsort(-scores, kind="stable") if scores[index] > 0.7]
    kept: list[int] = []
    for index in order:
        if all(iou(boxes[index], boxes[better]) <= 0.3 for better in kept):
            kept.append(int(index))
    return len(kept)


def iou(a: np.ndarray, b: np.ndarray) -> float:
    width = max(0.0, min(a[2], b[2]) - max(a[0], b[0]))
    height = max(0.0, min(a[3], b[3]) - max(a[1], b[1]))
    common = width * height
    union = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - common
    return common / union if union > 0 else 0.0


if __name__ == "__main__":
    main()
