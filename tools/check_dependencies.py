#!/usr/bin/env python3
"""Holds every dependency against deny.toml: licence, source, and banned crates. Standard library only.

Reads the same file as cargo-deny and asks the same of licences, bans and sources, without the minutes that building cargo-deny
takes. Where `cargo deny` is installed it is run as well, advisories included if their database can be reached. Exit 1 when
something is not allowed; every finding is printed.
"""

import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OPERATORS = {"AND", "OR", "WITH", "(", ")"}


def main() -> int:
    rules = tomllib.loads((ROOT / "deny.toml").read_text(encoding="utf-8"))
    packages = dependencies()
    findings = [finding for package in packages for finding in check(package, rules)]
    for finding in findings:
        print(f"error: {finding}")
    print(f"{len(packages)} dependencies: {len(findings)} findings against deny.toml (licences, bans, sources)")
    return int(bool(findings) or not advisories())


def dependencies() -> list[dict]:
    command = ["cargo", "metadata", "--format-version", "1", "--locked", "--all-features"]
    metadata = json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout)
    own = set(metadata["workspace_members"])
    return sorted((p for p in metadata["packages"] if p["id"] not in own), key=lambda p: (p["name"], p["version"]))


def check(package: dict, rules: dict) -> list[str]:
    name, version, licence = package["name"], package["version"], package.get("license")
    where = f"{name} {version}"
    findings = []
    allowed = set(rules["licenses"]["allow"])
    for exception in rules["licenses"].get("exceptions", []):
        if exception["crate"] == name:
            allowed |= set(exception["allow"])
    clarified = {entry["crate"]: entry["expression"] for entry in rules["licenses"].get("clarify", [])}
    licence = clarified.get(name, licence)
    if not licence:
        findings.append(f"{where}: no licence is stated; read its files, then add [[licenses.clarify]]")
    elif not satisfied(licence, allowed):
        findings.append(f"{where}: licence `{licence}` is not allowed")
    if any(entry["crate"].split("@")[0] == name for entry in rules["bans"].get("deny", [])):
        findings.append(f"{where}: banned")
    registries = set(rules["sources"]["allow-registry"])
    source = package.get("source") or ""
    if source.removeprefix("registry+") not in registries and source.removeprefix("sparse+") not in registries:
        findings.append(f"{where}: comes from `{source or 'a path'}`, which is no allowed registry")
    return findings


def satisfied(expression: str, allowed: set[str]) -> bool:
    """Whether an SPDX expression can be fulfilled with allowed licences. `A/B` is the old way to write `A OR B`."""
    tokens = re.findall(r"\(|\)|[A-Za-z0-9.+-]+", expression.replace("/", " OR "))
    position = 0

    def peek() -> str | None:
        return tokens[position] if position < len(tokens) else None

    def take() -> str:
        nonlocal position
        position += 1
        return tokens[position - 1]

    def either() -> bool:
        result = both()
        while peek() == "OR":
            take()
            other = both()
            result = result or other
        return result

    def both() -> bool:
        result = one()
        while peek() == "AND":
            take()
            other = one()
            result = result and other
        return result

    def one() -> bool:
        token = take()
        if token == "(":
            result = either()
            if peek() == ")":
                take()
            return result
        if peek() == "WITH":
            take()
            token = f"{token} WITH {take()}"
        return token in allowed

    if not tokens:
        return False
    result = either()
    return result and position == len(tokens)


def advisories() -> bool:
    """Runs cargo-deny where it is there; says so where it, or the advisory database, is not."""
    if not shutil.which("cargo-deny"):
        print("advisories: not checked (cargo-deny is not installed; `cargo install --locked cargo-deny` adds it)")
        return True
    if subprocess.run(["cargo", "deny", "check", "licenses", "bans", "sources"], cwd=ROOT).returncode:
        return False
    if subprocess.run(["cargo", "deny", "fetch"], cwd=ROOT, capture_output=True).returncode:
        print("advisories: not checked (their database cannot be reached from here)")
        return True
    return subprocess.run(["cargo", "deny", "check", "advisories"], cwd=ROOT).returncode == 0


def self_test() -> None:
    allowed = {"MIT", "Apache-2.0", "Apache-2.0 WITH LLVM-exception"}
    for expression, want in [
        ("MIT", True),
        ("MIT/Apache-2.0", True),
        ("GPL-3.0", False),
        ("MIT AND GPL-3.0", False),
        ("GPL-3.0 OR (MIT AND Apache-2.0)", True),
        ("Apache-2.0 WITH LLVM-exception", True),
        ("GPL-2.0 WITH Classpath-exception-2.0", False),
        ("MIT AND", False),
        ("", False),
    ]:
        try:
            got = satisfied(expression, allowed)
        except IndexError:
            got = False
        assert got == want, (expression, got)


if __name__ == "__main__":
    self_test()
    sys.exit(main())
