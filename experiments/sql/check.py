#!/usr/bin/env python3
"""Runs the queries on a small made-up shop and compares every figure with one that is worked out unit by unit.

    check.py sqlite|duckdb|postgres [--print]

SQLite needs nothing but Python; DuckDB its Python package; Postgres `psql` and a database in PGDATABASE, PGHOST and so on. With --print
the document goes to standard output.
"""

import collections
import json
import pathlib
import random
import sqlite3
import subprocess
import sys
import tempfile

import evidence

HERE = pathlib.Path(__file__).parent
DAY = 86_400_000
START = 1_793_577_600_000
UNTIL = START + 14 * DAY
QUERIES = {"days": "3_days.sql", "segments": "4_segments.sql", "histograms": "5_histograms.sql", "counts": "6_counts.sql"}
TABLES = """
CREATE TABLE vitrine_exposures (experiment VARCHAR(60), unit_id VARCHAR(60), variant VARCHAR(60), exposure_id VARCHAR(60), at_ms BIGINT,
    category VARCHAR(60), region VARCHAR(60), device VARCHAR(60), visitor VARCHAR(60));
CREATE TABLE vitrine_outcomes (unit_id VARCHAR(60), name VARCHAR(60), value DOUBLE PRECISION, at_ms BIGINT);
"""


def main() -> None:
    exposures, outcomes = shop()
    answers = {"sqlite": sqlite, "duckdb": duckdb, "postgres": postgres}[sys.argv[1]](exposures, outcomes)
    made = evidence.evidence(answers, UNTIL)
    compare(made, exposures, outcomes)
    if "--print" in sys.argv:
        json.dump(made, sys.stdout)
    else:
        print(f"{sys.argv[1]}: {len(exposures)} exposures and {len(outcomes)} outcomes give the same figures as unit by unit")


def shop() -> tuple:
    """Visitors who come back, buy late, were customers before, slip into two variants, or are machines; times and amounts are awkward."""
    rng = random.Random(5)
    exposures, outcomes = [], []
    for unit in range(600):
        who, variant = f"v{unit}", rng.choice(["control", "stricter"])
        first = START + rng.randrange(0, 10 * DAY)
        device = rng.choice(["mobile", "desktop", None])
        for visit in range(1 + rng.randrange(4)):
            at = min(first + visit * rng.randrange(1, 2 * DAY), UNTIL + DAY)
            seen = "stricter" if unit % 97 == 0 and visit == 1 else variant
            exposures.append(("stricter-2026", who, seen, f"{who}-{visit}", at, "shoes", None, device, "new"))
            outcomes += [(who, "click", None, at + rng.randrange(0, DAY)) for _ in range(rng.randrange(3))]
        for _ in range(rng.randrange(3)):
            outcomes.append((who, "purchase", round(rng.lognormvariate(3.5, 1.0), 2), first + rng.randrange(-20 * DAY, 6 * DAY)))
        outcomes.append((who, "unheard-of", 1.0, first + 1))
    exposures += [("stricter-2026", "robot", "control", f"r{i}", START + i, "shoes", None, "mobile", "new") for i in range(5001)]
    exposures.append(("another", "v1", "stricter", "x", START + 5, None, None, None, None))
    rng.shuffle(exposures)
    rng.shuffle(outcomes)
    return exposures, outcomes


def sqlite(exposures: list, outcomes: list) -> dict:
    base = sqlite3.connect(":memory:")
    base.row_factory = sqlite3.Row
    base.executescript(TABLES)
    base.executemany("INSERT INTO vitrine_exposures VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", exposures)
    base.executemany("INSERT INTO vitrine_outcomes VALUES (?, ?, ?, ?)", outcomes)
    for file in ("1_plan.sql", "2_units.sql"):
        base.executescript((HERE / file).read_text())
    return {name: [dict(row) for row in base.execute((HERE / file).read_text())] for name, file in QUERIES.items()}


def duckdb(exposures: list, outcomes: list) -> dict:
    import duckdb as engine

    base = engine.connect()
    base.execute(TABLES + inserts(exposures, outcomes))
    for file in ("1_plan.sql", "2_units.sql"):
        base.execute((HERE / file).read_text())
    answers = {}
    for name, file in QUERIES.items():
        found = base.execute((HERE / file).read_text())
        columns = [column[0] for column in found.description]
        answers[name] = [dict(zip(columns, row)) for row in found.fetchall()]
    return answers


def postgres(exposures: list, outcomes: list) -> dict:
    import csv
    import io

    script = [TABLES.replace("CREATE TABLE", "CREATE TEMPORARY TABLE"), inserts(exposures, outcomes)]
    script += [(HERE / file).read_text() for file in ("1_plan.sql", "2_units.sql")]
    for name, file in QUERIES.items():
        script += [f"\\echo === {name}", (HERE / file).read_text()]
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write("\n".join(script))
        file.flush()
        done = subprocess.run(
            ["psql", "--quiet", "--no-psqlrc", "--csv", "--set", "ON_ERROR_STOP=1", "--file", file.name], capture_output=True, text=True, check=False
        )
    if done.returncode:
        sys.exit(done.stderr)
    parts = done.stdout.split("=== ")[1:]
    return {part.split("\n", 1)[0].strip(): list(csv.DictReader(io.StringIO(part.split("\n", 1)[1]))) for part in parts}


