"""What happens to rooms at the last minute: one must be closed, or a meeting takes it. Named actor, no commit."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from eventsapp.conferences.models import Conference, Room
from eventsapp.core import audit, locale
from eventsapp.core.errors import NotFound
from eventsapp.core.translations import LANGUAGES, clean, pick
from eventsapp.extensions import db
from eventsapp.programme import closures, digests, edits, placing, releases, service
from eventsapp.programme.models import Event, ProgrammeEdit, ProgrammeVersion
from eventsapp.programme.releases import NOWHERE, Place
from eventsapp.programme.transitions import EventAction


@dataclass(frozen=True, slots=True)
class Closing:
    """A room from one instant to another (aware), and why, in some languages."""

    room_id: int
    starts_at: datetime
    ends_at: datetime
    reasons: Mapping[str, str]


def emergency(
    conference: Conference,
    closing: Closing,
    *,
    actor: audit.Actor,
    moves: Mapping[int, Place],
    cancel: Collection[int] = (),
    base: int | None = None,
) -> ProgrammeVersion | None:
    """Close a room, move and cancel events, release exactly that, and tell everybody at once.

    ``moves`` (event id → place) also names those that stay where the working programme has them, so that this is released.
    What else the working programme has is not. Returns the release; None when the public knows none of the events, or
    nothing has changed for it. Raises :class:`Invalid` (as ``closures.close``), ``edits.Outdated``, :class:`NotFound`.
    """
    closures.close(
        conference,
        actor=actor,
        room_id=closing.room_id,
        starts_at=closing.starts_at,
        ends_at=closing.ends_at,
        reasons=dict(closing.reasons),
    )
    for place in moves.values():
        placing.check_place(conference, place)
    changed = [edits.Move(event_id, place) for event_id, place in moves.items()]
    edits.apply(conference, changed, actor=actor, base=base)
    for event in _events(conference, cancel):
        service.change_state(
            conference, event, EventAction.CANCEL, actor=actor, reasons=dict(closing.reasons)
        )
    newest = releases.newest_release(conference.id)
    told = releases.frozen(newest)
    only = {event_id for event_id in (*moves, *cancel) if event_id in told.places}
    if newest is None or not told.until(releases.next_version(conference.id, only)):
        return None
    return digests.release(
        conference, actor=actor, notes=_notes(conference, closing), only=only, at_once=True
    )


def _events(conference: Conference, ids: Collection[int]) -> list[Event]:
    found = db.session.scalars(
        select(Event)
        .where(Event.conference_id == conference.id, Event.id.in_(sorted(ids)))
        .order_by(Event.code)
    ).all()
    if {event.id for event in found} != set(ids):
        raise NotFound
    return list(found)


def _notes(conference: Conference, closing: Closing) -> dict[str, str]:
    """Return "Room 3 is closed." and the reason, in the conference's languages."""
    room = db.session.get_one(Room, closing.room_id)
    reasons = clean(closing.reasons)
    notes = {}
    for language in conference.languages:
        if language in LANGUAGES and (language in reasons or not reasons):
            with locale.speaking(language):
                name = pick(room.names, language, conference.default_language)
                notes[language] = _("%(room)s is closed.", room=name)
                notes[language] += f" {reasons[language]}" if language in reasons else ""
    return notes or dict(reasons)


def bump(
    conference: Conference,
    closing: Closing,
    *,
    actor: audit.Actor,
    event_ids: Collection[int],
    base: int | None = None,
) -> str | None:
    """Give a room to a meeting: close it to others, and take events out of it, back among those without a place.

    Their wishes stay. Returns the group of the edits, by which :func:`bumped` finds them; None when no event had a place.
    Raises :class:`Invalid` (as ``closures.close``), ``edits.Outdated``, :class:`NotFound`.
    """
    closures.close(
        conference,
        actor=actor,
        room_id=closing.room_id,
        starts_at=closing.starts_at,
        ends_at=closing.ends_at,
        reasons=dict(closing.reasons),
    )
    made = edits.apply(
        conference, [edits.Move(event_id, NOWHERE) for event_id in event_ids], actor=actor, base=base
    )
    return made[0].group if made else None


def bumped(conference_id: int, group: str) -> dict[int, Place]:
    """Return where the events were that one bump took out of their room, by id in order of code. One statement.

    Raises :class:`NotFound` for a group of edits that took nothing out.
    """
    rows = db.session.execute(
        select(ProgrammeEdit.event_id, ProgrammeEdit.before, ProgrammeEdit.after)
        .where(ProgrammeEdit.conference_id == conference_id, ProgrammeEdit.group == group)
        .order_by(ProgrammeEdit.number)
    )
    found = {
        event_id: edits.from_json(before)[0]
        for event_id, before, after in rows
        if edits.from_json(after)[0] == NOWHERE
    }
    if not found:
        raise NotFound
    return found
