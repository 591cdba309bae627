"""The layout of a day by room."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from eventsapp.site import grid
from eventsapp.site.grid import LANES, layout
from eventsapp.site.presentation import Occurrence

ZONE = ZoneInfo("Europe/Paris")
DAY = date(2027, 6, 15)
MIDNIGHT = datetime(2027, 6, 14, 22, tzinfo=UTC)
ROOMS: list[Any] = [SimpleNamespace(id=n, slug=f"room-{n}") for n in range(1, 5)]


def occurrence(
    code: str, room: int | None, start: int | None, minutes: int | None, usual: int | None = None
) -> Occurrence:
    """An event ``start`` minutes after midnight."""
    event: Any = SimpleNamespace(
        code=code,
        room=ROOMS[room - 1] if room else None,
        type=SimpleNamespace(colour=1, default_minutes=usual),
    )
    begins = None if start is None else MIDNIGHT + timedelta(minutes=start)
    ends = None if begins is None or minutes is None else begins + timedelta(minutes=minutes)
    return Occurrence(event, DAY, begins, ends)


def rows_of(found: grid.Grid) -> list[str]:
    """The rows as "09:00" (labelled), "(09:30)" (not labelled), "12:00…" (folded)."""
    said = []
    for row in found.rows:
        time = row.starts_at.astimezone(ZONE).strftime("%H:%M")
        said.append(f"{time}…" if row.folded else time if row.labelled else f"({time})")
    return said


def test_rows_are_cut_where_something_begins_or_ends_and_at_full_hours():
    found = layout(
        DAY, [occurrence("A", 1, 9 * 60 + 15, 90), occurrence("B", 2, 9 * 60 + 30, 60)], ROOMS, ZONE
    )
    assert rows_of(found) == ["09:15", "09:30", "10:00", "(10:30)"]
    cells = {
        cell.occurrence.event.code: (cell.row, cell.rows) for column in found.columns for cell in column.cells
    }
    assert cells == {"A": (1, 4), "B": (2, 2)}
    assert [row.height for row in found.rows] == [3, 6, 6, 3]


def test_hours_without_events_fold():
    found = layout(DAY, [occurrence("A", 1, 9 * 60, 60), occurrence("B", 1, 14 * 60, 60)], ROOMS, ZONE)
    assert rows_of(found) == ["09:00", "10:00…", "14:00"]
    short = layout(DAY, [occurrence("A", 1, 9 * 60, 60), occurrence("B", 1, 10 * 60 + 30, 30)], ROOMS, ZONE)
    assert rows_of(short) == ["09:00", "10:00", "10:30"]


def test_rooms_keep_their_order_and_empty_ones_are_quiet():
    found = layout(DAY, [occurrence("A", 3, 600, 60), occurrence("B", None, 600, 60)], ROOMS, ZONE)
    assert [column.room.slug if column.room else None for column in found.columns] == [
        "room-1", "room-2", "room-3", "room-4", None,
    ]  # fmt: skip
    assert [column.quiet for column in found.columns] == [True, True, False, True, False]
    assert found.busy == 2
    busy = layout(DAY, [occurrence("A", 3, 600, 60)], ROOMS, ZONE, all_rooms=False)
    assert len(busy.columns) == 1


def test_events_that_overlap_in_a_room_stand_side_by_side():
    found = layout(
        DAY,
        [
            occurrence("A", 1, 600, 60),
            occurrence("B", 1, 600, 30),
            occurrence("C", 1, 630, 30),
            occurrence("D", 1, 660, 30),
        ],
        ROOMS,
        ZONE,
    )
    cells = {cell.occurrence.event.code: (cell.lane, cell.lanes) for cell in found.columns[0].cells}
    assert cells == {"A": (2, 1), "B": (1, 1), "C": (1, 1), "D": (1, 2)}
    assert found.columns[0].lanes == 2


def test_more_than_fit_side_by_side_are_counted():
    found = layout(DAY, [occurrence(f"E{n}", 1, 600, 60) for n in range(9)], ROOMS, ZONE)
    column = found.columns[0]
    assert [cell.lane for cell in column.cells] == [1, 2, 3, 4]
    assert [cell.more for cell in column.cells] == [0, 0, 0, 5]


def test_what_takes_most_of_the_day_or_has_no_time_stands_apart():
    found = layout(
        DAY,
        [occurrence("A", 1, 540, 540), occurrence("B", 1, None, None), occurrence("C", 1, 600, 60)],
        ROOMS,
        ZONE,
    )
    assert [one.event.code for one in found.throughout] == ["A"]
    assert [one.event.code for one in found.untimed] == ["B"]
    assert found.count == 3
    alone = layout(DAY, [occurrence("A", 1, 540, 540)], ROOMS, ZONE)
    assert (alone.rows, alone.steps) == ((), 0)


def test_an_end_that_is_not_known_follows_from_the_type():
    found = layout(DAY, [occurrence("A", 1, 600, None, 90), occurrence("B", 2, 600, None)], ROOMS, ZONE)
    assert [row.ends_at for row in found.rows][-1] == MIDNIGHT + timedelta(minutes=690)
    assert found.columns[1].cells[0].rows == 1


def test_times_that_are_no_multiple_of_five_minutes_find_their_row():
    found = layout(DAY, [occurrence("A", 1, 603, 44), occurrence("B", 1, 648, 20)], ROOMS, ZONE)
    codes = [cell.occurrence.event.code for cell in found.columns[0].cells]
    assert codes == ["A", "B"]


EVENTS = st.lists(
    st.builds(
        lambda n, room, start, minutes: (room, start, minutes),
        st.integers(),
        st.sampled_from([1, 2, 3, None]),
        st.integers(6 * 60, 30 * 60),
        st.one_of(st.none(), st.integers(1, 400)),
    ),
    max_size=40,
)


@given(EVENTS)
def test_no_two_events_share_a_place_and_none_is_lost(events):
    given_events = [occurrence(f"E{n:02}", *one) for n, one in enumerate(events)]
    found = layout(DAY, given_events, ROOMS, ZONE)
    places: dict[tuple[int, int, int], str] = {}
    shown = len(found.throughout) + len(found.untimed)
    for number, column in enumerate(found.columns):
        for cell in column.cells:
            code = cell.occurrence.event.code
            shown += 1 + cell.more
            assert 1 <= cell.lane <= column.lanes <= LANES
            assert cell.lane + cell.lanes - 1 <= column.lanes
            for row in range(cell.row, cell.row + cell.rows):
                assert row <= len(found.rows)
                for lane in range(cell.lane, cell.lane + cell.lanes):
                    assert places.setdefault((number, row, lane), code) == code
            assert cell.occurrence.starts_at is not None
            assert found.rows[cell.row - 1].starts_at <= cell.occurrence.starts_at
    assert shown == len(events)
    numbers = [row.number for row in found.rows]
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) <= grid.MOST_ROWS
    for before, after in zip(found.rows, found.rows[1:], strict=False):
        assert before.ends_at == after.starts_at
    by_room: dict[str | None, int] = defaultdict(int)
    for column in found.columns:
        by_room[column.room.slug if column.room else None] += 1
    assert set(by_room.values()) <= {1}
