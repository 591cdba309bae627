"""A reviewer reaches no proposal in which they have an interest, by any address; and a blind review names nobody."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from eventsapp.accounts.enums import Role
from eventsapp.core import clock
from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from eventsapp.proposals.enums import CommentAudience, ProposalState
from eventsapp.proposals.models import Proposal, ProposalComment
from eventsapp.proposals.review.models import DeclaredInterest, Review
from eventsapp.questions.enums import QuestionKind
from tests import factories
from tests.support.signing import sign_in

SECRETS = ("Zanzibar", "Quetzalcoatl")
"""Words of the title and of the text of the proposals of interest, and of nothing else."""


@pytest.fixture
def here(app: Flask) -> dict[str, Any]:
    """Three proposals of interest, each for another reason, given to the reviewer all the same; and one without."""
    with app.app_context(), transaction():
        conference = factories.make_conference(slug="here")
        call = factories.make_call(
            conference, slug="side", reviews_wanted=1, review_due_at=clock.now() - timedelta(days=1)
        )
        criterion = factories.make_criterion(call)
        reviewer = factories.make_user(name="Rita Reviewer", email="rita@example.org")
        factories.make_role(reviewer, conference, Role.REVIEWER)
        own = factories.make_organization()
        factories.make_member(reviewer, own)
        told: dict[str, Any] = {
            "titles": {"en": "Zanzibar"},
            "summaries": {"en": "Zanzibar and Quetzalcoatl."},
            "state": ProposalState.UNDER_REVIEW,
        }
        barred = [
            factories.make_proposal(call, **told),
            factories.make_proposal(call, lead=factories.make_organization(), invited=[own], **told),
            factories.make_proposal(call, speakers=[{"name": "R", "email": "RITA@example.org"}], **told),
        ]
        db.session.add(
            DeclaredInterest(proposal_id=barred[0].id, user_id=reviewer.id, reason="Hers.", at=clock.now())
        )
        free = factories.make_proposal(call, state=ProposalState.UNDER_REVIEW, titles={"en": "Bicycles"})
        reviews = [factories.make_review(one, reviewer) for one in barred]
        # Done before the interest was known: also then nothing of it is left to see.
        reviews[0].state, reviews[0].done_at = type(reviews[0].state).DONE, clock.now()
        reviews[0].scores = {str(criterion.id): 3}
        factories.make_review(free, reviewer)
        db.session.add(
            ProposalComment(
                proposal_id=barred[0].id,
                audience=CommentAudience.REVIEWERS,
                at=clock.now(),
                author="Somebody",
                body="Quetzalcoatl, I say.",
            )
        )
        db.session.flush()
        return {
            "reviewer": reviewer.get_id(),
            "reviewer_id": reviewer.id,
            "conference": conference.id,
            "criterion": criterion.id,
            "barred": [one.id for one in barred],
            "codes": [one.code for one in barred],
            "reviews": [one.id for one in reviews],
            "free": free.code,
        }


def values_of(rule: Rule, here: dict[str, Any], number: int) -> dict[str, Any] | None:
    """What stands for the arguments of an address when somebody looks for a proposal of interest; None: not about one."""
    known = {
        "conference": "here",
        "call": "side",
        "slug": "side",
        "lang": "en",
        "code": here["codes"][number],
        "token": str(here["barred"][number]),
        "proposal_id": here["barred"][number],
        "review_id": here["reviews"][number],
        "user_id": here["reviewer_id"],
        "criterion_id": here["criterion"],
        "kind": "csv",
        "file_id": 1,
    }
    values = {}
    for name in rule.arguments:
        if name not in known:
            return None
        values[name] = known[name]
    return values


@pytest.mark.sqlite_only
def test_no_address_shows_a_reviewer_anything_of_a_proposal_of_interest(app: Flask, here: dict[str, Any]):
    client = app.test_client()
    sign_in(client, here["reviewer"])
    adapter = app.url_map.bind("localhost")
    asked = 0
    before = contents(app, here)
    for rule in app.url_map.iter_rules():
        if not (
            "conference" in rule.arguments or "token" in rule.arguments or "proposal_id" in rule.arguments
        ):
            continue
        for number in range(3):
            values = values_of(rule, here, number)
            if values is None or ("conference" in rule.arguments and not rule.rule.startswith("/manage")):
                continue
            # On the team's side, what their own organization is invited to is theirs to read.
            if number == 1 and not rule.rule.startswith("/manage"):
                continue
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                try:
                    where = adapter.build(rule.endpoint, values, method=method)
                except ValueError:
                    continue
                # Enough to pass any form of ours, so that only who asks decides.
                data = {
                    "body": "x", "note": "x", "reason": "x", "interest": "0", "done": "1", "first": "1", "second": "2",
                    f"c{here['criterion']}": "3", "code": here["codes"][number],
                }  # fmt: skip
                answer = client.open(where, method=method, data=data if method != "GET" else None)
                asked += 1
                assert answer.status_code < 500, (method, where)
                page = answer.get_data().decode(errors="replace")
                for secret in (*SECRETS, *here["codes"]):
                    if secret == here["codes"][0] and rule.endpoint == "reviews.interests":
                        continue  # They declared it themselves: the code, and what they said.
                    if secret in where:
                        continue  # What is asked for stands in the address, and that in links.
                    assert secret not in page, (method, where, secret)
                if "code" in rule.arguments and rule.endpoint.startswith("reviews."):
                    assert answer.status_code == 404, (method, where)
                answer.close()
    assert asked > 60
    assert contents(app, here) == before


def contents(app: Flask, here: dict[str, Any]) -> list[Any]:
    with app.app_context():
        reviews = [db.session.get_one(Review, id_) for id_ in here["reviews"]]
        return [(one.state, one.scores, one.note) for one in reviews]


def test_lists_searches_counts_and_comparisons_leave_it_out(app: Flask, here: dict[str, Any]):
    client = app.test_client()
    sign_in(client, here["reviewer"])
    listed = client.get("/manage/here/reviews/").text
    assert "Bicycles" in listed
    assert "0 of 1 review is done." in listed
    overview = client.get("/manage/here/").text
    assert "1 proposal for you to review." in overview
    for query in (f"?code={here['codes'][0]}", f"?code={here['free']}&code={here['codes'][1]}"):
        assert client.get(f"/manage/here/reviews/compare{query}").status_code == 404
    for words in ("zanzibar", here["codes"][2]):
        found = client.get("/manage/here/reviews/interests", query_string={"q": words}).text
        assert "There is no proposal here now." in found
    # Handing in the only open one leads back to the list, not to one of interest.
    done = client.post(
        f"/manage/here/reviews/{here['free']}", data={f"c{here['criterion']}": "3", "done": "1"}
    )
    assert done.location.endswith("/manage/here/reviews/")


def test_an_officer_with_an_interest_sees_the_proposal_but_neither_reviews_nor_figures(
    app: Flask, here: dict[str, Any]
):
    with app.app_context(), transaction():
        reviewer = db.session.get_one(Review, here["reviews"][0]).reviewer
        conference = db.session.get_one(Proposal, here["barred"][0]).conference
        factories.make_role(reviewer, conference, Role.PROGRAMME_OFFICER)
        factories.make_review(
            db.session.get_one(Proposal, here["barred"][0]),
            factories.make_user(),
            scores={here["criterion"]: 1},
            note="Weak, to say the least.",
        )
    client = app.test_client()
    sign_in(client, here["reviewer"])
    page = client.get(f"/manage/here/proposals/{here['codes'][0]}").text
    assert "Zanzibar" in page
    assert "You have an interest in this proposal" in page
    assert "Weak, to say the least." not in page
    assert "Quetzalcoatl, I say." not in page
    results = client.get("/manage/here/calls/side/review/results").text
    assert results.count("You have an interest in it.") == 3
    beside = client.get(f"/manage/here/calls/side/review/compare?code={here['codes'][0]}").text
    assert "Normalized" not in beside
    for number in range(3):
        code = here["codes"][number]
        assert client.get(f"/manage/here/reviews/{code}").status_code == 404
        said = client.post(f"/manage/here/proposals/{code}/discussion", data={"body": "Nice one."})
        assert said.status_code == 403
        url = f"/manage/here/proposals/{code}/interests/{here['reviewer_id']}/remove"
        assert client.post(url).status_code == 403
        given = client.post(
            f"/manage/here/proposals/{code}/reviewers", data={"reviewer": str(here["reviewer_id"])}
        )
        assert given.status_code == 409


@pytest.mark.sqlite_only
def test_a_blind_review_names_nobody(app: Flask, here: dict[str, Any]):
    with app.app_context(), transaction():
        conference = db.session.get_one(Proposal, here["barred"][0]).conference
        call = factories.make_call(conference, slug="blind", blind=True)
        factories.make_question(call, QuestionKind.TEXT, key="who", labels={"en": "Who are you?"})
        factories.make_question(call, QuestionKind.FILE, key="paper", labels={"en": "A paper"})
        lead = factories.make_organization(
            names={"en": "Alliance of Small Cities", "fr": "Alliance des petites villes"},
            acronyms={"en": "ASCI"},
        )
        proposal = factories.make_proposal(
            call,
            lead=lead,
            state=ProposalState.UNDER_REVIEW,
            titles={"en": "Water, by the Alliance of Small Cities"},
            summaries={
                "en": "ASCI and Ana María Ruiz explain.",
                "fr": "L’Alliance des petites villes explique.",
            },
            descriptions={"en": "Write to water@asci.example or see <https://asci.example>."},
            speakers=[{"name": "Ana María Ruiz", "affiliation": "Coast Watch", "email": "ana@example.org"}],
            contact_name="Karl Contact",
            contact_email="karl@asci.example",
            answers={"who": "We are ASCI, led by Karl Contact of Coast Watch.", "paper": 77},
            apart_from="Whatever ASCI does",
        )
        reviewer = db.session.get_one(Review, here["reviews"][0]).reviewer
        factories.make_review(proposal, reviewer)
        other = factories.make_proposal(
            call, lead=lead, state=ProposalState.SUBMITTED, titles={"en": "ASCI 2"}
        )
        code, second = proposal.code, other.code
    client: FlaskClient = app.test_client()
    sign_in(client, here["reviewer"])
    for url in (
        f"/{code}",
        "/",
        f"/{code}/give-back",
        f"/compare?code={code}",
        "/interests",
        "/interests?q=asci",
    ):
        page = client.get(f"/manage/here/reviews{url}").text
        for name in (
            "Small Cities",
            "petites villes",
            "ASCI",
            "asci",
            "Ana",
            "Ruiz",
            "Coast Watch",
            "Karl",
            "ana@",
        ):
            # What was typed into the search stands in its field and in the address.
            assert name not in page.replace('value="asci"', "").replace("q%3Dasci", ""), (url, name)
    assert "█████ explain" in client.get(f"/manage/here/reviews/{code}").text
    assert second not in client.get("/manage/here/reviews/interests?q=asci").text
    assert second in client.get("/manage/here/reviews/interests").text
    assert client.get(f"/manage/here/reviews/{code}/files/77").status_code == 404
