"""The calendar object that goes with a message about changes of the programme. For the programme's hook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from email.utils import parseaddr

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import select

from eventsapp.calendars import feeds
from eventsapp.calendars.ical import Entry, Status, published
from eventsapp.conferences.models import Conference
from eventsapp.core import clock, locale, zones
from eventsapp.core.translations import pick
from eventsapp.extensions import db
from eventsapp.programme.current import snapshot_of
from eventsapp.programme.models import Event
from eventsapp.programme.releases import Place
from eventsapp.programme.snapshot import Snapshot


def calendar_object(
    conference_id: int, event_ids: Sequence[int], gone: Mapping[int, Place], language: str
) -> str | None:
    """Return the events as the newest release has them, in ``language``, as an iCalendar object (METHOD:PUBLISH).

    Those in ``gone`` are in the programme no longer: cancelled, where they were. None when none of them has a day, or
    the conference is not public.
    """
    slug = db.session.scalar(select(Conference.slug).where(Conference.id == conference_id))
    snapshot = snapshot_of(slug) if slug else None
    if snapshot is None:
        return None
    conference = snapshot.conference
    site: str = current_app.config["PUBLIC_URL"]
    address = conference.contact_email or parseaddr(current_app.config["MAIL_FROM"])[1]
    organizer = (conference.short_name, address)
    with locale.speaking(language):
        entries = feeds.announcement(event_ids, snapshot, language, site, organizer)
        entries += _withdrawn(gone, snapshot, language, site, organizer)
    if not entries:
        return None
    days = [_day(when) for entry in entries for when in (entry.start, entry.end)]
    return published(entries, conference.zone, min(days), max(days)).decode()


def _day(when: datetime | date) -> date:
    return when.date() if isinstance(when, datetime) else when


def _withdrawn(
    gone: Mapping[int, Place], snapshot: Snapshot, language: str, site: str, organizer: tuple[str, str]
) -> list[Entry]:
    found = []
    rows = db.session.execute(
        select(Event.id, Event.code, Event.uid, Event.sequence, Event.titles).where(Event.id.in_(sorted(gone)))
    ) if gone else ()  # fmt: skip
    zone = snapshot.conference.zone
    for id_, code, uid, sequence, titles in rows:
        place = gone[id_]
        if place.day is None:
            continue
        start = place.starts_at or zones.instant(place.day, time(0), zone)
        title = pick(titles, language, snapshot.conference.default_language) or code
        found.append(
            Entry(
                uid=f"{uid}@eventsapp",
                sequence=sequence,
                modified=clock.now(),
                start=start,
                end=place.ends_at or start + timedelta(hours=1),
                zone=zone,
                status=Status.CANCELLED,
                summary=_("Cancelled: %(title)s", title=title),
                description="",
                url=f"{site}/{language}/{snapshot.conference.slug}/programme",
                organizer=organizer,
            )
        )
    return found
