"""Registering by a form, one's own page in every state, several people in one go, and the set-up: through real requests."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select

from eventsapp.accounts.enums import Role
from eventsapp.conferences.models import Conference
from eventsapp.core import clock, files, kept
from eventsapp.core.audit import COMMAND_LINE, AuditEntry
from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from eventsapp.mail.models import Message
from eventsapp.questions import service as questions
from eventsapp.questions.enums import QuestionKind
from eventsapp.questions.service import QuestionData
from eventsapp.registration import links
from eventsapp.registration.enrolment import sealed
from eventsapp.registration.enums import Approval, RegistrationState, WaitlistMode
from eventsapp.registration.models import Category, Registration, RegistrationForm, RegistrationSettings
from tests import factories
from tests.support.signing import sign_in

pytestmark = pytest.mark.sqlite_only
S = RegistrationState
NONE = ""
"""No file was chosen."""


class Stage(NamedTuple):
    slug: str
    registrar: str
    desk: str
    participant: str
    plain_id: int
    press_id: int


@pytest.fixture
def stage(app: Flask) -> Stage:
    """A conference with the category press, which has a form and a registrar, and guests, who need neither."""
    with app.test_request_context(), transaction():
        conference = factories.make_conference(registration_opens_at=clock.now() - timedelta(days=1))
        form = factories.make_form(conference, details={"photo": True, "passport": True, "gender": False})
        agree = QuestionData(labels={"en": "I keep the rules"}, required=True)
        questions.add(form.questionnaire, QuestionKind.CONSENT, agree, default="en", actor=COMMAND_LINE)
        press = factories.make_category(
            conference, slug="press", names={"en": "Press"}, form_id=form.id, approval=Approval.REGISTRAR
        )
        plain = factories.make_category(conference, slug="guests", names={"en": "Guests"})
        people = [factories.make_user() for _n in range(3)]
        factories.make_role(people[0], conference, Role.REGISTRAR)
        factories.make_role(people[1], conference, Role.DESK_OFFICER)
        ids = [one.get_id() for one in people]
        return Stage(conference.slug, ids[0], ids[1], ids[2], plain.id, press.id)


def picture(size: tuple[int, int] = (40, 30)) -> tuple[io.BytesIO, str]:
    made = io.BytesIO()
    Image.new("RGB", size, "navy").save(made, "PNG")
    made.seek(0)
    return made, "me.png"


def typed(**over: Any) -> dict[str, Any]:
    usual = {"name": "Ana Ruiz", "email": "ana@example.org", "country": "EC", "organization": "El Diario"}
    return {**usual, "q-i-keep-the-rules": "y", "photo": picture(), "passport": picture(), **over}


def text(response: Any) -> str:
    found: str = response.get_data(as_text=True)
    return found


def registered(app: Flask) -> dict[str, RegistrationState]:
    with app.app_context():
        rows = db.session.execute(select(Registration.email, Registration.state).order_by(Registration.id))
        return {email: state for email, state in rows}  # noqa: C416


def last_link(app: Flask) -> str:
    with app.app_context():
        body = db.session.scalars(select(Message.text_body).order_by(Message.id.desc()).limit(1)).one()
        found = re.search(r"http://localhost(/\S*/registrations/\S+)", body)
        assert found is not None
        return found[1]


def own(app: Flask, **over: Any) -> tuple[int, str]:
    """A registration of the press, and the path of its page."""
    with app.app_context(), transaction():
        press = db.session.scalars(select(Category).where(Category.slug == "press")).one()
        conference = db.session.get_one(Conference, press.conference_id)
        usual: Mapping[str, Any] = {"form_id": press.form_id, "address_confirmed_at": clock.now()}
        made = factories.make_registration(conference, category=press, **{**usual, **over})
        return made.id, links.page_path(made.id, 0, "en")


def test_from_the_choice_of_a_category_to_the_registrar(
    app: Flask, client: FlaskClient, stage: Stage
) -> None:
    chooser = text(client.get(f"/en/{stage.slug}/register"))
    assert f"/en/{stage.slug}/register/as/press" in chooser
    here = f"/en/{stage.slug}/register/as/press"
    assert "I keep the rules" in text(client.get(here))
    # What is missing is said beside the fields, and nothing is kept.
    refused = client.post(here, data=typed(photo=NONE, **{"q-i-keep-the-rules": ""}))
    assert refused.status_code == 422
    assert "This has to be agreed to." in text(refused)
    assert registered(app) == {}
    assert client.post(here, data=typed(passport=(io.BytesIO(b"MZ"), "page.pdf"))).status_code == 422
    answer = client.post(here, data=typed(**{"photo-zoom": "2"}))
    assert (answer.status_code, answer.location) == (303, f"/en/{stage.slug}/register/sent")
    assert registered(app) == {"ana@example.org": S.SUBMITTED}
    page = client.post(last_link(app)).location
    assert registered(app) == {"ana@example.org": S.IN_REVIEW}
    assert "The organizers look at your registration" in text(client.get(page))
    with client.get(f"{page}/photo") as shown:
        assert shown.mimetype == "image/webp"
    with app.app_context():
        assert sealed.of(db.session.scalars(select(Registration.id)).one()) is not None


def test_a_draft_is_saved_and_handed_in_by_its_own_address(
    app: Flask, client: FlaskClient, stage: Stage
) -> None:
    here = f"/en/{stage.slug}/register/as/press"
    client.post(here, data=typed(photo=NONE, passport=NONE, draft="1", **{"q-i-keep-the-rules": ""}))
    assert registered(app) == {"ana@example.org": S.DRAFT}
    page = last_link(app)
    assert "Your registration is not handed in yet" in text(client.get(page))
    assert client.get(f"{page}/change").location == f"{page}/form"
    # What is there is kept, files too; then it is said what is missing.
    answer = client.post(f"{page}/form", data=typed(passport=NONE, hand_in="1", language="en"))
    assert answer.location == f"{page}/form?missing=1"
    asked = text(client.get(answer.location))
    assert "Saved, but not handed in" in asked
    assert f"{page}/photo" in asked
    done = client.post(f"{page}/form", data=typed(photo=NONE, hand_in="1", language="fr"))
    assert done.location == page
    assert registered(app) == {"ana@example.org": S.IN_REVIEW}


def test_the_answer_is_the_same_whoever_is_registered(app: Flask, client: FlaskClient, stage: Stage) -> None:
    own(app, email="ana@example.org", name="The first Ana")
    here = f"/en/{stage.slug}/register/as/press"
    answers = [client.post(here, data=typed(email=email)) for email in ("ana@example.org", "new@example.org")]
    assert [(one.status_code, one.location) for one in answers] == [
        (303, f"/en/{stage.slug}/register/sent")
    ] * 2
    with app.app_context():
        assert db.session.scalars(select(Registration.name).order_by(Registration.id)).all() == [
            "The first Ana",
            "Ana Ruiz",
        ]
        assert db.session.scalars(select(Message.template).order_by(Message.id)).all() == [
            "registration_link",
            "confirm_registration",
        ]


@pytest.mark.parametrize("state", list(S))
def test_the_own_page_says_every_state_in_words(
    app: Flask, client: FlaskClient, stage: Stage, state: RegistrationState
) -> None:
    more: dict[RegistrationState, dict[str, Any]] = {
        S.WAITLISTED: {"position": 1},
        S.OFFERED: {"offer_until": clock.now() + timedelta(days=1)},
        S.CANCELLED: {"cancelled_at": clock.now()},
    }
    _id, page = own(app, state=state, **more.get(state, {}))
    said = {
        S.DRAFT: "Your registration is not handed in yet",
        S.SUBMITTED: "Your e-mail address is not confirmed yet",
        S.ENDORSING: "focal point looks at your registration",
        S.IN_REVIEW: "The organizers look at your registration",
        S.RETURNED: "Complete your registration and send it again",
        S.WAITLISTED: "You are on the waiting list",
        S.OFFERED: "has become free for you.",
        S.CONFIRMED: "Registered",
        S.REJECTED: "Your registration was not approved",
        S.CANCELLED: "This registration is cancelled",
        S.WITHDRAWN: "This registration was withdrawn",
    }[state]
    assert said in text(client.get(page))
    writable = state not in (S.REJECTED, S.CANCELLED, S.WITHDRAWN)
    assert client.get(f"{page}/form").status_code == (200 if writable else 303)


def test_several_people_in_one_go(app: Flask, client: FlaskClient, stage: Stage) -> None:
    _id, page = own(app, organization_name="El Diario", email="first@example.org")
    rows = {
        "name-0": "Bo Lind", "email-0": "bo@example.org", "category_id-0": str(stage.plain_id),
        "name-2": "Cy Young", "email-2": "cy@example.org", "category_id-2": str(stage.press_id),
    }  # fmt: skip
    wrong = client.post(f"{page}/people", data={**rows, "email-2": "nowhere"})
    assert wrong.status_code == 422
    assert len(registered(app)) == 1
    assert client.post(f"{page}/people", data=rows).status_code == 303
    assert registered(app) == {
        "first@example.org": S.CONFIRMED,
        "bo@example.org": S.SUBMITTED,
        "cy@example.org": S.DRAFT,
    }
    shown = text(client.get(f"{page}/people"))
    assert "Bo Lind" in shown
    assert "Cy Young" in shown
    with app.app_context():
        people = db.session.scalars(select(Registration)).all()
        assert {one.organization_name for one in people} == {"El Diario"}
        assert len({one.group_key for one in people}) == 1


def test_only_registrars_open_a_passport_and_each_look_is_recorded(
    app: Flask, client: FlaskClient, stage: Stage
) -> None:
    id_, _page = own(app)
    with app.app_context(), transaction():
        sealed.keep(db.session.get_one(Registration, id_), io.BytesIO(b"%PDF-1.7 the page"))
    here = f"/manage/{stage.slug}/registration/{id_}/passport"
    sign_in(client, stage.desk)
    assert client.post(here).status_code == 403
    sign_in(client, stage.registrar)
    assert client.get(here).status_code in (404, 405)
    opened = client.post(here)
    assert (opened.status_code, opened.data) == (200, b"%PDF-1.7 the page")
    assert opened.headers["Cache-Control"] == "private, no-store"
    with app.app_context():
        assert db.session.scalars(
            select(AuditEntry).where(AuditEntry.action == "registration.passport_seen")
        ).one()
    client.post(f"{here}/delete")
    assert client.post(here).status_code == 404


def test_a_form_is_set_up_with_the_builder_and_given_to_a_category(
    app: Flask, client: FlaskClient, stage: Stage
) -> None:
    sign_in(client, stage.registrar)
    base = f"/manage/{stage.slug}/registration/forms"
    answer = client.post(
        f"{base}/new", data={"names-en": "Exhibitors", "detail-phone": "required", "detail-photo": "asked"}
    )
    assert answer.location == f"{base}/exhibitors/questions"
    client.post(f"{base}/exhibitors/questions/new/text", data={"labels-en": "Stand", "required": "y"})
    client.post(f"{base}/exhibitors/questions/new/date", data={"labels-en": "Arrival"})
    client.post(f"{base}/exhibitors/questions/order", data={"key": "arrival", "to": "up"})
    listed = text(client.get(f"{base}/exhibitors/questions"))
    assert listed.index('id="question-arrival"') < listed.index('id="question-stand"')
    tried = client.post(f"{base}/exhibitors/preview", data=typed())
    assert tried.status_code == 422
    assert registered(app) == {}
    category = {
        "names-en": "Guests",
        "approval": "registrar",
        "colour": "3",
        "capacity": "2",
        "open": "y",
        "levels": "PL\nVIP",
    }
    with app.app_context():
        form = db.session.scalars(select(RegistrationForm).where(RegistrationForm.slug == "exhibitors")).one()
        assert form.details == {"phone": True, "photo": False}
        form_id = form.id
    saved = client.post(
        f"/manage/{stage.slug}/setup/categories/{stage.plain_id}", data={**category, "form_id": str(form_id)}
    )
    assert saved.status_code == 302
    with app.app_context():
        row = db.session.get_one(Category, stage.plain_id)
        assert (row.form_id, row.capacity, row.taken, row.levels) == (form_id, 2, 0, ["PL", "VIP"])
        assert (row.approval, row.colour) == (Approval.REGISTRAR, 3)
    assert "Guests" in text(client.get(f"{base}/"))
    for path in (
        "exhibitors",
        "exhibitors/questions/stand",
        "exhibitors/questions/stand/delete",
        "exhibitors/delete",
    ):
        assert client.get(f"{base}/{path}").status_code == 200
    deleted = client.post(f"{base}/exhibitors/delete")
    assert deleted.location == f"{base}/"
    sign_in(client, stage.desk)
    assert client.get(f"{base}/").status_code == 403


def test_the_settings_of_registration_are_kept(app: Flask, client: FlaskClient, stage: Stage) -> None:
    own(app)
    sign_in(client, stage.registrar)
    here = f"/manage/{stage.slug}/registration/settings/"
    values = {
        "capacity": "1", "waitlist": "closed", "offer_hours": "24", "four_eyes": "y", "overlaps": "refused",
        "release_minutes": "10", "passports_deleted_on": "2026-12-31",
    }  # fmt: skip
    assert client.post(here, data={**values, "offer_hours": "0"}).status_code == 422
    assert client.post(here, data=values).status_code == 302
    with app.app_context():
        row = db.session.scalars(select(RegistrationSettings)).one()
        assert (row.capacity, row.taken, row.four_eyes, row.release_minutes) == (1, 1, True, 10)
    assert "All places are taken." in text(client.get(f"/en/{stage.slug}/register/as/press"))


KEPT = re.compile(r'name="(photo|passport)-kept" value="([\w-]+)"')


def test_a_refused_form_keeps_the_photo_and_the_files(app: Flask, client: FlaskClient, stage: Stage) -> None:
    here = f"/en/{stage.slug}/register/as/press"
    refused = client.post(here, data=typed(country="", **{"photo-zoom": "3"}))
    assert (refused.status_code, registered(app)) == (422, {})
    assert not Path(app.config["UPLOADS"]).exists()
    kept = dict(KEPT.findall(text(refused)))
    assert set(kept) == {"photo", "passport"}
    assert "Files have to be chosen again." not in text(refused)
    assert 'value="3"' in text(refused)
    # Whoever sent the photo sees it once more; others, and other files, are not to be had.
    with client.get(f"/en/{stage.slug}/register/kept/{kept['photo']}") as shown:
        assert (shown.status_code, shown.mimetype) == (200, "image/webp")
    assert client.get(f"/en/{stage.slug}/register/kept/{'A' * 43}").status_code == 404
    # What is wrong and what is missing is said at once, not one after the other.
    twice = text(client.post(here, data=typed(email="nowhere", country="", photo=NONE)))
    assert twice.count("This field is required.") == 4
    assert "It looks like name@example.org." in twice
    # Refused once more it is the same; a file that is taken out is gone; one that is refused itself is not kept.
    again = {"photo": NONE, "passport": NONE, **{f"{name}-kept": token for name, token in kept.items()}}
    assert dict(KEPT.findall(text(client.post(here, data=typed(country="", **again))))) == kept
    without = text(client.post(here, data=typed(**again, **{"passport-remove": "y"})))
    assert "This field is required." in without
    assert set(dict(KEPT.findall(without))) == {"photo"}
    bad = text(client.post(here, data=typed(**{**again, "photo": (io.BytesIO(b"MZ"), "me.png")})))
    assert set(dict(KEPT.findall(bad))) == {"passport"}
    assert client.post(here, data=typed(**again)).location == f"/en/{stage.slug}/register/sent"
    with app.app_context():
        made = db.session.scalars(select(Registration)).one()
        assert (made.photo_id is not None, sealed.of(made.id) is not None) == (True, True)
        assert files.path_of(db.session.get_one(files.StoredFile, made.photo_id)).is_file()


def test_kept_files_are_sealed_and_go_after_a_day(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    with app.app_context():
        token = kept.keep(b"page of a passport", "ana\n.pdf")
        assert token is not None
        assert kept.read(token) == kept.Kept(b"page of a passport", "ana.pdf")
        [path] = (Path(app.config["SEALED"]) / kept.FOLDER).iterdir()
        assert (b"passport" in path.read_bytes(), token in path.name) == (False, False)
        sealed.sweep(clock.now())
        kept.forget_old(clock.now())
        assert path.exists()
        monkeypatch.setattr(kept, "MOST_BYTES", 30)
        assert kept.keep(b"one too many", "b.pdf") is None
        os.utime(path, (0, 0))
        assert kept.read(token) is None
        kept.forget_old(clock.now())
        assert not path.exists()


def test_who_cannot_get_a_place_is_told_before_the_form_and_keeps_what_was_typed(
    app: Flask, client: FlaskClient, stage: Stage
) -> None:
    def places(**taken: int) -> None:
        with app.app_context(), transaction():
            for slug, count in taken.items():
                db.session.scalars(select(Category).where(Category.slug == slug)).one().taken = count

    with app.app_context(), transaction():
        conference = db.session.scalars(select(Conference)).one()
        factories.make_settings(conference, waitlist=WaitlistMode.CLOSED)
        for slug in ("press", "guests"):
            db.session.scalars(select(Category).where(Category.slug == slug)).one().capacity = 1
        factories.make_category(conference, slug="staff", names={"en": "Staff"}, capacity=1)
    form, plain = f"/en/{stage.slug}/register/as/press", f"/en/{stage.slug}/register"
    with app.app_context(), transaction():
        db.session.scalars(select(Category).where(Category.slug == "press")).one().form_id = None
    assert "All places are taken." not in text(client.get(plain))
    places(guests=1)
    shown = text(client.get(plain))
    assert shown.count("All places are taken.") == 1
    assert 'name="name"' in shown
    someone = {"name": "Bo Lind", "email": "bo@example.org", "country": "SE", "organization": ""}
    refused = client.post(plain, data={**someone, "category_id": str(stage.plain_id)})
    assert (refused.status_code, "Bo Lind" in text(refused), registered(app)) == (422, True, {})
    assert "All places are taken." in text(refused)
    # With a place it goes on; the place is taken by somebody else before the address is confirmed.
    assert client.post(plain, data={**someone, "category_id": str(stage.press_id)}).status_code == 303
    places(press=1, staff=1)
    closed = text(client.get(plain))
    assert ('name="name"' in closed, "All places are taken." in closed) == (False, True)
    confirm = last_link(app)
    assert "All places are taken." in text(client.get(confirm))
    with app.app_context(), transaction():
        press = db.session.scalars(select(Category).where(Category.slug == "press")).one()
        press.approval = Approval.AUTOMATIC
    assert client.post(confirm).status_code == 409
    assert registered(app) == {"bo@example.org": S.SUBMITTED}
    places(press=0)
    assert client.post(confirm).status_code == 303
    assert registered(app) == {"bo@example.org": S.CONFIRMED}
    # The same for a category with a form: before it, and when it was full a moment later.
    with app.app_context(), transaction():
        press = db.session.scalars(select(Category).where(Category.slug == "press")).one()
        press.form_id = db.session.scalars(select(RegistrationForm.id)).one()
    assert 'name="name"' not in text(client.get(form))
    late = client.post(form, data=typed())
    assert (late.status_code, "Ana Ruiz" in text(late)) == (422, True)
    # A draft is kept, and its form says why it cannot be handed in.
    draft, page = own(app, email="ana@example.org", state=S.DRAFT)
    assert "All places are taken." in text(client.get(f"{page}/form"))
    answer = client.post(f"{page}/form", data=typed(hand_in="1", language="fr", name="Ana R."))
    assert answer.location == f"{page}/form?saved=1"
    with app.app_context():
        row = db.session.get_one(Registration, draft)
        assert (row.state, row.name, row.name_key) == (S.DRAFT, "Ana R.", "ana r")
