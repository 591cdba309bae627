"""How long each kind of data is kept: pure."""

from __future__ import annotations

from datetime import UTC, date, datetime

from eventsapp.registration.privacy.kinds import KINDS, DataKind, days_kept, deleted_on, due

LAST = date(2026, 10, 20)


def at(year: int, month: int, day: int, hour: int = 0) -> datetime:
    return datetime(year, month, day, hour, tzinfo=UTC)


def when(kind: DataKind, retention: dict, passports: date | None = None) -> date | None:
    return deleted_on(kind, retention, last_day=LAST, passports=passports)


def test_every_kind_says_what_it_is_what_for_and_how_long():
    assert set(KINDS) == set(DataKind)
    assert all(str(about.name) and str(about.what) and str(about.purpose) for about in KINDS.values())


def test_a_conference_s_own_choice_goes_before_the_default_and_null_keeps():
    assert days_kept(DataKind.PHOTO, {}) == 30
    assert days_kept(DataKind.PHOTO, {"photo": 5}) == 5
    assert days_kept(DataKind.PHOTO, {"photo": None}) is None
    assert days_kept(DataKind.PHOTO, {"photo": "soon"}) is None
    assert when(DataKind.PHOTO, {"photo": 5}) == date(2026, 10, 25)
    assert when(DataKind.PHOTO, {"photo": None}) is None


def test_pages_of_passports_go_on_their_own_day_or_with_the_conference():
    assert when(DataKind.PASSPORT, {}) == LAST
    assert when(DataKind.PASSPORT, {}, date(2026, 10, 1)) == date(2026, 10, 1)


def test_a_kind_is_due_when_its_day_is_over_where_the_conference_is():
    retention = {kind.value: None for kind in DataKind} | {"photo": 1}

    def found(now: datetime, zone: str) -> list[DataKind]:
        return due(retention, last_day=LAST, passports=date(2027, 1, 1), zone=zone, now=now)

    assert found(at(2026, 10, 21, 23), "UTC") == []
    assert found(at(2026, 10, 22), "UTC") == [DataKind.PHOTO]
    assert found(at(2026, 10, 21, 10), "Pacific/Kiritimati") == [DataKind.PHOTO]  # UTC+14
    assert found(at(2026, 10, 22, 4), "America/Guayaquil") == []  # UTC-5
