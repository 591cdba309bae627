"""People's own data: seen, taken away, erased, and deleted when its time is over."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import func, select

from eventsapp.accounts.enums import Role
from eventsapp.core import clock, files
from eventsapp.core.audit import COMMAND_LINE, PARTICIPANT, AuditEntry
from eventsapp.core.files import StoredFile
from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from eventsapp.mail.models import Message, MessageState
from eventsapp.questions.enums import QuestionKind
from eventsapp.questions.models import Question
from eventsapp.registration import links, lists, queries, service
from eventsapp.registration.approval.models import ConfirmationLetter
from eventsapp.registration.door.models import Attendance, Scan
from eventsapp.registration.enrolment import consents
from eventsapp.registration.enrolment.models import SealedFile
from eventsapp.registration.enums import Gender, RegistrationState, ScanKind
from eventsapp.registration.models import (
    Booking,
    Category,
    Registration,
    RegistrationSettings,
    RegistrationStep,
)
from eventsapp.registration.privacy import copying, erasing, retention
from eventsapp.registration.privacy.kinds import DataKind
from tests import factories
from tests.support.signing import sign_in
from tests.support.statements import statements


@dataclass(frozen=True)
class Here:
    """A conference with somebody of whom everything is kept, and a registrar."""

    conference_id: int
    slug: str
    id: int
    token: str
    event_id: int
    registrar: str
    photo: Path
    letter: Path

    @property
    def own(self) -> str:
        return f"/en/registrations/{self.token}"


def _picture(colour: str) -> io.BytesIO:
    made = io.BytesIO()
    Image.new("RGB", (40, 50), colour).save(made, "PNG")
    made.seek(0)
    return made


@pytest.fixture
def here(app: Flask) -> Here:
    with app.app_context(), transaction():
        conference = factories.make_conference(registration_opens_at=clock.now() - timedelta(days=1))
        factories.make_settings(conference)
        form = factories.make_form(conference)
        category = factories.make_category(conference, form_id=form.id, listed=True)
        for key, kind in (("letter", QuestionKind.FILE), ("why", QuestionKind.TEXT)):
            db.session.add(
                Question(
                    questionnaire_id=form.questionnaire_id, key=key, kind=kind, labels={"en": key.title()}, helps={}
                )
            )  # fmt: skip
        photo = files.store_picture(_picture("red"), "me.png", width=400, height=500)
        letter = files.store_picture(_picture("blue"), "letter.png", width=400, height=500)
        db.session.flush()
        user = factories.make_user(name="Nadia Named")
        person = factories.make_registration(
            conference, category=category, name="Nadia Named", email="nadia@example.org", user_id=user.id,
            form_id=form.id, answers={"letter": letter.id, "why": "I plan cities"}, photo_id=photo.id,
            organization_name="Named & Sons", gender=Gender.WOMAN, birth_date=date(1980, 2, 3), phone="+1 555",
            nationality="KE", job_title="Planner", door_note="Lift B", listed=True, search_text="nadia named",
        )  # fmt: skip
        db.session.add(
            SealedFile(
                registration_id=person.id, name="page", content_type="image/webp", size=8, created_at=clock.now()
            )
        )  # fmt: skip
        event = factories.make_event(conference, seats=5, access="booking", start=factories.START)
        factories.make_booking(event, person)
        gate = factories.make_gate(conference)
        now = clock.now()
        db.session.add_all(
            [
                Scan(
                    key="a" * 36, conference_id=conference.id, gate_id=gate.id, registration_id=person.id,
                    kind=ScanKind.IN, note="Forgot the badge", at=now, received_at=now,
                ),
                Attendance(event_id=event.id, registration_id=person.id, at=now),
                ConfirmationLetter(
                    registration_id=person.id, code="CODE", language="en", issued_at=now, name="Nadia Named"
                ),
                RegistrationStep(
                    registration_id=person.id, at=now, action="confirm", state=RegistrationState.CONFIRMED,
                    actor_id=user.id, actor=user.name, note="Nadia Named may come",
                ),
            ]
        )  # fmt: skip
        found = queries.person(person.id)
        assert found is not None
        service.resend(found, actor=COMMAND_LINE)
        registrar = factories.make_user()
        factories.make_role(registrar, conference, Role.REGISTRAR)
        return Here(
            conference.id, conference.slug, person.id, links.page_token(person.id, 0), event.id, registrar.get_id(),
            files.path_of(photo), files.path_of(letter),
        )  # fmt: skip


def everything_said(app: Flask, here: Here) -> str:
    """Return all that the tables say of the person and their history, as text."""
    with app.app_context():
        rows: list[Any] = [
            *db.session.execute(select(Registration.__table__).where(Registration.id == here.id)),
            *db.session.execute(select(RegistrationStep.__table__)),
            *db.session.execute(select(AuditEntry.__table__).where(AuditEntry.conference_id == here.conference_id)),
            *db.session.execute(select(Message.__table__).where(Message.conference_id == here.conference_id)),
            *db.session.execute(select(Scan.__table__)),
            *db.session.execute(select(ConfirmationLetter.__table__)),
        ]  # fmt: skip
    return "\n".join(str(tuple(row)) for row in rows)


SECRETS = ("Nadia", "nadia", "Named", "+1 555", "1980", "I plan cities", "Lift B", "Planner", "Forgot")


def test_erasing_takes_out_whoever_it_was_and_keeps_what_is_counted(app: Flask, here: Here):
    said = everything_said(app, here)
    assert [word for word in SECRETS if word not in said and word != "1980"] == []
    with app.app_context():
        with transaction():
            before = lists.counts(here.conference_id)
            assert erasing.erase(here.id, actor=PARTICIPANT)
        with transaction():
            assert not erasing.erase(here.id, actor=PARTICIPANT)
        row = db.session.get_one(Registration, here.id)
        assert (row.country, row.gender, row.erased_at is not None) == ("KE", Gender.WOMAN, True)
        # The conference is still to come, so the place goes to others.
        assert row.state is RegistrationState.CANCELLED
        assert sum(lists.counts(here.conference_id).values()) == sum(before.values())
        for model in (Attendance, Booking, Scan):
            counted = select(func.count()).where(model.registration_id == here.id)
            assert db.session.scalar(counted) == 1, model
        for gone in (StoredFile, SealedFile):
            assert db.session.scalar(select(func.count()).select_from(gone)) == 0
    said = everything_said(app, here)
    assert [word for word in SECRETS if word in said] == []
    assert not any(path.exists() for path in (here.photo, here.letter))


def test_erasing_after_the_conference_leaves_it_as_one_who_was_there(app: Flask, here: Here):
    with app.app_context():
        with transaction():
            _over(here, days=1)
            erasing.erase(here.id, actor=PARTICIPANT)
        assert db.session.get_one(Registration, here.id).state is RegistrationState.CONFIRMED


def test_files_stay_when_the_transaction_does_not_hold(app: Flask, here: Here):
    def fail() -> None:
        with transaction():
            erasing.erase(here.id, actor=PARTICIPANT)
            raise RuntimeError

    with app.app_context():
        with pytest.raises(RuntimeError):
            fail()
        with transaction():
            db.session.get_one(Registration, here.id).door_note = None
    assert all(path.exists() for path in (here.photo, here.letter))


def _over(here: Here, *, days: int) -> None:
    """Let the conference have ended so many days ago."""
    conference = db.session.get_one(Registration, here.id).conference
    today = clock.today(conference.zone)
    conference.start_date = today - timedelta(days=days + 2)
    conference.end_date = today - timedelta(days=days)
    db.session.flush()


def test_each_kind_of_data_goes_when_its_time_is_over_and_the_audit_counts_it(app: Flask, here: Here):
    def swept(days: int) -> Registration:
        with transaction():
            _over(here, days=days)
        for _turn in range(2):  # the second one finds nothing more
            with transaction():
                retention.sweep(clock.now())
        db.session.expire_all()
        return db.session.get_one(Registration, here.id)

    with app.app_context():
        row = swept(30)
        assert row.photo_id is not None
        row = swept(31)
        assert (row.photo_id, here.photo.exists(), row.phone) == (None, False, "+1 555")
        row = swept(91)
        assert (row.phone, row.birth_date, row.nationality, row.door_note) == (None, None, None, None)
        assert row.answers["why"] == "I plan cities"
        row = swept(181)
        assert (row.answers, row.job_title, here.letter.exists()) == ({}, None, False)
        with transaction():
            for message in db.session.scalars(select(Message)):
                message.state, message.sent_at = MessageState.SENT, clock.now()
        row = swept(366)
        assert db.session.scalar(select(func.count()).select_from(Message)) == 0
        assert row.name == "Nadia Named"
        row = swept(731)
        assert (row.name, row.state) == (erasing.NOBODY, RegistrationState.CONFIRMED)
        entries = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "privacy.delete"))
        assert [entry.detail["kind"] for entry in entries] == [
            kind.value for kind in DataKind if kind is not DataKind.PASSPORT
        ]
    said = everything_said(app, here)
    assert [word for word in SECRETS if word in said] == []


def test_a_person_sees_and_takes_away_all_that_is_kept(app: Flask, client: FlaskClient, here: Here):
    page = client.get(f"{here.own}/data")
    assert page.status_code == 200
    assert "Page of the passport" in page.text
    taken = client.post(f"{here.own}/data/copy.zip")
    assert taken.status_code == 200
    with zipfile.ZipFile(io.BytesIO(taken.data)) as archive:
        names = archive.namelist()
        said = json.loads(archive.read("data.json"))
    assert len(names) == 3
    assert said["registration"]["birth_date"] == "1980-02-03"
    assert {one["question"]: one["answer"] for one in said["answers"]}["Why"] == "I plan cities"
    assert [one["code"] for one in said["letters"]] == ["CODE"]
    assert said["bookings"][0]["booking"] == "confirmed"
    assert said["bookings"][0]["came_at"] is not None
    assert said["doors"][0]["note"] == "Forgot the badge"
    assert said["passport_page"]["size"] == 8
    assert "nadia" in said["messages"][0]["text"].lower()
    plain = json.loads(client.post(f"{here.own}/data/copy.json").data)
    assert plain["registration"]["name"] == "Nadia Named"
    with app.app_context():
        actions = db.session.scalars(select(AuditEntry.action).where(AuditEntry.action == "privacy.copy"))
        assert len(actions.all()) == 2


def test_the_copy_needs_as_many_statements_for_one_event_as_for_many(app: Flask, here: Here):
    with app.app_context(), transaction():
        registration = db.session.get_one(Registration, here.id)
        copying.everything(registration)
        with statements(app) as first:
            copying.everything(registration)
        for _n in range(5):
            factories.make_booking(factories.make_event(registration.conference, seats=3), registration)
        with statements(app) as second:
            copying.everything(registration)
    assert len(first) == len(second)


def test_a_person_erases_their_data_by_their_own_page(client: FlaskClient, here: Here):
    assert "also cancels" in client.get(f"{here.own}/data/erase").text
    assert "is erased" in client.post(f"{here.own}/data/erase").text
    assert client.get(here.own).status_code == 404
    assert client.get(f"{here.own}/data").status_code == 404


def test_others_see_who_agreed_by_category_and_nobody_s_address(app: Flask, client: FlaskClient, here: Here):
    with app.app_context(), transaction():
        conference = db.session.get_one(Registration, here.id).conference
        unlisted = factories.make_category(conference)
        factories.make_registration(conference, name="Quiet Quinn", search_text="quiet quinn")
        factories.make_registration(conference, category=unlisted, name="Hidden Hana", listed=True)
        waiting = factories.make_registration(
            conference, name="Wanda Waits", listed=True, state=RegistrationState.IN_REVIEW, confirmed_at=None
        )
        token = links.page_token(waiting.id, 0)
        category_id = db.session.scalars(select(Category.id).where(Category.listed)).one()
    page = client.get(f"{here.own}/participants").text
    assert "Nadia Named" in page
    assert not any(name in page for name in ("Quinn", "Hana", "Wanda"))
    assert "Nadia Named" in client.get(f"{here.own}/participants?q=nadia&category={category_id}").text
    with app.app_context(), transaction():
        db.session.get_one(Registration, here.id).search_text = "nadia named | nadia@example.org"
    assert "1 person" in client.get(f"{here.own}/participants?q=nadia").text
    assert "0 people" in client.get(f"{here.own}/participants?q=example.org").text
    assert client.get(f"/en/registrations/{token}/participants").status_code == 404
    client.post(f"{here.own}/data/listed", data={"on": "0"})
    assert "0 people" in client.get(f"{here.own}/participants").text


def test_a_person_withdraws_one_agreement_and_the_others_stand(app: Flask, client: FlaskClient, here: Here):
    with app.app_context(), transaction():
        person = db.session.get_one(Registration, here.id)
        assert person.form is not None
        for key in ("photos", "news"):
            db.session.add(
                Question(
                    questionnaire_id=person.form.questionnaire_id, key=key, kind=QuestionKind.CONSENT,
                    labels={"en": f"Agree to {key}"}, helps={},
                )
            )  # fmt: skip
        db.session.flush()
        db.session.refresh(person.form.questionnaire)
        person.answers = {**person.answers, "photos": True, "news": True}
        consents.record(person, person.form, before={}, language="en")
    page = client.get(f"{here.own}/data").text
    assert page.count("/data/withdraw") == 2
    for _twice in range(2):
        assert client.post(f"{here.own}/data/withdraw", data={"key": "photos"}).status_code == 303
    page = client.get(f"{here.own}/data").text
    assert page.count("/data/withdraw") == 1
    assert "taken back on" in page
    with app.app_context():
        person = db.session.get_one(Registration, here.id)
        assert (person.answers.get("photos"), person.answers["news"]) == (None, True)
        given = {one.key: one.withdrawn_at for one in consents.of(here.id)}
        assert given["news"] is None
        assert given["photos"] is not None
        entry = db.session.scalars(
            select(AuditEntry).where(AuditEntry.action == "privacy.consent_withdrawn")
        ).one()
        assert entry.detail == {"consent": "photos"}
        said = {one["text"]: one["withdrawn_at"] for one in copying.everything(person)["consents"]}
        assert said["Agree to photos"] is not None


@pytest.mark.sqlite_only
def test_a_registrar_sets_how_long_data_is_kept_and_sees_who_looked(
    app: Flask, client: FlaskClient, here: Here
):
    sign_in(client, here.registrar)
    address = f"/manage/{here.slug}/registration/privacy"
    client.post(f"{here.own}/data/copy.json")
    page = client.get(address).text
    assert "Took a copy of their own data" in page
    kept = {"photo": "1", "door": "2", "identity": "3", "answers": "4", "messages": "5", "person": ""}
    assert client.post(address, data=kept).status_code == 303
    with app.app_context():
        settings = db.session.get_one(RegistrationSettings, here.conference_id)
        assert settings.retention["photo"] == 1
        assert settings.retention["person"] is None
    refused = client.post(address, data={**kept, "photo": "99999"})
    assert refused.status_code == 422
    assert "99999" in refused.text


@pytest.mark.sqlite_only
def test_an_officer_erases_for_somebody_who_asks(app: Flask, client: FlaskClient, here: Here):
    sign_in(client, here.registrar)
    address = f"/manage/{here.slug}/registration/{here.id}"
    assert "Erase this person" in client.get(address).text
    assert client.post(f"{address}/erase").status_code == 303
    assert "was erased" in client.get(address).text
    assert client.get(f"/manage/{here.slug}/registration/999999/erase").status_code == 404
