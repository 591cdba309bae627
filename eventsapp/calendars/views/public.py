"""The feeds beside the public pages, and the secret one of each registration.

The public ones are the same for everybody; the layer in front of Flask keeps them, compresses them and answers
conditional requests (``core/front.py``). They set no cookie and look at no Accept header.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar

from flask import Blueprint, Response, current_app, make_response, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from eventsapp.accounts.guards import by_token, open_to_all
from eventsapp.calendars import feeds, queries
from eventsapp.calendars.ical import CONTENT_TYPE, Feed, to_bytes
from eventsapp.core import locale, web
from eventsapp.core.errors import NotFound
from eventsapp.core.translations import LANGUAGES
from eventsapp.programme import filters
from eventsapp.programme.current import new_slug, snapshot_of
from eventsapp.programme.snapshot import Snapshot

bp = Blueprint("calendars", __name__)

_CONFERENCE = f"/<any({','.join(LANGUAGES)}):lang>/<conference>"

Answer = Response | BaseResponse


class _Named(Protocol):
    @property
    def slug(self) -> str: ...


Named = TypeVar("Named", bound=_Named)


def _answer(feed: Feed, name: str) -> Response:
    response = make_response(to_bytes(feed))
    response.headers["Content-Type"] = CONTENT_TYPE
    response.headers["Content-Disposition"] = f'inline; filename="{name}.ics"'
    response.last_modified = feed.modified
    return response


def _public(
    conference: str, lang: str, select: Callable[[Snapshot], feeds.Selection | str], name: str, **values: Any
) -> Answer:
    """Answer with the feed that ``select`` chooses, or send on to where it says that the feed is now."""
    snapshot = snapshot_of(conference)
    if snapshot is None:
        return _moved(lang, new_slug(conference), **values)
    with locale.speaking(lang):
        selection = select(snapshot)
        if isinstance(selection, str):
            return redirect(selection, 301)
        feed = feeds.feed_of(selection, snapshot, lang, current_app.config["PUBLIC_URL"])
    return web.public(_answer(feed, f"{snapshot.conference.slug}{name}"))


def _moved(lang: str, conference: str | None, **values: Any) -> BaseResponse:
    if conference is None or request.endpoint is None:
        raise NotFound
    query: dict[str, Any] = (
        request.args.to_dict(flat=False) if request.endpoint.endswith("programme_feed") else {}
    )
    return redirect(url_for(request.endpoint, lang=lang, conference=conference, **values, **query), 301)


def _find(snapshot: Snapshot, table: str, slug: str, things: Sequence[Named], lang: str) -> Named | str:
    """Return the thing with this slug, or the address of the feed it has now; raises :class:`NotFound`."""
    for thing in things:
        if thing.slug == slug:
            return thing
    today = snapshot.old_slugs.get((table, slug))
    if today is None or request.endpoint is None:
        raise NotFound
    return url_for(request.endpoint, lang=lang, conference=snapshot.conference.slug, slug=today)


@bp.get(f"{_CONFERENCE}/calendar.ics")
@open_to_all
def conference_feed(lang: str, conference: str) -> Answer:
    """Everything."""
    return _public(conference, lang, feeds.whole_conference, "")


@bp.get(f"{_CONFERENCE}/events/<code>.ics")
@open_to_all
def event_feed(lang: str, conference: str, code: str) -> Answer:
    """One event."""

    def select(snapshot: Snapshot) -> feeds.Selection | str:
        event = snapshot.event_by_code.get(code)
        if event is not None:
            return feeds.of_event(event, snapshot, lang)
        today = snapshot.old_slugs.get(("event", code))
        if today is None:
            raise NotFound
        return url_for(".event_feed", lang=lang, conference=snapshot.conference.slug, code=today)

    return _public(conference, lang, select, f"-{code}", code=code)


@bp.get(f"{_CONFERENCE}/organizations/<slug>.ics")
@open_to_all
def organization_feed(lang: str, conference: str, slug: str) -> Answer:
    """What an organization stands behind."""

    def select(snapshot: Snapshot) -> feeds.Selection | str:
        found = _find(snapshot, "organization", slug, list(snapshot.organizations.values()), lang)
        return found if isinstance(found, str) else feeds.of_organization(found, snapshot, lang)

    return _public(conference, lang, select, f"-{slug}", slug=slug)


@bp.get(f"{_CONFERENCE}/rooms/<slug>.ics")
@open_to_all
def room_feed(lang: str, conference: str, slug: str) -> Answer:
    """What takes place in a room."""

    def select(snapshot: Snapshot) -> feeds.Selection | str:
        found = _find(snapshot, "room", slug, snapshot.rooms, lang)
        return found if isinstance(found, str) else feeds.of_room(found.slug, found.names, snapshot, lang)

    return _public(conference, lang, select, f"-{slug}", slug=slug)


@bp.get(f"{_CONFERENCE}/themes/<slug>.ics")
@open_to_all
def theme_feed(lang: str, conference: str, slug: str) -> Answer:
    """What is on a theme."""

    def select(snapshot: Snapshot) -> feeds.Selection | str:
        found = _find(snapshot, "theme", slug, snapshot.themes, lang)
        return found if isinstance(found, str) else feeds.of_theme(found.slug, found.names, snapshot, lang)

    return _public(conference, lang, select, f"-{slug}", slug=slug)


@bp.get(f"{_CONFERENCE}/types/<slug>.ics")
@open_to_all
def type_feed(lang: str, conference: str, slug: str) -> Answer:
    """What is of a type."""

    def select(snapshot: Snapshot) -> feeds.Selection | str:
        found = _find(snapshot, "event_type", slug, snapshot.types, lang)
        return found if isinstance(found, str) else feeds.of_type(found.slug, found.names, snapshot, lang)

    return _public(conference, lang, select, f"-{slug}", slug=slug)


@bp.get(f"{_CONFERENCE}/programme.ics")
@open_to_all
def programme_feed(lang: str, conference: str) -> Answer:
    """What the programme page shows with the same filters."""

    def select(snapshot: Snapshot) -> feeds.Selection:
        return feeds.of_filters(filters.current(filters.parse(request.args), snapshot), snapshot)

    return _public(conference, lang, select, "-programme")


@bp.get("/calendars/<secret>.ics")
@by_token
def personal_feed(secret: str) -> Answer:
    """What a registered person booked, waits for or starred. Whoever has the address has the calendar."""
    owner = queries.owner_of(secret)
    snapshot = snapshot_of(owner.conference_slug) if owner is not None else None
    if owner is None or snapshot is None:
        return Response(
            "There is no calendar at this address.\n", 404, content_type="text/plain; charset=utf-8"
        )
    with locale.speaking(owner.language):
        feed = feeds.personal_feed(
            queries.chosen_by(owner.registration_id),
            snapshot,
            owner.language,
            current_app.config["PUBLIC_URL"],
            # Not the person's own page: who is shown a calendar must not get the secret that changes bookings.
            page=web.absolute(f"/{owner.language}/{snapshot.conference.slug}/programme"),
            source=web.absolute(url_for(".personal_feed", secret=secret)),
        )
    response = _answer(feed, f"{snapshot.conference.slug}-my-programme")
    response.headers["X-Robots-Tag"] = "noindex"
    response.set_etag(hashlib.sha256(response.get_data()).hexdigest()[:32])
    # By the ETag only: a star that is taken back leaves no date behind, so a date cannot say that nothing changed.
    return response.make_conditional(request) if request.if_none_match else web.private(response)
