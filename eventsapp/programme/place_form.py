"""The plain form of a place: the way without scripts, and for all that a drag cannot say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from wtforms import HiddenField

from eventsapp.conferences.models import Conference, Room
from eventsapp.core import templating, zones
from eventsapp.core.forms import (
    BooleanField,
    CheckboxesField,
    ChoiceField,
    ClockField,
    DateField,
    Form,
    RowField,
    clock_problem,
    fail,
)  # fmt: skip
from eventsapp.core.intervals import Interval
from eventsapp.programme import words
from eventsapp.programme.releases import Place


class HiddenNumber(HiddenField):
    """A whole number that travels with a form; anything else is None."""

    data: Any

    def process_formdata(self, valuelist: list[Any]) -> None:
        typed = valuelist[0] if valuelist else ""
        self.data = int(typed) if isinstance(typed, str) and typed.isdecimal() and len(typed) < 10 else None


class PlaceForm(Form):
    """Where and when, in the conference's zone; every part may be left open.

    ``base`` is the number of the newest edit when the form was opened. Set the choices of ``day``, ``slot``, ``room_id``.
    """

    base = HiddenNumber()
    slot = ChoiceField(
        _l("Slot"),
        blank=_l("Another time, as given below"),
        description=_l("A slot stands for the day, the start and the end below."),
    )
    day = ChoiceField(_l("Day"), blank=_l("Not known yet"))
    starts = ClockField(_l("Start"))
    ends = ClockField(_l("End"), description=_l("An end before the start is past midnight, on the next day."))
    past_midnight = CheckboxesField(
        "", choices=[("yes", _l("Starts past midnight, at the end of this programme day"))]
    )
    end_day = DateField(
        _l("Last day"), description=_l("Only for an event over several days; the times then hold for each.")
    )
    room_id = RowField(_l("Room"), blank=_l("Not known yet"))
    pinned = BooleanField(
        _l("Pinned"), description=_l("Neither the auto-scheduler nor a drag in the timetable moves it.")
    )

    def place(self, zone: str) -> Place | None:
        """Return what was typed, or None after putting an error beside a time that does not exist."""
        if self.slot.data:
            day_text, start, end = self.slot.data.split("/")
            return Place(
                self.room_id.data,
                date.fromisoformat(day_text),
                None,
                datetime.fromisoformat(start),
                datetime.fromisoformat(end),
            )
        day = date.fromisoformat(self.day.data) if self.day.data else None
        starts_at = ends_at = None
        if self.starts.data is not None:
            if day is None:
                fail(self.day, _("A time needs a day."))
                return None
            start_day = day + timedelta(days=1) if self.past_midnight.data else day
            problem = clock_problem(start_day, self.starts.data, zone)
            if problem:
                fail(self.starts, problem)
                return None
            starts_at = zones.instant(start_day, self.starts.data, zone)
            if self.ends.data is not None:
                end_on = start_day if self.ends.data > self.starts.data else start_day + timedelta(days=1)
                problem = clock_problem(end_on, self.ends.data, zone)
                if problem:
                    fail(self.ends, problem)
                    return None
                ends_at = zones.instant(end_on, self.ends.data, zone)
        elif self.ends.data is not None:
            fail(self.starts, _("An end needs a start."))
            return None
        return Place(self.room_id.data, day, self.end_day.data, starts_at, ends_at)


def initial_place(place: Place, zone: str) -> dict[str, Any]:
    """Return a place as the form's initial values."""
    tz = ZoneInfo(zone)

    def wall(at: datetime | None) -> Any:
        return at.astimezone(tz).time() if at else None

    late = (
        place.starts_at is not None
        and place.day is not None
        and place.starts_at.astimezone(tz).date() > place.day
    )
    return {
        "day": place.day.isoformat() if place.day else None,
        "starts": wall(place.starts_at),
        "ends": wall(place.ends_at),
        "past_midnight": ["yes"] if late else [],
        "end_day": place.end_day,
        "room_id": place.room_id,
    }


def day_choices(conference: Conference, also: Iterable[date]) -> list[tuple[str, str]]:
    """Return the days that an event can be put on: the conference's and whatever is used already."""
    length = (conference.end_date - conference.start_date).days
    days = {conference.start_date + timedelta(days=n) for n in range(min(length, 60) + 1)} | set(also)
    return [(day.isoformat(), templating.day(day)) for day in sorted(days)]


def slot_choices(times: Sequence[tuple[date, Interval]], zone: str) -> list[tuple[str, str]]:
    """Return the times that are offered to an event (``options.times``) as choices of the form."""
    return [
        (
            f"{day.isoformat()}/{during.start.isoformat()}/{during.end.isoformat()}",
            words.when(during, ZoneInfo(zone)),
        )
        for day, during in times
    ]


def room_label(room: Room) -> str:
    """Return a room's name with its seats, as a choice of a form."""
    name = templating.t(room.names)
    if room.capacity is None:
        return name
    return str(ngettext("%(name)s (%(num)s seat)", "%(name)s (%(num)s seats)", room.capacity, name=name))
