"""``python -m bench [NAME …]``: measure, print a table, write ``bench/results.json``."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from statistics import median

from bench import data, load, targets
from bench.measure import MEASUREMENTS, TIMETABLES, Effort, Measurement, Result, timetable
from bench.place import DATABASES, WORKERS, place

RESULTS = Path(__file__).parent / "results.json"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the measurements that were asked for. The exit code says whether they could be made, not how they came out."""
    asked = _arguments(arguments)
    effort = Effort(
        asked.seconds, asked.rounds, asked.connections, asked.bookings, hold=asked.hold, small=asked.small
    )
    chosen: dict[Measurement, str] = {}
    for name, measurement in MEASUREMENTS.items():
        if name in asked.names or not asked.names:
            chosen.setdefault(measurement, name)
    print(
        f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}; {WORKERS} workers; "
        f"load by {'wrk' if load.generator() == 'wrk' else 'a generator of our own'}, "
        f"{effort.connections} connections, {effort.rounds} × {effort.seconds:g} s",
        flush=True,
    )
    results: list[Result] = []
    for name in TIMETABLES:
        if name in asked.names or not asked.names:
            print(name, flush=True)
            results += timetable(name, effort)
    # None of the others is asked for: no conference needs to be made.
    for kind in (asked.database or DATABASES) if chosen else ():
        print(f"{kind}: making the conference", flush=True)
        with place(kind, data.SMALL if asked.small else data.HABITAT_III) as where:
            for measurement, name in chosen.items():
                print(f"{kind}: {name}", flush=True)
                results += measurement(where, effort)
    results = _one_hello(results)
    _print(results)
    asked.results.write_text(json.dumps([result.as_dict() for result in results], indent=1) + "\n")
    print(f"\nwritten to {asked.results}\n")
    for line in targets.lines(results):
        print(line)
    return 0


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench", description="Speed and memory of the production server."
    )
    parser.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        help=f"of: {', '.join([*MEASUREMENTS, *TIMETABLES])}; all when none is given",
    )
    parser.add_argument("--database", action="append", choices=DATABASES, help="only on this one")
    parser.add_argument("--seconds", type=float, default=3.0, help="length of a round")
    parser.add_argument("--rounds", type=int, default=3, help="the median of so many is given")
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--bookings", type=int, default=1500, help="seats booked in a round")
    parser.add_argument(
        "--hold", type=float, default=10.0, help="seconds for which bookings and registrations are held"
    )
    parser.add_argument(
        "--small", action="store_true", help="a small conference, to try the benchmarks themselves"
    )
    parser.add_argument(
        "--generator", choices=("wrk", "own"), help="what makes the load; wrk where there is one"
    )
    parser.add_argument("--results", type=Path, default=RESULTS, help="where the figures are written")
    asked = parser.parse_args(arguments)
    unknown = sorted(set(asked.names) - {*MEASUREMENTS, *TIMETABLES})
    if unknown:
        parser.error(f"there is no {', '.join(unknown)}; there are {', '.join([*MEASUREMENTS, *TIMETABLES])}")
    if asked.generator:
        load.choose(asked.generator)
    return asked


def _one_hello(results: list[Result]) -> list[Result]:
    """Return the results with one for the bare application, which was measured again and again, and needs no database."""
    bare = [result for result in results if result.name == "hello"]
    if not bare:
        return results
    one = replace(
        bare[0],
        database=None,
        value=median(result.value for result in bare),
        p50_ms=median(result.p50_ms or 0.0 for result in bare),
        p99_ms=median(result.p99_ms or 0.0 for result in bare),
    )
    return [one, *(result for result in results if result.name != "hello")]


def _print(results: list[Result]) -> None:
    head = (
        "name",
        "database",
        "value",
        "unit",
        "p50 ms",
        "p99 ms",
        "ratio to",
        "first s",
        "seconds",
        "gap",
        "unplaced",
        "MB",
        "statements",
    )
    rows = [
        (
            one.name,
            one.database or "",
            f"{one.value:,.0f}" if one.value >= 100 else f"{one.value:,.1f}",
            one.unit,
            "" if one.p50_ms is None else f"{one.p50_ms:,.1f}",
            "" if one.p99_ms is None else f"{one.p99_ms:,.1f}",
            "" if one.ratio is None else f"{one.ratio:.2f} {one.baseline}",
            "" if one.first_feasible_s is None else f"{one.first_feasible_s:.2f}",
            "" if one.seconds is None else f"{one.seconds:.1f}",
            "" if one.gap is None else f"{one.gap:.1%}",
            "" if one.unplaced is None else str(one.unplaced),
            "" if one.megabytes is None else f"{one.megabytes:,.0f}",
            "" if one.statements is None else str(one.statements),
        )
        for one in results
    ]
    widths = [max(len(row[column]) for row in [head, *rows]) for column in range(len(head))]
    right = {2, 4, 5, 7, 8, 9, 10, 11, 12}
    print()
    for row in [head, *rows]:
        cells = [
            cell.rjust(width) if column in right else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        print("  ".join(cells).rstrip())


if __name__ == "__main__":
    sys.exit(main())
