"""Speakers of events that take place are invited, linked with the registration they have, and reminded once."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from sqlalchemy import select, update

from eventsapp.core import clock
from eventsapp.core.audit import Actor
from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from eventsapp.mail.models import Message
from eventsapp.programme.enums import EventState
from eventsapp.programme.models import EventSpeaker
from eventsapp.registration import queries
from eventsapp.registration.enums import RegistrationState
from eventsapp.registration.models import Registration
from eventsapp.registration.nominations import service, speakers
from eventsapp.registration.nominations.models import SpeakerInvitation
from tests import factories

OFFICER = Actor("Rita Registrar")


def test_speakers_are_invited_once_linked_where_registered_and_reminded_once(app: Flask):
    with app.app_context(), transaction():
        conference = factories.make_conference(registration_opens_at=clock.now() - timedelta(days=1))
        event = factories.make_event(conference)
        category = factories.make_category(conference)
        cancelled = factories.make_event(conference, state=EventState.CANCELLED)
        people = {
            "new": "New@Example.org", "known": "known@example.org", "silent": None,
            "twin": "new@example.org", "off": "off@example.org",
        }  # fmt: skip
        made = {
            name: factories.make_speaker(conference, name=name.title(), email=email)
            for name, email in people.items()
        }
        for name, speaker in made.items():
            where = cancelled if name == "off" else event
            db.session.add(EventSpeaker(event_id=where.id, speaker_id=speaker.id))
        registered = factories.make_registration(conference, email="known@example.org")
        db.session.flush()
        rows = {row.speaker.name: row for row in speakers.rows_of(conference.id)}
        assert sorted(rows) == ["Known", "New", "Silent", "Twin"]
        assert rows["Known"].registration is registered
        ids = [speaker.id for speaker in made.values()]
        assert speakers.invite(conference, ids, category, actor=OFFICER) == (1, 1)
        assert speakers.invite(conference, ids, category, actor=OFFICER) == (0, 0)
        assert registered.speaker_id == made["known"].id
        sent = select(Message.template, Message.to_email)
        assert [tuple(row) for row in db.session.execute(sent)] == [("speaker_invitation", "new@example.org")]
        draft = db.session.scalars(select(Registration).where(Registration.email == "new@example.org")).one()
        assert (draft.state, draft.category_id) == (RegistrationState.DRAFT, category.id)
        first = draft.speaker_id
        # Nobody is written to before the time, and nobody twice.
        speakers.remind_due(clock.now())
        old = clock.now() - speakers.REMINDED_AFTER - timedelta(hours=1)
        db.session.execute(update(SpeakerInvitation).values(sent_at=old))
        for _time in range(2):
            speakers.remind_due(clock.now())
        assert [tuple(row) for row in db.session.execute(sent)] == [
            ("speaker_invitation", "new@example.org")
        ] * 2
        person = queries.person(draft.id)
        assert person is not None
        assert service.accept(person) is True
        assert draft.state is RegistrationState.CONFIRMED
        assert speakers.remind(conference, [first or 0], actor=OFFICER) == 0
