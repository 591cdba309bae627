"""What everybody sees of calls, and until when."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from eventsapp.conferences.enums import ConferenceState
from eventsapp.core import clock, renames
from eventsapp.core.audit import COMMAND_LINE
from eventsapp.core.files import store_document
from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from eventsapp.proposals.calls import service
from eventsapp.proposals.eligibility import Rules, Scope
from eventsapp.proposals.enums import LatePolicy, ProposalState
from eventsapp.proposals.models import Call, Proposal
from eventsapp.questions.enums import QuestionKind
from tests import factories

OPENS, CLOSES = datetime(2027, 1, 10, 14, 0, tzinfo=UTC), datetime(2027, 2, 11, 4, 59, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """``at(instant)`` sets the clock."""

    def set_clock(now: datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: now)

    return set_clock


@pytest.fixture
def base(app: Flask, at: Callable[[datetime], None]) -> str:
    """The address of a conference with a published call and one that is not; in the middle of the time to propose."""
    at(OPENS + timedelta(days=1))
    with app.app_context(), transaction():
        conference = factories.make_conference(slug="quito")
        call = factories.make_call(
            conference, slug="side-events", names={"en": "Side events", "ar": "الفعاليات الجانبية"},
            descriptions={"en": "**Propose** one. <script>alert(1)</script>"}, opens_at=OPENS, closes_at=CLOSES,
            rules=Rules(one_proposal=Scope.LEAD, least_partners=1).to_json(), lengths=[60, 90], summary_words=77,
        )  # fmt: skip
        factories.make_question(
            call,
            QuestionKind.LONG_TEXT,
            key="change",
            labels={"en": "What will change?"},
            limits={"most": 150},
        )
        factories.make_call(conference, slug="hidden", names={"en": "Hidden call"}, published=False)
    return "/en/quito"


def test_a_call_says_all_that_is_needed_to_propose(app: Flask, base: str):
    client = app.test_client()
    page = client.get(f"{base}/calls/side-events").text
    for said in (
        "<strong>Propose</strong> one.",
        "An organization may lead one proposal.",
        "A proposal needs at least 1 co-organizer that has consented.",
        "10 February 2027",
        "23:59",
        "Ecuador Time",
        "60 min, 90 min",
        "a summary of at most 77 words",
        "What will change?",
        "At most 150 words.",
        "Late proposals are refused.",
    ):
        assert said in page, said
    assert "<script>alert" not in page
    arabic = client.get("/ar/quito/calls/side-events").text
    assert "الفعاليات الجانبية" in arabic
    listed = client.get(f"{base}/calls").text
    assert "Side events" in listed
    assert "Hidden call" not in listed
    assert client.get(f"{base}/calls/hidden").status_code == 404
    assert "/en/quito/calls/side-events</loc>" in client.get(f"{base}/sitemap.xml").text


def test_pages_change_at_the_instant_at_which_a_call_opens_and_closes(
    app: Flask, base: str, at: Callable[[datetime], None]
):
    """Though nothing was written: the finished pages of the layer in front are good until then, and no longer."""
    client = app.test_client()

    def seen() -> tuple[bool, bool, bool, bool]:
        page, front = client.get(f"{base}/calls/side-events").text, client.get(f"{base}/").text
        programme = client.get(f"{base}/programme").text
        link = 'href="/en/quito/calls"'
        return "badge-good" in page, "Opens on" in front, "Open until" in front, link in programme

    at(OPENS - SECOND)
    assert seen() == (False, True, False, True)
    at(OPENS)
    assert seen() == (True, False, True, True)
    at(CLOSES - SECOND)
    assert seen() == (True, False, True, True)
    at(CLOSES)
    assert seen() == (False, False, False, False)
    with app.app_context(), transaction():
        db.session.scalars(select(Call).where(Call.slug == "side-events")).one().late = LatePolicy.WAITLIST
    assert seen() == (False, False, False, True)
    assert "Late proposals go straight to the waiting list." in client.get(f"{base}/calls").text


def test_what_organizers_change_is_seen_at_once(app: Flask, base: str):
    client = app.test_client()
    assert "What will change?" in client.get(f"{base}/calls/side-events").text
    with app.app_context(), transaction():
        call = db.session.scalars(select(Call).where(Call.slug == "side-events")).one()
        call.questionnaire.questions[0].labels = {"en": "What will be different?"}
    assert "What will be different?" in client.get(f"{base}/calls/side-events").text
    with app.app_context(), transaction():
        call = db.session.scalars(select(Call).where(Call.slug == "side-events")).one()
        renames.rename(call, "events", keep=True)
    moved = client.get(f"{base}/calls/side-events")
    assert (moved.status_code, moved.location) == (301, "/en/quito/calls/events")
    with app.app_context(), transaction():
        call = db.session.scalars(select(Call).where(Call.slug == "events")).one()
        service.withdraw(call, actor=COMMAND_LINE)
    assert client.get(f"{base}/calls/events").status_code == 404
    assert "There are no calls now" in client.get(f"{base}/calls").text


@pytest.mark.sqlite_only
def test_calls_of_a_draft_are_nobody_s(app: Flask, base: str):
    with app.app_context(), transaction():
        call = db.session.scalars(select(Call).where(Call.slug == "side-events")).one()
        call.conference.state = ConferenceState.DRAFT
    client = app.test_client()
    assert client.get(f"{base}/calls").status_code == 404
    assert client.get(f"{base}/calls/side-events").status_code == 404


def test_an_event_shows_the_answers_to_public_questions_and_nothing_else(app: Flask):
    with app.app_context(), transaction():
        conference = factories.make_conference(slug="lima")
        call = factories.make_call(conference)
        files = [
            store_document(io.BytesIO(b"%PDF-1.7 " + name.encode()), f"{name}.pdf")
            for name in ("shown", "hidden")
        ]
        db.session.flush()
        kinds = QuestionKind
        for key, kind, public in (
            ("gain", kinds.TEXT, True), ("budget", kinds.TEXT, False), ("paper", kinds.FILE, True),
            ("accounts", kinds.FILE, False), ("more", kinds.TEXT, True),
        ):  # fmt: skip
            factories.make_question(call, kind, key=key, public=public, labels={"en": f"About {key}"})
        call.questionnaire.questions[-1].condition = {"key": "budget", "values": ["large"]}
        event = factories.make_event(conference, code="SE-007", start=factories.START)
        proposal = factories.make_proposal(
            call, state=ProposalState.CONFIRMED, event_id=event.id,
            answers={"gain": "Much <b>gain</b>", "budget": "small", "paper": files[0].id, "accounts": files[1].id,
                     "more": "Not asked"},
        )  # fmt: skip
        factories.release(conference)
        id_, paper_id = proposal.id, files[0].id
    client = app.test_client()
    page = client.get("/en/lima/events/SE-007").text
    assert "Much &lt;b&gt;gain&lt;/b&gt;" in page
    assert "shown.pdf" in page
    for hidden in ("small", "hidden.pdf", "About budget", "Not asked"):
        assert f">{hidden}" not in page
    paper = client.get("/en/lima/events/SE-007/files/paper")
    assert paper.data == b"%PDF-1.7 shown"
    assert paper.headers["Content-Disposition"].startswith("attachment")
    paper.close()
    for key in ("accounts", "gain", "nothing"):
        assert client.get(f"/en/lima/events/SE-007/files/{key}").status_code == 404
    # The general address of files knows neither of them.
    assert client.get(f"/files/{paper_id}/shown.pdf").status_code == 404
    with app.app_context(), transaction():
        changed = db.session.get_one(Proposal, id_)
        changed.answers = {**changed.answers, "gain": "Little", "budget": "large"}
    page = client.get("/en/lima/events/SE-007").text
    assert "Little" in page
    assert "Not asked" in page
