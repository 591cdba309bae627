"""The benchmarks run, and say what they are meant to say. How fast anything is, is never asserted."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bench import targets
from bench.measure import MEASUREMENTS, TIMETABLES, Result

ROOT = Path(__file__).parent.parent.parent
KEYS = {
    "name", "database", "value", "unit", "p50_ms", "p99_ms", "baseline", "ratio", "first_feasible_s", "seconds", "gap",
    "unplaced", "megabytes", "statements",
}  # fmt: skip
PAGES = {
    "conference-page", "programme-day", "programme-grid", "event-page", "conference-feed", "event-feed", "not-modified",
}  # fmt: skip


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("kind", "names"), [("sqlite", list(MEASUREMENTS)), ("postgresql", ["event-page", "booking"])]
)
def test_measurements_give_their_rows(kind: str, names: list[str], tmp_path: Path):
    file = tmp_path / "results.json"
    # Our own generator: it is there on every machine, and takes no longer when the machine is busy.
    short = [
        "--generator",
        "own",
        "--small",
        "--seconds",
        "0.2",
        "--rounds",
        "1",
        "--connections",
        "8",
        "--bookings",
        "40",
    ]
    done = subprocess.run(
        [sys.executable, "-m", "bench", *names, *short, "--database", kind, "--results", str(file)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=280,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    rows = {row["name"]: row for row in json.loads(file.read_text())}
    assert all(set(row) == KEYS and row["value"] > 0 for row in rows.values())
    assert set(rows) >= {*(names or MEASUREMENTS), "hello", "booking-database"}
    assert rows["hello"]["database"] is None
    assert {row["database"] for name, row in rows.items() if name != "hello"} == {kind}
    assert {rows[name]["baseline"] for name in PAGES & rows.keys()} == {"hello"}
    assert rows["booking"]["baseline"] == "booking-database"
    assert all(name in done.stdout for name in rows)


def test_timetables_are_made_in_each_way(tmp_path: Path):
    file = tmp_path / "results.json"
    done = subprocess.run(
        [sys.executable, "-m", "bench", "schedule-350", "schedule-bump", "--small", "--results", str(file)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=150,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    rows = {row["name"]: row for row in json.loads(file.read_text())}
    assert set(rows) == {
        f"{name}{way}" for name in ("schedule-350", "schedule-bump") for way in ("", "-greedy", "-one-model")
    }
    assert {"schedule-350", "schedule-bump"} <= set(TIMETABLES)
    ours = rows["schedule-350"]
    assert set(ours) == KEYS
    assert ours["unplaced"] == 0
    assert ours["gap"] >= 0
    assert rows["schedule-350-greedy"]["value"] >= ours["value"]


def test_an_unknown_name_is_refused():
    done = subprocess.run(
        [sys.executable, "-m", "bench", "nonsense"], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 2
    assert "there is no nonsense" in done.stderr


@pytest.mark.parametrize(
    ("name", "database", "value", "ratio", "said"),
    [
        ("event-page", "sqlite", 9_000, 2.0, "reached"),
        ("event-page", "sqlite", 9_000, 1.99, "MISSED"),
        ("event-page", "postgresql", 9_000, 0.8, "reached"),
        ("booking", "postgresql", 300, 0.49, "MISSED"),
        ("worker-memory", "sqlite", 250, 1.0, "reached"),
        ("feed-after-change", "sqlite", 501, 1.002, "MISSED"),
    ],
)
def test_targets(name: str, database: str, value: float, ratio: float, said: str):
    (line,) = targets.lines([Result(name, database, value, "x", baseline="y", ratio=ratio)])
    assert line.startswith(said)
    assert name in line
