"""What is to be reached, and what of it was."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from bench.measure import Result

_UNCHANGED: Final = (
    "conference-page", "programme-day", "programme-grid", "event-page", "conference-feed", "event-feed", "not-modified",
)  # fmt: skip

AT_LEAST: Final[Mapping[tuple[str, str], float]] = {
    **{(name, "sqlite"): 2.0 for name in _UNCHANGED},
    **{(name, "postgresql"): 0.8 for name in _UNCHANGED},
    ("booking", "sqlite"): 0.5,
    ("booking", "postgresql"): 0.5,
}
"""Ratios to what each is compared with."""

AT_MOST: Final[Mapping[str, float]] = {
    "feed-after-change": 500.0,
    "worker-memory": 250.0,
    "review-list": 500.0,
    "review-results": 500.0,
    "decision-board": 500.0,
    "badges-500": 5000.0,
}
"""Values, in milliseconds and MB."""

EACH_SECOND: Final[Mapping[str, float]] = {"registration-load": 150.0, "booking-load": 600.0}
"""Values, in so many a second."""

TIMETABLES: Final[Mapping[str, tuple[float, float, float, float]]] = {
    "schedule-350": (3.0, 30.0, 0.02, 3072.0),
    "schedule-560-tight": (3.0, 30.0, 0.05, 3072.0),
    "schedule-1000": (15.0, 180.0, 0.05, 3072.0),
    "schedule-bump": (3.0, 3.0, 0.0, 3072.0),
}
"""At most: seconds to the first timetable, seconds in all, gap, MB."""
_FINISHING = 1.05
"""A run ends a little after its limit: rooms, and a look at the result."""


def lines(results: list[Result]) -> Iterator[str]:
    """Yield a line for each target that was measured."""
    for result in results:
        if result.name in AT_MOST:
            yield _line(
                result,
                f"{result.value:,.0f} {result.unit}",
                f"at most {AT_MOST[result.name]:,.0f}",
                reached=result.value <= AT_MOST[result.name],
            )
        if result.name in EACH_SECOND:
            yield _line(
                result,
                f"{result.value:,.0f} {result.unit}",
                f"at least {EACH_SECOND[result.name]:,.0f}",
                reached=result.value >= EACH_SECOND[result.name],
            )
        if result.name in TIMETABLES:
            yield _timetable(result, *TIMETABLES[result.name])
        least = AT_LEAST.get((result.name, result.database or ""))
        if least is not None and result.ratio is not None:
            said = f"{result.ratio:.2f} × {result.baseline}"
            yield _line(result, said, f"at least {least:g}", reached=result.ratio >= least)


def _timetable(result: Result, first: float, seconds: float, gap: float, megabytes: float) -> str:
    found = (result.first_feasible_s, result.seconds, result.gap, result.megabytes)
    limits = (first, seconds * _FINISHING, gap, megabytes)
    reached = all(one is not None and one <= most for one, most in zip(found, limits, strict=True))
    took, whole, better, weight = (0.0 if one is None else one for one in found)
    return (
        f"{'reached' if reached else 'MISSED '}  {result.name}: first after {took:.2f} s, {better:.1%} from the bound after "
        f"{whole:.1f} s, {weight:,.0f} MB; to be {first:g} s, {gap:.0%} after {seconds:g} s, {megabytes:,.0f} MB"
    )


def _line(result: Result, said: str, target: str, *, reached: bool) -> str:
    return f"{'reached' if reached else 'MISSED '}  {result.name} ({result.database}): {said}, to be {target}"
