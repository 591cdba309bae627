"""What the public is told of seats."""

from __future__ import annotations

import pytest

from eventsapp.programme.capacity import FEW, seats_shown
from eventsapp.programme.snapshot import SeatsInfo


@pytest.mark.parametrize(
    ("capacity", "taken", "waiting", "shown"),
    [
        (None, 0, 0, None),
        (50, 0, 0, SeatsInfo(50, None, False)),
        (50, 50 - FEW - 1, 0, SeatsInfo(50, None, False)),
        (50, 50 - FEW, 0, SeatsInfo(50, FEW, False)),
        (50, 49, 0, SeatsInfo(50, 1, False)),
        (50, 50, 0, SeatsInfo(50, 0, False)),
        (50, 50, 3, SeatsInfo(50, 0, True)),
        # A freed seat belongs to the first in the queue.
        (50, 48, 3, SeatsInfo(50, 0, True)),
        (0, 0, 0, SeatsInfo(0, 0, False)),
        # Lowered below what is taken.
        (5, 8, 0, SeatsInfo(5, 0, False)),
    ],
)
def test_seats_shown(capacity, taken, waiting, shown):
    assert seats_shown(capacity, taken, waiting) == shown
