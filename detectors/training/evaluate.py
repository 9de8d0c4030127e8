"""Measures a finished model on the labelled catalogue, which never takes part in training or calibration.

Pictures are prepared as the manifest says and its calibrated scores are written as the JSON lines that the catalogue's `score.py`
reads. For each question the AUROC is printed with its spread over five folds of base photographs and a bootstrap interval over them.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
from pathlib import Path

import numpy as np
import yaml

from card import with_catalogue
from export import NAME, open_session
from measures import auroc
from photographs import REPOSITORY_DIR, SHARED_DIR, TRAINING_DIR
from preprocessing import as_input, read_picture
from samples import MAPS, SCORES

QUESTIONS = ("text_overlay", "watermark", "collage", "placeholder", "person", "cut_off")


def measure(manifest: dict, model: Path, catalog: Path, rows: list[dict]) -> list[dict]:
    """One result a picture: all the network's scores (also those the manifest leaves out) and the map areas."""
    session = open_session(model, 1)
    names = {"cut_off": "subject_cutoff", "quality": "quality_score"}
    calibration = {signal["name"]: signal["calibration"] for signal in manifest["signals"] if "calibration" in signal}
    results = []
    for row in rows:
        try:
            picture = read_picture(catalog / row["file"])
        except OSError as reason:
            results.append({"file": row["file"], "status": "error", "error": str(reason), "signals": {}})
            continue
        batch = as_input([picture], manifest["input"]["mean"], manifest["input"]["std"])
        outputs = session.run(["scores", *MAPS], {"image": batch})
        signals = {}
        for name, logit in zip(SCORES, outputs[0][0]):
            signal = names.get(name, f"{name}_score")
            fit = calibration.get(signal, {"slope": 1.0, "intercept": 0.0})
            signals[signal] = float(1 / (1 + np.exp(-(float(logit) * fit["slope"] + fit["intercept"]))))
        for name, output in zip(MAPS, outputs[1:]):
            signals[f"{name}_area"] = float((output[0] > 0).mean())
            signals[f"{name}_peak"] = float(output[0].max())
        results.append({"file": row["file"], "status": "ok", "signals": signals})
    return results


def report(results: list[dict], rows: list[dict], scorer) -> dict:
    """AUROC per question with fold spread and bootstrap interval, both by base photograph."""
    by_file = {result["file"]: result["signals"] for result in results}
    out = {}
    for question in QUESTIONS:
        suspicion, ambiguous = scorer.QUESTIONS[question]
        kept = [(row, scorer.positive(question, row)) for row in rows if not ambiguous & set(row.get("ambiguous") or [])]
        kept = [(row, truth) for row, truth in kept if truth is not None]
        measured = [suspicion(by_file[row["file"]]) for row, _ in kept]
        scores = np.array([-np.inf if value is None else value for value in measured])
        truths = np.array([truth for _, truth in kept])
        bases = np.array([int(hashlib.sha1(str(row.get("base_id") or row["file"]).encode()).hexdigest()[:8], 16) for row, _ in kept])
        folds = [auroc(scores[bases % 5 == fold], truths[bases % 5 == fold]) for fold in range(5)]
        out[question] = {"AUROC": auroc(scores, truths), "folds": [round(value, 3) for value in folds], "interval": _interval(scores, truths, bases),
                         "positives": int(truths.sum()), "negatives": int((~truths).sum())}
    return out


def _interval(scores, truths, bases, rounds: int = 300) -> tuple[float, float]:
    """The middle 95 % over resamples of base photographs."""
    rng = np.random.default_rng(0)
    groups = [np.flatnonzero(bases == base) for base in np.unique(bases)]
    values = []
    for _ in range(rounds):
        chosen = np.concatenate([groups[i] for i in rng.integers(len(groups), size=len(groups))])
        values.append(auroc(scores[chosen], truths[chosen]))
    low, high = np.nanpercentile(values, [2.5, 97.5])
    return round(float(low), 3), round(float(high), 3)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--catalog", type=Path, default=SHARED_DIR / "catalog")
    parser.add_argument("--models", type=Path, default=REPOSITORY_DIR / "detectors" / "models")
    parser.add_argument("--out", type=Path, default=TRAINING_DIR / "build" / "catalog.jsonl", help="where the JSON lines go")
    arguments = parser.parse_args()
    if not arguments.catalog.exists():
        print(f"skipped: no labelled catalogue at `{arguments.catalog}`")
        return
    with open(arguments.models / f"{NAME}.yaml", encoding="utf-8") as text:
        manifest = yaml.safe_load(text)
    with open(arguments.catalog / "labels.jsonl", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines if line.strip()]
    spec = importlib.util.spec_from_file_location("score", arguments.catalog / "score.py")
    scorer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(scorer)
    results = measure(manifest, arguments.models / manifest["model"], arguments.catalog, rows)
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    arguments.out.write_text("".join(json.dumps(result) + "\n" for result in results), encoding="utf-8")
    found = report(results, rows, scorer)
    card = arguments.models / manifest["card"]
    card.write_text(with_catalogue(card.read_text(encoding="utf-8"), found), encoding="utf-8")
    for question, figures in found.items():
        print(f"{question:14} AUROC {figures['AUROC']:.4f}  95 % {figures['interval']}  folds {figures['folds']}  {figures['positives']} / {figures['negatives']}")


if __name__ == "__main__":
    main()
