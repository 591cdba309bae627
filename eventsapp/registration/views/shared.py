"""What the pages of registering and of registered people share: whose they are, and which conference they are of."""

from __future__ import annotations

from flask import Response, current_app, g, redirect, render_template, request, url_for
from flask_login import current_user
from sqlalchemy import bindparam, select
from werkzeug.wrappers import Response as BaseResponse

from eventsapp.accounts.guards import actor
from eventsapp.accounts.models import User
from eventsapp.conferences.enums import ConferenceState
from eventsapp.conferences.models import Conference
from eventsapp.core.audit import PARTICIPANT, Actor
from eventsapp.core.errors import NotFound
from eventsapp.core.limits import Limit, by_address, by_field
from eventsapp.core.translations import LANGUAGES
from eventsapp.core.web import private
from eventsapp.extensions import db
from eventsapp.programme.current import new_slug
from eventsapp.registration import queries
from eventsapp.registration.queries import Person

_LANGUAGE = f"/<any({','.join(LANGUAGES)}):lang>"
CONFERENCE = f"{_LANGUAGE}/<conference>"
OWN = f"{_LANGUAGE}/registrations/<token>"

REGISTER_LIMITS = (
    Limit("register", "LIMIT_REGISTER", by_address),
    Limit("registration-mail", "LIMIT_MAIL", by_field("email")),
)


_BY_SLUG = select(Conference).where(Conference.slug == bindparam("slug"))


class LinkGone(Exception):
    """The secret in the address was never given out, has been revoked, or has expired."""


def gone(_error: LinkGone) -> Response:
    """Say so, and how to get a new address. Says nothing about whose it may have been. An error handler of a blueprint."""
    page = render_template("registration/gone.html", conferences=queries.public_conferences())
    response = private(current_app.make_response((page, 404)))
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def conference_of(slug: str) -> Conference | BaseResponse:
    """Return the conference with this slug as far as the public may know it, or where it is now."""
    found = db.session.scalars(_BY_SLUG, {"slug": slug}).one_or_none()
    if found is None or found.state is ConferenceState.DRAFT:
        today = new_slug(slug)
        if today is None or request.endpoint is None:
            raise NotFound
        return redirect(url_for(request.endpoint, **{**(request.view_args or {}), "conference": today}), 301)
    g.default_language = found.default_language
    return found


def user() -> User | None:
    """Return whose account is signed in."""
    return current_user if current_user.is_authenticated else None


def who() -> Actor:
    """Return who acts on a page that is open to all."""
    return actor() if current_user.is_authenticated else PARTICIPANT


def person_of(token: str) -> Person:
    """Return whose page this is; it may be read by whoever has the address. Raises :class:`LinkGone`."""
    person = queries.person_by_token(token)
    if person is None or person.conference_state is ConferenceState.DRAFT:
        raise LinkGone
    g.default_language = person.default_language
    return person
