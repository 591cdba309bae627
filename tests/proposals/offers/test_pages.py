"""The pages of offers, changes and reports: who may do what on them, what they say, and that they keep what was typed."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from eventsapp.accounts.enums import Permission
from eventsapp.conferences import tasks
from eventsapp.core import clock
from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from eventsapp.programme import releases
from eventsapp.programme.enums import Access
from eventsapp.programme.models import Event
from eventsapp.proposals.enums import OfferState, ProposalState
from eventsapp.proposals.models import Proposal
from eventsapp.proposals.offers import changes, queries, reports
from eventsapp.proposals.offers.models import EventReport
from tests import factories
from tests.proposals.offers.support import OFFICER, make
from tests.support.signing import sign_in
from tests.support.statements import statements
from tests.support.workspace import Workspace, make_workspace

pytestmark = pytest.mark.sqlite_only
P = ProposalState
OFFERS = "/manage/{slug}/calls/side-events/offers/"


@dataclass
class Scene:
    """A call with a proposal in each of some states, whose lead Fanny acts for; Colin acts for a co-organizer."""

    workspace: Workspace
    ids: dict[str, int] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)

    def client(self, who: str) -> FlaskClient:
        if who not in self.people:
            return self.workspace.client(who)
        client = self.workspace.app.test_client()
        sign_in(client, self.people[who])
        return client

    def path(self, text: str) -> str:
        return text.format(slug=self.workspace.slug, **self.ids)


@pytest.fixture
def scene(app: Flask) -> Scene:
    made = Scene(make_workspace(app, contact_email="events@example.org"))
    with app.app_context(), transaction():
        conference = made.workspace.conference()
        call = factories.make_call(conference, slug="side-events", approve_changes=True)
        lead, partner = factories.make_organization(names={"en": "Lead"}), factories.make_organization()
        fanny, colin = factories.make_user(name="Fanny"), factories.make_user(name="Colin")
        factories.make_member(fanny, lead)
        factories.make_member(colin, partner)
        made.people |= {"fanny": fanny.get_id(), "colin": colin.get_id()}
        for state in (P.ACCEPTED, P.OFFERED, P.WAITLISTED, P.CONFIRMED):
            event = factories.make_event(conference, leads=[lead]) if state is P.CONFIRMED else None
            proposal = make(
                call, state, lead=lead, partners=[partner], event_id=event.id if event is not None else None
            )
            made.ids[state.value], made.codes[state.value] = proposal.id, proposal.code
            if event is not None:
                made.ids["event"] = event.id
        releases.release(conference, actor=OFFICER)
    return made


def proposal(id_: int) -> Proposal:
    return db.session.get_one(Proposal, id_)


def test_the_lead_answers_and_the_others_see_it(app: Flask, scene: Scene):
    own, accept = scene.path("/en/proposals/{offered}"), scene.path("/en/proposals/{offered}/offer/accept")
    page = scene.client("fanny").get(own).get_data(as_text=True)
    assert "Answer the offer of a place before" in page
    assert accept in page
    page = scene.client("colin").get(own).get_data(as_text=True)
    assert "The lead organization has to answer" in page
    assert accept not in page
    assert scene.client("colin").post(accept).status_code == 403
    assert scene.client("stranger").post(accept).status_code == 404
    assert scene.client("programme_officer").post(accept).status_code == 404
    fanny = scene.client("fanny")
    assert fanny.post(accept).status_code == 302
    # A double click leads to the same place.
    assert fanny.post(accept).status_code == 302
    assert "Your event" in fanny.get(own).get_data(as_text=True)


def test_another_slot_is_asked_for_and_offered(app: Flask, scene: Scene):
    fanny, officer = scene.client("fanny"), scene.client("programme_officer")
    change = scene.path("/en/proposals/{offered}/offer/change")
    assert fanny.post(change).status_code == 422
    sent = {"wish": "After Wednesday", "wished_days": "2027-06-16", "wished_halves": "afternoon"}
    assert fanny.post(change, data=sent).status_code == 302
    assert fanny.get(change).status_code == 409
    page = officer.get(scene.path(OFFERS)).get_data(as_text=True)
    assert "After Wednesday" in page
    assert "Wednesday 16 June and Afternoon" in page
    offer = scene.path("/manage/{slug}/proposals/") + scene.codes["offered"] + "/offer"
    room = scene.workspace.ids["rooms"]
    slot = {"format": "hybrid", "day": "2027-06-16", "starts": "13:15", "ends": "14:45", "room_id": room}
    kept = officer.post(offer, data={**slot, "note": "Thursday is full.", "due_at": "2020-01-01T10:00"})
    assert kept.status_code == 422
    assert "Thursday is full." in kept.get_data(as_text=True)
    assert officer.post(offer, data=slot).status_code == 302
    page = fanny.get(scene.path("/en/proposals/{offered}")).get_data(as_text=True)
    assert "13:15–14:45" in page
    # The same room at the same time is not offered twice, and the form says whose it is.
    other = officer.post(offer.replace(scene.codes["offered"], scene.codes["accepted"]), data=slot)
    assert other.status_code == 422
    assert f"This room is taken at this time: {scene.codes['offered']}." in other.get_data(as_text=True)


def test_places_are_offered_in_bulk_given_back_and_passed_on(app: Flask, scene: Scene):
    officer, fanny = scene.client("programme_officer"), scene.client("fanny")
    assert officer.post(scene.path(OFFERS)).status_code == 422
    assert officer.post(scene.path(OFFERS), data={"proposal": scene.ids["accepted"]}).status_code == 302
    decline = scene.path("/en/proposals/{accepted}/offer/decline")
    assert fanny.post(decline, data={"reason": "No money"}).status_code == 302
    page = officer.get(scene.path(OFFERS)).get_data(as_text=True)
    assert f"Offer to the next: {scene.codes['waitlisted']}" in page
    with app.app_context():
        left = queries.newest_offer(scene.ids["accepted"])
        assert left is not None
        where = scene.path("/manage/{slug}/offers/") + str(left.id)
    with app.test_request_context():
        found = tasks.tasks(scene.workspace.conference(), frozenset({Permission.DECIDE_PROPOSALS}))
        said = [task.text for task in found]
    assert f"1 place is free; next on the waiting list: {scene.codes['waitlisted']}." in said
    assert officer.post(f"{where}/pass-on", data={"format": "virtual", "same_slot": "y"}).status_code == 302
    assert officer.post(f"{where}/pass-on", data={"format": "same"}).status_code == 409
    with app.app_context():
        assert proposal(scene.ids["waitlisted"]).state is P.OFFERED


def test_who_reaches_the_officers_pages(app: Flask, scene: Scene):
    with app.app_context(), transaction():
        change = factories.make_change(proposal(scene.ids["confirmed"]))
        report = factories.make_report(change.event)
        ids = (change.id, report.id)
    pages = [OFFERS, OFFERS + "changes/", "/manage/{slug}/calls/side-events/reports/"]
    pages += [f"/manage/{{slug}}/changes/{ids[0]}", f"/manage/{{slug}}/reports/{ids[1]}"]
    for who, status in (("programme_officer", 200), ("viewer", 200), ("reviewer", 403), ("fanny", 404)):
        for page in pages:
            assert scene.client(who).get(scene.path(page)).status_code == status, (who, page)
    # A viewer sees and does nothing; another conference's officers see nothing.
    for action in (f"changes/{ids[0]}/approve", f"reports/{ids[1]}/waive"):
        assert scene.client("viewer").post(f"/manage/{scene.workspace.slug}/{action}").status_code == 403
        elsewhere = f"/manage/{scene.workspace.other}/{action}"
        assert scene.client("administrator").post(elsewhere).status_code == 404


def test_organizers_change_their_event_and_an_officer_approves(app: Flask, scene: Scene):
    edit = scene.path("/en/proposals/{confirmed}/event")
    colin, officer = scene.client("colin"), scene.client("programme_officer")
    assert colin.get(edit).status_code == 200
    with app.app_context():
        seen = json.dumps(changes.texts_of(db.session.get_one(Event, scene.ids["event"])).marks)
    refused = colin.post(edit, data={"seen": seen, "summaries-en": "Kept while refused"})
    assert refused.status_code == 422
    assert "Kept while refused" in refused.get_data(as_text=True)
    typed = {
        "seen": seen,
        "titles-en": "Streets for all",
        "speakers-0-name": "Ana Paz",
        "speakers-0-role": "chair",
    }
    assert colin.post(edit, data=typed).status_code == 302
    clash = colin.post(edit, data={**typed, "titles-en": "Streets for few"})
    assert clash.status_code == 422
    assert "Streets for all" in clash.get_data(as_text=True)
    with app.app_context():
        pending = changes.pending_of(scene.ids["event"])
        assert pending is not None
        where, mark = (
            f"/manage/{scene.workspace.slug}/changes/{pending.id}",
            changes.seen_of(changes.parts_of(pending)),
        )
    page = officer.get(where).get_data(as_text=True)
    assert "<ins>" in page
    assert "Ana Paz" in page
    assert officer.post(f"{where}/approve", data={"seen": "x", "part": "titles.en"}).status_code == 422
    assert officer.post(f"{where}/refuse").status_code == 422
    assert (
        officer.post(f"{where}/approve", data={"seen": mark, "part": ["titles.en", "speakers"]}).status_code
        == 302
    )
    public = app.test_client().get(f"/en/{scene.workspace.slug}/programme").get_data(as_text=True)
    assert "Streets for all" in public


def test_a_file_waits_unseen_until_it_is_approved(app: Flask, scene: Scene):
    materials = scene.path("/en/proposals/{confirmed}/event/materials")
    fanny, officer = scene.client("fanny"), scene.client("programme_officer")
    assert fanny.post(materials, data={"titles-en": "Site", "url": "javascript:alert(1)"}).status_code == 422
    sent = {"titles-en": "Programme", "file": (io.BytesIO(b"%PDF-1.7 ours"), "ours.pdf")}
    assert fanny.post(materials + "/file", data=sent).status_code == 302
    with app.app_context():
        pending = changes.pending_of(scene.ids["event"])
        assert pending is not None
        file_id = pending.changes["materials"][1][0]["file"]
        where = f"/manage/{scene.workspace.slug}/changes/{pending.id}/files/"
    handed = officer.get(f"{where}{file_id}")
    assert handed.data == b"%PDF-1.7 ours"
    assert handed.headers["Content-Disposition"].startswith("attachment")
    handed.close()
    assert officer.get(f"{where}{file_id + 1}").status_code == 404
    for client in (app.test_client(), fanny):
        assert client.get(f"/files/{file_id}/ours.pdf").status_code == 404
    assert fanny.post(scene.path("/en/proposals/{confirmed}/event/take-back")).status_code == 302
    assert fanny.post(scene.path("/en/proposals/{confirmed}/event/take-back")).status_code == 409


def test_after_the_lock_the_page_says_whom_to_write_to(app: Flask, scene: Scene):
    with app.app_context(), transaction():
        proposal(scene.ids["confirmed"]).call.lock_at = clock.now()
    edit = scene.path("/en/proposals/{confirmed}/event")
    page = scene.client("fanny").get(edit)
    assert page.status_code == 200
    assert "events@example.org" in page.get_data(as_text=True)
    assert "<textarea" not in page.get_data(as_text=True)
    assert scene.client("fanny").post(edit, data={"titles-en": "Late"}).status_code == 409


def test_a_report_is_written_read_and_exported(app: Flask, scene: Scene):
    report = scene.path("/en/proposals/{confirmed}/report")
    fanny, officer = scene.client("fanny"), scene.client("programme_officer")
    assert fanny.get(report).status_code == 404
    with app.app_context(), transaction():
        event = db.session.get_one(Event, scene.ids["event"])
        made = factories.make_report(event, due_at=clock.now() - timedelta(days=1))
        registration = factories.make_registration(scene.workspace.conference())
        event.seats, event.access = 5, Access.BOOKING
        db.session.flush()
        factories.make_booking(event, registration)
        report_id = made.id
    page = fanny.get(report).get_data(as_text=True)
    assert "1 seat was booked." in page
    picture = (io.BytesIO(b"\xff\xd8\xff us"), "us.jpg")
    assert fanny.post(report, data={"outcome": "=1+1", "file": picture}).status_code == 302
    assert fanny.post(report, data={"outcome": "=1+1", "send": "1"}).status_code == 422
    listed = officer.get(scene.path("/manage/{slug}/calls/side-events/reports/?state=overdue"))
    assert "Overdue" in listed.get_data(as_text=True)
    assert fanny.post(report, data={"outcome": "=1+1", "attendance": "40", "send": "1"}).status_code == 302
    with app.app_context():
        found = db.session.get_one(EventReport, report_id)
        [kept] = reports.files_of(found)
        file_id = kept.id
    one = f"/manage/{scene.workspace.slug}/reports/{report_id}"
    assert "us.jpg" in officer.get(one).get_data(as_text=True)
    for client, where, status in (
        (officer, f"{one}/files/{file_id}", 200),
        (fanny, f"{report}/files/{file_id}", 200),
        (fanny, f"{report}/files/{file_id + 1}", 404),
        (scene.client("stranger"), f"{report}/files/{file_id}", 404),
        (app.test_client(), f"/files/{file_id}/us.jpg", 404),
    ):
        answer = client.get(where)
        assert answer.status_code == status, where
        answer.close()
    export = officer.get(scene.path("/manage/{slug}/calls/side-events/reports/export.csv")).get_data(
        as_text=True
    )
    assert "'=1+1" in export
    assert officer.post(f"{one}/reopen").status_code == 302
    assert officer.post(f"{one}/reopen").status_code == 409
    assert officer.post(f"{one}/waive").status_code == 302


def test_the_list_takes_the_same_statements_for_many(app: Flask, scene: Scene):
    officer = scene.client("programme_officer")

    def count() -> int:
        with statements(app) as sent:
            assert officer.get(scene.path(OFFERS)).status_code == 200
        return len(sent)

    officer.get(scene.path(OFFERS))
    few = count()
    with app.app_context(), transaction():
        call = proposal(scene.ids["accepted"]).call
        for state in (P.ACCEPTED, P.OFFERED, P.WAITLISTED, P.LAPSED):
            for _n in range(5):
                one = make(call, state)
                if state is P.LAPSED:
                    factories.make_offer(one, state=OfferState.LAPSED, answered_at=clock.now())
    assert count() <= few + 1
