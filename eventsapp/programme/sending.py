"""Writing the messages of digests that are due: a job of the worker. Any number of workers may run.

Each transaction writes some messages and moves ``Digest.position`` on from where it was, in one conditional UPDATE: whoever
comes second, or again after a crash, finds it moved and writes nothing twice. Texts and calendar objects are made before,
outside the transaction, so that thousands of messages never hold the database's writer for long.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from flask import current_app
from sqlalchemy import and_, or_, select, update
from werkzeug.routing import MapAdapter

from eventsapp.conferences.models import Conference, Room
from eventsapp.core import clock
from eventsapp.core.transaction import transaction
from eventsapp.core.translations import LANGUAGES, pick
from eventsapp.core.web import absolute
from eventsapp.extensions import db
from eventsapp.mail import merge
from eventsapp.mail.service import check_address
from eventsapp.programme import digests, hooks, telling
from eventsapp.programme.enums import Audience, ChangeKind, DigestState
from eventsapp.programme.models import Digest, Event
from eventsapp.programme.releases import Place
from eventsapp.programme.telling import Change, Person

BATCH: Final = 50
"""Messages of one transaction."""


def send_due() -> bool:
    """Write the next messages of one digest that is due; return whether there was one. In transactions of its own."""
    try:
        digest = db.session.scalars(
            select(Digest).where(_due(clock.now())).order_by(Digest.due_at, Digest.id).limit(1)
        ).one_or_none()
        if digest is None:
            return False
        db.session.expunge(digest)
        writer = _Writer(digest)
        batch, last = writer.batch()
    finally:
        db.session.rollback()
    while _write(digest, batch, last) and not last:
        try:
            batch, last = writer.batch()
        finally:
            db.session.rollback()
    return True


def _due(now: datetime) -> Any:
    waiting = and_(Digest.state == DigestState.WAITING, Digest.due_at <= now)
    return or_(waiting, Digest.state == DigestState.SENDING)


def _write(digest: Digest, batch: list[tuple[Person, merge.Written]], last: bool) -> bool:
    """Add a batch to the outbox; False, and nothing is written, when another worker or an organizer was first."""
    position = batch[-1][0].key if batch else digest.position
    now = clock.now()
    with transaction():
        moved = db.session.execute(
            update(Digest)
            .where(
                Digest.id == digest.id,
                Digest.position == digest.position,
                Digest.until_id == digest.until_id,
                _due(now),
            )
            .values(
                position=position,
                messages=Digest.messages + len(batch),
                state=DigestState.SENT if last else DigestState.SENDING,
                sent_at=now if last else None,
            )
            .execution_options(synchronize_session=False)
        )
        if moved.rowcount != 1:  # type: ignore[attr-defined]
            return False
        connection = db.session.connection()
        for _person, message in batch:
            message.send(connection)
    digest.position = position
    return True


class _Writer:
    """The messages of a digest that are still to be written, made a batch at a time."""

    def __init__(self, digest: Digest) -> None:
        self._conference = db.session.get_one(Conference, digest.conference_id)
        changes = digests.told(digest, self._conference)
        ids = [change.event_id for change in changes]
        known = digests.links(digest.conference_id, ids)
        audiences = [audience for audience in Audience if audience.value in digest.audiences]
        everybody = telling.people(known, changes, audiences)
        self._people = [
            person for person in everybody if person.key > digest.position and _takes_mail(person)
        ]
        self._events: Mapping[int, Any] = {
            row.id: row
            for row in db.session.execute(
                select(Event.id, Event.code, Event.titles, Event.cancellation_reasons).where(
                    Event.id.in_(ids)
                )
            )
        }
        rows = db.session.execute(
            select(Room.id, Room.names).where(Room.conference_id == digest.conference_id)
        )
        self._rooms = {id_: names for id_, names in rows}  # noqa: C416 - a Row is no pair for mypy
        self._objects: dict[tuple[tuple[int, ...], str], str | None] = {}
        db.session.expunge(self._conference)

    def batch(self) -> tuple[list[tuple[Person, merge.Written]], bool]:
        """Return the next messages, and whether they are the last."""
        mine, self._people = self._people[:BATCH], self._people[BATCH:]
        return [(person, self._message(person)) for person in mine], not self._people

    def _message(self, person: Person) -> merge.Written:
        conference = self._conference
        language = person.language or conference.default_language
        language = language if language in LANGUAGES else "en"
        calendar = self._calendar(person.changes, language)
        booked = Audience.BOOKED in person.audiences
        return merge.write(
            "programme_changed",
            to_name=person.name,
            to_email=person.email,
            language=language,
            context={
                "conference_name": pick(conference.names, language, conference.default_language),
                "events": [self._about(change, language) for change in person.changes],
                "has_page": bool(person.page),
                "keeps_seat": booked and any(change.after is not None for change in person.changes),
                "has_calendar": calendar is not None,
            },
            blanks={"page": person.page},
            conference_id=conference.id,
            calendar=calendar,
        )

    def _about(self, change: Change, language: str) -> dict[str, Any]:
        event = self._events[change.event_id]
        default = self._conference.default_language
        cancelled = change.kind is ChangeKind.CANCELLED
        title = pick(event.titles, language, default)
        seen = change.kind is not ChangeKind.WITHDRAWN
        address = absolute(_event_path(language, self._conference.slug, event.code)) if seen else ""
        return {
            "title": title,
            "code": event.code,
            "kind": change.kind.value,
            "before": self._place(change.before, language),
            "after": None if cancelled else self._place(change.after, language),
            "reason": pick(event.cancellation_reasons, language, default) if cancelled else "",
            "address": address,
        }

    def _place(self, place: Place | None, language: str) -> dict[str, Any] | None:
        if place is None:
            return None
        return {
            "day": place.day,
            "end_day": place.end_day,
            "starts_at": place.starts_at,
            "ends_at": place.ends_at,
            "zone": self._conference.zone,
            "room": pick(self._rooms.get(place.room_id or 0), language, self._conference.default_language),
        }

    def _calendar(self, changes: tuple[Change, ...], language: str) -> str | None:
        key = (tuple(change.event_id for change in changes), language)
        if key not in self._objects:
            shown, gone = digests.says_calendar(changes)
            made = [make(self._conference.id, shown, gone, language) for make in hooks.calendar_object]
            self._objects[key] = next((one for one in made if one is not None), None)
        return self._objects[key]


def _takes_mail(person: Person) -> bool:
    try:
        check_address(person.email)
    except ValueError:
        return False
    return True


def _event_path(language: str, conference: str, code: str) -> str:
    # Not url_for: the worker has no request.
    adapter: MapAdapter | None = current_app.extensions.get("eventsapp-programme-links")
    if adapter is None:
        adapter = current_app.url_map.bind("localhost")
        current_app.extensions["eventsapp-programme-links"] = adapter
    return adapter.build("site.event", {"lang": language, "conference": conference, "code": code})