def inserts(exposures: list, outcomes: list) -> str:
    def literal(value: object) -> str:
        return "NULL" if value is None else f"'{value}'"

    def table(name: str, rows: list) -> str:
        return f"INSERT INTO {name} VALUES " + ",\n".join("(" + ", ".join(map(literal, row)) + ")" for row in rows) + ";\n"

    return table("vitrine_exposures", exposures) + table("vitrine_outcomes", outcomes)


# --- The same, unit by unit --------------------------------------------------------------------------------------


def compare(made: dict, exposures: list, outcomes: list) -> None:
    units = by_unit(exposures, outcomes)
    counted = {who: unit for who, unit in units.items() if len(unit["variants"]) == 1 and max(unit["busy"].values()) <= 5000}
    assert made["counts"]["several_variants"] == sum(len(unit["variants"]) > 1 for unit in units.values()) > 0
    assert made["counts"]["suspected_bots"] == 1 and made["counts"]["before_exposure"] > 0
    for day in made["days"]:
        end = START + (1 + made["days"].index(day)) * DAY
        for place, variant in enumerate(["control", "stricter"]):
            mine = [unit for unit in counted.values() if unit["variants"] == {variant} and unit["first"] < end]
            check_cell(day["cells"][place], mine, end, f"{day['day']} {variant}")
    for segment in made["segments"]:
        for place, variant in enumerate(["control", "stricter"]):
            mine = [unit for unit in counted.values() if unit["variants"] == {variant} and unit[segment["dimension"]] == segment["value"]]
            check_cell(segment["cells"][place], mine, UNTIL, f"{segment['value']} {variant}")
    assert {segment["value"] for segment in made["segments"]} == {"shoes", "mobile", "desktop", "new"}
    assert sum(day["events"] for day in made["days"]) > 0
    for place, cell in enumerate(made["total"]):
        for metric in ("revenue", "median-revenue"):
            assert sum(cell["metrics"][metric]["histogram"].values()) == cell["units"], (place, metric)


def by_unit(exposures: list, outcomes: list) -> dict:
    units: dict = {}
    for experiment, who, variant, exposure, at, category, region, device, visitor in sorted(exposures, key=lambda row: (row[4], row[3])):
        if experiment != "stricter-2026" or not START <= at < UNTIL:
            continue
        new = {"variants": set(), "first": at, "busy": collections.Counter(), "seen": [], "did": [], "category": category}
        unit = units.setdefault(who, new | {"region": region, "device": device, "visitor": visitor})
        unit["variants"].add(variant)
        unit["busy"][at // DAY] += 1
        unit["seen"].append(at)
    for who, name, value, at in outcomes:
        if who in units and at < UNTIL:
            units[who]["did"].append((name, value, at))
    return units


def check_cell(cell: dict, units: list, end: int, where: str) -> None:
    assert cell["units"] == len(units), (where, cell["units"], len(units))
    for metric, cap in (("conversion", None), ("revenue", 200.0), ("ctr", None), ("median-revenue", None)):
        rows = [variables(metric, cap, unit, end) for unit in units]
        summary = cell["metrics"][metric]
        check_moments(summary["moments"], rows, f"{where} {metric}")
        n = len(rows)
        if n:
            mean = sum(row[0] for row in rows) / n
            cubes = sum((row[0] - mean) ** 3 for row in rows)
            near(summary["shape"]["cubes"], cubes, sum(abs(row[0] - mean) ** 3 for row in rows), f"{where} {metric} cubes")
        if cap:
            free = [variables(metric, None, unit, end) for unit in units]
            check_moments(summary["uncapped"], free, f"{where} {metric} without cap")
            assert summary["capped_units"] == sum(row[0] > cap for row in free), where


def variables(metric: str, cap: float | None, unit: dict, end: int) -> list:
    def of(name: str, low: int, high: int) -> list:
        return [value or 0.0 for did, value, at in unit["did"] if did == name and low <= at < high]

    before, after = (START - 14 * DAY, START), (unit["first"], end)
    if metric == "conversion":
        return [float(bool(of("purchase", *after))), 1.0, float(bool(of("purchase", *before))), 1.0]
    if metric == "ctr":
        return [float(len(of("click", *after))), float(sum(at < end for at in unit["seen"])), float(len(of("click", *before))), 0.0]
    now, then = sum(of("purchase", *after)), sum(of("purchase", *before))
    return [min(now, cap or now), 1.0, min(then, cap or then), 1.0]


def check_moments(moments: dict, rows: list, where: str) -> None:
    n = len(rows)
    if not n:
        return
    means = [sum(row[i] for row in rows) / n for i in range(4)]
    products = [(i, j) for i in range(4) for j in range(i, 4)]
    for i in range(4):
        near(moments["means"][i], means[i], abs(means[i]), f"{where} mean {i}")
    for (i, j), found in zip(products, moments["products"]):
        wanted = sum((row[i] - means[i]) * (row[j] - means[j]) for row in rows)
        spread = sum(abs((row[i] - means[i]) * (row[j] - means[j])) for row in rows)
        near(found, wanted, spread, f"{where} product {i} {j}")


def near(found: float, wanted: float, scale: float, where: str) -> None:
    assert abs(found - wanted) <= 1e-10 * scale + 1e-9, (where, found, wanted)


if __name__ == "__main__":
    main()
