"""Beginning, saving and handing in; consents with their text; pages of passports: the services, on both databases."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import func, select

from eventsapp.conferences.models import Conference
from eventsapp.core import clock
from eventsapp.core.audit import PARTICIPANT, Actor, AuditEntry
from eventsapp.core.errors import Conflict, Invalid, NotFound
from eventsapp.core.files import FileRefused
from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from eventsapp.mail.models import Message
from eventsapp.questions.enums import QuestionKind
from eventsapp.questions.models import Question
from eventsapp.registration import places
from eventsapp.registration import service as registering
from eventsapp.registration.enrolment import consents, content, sealed, service
from eventsapp.registration.enrolment.content import PersonData
from eventsapp.registration.enrolment.models import ConsentText, SealedFile
from eventsapp.registration.enums import Approval, RegistrationState, WaitlistMode
from eventsapp.registration.models import Category, Registration, RegistrationForm
from eventsapp.registration.queries import person
from tests import factories

S = RegistrationState
REGISTRAR = Actor("A registrar")


@pytest.fixture
def here(app: Flask) -> Iterator[Conference]:
    """A conference whose delegates are asked for a consent and a function, and are approved by a registrar."""
    with app.test_request_context():
        with transaction():
            conference = factories.make_conference(registration_opens_at=clock.now() - timedelta(days=1))
            form = factories.make_form(conference, details={"job_title": True})
            form.questionnaire.questions.append(
                Question(
                    key="agree",
                    kind=QuestionKind.CONSENT,
                    labels={"en": "I keep the rules"},
                    helps={},
                    required=True,
                )
            )
            factories.make_category(
                conference, form_id=form.id, approval=Approval.REGISTRAR, slug="delegates"
            )
        yield conference


def delegates(conference: Conference) -> Category:
    return db.session.scalars(select(Category).where(Category.conference_id == conference.id)).one()


def said(conference: Conference, **over: object) -> PersonData:
    data = PersonData(
        name="Ana Ruiz", email="ana@example.org", category_id=delegates(conference).id, country="EC"
    )
    return replace(data, **over)  # type: ignore[arg-type]


def state(registration: Registration) -> RegistrationState:
    return registration.state


def begun(conference: Conference, **over: object) -> Registration:
    form = db.session.get(RegistrationForm, delegates(conference).form_id)
    return service.begin(conference, said(conference, **over), form=form, language="en", actor=PARTICIPANT)


def test_a_draft_is_completed_handed_in_and_goes_where_its_category_wants_it(here: Conference) -> None:
    with transaction():
        draft = begun(here)
        assert state(draft) is S.DRAFT
        assert set(service.missing(draft)) == {"job_title", "q-agree"}
        with pytest.raises(Invalid):
            service.hand_in(draft, actor=PARTICIPANT, proven=False)
    with transaction():
        full = replace(content.data_of(draft), job_title="Mayor", answers={"agree": True})
        assert service.save(draft, full, actor=PARTICIPANT)
        assert not service.save(draft, full, actor=PARTICIPANT)
        service.hand_in(draft, actor=PARTICIPANT, proven=False)
    assert state(draft) is S.SUBMITTED
    with transaction():
        found = person(draft.id)
        assert found is not None
        registering.confirm(found)
    db.session.refresh(draft)
    assert state(draft) is S.IN_REVIEW
    templates = list(db.session.scalars(select(Message.template).order_by(Message.id)))
    assert templates[0] == "confirm_registration"


def test_who_is_proven_goes_to_the_registrar_at_once_and_answers_what_is_asked(here: Conference) -> None:
    with transaction():
        draft = begun(here, job_title="Mayor", answers={"agree": True})
        service.hand_in(draft, actor=PARTICIPANT, proven=True)
        assert state(draft) is S.IN_REVIEW
        draft.state = S.RETURNED
        db.session.flush()
        service.hand_in(draft, actor=PARTICIPANT, proven=True)
        assert state(draft) is S.IN_REVIEW
        service.hand_in(draft, actor=PARTICIPANT, proven=True)
        draft.state, draft.confirmed_at = S.CONFIRMED, clock.now()
        db.session.flush()
        changed = replace(content.data_of(draft), name="Somebody Else", job_title="Minister")
        service.save(draft, changed, actor=PARTICIPANT)
        assert (draft.name, draft.job_title) == ("Ana Ruiz", "Minister")
        service.save(draft, changed, actor=REGISTRAR, officer=True)
        assert draft.name == "Somebody Else"


def test_an_address_is_taken_once_also_by_a_draft(here: Conference) -> None:
    with transaction():
        first = begun(here)
        with pytest.raises(service.AddressTaken) as taken:
            begun(here, email=" ANA@example.org")
        assert taken.value.registration_id == first.id
        foreign = factories.make_category(factories.make_conference())
        with pytest.raises(Invalid):
            begun(here, email="other@example.org", category_id=foreign.id)
        with pytest.raises(Invalid):
            begun(here, email="other@example.org", organization_id=10**6)


def test_nobody_is_taken_where_all_places_are_taken_and_nobody_waits(here: Conference) -> None:
    with transaction():
        factories.make_settings(here, waitlist=WaitlistMode.CLOSED)
        draft = begun(here, job_title="Mayor", answers={"agree": True})
        places.set_category_capacity(here.id, delegates(here).id, 0)
        with pytest.raises(Conflict):
            service.hand_in(draft, actor=PARTICIPANT, proven=False)
        assert service.is_full(delegates(here)) is True


def test_a_consent_is_kept_with_its_words_their_version_and_when_it_was_taken_back(here: Conference) -> None:
    with transaction():
        first = begun(here, answers={"agree": True})
        question = db.session.scalars(select(Question).where(Question.key == "agree")).one()
        question.labels = {"en": "I keep all rules"}
        db.session.flush()
        second = begun(here, email="second@example.org", answers={"agree": True})
        third = begun(here, email="third@example.org", answers={"agree": True})
        service.save(first, replace(content.data_of(first), answers={}), actor=PARTICIPANT)
    (of_first,) = consents.of(first.id)
    assert (of_first.version, of_first.labels, of_first.language) == (1, {"en": "I keep the rules"}, "en")
    assert of_first.withdrawn_at is not None
    for one in (second, third):
        (given,) = consents.of(one.id)
        assert (given.version, given.labels["en"], given.withdrawn_at) == (2, "I keep all rules", None)
    assert db.session.scalar(select(func.count()).select_from(ConsentText)) == 2


# --- pages of passports


def picture() -> io.BytesIO:
    made = io.BytesIO()
    Image.new("RGB", (40, 30), "navy").save(made, "PNG")
    made.seek(0)
    return made


def folder(app: Flask) -> Path:
    return Path(app.config["SEALED"])


def test_a_passport_page_is_encrypted_opened_under_audit_and_replaced(app: Flask, here: Conference) -> None:
    with transaction():
        draft = begun(here)
        sealed.keep(draft, io.BytesIO(b"%PDF-1.7 P<ECURUIZ<<ANA"))
    (kept,) = folder(app).iterdir()
    assert b"RUIZ" not in kept.read_bytes()
    with transaction():
        assert sealed.open_page(draft, actor=REGISTRAR) == (b"%PDF-1.7 P<ECURUIZ<<ANA", "application/pdf")
        entry = db.session.scalars(
            select(AuditEntry).where(AuditEntry.action == "registration.passport_seen")
        ).one()
        assert (entry.actor, entry.subject) == ("A registrar", f"registration:{draft.id}")
        with pytest.raises(FileRefused):
            sealed.keep(draft, io.BytesIO(b"MZ a program"))
        sealed.keep(draft, picture())
        assert sealed.open_page(draft, actor=REGISTRAR)[1] == "image/webp"
        row = sealed.of(draft.id)
        assert row is not None
        (folder(app) / row.name).write_bytes(kept.read_bytes())  # somebody else's bytes under this name
        with pytest.raises(NotFound):
            sealed.open_page(draft, actor=REGISTRAR)


def test_passport_pages_go_on_their_day_in_the_conferences_zone_and_with_those_who_cancel(
    app: Flask, here: Conference
) -> None:
    with transaction():
        here.zone = "Pacific/Kiritimati"
        factories.make_settings(here, passports_deleted_on=date(2026, 10, 20))
        staying, leaving = begun(here), begun(here, email="second@example.org")
        for one in (staying, leaving):
            sealed.keep(one, picture())
    with transaction():
        found = person(leaving.id)
        assert found is not None
        registering.cancel(found)
    assert sealed.of(leaving.id) is None
    # The day ends at 10:00 UTC on the same day, 14 hours ahead of Greenwich.
    for at, left in (("2026-10-20T09:59", 1), ("2026-10-20T10:00", 0)):
        with transaction():
            sealed.sweep(datetime.fromisoformat(f"{at}:00+00:00"))
        assert db.session.scalar(select(func.count()).select_from(SealedFile)) == left
    # Bytes that no row names stay while their transaction may be under way, and then go.
    assert len(list(folder(app).iterdir())) == 2
    for path in folder(app).iterdir():
        os.utime(path, (0, 0))
    with transaction():
        sealed.sweep(clock.now())
    assert not list(folder(app).iterdir())
