# Vitrine: each target says what it runs. All of them are non-interactive and safe to repeat.
# The binary lands in $(CARGO_TARGET_DIR) where that is set, else in target/.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

TARGET := $(or $(CARGO_TARGET_DIR),target)
VITRINE := $(TARGET)/release/vitrine
PORT ?= 8080

.PHONY: help setup build ui demo test bench bench-load bench-stats

help:  ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 13

setup:  ## install what is missing: a C compiler for SQLite, Python 3.11 with pip, Node, rustfmt and clippy, ONNX Runtime
	@tools/setup.sh

build: setup ui  ## the release binary, target/release/vitrine, and the studio's pages
	cargo build --release --locked --bin vitrine

ui: setup  ## the studio's pages, web/ui/dist
	cd web/ui && npm ci --no-audit --no-fund --loglevel=error && npm run --silent build

demo: build  ## draw a sample catalogue, judge it, write demo/report.html, serve on 127.0.0.1:8080 (ONCE=1 ends after the report)
	$(VITRINE) demo demo --packs rules/packs --port $(PORT) $(if $(ONCE),--once)

# It builds everything once: what would make a second build faster only makes the first one slower.
test: export CARGO_INCREMENTAL := 0
test: setup ui  ## everything that has to be green: format, lints, all tests, pages in a browser, licences and sources of all dependencies
	@tools/setup.sh chromium servers
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked -- -D warnings
	cargo test --workspace --locked
	TEST_DATABASE=postgres cargo test --workspace --test api --test feed --locked
	TEST_DATABASE=postgres cargo test --workspace --test cli --locked -- events:: publish::
	cd web/ui && npm run --silent check && VITRINE_BIN=$(abspath $(TARGET))/debug/vitrine npm run --silent e2e
	tools/check_dependencies.py

bench: setup  ## how fast it is, as ratios within one run
	@tools/setup.sh servers
	cargo bench --workspace --locked

bench-load: setup  ## the selection under load: Postgres and Redis, 1 M stored decisions, overload, a stock judged beside
	@tools/setup.sh servers
	cargo bench -p vitrine-web --bench load --locked

bench-stats: setup  ## every statistical method in 10,000 simulated experiments a scenario (WRITE=docs/statistics-measured.md writes the table)
	cargo bench -p vitrine-experiments --bench stats --locked -- --full $(if $(WRITE),--write $(WRITE))
