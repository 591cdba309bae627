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

AT_MOST: Final[Mapping[str, float]] = {"feed-after-change": 500.0, "worker-memory": 250.0}
"""Values, in milliseconds and MB."""


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
        least = AT_LEAST.get((result.name, result.database or ""))
        if least is not None and result.ratio is not None:
            said = f"{result.ratio:.2f} × {result.baseline}"
            yield _line(result, said, f"at least {least:g}", reached=result.ratio >= least)


def _line(result: Result, said: str, target: str, *, reached: bool) -> str:
    return f"{'reached' if reached else 'MISSED '}  {result.name} ({result.database}): {said}, to be {target}"
