"""Telling people of releases: held back for a while, so that what is corrected meanwhile is never told.

A release makes nothing leave at once: a :class:`Digest` waits for the conference's quiet period, and a newer release moves
it on. ``sending.py`` writes the messages. Named actor, keyword arguments, no commit.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from sqlalchemy import select

from eventsapp.conferences.enums import ConferenceState
from eventsapp.conferences.models import Conference
from eventsapp.core import audit, clock
from eventsapp.core.errors import Conflict
from eventsapp.core.translations import pick
from eventsapp.extensions import db
from eventsapp.organizations.models import Organization
from eventsapp.programme import hooks, releases, telling, words
from eventsapp.programme.constraints import find
from eventsapp.programme.enums import Audience, ChangeKind, DigestState, EventState, OrganizationRole
from eventsapp.programme.facts import Kind
from eventsapp.programme.models import (
    Digest,
    Event,
    EventOrganization,
    EventSpeaker,
    Placement,
    ProgrammeSettings,
    ProgrammeVersion,
    Speaker,
)
from eventsapp.programme.planning import load_planning
from eventsapp.programme.releases import Version
from eventsapp.programme.telling import Change, Link, Person

EVERYBODY = tuple(Audience)


def release(
    conference: Conference,
    *,
    actor: audit.Actor,
    notes: Mapping[str, str] | None = None,
    audiences: Collection[Audience] = EVERYBODY,
    only: Collection[int] | None = None,
    at_once: bool = False,
) -> ProgrammeVersion:
    """Release the working programme (``releases.release``), and tell ``audiences`` when the quiet period is over.

    ``at_once``: now, with whatever waits already. Nobody is told of a conference that is a draft. Raises :class:`Conflict`,
    also when an event would bring more people into its room than its safety limit allows.
    """
    _refuse_what_is_unsafe(conference, only)
    previous = releases.newest_release(conference.id)
    version = releases.release(conference, actor=actor, notes=notes, only=only)
    if conference.state is not ConferenceState.DRAFT:
        _hold(conference, version, previous, audiences, at_once)
    return version


def _refuse_what_is_unsafe(conference: Conference, only: Collection[int] | None) -> None:
    """Whatever else is accepted in a working programme, the public is never sent into a room that is too small by law."""
    planning = load_planning(conference)
    for violation in find(planning, kinds=[Kind.SAFETY]):
        event = planning.events[violation.event_ids[0]]
        if event.state is EventState.SCHEDULED and (only is None or event.id in only):
            said = words.sentence(violation, planning)
            raise Conflict(f"{_('The safety limit of a room is never exceeded.')} {said}")


def _hold(
    conference: Conference,
    version: ProgrammeVersion,
    previous: ProgrammeVersion | None,
    audiences: Collection[Audience],
    at_once: bool,
) -> None:
    quiet = 0 if at_once else quiet_minutes(conference.id)
    due_at = clock.now() + timedelta(minutes=quiet)
    digest = _waiting(conference.id)
    if digest is not None:
        # Whoever was to be told of the first release must hear what became of it.
        wanted = {*digest.audiences, *(audience.value for audience in audiences)}
        digest.until_id, digest.due_at = version.id, due_at
        digest.audiences = [audience.value for audience in Audience if audience.value in wanted]
    elif audiences:
        digest = Digest(
            conference_id=conference.id,
            since_id=previous.id if previous is not None else None,
            until_id=version.id,
            audiences=[audience.value for audience in Audience if audience in audiences],
            due_at=due_at,
        )
        db.session.add(digest)
    db.session.flush()


def _waiting(conference_id: int) -> Digest | None:
    """Return the digest that waits, held until the commit, as it is now."""
    return db.session.scalars(
        select(Digest)
        .where(Digest.conference_id == conference_id, Digest.state == DigestState.WAITING)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()


def quiet_minutes(conference_id: int) -> int:
    """Return how long messages of a conference's releases are held back. One statement."""
    kept = db.session.scalar(
        select(ProgrammeSettings.quiet_minutes).where(ProgrammeSettings.conference_id == conference_id)
    )
    default: Any = ProgrammeSettings.__table__.columns["quiet_minutes"].default
    return int(default.arg) if kept is None else kept


def send_now(conference: Conference, *, actor: audit.Actor) -> None:
    """End the quiet period of the digest that waits. Raises :class:`Conflict` when none does."""
    _wanted(conference, actor, "digest.send").due_at = clock.now()
    db.session.flush()


def drop(conference: Conference, *, actor: audit.Actor) -> None:
    """Call the digest that waits off: nobody is told what it would have said. Raises :class:`Conflict` when none does."""
    _wanted(conference, actor, "digest.drop").state = DigestState.DROPPED
    db.session.flush()


def _wanted(conference: Conference, actor: audit.Actor, action: str) -> Digest:
    digest = _waiting(conference.id)
    if digest is None:
        raise Conflict(_("No messages wait any more."))
    audit.record(actor, action, f"digest:{digest.id}", conference_id=conference.id)
    return digest


# --- who is told what


def links(conference_id: int, event_ids: Sequence[int]) -> list[Link]:
    """Return everybody who has to do with some events. A fixed number of statements."""
    found = [*_speakers(event_ids), *_organizers(event_ids)]
    for more in hooks.audience:
        found += more(conference_id, event_ids)
    return found


