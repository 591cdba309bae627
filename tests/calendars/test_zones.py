"""VTIMEZONE blocks: right for every hour of a conference, in any zone and year, for a reader that has nothing else."""

from __future__ import annotations

import io
import zoneinfo
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil.tz import tzical

from eventsapp.calendars import zones
from eventsapp.calendars.zones import Rule, Yearly, parse_posix, rule_of, vtimezone
from eventsapp.core.zones import names
from tests.calendars.reading import unfold

HOUR = timedelta(hours=1)


def lines_of(zone: str, first: date, last: date) -> list[str]:
    return unfold(vtimezone(zone, first, last).to_ical(sorted=False))


def check(zone: str, first: date, last: date, step: timedelta = HOUR) -> None:
    """Compare what a reader makes of the block with the zone, for every hour of the days."""
    block = vtimezone(zone, first, last).to_ical().decode()
    read = tzical(io.StringIO(f"BEGIN:VCALENDAR\r\n{block}END:VCALENDAR\r\n")).get(zone)
    assert read is not None
    tz = ZoneInfo(zone)
    at = datetime.combine(first, time(), tz).astimezone(UTC)
    end = datetime.combine(last, time(23, 59), tz).astimezone(UTC)
    while at < end:
        local = at.astimezone(tz)
        if not (local.fold or local.utcoffset() != local.replace(fold=1).utcoffset()):
            assert read.utcoffset(local.replace(tzinfo=None)) == local.utcoffset(), (zone, local)
        at += step


def test_a_zone_with_summer_time_has_two_yearly_rules():
    assert lines_of("Europe/London", date(2027, 3, 26), date(2027, 3, 30)) == [
        "BEGIN:VTIMEZONE",
        "TZID:Europe/London",
        "BEGIN:DAYLIGHT",
        "DTSTART:20260329T010000",
        "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3",
        "TZOFFSETFROM:+0000",
        "TZOFFSETTO:+0100",
        "TZNAME:BST",
        "END:DAYLIGHT",
        "BEGIN:STANDARD",
        "DTSTART:20261025T020000",
        "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10",
        "TZOFFSETFROM:+0100",
        "TZOFFSETTO:+0000",
        "TZNAME:GMT",
        "END:STANDARD",
        "END:VTIMEZONE",
    ]


@pytest.mark.parametrize(
    ("zone", "offset", "name"),
    [("America/Guayaquil", "-0500", "-05"), ("Pacific/Kiritimati", "+1400", "+14"), ("UTC", "+0000", "UTC")],
)
def test_a_zone_without_summer_time_has_one_fixed_offset(zone, offset, name):
    assert lines_of(zone, date(2016, 10, 17), date(2016, 10, 20)) == [
        "BEGIN:VTIMEZONE",
        f"TZID:{zone}",
        "BEGIN:STANDARD",
        "DTSTART:19700101T000000",
        f"TZOFFSETFROM:{offset}",
        f"TZOFFSETTO:{offset}",
        f"TZNAME:{name}",
        "END:STANDARD",
        "END:VTIMEZONE",
    ]


def test_in_the_south_summer_time_crosses_the_year():
    lines = lines_of("Australia/Sydney", date(2027, 4, 1), date(2027, 4, 6))
    assert lines[2:6] == [
        "BEGIN:STANDARD", "DTSTART:20260405T030000", "RRULE:FREQ=YEARLY;BYDAY=1SU;BYMONTH=4", "TZOFFSETFROM:+1100",
    ]  # fmt: skip


def test_where_the_rule_changed_each_change_stands_by_itself():
    # Mexico gave up summer time on 30 October 2022; what it does now does not tell what it did then.
    lines = lines_of("America/Mexico_City", date(2022, 10, 28), date(2022, 11, 2))
    assert [line for line in lines if line.startswith(("BEGIN", "DTSTART", "RRULE"))] == [
        "BEGIN:VTIMEZONE",
        "BEGIN:DAYLIGHT",
        "DTSTART:20220403T020000",
        "BEGIN:STANDARD",
        "DTSTART:20221030T020000",
    ]


def test_there_is_always_a_standard_time():
    # Summer all through the conference, and no rule any more.
    lines = lines_of("America/Sao_Paulo", date(2018, 12, 1), date(2018, 12, 5))
    assert [line for line in lines if line.startswith(("BEGIN", "DTSTART"))] == [
        "BEGIN:VTIMEZONE",
        "BEGIN:STANDARD",
        "DTSTART:20180218T000000",
        "BEGIN:DAYLIGHT",
        "DTSTART:20181104T000000",
    ]


def test_ireland_where_winter_is_said_to_be_the_exception_reads_like_its_neighbours():
    lines = lines_of("Europe/Dublin", date(2027, 3, 26), date(2027, 3, 30))
    assert lines[2:8] == [
        "BEGIN:DAYLIGHT", "DTSTART:20260329T010000", "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3", "TZOFFSETFROM:+0000",
        "TZOFFSETTO:+0100", "TZNAME:IST",
    ]  # fmt: skip


