"""From weights to what is shipped: `listing.onnx`, its manifest and its card, checked against the trained network on the way."""

from __future__ import annotations

import argparse
import hashlib
import json
import time
from collections import Counter
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
import yaml

from card import card_text
from measures import auroc, expected_calibration_error, platt
from network import MEAN, STD, ListingNet
from photographs import REPOSITORY_DIR, SHARED_DIR, TRAINING_DIR
from samples import MAPS, SCORES, SIDE_PX, Sample, make_sample
from train import load_studios

NAME = "listing"
OPSET = 17
AGREEMENT = 1e-3
MAP_THRESHOLD = 0.6  # maps are taught with added weight on what is there, so an even chance is above one half
LEAST_PART = 0.05  # of the largest part of a mask; smaller ones are noise
COUNTS = {"cells": ("integer", 100), "components": ("integer", 1000)}
HELD_BACK_SEED = 7919
OUTPUTS = ("scores", *MAPS)


class Shipped(torch.nn.Module):
    """The network with one named output per map."""

    def __init__(self, network: ListingNet) -> None:
        super().__init__()
        self.network = network

    def forward(self, image: torch.Tensor) -> tuple[torch.Tensor, ...]:
        scores, maps = self.network(image)
        return scores, *(maps[:, index] for index in range(len(MAPS)))


def load_network(weights: Path) -> ListingNet:
    """The trained network, ready to answer."""
    network = ListingNet()
    network.load_state_dict(torch.load(weights, weights_only=True)["state"])
    return network.eval()


def export_onnx(network: ListingNet, path: Path) -> None:
    """Writes one file and refuses it when ONNX Runtime disagrees with PyTorch by more than `AGREEMENT`."""
    shipped = Shipped(network).eval()
    example = torch.zeros(1, 3, SIDE_PX, SIDE_PX)
    dynamic = {name: {0: "batch"} for name in ("image", *OUTPUTS)}
    torch.onnx.export(shipped, (example,), str(path), opset_version=OPSET, input_names=["image"], output_names=list(OUTPUTS), dynamic_axes=dynamic, dynamo=False)
    onnx.checker.check_model(str(path))
    session = open_session(path, 1)
    for count in (1, 5):
        batch = torch.randn(count, 3, SIDE_PX, SIDE_PX)
        with torch.no_grad():
            expected = [part.numpy() for part in shipped(batch)]
        worst = max(float(np.abs(a - b).max()) for a, b in zip(expected, session.run(None, {"image": batch.numpy()})))
        if worst > AGREEMENT:
            raise SystemExit(f"ONNX Runtime differs from PyTorch by {worst:.2g} at batch {count}; at most {AGREEMENT} is accepted")


def open_session(path: Path, threads: int) -> onnxruntime.InferenceSession:
    """The model on the CPU with this many threads."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def held_back_figures(session, samples: list[Sample]) -> tuple[dict, dict]:
    """On samples made from held-back photographs: figures per answer, and the calibration per score."""
    logits, maps = [], []
    for start in range(0, len(samples), 16):
        images = np.stack([sample.image for sample in samples[start : start + 16]]).astype(np.float32)
        batch = ((images - np.array(MEAN, np.float32)) / np.array(STD, np.float32)).transpose(0, 3, 1, 2)
        outputs = session.run(None, {"image": np.ascontiguousarray(batch)})
        logits.append(outputs[0])
        maps.append(np.stack(outputs[1:], axis=1))
    logits, maps = np.concatenate(logits), np.concatenate(maps)
    truths, map_truths = np.stack([s.scores for s in samples]), np.stack([s.maps for s in samples])
    figures, calibration = {}, {}
    for index, name in enumerate(SCORES):
        known = truths[:, index] >= 0
        slope, intercept = platt(logits[known, index], truths[known, index])
        calibration[name] = {"slope": round(slope, 4), "intercept": round(intercept, 4)}
        chances = 1 / (1 + np.exp(-(logits[known, index] * slope + intercept)))
        if name == "quality":
            error = float(np.abs(chances - truths[known, index]).mean())
            figures[name] = {"mean absolute error": round(error, 4), "samples": int(known.sum())}
        else:
            positive = truths[known, index] > 0.5
            figures[name] = {"AUROC": round(auroc(logits[known, index], positive), 4), "calibration error": round(expected_calibration_error(chances, positive), 4),
                             "positives": int(positive.sum()), "negatives": int((~positive).sum())}
    for index, name in enumerate(MAPS):
        known = map_truths[:, index, 0, 0] >= 0
        found, true = maps[known, index] > np.log(MAP_THRESHOLD / (1 - MAP_THRESHOLD)), map_truths[known, index] > 0.5
        figures[name] = {"intersection over union": round(float((found & true).sum() / max(1, (found | true).sum())), 4), "samples": int(known.sum())}
        if name == "subject_map":
            errors = [abs(_fill_side(a) - _fill_side(b)) for a, b in zip(found, true) if b.any()]
            figures[name] |= {"mean absolute error of subject_fill_side": round(float(np.mean(errors)), 4)}
    return figures, calibration


def shares_of(samples: list[Sample]) -> dict[str, float]:
    """How many of the samples have each property, among those of which it is known."""
    truths = np.stack([sample.scores for sample in samples])
    return {name: float((truths[truths[:, i] >= 0, i] > 0.5).mean()) for i, name in enumerate(SCORES)}


def _fill_side(mask: np.ndarray) -> float:
    """The larger side of a mask's box, as a share of the frame."""
    return max((np.ptp(places) + 1) / side if len(places) else 0.0 for places, side in zip(mask.nonzero(), mask.shape))


