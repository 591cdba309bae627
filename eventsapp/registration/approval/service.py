"""What the approval desk does: endorse, approve, ask for more, put on the waiting list, reject; with four eyes where asked for.

Each function takes many registrations, in the order in which they were handed in, so that the queue keeps that order. What the
state of one does not allow is said in :class:`Outcome` and does not keep the others back. Callers see to it that all belong
to a conference that the actor may decide in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from flask_babel import gettext as _
from sqlalchemy import delete, select

from eventsapp.conferences.enums import ConferenceState
from eventsapp.core import audit, clock, locale
from eventsapp.core.audit import PARTICIPANT, Actor
from eventsapp.core.errors import Conflict, Invalid, NotAllowed, NotFound
from eventsapp.core.translations import clean_text, pick
from eventsapp.extensions import db
from eventsapp.organizations import members
from eventsapp.organizations.enums import MemberRole, MembershipState
from eventsapp.registration import life, places, queries, service
from eventsapp.registration.approval.models import NotSame
from eventsapp.registration.approval.rules import (
    CHANGED,
    FIRST,
    NOTE,
    VOIDED,
    Step,
    first_approval,
    matters,
    same_person,
)
from eventsapp.registration.enums import RegistrationState, WaitlistMode
from eventsapp.registration.models import Registration, RegistrationStep
from eventsapp.registration.places import Held
from eventsapp.registration.queries import Person
from eventsapp.registration.transitions import RegistrationAction

AT_ONCE: Final = 200
"""Registrations that one press of a button decides."""
LONGEST: Final = 5000

S = RegistrationState
A = RegistrationAction

Reply = Mapping[str, str]
"""A prepared answer, by language."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the registrations: how many were ``done``; of these, how many wait for a place, and how many for a second
    officer; and whose state did not allow it, with why, in the actor's language."""

    done: int = 0
    waiting: int = 0
    first: int = 0
    left: tuple[tuple[str, str], ...] = ()


# --- many at once


def _each(ids: Sequence[int], decide: Callable[[int], str | None]) -> Outcome:
    """Do ``decide`` with each; it returns ``"waiting"``, ``"first"`` or None. Writes; does not commit."""
    rows = db.session.execute(
        select(Registration.id, Registration.name)
        .where(Registration.id.in_(list(ids)[:AT_ONCE]))
        .order_by(Registration.submitted_at, Registration.id)
    ).all()
    done = waiting = first = 0
    left = []
    for id_, name in rows:
        try:
            with db.session.begin_nested():
                what = decide(id_)
        except Conflict as refused:
            left.append((name, str(refused.message)))
            continue
        done += 1
        waiting += what == "waiting"
        first += what == "first"
    return Outcome(done, waiting, first, tuple(left))


def _held(id_: int) -> tuple[Registration, Held, Person]:
    person = queries.person(id_)
    if person is None:
        raise NotFound
    if person.conference_state is ConferenceState.ARCHIVED:
        raise Conflict(_("An archived conference does not change any more."))
    registration, held = life.hold(id_)
    return registration, held, person


def _note(person: Person, note: str | None, reply: Reply | None) -> str | None:
    """Return what the person is told: the prepared answer in their language, then the officer's own words."""
    parts = (pick(reply, person.language, person.default_language), clean_text(note or "")[:LONGEST].strip())
    return "\n\n".join(part for part in parts if part) or None


# --- decisions


def approve(
    ids: Sequence[int], *, actor: Actor, note: str | None = None, reply: Reply | None = None
) -> Outcome:
    """Approve registrations in review: they get a place, or wait for one. With four eyes the first officer only says so."""

    def decide(id_: int) -> str | None:
        registration, held, person = _held(id_)
        if _needs_another(registration, actor, note):
            return "first"
        has_place = life.admit(registration, held, actor=actor, note=_note(person, note, reply))
        return None if has_place else "waiting"

    return _each(ids, decide)