def test_no_block_ever_has_a_list_of_dates():
    for zone in sorted(names()):
        block = vtimezone(zone, date(2027, 6, 14), date(2027, 6, 18)).to_ical()
        assert b"RDATE" not in block
        assert block.count(b"BEGIN:STANDARD") >= 1
        assert len(block) < 1000


def test_every_zone_is_right_this_year():
    for zone in sorted(names()):
        check(zone, date(2026, 10, 20), date(2026, 11, 8), 6 * HOUR)


@pytest.mark.parametrize(
    ("zone", "first"),
    [
        ("Europe/London", date(2027, 3, 26)),
        ("Europe/London", date(2027, 10, 29)),
        ("Europe/Paris", date(2026, 12, 29)),
        ("America/Guayaquil", date(2016, 10, 17)),
        ("Australia/Sydney", date(2027, 4, 2)),
        ("Australia/Sydney", date(2027, 10, 1)),
        ("Australia/Lord_Howe", date(2027, 10, 1)),
        ("Pacific/Kiritimati", date(1994, 12, 28)),
        ("Pacific/Apia", date(2011, 12, 28)),
        ("America/New_York", date(2006, 10, 27)),
        ("America/New_York", date(2007, 3, 9)),
        ("Europe/Istanbul", date(2016, 9, 5)),
        ("Africa/Casablanca", date(2016, 10, 28)),
        ("Africa/Casablanca", date(2027, 2, 5)),
        ("Asia/Jerusalem", date(2027, 3, 24)),
        ("Asia/Gaza", date(2027, 3, 25)),
        ("America/Nuuk", date(2027, 3, 25)),
        ("America/Sao_Paulo", date(2018, 11, 1)),
        ("Asia/Kathmandu", date(2027, 1, 1)),
        ("America/St_Johns", date(2027, 3, 12)),
        ("Etc/GMT+5", date(2027, 3, 12)),
    ],
)
def test_every_hour_of_a_conference_is_right(zone, first):
    check(zone, first, first + timedelta(days=6))


def test_a_year_long_programme_is_right_in_all_its_hours():
    check("America/New_York", date(2026, 9, 1), date(2028, 8, 31))
    check("Africa/Casablanca", date(2026, 9, 1), date(2028, 8, 31))


def test_posix_rules_are_read():
    hours = timedelta(hours=1)
    assert parse_posix("<-05>5") == Rule("-05", -5 * hours)
    assert parse_posix("IST-5:30") == Rule("IST", timedelta(hours=5, minutes=30))
    assert parse_posix("EST5EDT,M3.2.0,M11.1.0") == Rule(
        "EST", -5 * hours, "EDT", -4 * hours, Yearly(3, 2, 0, 2 * hours), Yearly(11, 1, 0, 2 * hours)
    )
    assert parse_posix("<+1030>-10:30<+11>-11,M10.1.0,M4.1.0") == Rule(
        "+1030",
        timedelta(hours=10, minutes=30),
        "+11",
        11 * hours,
        Yearly(10, 1, 0, 2 * hours),
        Yearly(4, 1, 0, 2 * hours),
    )
    assert parse_posix("<-02>2<-01>,M3.5.0/-1,M10.5.0/0") == Rule(
        "-02", -2 * hours, "-01", -1 * hours, Yearly(3, 5, 0, -hours), Yearly(10, 5, 0, 0 * hours)
    )
    for nothing in ("", "nonsense", "EST5EDT,J60,J300", "EST5EDT,M3.2.0", "EST"):
        assert parse_posix(nothing) is None


@pytest.mark.parametrize(
    ("yearly", "year", "day"),
    [
        (Yearly(3, 5, 0, HOUR), 2027, date(2027, 3, 28)),
        (Yearly(3, 2, 0, HOUR), 2027, date(2027, 3, 14)),
        (Yearly(11, 1, 0, HOUR), 2026, date(2026, 11, 1)),
        (Yearly(2, 5, 0, HOUR), 2026, date(2026, 2, 22)),
        (Yearly(5, 5, 1, HOUR), 2027, date(2027, 5, 31)),
    ],
)
def test_the_day_of_a_rule(yearly, year, day):
    assert yearly.day(year) == day


def test_a_rule_whose_hour_is_on_another_day_has_no_yearly_form():
    assert Yearly(3, 4, 4, timedelta(hours=26)).rrule is None
    assert Yearly(3, 5, 0, -HOUR).rrule is None
    assert Yearly(3, 5, 0, HOUR).rrule is not None


def test_data_comes_from_the_package_where_the_system_has_none(monkeypatch):
    for zone in ("Europe/London", "America/Argentina/Ushuaia", "UTC"):
        monkeypatch.setattr(zoneinfo, "TZPATH", ())
        from_package = zones._data(zone)
        monkeypatch.undo()
        assert from_package[:4] == zones._data(zone)[:4] == b"TZif"
        assert from_package.rsplit(b"\n", 2)[1] == zones._data(zone).rsplit(b"\n", 2)[1]


@pytest.mark.parametrize("name", ["Nowhere/Atlantis", "../../etc/passwd", "/etc/passwd", ""])
def test_a_zone_that_there_is_not_is_refused(name):
    with pytest.raises((zoneinfo.ZoneInfoNotFoundError, ValueError, IsADirectoryError)):
        rule_of(name)
