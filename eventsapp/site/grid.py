"""The layout of one day as a grid: rooms across, time down. Pure.

Style attributes are forbidden, so places are numbers of rows and lanes, which static/css/grid.css has classes for. Rows
are cut wherever something begins or ends, and at full hours; where nothing takes place they fold into one. What goes on
for most of the day stands above the grid, or it would push everything else aside.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from eventsapp.programme.snapshot import RoomInfo
from eventsapp.site.presentation import Occurrence

STEP = timedelta(minutes=5)
"""Rows begin and end at whole multiples of this."""
LONG = timedelta(hours=6)
"""From this length on an event stands above the grid."""
FOLD = timedelta(minutes=45)
"""From this length on a time without events is folded."""
LANES = 4
"""Events that stand side by side in one room at most; more are counted in the last lane."""
MOST_ROWS = 320
"""Rows that the style sheet has classes for: 24 hours in steps of five minutes, and some past midnight."""
UNKNOWN_LENGTH = timedelta(minutes=60)
"""The length of an event whose end is not known, and whose type has no usual one."""


@dataclass(frozen=True, slots=True)
class Row:
    """A stretch of time; ``number`` from 1. ``labelled``: its time is written beside it. ``folded``: nothing happens."""

    number: int
    starts_at: datetime
    ends_at: datetime
    labelled: bool
    folded: bool
    hour: bool

    @property
    def height(self) -> int:
        """How many steps it lasts, at most twelve."""
        return max(1, min(12, round((self.ends_at - self.starts_at) / STEP)))


@dataclass(frozen=True, slots=True)
class Cell:
    """An event in its column: first row, number of rows, lane and number of lanes. ``more``: how many hide behind it."""

    occurrence: Occurrence
    row: int
    rows: int
    lane: int = 1
    lanes: int = 1
    more: int = 0


@dataclass(frozen=True, slots=True)
class Column:
    """A room, or (None) what takes place in a room still to be announced. ``bars`` draw it in the overview."""

    room: RoomInfo | None
    cells: tuple[Cell, ...]
    lanes: int
    bars: tuple[tuple[int, int, int], ...] = ()
    """(first step, steps, colour of the event type)."""

    @property
    def quiet(self) -> bool:
        """Whether nothing takes place in it."""
        return not self.cells


@dataclass(frozen=True, slots=True)
class Grid:
    """A day by room. ``count``: its events; ``steps``: its length in the overview; ``busy``: columns with something on."""

    day: date
    rows: tuple[Row, ...]
    columns: tuple[Column, ...]
    throughout: tuple[Occurrence, ...]
    untimed: tuple[Occurrence, ...]
    count: int = 0
    steps: int = 0
    busy: int = 0

    @property
    def quiet(self) -> list[Column]:
        """The columns in which nothing takes place."""
        return [column for column in self.columns if column.quiet]


@dataclass(frozen=True, slots=True)
class _Piece:
    occurrence: Occurrence
    start: datetime
    end: datetime


def _down(instant: datetime) -> datetime:
    return instant - timedelta(seconds=instant.timestamp() % STEP.total_seconds())


def _up(instant: datetime) -> datetime:
    down = _down(instant)
    return down if down == instant else down + STEP


def end_of(one: Occurrence) -> datetime:
    """Return when an occurrence with a start ends, or presumably does."""
    if one.starts_at is None:
        raise ValueError("an occurrence without a time has no end")
    if one.ends_at is not None:
        return one.ends_at
    minutes = one.event.type.default_minutes
    return one.starts_at + (timedelta(minutes=minutes) if minutes else UNKNOWN_LENGTH)


def layout(
    day: date,
    on_it: Iterable[Occurrence],
    rooms: Sequence[RoomInfo],
    zone: ZoneInfo,
    *,
    all_rooms: bool = True,
) -> Grid:
    """Return the grid of the occurrences of ``day``; ``rooms`` in the order they stand across.

    ``all_rooms``: rooms without events have a (narrow) column too.
    """
    pieces: list[_Piece] = []
    throughout: list[Occurrence] = []
    untimed: list[Occurrence] = []
    for one in on_it:
        if one.starts_at is None:
            untimed.append(one)
        elif end_of(one) - one.starts_at >= LONG:
            throughout.append(one)
        else:
            pieces.append(_Piece(one, _down(one.starts_at), _up(end_of(one))))
    rows = _rows(pieces, zone)
    columns = _columns(pieces, rows, rooms, all_rooms)
    return Grid(
        day=day,
        rows=tuple(rows),
        columns=tuple(columns),
        throughout=tuple(throughout),
        untimed=tuple(untimed),
        count=len(pieces) + len(throughout) + len(untimed),
        steps=round((rows[-1].ends_at - rows[0].starts_at) / STEP) if rows else 0,
        busy=sum(not column.quiet for column in columns),
    )


def _rows(pieces: Sequence[_Piece], zone: ZoneInfo) -> list[Row]:
    if not pieces:
        return []
    begins = {piece.start for piece in pieces}
    cuts = begins | {piece.end for piece in pieces}
    first, last = min(cuts), max(cuts)
    hour = first.astimezone(zone).replace(minute=0, second=0, microsecond=0).astimezone(first.tzinfo)
    hours = set()
    while hour < last:
        if hour > first:
            hours.add(hour)
        hour += timedelta(hours=1)
    merged = _busy_stretches(pieces)
    edges = sorted(cuts | {hour for hour in hours if any(start < hour < end for start, end in merged)})
    rows: list[Row] = []
    for start, end in pairwise(edges):
        idle = not any(a <= start and end <= b for a, b in merged)
        full = start in hours or start.astimezone(zone).minute == 0
        rows.append(
            Row(
                number=len(rows) + 1,
                starts_at=start,
                ends_at=end,
                labelled=start in begins or full,
                folded=idle and end - start >= FOLD,
                hour=full,
            )
        )
    return rows[:MOST_ROWS]


def _busy_stretches(pieces: Iterable[_Piece]) -> list[tuple[datetime, datetime]]:
    merged: list[tuple[datetime, datetime]] = []
    for piece in sorted(pieces, key=lambda one: one.start):
        if merged and piece.start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], piece.end))
        else:
            merged.append((piece.start, piece.end))
    return merged


def _columns(
    pieces: Sequence[_Piece], rows: Sequence[Row], rooms: Sequence[RoomInfo], all_rooms: bool
) -> list[Column]:
    of_room: dict[int | None, list[_Piece]] = {}
    for piece in pieces:
        room = piece.occurrence.event.room
        of_room.setdefault(None if room is None else room.id, []).append(piece)
    columns = [
        _column(room, of_room.get(room.id, []), rows) for room in rooms if all_rooms or room.id in of_room
    ]
    if None in of_room:
        columns.append(_column(None, of_room[None], rows))
    return columns


def _column(room: RoomInfo | None, pieces: Sequence[_Piece], rows: Sequence[Row]) -> Column:
    starts = {row.starts_at: row.number for row in rows}
    ends = {row.ends_at: row.number for row in rows}
    clusters = _clusters(sorted(pieces, key=lambda one: (one.start, one.end, one.occurrence.event.code)))
    widest = min(LANES, max((max(lane for _, lane in cluster) for cluster in clusters), default=1))
    cells: list[Cell] = []
    for cluster in clusters:
        used = min(LANES, max(lane for _, lane in cluster))
        hidden = [piece for piece, lane in cluster if lane > LANES]
        for piece, lane in cluster:
            if lane > LANES or piece.start not in starts:
                continue
            row = starts[piece.start]
            last = ends.get(piece.end, len(rows))
            behind = len(hidden) if hidden and lane == LANES and piece is _last_lane(cluster) else 0
            wide = widest - used + 1 if lane == used else 1
            cells.append(Cell(piece.occurrence, row, max(1, last - row + 1), lane, wide, behind))
    bars = tuple(
        (
            round((piece.start - rows[0].starts_at) / STEP),
            max(1, round((piece.end - piece.start) / STEP)),
            piece.occurrence.event.type.colour,
        )
        for piece in pieces
    )
    return Column(room, tuple(cells), widest, bars)


def _last_lane(cluster: Sequence[tuple[_Piece, int]]) -> _Piece:
    return next(piece for piece, lane in cluster if lane == LANES)


def _clusters(pieces: Sequence[_Piece]) -> list[list[tuple[_Piece, int]]]:
    """Return groups of pieces that overlap, directly or through others, each piece with its lane from 1."""
    clusters: list[list[tuple[_Piece, int]]] = []
    reach: datetime | None = None
    free: list[datetime] = []
    for piece in pieces:
        if reach is None or piece.start >= reach:
            clusters.append([])
            free = []
            reach = piece.end
        reach = max(reach, piece.end)
        for number, end in enumerate(free):
            if end <= piece.start:
                free[number] = piece.end
                lane = number + 1
                break
        else:
            free.append(piece.end)
            lane = len(free)
        clusters[-1].append((piece, lane))
    return clusters
