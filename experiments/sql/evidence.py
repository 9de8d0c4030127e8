#!/usr/bin/env python3
"""From the answers of the queries to the document that `POST /v1/experiments/{id}/summaries` takes.

Each answer is a CSV file with a header: days.csv, segments.csv, histograms.csv, counts.csv in one folder. Standard library only.

    evidence.py FOLDER AS_OF_MS > summaries.json
"""

import csv
import datetime
import json
import pathlib
import sys

PRODUCTS = [f"product{i}{j}" for i in range(4) for j in range(i, 4)]


def main() -> None:
    folder, as_of_ms = pathlib.Path(sys.argv[1]), int(sys.argv[2])
    answers = {name: list(csv.DictReader((folder / f"{name}.csv").open())) for name in ("days", "segments", "histograms", "counts")}
    json.dump(evidence(answers, as_of_ms), sys.stdout)


def evidence(answers: dict, as_of_ms: int) -> dict:
    """The document, from lists of rows by query."""
    counts = {row["name"]: int(row["units"] or 0) for row in answers["counts"]}
    days = [
        {"day": name(int(day)), "cells": cells(rows), "events": counts.pop(f"day {day}", 0)} for (day,), rows in grouped(answers["days"], ["day"])
    ]
    segments = [
        {"dimension": dimension, "value": value, "cells": cells(rows)} for (dimension, value), rows in grouped(answers["segments"], ["dimension", "value"])
    ]
    total = json.loads(json.dumps(days[-1]["cells"])) if days else []
    for row in answers["histograms"]:
        summary = total[int(row["place"])]["metrics"][row["metric"]]
        summary.setdefault("histogram", {})[str(int(float(row["bucket"])))] = int(row["units"])
        smallest = float(row["smallest"])
        if smallest > 0:
            summary["smallest"] = min(smallest, summary.get("smallest", smallest))
    return {"total": total, "days": days, "segments": segments, "counts": counts, "few_units": None, "rules": [], "as_of_ms": as_of_ms}


def cells(rows: list) -> list:
    """A cell a variant, in the design's order; variants without a row get an empty one."""
    made = [{"units": 0, "metrics": {}} for _ in range(1 + max(int(row["place"]) for row in rows))]
    for row in sorted(rows, key=lambda row: int(row["uncapped"])):
        cell = made[int(row["place"])]
        units = int(float(row["units"]))
        means = [float(row[f"mean{i}"]) for i in range(4)]
        products = [float(row[name]) for name in PRODUCTS]
        # A sum of squares can't be below 0: what is left there is rounding.
        for place in (0, 4, 7, 9):
            products[place] = max(products[place], 0.0)
        moments = {"units": units, "means": means, "products": products}
        if int(row["uncapped"]):
            cell["metrics"][row["metric"]]["uncapped"] = moments
            continue
        shape = {"units": units, "mean": means[0], "squares": products[0], "cubes": float(row["cubes"])}
        cell["units"] = units
        cell["metrics"][row["metric"]] = {"moments": moments, "shape": shape, "capped_units": int(float(row["capped_units"] or 0))}
    return made


def grouped(rows: list, keys: list) -> list:
    found: dict = {}
    for row in rows:
        found.setdefault(tuple(row[key] for key in keys), []).append(row)
    return list(found.items())


def name(day: int) -> str:
    return (datetime.date(1970, 1, 1) + datetime.timedelta(days=day)).isoformat()


if __name__ == "__main__":
    main()
