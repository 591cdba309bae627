"""The applicants' pages without any script: beginning, writing, inviting, answering, submitting."""

from __future__ import annotations

import html
import io
import json
import re
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from eventsapp.accounts.enums import Permission
from eventsapp.conferences.models import Conference
from eventsapp.core import clock
from eventsapp.core.audit import Actor
from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from eventsapp.organizations.models import Organization
from eventsapp.proposals import service
from eventsapp.proposals.drafts import links
from eventsapp.proposals.drafts.tasks import tasks
from eventsapp.proposals.enums import CommentAudience, Consent, LatePolicy, ProposalState
from eventsapp.proposals.models import Call, Proposal, ProposalComment, ProposalOrganization, ProposalVersion
from eventsapp.questions.enums import QuestionKind
from tests import factories
from tests.support.signing import sign_in
from tests.support.statements import statements

pytestmark = pytest.mark.sqlite_only


@pytest.fixture
def here(app: Flask) -> SimpleNamespace:
    """A call with a question, a lead with a focal point, and a partner with another one."""
    with app.app_context(), transaction():
        conference = factories.make_conference()
        call = factories.make_call(conference)
        question = factories.make_question(call, QuestionKind.LONG_TEXT, required=True)
        lead = factories.make_organization(names={"en": "Alliance of Small Cities"})
        partner = factories.make_organization(names={"en": "Women for Housing"})
        lena = factories.make_user(name="Lena Lead", email="lena@example.org")
        pavel = factories.make_user(name="Pavel Partner", email="pavel@example.org")
        factories.make_member(lena, lead)
        factories.make_member(pavel, partner)
        return SimpleNamespace(
            app=app,
            conference=conference.slug,
            call=call.slug,
            question=question.key,
            lead=lead.id,
            partner=partner.id,
            lena=lena.get_id(),
            pavel=pavel.get_id(),
        )


def client_of(here: SimpleNamespace, who: str) -> FlaskClient:
    client: FlaskClient = here.app.test_client()
    sign_in(client, who)
    return client


def begun(here: SimpleNamespace) -> tuple[FlaskClient, int]:
    """Begin a proposal; return Lena's client and its id."""
    client = client_of(here, here.lena)
    begin = client.post(f"/en/{here.conference}/calls/{here.call}/propose")
    assert begin.status_code == 303
    found = re.fullmatch(r"/en/proposals/(\d+)/edit", begin.location)
    assert found
    return client, int(found[1])


def typed(client: FlaskClient, id_: int, **over: Any) -> dict[str, Any]:
    """What the form holds as a browser would send it: its marks, and ``over``."""
    page = client.get(f"/en/proposals/{id_}/edit").get_data(as_text=True)
    marks = re.search(r'name="marks" value="([^"]*)"', page)
    assert marks
    return {
        "marks": html.unescape(marks[1]),
        "contact_name": "Lena Lead",
        "contact_email": "lena@example.org",
    } | over


FILLED = {
    "titles-en": "Homes for all",
    "summaries-en": "What we want to talk about.",
    "format": "hybrid",
    "languages": ["en", "fr"],
    "speakers-0-name": "Amina Odera",
    "speakers-0-key": "a1",
    "speakers-0-role": "keynote",
}


def read(here: SimpleNamespace, id_: int) -> SimpleNamespace:
    with here.app.app_context():
        row = db.session.get(Proposal, id_)
        assert row is not None
        versions = db.session.scalars(
            select(ProposalVersion).where(ProposalVersion.proposal_id == id_).order_by(ProposalVersion.number)
        ).all()
        return SimpleNamespace(
            titles=dict(row.titles),
            summaries=dict(row.summaries),
            state=row.state,
            speakers=[one["name"] for one in row.speakers],
            answers=dict(row.answers),
            versions=[sorted(one.changes) for one in versions],
            late=row.late,
            waiting=row.waiting_position,
            consents={one.organization_id: one.consent for one in row.organizations},
            roles={one.organization_id: one.role.value for one in row.organizations},
        )


