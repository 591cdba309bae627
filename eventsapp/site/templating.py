"""What templates of all features may call: links of pages, of files, of the same page in another language."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any, Protocol
from urllib.parse import quote
from zoneinfo import ZoneInfo

from flask import Flask, current_app, request, url_for

from eventsapp.core import locale, templating, zones
from eventsapp.core.translations import LANGUAGES
from eventsapp.core.web import absolute
from eventsapp.programme.enums import Access
from eventsapp.programme.forms import ACCESS
from eventsapp.programme.restrictions import restriction
from eventsapp.programme.snapshot import EventInfo


def _path() -> str:
    """Return the path of this page, as it stands in links."""
    return quote(request.path, safe="/:@!$&'()*+,;=~")


def in_language(language: str) -> str:
    """Return the address of this page in another language: public pages say it in their path, others remember it."""
    query = request.query_string.decode("ascii", "ignore")
    path = f"{_path()}?{query}" if query else _path()
    if locale.from_address() is not None:
        _, _, rest = path.lstrip("/").partition("/")
        return f"/{language}/{rest}"
    if request.endpoint == "site.home":
        return f"/{language}/"
    return url_for("accounts.language", lang=language, next=path)


def alternates() -> list[tuple[str, str]]:
    """Return (language, absolute address) of this page in all languages, and ("x-default", …) of the one that chooses."""
    _, _, rest = _path().lstrip("/").partition("/")
    found = [(language, absolute(f"/{language}/{rest}")) for language in LANGUAGES]
    return [*found, ("x-default", absolute(f"/{rest}"))]


class Stored(Protocol):
    """A stored file, or the public snapshot of one."""

    @property
    def id(self) -> Any: ...
    @property
    def name(self) -> Any: ...
    @property
    def sha256(self) -> Any: ...


def file_url(file: Stored) -> str:
    """Return the address of a stored file; with its fingerprint, so that it may be kept for ever."""
    return url_for("site.file", file_id=file.id, name=file.name, v=file.sha256[:16])


def local_date(instant: datetime, zone: str) -> date:
    """Return the date of an instant in ``zone``."""
    return instant.astimezone(ZoneInfo(zone)).date()


def noon(day: date, zone: str) -> datetime:
    """Return an instant in the middle of a day: what to ask a zone's name for, as it changes with the season."""
    return zones.instant(day, time(12), zone)


def access_word(access: Access) -> str:
    """Return who may come in."""
    return str(ACCESS[access])


def only_for(event: EventInfo) -> str:
    """Return to whom an event is restricted beyond its access, in the reader's language; "" for one that is not."""
    return restriction(event.only_for, templating.t)


def comma() -> str:
    """Return what stands between the parts of a place's name in the reader's language."""
    return {"ar": "، ", "zh": "，"}.get(locale.current(), ", ")


def web_address(address: str | None) -> str:
    """Return an address that a browser may be sent to, "" for any other: no script hides in a link."""
    return address if address and address.lower().startswith(("https://", "http://")) else ""


def has_page(endpoint: str) -> bool:
    """Return whether the application has this page."""
    return endpoint in current_app.view_functions


def register(app: Flask) -> None:
    """Install them."""
    app.jinja_env.globals.update(
        in_language=in_language,
        alternates=alternates,
        file_url=file_url,
        local_date=local_date,
        noon=noon,
        access_word=access_word,
        only_for=only_for,
        has_page=has_page,
        absolute=absolute,
        comma=comma,
        web_address=web_address,
    )
