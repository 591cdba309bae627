"""Wall times become instants, also where clocks change."""

from datetime import UTC, date, datetime, time

import pytest

from eventsapp.core import zones
from eventsapp.core.templating import zone_name
from eventsapp.core.zones import Oddity


@pytest.mark.parametrize(
    ("day", "at", "zone", "instant"),
    [
        (date(2016, 10, 19), time(14, 30), "America/Guayaquil", datetime(2016, 10, 19, 19, 30, tzinfo=UTC)),
        (date(2016, 1, 31), time(10), "Europe/Brussels", datetime(2016, 1, 31, 9, tzinfo=UTC)),
        (date(2026, 1, 1), time(0), "Pacific/Kiritimati", datetime(2025, 12, 31, 10, tzinfo=UTC)),
        # Sydney's clocks go forward on 4 October 2026 at 02:00.
        (date(2026, 10, 4), time(1, 59), "Australia/Sydney", datetime(2026, 10, 3, 15, 59, tzinfo=UTC)),
        (date(2026, 10, 4), time(3), "Australia/Sydney", datetime(2026, 10, 3, 16, tzinfo=UTC)),
    ],
)
def test_a_wall_time_becomes_an_instant(day, at, zone, instant):
    assert zones.instant(day, at, zone) == instant
    assert zones.oddity(day, at, zone) is None


def test_a_skipped_time_moves_on_by_the_hour_that_is_missing():
    day = date(2026, 3, 29)  # London: 01:00 becomes 02:00
    assert zones.oddity(day, time(1, 30), "Europe/London") is Oddity.SKIPPED
    assert zones.instant(day, time(1, 30), "Europe/London") == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert zones.instant(day, time(1, 30), "Europe/London") == zones.instant(
        day, time(2, 30), "Europe/London"
    )


def test_of_a_time_that_comes_twice_the_first_is_meant():
    day = date(2026, 10, 25)  # London: 02:00 becomes 01:00
    assert zones.oddity(day, time(1, 30), "Europe/London") is Oddity.TWICE
    assert zones.instant(day, time(1, 30), "Europe/London") == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "name", ["America/Guayaquil", "Europe/London", "Pacific/Kiritimati", "UTC", "Etc/GMT-2"]
)
def test_places_are_zones(name):
    assert zones.known(name)


@pytest.mark.parametrize(
    "name", ["", "CET", "EST", "GMT+2", "Quito", "america/guayaquil", "../etc/passwd", "Etc/UTC"]
)
def test_abbreviations_and_inventions_are_not(name):
    assert not zones.known(name)


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("UTC", "temps universel coordonné"),
        ("Etc/GMT+5", "UTC-05:00"),
        ("America/Guayaquil", "heure : Équateur (Guayaquil)"),
    ],
)
def test_a_zone_has_a_name_also_where_it_belongs_to_no_place(app, zone, said):
    with app.test_request_context("/fr/"):
        assert zone_name(zone) == said
