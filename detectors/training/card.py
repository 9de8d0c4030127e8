"""The model card: what the model answers, how well, on what, and what it cannot see."""

from __future__ import annotations

import math

from photographs import TRAINING_DIR

START, END = "<!-- catalogue -->", "<!-- /catalogue -->"
SHARES = {"text_overlay": "carry a text overlay", "watermark": "a watermark", "collage": "are collages", "person": "show a person"}
ATTRIBUTION = """\
| photographs | source | licence |
|---|---|---|
| 1,500 | alexeygrigorev/clothing-dataset | CC0-1.0 |
| 600 | marcusklasson/GroceryStoreDataset | MIT |
| 12 | aws-containers/retail-store-sample-app | MIT-0 |
| 10 | open-telemetry/opentelemetry-demo | Apache-2.0 |
"""


def card_text(facts: dict) -> str:
    """The whole card as Markdown; `facts` is what `export.py` measured."""
    template = (TRAINING_DIR / "card.template.md").read_text(encoding="utf-8")
    weights = facts["weights"]
    return template.format(
        megabytes=f"{facts['bytes'] / 1e6:.2f}",
        latency=f"{facts['latency_ms']:.0f}",
        operators=", ".join(facts["operators"]),
        legs=", then ".join(f"{leg['steps']:,} steps with seed {leg['seed']}" for leg in weights["legs"]),
        shares=", ".join(f"{round(100 * facts['shares'][name])} % {what}" for name, what in SHARES.items()),
        figures=_table(facts["figures"]),
        catalogue=f"{START}\nNot measured.\n{END}",
        attribution=ATTRIBUTION,
    )


def _table(figures: dict) -> str:
    rows = ["| answer | figures |", "|---|---|"]
    rows += [f"| `{name}` | {', '.join(f'{key} {value}' for key, value in measured.items())} |" for name, measured in figures.items()]
    return "\n".join(rows)


def with_catalogue(card: str, found: dict) -> str:
    """The card with its section on the labelled catalogue filled in with what `evaluate.py` found."""
    rows = ["| question | AUROC | 95 % over base photographs | lowest and highest of five folds | positives / negatives |", "|---|---|---|---|---|"]
    for question, measured in found.items():
        low, high = measured["interval"]
        folds = [value for value in measured["folds"] if not math.isnan(value)]
        rows.append(f"| {question} | {measured['AUROC']:.3f} | {low:.3f} to {high:.3f} | {min(folds):.3f}, {max(folds):.3f} "
                    f"| {measured['positives']} / {measured['negatives']} |")
    before, rest = card.split(START)
    return before + START + "\n" + "\n".join(rows) + "\n" + END + rest.split(END)[1]
