"""Which language an answer is in.

Public pages say it in their address (``/fr/…``). The workspace and the account pages follow the choice kept in the
session, then the signed-in person's language, then what the browser asks for.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask, g, has_request_context, request, session

from eventsapp.core.translations import LANGUAGES


def from_browser() -> str:
    """Return the best of our languages for the request's Accept-Language, else English."""
    return request.accept_languages.best_match(list(LANGUAGES)) or "en"


def from_address() -> str | None:
    """Return the language in the request's address, if it has one."""
    language = (request.view_args or {}).get("lang")
    if language is None:
        # Also for addresses that lead nowhere: a French reader is told so in French.
        first = request.path.split("/", 2)[1] if request.path.startswith("/") else ""
        language = first if first in LANGUAGES else None
    return language if language in LANGUAGES else None


def current() -> str:
    """Return the language of the answer being made: one of :data:`LANGUAGES`. Outside a request: English."""
    if not has_request_context():
        return getattr(g, "language", "en") if g else "en"
    chosen = getattr(g, "language", None)
    if chosen is None:
        chosen = g.language = from_address() or _from_person() or from_browser()
    return str(chosen)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Make texts, dates and filters speak ``language`` inside the block, whatever the request's is. For messages."""
    from flask_babel import force_locale

    before = getattr(g, "language", None)
    g.language = language
    try:
        with force_locale(language):
            yield
    finally:
        if before is None:
            del g.language
        else:
            g.language = before


def _from_person() -> str | None:
    from flask_login import current_user

    chosen = session.get("language")
    if chosen in LANGUAGES:
        return str(chosen)
    language = getattr(current_user, "language", None)
    return language if language in LANGUAGES else None


def register(app: Flask) -> None:
    """Bind Flask-Babel to :func:`current`."""
    from eventsapp.config import PACKAGE
    from eventsapp.extensions import babel

    babel.init_app(
        app,
        locale_selector=current,
        default_timezone="UTC",
        default_translation_directories=str(PACKAGE / "translations"),
    )
