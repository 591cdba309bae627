"""Messages of which many are alike, such as those about the bookings of one event.

The letter is rendered once for a language and kept; each recipient's name and other particulars are filled in. That
costs a twentieth of rendering it anew, which is what lets a booking be quick and a release tell thousands of people.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from flask import current_app
from markupsafe import escape
from sqlalchemy import Connection, Table, insert

from eventsapp.core import clock, locale
from eventsapp.core.statements import Statement
from eventsapp.core.translations import LANGUAGES, direction
from eventsapp.mail import service
from eventsapp.mail.cleaning import cleaned, one_line, unlinked
from eventsapp.mail.models import Message, MessageState

KEPT: Final = 256
"""Letters kept in each process."""

# Characters for private use: ``cleaned`` takes them out of all that people write, so nobody can forge a blank.
_OPEN, _CLOSE = "\ue000", "\ue001"

_COLUMNS: Final = [
    "conference_id", "template", "to_name", "to_email", "language", "reply_to", "subject", "text_body", "html_body",
    "calendar", "message_id", "state", "attempts", "created_at", "due_at", "sent_at", "last_error",
]  # fmt: skip
_INSERT = Statement(lambda _dialect: insert(cast(Table, Message.__table__)), _COLUMNS)


@dataclass(frozen=True, slots=True)
class Letter:
    """A rendered message with blanks."""

    subject: str
    text: str
    html: str


class _Letters:
    """The letters used last."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, Letter] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> Letter | None:
        with self._lock:
            letter = self._kept.get(key)
            if letter is not None:
                self._kept.move_to_end(key)
            return letter

    def put(self, key: Hashable, letter: Letter) -> None:
        with self._lock:
            self._kept[key] = letter
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)


def _frozen(value: Any) -> Hashable:
    """Return plain data in a form that equal data shares and that can be a key."""
    if isinstance(value, Mapping):
        return tuple((key, _frozen(item)) for key, item in value.items())
    if isinstance(value, list | tuple):
        return tuple(_frozen(item) for item in value)
    # 1, 1.0 and True are equal, but not written alike.
    return (type(value), str(value))


def _blank(name: str) -> str:
    return f"{_OPEN}{name}{_CLOSE}"


def _letter(template: str, language: str, context: Mapping[str, Any], blanks: tuple[str, ...]) -> Letter:
    letters: _Letters = current_app.extensions.setdefault("eventsapp-letters", _Letters())
    key = (template, language, blanks, _frozen(context))
    found = letters.get(key)
    if found is not None:
        return found
    public_url: str = current_app.config["PUBLIC_URL"]
    with locale.speaking(language):
        values = cleaned(context, public_url)
        values |= {"name": ""} | {name: _blank(name) for name in blanks}
        values |= {"language": language, "direction": direction(language), "site": public_url}
        letter = Letter(*service.rendered(template, values))
    letters.put(key, letter)
    return letter


@dataclass(frozen=True, slots=True)
class Written:
    """A message to one person, ready to be sent but for what is not known yet."""

    row: Mapping[str, Any]

    def send(self, connection: Connection, **late: str) -> None:
        """Add the message to the transaction of ``connection``; ``late`` fills the blanks that were left. One statement.

        What it fills in must be our own, such as a number: it is not cleaned.
        """
        row = self.row
        if late:
            filled = dict(row)
            for name, value in late.items():
                for part in ("subject", "text_body", "html_body"):
                    filled[part] = filled[part].replace(_blank(name), value)
            row = filled
        _INSERT.send(connection, row)


def write(
    template: str,
    *,
    to_name: str,
    to_email: str,
    language: str,
    context: Mapping[str, Any],
    blanks: Mapping[str, str],
    late: Sequence[str] = (),
    conference_id: int | None = None,
    calendar: str | None = None,
) -> Written:
    """Return a message like that of ``service.queue``, made of a letter that is kept. Writes nothing yet.

    ``context`` is what all recipients share; ``blanks`` are this one's particulars: the template prints them as they are,
    and can neither test nor format them. Both are treated as somebody's text, but for addresses of our own site.
    ``late`` names the blanks that are filled when it is sent; ``calendar`` is an iCalendar object that goes with it. Raises ``ValueError`` for an address that is none.
    """
    service.check_address(to_email)
    language = language if language in LANGUAGES else "en"
    filled = cleaned(blanks, current_app.config["PUBLIC_URL"])
    if to_name:
        filled["name"] = unlinked(one_line(to_name, 200))
    letter = _letter(template, language, context, (*filled, *late))
    subject, text, html = letter.subject, letter.text, letter.html
    for name, value in filled.items():
        blank = _blank(name)
        subject = subject.replace(blank, value)
        text = text.replace(blank, value)
        html = html.replace(blank, str(escape(value)))
    return _written(
        template,
        Letter(subject, text, html),
        to_name=to_name,
        to_email=to_email,
        language=language,
        conference_id=conference_id,
        calendar=calendar,
    )


def write_clean(
    template: str,
    *,
    to_name: str,
    to_email: str,
    language: str,
    values: Mapping[str, Any],
    conference_id: int | None = None,
    reply_to: str | None = None,
) -> Written:
    """Return a message of which the caller has cleaned all ``values`` already: a text that somebody may put links in.

    The template gets what ``service.queue`` gives. Writes nothing yet. Raises ``ValueError`` for an address that is none.
    """
    for address in (to_email, reply_to):
        if address is not None:
            service.check_address(address)
    language = language if language in LANGUAGES else "en"
    with locale.speaking(language):
        ready = {
            **values,
            "name": unlinked(one_line(to_name, 200)),
            "language": language,
            "direction": direction(language),
            "site": current_app.config["PUBLIC_URL"],
        }
        letter = Letter(*service.rendered(template, ready))
    return _written(
        template,
        letter,
        to_name=to_name,
        to_email=to_email,
        language=language,
        conference_id=conference_id,
        reply_to=reply_to,
    )


def _written(
    template: str,
    letter: Letter,
    *,
    to_name: str,
    to_email: str,
    language: str,
    conference_id: int | None,
    reply_to: str | None = None,
    calendar: str | None = None,
) -> Written:
    now = clock.now()
    return Written(
        {
            "conference_id": conference_id,
            "template": template,
            "to_name": one_line(to_name, 200),
            "to_email": to_email,
            "language": language,
            "reply_to": reply_to,
            "subject": letter.subject if len(letter.subject) <= 250 else one_line(letter.subject, 250),
            "text_body": letter.text,
            "html_body": letter.html,
            "calendar": calendar,
            "message_id": service.new_message_id(),
            "state": MessageState.QUEUED,
            "attempts": 0,
            "created_at": now,
            "due_at": now,
            "sent_at": None,
            "last_error": None,
        }
    )