def _speakers(event_ids: Sequence[int]) -> Iterable[Link]:
    rows = db.session.execute(
        select(EventSpeaker.event_id, Speaker.name, Speaker.email, Speaker.language)
        .join(Speaker)
        .where(EventSpeaker.event_id.in_(event_ids))
        .order_by(EventSpeaker.event_id, EventSpeaker.position, EventSpeaker.id)
    )
    return [
        Link(Audience.SPEAKERS, event_id, name, email or None, language)
        for event_id, name, email, language in rows
    ]


def _organizers(event_ids: Sequence[int]) -> Iterable[Link]:
    """Those who lead or co-organize; the contact of the event where no lead has an address. Two statements."""
    rows = db.session.execute(
        select(
            EventOrganization.event_id, EventOrganization.role, Organization.names, Organization.contact_email,
            Organization.contact_language,
        )
        .join(Organization)
        .where(EventOrganization.event_id.in_(event_ids), EventOrganization.role != OrganizationRole.CO_SPONSOR)
        .order_by(EventOrganization.event_id, EventOrganization.position, EventOrganization.id)
    )  # fmt: skip
    leads: dict[int, list[Link]] = {}
    found = []
    for event_id, role, names, email, language in rows:
        lead = role is OrganizationRole.LEAD
        audience = Audience.LEADS if lead else Audience.CO_ORGANIZERS
        name = pick(names, language or "en")
        link = Link(audience, event_id, name, email or None, language)
        if lead:
            leads.setdefault(event_id, []).append(link)
        else:
            found.append(link)
    contacts = db.session.execute(
        select(Event.id, Event.contact_name, Event.contact_email).where(
            Event.id.in_(event_ids), Event.contact_email.is_not(None)
        )
    )
    for event_id, contact, email in contacts:
        if not any(link.email for link in leads.get(event_id, [])):
            leads[event_id] = [Link(Audience.LEADS, event_id, contact or "", email or None)]
    return [*found, *(link for behind in leads.values() for link in behind)]


@dataclass(frozen=True, slots=True)
class Heard:
    """An audience with the people in it who would be told something, and how many cannot be reached."""

    audience: Audience
    people: tuple[Person, ...]
    unreachable: int


@dataclass(frozen=True, slots=True)
class Outlook:
    """What people would be told if the working programme were released now."""

    waiting: Digest | None
    """The digest that waits, which the release would become a part of."""
    changes: tuple[Change, ...]
    heard: tuple[Heard, ...]
    everybody: int
    """Persons in all audiences together, each counted once."""
    silent: bool
    """Nobody is told, because the conference is a draft."""


def outlook(conference: Conference, after: Version) -> Outlook:
    """Return who would be told what if ``after`` were released now. Reads only; a fixed number of statements."""
    waiting = waiting_digest(conference.id)
    newest = releases.newest_release(conference.id)
    since = newest
    if waiting is not None:
        since = db.session.get(ProgrammeVersion, waiting.since_id) if waiting.since_id else None
    changes = telling.changes(releases.frozen(since), after, ZoneInfo(conference.zone), clock.now())
    known = links(conference.id, [change.event_id for change in changes])
    return Outlook(
        waiting=waiting,
        changes=tuple(changes),
        heard=tuple(
            Heard(
                audience,
                tuple(telling.people(known, changes, [audience])),
                telling.unreachable(known, changes, audience),
            )
            for audience in Audience
        ),
        everybody=len(telling.people(known, changes, EVERYBODY)),
        silent=conference.state is ConferenceState.DRAFT,
    )


def waiting_digest(conference_id: int) -> Digest | None:
    """Return the digest that waits; reads only. One statement."""
    return db.session.scalars(
        select(Digest).where(Digest.conference_id == conference_id, Digest.state == DigestState.WAITING)
    ).one_or_none()


def digests_of(conference_id: int) -> dict[int, Digest]:
    """Return the newest digest that ends with each release, by the release's id. One statement."""
    rows = db.session.scalars(select(Digest).where(Digest.conference_id == conference_id).order_by(Digest.id))
    return {row.until_id: row for row in rows}


def told(digest: Digest, conference: Conference) -> list[Change]:
    """Return what a digest tells if it is sent now: from the release before it to today's state. Three statements."""
    rows = db.session.execute(
        select(Placement, Event.state, ProgrammeVersion.id)
        .join(Event, Event.id == Placement.event_id)
        .join(ProgrammeVersion, ProgrammeVersion.id == Placement.version_id)
        .where(ProgrammeVersion.id.in_([digest.until_id, digest.since_id or 0]))
        .order_by(Event.code)
    ).all()

    def version(id_: int | None, *, today: bool) -> Version:
        mine = [(row[0], row[1]) for row in rows if row[2] == id_]
        return Version(
            {placement.event_id: releases.place_of(placement) for placement, _state in mine},
            # What was cancelled after the release is told as such, and what was reinstated is not.
            frozenset(
                placement.event_id
                for placement, state in mine
                if (state is EventState.CANCELLED if today else placement.cancelled)
            ),
        )

    before = version(digest.since_id, today=False)
    after = version(digest.until_id, today=True)
    return telling.changes(before, after, ZoneInfo(conference.zone), clock.now())


def says_calendar(changes: Iterable[Change]) -> tuple[list[int], dict[int, releases.Place]]:
    """Return what ``hooks.calendar_object`` is asked for: the events of some changes, and those that are withdrawn. Pure."""
    shown, gone = [], {}
    for change in changes:
        if change.kind is not ChangeKind.WITHDRAWN:
            shown.append(change.event_id)
        elif change.before is not None:
            gone[change.event_id] = change.before
    return shown, gone
