"""What the signs at the rooms' doors say: a sheet for each room and day on which something takes place there.

Like ``content``: plain data for ``signs.typ``, a pure function of the snapshot and the current language.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from flask_babel import gettext as _

from eventsapp.core.printing.texts import COLOURS, qr
from eventsapp.core.templating import day as say_day
from eventsapp.programme.snapshot import RoomInfo, Snapshot
from eventsapp.site import presentation
from eventsapp.site.presentation import Day, Occurrence
from eventsapp.site.printing.content import behind
from eventsapp.site.printing.texts import Speech


def signs(
    snapshot: Snapshot, language: str, site: str, *, days: Collection[str] = (), rooms: Collection[str] = ()
) -> dict[str, Any]:
    """Return the signs for some rooms (slugs) on some days (ISO dates), by room and day; empty collections stand for all.

    ``language`` must be the current one; ``site`` is the address of the site without a slash at the end.
    """
    speech = Speech(snapshot, language, site)
    sheets = [
        _sheet(room, day, speech)
        for room in snapshot.rooms
        if not rooms or room.slug in rooms
        for day in presentation.by_day(snapshot.events_of_room.get(room.slug, []), snapshot.conference.tzinfo)
        if not days or day.day.isoformat() in days
    ]
    return {
        **speech.frame("programme"),
        "title": _("Door signs"),
        "nothing": _("There is nothing to print yet."),
        "sheets": sheets,
    }


def _sheet(room: RoomInfo, day: Day, speech: Speech) -> dict[str, Any]:
    address = f"{speech.base}/rooms/{room.slug}"
    venue = speech.said(room.venue.names)
    items = [_item(one, speech) for start in day.starts for one in start.occurrences]
    return {
        "room": speech.said(room.names),
        "venue": venue if venue["text"] != speech.text(room.names) else None,
        "day": say_day(day.day, "full"),
        "url": address,
        "qr": qr(address),
        "items": [*items, *(_item(one, speech) for one in day.untimed)],
    }


def _item(one: Occurrence, speech: Speech) -> dict[str, Any]:
    event = one.event
    return {
        "span": speech.span(one.starts_at, one.ends_at) or _("Time to be announced"),
        "timed": one.starts_at is not None,
        "title": speech.said(event.titles),
        "type": speech.text(event.type.names),
        "colour": COLOURS[(event.type.colour - 1) % len(COLOURS)],
        "organizations": behind(event, speech),
        "status": speech.status(event),
    }
