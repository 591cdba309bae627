"""Handing one message to an SMTP server. Knows nothing of the database."""

from __future__ import annotations

import contextlib
import smtplib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from typing import Any
from urllib.parse import urlsplit

from eventsapp.mail.cleaning import one_line, unlinked

SECONDS = 30
"""How long one answer of the server may take. A message needs about five of them."""

# Seven bits, because not every server on the way takes eight.
_POLICY = policy.SMTP.clone(cte_type="7bit")


@dataclass(frozen=True)
class Outgoing:
    """A message as the transport sees it. ``date`` is aware: when it was written, so that a repeat is the same."""

    to_name: str
    to_email: str
    reply_to: str | None
    subject: str
    text: str
    html: str
    language: str
    message_id: str
    date: datetime
    calendar: str | None = None
    """An iCalendar object with METHOD:PUBLISH, that goes with it as a file."""


class Unreachable(Exception):
    """The server does not take any message now: no connection, no encryption, no login. Says nothing about the message."""


class NotNow(Exception):
    """The server did not take this message, but may later."""


class Never(Exception):
    """The server will not take this message, however often it is offered."""


def compose(outgoing: Outgoing, sender: str) -> EmailMessage:
    """Return the message with its headers, text and HTML. Raises :class:`Never` for an address that no header can carry."""
    message = EmailMessage(policy=_POLICY)
    from_name, from_address = parseaddr(sender)
    try:
        message["From"] = Address(from_name, addr_spec=from_address)
        message["To"] = Address(
            unlinked(one_line(outgoing.to_name, 100)), addr_spec=_mailbox(outgoing.to_email)
        )
        if outgoing.reply_to:
            message["Reply-To"] = Address(addr_spec=_mailbox(outgoing.reply_to))
        message["Subject"] = one_line(outgoing.subject)
        message["Date"] = format_datetime(outgoing.date)
        message["Message-ID"] = outgoing.message_id
    except (ValueError, UnicodeError) as error:
        raise Never(f"not an address or header: {error}") from error
    # RFC 3834: no vacation notices, please.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(outgoing.text)
    message.add_alternative(outgoing.html, subtype="html")
    message["Content-Language"] = outgoing.language
    if outgoing.calendar:
        message.add_attachment(
            outgoing.calendar,
            subtype="calendar",
            # Base64, so that its lines and their folding arrive as they are.
            cte="base64",
            filename="programme.ics",
            params={"method": "PUBLISH"},
        )
    return message


def _mailbox(address: str) -> str:
    """Return an address with its domain in ASCII (IDNA)."""
    local, _, domain = address.rpartition("@")
    return f"{local}@{domain.encode('idna').decode()}"


class SMTPTransport:
    """One connection, opened when first needed, kept until :meth:`close`, opened again after a failure."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self._settings = settings
        self._open: smtplib.SMTP | None = None

    def send(self, outgoing: Outgoing) -> None:
        """Hand one message over. Raises :class:`Unreachable`, :class:`NotNow` or :class:`Never`."""
        message = compose(outgoing, self._settings["MAIL_FROM"])
        server = self.connect()
        try:
            server.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            code, said = next(iter(error.recipients.values()))
            raise _by_code(code, said) from error
        except smtplib.SMTPSenderRefused as error:
            # Our own address: the set-up is wrong, not the message.
            self.close()
            raise Unreachable(_said(error.smtp_code, error.smtp_error)) from error
        except smtplib.SMTPDataError as error:
            raise _by_code(error.smtp_code, error.smtp_error) from error
        except smtplib.SMTPNotSupportedError as error:
            raise Never("the server takes no addresses beyond ASCII") from error
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            raise NotNow(_words(error)) from error

    def connect(self) -> smtplib.SMTP:
        """Return the open connection, encrypted and logged in as the settings say. Raises :class:`Unreachable`."""
        if self._open is not None:
            return self._open
        settings = self._settings
        host, port, security = settings["SMTP_HOST"], settings["SMTP_PORT"], settings["SMTP_SECURITY"]
        name = urlsplit(settings["PUBLIC_URL"]).hostname or "localhost"
        server: smtplib.SMTP | None = None
        try:
            if security == "tls":
                server = smtplib.SMTP_SSL(
                    host, port, name, timeout=SECONDS, context=ssl.create_default_context()
                )
            else:
                server = smtplib.SMTP(host, port, name, timeout=SECONDS)
            if security == "starttls":
                server.starttls(context=ssl.create_default_context())
            if settings["SMTP_USER"]:
                server.login(settings["SMTP_USER"], settings["SMTP_PASSWORD"])
        except (OSError, smtplib.SMTPException) as error:
            if server is not None:
                server.close()
            raise Unreachable(_words(error)) from error
        self._open = server
        return server

    def close(self) -> None:
        """Say goodbye, if there is a connection."""
        if self._open is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                self._open.quit()
            self._open = None


def _by_code(code: int, said: bytes | str) -> Exception:
    words = _said(code, said)
    return Never(words) if 500 <= code < 600 else NotNow(words)


def _said(code: int, said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    return one_line(f"{code} {text}", 400)


def _words(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return _said(error.smtp_code, error.smtp_error)
    return one_line(f"{type(error).__name__}: {error}", 400)
