"""A request for a page of a conference: whose page it is, in which language, and where it has moved to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol, TypeVar

from flask import g, request, url_for
from werkzeug.routing import RequestRedirect

from eventsapp.core import clock
from eventsapp.core.errors import NotFound
from eventsapp.core.web import absolute
from eventsapp.programme.snapshot import ConferenceInfo, FileInfo, Snapshot
from eventsapp.site.current import new_slug, snapshot_of
from eventsapp.site.templating import file_url


class Moved(RequestRedirect):
    """Sends on, for good, to where something is now."""

    code = 301


@dataclass(frozen=True, slots=True)
class Visit:
    """A request for a page of a conference."""

    lang: str
    snapshot: Snapshot
    now: datetime

    @property
    def conference(self) -> ConferenceInfo:
        """The conference."""
        return self.snapshot.conference

    @property
    def today(self) -> date:
        """Which day it is at the conference."""
        return self.now.astimezone(self.conference.tzinfo).date()

    def text(self, texts: Mapping[str, str]) -> str:
        """Return a text for the reader."""
        return self.snapshot.text(texts, self.lang)

    def url(self, endpoint: str, **values: Any) -> str:
        """Return the path of another page of the conference."""
        return url_for(endpoint, lang=self.lang, conference=self.conference.slug, **values)

    @property
    def base(self) -> str:
        """The absolute address of the conference, without the slash at the end."""
        return absolute(self.url("site.conference")).rstrip("/")

    @property
    def picture(self) -> str | None:
        """The absolute address of the conference's picture."""
        return picture_address(self.conference.picture)


def picture_address(picture: FileInfo | None) -> str | None:
    """Return the absolute address of a picture."""
    if picture is None:
        return None
    return absolute(file_url(picture))


def visit_of(lang: str, conference: str) -> Visit:
    """Return the visit. Raises :class:`NotFound`, or a redirect when the conference has another slug now."""
    snapshot = snapshot_of(conference)
    if snapshot is None:
        today = new_slug(conference)
        if today is None:
            raise NotFound
        raise Moved(here(conference=today))
    g.default_language = snapshot.conference.default_language
    return Visit(lang, snapshot, clock.now())


def here(**changes: str) -> str:
    """Return the address of this page with parts of its path changed."""
    query = request.query_string.decode("ascii", "ignore")
    path = url_for(request.endpoint or "", **{**(request.view_args or {}), **changes})
    return f"{path}?{query}" if query else path


class Named(Protocol):
    @property
    def slug(self) -> str: ...


T = TypeVar("T", bound=Named)


def find(visit: Visit, table: str, slug: str, things: Iterable[T]) -> T:
    """Return the thing with this slug. Raises :class:`NotFound`, or a redirect when it has another slug now."""
    for thing in things:
        if thing.slug == slug:
            return thing
    today = visit.snapshot.old_slugs.get((table, slug))
    if today is None:
        raise NotFound
    raise Moved(here(slug=today))