def waitlist(
    ids: Sequence[int], *, actor: Actor, note: str | None = None, reply: Reply | None = None
) -> Outcome:
    """Put registrations in review on the waiting list. Not possible while a place is free: who waits would get it at once."""

    def decide(id_: int) -> str | None:
        registration, held, person = _held(id_)
        if held.mode is WaitlistMode.CLOSED:
            raise Conflict(_("This conference has no waiting list."))
        if held.free_for_the_queue and (
            not held.counted or places.next_in_queue(person.conference_id) is None
        ):
            raise Conflict(_("A place is free. Whoever waits gets it at once."))
        if _needs_another(registration, actor, note):
            return "first"
        life.move(registration, A.WAIT, held=held, actor=actor, note=_note(person, note, reply))
        return "waiting"

    return _each(ids, decide)


def ask(ids: Sequence[int], *, actor: Actor, note: str | None = None, reply: Reply | None = None) -> Outcome:
    """Ask people for more: they have to answer before it goes on. Raises :class:`Invalid` where nothing is asked."""
    _say_something(note, reply)

    def decide(id_: int) -> None:
        registration, held, person = _held(id_)
        life.move(registration, A.ASK, held=held, actor=actor, note=_note(person, note, reply))

    return _each(ids, decide)


def reject(
    ids: Sequence[int], *, actor: Actor, note: str | None = None, reply: Reply | None = None
) -> Outcome:
    """Reject registrations, also approved ones, whose places and bookings go to the next. Raises :class:`Invalid` without a reason."""
    _say_something(note, reply)

    def decide(id_: int) -> None:
        person = queries.person(id_)
        if person is None:
            raise NotFound
        service.end(person, A.REJECT, actor=actor, note=_note(person, note, reply))

    return _each(ids, decide)


def take_over(
    ids: Sequence[int], *, actor: Actor, note: str | None = None, reply: Reply | None = None
) -> Outcome:
    """Put before the registrars what waits for a focal point, or was rejected. The person is told nothing of it."""

    def decide(id_: int) -> None:
        registration, held, _person = _held(id_)
        if registration.state not in (S.ENDORSING, S.REJECTED):
            raise Conflict(_("This cannot be done with the registration any more."))
        life.move(registration, A.REVIEW, held=held, actor=actor, note=note or None, tell=False)

    return _each(ids, decide)


def remark(id_: int, *, actor: Actor, note: str) -> None:
    """Keep a remark that only officers see. Raises :class:`Invalid` for an empty one."""
    _say_something(note, None)
    _step(life.locked(id_), NOTE, actor, clean_text(note)[:LONGEST].strip())


def _say_something(note: str | None, reply: Reply | None) -> None:
    if not (clean_text(note or "").strip() or reply):
        raise Invalid({"note": _("This field is required.")})


# --- four eyes


def _needs_another(registration: Registration, actor: Actor, note: str | None) -> bool:
    """Keep a first approval where two have to approve, and return whether another officer is needed.

    Raises :class:`Conflict` for the officer who has approved it already, and where nothing is to be approved.
    """
    if registration.state is not S.IN_REVIEW:
        raise Conflict(_("This cannot be done with the registration any more."))
    if not places.settings_of(registration.conference_id).four_eyes:
        return False
    before = first_approval(steps_of(registration.id))
    if before is None:
        _step(registration, FIRST, actor, note or None)
        return True
    if same_person(before, actor_id=actor.user_id, actor=actor.name):
        raise Conflict(_("You have approved this already. Another registrar has to approve it too."))
    return False


def steps_of(registration_id: int) -> list[Step]:
    """Return the history of a registration, as the rule wants it. One statement."""
    rows = db.session.execute(
        select(RegistrationStep.action, RegistrationStep.actor_id, RegistrationStep.actor)
        .where(RegistrationStep.registration_id == registration_id)
        .order_by(RegistrationStep.at, RegistrationStep.id)
    )
    return [Step(row.action, row.actor_id, row.actor) for row in rows]


def _step(registration: Registration, action: str, actor: Actor, note: str | None) -> None:
    db.session.add(
        RegistrationStep(
            registration_id=registration.id,
            at=clock.now(),
            action=action,
            state=registration.state,
            actor_id=actor.user_id,
            actor=actor.name[:200],
            note=note,
        )
    )
    audit.record(
        actor,
        f"registration.{action}",
        f"registration:{registration.id}",
        conference_id=registration.conference_id,
    )
    db.session.flush()


