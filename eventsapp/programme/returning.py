"""Making the working programme equal to an earlier release again. Reads only: the moves go through ``edits.apply``."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from eventsapp.conferences.models import Conference
from eventsapp.extensions import db
from eventsapp.programme import releases
from eventsapp.programme.edits import Move
from eventsapp.programme.enums import EventState
from eventsapp.programme.models import Event, ProgrammeVersion
from eventsapp.programme.releases import NOWHERE


@dataclass(frozen=True, slots=True)
class Return:
    """What it takes to be as an earlier release was; ids in order of code."""

    moves: tuple[Move, ...]
    since: tuple[int, ...]
    """Events that came later and have a place: they stay where they are."""
    cancelled: tuple[int, ...]
    """Events that took place in that release and are cancelled: they stay cancelled, where they are."""


def look(conference: Conference, version: ProgrammeVersion) -> Return:
    """Return what would change if the working programme became as ``version`` was. Four statements."""
    then = releases.frozen(version)
    now = {
        event_id: releases.place_of(placement)
        for event_id, placement in releases.placements(releases.working_version_if_any(conference.id)).items()
    }
    rows = db.session.execute(
        select(Event.id, Event.state).where(Event.conference_id == conference.id).order_by(Event.code)
    ).all()
    off = {id_ for id_, state in rows if state is EventState.CANCELLED}
    return Return(
        moves=tuple(
            Move(id_, then.places[id_])
            for id_, _state in rows
            if id_ in then.places and id_ not in off and then.places[id_] != now.get(id_, NOWHERE)
        ),
        since=tuple(
            id_ for id_, _state in rows if id_ not in then.places and now.get(id_, NOWHERE) != NOWHERE
        ),
        cancelled=tuple(
            id_ for id_, _state in rows if id_ in then.places and id_ in off and id_ not in then.off
        ),
    )