def test_from_the_call_to_a_submitted_proposal(here: SimpleNamespace):
    client, id_ = begun(here)
    again = client.post(f"/en/{here.conference}/calls/{here.call}/propose")
    assert again.location.endswith(f"/{id_}/edit"), "a double click begins one proposal"

    sent = typed(client, id_, **FILLED)
    saved = client.post(f"/en/proposals/{id_}/edit", data=sent | {"then": "done"})
    assert (saved.status_code, saved.location) == (303, f"/en/proposals/{id_}")
    twice = client.post(f"/en/proposals/{id_}/edit", data=sent | {"then": "done"})
    assert twice.status_code == 303
    now = read(here, id_)
    assert (now.titles, now.speakers) == ({"en": "Homes for all"}, ["Amina Odera"])
    assert len(now.versions) == 1, "a double click makes one version"

    refused = client.post(f"/en/proposals/{id_}/submit")
    assert refused.status_code == 422
    assert "This field is required." in refused.get_data(as_text=True)
    assert read(here, id_).state is ProposalState.DRAFT

    client.post(
        f"/en/proposals/{id_}/edit", data=typed(client, id_, **FILLED, **{f"q-{here.question}": "A lot."})
    )
    assert read(here, id_).answers == {here.question: "A lot."}
    submitted = client.post(f"/en/proposals/{id_}/submit")
    assert (submitted.status_code, submitted.location) == (303, f"/en/proposals/{id_}")
    assert read(here, id_).state is ProposalState.SUBMITTED
    assert client.post(f"/en/proposals/{id_}/submit").status_code == 303, "a second click is no error"
    for page in ("", "/history", "/history/1", "/organizations"):
        assert client.get(f"/en/proposals/{id_}{page}").status_code == 200
    assert client.get(f"/en/proposals/{id_}/edit").status_code == 302
    assert client.get("/account/proposals").status_code == 200

    assert client.post(f"/en/proposals/{id_}/recall").status_code == 303
    assert read(here, id_).state is ProposalState.DRAFT


def test_what_is_wrong_is_kept_and_nothing_is_saved(here: SimpleNamespace):
    client, id_ = begun(here)
    answer = client.post(
        f"/en/proposals/{id_}/edit", data=typed(client, id_, **FILLED, expected_attendance="many")
    )
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert "This is not a whole number." in page
    assert 'value="many"' in page
    assert "Homes for all" in page
    assert read(here, id_).titles == {}

    told = client.post(
        f"/en/proposals/{id_}/edit",
        data=typed(client, id_, **FILLED, expected_attendance="many"),
        headers={"Accept": "application/json"},
    ).get_json()
    assert told["errors"] == [["expected_attendance", ["This is not a whole number."]]]
    assert read(here, id_).titles == {"en": "Homes for all"}, "saving by itself takes what is right"


def test_two_people_write_at_once_and_choose_between_two_texts(here: SimpleNamespace):
    lena, id_ = begun(here)
    with here.app.app_context(), transaction():
        named = ProposalOrganization(
            proposal_id=id_,
            organization_id=here.partner,
            role="co_organizer",
            consent=Consent.ACCEPTED,
            position=1,
        )
        db.session.add(named)
    pavel = client_of(here, here.pavel)
    hers, his = typed(lena, id_), typed(pavel, id_)
    lena.post(f"/en/proposals/{id_}/edit", data=hers | {"titles-en": "Hers", "subtitles-en": "Under it"})

    answer = pavel.post(
        f"/en/proposals/{id_}/edit", data=his | {"titles-en": "His", "summaries-en": "A summary."}
    )

    assert answer.status_code == 200, "what nobody else changed is saved"
    page = answer.get_data(as_text=True)
    assert "Lena Lead has changed “Title (English)” meanwhile." in page
    now = read(here, id_)
    assert (now.titles, now.summaries) == ({"en": "Hers"}, {"en": "A summary."})
    assert now.versions == [["subtitles.en", "titles.en"], ["summaries.en"]]

    marks = html.unescape(re.search(r'name="marks" value="([^"]*)"', page)[1])  # type: ignore[index]
    choice = re.search(r'value="(mine:[0-9a-f]+)"', page)[1]  # type: ignore[index]
    data = his | {"marks": marks, "titles-en": "His", "summaries-en": "A summary."}
    assert pavel.post(f"/en/proposals/{id_}/edit", data=data).status_code == 200, "not chosen: asked again"
    assert read(here, id_).titles == {"en": "Hers"}
    chosen = pavel.post(f"/en/proposals/{id_}/edit", data=data | {"choose-titles.en": choice})
    assert chosen.status_code == 303
    now = read(here, id_)
    assert (now.titles, now.versions[0]) == ({"en": "His"}, ["subtitles.en", "titles.en"])
    with here.app.app_context():
        assert db.session.get_one(Proposal, id_).subtitles == {"en": "Under it"}, (
            "what he did not touch is hers"
        )


