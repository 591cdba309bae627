"""What pages show, worked out from plain data."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from eventsapp.conferences.enums import ConferenceState
from eventsapp.programme.snapshot import EventInfo
from eventsapp.proposals.calls.snapshot import PART
from eventsapp.registration.rules import Window
from eventsapp.site import presentation
from eventsapp.site.presentation import Phase

ZONE = "Europe/London"
HOUR = timedelta(hours=1)


def event(code: str = "A", **given: Any) -> EventInfo:
    values: dict[str, Any] = {
        "code": code, "day": None, "end_day": None, "starts_at": None, "ends_at": None, "room": None, "cancelled": False,
    }  # fmt: skip
    found: Any = SimpleNamespace(**{**values, **given})
    return found


@pytest.mark.parametrize(
    ("zone", "now", "expected"),
    [
        # Kiritimati is 14 hours ahead, Midway 11 behind: the same instant, three phases.
        ("Pacific/Kiritimati", datetime(2027, 6, 13, 10, tzinfo=UTC), Phase.CURRENT),
        ("Pacific/Kiritimati", datetime(2027, 6, 13, 9, 59, tzinfo=UTC), Phase.COMING),
        ("Europe/London", datetime(2027, 6, 13, 10, tzinfo=UTC), Phase.COMING),
        ("Europe/London", datetime(2027, 6, 18, 22, 59, tzinfo=UTC), Phase.CURRENT),
        ("Europe/London", datetime(2027, 6, 18, 23, 0, tzinfo=UTC), Phase.PAST),
        ("Pacific/Midway", datetime(2027, 6, 19, 10, 59, tzinfo=UTC), Phase.CURRENT),
        ("Pacific/Midway", datetime(2027, 6, 19, 11, 0, tzinfo=UTC), Phase.PAST),
    ],
)
def test_a_conference_is_on_from_its_first_midnight_to_its_last(zone, now, expected):
    assert presentation.phase(date(2027, 6, 14), date(2027, 6, 18), zone, now) is expected


def test_an_event_of_several_days_keeps_its_wall_times_across_a_change_of_clocks():
    # The clocks of London go forward on 28 March 2027.
    exhibition = event(
        day=date(2027, 3, 27),
        end_day=date(2027, 3, 29),
        starts_at=datetime(2027, 3, 27, 9, tzinfo=UTC),
        ends_at=datetime(2027, 3, 27, 17, tzinfo=UTC),
    )
    found = presentation.occurrences(exhibition, ZoneInfo(ZONE))
    assert [(one.day, one.starts_at, one.ends_at, one.number, one.of) for one in found] == [
        (
            date(2027, 3, 27),
            datetime(2027, 3, 27, 9, tzinfo=UTC),
            datetime(2027, 3, 27, 17, tzinfo=UTC),
            1,
            3,
        ),
        (
            date(2027, 3, 28),
            datetime(2027, 3, 28, 8, tzinfo=UTC),
            datetime(2027, 3, 28, 16, tzinfo=UTC),
            2,
            3,
        ),
        (
            date(2027, 3, 29),
            datetime(2027, 3, 29, 8, tzinfo=UTC),
            datetime(2027, 3, 29, 16, tzinfo=UTC),
            3,
            3,
        ),
    ]


def test_occurrences_without_an_end_or_a_time():
    start = datetime(2027, 6, 15, 9, tzinfo=UTC)
    (one,) = presentation.occurrences(event(day=date(2027, 6, 15), starts_at=start), ZoneInfo(ZONE))
    assert (one.starts_at, one.ends_at) == (start, None)
    days = presentation.occurrences(event(day=date(2027, 6, 15), end_day=date(2027, 6, 16)), ZoneInfo(ZONE))
    assert [(one.day, one.starts_at) for one in days] == [
        (date(2027, 6, 15), None),
        (date(2027, 6, 16), None),
    ]
    assert presentation.occurrences(event(), ZoneInfo(ZONE)) == []


def test_days_are_in_order_and_starts_within_them():
    day = date(2027, 6, 15)
    nine = datetime(2027, 6, 15, 8, tzinfo=UTC)
    events = [
        event("late", day=day, starts_at=nine + 15 * HOUR, ends_at=nine + 17 * HOUR),
        event("b", day=day, starts_at=nine, ends_at=nine + HOUR),
        event("untimed", day=day),
        event("a", day=day, starts_at=nine, ends_at=nine + HOUR),
        event("before", day=date(2027, 6, 14)),
    ]
    found = presentation.by_day(events, ZoneInfo(ZONE))
    assert [one.day for one in found] == [date(2027, 6, 14), day]
    assert [[one.event.code for one in start.occurrences] for start in found[1].starts] == [
        ["b", "a"],
        ["late"],
    ]
    assert [one.event.code for one in found[1].untimed] == ["untimed"]
    assert found[1].count == 4
    assert [one.day for one in presentation.by_day(events, ZoneInfo(ZONE), [day])] == [day]


def test_what_runs_and_what_comes():
    nine = datetime(2027, 6, 15, 8, tzinfo=UTC)
    day = date(2027, 6, 15)
    events = [
        event("runs", day=day, starts_at=nine, ends_at=nine + HOUR),
        event("open end", day=day, starts_at=nine),
        event("cancelled", day=day, starts_at=nine, ends_at=nine + HOUR, cancelled=True),
        event("next", day=day, starts_at=nine + HOUR, ends_at=nine + 2 * HOUR),
    ]
    before = presentation.around(events, ZoneInfo(ZONE), nine - HOUR)
    assert (before.running, before.changes_at) == ((), nine)
    during = presentation.around(events, ZoneInfo(ZONE), nine)
    assert [one.event.code for one in during.running] == ["runs", "open end"]
    assert [start.starts_at for start in during.coming] == [nine + HOUR]
    assert during.changes_at == nine + HOUR
    at_end = presentation.around(events, ZoneInfo(ZONE), nine + HOUR)
    assert [one.event.code for one in at_end.running] == ["next"]
    after = presentation.around(events, ZoneInfo(ZONE), nine + 2 * HOUR)
    assert (after.running, after.coming, after.changes_at) == ((), (), None)


@pytest.mark.parametrize(("seconds", "minutes"), [(0, 0), (1, 1), (60, 1), (61, 2), (1200, 20)])
def test_minutes_are_rounded_up(seconds, minutes):
    now = datetime(2027, 6, 15, 8, tzinfo=UTC)
    assert presentation.minutes_until(now + timedelta(seconds=seconds), now) == minutes


def conference(**given: Any) -> Any:
    values: dict[str, Any] = {
        "state": ConferenceState.PUBLISHED,
        "start_date": date(2027, 6, 14),
        "end_date": date(2027, 6, 18),
        "zone": ZONE,
        "registration_opens_at": datetime(2027, 1, 1, tzinfo=UTC),
        "registration_closes_at": datetime(2027, 6, 1, tzinfo=UTC),
    }
    return SimpleNamespace(**{**values, **given})


def test_a_page_holds_until_the_next_thing_that_changes_it():
    news = SimpleNamespace(published_at=datetime(2027, 2, 1, tzinfo=UTC))
    call = SimpleNamespace(
        opens_at=datetime(2026, 11, 1, tzinfo=UTC), closes_at=datetime(2026, 12, 1, tzinfo=UTC)
    )
    snapshot: Any = SimpleNamespace(conference=conference(), news=[news], parts={PART: (call,)})
    instants = []
    now: datetime | None = datetime(2026, 1, 1, tzinfo=UTC)
    while now is not None:
        now = presentation.next_change(snapshot, now)
        instants.append(now)
    assert instants == [
        datetime(2026, 11, 1, tzinfo=UTC),
        datetime(2026, 12, 1, tzinfo=UTC),
        datetime(2027, 1, 1, tzinfo=UTC),
        datetime(2027, 2, 1, tzinfo=UTC),
        datetime(2027, 6, 1, tzinfo=UTC),
        datetime(2027, 6, 13, 23, tzinfo=UTC),
        datetime(2027, 6, 18, 23, tzinfo=UTC),
        None,
    ]
    assert presentation.next_change(
        snapshot, datetime(2028, 1, 1, tzinfo=UTC), datetime(2029, 1, 1, tzinfo=UTC)
    ) == (datetime(2029, 1, 1, tzinfo=UTC))


def test_registration_is_open_within_its_window():
    assert presentation.registration(conference(), datetime(2026, 12, 31, tzinfo=UTC)) is Window.BEFORE
    assert presentation.registration(conference(), datetime(2027, 1, 1, tzinfo=UTC)) is Window.OPEN
    assert presentation.registration(conference(), datetime(2027, 6, 1, tzinfo=UTC)) is Window.CLOSED
    archived = conference(state=ConferenceState.ARCHIVED)
    assert presentation.registration(archived, datetime(2027, 2, 1, tzinfo=UTC)) is Window.CLOSED


@pytest.mark.parametrize(
    ("name", "letter"),
    [
        ("École", "E"),
        ("école", "E"),
        ("ÖBB", "O"),
        ("世界银行", "世"),
        ("منظمة", "م"),
        ("Яндекс", "Я"),
        ("350.org", "#"),
        ("", "#"),
    ],
)
def test_names_stand_under_their_first_letter(name, letter):
    assert presentation.initial(name) == letter


def test_speakers_are_sorted_by_their_last_names():
    people: list[Any] = [
        SimpleNamespace(name=name, slug=name)
        for name in ("Zoë Almeida", "Ban Ki-moon", "Ángel Ávila", "Li Wei", "Pelé", "María Ávalos")
    ]
    found = presentation.speakers_by_letter(people)
    assert [(one.letter, [speaker.name for speaker in one.speakers]) for one in found] == [
        ("A", ["Zoë Almeida", "María Ávalos", "Ángel Ávila"]),
        ("K", ["Ban Ki-moon"]),
        ("P", ["Pelé"]),
        ("W", ["Li Wei"]),
    ]


@pytest.mark.parametrize(
    ("today", "expected"),
    [(date(2027, 6, 1), 14), (date(2027, 6, 15), 16), (date(2027, 6, 16), 16), (date(2027, 7, 1), 14)],
)
def test_a_page_of_one_day_opens_with_today_or_the_next(today, expected):
    days = [date(2027, 6, 14), date(2027, 6, 16)]
    assert presentation.day_to_show(days, today) == date(2027, 6, expected)
    assert presentation.day_to_show([], today) is None


def test_names_in_other_languages_are_said_once():
    names = {"en": "Bank", "fr": "Banque", "de": "Bank", "es": "Banco"}
    assert presentation.other_names(names, "Bank") == [("fr", "Banque"), ("es", "Banco")]
