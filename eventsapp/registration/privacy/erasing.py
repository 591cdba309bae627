"""Taking out of a registration what says who it is. What is counted stays: the row, its category, country and attendance."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import delete, exists, or_, select, update

from eventsapp.accounts.models import User
from eventsapp.conferences.enums import ConferenceState
from eventsapp.core import audit, clock
from eventsapp.core.audit import PARTICIPANT, Actor, AuditEntry
from eventsapp.core.errors import NotFound
from eventsapp.extensions import db
from eventsapp.mail.models import Message, MessageState
from eventsapp.registration import hooks, queries, service
from eventsapp.registration.approval.models import ConfirmationLetter, NotSame
from eventsapp.registration.badges.models import Badge
from eventsapp.registration.door.models import Scan
from eventsapp.registration.models import Registration, RegistrationStep, SeatTransfer
from eventsapp.registration.nominations.models import SpeakerInvitation
from eventsapp.registration.privacy import files
from eventsapp.registration.transitions import REGISTRATION_TRANSITIONS, RegistrationAction

NOBODY: Final = "—"
"""What stands where the name was."""


def erase(registration_id: int, *, actor: Actor) -> bool:
    """Erase a person's data at their own or an organizer's wish; return False when that was done already.

    As long as the conference is not over this also cancels the registration and gives back its place and its seats. Nothing
    is written to the person: there is no address left. Writes; does not commit.
    """
    person = queries.person(registration_id)
    registration = db.session.get(Registration, registration_id)
    if person is None or registration is None:
        raise NotFound
    if registration.erased_at is not None:
        return False
    if cancels(registration):
        service.cancel(person, actor=actor)
        db.session.flush()
    wipe([registration_id])
    audit.record(
        actor, "privacy.erase", f"registration:{registration_id}", conference_id=person.conference_id
    )
    return True


def cancels(registration: Registration) -> bool:
    """Return whether erasing a registration now also cancels it: as long as the conference is not over."""
    conference = registration.conference
    over = clock.today(conference.zone) > conference.end_date or conference.state is ConferenceState.ARCHIVED
    return not over and RegistrationAction.CANCEL in REGISTRATION_TRANSITIONS[registration.state]


def wipe(registration_ids: Sequence[int]) -> None:
    """Take out of some registrations what says who they are, whatever their state. Writes; does not commit."""
    db.session.flush()
    rows = db.session.scalars(
        select(Registration)
        .where(Registration.id.in_(registration_ids), Registration.erased_at.is_(None))
        .with_for_update(of=Registration, key_share=True)
        .execution_options(populate_existing=True)
    ).all()
    if not rows:
        return
    ids = [row.id for row in rows]
    thrown = files.files_of([(row.form_id, row.answers) for row in rows])
    thrown += [row.photo_id for row in rows if row.photo_id is not None]
    accounts = {row.user_id for row in rows if row.user_id is not None}
    addresses = {(row.conference_id, row.email) for row in rows}
    for row in rows:
        for told in hooks.erased:
            told(row)
        _blank(row, clock.now())
    db.session.flush()
    _forget_messages(addresses)
    _forget_history(ids, accounts)
    files.discard(thrown)


def _blank(row: Registration, now: datetime) -> None:
    row.name, row.email, row.search_text = NOBODY, f"erased-{row.id}@invalid", ""
    row.user_id = row.nominated_by_id = row.replaces_id = row.speaker_id = row.photo_id = None
    row.organization_name = row.original_name = row.job_title = row.phone = None
    row.birth_date = row.nationality = row.door_note = row.group_key = None
    row.answers, row.listed = {}, False
    # The addresses that only this person knew lead nowhere any more.
    row.secret_version += 1
    row.calendar_version += 1
    row.erased_at = now


def _forget_messages(addresses: set[tuple[int, str]]) -> None:
    for conference_id, email in addresses:
        # They may be registered anew: what was written about that stays, above all what is still to be sent.
        anew = exists().where(Registration.conference_id == conference_id, Registration.email == email)
        db.session.execute(
            delete(Message).where(
                Message.conference_id == conference_id,
                Message.to_email == email,
                ~anew,
                # What a worker has in hand is on its way; retention takes its copy.
                Message.state != MessageState.SENDING,
            )
        )


def _forget_history(ids: Sequence[int], accounts: set[int]) -> None:
    bulk = {"synchronize_session": False}
    db.session.execute(
        update(RegistrationStep)
        .where(RegistrationStep.registration_id.in_(ids), RegistrationStep.note.is_not(None))
        .values(note=None)
        .execution_options(**bulk)
    )
    subjects = [f"registration:{id_}" for id_ in ids]
    db.session.execute(
        update(AuditEntry).where(AuditEntry.subject.in_(subjects)).values(detail={}).execution_options(**bulk)
    )
    if accounts:
        db.session.execute(
            update(Badge)
            .where(
                Badge.registration_id.in_(ids),
                Badge.made_by.in_(select(User.name).where(User.id.in_(accounts))),
            )
            .values(made_by=PARTICIPANT.name)
            .execution_options(**bulk)
        )
        # What they did themselves; what officers did keeps the officer's name.
        by = {"actor": PARTICIPANT.name, "actor_id": None}
        db.session.execute(
            update(RegistrationStep)
            .where(RegistrationStep.registration_id.in_(ids), RegistrationStep.actor_id.in_(accounts))
            .values(**by)
            .execution_options(**bulk)
        )
        db.session.execute(
            update(AuditEntry)
            .where(AuditEntry.subject.in_(subjects), AuditEntry.actor_id.in_(accounts))
            .values(**by)
            .execution_options(**bulk)
        )
    db.session.execute(
        update(Scan)
        .where(Scan.registration_id.in_(ids), Scan.note.is_not(None))
        .values(note=None)
        .execution_options(**bulk)
    )
    for statement in (
        delete(ConfirmationLetter).where(ConfirmationLetter.registration_id.in_(ids)),
        delete(SeatTransfer).where(SeatTransfer.to_id.in_(ids)),
        delete(NotSame).where(or_(NotSame.first_id.in_(ids), NotSame.second_id.in_(ids))),
        delete(SpeakerInvitation).where(SpeakerInvitation.registration_id.in_(ids)),
    ):
        db.session.execute(statement.execution_options(**bulk))