def test_consent_by_link_by_account_and_by_a_newcomer(here: SimpleNamespace):
    lena, id_ = begun(here)
    where = f"/en/proposals/{id_}/organizations"
    assert (
        lena.post(where, data={"organization": "Women for Housing", "role": "co_organizer"}).status_code
        == 303
    )
    unknown = {"organization": "Tiny Network", "role": "co_sponsor"}
    assert lena.post(where, data=unknown).status_code == 422, "nobody to ask is known"
    assert lena.post(where, data=unknown | {"email": "tiny@example.org"}).status_code == 303
    with here.app.app_context():
        rows = db.session.scalars(
            select(ProposalOrganization).where(ProposalOrganization.email == "tiny@example.org")
        )
        tiny = links.token(rows.one())

    pavel = client_of(here, here.pavel)
    mine = pavel.get("/account/proposals").get_data(as_text=True)
    respond = re.search(r"/account/invitations/\d+", mine)
    assert respond
    assert pavel.get(f"/en/proposals/{id_}").status_code == 404, "not of the team yet"
    assert pavel.get(respond[0]).status_code == 200
    agreed = {"consent": "accepted", "by": "Pavel Partner, director"}
    assert pavel.post(respond[0], data=agreed).status_code == 303
    assert pavel.get(f"/en/proposals/{id_}/edit").status_code == 200
    assert read(here, id_).consents == {
        here.lead: Consent.ACCEPTED,
        here.partner: Consent.ACCEPTED,
        None: Consent.INVITED,
    }

    nobody = here.app.test_client()
    page = f"/en/proposals/{tiny}"
    assert nobody.get(page).status_code == 200
    assert nobody.get(f"/en/proposals/{tiny[:-2]}xx").status_code == 404
    new = {"consent": "accepted", "by": "Tina, secretary", "organization": "Tiny Network"}
    assert nobody.post(page, data=new).status_code == 422, "a new organization says what it is"
    assert nobody.post(page, data=new | {"type": "network", "country": "EC"}).status_code == 303
    with here.app.app_context():
        row = db.session.scalars(select(Organization).where(Organization.country == "EC")).one()
        assert (row.names, row.confirmed) == ({"en": "Tiny Network"}, False)
    assert "Tina, secretary" in lena.get(where).get_data(as_text=True)
    nobody.post(page, data=new | {"consent": "refused", "reason": "We have no time."})
    assert Consent.REFUSED in read(here, id_).consents.values()
    assert "We have no time." in lena.get(where).get_data(as_text=True)


def test_the_lead_is_handed_over_by_asking(here: SimpleNamespace):
    lena, id_ = begun(here)
    with here.app.app_context(), transaction():
        row = ProposalOrganization(
            proposal_id=id_,
            organization_id=here.partner,
            role="co_organizer",
            consent=Consent.ACCEPTED,
            position=1,
        )
        db.session.add(row)
        db.session.flush()
        named = row.id
    pavel = client_of(here, here.pavel)
    act = f"/en/proposals/{id_}/organizations/{named}"
    assert pavel.post(act, data={"do": "ask_lead"}).status_code == 403, "the lead decides"
    lena.post(act, data={"do": "ask_lead"})
    assert read(here, id_).roles[here.lead] == "lead", "nothing changes before it agrees"
    assert lena.post(act, data={"do": "take_lead"}).status_code == 403
    pavel.post(act, data={"do": "take_lead"})
    assert read(here, id_).roles == {here.lead: "co_organizer", here.partner: "lead"}
    assert lena.get(f"/en/proposals/{id_}/submit").status_code == 403, "who began it leads no more"


def test_the_pages_ask_as_often_for_much_as_for_little(here: SimpleNamespace):
    lena, id_ = begun(here)
    pages = (
        f"/en/proposals/{id_}",
        f"/en/proposals/{id_}/edit",
        f"/en/proposals/{id_}/history",
        "/account/proposals",
    )

    def counts() -> list[int]:
        found = []
        for page in pages:
            with statements(here.app) as sent:
                assert lena.get(page).status_code == 200
            found.append(len(sent))
        return found

    counts()
    few = counts()
    with here.app.app_context(), transaction():
        proposal = db.session.get_one(Proposal, id_)
        proposal.speakers = [{"name": f"Speaker {n}", "key": f"k{n}"} for n in range(10)]
        for n in range(8):
            body = factories.make_organization()
            proposal.organizations.append(
                ProposalOrganization(
                    organization=body, role="co_organizer", consent=Consent.INVITED, position=n + 1
                )
            )
            proposal.version += 1
            changes = {
                "speakers.k1": [None, {"name": "Speaker 1", "role": "speaker"}],
            }
            db.session.add(
                ProposalVersion(proposal_id=id_, number=n + 1, at=clock.now(), actor="Lena", changes=changes)
            )
            service.comment(proposal, "Hello", audience=CommentAudience.TEAM, actor=Actor("Lena"))
            factories.make_question(proposal.call)
    assert counts() == few
    assert max(few) < 30, few


