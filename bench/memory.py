"""How much memory processes take."""

from __future__ import annotations

from pathlib import Path


def children(process: int) -> list[int]:
    """Return the processes that a process has started and that still run."""
    found = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return [int(child) for child in found]


def megabytes(process: int) -> float:
    """Return the memory of a process in MB (10⁶ bytes): its own, and its share of what it has in common with others.

    That is the kernel's PSS, so that the sum over processes counts nothing twice.
    """
    for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024 / 1e6
    raise RuntimeError(f"the kernel does not say what process {process} takes")
