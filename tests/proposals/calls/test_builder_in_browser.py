"""The builder of questions and the questions themselves in a real browser: dragging, options, conditions, counters."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select

from eventsapp.accounts import passwords
from eventsapp.core.transaction import transaction
from eventsapp.demo.build import PASSWORD
from eventsapp.extensions import db
from eventsapp.proposals.models import Call
from eventsapp.questions.enums import QuestionKind
from tests import factories
from tests.journeys.steps import sign_in

EMAIL = "otto@example.org"


@pytest.mark.sqlite_only
def test_questions_are_built_and_tried(app: Flask, server, page):
    with app.app_context(), transaction():
        factories.make_user(email=EMAIL, password_hash=passwords.hashed(PASSWORD), is_administrator=True)
        call = factories.make_call(
            factories.make_conference(slug="lima", languages=["en", "fr"]), slug="call"
        )
        for key in ("first", "second", "third"):
            factories.make_question(call, key=key, labels={"en": f"The {key}"})
    opened: Page = page(server(workers=1).url)
    sign_in(opened, EMAIL)
    where = "/manage/lima/calls/call/questions/"

    # The last to the top, by its grip.
    opened.goto(where)
    rows = opened.locator(".question-row")
    expect(rows).to_have_count(3)
    grip = opened.locator("#question-third [data-grip]")
    expect(grip).to_be_visible()
    grip.hover()
    opened.mouse.down()
    top = opened.locator("#question-first").bounding_box()
    assert top is not None
    opened.mouse.move(top["x"] + 30, top["y"] + 40, steps=4)
    opened.mouse.move(top["x"] + 30, top["y"] + 5, steps=4)
    with opened.expect_navigation():
        opened.mouse.up()
    expect(rows.first).to_contain_text("The third")
    opened.get_by_role("button", name="Move down: The third").click()
    expect(rows.nth(1)).to_contain_text("The third")

    # A choice with four options, one more than there are rows, the last moved up.
    opened.get_by_role("link", name="Choice One of several options.").click()
    opened.get_by_role("textbox", name="Question, English").fill("What kind?")
    for number, text in enumerate(("Training", "Panel", "Talk"), 1):
        opened.get_by_role("textbox", name=f"Option {number} in English").fill(text)
    opened.get_by_role("button", name="Add an option").click()
    last = opened.get_by_role("textbox", name="Option 4 in English")
    expect(last).to_be_focused()
    last.fill("Film")
    opened.locator(".option-row").last.get_by_role("button", name="Move up").click()
    opened.get_by_role("button", name="Save").click()
    expect(opened.locator("#question-what-kind")).to_contain_text("Choice")

    # One that hangs on it: only its own answers are offered.
    opened.get_by_role("link", name="Long text").click()
    opened.get_by_role("textbox", name="Question, English").fill("What is trained?")
    opened.get_by_label("Words at most").fill("4")
    answers = opened.get_by_role("group", name="What kind?")
    expect(answers).to_be_hidden()
    opened.get_by_label("Asked only if this question is answered").select_option("what-kind")
    expect(answers.get_by_role("checkbox")).to_have_count(4)
    answers.get_by_label("Training").check()
    opened.get_by_role("button", name="Save").click()
    expect(opened.locator("#question-what-is-trained")).to_contain_text(
        "Only if the answer to “What kind?” is: “Training”."
    )
    with app.app_context():
        questions = {one.key: one for one in db.session.scalars(select(Call)).one().questionnaire.questions}
        assert list(questions) == ["first", "third", "second", "what-kind", "what-is-trained"]
        assert [one["value"] for one in questions["what-kind"].options] == [
            "training",
            "panel",
            "film",
            "talk",
        ]
        assert questions["what-is-trained"].condition == {"key": "what-kind", "values": ["training"]}
        assert questions["what-is-trained"].kind is QuestionKind.LONG_TEXT

    # As an applicant.
    opened.get_by_role("link", name="Preview as an applicant").click()
    trained = opened.get_by_label("What is trained?")
    expect(trained).to_be_hidden()
    opened.get_by_role("radio", name="Training").check()
    trained.fill("How cities save")
    counter = opened.locator(".counter").filter(has_text="of at most 4 words")
    expect(counter).to_have_text("3 of at most 4 words")
    trained.fill("How cities save 水 and energy")
    expect(opened.locator(".counter-over")).to_have_text("6 of at most 4 words")
    opened.get_by_role("button", name="Check the answers").click()
    expect(opened.locator(".field-error")).to_have_text("Use at most 4 words; these are 6.")
    opened.get_by_role("radio", name="Panel").check()
    expect(trained).to_be_hidden()
    opened.get_by_role("button", name="Check the answers").click()
    expect(opened.get_by_text("The answers to your questions can be submitted.")).to_be_visible()