def changed(registration: Registration, actor: Actor, names: Sequence[str]) -> None:
    """Keep in the history what was changed of that which is to be decided on; a first approval is void then. For the hook."""
    mattered = matters(names)
    if mattered and registration.state in (S.IN_REVIEW, S.ENDORSING):
        void = first_approval(steps_of(registration.id)) is not None
        _step(registration, VOIDED if void else CHANGED, actor, ", ".join(mattered))


# --- focal points and the person


def endorse(registration_id: int, *, agree: bool, note: str | None = None, actor: Actor) -> bool:
    """Agree that a person comes for the organization, or refuse with a reason; False when it was decided already.

    Raises :class:`NotAllowed` for anybody but a focal point of that organization, :class:`Invalid` for a refusal without a
    reason, :class:`Conflict` when it does not wait for one any more.
    """
    person = queries.person(registration_id)
    if person is None:
        raise NotFound
    organization_id = db.session.scalar(
        select(Registration.organization_id).where(Registration.id == registration_id)
    )
    if organization_id is None or actor.user_id is None or not _speaks(organization_id, actor.user_id):
        raise NotAllowed
    said = clean_text(note or "")[:LONGEST].strip() or None
    if not agree:
        _say_something(said, None)
    registration, held, person = _held(registration_id)
    if registration.state is not S.ENDORSING:
        raise Conflict(_("This cannot be done with the registration any more."))
    if not agree:
        return service.end(person, A.REJECT, actor=actor, note=said)
    return life.move(registration, A.REVIEW, held=held, actor=actor, note=said)


def _speaks(organization_id: int, user_id: int) -> bool:
    row = members.membership(organization_id, user_id)
    return row is not None and row.state is MembershipState.ACTIVE and row.role is MemberRole.FOCAL_POINT


def answer(registration_id: int, *, note: str, actor: Actor = PARTICIPANT) -> bool:
    """Give the person's answer to what the desk asked; the registration waits for the desk again.

    False where it waits for the desk already. Raises :class:`Invalid` for an empty one, :class:`Conflict` in other states.
    """
    said = clean_text(note)[:LONGEST].strip()
    _say_something(said, None)
    registration, held, _person = _held(registration_id)
    return life.move(registration, A.ANSWER, held=held, actor=actor, note=said)


# --- who registered twice


def not_the_same(one_id: int, other_id: int, *, actor: Actor) -> bool:
    """Keep that two registrations are two people; False when that was known."""
    if not _judged(one_id, other_id, actor):
        return False
    _audit_pair(actor, "registration.not_same", *sorted((one_id, other_id)))
    return True


def _judged(one_id: int, other_id: int, actor: Actor) -> bool:
    """Keep that nobody need compare two registrations again; False when that was known."""
    first, second = sorted((one_id, other_id))
    known = select(NotSame.id).where(NotSame.first_id == first, NotSame.second_id == second)
    if first == second or db.session.scalar(known) is not None:
        return False
    db.session.add(NotSame(first_id=first, second_id=second, said_by=actor.name[:200], said_at=clock.now()))
    return True


def is_double(double_id: int, *, of_id: int, actor: Actor) -> bool:
    """Reject one of two registrations of the same person, who is told which one stays; False when it was rejected already."""
    double, kept = queries.person(double_id), queries.person(of_id)
    if double is None or kept is None or double.conference_id != kept.conference_id or double_id == of_id:
        raise NotFound
    with locale.speaking(double.language):
        note = _("You are registered already, with number %(number)s. That registration stays.", number=of_id)
    _judged(double_id, of_id, actor)
    _audit_pair(actor, "registration.double", double_id, of_id)
    return service.end(double, A.REJECT, actor=actor, note=note)


def _audit_pair(actor: Actor, action: str, one: int, other: int) -> None:
    conference_id = db.session.scalar(select(Registration.conference_id).where(Registration.id == one))
    audit.record(actor, action, f"registration:{one}", conference_id=conference_id, detail={"other": other})


# --- erasure


def forget(registration: Registration) -> None:
    """Take out what the history says of a person who is erased. For the hook."""
    for step in db.session.scalars(
        select(RegistrationStep).where(RegistrationStep.registration_id == registration.id)
    ):
        step.note = None
    pairs = (NotSame.first_id == registration.id) | (NotSame.second_id == registration.id)
    db.session.execute(delete(NotSame).where(pairs))
