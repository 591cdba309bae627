"""What the tests of accounts share."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import urlsplit

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from eventsapp.accounts import passwords
from eventsapp.accounts.models import User
from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from eventsapp.mail.models import Message
from tests import factories

PASSWORD = "five quiet lamps"
OTHER_PASSWORD = "seven loud drums"


@lru_cache
def password_hash(password: str = PASSWORD) -> str:
    """The hash of a password, made once."""
    return passwords.hashed(password)


def member(app: Flask, email: str = "ana@example.org", **over: object) -> int:
    """Make somebody with :data:`PASSWORD` and return their id."""
    with app.app_context(), transaction():
        user = factories.make_user(email=email, name="Ana", password_hash=password_hash(), **over)
        return user.id


def user_of(app: Flask, email: str = "ana@example.org") -> User:
    """Return somebody as they are in the database now, detached."""
    with app.app_context():
        user = db.session.scalars(select(User).where(User.email == email)).one()
        db.session.expunge(user)
        return user


def messages(app: Flask) -> list[tuple[str, str]]:
    """Return (template, recipient) of all messages, in the order they were written."""
    with app.app_context():
        rows = db.session.execute(select(Message.template, Message.to_email).order_by(Message.id))
        return [(row.template, row.to_email) for row in rows]


def link(app: Flask, template: str) -> str:
    """Return the path of the first link in the newest message of a template."""
    with app.app_context():
        text = db.session.scalars(
            select(Message.text_body).where(Message.template == template).order_by(Message.id.desc())
        ).first()
    assert text is not None, f"no message {template}"
    found = re.search(r"http://localhost(/\S+)", text)
    assert found is not None, f"no link in {text}"
    return urlsplit(found[1]).path


def sign_in(client: FlaskClient, email: str = "ana@example.org", password: str = PASSWORD) -> TestResponse:
    """Fill in the sign-in form."""
    return client.post("/account/sign-in", data={"email": email, "password": password})


def is_signed_in(client: FlaskClient) -> bool:
    """Whether one's own pages open."""
    return client.get("/account/profile").status_code == 200
