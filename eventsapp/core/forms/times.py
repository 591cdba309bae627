"""Days, times of day, and wall times that become instants."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from wtforms.validators import StopValidation
from wtforms.widgets import TextInput

from eventsapp.core import templating, zones
from eventsapp.core.forms.base import Base, first_of, plain_line

_FIRST_YEAR, _LAST_YEAR = 1900, 2200


class DateField(Base):
    """A day; ``data`` is a date or None."""

    layout = "date"
    widget = TextInput("date")

    def process_formdata(self, valuelist: list[Any]) -> None:
        text = plain_line(first_of(valuelist))
        self.data = None
        if text:
            self.data = _read_date(text)

    def _value(self) -> str:
        if self.raw_data:
            return plain_line(first_of(self.raw_data))[:100]
        return self.data.isoformat() if self.data else ""


def _read_date(text: str) -> date:
    try:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
            raise ValueError
        day = date.fromisoformat(text)
    except ValueError:
        raise ValueError(
            _("This is not a date. It is written as year-month-day, such as 2027-06-14.")
        ) from None
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise ValueError(
            _("The year has to be between %(first)d and %(last)d.", first=_FIRST_YEAR, last=_LAST_YEAR)
        )
    return day


class ClockField(Base):
    """A time of day on a clock on the wall; ``data`` is a naive ``time`` or None."""

    layout = "time"
    widget = TextInput("time")

    def process_formdata(self, valuelist: list[Any]) -> None:
        text = plain_line(first_of(valuelist))
        self.data = None
        if not text:
            return
        found = re.fullmatch(r"(\d{1,2})[:.](\d{2})(?::\d{2}(?:\.\d+)?)?", text, re.ASCII)
        if not found or int(found[1]) > 23 or int(found[2]) > 59:
            raise ValueError(_("This is not a time of day. It is written in 24 hours, such as 18:30."))
        self.data = time(int(found[1]), int(found[2]))

    def _value(self) -> str:
        if self.raw_data:
            return plain_line(first_of(self.raw_data))[:100]
        return self.data.strftime("%H:%M") if self.data else ""


def clock_problem(day: date, at: time, zone: str) -> str | None:
    """Return the sentence about a wall time that a change of clocks skips or repeats; None when all is well."""
    odd = zones.oddity(day, at, zone)
    told = {"time": at.strftime("%H:%M"), "zone": zone}
    if odd is zones.Oddity.SKIPPED:
        return str(
            _("There is no %(time)s on this day in %(zone)s: the clocks are put forward over it.", **told)
        )
    if odd is zones.Oddity.TWICE:
        sentence = _(
            "%(time)s comes twice on this day in %(zone)s: the clocks are put back over it. Choose a time before or after.",
            **told,
        )
        return str(sentence)
    return None


class LocalDateTimeField(Base):
    """A wall time in a zone; ``data`` is the instant (aware, UTC) or None.

    The zone is ``zone``, else that of the form's field ``zone_field``, else the conference's (:func:`content_of`).
    A time that a change of clocks skips or repeats is refused, unless it is what the object had before.
    """

    layout = "datetime"
    widget = TextInput("datetime-local")

    def __init__(
        self,
        label: object = None,
        *args: Any,
        zone: str | None = None,
        zone_field: str | None = None,
        **more: Any,
    ) -> None:
        super().__init__(label, *args, **more)
        self._fixed_zone, self._zone_field = zone, zone_field
        self.wall: datetime | None = None

    @property
    def zone(self) -> str:
        """The IANA name of the zone in which the time is read and shown."""
        if self._fixed_zone:
            return self._fixed_zone
        chosen = self._form[self._zone_field].data if self._zone_field else None
        if isinstance(chosen, str) and zones.known(chosen):
            return chosen
        return str(getattr(self.meta, "zone", "UTC"))

    @property
    def zone_help(self) -> str:
        """The sentence that names the zone."""
        if self._zone_field:
            return str(_("In the time zone of the conference."))
        return str(_("In %(name)s (%(zone)s).", name=templating.zone_name(self.zone), zone=self.zone))

    def process_formdata(self, valuelist: list[Any]) -> None:
        text = plain_line(first_of(valuelist))
        self.data, self.wall = None, None
        if not text:
            return
        found = re.fullmatch(r"(\d{4}-\d{2}-\d{2})[T ](\d{2}):(\d{2})(?::\d{2}(?:\.\d+)?)?", text, re.ASCII)
        if not found or int(found[2]) > 23 or int(found[3]) > 59:
            raise ValueError(_("This is not a date with a time, such as 2027-06-14 18:30."))
        self.wall = datetime.combine(_read_date(found[1]), time(int(found[2]), int(found[3])))

    def pre_validate(self, form: Any) -> None:
        if self.wall is None:
            return
        before = getattr(self, "object_data", None)
        if isinstance(before, datetime) and self._local(before) == self.wall:
            self.data = before
            return
        problem = clock_problem(self.wall.date(), self.wall.time(), self.zone)
        if problem:
            raise StopValidation(problem)
        self.data = zones.instant(self.wall.date(), self.wall.time(), self.zone)

    def _local(self, value: datetime) -> datetime:
        return value.astimezone(ZoneInfo(self.zone)).replace(tzinfo=None, second=0, microsecond=0)

    def _value(self) -> str:
        if self.raw_data:
            return plain_line(first_of(self.raw_data))[:100]
        if isinstance(self.data, datetime):
            return self._local(self.data.astimezone(UTC)).strftime("%Y-%m-%dT%H:%M")
        return ""
