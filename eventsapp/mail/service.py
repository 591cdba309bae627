"""Writing messages to the outbox. Nothing here sends: the worker does, after the transaction is committed."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from flask import current_app
from flask_babel import gettext as _

from eventsapp.core import audit, clock, locale
from eventsapp.core.errors import Conflict
from eventsapp.core.translations import LANGUAGES, direction
from eventsapp.extensions import db
from eventsapp.mail.cleaning import cleaned, one_line, unlinked
from eventsapp.mail.models import Message, MessageState

_BLANK_LINES = re.compile(r"\n{3,}")
_ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]\\\x00-\x1f\x7f]+@[^\s@<>,;:\"()\[\]\\\x00-\x1f\x7f]+")


def queue(
    template: str,
    *,
    to_name: str,
    to_email: str,
    language: str,
    context: Mapping[str, Any],
    conference_id: int | None = None,
    reply_to: str | None = None,
) -> Message:
    """Render ``templates/emails/<template>/{subject.txt,body.txt,body.html}`` and add the message to the transaction.

    ``context`` is plain data (see ``cleaning.cleaned``); all text in it is treated as somebody's, but for addresses of
    our own site (``core.web.absolute``). Templates also get ``name``, ``language``, ``direction`` and ``site`` (the public
    address), and speak the recipient's ``language`` (English when it is none of ours). Raises ``ValueError`` for an
    address that is none. The Message-ID is fixed here, so that a repeated delivery can be recognized.
    """
    for address in (to_email, reply_to):
        if address is not None:
            check_address(address)
    language = language if language in LANGUAGES else "en"
    public_url: str = current_app.config["PUBLIC_URL"]
    with locale.speaking(language):
        values = cleaned(context, public_url)
        values |= {
            "name": unlinked(one_line(to_name, 200)),
            "language": language,
            "direction": direction(language),
            "site": public_url,
        }
        subject, text, html = rendered(template, values)
    message = Message(
        conference_id=conference_id,
        template=template,
        to_name=one_line(to_name, 200),
        to_email=to_email,
        language=language,
        reply_to=reply_to,
        subject=one_line(subject, 250),
        text_body=text,
        html_body=html,
        message_id=new_message_id(),
    )
    db.session.add(message)
    return message


def check_address(address: str) -> None:
    """Raise ``ValueError`` for what a mail server would not take as an address."""
    if len(address) > 254 or not _ADDRESS.fullmatch(address):
        raise ValueError("not an e-mail address")


def rendered(template: str, values: Mapping[str, Any]) -> tuple[str, str, str]:
    """Return subject, text and HTML of a template with these values, which must be clean, in the current language."""
    subject = " ".join(_render(template, "subject.txt", values).split())
    text = _BLANK_LINES.sub("\n\n", _render(template, "body.txt", values)).strip() + "\n"
    return subject, text, _render(template, "body.html", {**values, "subject": subject})


def _render(template: str, part: str, values: Mapping[str, Any]) -> str:
    # Not flask.render_template: what it adds (the request, the signed-in person) has no place in a message.
    found = current_app.jinja_env.get_template(f"emails/{template}/{part}")
    return found.render(values)


def new_message_id() -> str:
    """Return a Message-ID that no message had before, in the domain of the public address."""
    host = urlsplit(current_app.config["PUBLIC_URL"]).hostname or "localhost"
    domain = "localhost" if host.replace(".", "").isdigit() or ":" in host else host
    return f"<{uuid.uuid4().hex}@{domain}>"


def resend(message: Message, *, actor: audit.Actor) -> Message:
    """Send a message again: one that was given up is queued anew, of one that was sent a copy goes out.

    Returns the queued message. Raises :class:`Conflict` for one that is still on its way.
    """
    if message.state is MessageState.DEAD:
        message.state = MessageState.QUEUED
        message.attempts = 0
        message.due_at = clock.now()
        message.last_error = None
        again = message
    elif message.state is MessageState.SENT:
        again = Message(
            **{
                name: getattr(message, name)
                for name in (
                    "conference_id", "template", "to_name", "to_email", "language", "reply_to", "subject", "text_body",
                    "html_body", "calendar",
                )
            },
            message_id=new_message_id(),
        )  # fmt: skip
        db.session.add(again)
    else:
        raise Conflict(_("This message is still on its way."))
    audit.record(actor, "message.resend", f"message:{message.id}", conference_id=message.conference_id)
    return again
