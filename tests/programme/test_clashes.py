"""Who or what would be in two places at once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from eventsapp.programme.clashes import ClashKind, Placed, find, of_event

ZONE = ZoneInfo("America/Guayaquil")
DAY = date(2027, 6, 15)
START = datetime(2027, 6, 15, 18, 0, tzinfo=UTC)


def placed(
    event_id: int,
    start: int = 0,
    length: int | None = 60,
    *,
    room: int | None = None,
    leads: tuple[int, ...] = (),
    speakers: tuple[int, ...] = (),
    end_day: date | None = None,
) -> Placed:
    starts_at = START + timedelta(minutes=start)
    ends_at = None if length is None else starts_at + timedelta(minutes=length)
    return Placed(event_id, DAY, end_day, starts_at, ends_at, room, frozenset(leads), frozenset(speakers))


def said(clashes) -> list[tuple[ClashKind, int, int, int]]:
    return [(clash.kind, clash.subject_id, clash.first_id, clash.second_id) for clash in clashes]


def test_one_room_holds_one_event_at_a_time():
    assert said(find([placed(1, room=7), placed(2, 59, room=7), placed(3, 119, room=7)], ZONE)) == [
        (ClashKind.ROOM, 7, 1, 2)
    ]


def test_a_lead_organization_is_in_one_place_but_may_lead_in_turn():
    assert said(
        find([placed(1, leads=(4, 5)), placed(2, 30, leads=(5,)), placed(3, 90, leads=(4,))], ZONE)
    ) == [(ClashKind.LEAD, 5, 1, 2)]


def test_a_speaker_is_in_one_place():
    assert said(find([placed(1, speakers=(8,)), placed(2, 30, speakers=(8, 9))], ZONE)) == [
        (ClashKind.SPEAKER, 8, 1, 2)
    ]


def test_an_unknown_end_clashes_only_for_certain():
    assert find([placed(1, 0, None, room=7), placed(2, 30, room=7)], ZONE) == []
    assert said(find([placed(1, 0, 60, room=7), placed(2, 30, None, room=7)], ZONE)) == [
        (ClashKind.ROOM, 7, 1, 2)
    ]


def test_an_event_over_several_days_clashes_once_on_the_first_day_it_does():
    next_day = START + timedelta(days=1)
    single = Placed(
        2, DAY + timedelta(days=1), None, next_day, next_day + timedelta(hours=1), 7, frozenset(), frozenset()
    )
    clashes = find([placed(1, room=7, end_day=DAY + timedelta(days=3)), single], ZONE)
    assert said(clashes) == [(ClashKind.ROOM, 7, 1, 2)]
    assert clashes[0].during.start == next_day


def test_a_moved_event_does_not_clash_with_its_own_old_place():
    others = [placed(1, room=7), placed(2, 30, room=8)]
    assert of_event(placed(1, 30, room=7), others, ZONE) == []
    assert said(of_event(placed(1, 30, room=8), others, ZONE)) == [(ClashKind.ROOM, 8, 1, 2)]
