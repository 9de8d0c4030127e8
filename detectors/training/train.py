"""Trains the network and keeps its averaged weights; `export.py` turns them into the shipped files.

A leg of training is fixed by its seed and its number of steps. Most of the first leg runs on smaller pictures (cheaper, and what is learned
carries over), the others at full size; each made sample is seen about twice, because making one costs as much as learning from it.
"""

from __future__ import annotations

import argparse
import copy
import time
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F
from torch.utils.data import DataLoader, Dataset

from cutouts import find_masks
from network import MEAN, STD, ListingNet
from photographs import SHARED_DIR, TRAINING_DIR, load_photographs
from samples import SCORES, Sample, make_sample
from scenes import Studio
from typefaces import Typefaces

BATCH = 32
REPLAY = 3200
FIRST_SIDE_PX = 224
FIRST_SHARE = 0.65
SCORE_WEIGHTS = {"text_overlay": 1.2, "watermark": 2.4, "collage": 1.0, "placeholder": 0.5, "person": 1.0, "cut_off": 0.6, "quality": 0.8}
MAP_WEIGHTS = (2.0, 3.5, 0.7, 0.5)
MAP_POSITIVE_WEIGHTS = (3.0, 3.0, 1.0, 2.0)


class MadeSamples(Dataset):
    """Samples by index; the same index gives the same sample in any process."""

    def __init__(self, seed: int, count: int, studio: Studio) -> None:
        self.seed, self.count, self.studio = seed, count, studio

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, index: int) -> Sample:
        return make_sample(self.seed, index, self.studio)


def load_studios(photos: Path, work: Path) -> tuple[Studio, Studio]:
    """What trains and what is held back."""
    cv2.setNumThreads(1)
    photographs = load_photographs(photos)
    masks = find_masks(photographs, work / "masks.npz")
    typefaces = Typefaces()
    return tuple(Studio([p for p in photographs if p.held_back is held_back], masks, typefaces) for held_back in (False, True))


def as_batch(samples: list[Sample]) -> tuple[Tensor, Tensor, Tensor]:
    """Normalised pictures, score targets, map targets."""
    images = torch.from_numpy(np.stack([sample.image for sample in samples])).permute(0, 3, 1, 2).float()
    images = (images - torch.tensor(MEAN).view(1, 3, 1, 1)) / torch.tensor(STD).view(1, 3, 1, 1)
    scores = torch.from_numpy(np.stack([sample.scores for sample in samples]))
    maps = torch.from_numpy(np.stack([sample.maps for sample in samples]))
    return images, scores, maps


def loss_of(scores: Tensor, maps: Tensor, score_targets: Tensor, map_targets: Tensor) -> Tensor:
    """Cross-entropies over what is known."""
    known = (score_targets >= 0).float()
    weights = torch.tensor([SCORE_WEIGHTS[name] for name in SCORES])
    each = F.binary_cross_entropy_with_logits(scores, score_targets.clamp(min=0), reduction="none")
    total = (each * known * weights).sum() / scores.shape[0]
    known = (map_targets >= 0).float()
    positive = torch.tensor(MAP_POSITIVE_WEIGHTS).view(1, -1, 1, 1)
    each = F.binary_cross_entropy_with_logits(maps, map_targets.clamp(min=0), reduction="none", pos_weight=positive)
    per_map = (each * known).sum(dim=(0, 2, 3)) / known.sum(dim=(0, 2, 3)).clamp(min=1)
    return total + (per_map * torch.tensor(MAP_WEIGHTS)).sum()


