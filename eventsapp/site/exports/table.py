"""``programme.csv``: one line for each event, for spreadsheets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from flask_babel import gettext as _

from eventsapp.core import tables
from eventsapp.core.templating import language_name
from eventsapp.programme.enums import OrganizationRole
from eventsapp.programme.forms import ACCESS
from eventsapp.programme.snapshot import EventInfo, Snapshot, Texts

CONTENT_TYPE: Final = tables.CSV_TYPE


def write(events: Sequence[EventInfo], snapshot: Snapshot, language: str, site: str) -> bytes:
    """Return the chosen events as CSV, with the headings in ``language``, which must be the current one.

    Start and end are wall times of the conference's zone, which has a column too. Cells start no formula. ``site`` is the
    address of the site, without a slash at the end.
    """
    zone = snapshot.conference.tzinfo
    base = f"{site}/{language}/{snapshot.conference.slug}"

    def text(texts: Texts) -> str:
        return snapshot.text(texts, language)

    def names(event: EventInfo, *roles: OrganizationRole) -> str:
        found = [text(one.organization.names) for one in event.organizations if one.role in roles]
        return "; ".join(found)

    header = [
        _("Code"), _("Title"), _("Type"), _("State"), _("Day"), _("Start"), _("End"), _("Time zone"), _("Room"), _("Venue"),
        _("Themes"), _("Lead organizations"), _("Co-organizers"), _("Co-sponsors"), _("Speakers"), _("Languages"),
        _("Access"), _("Summary"), _("Page"),
    ]  # fmt: skip
    rows = [
        [
            event.code,
            text(event.titles),
            text(event.type.names),
            _("Cancelled") if event.cancelled else "",
            event.day,
            event.starts_at and event.starts_at.astimezone(zone),
            event.ends_at and event.ends_at.astimezone(zone),
            zone.key,
            text(event.room.names) if event.room else "",
            text(event.room.venue.names) if event.room else "",
            "; ".join(text(one.names) for one in event.themes),
            names(event, OrganizationRole.LEAD),
            names(event, OrganizationRole.CO_ORGANIZER),
            names(event, OrganizationRole.CO_SPONSOR),
            "; ".join(dict.fromkeys(one.speaker.name for one in event.speakers)),
            "; ".join(language_name(code) for code in event.languages),
            ACCESS[event.access] if event.access else "",
            text(event.summaries),
            f"{base}/events/{event.code}",
        ]
        for event in events
    ]
    return b"".join(tables.csv_lines(header, rows))
