"""The progress of a run as lines on a chart: coordinates for an SVG. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

WIDTH, HEIGHT = 640.0, 220.0
LEFT, RIGHT, TOP, BOTTOM = 56.0, 12.0, 12.0, 28.0


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis: where, and the number there."""

    at: float
    number: int


@dataclass(frozen=True, slots=True)
class Chart:
    """Polylines as the attribute ``points`` takes them; empty when nothing is known yet."""

    objective: str
    bound: str
    x: tuple[Tick, ...]
    y: tuple[Tick, ...]


def draw(points: Sequence[Sequence[Any]], seconds: float) -> Chart:
    """Return the chart of points [seconds, objective, bound or None, …] over so many seconds."""
    known = [point for point in points if point[1] is not None]
    values = [float(point[1]) for point in known] + [
        float(point[2]) for point in known if point[2] is not None
    ]
    if not values:
        return Chart("", "", (), ())
    least, most = min(values), max(values)
    if most - least < 1:
        least, most = max(0.0, least - 1), most + 1
    until = max(seconds, float(known[-1][0]), 1.0)

    def x(at: float) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * at / until, 1)

    def y(value: float) -> float:
        return round(TOP + (HEIGHT - TOP - BOTTOM) * (most - value) / (most - least), 1)

    def line(column: int) -> str:
        found: list[str] = []
        last: float | None = None
        for point in known:
            if point[column] is None:
                continue
            if last is not None:
                # What was found holds until something better is.
                found.append(f"{x(point[0])},{last}")
            last = y(float(point[column]))
            found.append(f"{x(point[0])},{last}")
        if last is not None:
            found.append(f"{x(until)},{last}")
        return " ".join(found)

    return Chart(
        line(1),
        line(2),
        tuple(Tick(x(until * n / 4), round(until * n / 4)) for n in range(5)),
        tuple(
            Tick(y(least + (most - least) * n / 3), round(least + (most - least) * n / 3)) for n in range(4)
        ),
    )