def test_comments_and_messages(here: SimpleNamespace):
    lena, id_ = begun(here)
    say = f"/en/proposals/{id_}/comments"
    assert lena.post(say, data={"audience": "team", "team-body": "Who writes it?"}).status_code == 303
    assert (
        lena.post(say, data={"audience": "secretariat", "secretariat-body": "A question."}).status_code == 303
    )
    assert lena.post(say, data={"audience": "secretariat", "secretariat-body": " "}).status_code == 422
    with here.app.app_context():
        said = {one.body: one.audience for one in db.session.scalars(select(ProposalComment))}
    assert said == {"Who writes it?": CommentAudience.TEAM, "A question.": CommentAudience.SECRETARIAT}
    with here.app.test_request_context():
        conference = db.session.scalars(select(Conference)).one()
        [task] = tasks(conference, frozenset({Permission.EDIT_PROPOSALS}))
        assert (task.count, task.url.partition("#")[2]) == (1, "messages")
        service.comment(
            db.session.get_one(Proposal, id_), "An answer.", audience=CommentAudience.SECRETARIAT,
            actor=Actor("Olga"), from_secretariat=True,
        )  # fmt: skip
        db.session.flush()
        assert tasks(conference, frozenset({Permission.EDIT_PROPOSALS})) == []


def test_a_file_that_is_sent_twice_is_one_answer(here: SimpleNamespace):
    with here.app.app_context(), transaction():
        key = factories.make_question(db.session.scalars(select(Call)).one(), QuestionKind.FILE).key
    client, id_ = begun(here)
    data = typed(client, id_, **FILLED)
    for _turn in range(2):
        note = (io.BytesIO(b"%PDF-1.4 concept note"), "note.pdf")
        told = client.post(
            f"/en/proposals/{id_}/edit",
            data=data | {f"q-{key}": note},
            headers={"Accept": "application/json"},
        ).get_json()
        assert told["conflicts"] == []
    now = read(here, id_)
    assert (len(now.versions), list(now.answers)) == (1, [key])
    answer = client.get(f"/en/proposals/{id_}/files/{key}")
    assert answer.data == b"%PDF-1.4 concept note"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    answer.close()
    assert client_of(here, here.pavel).get(f"/en/proposals/{id_}/files/{key}").status_code == 404


@pytest.mark.parametrize("policy", LatePolicy)
def test_after_the_closing_time_a_draft_stays_or_goes_to_the_waiting_list(
    here: SimpleNamespace, policy: LatePolicy
):
    client, id_ = begun(here)
    data = typed(client, id_, **FILLED, **{f"q-{here.question}": "A lot."})
    client.post(f"/en/proposals/{id_}/edit", data=data)
    with here.app.app_context(), transaction():
        call = db.session.scalars(select(Call)).one()
        call.closes_at, call.late = clock.now() - timedelta(seconds=1), policy

    answer = client.post(f"/en/proposals/{id_}/submit")

    now = read(here, id_)
    if policy is LatePolicy.WAITLIST:
        assert (answer.status_code, now.state, now.late, now.waiting) == (
            303,
            ProposalState.WAITLISTED,
            True,
            1,
        )
    else:
        assert (answer.status_code, now.state) == (422, ProposalState.DRAFT)
        assert "Nothing is lost: the proposal stays a draft." in answer.get_data(as_text=True)
        assert client.post(f"/en/proposals/{id_}/edit", data=typed(client, id_, **FILLED)).status_code == 303
        assert client.post(f"/en/{here.conference}/calls/{here.call}/propose").status_code == 409


def test_going_back_to_an_earlier_version(here: SimpleNamespace):
    client, id_ = begun(here)
    client.post(f"/en/proposals/{id_}/edit", data=typed(client, id_, **FILLED))
    with here.app.app_context(), transaction():
        db.session.scalars(select(ProposalVersion)).one().at -= timedelta(hours=1)
    client.post(
        f"/en/proposals/{id_}/edit", data=typed(client, id_, **FILLED | {"titles-en": "Homes for nobody"})
    )
    page = client.get(f"/en/proposals/{id_}/history").get_data(as_text=True)
    assert "nobody" in page
    assert "[removed:" in page
    assert client.post(f"/en/proposals/{id_}/history/1/restore").status_code == 303
    now = read(here, id_)
    assert (now.titles, len(now.versions)) == ({"en": "Homes for all"}, 3)
    assert json.dumps(now.versions[2]) == '["titles.en"]'