def latency_ms(session) -> float:
    """Median time for one picture."""
    picture = np.random.default_rng(0).normal(size=(1, 3, SIDE_PX, SIDE_PX)).astype(np.float32)
    times = []
    for _ in range(60):
        started = time.perf_counter()
        session.run(None, {"image": picture})
        times.append(time.perf_counter() - started)
    return float(np.median(times[10:]) * 1000)


def manifest(onnx_bytes: bytes, calibration: dict) -> dict:
    """The manifest as data."""
    with open(TRAINING_DIR / "signals.yaml", encoding="utf-8") as text:
        offered = yaml.safe_load(text)
    return {
        "name": NAME,
        "title": "What was added to a product picture and what it shows",
        "model": f"{NAME}.onnx",
        "model_sha256": hashlib.sha256(onnx_bytes).hexdigest(),
        "licence": "MIT OR Apache-2.0",
        "card": f"{NAME}.md",
        "input": {"name": "image", "layout": "nchw", "color": "rgb", "width": SIDE_PX, "height": SIDE_PX, "resize": "stretch", "filter": "triangle",
                  "mean": list(MEAN), "std": list(STD), "batch": "dynamic"},
        "signals": [_signal(entry, calibration) for entry in offered],
    }


def _signal(entry: dict, calibration: dict) -> dict:
    kind, high = COUNTS.get(entry.get("statistic"), ("number", 1))
    signal = {"name": entry["name"], "kind": kind, "range": [0, high], "unit": None, "doc": entry["doc"]}
    signal |= {key: True for key in ("supersedes", "completes") if entry.get(key)}
    if "score" in entry:
        return signal | {"output": "scores", "steps": [{"index": SCORES.index(entry["score"])}, "sigmoid"], "calibration": calibration[entry["score"]]}
    statistic = {"cells": {"grid": 10, "share": 0.1}} if entry["statistic"] == "cells" else entry["statistic"]
    clean = [] if entry["statistic"] == "cells" else [{"clean": LEAST_PART}]
    return signal | {"output": entry["map"], "steps": ["sigmoid", {"threshold": MAP_THRESHOLD}, *clean, statistic]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=Path, default=SHARED_DIR / "train")
    parser.add_argument("--work", type=Path, default=TRAINING_DIR / "build")
    parser.add_argument("--models", type=Path, default=REPOSITORY_DIR / "detectors" / "models", help="folder that the three files go to")
    parser.add_argument("--held-back-samples", type=int, default=1500)
    arguments = parser.parse_args()
    arguments.models.mkdir(parents=True, exist_ok=True)
    path = arguments.models / f"{NAME}.onnx"
    weights = arguments.work / "weights.pt"
    export_onnx(load_network(weights), path)
    _, held_back = load_studios(arguments.photos, arguments.work)
    samples = [make_sample(HELD_BACK_SEED, index, held_back) for index in range(arguments.held_back_samples)]
    figures, calibration = held_back_figures(open_session(path, 2), samples)
    written = manifest(path.read_bytes(), calibration)
    with open(arguments.models / f"{NAME}.yaml", "w", encoding="utf-8") as out:
        yaml.safe_dump(written, out, sort_keys=False, allow_unicode=True, width=120)
    facts = {"weights": torch.load(weights, weights_only=True), "figures": figures, "latency_ms": latency_ms(open_session(path, 1)), "shares": shares_of(samples),
             "bytes": path.stat().st_size, "operators": sorted(Counter(node.op_type for node in onnx.load(path).graph.node))}
    with open(arguments.work / "figures.json", "w", encoding="utf-8") as out:
        json.dump({"figures": figures, "latency_ms": facts["latency_ms"], "bytes": facts["bytes"]}, out, indent=1)
    (arguments.models / f"{NAME}.md").write_text(card_text(facts), encoding="utf-8")
    print(json.dumps(figures, indent=1), f"\n{facts['latency_ms']:.1f} ms a picture on one thread, {facts['bytes'] / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
