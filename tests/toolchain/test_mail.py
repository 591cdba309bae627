"""The mail server of the tests."""

from __future__ import annotations

import smtplib
from email.message import EmailMessage

import pytest


def message() -> EmailMessage:
    made = EmailMessage()
    made["From"] = "desk@example.org"
    made["To"] = "reader@example.org"
    made["Subject"] = "Siège réservé"
    made.set_content("Texte")
    made.add_alternative("<p>Texte</p>", subtype="html")
    return made


def send(smtp) -> None:
    with smtplib.SMTP(smtp.host, smtp.port) as connection:
        connection.send_message(message())


def test_it_keeps_what_it_accepts(smtp):
    send(smtp)
    (received,) = smtp.wait_for(1)
    assert received.sender == "desk@example.org"
    assert received.recipients == ("reader@example.org",)
    assert received.message["Subject"] == "Siège réservé"
    assert received.text().strip() == "Texte"
    assert received.text("html").strip() == "<p>Texte</p>"


def test_it_refuses_what_it_is_told_to(smtp):
    smtp.refuse("451 4.3.0 Try later")
    with pytest.raises(smtplib.SMTPDataError) as later:
        send(smtp)
    assert later.value.smtp_code == 451
    smtp.accept()
    smtp.refuse("550 5.1.1 Unknown", "reader@example.org")
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        send(smtp)
    assert smtp.received == []
    smtp.accept()
    send(smtp)
    assert len(smtp.to("reader@example.org")) == 1