def train(photos: Path, work: Path, seed: int, steps: int, threads: int, workers: int, resume: bool) -> Path:
    """Runs one leg of training, from random weights or (`resume`) from those in `work`; returns the file of weights."""
    torch.manual_seed(seed)
    torch.set_num_threads(threads)
    studio, _ = load_studios(photos, work)
    print(f"{len(studio.photographs)} photographs, {len(studio.cutouts)} cut-outs", flush=True)
    fresh = BATCH // 2
    stream = DataLoader(MadeSamples(seed, (steps + REPLAY // BATCH) * fresh, studio), batch_size=fresh, num_workers=workers, collate_fn=list,
                        prefetch_factor=8 if workers else None, worker_init_fn=_one_thread)
    network = ListingNet().to(memory_format=torch.channels_last)
    weights = work / "weights.pt"
    earlier = torch.load(weights, weights_only=True) if resume else {"legs": []}
    if resume:
        network.load_state_dict(earlier["state"])
    average = copy.deepcopy(network)
    optimizer = torch.optim.AdamW(network.parameters(), lr=1e-3, weight_decay=0.02)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=2e-3 if resume else 3e-3, total_steps=steps, pct_start=0.12, div_factor=10, final_div_factor=200)
    rng = np.random.default_rng((seed, 1))
    recent: list[Sample] = []
    batches = iter(stream)
    started, running = time.monotonic(), 0.0
    for step in range(steps):
        new = next(batches)
        again = [recent[i] for i in rng.integers(len(recent), size=BATCH - fresh)] if len(recent) >= BATCH else next(batches)
        recent = (recent + new)[-REPLAY:]
        images, score_targets, map_targets = as_batch(new + [_altered(rng, sample) for sample in again])
        if not resume and step < steps * FIRST_SHARE:
            images = F.interpolate(images, size=(FIRST_SIDE_PX,) * 2, mode="bilinear", antialias=True)
            map_targets = F.interpolate(map_targets, size=(FIRST_SIDE_PX // 8,) * 2, mode="area")
        scores, maps = network(images.contiguous(memory_format=torch.channels_last))
        loss = loss_of(scores, maps, score_targets, map_targets)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 5.0)
        optimizer.step()
        schedule.step()
        _blend_into(average, network, min(0.998, (step + 1) / (step + 20)))
        running = loss.item() if step == 0 else running * 0.98 + loss.item() * 0.02
        if step % 50 == 0:
            print(f"step {step}/{steps} loss {running:.4f} {time.monotonic() - started:.0f} s", flush=True)
    torch.save({"state": average.state_dict(), "legs": [*earlier["legs"], {"seed": seed, "steps": steps}]}, weights)
    return weights


def _altered(rng: np.random.Generator, sample: Sample) -> Sample:
    """A sample seen again: perhaps mirrored, in another light."""
    image, maps = sample.image, sample.maps
    if rng.random() < 0.5:
        image, maps = image[:, ::-1], maps[:, :, ::-1]
    if rng.random() < 0.5:
        levels = (np.linspace(0, 1, 256) ** rng.uniform(0.85, 1.18) * 255).astype(np.uint8)
        image = levels[image]
    if rng.random() < 0.15:
        image = image[..., rng.permutation(3)]
    return Sample(np.ascontiguousarray(image), sample.scores, np.ascontiguousarray(maps))


@torch.no_grad()
def _blend_into(average: torch.nn.Module, network: torch.nn.Module, keep: float) -> None:
    for ours, theirs in zip(average.state_dict().values(), network.state_dict().values()):
        if ours.dtype.is_floating_point:
            ours.lerp_(theirs, 1 - keep)
        else:
            ours.copy_(theirs)


def _one_thread(_worker: int) -> None:
    cv2.setNumThreads(1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=Path, default=SHARED_DIR / "train", help="folder with photos.jsonl")
    parser.add_argument("--work", type=Path, default=TRAINING_DIR / "build", help="folder for what is kept between steps")
    parser.add_argument("--seed", type=int, default=20)
    parser.add_argument("--steps", type=int, default=420)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--workers", type=int, default=1, help="processes that make samples")
    parser.add_argument("--resume", action="store_true", help="a further leg, at full size, from the weights in --work")
    arguments = parser.parse_args()
    weights = train(arguments.photos, arguments.work, arguments.seed, arguments.steps, arguments.threads, arguments.workers, arguments.resume)
    print(f"weights in {weights}")


if __name__ == "__main__":
    main()
