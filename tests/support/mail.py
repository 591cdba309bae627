"""A mail server that keeps what it is given, and can be told to refuse."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass(frozen=True)
class Received:
    """One message as it came in: the envelope, the bytes, and the parsed message."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes

    @property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.content, policy=policy.default)

    def text(self, kind: str = "plain") -> str:
        """The body of the kind asked for, "plain" or "html"."""
        part = self.message.get_body(preferencelist=(kind,))
        assert part is not None, f"the message has no {kind} part"
        content: str = part.get_content()
        return content


class MailServer:
    """SMTP on 127.0.0.1, on ``port``. ``received`` holds the accepted messages, in their order.

    ``refuse("451 4.3.0 Try later")`` answers every message so from then on; ``refuse("550 …", "a@example.org")``
    only that recipient. ``accept()`` ends both. ``before_answer``, when set, is called with each message after it
    has been kept and before the sender is told so.
    """

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.before_answer: Callable[[Received], None] | None = None
        self._refusal: str | None = None
        self._refused: dict[str, str] = {}
        self._changed = threading.Condition()
        self._controller = _Controller(self, hostname="127.0.0.1", port=0)
        self._controller.start()
        self.host = "127.0.0.1"

    @property
    def port(self) -> int:
        server = cast(Any, self._controller.server)
        number: int = server.sockets[0].getsockname()[1]
        return number

    @property
    def settings(self) -> dict[str, object]:
        """What the application needs to send its messages here."""
        return {
            "MAIL_TRANSPORT": "smtp",
            "SMTP_HOST": self.host,
            "SMTP_PORT": self.port,
            "SMTP_SECURITY": "none",
        }

    def refuse(self, reply: str, recipient: str | None = None) -> None:
        if recipient is None:
            self._refusal = reply
        else:
            self._refused[recipient.lower()] = reply

    def accept(self) -> None:
        self._refusal = None
        self._refused.clear()

    def to(self, recipient: str) -> list[Received]:
        return [item for item in self.received if recipient in item.recipients]

    def wait_for(self, count: int, *, seconds: float = 20) -> list[Received]:
        """All messages, as soon as there are ``count`` of them or more."""
        with self._changed:
            enough = self._changed.wait_for(lambda: len(self.received) >= count, seconds)
        assert enough, f"{len(self.received)} of {count} messages within {seconds:g} s"
        return list(self.received)

    def stop(self) -> None:
        self._controller.stop()

    # Called by aiosmtpd, in its own thread.

    async def handle_RCPT(  # noqa: N802 - the library's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        refused = self._refused.get(address.lower())
        if refused is not None:
            return refused
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self._refusal is not None:
            return self._refusal
        item = Received(
            sender=envelope.mail_from or "",
            recipients=tuple(envelope.rcpt_tos),
            content=cast(bytes, envelope.original_content),
        )
        with self._changed:
            self.received.append(item)
            self._changed.notify_all()
        if self.before_answer is not None:
            self.before_answer(item)
        return "250 OK"


class _Controller(Controller):
    """The library's controller, on a port that the system chooses."""

    def factory(self) -> SMTP:
        return SMTP(self.handler, enable_SMTPUTF8=True, hostname="mail.example.org", ident="test")

    def _trigger_server(self) -> None:
        # The library asks its own port for a greeting; with port 0 the real number is known only now.
        server = cast(Any, self.server)
        self.port = server.sockets[0].getsockname()[1]
        super()._trigger_server()
