"""Figures of merit and calibration."""

from __future__ import annotations

import numpy as np


def auroc(scores: np.ndarray, truths: np.ndarray) -> float:
    """Probability that a random positive scores above a random negative; ties count half. NaN without both kinds."""
    positives, negatives = int(truths.sum()), int((~truths).sum())
    if not positives or not negatives:
        return float("nan")
    _, place, count = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(count) - (count - 1) / 2)[place]
    return float((ranks[truths].sum() - positives * (positives + 1) / 2) / (positives * negatives))


def platt(logits: np.ndarray, targets: np.ndarray) -> tuple[float, float]:
    """Slope and intercept that calibrate a logit, by Newton steps on the cross-entropy; soft targets are allowed."""
    features = np.stack([logits, np.ones_like(logits)], axis=1).astype(np.float64)
    weights = np.array([1.0, 0.0])
    for _ in range(50):
        chances = 1 / (1 + np.exp(-np.clip(features @ weights, -30, 30)))
        gradient = features.T @ (chances - targets) + 1e-3 * (weights - [1, 0])
        curvature = (features * (chances * (1 - chances))[:, None]).T @ features + 1e-3 * np.eye(2)
        step = np.linalg.solve(curvature, gradient)
        weights = weights - np.clip(step, -1, 1)
        if np.abs(step).max() < 1e-8:
            break
    return float(weights[0]), float(weights[1])


def expected_calibration_error(chances: np.ndarray, truths: np.ndarray, bins: int = 10) -> float:
    """Mean gap between predicted and observed frequency over equal bins, weighted by their size."""
    place = np.minimum((chances * bins).astype(int), bins - 1)
    gaps = [abs(chances[place == b].mean() - truths[place == b].mean()) * (place == b).sum() for b in range(bins) if (place == b).any()]
    return float(sum(gaps) / len(chances))
