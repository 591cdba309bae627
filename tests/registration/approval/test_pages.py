"""The pages of the desk, of those who answer it, and of whoever checks a letter; the letter as paper in six languages."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from eventsapp.core import clock
from eventsapp.core.transaction import transaction
from eventsapp.core.translations import LANGUAGES
from eventsapp.extensions import db
from eventsapp.registration import life, links, places
from eventsapp.registration.approval import letters, service
from eventsapp.registration.approval.models import ConfirmationLetter
from eventsapp.registration.enums import RegistrationState, WaitlistMode
from eventsapp.registration.models import Registration
from tests import factories
from tests.registration.approval.conftest import DESK, S
from tests.support.workspace import make_workspace

pytestmark = pytest.mark.sqlite_only


@pytest.fixture
def desk(app):
    """A workspace with three people in review, and one of another conference."""
    place = make_workspace(app)
    with app.app_context(), transaction():
        conference = place.conference()
        factories.make_settings(conference, waitlist=WaitlistMode.CONSENT)
        waiting: dict[str, Any] = {
            "state": S.IN_REVIEW,
            "confirmed_at": None,
            "submitted_at": clock.now() - timedelta(days=1),
        }
        ids = [factories.make_registration(conference, name=f"Delegate {n}", **waiting).id for n in range(3)]
        other = db.session.query(type(conference)).filter_by(slug=place.other).one()
        place.ids |= {"people": ids[0], "second": ids[1], "third": ids[2]}
        place.other_ids["people"] = factories.make_registration(other, **waiting).id
    return place


def state_of(app, id_) -> RegistrationState:
    with app.app_context():
        found = db.session.get_one(Registration, id_).state
        db.session.rollback()
        return found


def token_of(app, id_) -> str:
    with app.app_context():
        row = db.session.get_one(Registration, id_)
        return links.page_token(row.id, row.secret_version)


def test_a_registrar_decides_one_after_the_other_and_many_at_once(app, desk):
    here = f"/manage/{desk.slug}/registration/approval/"
    registrar = desk.client("registrar")
    first, second, third = desk.ids["people"], desk.ids["second"], desk.ids["third"]
    page = registrar.get(here).text
    assert [f"Delegate {n}" in page for n in range(3)] == [True] * 3
    refused = registrar.post(f"{here}{first}?country=KE", data={"step": "reject", "note": " "})
    assert refused.status_code == 422
    done = registrar.post(f"{here}{first}?country=KE", data={"step": "approve", "note": "Welcome"})
    # The next one, with the filters.
    assert done.location.endswith(f"/approval/{second}?country=KE")
    assert state_of(app, first) is S.CONFIRMED
    # Of another conference there is nothing to see, and nothing to decide.
    assert registrar.get(f"{here}{desk.other_ids['people']}").status_code == 404
    registrar.post(
        f"{here}many", data={"step": "reject", "note": "No", "id": [desk.other_ids["people"], second]}
    )
    assert (state_of(app, desk.other_ids["people"]), state_of(app, second)) == (S.IN_REVIEW, S.REJECTED)
    registrar.post(f"{here}many", data={"step": "ask", "note": "Who sends you?", "all": "1"})
    assert state_of(app, third) is S.RETURNED
    assert desk.client("viewer").get(here).status_code == 403
    own = f"/en/registrations/{token_of(app, third)}"
    assert "Who sends you?" in app.test_client().get(own).text
    assert app.test_client().post(f"{own}/answer", data={"note": ""}).status_code == 422
    assert app.test_client().post(f"{own}/answer", data={"note": "My ministry"}).status_code == 303
    assert state_of(app, third) is S.IN_REVIEW
    assert "My ministry" in registrar.get(f"{here}{third}").text
    compared = registrar.post(f"{here}{third}/compare/{first}", data={"step": "first"})
    assert compared.status_code == 303
    assert state_of(app, third) is S.REJECTED


def test_an_offered_place_is_taken_on_one_s_own_page(app, desk):
    ids = [desk.ids["people"], desk.ids["second"]]
    with app.app_context(), transaction():
        places.set_capacity(desk.ids["conference"], 1)
        for id_ in ids:
            registration, held = life.hold(id_)
            life.admit(registration, held, actor=DESK)
    own = f"/en/registrations/{token_of(app, ids[1])}"
    assert "next in the queue" in app.test_client().get(own).text
    page = desk.client("registrar").get(f"/manage/{desk.slug}/registration/waiting-list/").text
    assert "Delegate 1" in page
    assert app.test_client().post(f"{own}/offer").status_code == 409
    with app.app_context(), transaction():
        places.set_capacity(desk.ids["conference"], 2)
    desk.client("registrar").post(f"/manage/{desk.slug}/registration/waiting-list/hand-on")
    assert state_of(app, ids[1]) is S.OFFERED
    assert app.test_client().post(f"{own}/offer").status_code == 303
    assert state_of(app, ids[1]) is S.CONFIRMED


def test_a_letter_is_opened_on_one_s_own_page_and_checked_by_anybody(app, desk):
    id_ = desk.ids["people"]
    with app.app_context(), transaction():
        service.approve([id_], actor=DESK)
    own = f"/en/registrations/{token_of(app, id_)}"
    issued = app.test_client().post(f"{own}/letters", data={"language": "ru"})
    answer = app.test_client().get(issued.location)
    assert (answer.status_code, answer.content_type, answer.data[:5]) == (200, "application/pdf", b"%PDF-")
    assert answer.headers["Cache-Control"] == "private, no-store"
    with app.app_context():
        code = db.session.scalars(select(ConfirmationLetter.code)).one()
        db.session.rollback()
    other = token_of(app, desk.ids["second"])
    assert app.test_client().get(f"/en/registrations/{other}/letters/{code}.pdf").status_code == 404
    check = f"/fr/{desk.slug}/letters/verify"
    # The address on the paper only fills the code in.
    filled = app.test_client().get(f"{check}?code={code}").text
    assert code in filled
    assert "Delegate 0" not in filled
    assert "Delegate 0" in app.test_client().post(check, data={"code": code}).text
    assert (
        "Delegate 0"
        not in app.test_client().post(f"/fr/{desk.other}/letters/verify", data={"code": code}).text
    )
    with app.app_context(), transaction():
        db.session.execute(update(ConfirmationLetter).values(revoked_at=clock.now()))
    assert "Delegate 0" not in app.test_client().post(check, data={"code": code}).text
    assert app.test_client().get(issued.location).status_code == 404


def test_a_letter_is_set_in_six_languages(app):
    import pypdfium2

    with app.app_context(), transaction():
        conference = factories.make_conference()
        row = factories.make_registration(
            conference, name="María Núñez", original_name="王小明", job_title="Ministra"
        )
        settings = factories.make_settings(conference, letter_signatory="Ana Director\nSecretary-General")
        settings.letter_texts = {"en": "The costs are borne by the ministry.\n\nWe ask for a visa."}
        for language in LANGUAGES:
            letter = letters.issue(row, language=language, actor=DESK)
            document = pypdfium2.PdfDocument(letters.printed(conference, row, letter))
            assert len(document) == 1, language
            text = document[0].get_textpage().get_text_range()
            assert "ez" in text, language
            document.close()
            if language != "ar":
                # There the words are handed out in the order in which they are drawn.
                assert letter.code in text, language
                assert "Ana Director" in text, language
