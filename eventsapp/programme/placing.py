"""Where and when events take place, in the working programme. Named actor, keyword arguments, no commit."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from eventsapp.conferences.models import Conference, Room
from eventsapp.core import audit
from eventsapp.core.errors import Invalid
from eventsapp.extensions import db
from eventsapp.programme import edits, releases
from eventsapp.programme.models import Event
from eventsapp.programme.service import owned, writable

_LATEST_DAYS = 60
"""Days before the first and after the last day of a conference on which its events may still take place."""


def place(
    conference: Conference,
    event: Event,
    *,
    actor: audit.Actor,
    room_id: int | None,
    day: date | None,
    starts_at: datetime | None,
    ends_at: datetime | None = None,
    end_day: date | None = None,
    pinned: bool | None = None,
    base: int | None = None,
) -> bool:
    """Put an event into the working programme, as far as place and time are known; return whether that changed anything.

    ``pinned`` None: as it is. ``base`` is the number of the newest edit that the actor has seen (``edits.apply``).

    Not public before the next release. All None takes it out. Clashes are not refused (``constraints.of_event``).
    Raises :class:`Invalid` (``room_id``, ``day``, ``end_day``, ``starts_at``, ``ends_at``), :class:`Conflict`.
    """
    writable(conference)
    owned(conference, event)
    wanted = releases.Place(room_id, day, end_day, starts_at, ends_at)
    check_place(conference, wanted)
    return bool(edits.apply(conference, [edits.Move(event.id, wanted, pinned)], actor=actor, base=base))


def check_place(conference: Conference, place: releases.Place) -> None:
    """Raise :class:`Invalid`, by field, for a place that cannot be: another conference's room, an end before the start."""
    errors: dict[str, object] = {}
    if place.room_id is not None:
        room = db.session.get(Room, place.room_id)
        if room is None or room.conference_id != conference.id:
            errors["room_id"] = _("Choose a room of this conference.")
    if place.ends_at is not None and place.starts_at is None:
        errors["starts_at"] = _("An end needs a start.")
    if place.starts_at is not None and place.day is None:
        errors["day"] = _("A time needs a day.")
    if place.end_day is not None and (place.day is None or place.end_day <= place.day):
        errors["end_day"] = _("The last day comes after the first.")
    if place.starts_at is not None and place.ends_at is not None:
        if place.ends_at <= place.starts_at:
            errors["ends_at"] = _("The end comes after the start.")
        elif place.ends_at - place.starts_at > timedelta(days=1):
            errors["ends_at"] = _("One day of an event is at most 24 hours long.")
    if place.day is not None:
        margin = timedelta(days=_LATEST_DAYS)
        last = place.end_day or place.day
        if not conference.start_date - margin <= place.day <= last <= conference.end_date + margin:
            errors["day"] = _("This day is far away from the conference.")
        elif place.starts_at is not None:
            local = place.starts_at.astimezone(ZoneInfo(conference.zone)).date()
            # Past midnight an event still belongs to the evening before.
            if local - place.day not in (timedelta(0), timedelta(days=1)):
                errors["starts_at"] = _("The start is not on this day.")
    if errors:
        raise Invalid(errors)
