"""How a conference's timetable is made: names of the constraints, settings, slots, closures."""

from __future__ import annotations

from eventsapp.programme.facts import Kind
from eventsapp.programme.kind_names import KIND_HELP, KIND_NAMES


def test_every_constraint_has_a_name_and_a_sentence() -> None:
    assert set(KIND_NAMES) == set(KIND_HELP) == set(Kind)
