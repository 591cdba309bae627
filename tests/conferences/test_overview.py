"""The first page of a conference's workspace: what waits for whom, and how the conference stands."""

from __future__ import annotations

from datetime import timedelta

import pytest

from eventsapp.accounts.enums import Permission
from eventsapp.conferences import tasks
from eventsapp.conferences.enums import ConferenceState
from eventsapp.conferences.models import Room
from eventsapp.conferences.queries import missing_texts
from eventsapp.core import clock
from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from eventsapp.mail.models import Message, MessageState
from eventsapp.registration.enums import RegistrationState
from tests import factories
from tests.support.statements import statements
from tests.support.workspace import Workspace

EVERYTHING = frozenset(Permission)


def said(workspace: Workspace, permissions: frozenset[Permission] = EVERYTHING) -> list[str]:
    with workspace.app.test_request_context("/"):
        return [task.text for task in tasks.tasks(workspace.conference(), permissions)]


def test_what_waits_is_said_with_the_most_important_first(workspace: Workspace) -> None:
    now = clock.now()
    with workspace.app.app_context(), transaction():
        conference = workspace.conference()
        conference.registration_opens_at = now + timedelta(days=2)
        hall = db.session.get_one(Room, workspace.ids["rooms"])
        for _one in range(2):
            event = factories.make_event(conference)
            factories.place(event, room=hall, start=factories.START, end=factories.START + timedelta(hours=1))
        factories.make_event(conference)
        factories.make_news(conference, published_at=now + timedelta(days=1))
        factories.make_registration(
            conference,
            state=RegistrationState.SUBMITTED,
            confirmed_at=None,
            created_at=now - timedelta(days=2),
        )
        db.session.add(
            Message(
                conference_id=conference.id, template="x", to_name="A", to_email="a@example.org", language="en",
                subject="s", text_body="t", html_body="h", message_id="<1@x>", state=MessageState.DEAD,
            )
        )  # fmt: skip
    texts = said(workspace)
    assert set(texts[:2]) == {
        "1 message could not be delivered.",
        "1 conflict that a timetable must not have.",
    }
    assert texts[2] == "3 events differ from what the public sees."
    assert set(texts[3:]) >= {
        "Registration opens.",
        "A news item appears.",
        "1 event has no time.",
        "3 events have no lead organization.",
        "1 person has not confirmed the registration for more than a day.",
    }
    page = workspace.client("owner").get(f"/manage/{workspace.slug}/").text
    for text in texts:
        assert text in page
    # Somebody who only looks is not asked to do anything.
    assert said(workspace, frozenset({Permission.VIEW_WORKSPACE, Permission.VIEW_PROGRAMME})) == []


def test_an_empty_conference_says_where_to_begin(app) -> None:
    with app.app_context(), transaction():
        conference = factories.make_conference(state=ConferenceState.DRAFT, languages=["en"])
        slug = conference.slug
    workspace = Workspace(app, slug, slug)
    assert said(workspace) == [
        "There is no venue yet.",
        "There are no event types yet: events need one.",
        "There are no themes yet.",
        "The conference is a draft: only its team sees it.",
        "There are no events yet.",
    ]


def test_the_rail_counts_what_waits_and_shows_what_one_may_open(workspace: Workspace) -> None:
    with workspace.app.app_context(), transaction():
        workspace.conference().registration_opens_at = clock.now()
        db.session.execute(db.text("UPDATE category SET open = false"))
    page = workspace.client("owner").get(f"/manage/{workspace.slug}/setup/").text
    assert '<span class="count">1</span>' in page
    assert f"/manage/{workspace.slug}/team" in page
    viewer = workspace.client("viewer").get(f"/manage/{workspace.slug}/").text
    assert f"/manage/{workspace.slug}/programme/" in viewer
    assert f"/manage/{workspace.slug}/team" not in viewer
    assert f"/manage/{workspace.slug}/messages/" not in viewer
    assert '<span class="count">' not in viewer


def test_pictures_have_their_numbers_in_a_table(workspace: Workspace) -> None:
    with workspace.app.app_context(), transaction():
        conference = workspace.conference()
        for hours in (0, 1, 24):
            event = factories.make_event(conference)
            start = factories.START + timedelta(hours=hours)
            factories.place(event, start=start, end=start + timedelta(hours=1))
        for _one in range(3):
            factories.make_registration(conference)
    page = workspace.client("owner").get(f"/manage/{workspace.slug}/").text
    assert "Events by day" in page
    assert "Tue 15 Jun" in page.replace(",", "")
    assert "Registrations by category" in page
    assert "New registrations, last two weeks" in page
    assert page.count("As a table") == page.count("<figure") >= 4
    assert "style=" not in page
    assert (
        "Registrations by category" not in workspace.client("viewer").get(f"/manage/{workspace.slug}/").text
    )


def test_the_first_page_takes_the_same_statements_whatever_there_is(workspace: Workspace) -> None:
    client = workspace.client("owner")
    client.get(f"/manage/{workspace.slug}/")
    found = []
    for more in (1, 60):
        with workspace.app.app_context(), transaction():
            conference = workspace.conference()
            for _one in range(more):
                factories.make_event(conference)
                factories.make_registration(conference)
                factories.make_theme(conference)
        with statements(workspace.app) as sent:
            assert client.get(f"/manage/{workspace.slug}/").status_code == 200
        found.append(len(sent))
    assert found[0] == found[1]


@pytest.mark.parametrize("language", ["en", "fr", "es", "ar", "zh", "ru"])
@pytest.mark.sqlite_only
def test_the_workspace_speaks_every_language(workspace: Workspace, language: str) -> None:
    client = workspace.client("owner")
    with client.session_transaction() as session:
        session["language"] = language
    for path in ("", "setup/", "setup/conference", "setup/rooms/", "setup/rooms/new", "team"):
        answer = client.get(f"/manage/{workspace.slug}/{path}")
        assert answer.status_code == 200
        assert f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}">' in answer.text


def test_missing_translations_are_counted_by_language() -> None:
    texts = [{"en": "A", "fr": "B"}, {"en": "A"}, {}]
    assert missing_texts(texts, ["en", "fr", "ar"]) == {"en": 0, "fr": 1, "ar": 2}
