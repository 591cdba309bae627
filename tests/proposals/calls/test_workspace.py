"""Setting a call up: who may, what is kept, what is refused."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from eventsapp.conferences import copying
from eventsapp.conferences.enums import ConferenceState
from eventsapp.core import clock
from eventsapp.core.audit import COMMAND_LINE, AuditEntry
from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from eventsapp.organizations.enums import OrganizationType
from eventsapp.proposals.calls import service
from eventsapp.proposals.calls.rules import Window, closing_for, window
from eventsapp.proposals.eligibility import Rules, Scope
from eventsapp.proposals.enums import EventFormat, LatePolicy, ProposalState
from eventsapp.proposals.models import Call, Extension, Proposal
from eventsapp.questions.enums import QuestionKind
from eventsapp.questions.models import Question, Questionnaire
from tests import factories
from tests.support.workspace import OUTSIDERS, Workspace, make_workspace


@pytest.fixture
def workspace(app: Flask) -> Workspace:
    return make_workspace(app, zone="America/Santiago")


def one(app: Flask, model: Any = Call) -> Any:
    return db.session.scalars(select(model)).one()


TYPED: dict[str, Any] = {
    "names-en": "Side events", "names-fr": "Événements parallèles", "descriptions-en": "**Propose** events.",
    "opens_at": "2027-08-01T09:00", "closes_at": "2027-09-04T23:59", "late": "waitlist", "decision_on": "2027-11-01",
    "formats": ["in_person", "hybrid"], "lengths": "90, 60 90", "summary_words": "80", "description_words": "500",
    "consent_reminder_days": "4", "places": "20", "reviews_wanted": "2", "review_due_at": "2027-10-01T18:00",
    "blind": "y", "offer_days": "10", "offer_reminder_days": "2", "promotion": "automatic", "lock_at": "",
    "approve_changes": "y", "report_days": "21",
}  # fmt: skip


def test_a_call_is_made_published_changed_and_withdrawn(app: Flask, workspace: Workspace):
    client = workspace.client("owner")
    base = f"/manage/{workspace.slug}/calls"
    typed = {**TYPED, "type_id": str(workspace.ids["types"]), "theme_ids": str(workspace.ids["themes"])}
    before = workspace.revision()
    answer = client.post(f"{base}/new", data=typed)
    assert answer.location == f"{base}/side-events/"
    with app.app_context():
        call = one(app)
        assert call.opens_at == datetime(2027, 8, 1, 13, 0, tzinfo=UTC)
        # The last minute before Chile puts its clocks forward.
        assert call.closes_at == datetime(2027, 9, 5, 3, 59, tzinfo=UTC)
        assert (call.published, call.late, call.lengths) == (False, LatePolicy.WAITLIST, [60, 90])
        assert call.formats == [EventFormat.IN_PERSON, EventFormat.HYBRID]
        assert [theme.id for theme in call.themes] == [workspace.ids["themes"]]
        assert (call.places, call.reviews_wanted, call.blind, call.report_days) == (20, 2, True, 21)
        db.session.rollback()
    assert workspace.revision() > before
    assert client.post(f"{base}/side-events/publish").status_code == 302
    page = client.get(f"{base}/side-events/").text
    assert "23:59" in page
    changed = {**typed, "slug": "events", "theme_ids": [], "closes_at": "2027-09-10T12:00"}
    assert client.post(f"{base}/side-events/edit", data=changed).location == f"{base}/events/"
    assert client.post(f"{base}/events/withdraw").status_code == 302
    with app.app_context():
        call = one(app)
        assert (call.published, call.themes) == (False, [])
        deeds = db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
        assert deeds == ["call.create", "call.publish", "call.update", "call.withdraw"]


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        # Midnight does not exist on that day, and 23:30 comes twice on the other.
        ({"closes_at": "2027-09-05T00:30"}, "There is no 00:30 on this day in America/Santiago"),
        ({"opens_at": "2027-04-03T23:30"}, "23:30 comes twice on this day in America/Santiago"),
        ({"closes_at": "2027-07-01T00:00"}, "The call cannot close before it opens."),
        ({"review_due_at": "2027-09-01T00:00"}, "Reviews cannot be due before the call has closed."),
        ({"offer_reminder_days": "10"}, "This has to be less than the days to answer."),
        ({"lengths": "one hour"}, "Give whole numbers of minutes"),
        ({"names-en": ""}, "This field is required in English."),
        ({"type_id": "999"}, "This is not one of the choices."),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(workspace: Workspace, wrong: dict[str, str], said: str):
    typed = {**TYPED, "type_id": str(workspace.ids["types"]), **wrong}
    answer = workspace.client("owner").post(f"/manage/{workspace.slug}/calls/new", data=typed)
    assert answer.status_code == 422
    assert said in answer.text
    assert "**Propose** events." in answer.text


@pytest.fixture
def slug(app: Flask, workspace: Workspace) -> str:
    """The address of the pages of a call with a question, an extension and two proposals."""
    with app.app_context(), transaction():
        call = factories.make_call(workspace.conference(), slug="call")
        factories.make_question(
            call,
            QuestionKind.CHOICE,
            key="kind",
            options=[{"value": value, "labels": {"en": value}} for value in ("training", "panel", "other")],
        )
        factories.make_question(call, key="aims", condition={"key": "kind", "values": ["training"]})
        factories.make_question(call, key="more")
        factories.make_extension(call)
        factories.make_proposal(call, answers={"kind": "panel"})
        factories.make_proposal(call, state=ProposalState.SUBMITTED, answers={"kind": "training"})
    return f"/manage/{workspace.slug}/calls/call"


@pytest.mark.sqlite_only
def test_who_may_set_a_call_up(workspace: Workspace, slug: str):
    for who in ("programme_officer", "owner", "administrator"):
        assert workspace.client(who).get(f"{slug}/edit").status_code == 200, who
    assert workspace.client("viewer").get(f"{slug}/").status_code == 200
    for who in ("viewer", "registrar", "reviewer"):
        for page in ("edit", "rules", "extensions", "questions/", "preview/", "delete"):
            assert workspace.client(who).get(f"{slug}/{page}").status_code == 403, (who, page)
    for who in OUTSIDERS:
        assert workspace.client(who).get(f"{slug}/").status_code == 404, who
    elsewhere = slug.replace(workspace.slug, workspace.other)
    assert workspace.client("administrator").get(f"{elsewhere}/").status_code == 404


def test_rules_are_set_and_said(app: Flask, workspace: Workspace, slug: str):
    client = workspace.client("owner")
    typed = {
        "one_proposal": "lead", "lead_types": ["un_entity", "member_state"], "partners_MEMBER_STATE": ["ngo", "academia"],
        "least_partners": "1", "least_speakers": "2", "most_speakers": "6", "accredited": "any", "no_report_owed": "",
    }  # fmt: skip
    assert client.post(f"{slug}/rules", data=typed).status_code == 302
    with app.app_context():
        assert Rules.from_json(one(app).rules) == Rules(
            one_proposal=Scope.LEAD,
            lead_types=frozenset({OrganizationType.UN_ENTITY, OrganizationType.MEMBER_STATE}),
            partners={
                OrganizationType.MEMBER_STATE: frozenset({OrganizationType.NGO, OrganizationType.ACADEMIA})
            },
            least_partners=1,
            least_speakers=2,
            most_speakers=6,
            accredited=Scope.ANY,
        )
    page = client.get(f"{slug}/rules").text
    assert "An organization may lead one proposal." in page
    assert page.count(" checked>") == 2 + 2 + 3
    wrong = client.post(f"{slug}/rules", data={**typed, "most_speakers": "1"})
    assert wrong.status_code == 422
    assert client.post(f"{slug}/rules", data={}).status_code == 302
    with app.app_context():
        assert one(app).rules == {}


def test_an_extension_is_granted_and_taken_back(app: Flask, workspace: Workspace, slug: str):
    client = workspace.client("owner")
    with app.app_context(), transaction():
        organization = factories.make_organization(names={"en": "Late Body"})
        id_, closes = organization.id, one(app).closes_at
    until = (closes + timedelta(days=9)).strftime("%Y-%m-%dT%H:%M")
    early = (closes - timedelta(days=9)).strftime("%Y-%m-%dT%H:%M")
    sent = {"organization_id": "Late Body", "until": until, "reason": "Post was late"}
    for wrong, said in (
        ({"organization_id": ""}, "one of the two"),
        ({"email": "a@example.org"}, "one of the two"),
        ({"until": early}, "later than the closing time"),
    ):
        answer = client.post(f"{slug}/extensions", data={**sent, **wrong})
        assert (answer.status_code, said in answer.text) == (422, True)
    assert client.post(f"{slug}/extensions", data=sent).status_code == 302
    with app.app_context():
        call, extensions = one(app), db.session.scalars(select(Extension)).all()
        own = closing_for(call, extensions, {id_})
        assert window(call, own, closes + timedelta(days=8)) is Window.OPEN
        assert window(call, closing_for(call, extensions), closes + timedelta(days=1)) is Window.CLOSED
        last = extensions[-1].id
    assert client.post(f"{slug}/extensions/{last}/end").status_code == 302
    with app.app_context():
        assert len(db.session.scalars(select(Extension)).all()) == 1


def test_a_call_is_copied_and_deleted_while_it_has_no_proposals(app: Flask, workspace: Workspace, slug: str):
    client = workspace.client("owner")
    with app.app_context(), transaction():
        call = one(app)
        factories.make_criterion(call)
        service.set_rules(call, Rules(least_partners=2), actor=COMMAND_LINE)
    assert "2 proposals" in client.get(f"{slug}/delete").text
    assert client.post(f"{slug}/delete").status_code == 409
    answer = client.post(f"{slug}/copy", data={"names-en": "Second round"})
    assert answer.location.endswith("/calls/second-round/edit")
    with app.app_context():
        first, second = db.session.scalars(select(Call).order_by(Call.id)).all()
        assert (second.published, second.rules, second.closes_at) == (False, first.rules, first.closes_at)
        assert [(one.key, one.condition) for one in second.questionnaire.questions] == [
            (one.key, one.condition) for one in first.questionnaire.questions
        ]
        db.session.rollback()
    copied = slug.removesuffix("call") + "second-round"
    assert client.post(f"{copied}/delete").status_code == 302
    with app.app_context():
        assert one(app).slug == "call"
        assert factories.count(Questionnaire) == 1
        assert factories.count(Question) == 3


def test_calls_are_part_of_a_conference_s_structure(app: Flask, workspace: Workspace, slug: str):
    with app.app_context(), transaction():
        source = workspace.conference()
        call = one(app)
        call.themes = [factories.make_theme(source)]
        service.set_rules(call, Rules(one_proposal=Scope.ANY), actor=COMMAND_LINE)
        later = source.start_date + timedelta(days=365)
        target = factories.make_conference(
            state=ConferenceState.DRAFT, start_date=later, end_date=later + timedelta(days=2)
        )
        for _twice in range(2):
            copied = copying.copy_structure(source, target, actor=COMMAND_LINE)
        assert copied.counts["call"] == 0
        made = db.session.scalars(select(Call).where(Call.conference_id == target.id)).one()
        assert (made.slug, made.published, made.rules) == ("call", False, call.rules)
        assert made.closes_at == call.closes_at + timedelta(days=365)
        assert made.type.conference_id == made.themes[0].conference_id == target.id
        assert [one.key for one in made.questionnaire.questions] == ["kind", "aims", "more"]
        assert factories.count(Proposal) == 2


# --- the builder


def keys(app: Flask) -> list[str]:
    with app.app_context():
        found = [row.key for row in db.session.scalars(select(Call)).one().questionnaire.questions]
        db.session.rollback()
        return found


def test_questions_are_added_changed_and_removed(app: Flask, workspace: Workspace, slug: str):
    client = workspace.client("owner")
    before = workspace.revision()
    sent = {
        "labels-en": "Which day suits?", "labels-fr": "Quel jour ?", "required": "y", "public": "y",
        "options": ["0", "3", "1"], "options-0-en": "Monday", "options-0-fr": "lundi", "options-1-en": "Tuesday",
        "options-3-en": "Any day", "least": "1", "most": "2",
        "when_key": "kind", "when_values": ["kind:training", "kind:other"],
    }  # fmt: skip
    assert client.post(f"{slug}/questions/new/many", data=sent).status_code == 302
    assert workspace.revision() > before
    with app.app_context():
        row = db.session.scalars(select(Question).where(Question.key == "which-day-suits")).one()
        assert row.options == [
            {"value": "monday", "labels": {"en": "Monday", "fr": "lundi"}},
            {"value": "any-day", "labels": {"en": "Any day"}},
            {"value": "tuesday", "labels": {"en": "Tuesday"}},
        ]
        assert (row.limits, row.required, row.public) == ({"least": 1, "most": 2}, True, True)
        assert row.condition == {"key": "kind", "values": ["other", "training"]}
        db.session.rollback()
    page = client.get(f"{slug}/questions/which-day-suits").text
    assert re.search(r'name="options-1-value" value="any-day"', page)
    changed = {**sent, "options-0-value": "monday", "options-0-en": "On Monday", "options-3-value": "forged",
               "when_key": "", "when_values": []}  # fmt: skip
    assert client.post(f"{slug}/questions/which-day-suits", data=changed).status_code == 302
    with app.app_context():
        row = db.session.scalars(select(Question).where(Question.key == "which-day-suits")).one()
        assert [(one["value"], one["labels"]["en"]) for one in row.options] == [
            ("monday", "On Monday"), ("any-day", "Any day"), ("tuesday", "Tuesday"),
        ]  # fmt: skip
        assert row.condition == {}
        db.session.rollback()
    for wrong, said in (
        ({"labels-en": ""}, "required in English"),
        ({"options": ["0"]}, "at least two options"),
        ({"most": "0"}, "from 1 to"),
        ({"least": "3"}, "The most cannot be less"),
        ({"when_key": "more", "when_values": ["kind:other"]}, "Choose only answers to the question"),
    ):
        answer = client.post(f"{slug}/questions/which-day-suits", data={**sent, **wrong})
        assert (answer.status_code, said in answer.text) == (422, True), wrong
    page = client.get(f"{slug}/questions/kind/delete").text
    assert "2 proposals have answered it" in page
    assert client.post(f"{slug}/questions/kind/delete").status_code == 302
    assert keys(app) == ["aims", "more", "which-day-suits"]
    with app.app_context():
        assert db.session.scalars(select(Question.condition).where(Question.key == "aims")).one() == {}


def test_an_option_that_others_stand_on_is_not_lost_by_mistake(app: Flask, workspace: Workspace, slug: str):
    client = workspace.client("owner")
    sent = {"labels-en": "Kind"}
    rows = {"training": "0", "panel": "1", "other": "2"}
    for value, number in rows.items():
        sent |= {f"options-{number}-value": value, f"options-{number}-en": value}

    def keep(*values: str, **more: str) -> Any:
        return client.post(
            f"{slug}/questions/kind", data={**sent, "options": [rows[value] for value in values], **more}
        )

    answer = keep("panel", "other")
    assert answer.status_code == 422
    assert "“training” has been chosen in 1 proposals" in answer.text
    # Confirmed; but another question hangs on it.
    answer = keep("panel", "other", anyway="y")
    assert answer.status_code == 422
    assert "is asked only if the answer is “training”" in answer.text
    assert keep("other", "training", anyway="y").status_code == 302


def test_questions_are_put_into_another_order(app: Flask, workspace: Workspace, slug: str):
    client = workspace.client("owner")
    where = f"{slug}/questions/order"
    client.post(where, data={"key": "more", "to": "up"})
    assert keys(app) == ["kind", "more", "aims"]
    client.post(where, data={"order": "more kind aims"})
    assert keys(app) == ["more", "kind", "aims"]
    # "aims" is asked depending on "kind".
    refused = client.post(where, data={"order": "aims kind more"}, follow_redirects=True)
    assert "after the one that its condition names" in refused.text
    client.post(where, data={"key": "aims", "to": "down"})
    assert keys(app) == ["more", "kind", "aims"]
    assert client.post(where, data={"key": "nothing", "to": "up"}).status_code == 404


@pytest.mark.sqlite_only
def test_the_preview_checks_as_for_applicants_and_keeps_nothing(app: Flask, workspace: Workspace, slug: str):
    client = workspace.client("owner")
    with app.app_context(), transaction():
        db.session.scalars(select(Question).where(Question.key == "aims")).one().required = True
    revision = workspace.revision()
    page = client.post(f"{slug}/preview/", data={"q-kind": "training"})
    assert (page.status_code, "This field is required." in page.text) == (422, True)
    page = client.post(f"{slug}/preview/", data={"q-kind": "panel"})
    assert (page.status_code, "The answers to your questions can be submitted." in page.text) == (200, True)
    assert workspace.revision() == revision


@pytest.mark.sqlite_only
def test_the_first_page_says_what_waits(app: Flask, workspace: Workspace, slug: str):
    with app.app_context(), transaction():
        call = one(app)
        call.names, call.closes_at = {"en": "Closing soon"}, clock.now() + timedelta(days=2)
        factories.make_call(workspace.conference(), names={"en": "Forgotten"}, published=False)
    page = workspace.client("owner").get(f"/manage/{workspace.slug}/").text
    assert "“Closing soon” closes; 1 proposal is still a draft." in page
    assert "“Forgotten” should be open by its dates, but is not public." in page


@pytest.mark.sqlite_only
def test_nothing_of_an_archived_conference_changes(app: Flask, workspace: Workspace, slug: str):
    with app.app_context(), transaction():
        workspace.conference().state = ConferenceState.ARCHIVED
    client = workspace.client("owner")
    with app.app_context():
        before = keys(app)
    for where, data in (
        ("withdraw", {}),
        ("rules", {"least_partners": "3"}),
        ("questions/new/text", {"labels-en": "New"}),
        ("questions/order", {"key": "more", "to": "up"}),
        ("questions/more/delete", {}),
    ):
        assert client.post(f"{slug}/{where}", data=data).status_code == 409, where
    assert keys(app) == before
