"""What conferences ask the features after them, which append their own functions when they are registered."""

from __future__ import annotations

from collections.abc import Callable, Sequence

obstacles: list[Callable[[int], Sequence[str]]] = []
"""Asked with a conference's id for what forbids deleting it or hiding it again, such as "3 releases". Only reads."""
