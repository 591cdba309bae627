"""What registered people are told by mail. Rows in the outbox, in their language, in the current transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from eventsapp.extensions import db
from eventsapp.mail import merge
from eventsapp.mail.merge import Written
from eventsapp.registration import links
from eventsapp.registration.enums import RegistrationState
from eventsapp.registration.queries import EventFacts, Person
from eventsapp.registration.transitions import RegistrationAction


def _write(
    template: str, person: Person, context: Mapping[str, Any], late: Sequence[str] = (), **blanks: str
) -> Written:
    return merge.write(
        template,
        to_name=person.name,
        to_email=person.email,
        language=person.language,
        context={"conference_name": person.text(person.conference_names), **context},
        blanks=blanks,
        late=late,
        conference_id=person.conference_id,
    )


def _queue(template: str, person: Person, context: Mapping[str, Any], **blanks: str) -> None:
    _write(template, person, context, **blanks).send(db.session.connection())


def _about(person: Person, event: EventFacts) -> dict[str, Any]:
    return {
        "title": person.text(event.titles),
        "code": event.code,
        "day": event.day,
        "end_day": event.end_day,
        "starts_at": event.starts_at,
        "ends_at": event.ends_at,
        "zone": person.zone,
        "room": person.text(event.rooms),
    }


def please_confirm(person: Person) -> None:
    """Ask to confirm the e-mail address, with the link that does."""
    link = links.confirm_address(person.id, person.secret_version, person.language)
    days = links.CONFIRM_SECONDS // 86400
    # No name in it: whoever registered with somebody else's address must not choose what we write to them.
    _queue("confirm_registration", replace(person, name=""), {"days": days}, link=link)


def draft(person: Person) -> None:
    """Send the address by which a registration that is only begun is completed and handed in."""
    # No name in it, as in please_confirm.
    _queue("registration_draft", replace(person, name=""), {}, page=person.page)


def confirmed(person: Person) -> None:
    """Say that the registration is confirmed, with the address of the person's own page."""
    _queue("registration_confirmed", person, {}, page=person.page)


def moved(
    person: Person,
    action: RegistrationAction,
    state: RegistrationState,
    *,
    note: str | None = None,
    until: datetime | None = None,
) -> None:
    """Say what happened to a registration. ``note``: the reason or the question; ``until``: how long an offer stands."""
    if state is RegistrationState.CONFIRMED and not note:
        confirmed(person)
        return
    context: dict[str, Any] = {"what": action.value, "note": note, "until": until, "zone": person.zone}
    if until is not None:
        context["until_day"] = until.astimezone(ZoneInfo(person.zone)).date()
    _queue("registration_moved", person, context, page=person.page)


def link(person: Person) -> None:
    """Send the address of the person's own page."""
    _queue("registration_link", person, {}, page=person.page)


def cancelled(person: Person, events: Sequence[EventFacts], *, by_organizer: bool) -> None:
    """Say that the registration is cancelled, and with it the bookings of ``events``."""
    context = {
        "by_organizer": by_organizer,
        "events": [_about(person, event) for event in events],
    }
    _queue("registration_cancelled", person, context)


PLACE = "place"
"""What is left blank in :func:`waitlisted`: the place in the queue."""


def booked(person: Person, event: EventFacts) -> Written:
    """Return the message that a seat is booked."""
    return _write("booking_confirmed", person, {"event": _about(person, event)}, page=person.page)


def waitlisted(person: Person, event: EventFacts) -> Written:
    """Return the message that all seats are taken and which place in the queue the person has (:data:`PLACE`)."""
    return _write(
        "booking_waitlisted", person, {"event": _about(person, event)}, late=(PLACE,), page=person.page
    )


def promoted(person: Person, event: EventFacts) -> None:
    """Say that a seat has become free and is now theirs."""
    _queue("booking_promoted", person, {"event": _about(person, event)}, page=person.page)


def booking_cancelled(person: Person, event: EventFacts, *, by_organizer: bool) -> None:
    """Say that a booking is cancelled."""
    context = {"event": _about(person, event), "by_organizer": by_organizer}
    _queue("booking_cancelled", person, context, page=person.page)


def event_cancelled(person: Person, event: EventFacts, reason: str) -> None:
    """Say that an event that the person has a seat at, or waits for, is cancelled."""
    _queue("event_cancelled", person, {"event": _about(person, event), "reason": reason}, page=person.page)


def seat_news(person: Person, what: str, event: EventFacts, *, other: str = "") -> None:
    """Say what happened to a seat or a ticket; ``what`` is a value of ``tickets.notices.News``."""
    context = {"event": _about(person, event), "what": what}
    _queue("seat_news", person, context, page=person.page, other=other)
