"""The form of a review in a real browser: kept while it is typed, handed in, with and without scripts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from eventsapp.accounts import passwords
from eventsapp.accounts.enums import Role
from eventsapp.core import clock
from eventsapp.core.transaction import transaction
from eventsapp.demo.build import PASSWORD
from eventsapp.extensions import db
from eventsapp.proposals.enums import ProposalState, ReviewState
from eventsapp.proposals.review.models import Review
from tests import factories
from tests.conftest import StartServer
from tests.journeys.steps import sign_in
from tests.support.browser import Watch, new_page, violations

REVIEWER = "rita@example.org"


@pytest.mark.sqlite_only
def test_a_review_is_kept_while_it_is_typed_and_handed_in(app: Flask, server: StartServer, browser: Browser):
    with app.app_context(), transaction():
        conference = factories.make_conference(slug="here")
        call = factories.make_call(conference, review_due_at=clock.now() + timedelta(days=9))
        factories.make_criterion(call, names={"en": "Relevance"}, guidances={"en": "Does it matter?"})
        factories.make_criterion(call, names={"en": "Quality"}, scale=100)
        rita = factories.make_user(
            email=REVIEWER, name="Rita Reviewer", password_hash=passwords.hashed(PASSWORD)
        )
        factories.make_role(rita, conference, Role.REVIEWER)
        for title in ("Water", "Buses"):
            proposal = factories.make_proposal(
                call,
                state=ProposalState.UNDER_REVIEW,
                titles={"en": title},
                lead=factories.make_organization(),
            )
            factories.make_review(proposal, rita)
    base = server(workers=1).url
    page = new_page(
        browser,
        base_url=base,
        locale="en-GB",
        viewport="desk",
        timezone="Europe/Paris",
        dark=False,
        scripts=True,
    )
    watch = Watch(page.context, [r"status of 422"])
    sign_in(page, REVIEWER)
    page.goto("/manage/here/reviews/")
    page.get_by_role("link", name="Go on with P-0001").click()
    page.get_by_role("group", name="Relevance").get_by_label("4", exact=True).check()
    page.get_by_label("Note").fill("Well argued.")
    expect(page.get_by_text("Saved as a draft.")).to_be_visible()
    page.reload()
    expect(page.get_by_role("group", name="Relevance").get_by_label("4", exact=True)).to_be_checked()
    expect(page.get_by_label("Note")).to_have_value("Well argued.")
    page.get_by_role("button", name="Done: hand it in").click()
    expect(page.get_by_role("alert")).to_contain_text("Score this before you hand the review in.")
    assert violations(page) == []
    page.get_by_label("Quality").fill("70")
    page.get_by_role("button", name="Done: hand it in").click()
    expect(page.get_by_text("Here is the next one.")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Buses")
    page.get_by_role("link", name="My reviews").first.click()
    expect(page.get_by_text("1 of 2 reviews are done.")).to_be_visible()
    assert watch.problems == []
    page.context.close()
    with app.app_context():
        states = list(db.session.scalars(select(Review.state).order_by(Review.id)))
        assert states == [ReviewState.DONE, ReviewState.ASSIGNED]
