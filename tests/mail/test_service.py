"""Messages are written in the transaction of what they tell, in the recipient's language, and send nothing."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from eventsapp.core.audit import Actor, AuditEntry
from eventsapp.core.errors import Conflict
from eventsapp.core.transaction import transaction
from eventsapp.core.translations import LANGUAGES
from eventsapp.extensions import db
from eventsapp.mail import service
from eventsapp.mail.models import Message, MessageState
from tests import factories
from tests.mail.support import mark, written

TEMPLATES = (
    "account_exists", "confirm_account", "email_change", "email_changed", "invitation", "password_changed",
    "reset_password", "role_granted",
)  # fmt: skip
CONTEXT = {
    "link": "http://localhost/account/confirm/1-abc",
    "forgot_link": "http://localhost/account/forgot",
    "hours": 48,
    "days": 14,
    "inviter": "Bo <b>& Co</b>",
    "role": "owner",
    "conference_name": "Sample",
}


def queue(template: str = "invitation", **over: object) -> Message:
    given: dict[str, object] = {
        "to_name": "Ana", "to_email": "ana@example.org", "language": "en", "context": CONTEXT,
    }  # fmt: skip
    return service.queue(template, **{**given, **over})  # type: ignore[arg-type]


@pytest.mark.sqlite_only
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", TEMPLATES)
def test_every_template_makes_a_message_in_every_language(app: Flask, template: str, language: str):
    with app.app_context(), transaction():
        made = queue(template, language=language)
        direction = "rtl" if language == "ar" else "ltr"
        assert made.subject
        assert "\n" not in made.subject
        assert f'<html lang="{language}" dir="{direction}">' in made.html_body
        assert "{{" not in made.text_body + made.html_body
        assert "%(" not in made.text_body + made.html_body
        # Paragraphs, not gaps.
        assert "\n\n\n" not in made.text_body
        if template != "email_changed":
            assert CONTEXT["link"] in made.text_body.split()
            assert f'href="{CONTEXT["link"]}"' in made.html_body


@pytest.mark.sqlite_only
def test_markup_in_what_people_wrote_is_text_in_the_html_and_in_the_text(app: Flask):
    with app.app_context(), transaction():
        made = queue(to_name="<script>alert(1)</script>")
        assert "<script>alert(1)</script>" in made.text_body
        assert "<script>" not in made.html_body
        assert "Bo &lt;b&gt;&amp; Co&lt;/b&gt;" in made.html_body
        assert "Bo <b>& Co</b>" in made.text_body


@pytest.mark.sqlite_only
def test_people_cannot_write_headers(app: Flask):
    with app.app_context(), transaction():
        made = queue(
            to_name="Ana\r\nBcc: all@example.org",
            context={**CONTEXT, "inviter": "Eve\r\nSubject: other\r\n\r\nbody", "conference_name": "x" * 900},
        )
        assert made.to_name == "Ana Bcc: all@example.org"
        assert "\r" not in made.subject
        assert "\n" not in made.subject
        assert len(made.subject) <= 250
        for address in (
            "a@example.org\r\nBcc: b@example.org",
            "a b@example.org",
            "a@b, c@d",
            "<a@b>",
            "none",
            "",
        ):
            with pytest.raises(ValueError, match="not an e-mail address"):
                queue(to_email=address)
            with pytest.raises(ValueError, match="not an e-mail address"):
                queue(reply_to=address)


@pytest.mark.sqlite_only
def test_a_message_knows_its_id_and_language_from_the_beginning(app: Flask):
    with app.app_context(), transaction():
        first, second = queue(language="xx"), queue()
        assert first.language == "en"
        assert first.message_id.endswith("@localhost>")
        assert first.message_id != second.message_id


@pytest.mark.sqlite_only
def test_the_request_s_language_is_the_same_after_a_message_in_another(app: Flask):
    from eventsapp.core import locale

    with app.test_request_context("/fr/"):
        assert locale.current() == "fr"
        with transaction():
            queue(language="ar")
        assert locale.current() == "fr"


def _write_and_fail() -> None:
    with transaction():
        queue()
        db.session.flush()
        raise RuntimeError


def test_what_is_rolled_back_leaves_no_message(app: Flask):
    with app.app_context():
        with pytest.raises(RuntimeError):
            _write_and_fail()
        assert db.session.scalars(select(Message)).all() == []


def test_a_dead_message_is_queued_again_and_a_sent_one_copied(app: Flask):
    with app.app_context():
        with transaction():
            conference = factories.make_conference()
            user = factories.make_user()
            dead, sent, waiting = (queue(conference_id=conference.id) for _ in range(3))
            db.session.flush()
            ids = dead.message_id, sent.message_id
            mark(dead, MessageState.DEAD, attempts=8)
            mark(sent, MessageState.SENT)
        with transaction():
            dead, sent, waiting = written()
            actor = Actor(user.name, user.id)
            assert service.resend(dead, actor=actor) is dead
            service.resend(sent, actor=actor)
            with pytest.raises(Conflict):
                service.resend(waiting, actor=actor)
        found = written()
        assert [(row.state, row.attempts) for row in found] == [
            (MessageState.QUEUED, 0), (MessageState.SENT, 1), (MessageState.QUEUED, 0), (MessageState.QUEUED, 0),
        ]  # fmt: skip
        assert (found[0].message_id, found[1].message_id) == ids
        copy = found[3]
        assert copy.message_id not in ids
        assert (copy.to_email, copy.subject, copy.conference_id) == (
            "ana@example.org", found[1].subject, conference.id,
        )  # fmt: skip
        assert [entry.action for entry in db.session.scalars(select(AuditEntry))] == ["message.resend"] * 2
