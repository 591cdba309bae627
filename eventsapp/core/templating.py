"""Filters and globals of the templates."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_interval, format_skeleton, format_time, get_timezone_name
from babel.lists import format_list
from flask import Flask, current_app, g, request, url_for
from markupsafe import Markup

from eventsapp.core import clock, locale, markdown
from eventsapp.core.translations import LANGUAGES, direction, pick, pick_language

Texts = Mapping[str, str]


def _default_language() -> str:
    return str(getattr(g, "default_language", "en"))


def t(texts: Texts | None) -> str:
    """Return a text for the reader, falling back to the conference's default language (``g.default_language``)."""
    return pick(texts, locale.current(), _default_language())


def t_lang(texts: Texts | None) -> Markup:
    """Return ``lang="…" dir="…"`` attributes when :func:`t` falls back to another language than the page's, else nothing."""
    chosen = pick_language(texts, locale.current(), _default_language())
    if not chosen or chosen == locale.current():
        return Markup("")
    return Markup('lang="{}" dir="{}"').format(chosen, direction(chosen))


# A day of a conference: with its weekday in full, without the year. CLDR has such a skeleton for some languages only.
_WEEKDAYS = {
    "en": "EEEE d MMMM",
    "fr": "EEEE d MMMM",
    "es": "EEEE d 'de' MMMM",
    "ar": "EEEE d MMMM",
    "zh": "M月d日EEEE",
    "ru": "EEEE, d MMMM",
}


def cldr() -> str:
    """Return the CLDR locale for dates and names: English is the international one, which writes "17 October 2016"."""
    language = locale.current()
    return "en_GB" if language == "en" else language


def country_name(code: str | None) -> str:
    """Return a country's name in the reader's language (CLDR), or the code; "" for None."""
    return str(Locale.parse(locale.current()).territories.get(code, code)) if code else ""


def language_name(code: str) -> str:
    """Return a language's name in the reader's language (CLDR), or the code."""
    return Locale.parse(locale.current()).languages.get(code, code) or code


def join_list(items: Any) -> str:
    """Return "a, b and c" in the reader's language."""
    return format_list([str(item) for item in items], locale=locale.current())


def day(value: date, form: str = "full") -> str:
    """Return a date in the reader's language.

    ``form``: full, long, medium, short; ``weekday`` ("Monday 17 October"), ``weekday_short``;
    ``month`` ("October 2016"); or a CLDR pattern.
    """
    if form == "weekday":
        form = _WEEKDAYS[locale.current()]
    elif form == "month":
        return format_skeleton("yMMMM", value, locale=cldr())
    elif form == "weekday_short":
        return format_skeleton("MMMEd", value, locale=cldr())
    return format_date(value, form, locale=cldr())


def dates(start: date, end: date) -> str:
    """Return a span of days in the reader's language, such as "17–20 October 2016"; one date when both are the same."""
    if start == end:
        return format_date(start, "long", locale=cldr())
    if (start.year, start.month) != (end.year, end.month):
        return format_interval(start, end, "yMMMd", locale=cldr())
    pattern = Locale.parse(cldr()).date_formats["long"].pattern
    both = re.sub(r"(?<![A-Za-z'])d{1,2}(?![A-Za-z'])", f"'{start.day}–{end.day}'", pattern, count=1)
    return format_date(end, both, locale=cldr())


def clock_time(value: datetime, zone: str) -> str:
    """Return the time of day of an instant in ``zone``, in 24 hours with Western digits: what tickets and signs print."""
    return value.astimezone(ZoneInfo(zone)).strftime("%H:%M")


def zone_name(zone: str, at: datetime | None = None) -> str:
    """Return a zone's name in the reader's language, such as "Ecuador Time"; at an instant, with summer time told apart."""
    if at is None and (zone == "UTC" or zone.startswith("Etc/")):
        # They belong to no place, and have their names at an instant only.
        at = clock.now()
    asked = ZoneInfo(zone) if at is None else at.astimezone(ZoneInfo(zone))
    return get_timezone_name(asked, locale=locale.current(), width="long")


def full_time(value: datetime) -> str:
    """Return a time of day as CLDR writes it in the reader's language."""
    return format_time(value, "short", locale=cldr())


@lru_cache(maxsize=256)
def _fingerprint(path: str, modified: float) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()[:10]


def static(name: str) -> str:
    """Return the address of a static file with its content's fingerprint, so that it may be kept for ever."""
    path = Path(current_app.static_folder or "") / name
    try:
        fingerprint = _fingerprint(str(path), path.stat().st_mtime)
    except OSError:
        return url_for("static", filename=name)
    return url_for("static", filename=name, v=fingerprint)


def query_with(**changes: str | None) -> str:
    """Return the page's query string with some arguments set or (None) taken off; back on the first page of a list."""
    kept = {name: request.args.getlist(name) for name in request.args if name != "page"}
    for name, value in changes.items():
        kept.pop(name, None)
        if value is not None:
            kept[name] = [value]
    return urlencode(kept, doseq=True)


def _keep_static(response: Any) -> Any:
    if request.endpoint == "static" and response.status_code in (200, 206, 304):
        keep = "public, max-age=31536000, immutable" if "v" in request.args else "public, max-age=3600"
        response.headers["Cache-Control"] = keep
        g.public = True
    return response


def register(app: Flask) -> None:
    """Install them."""
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.add_extension("jinja2.ext.do")
    app.jinja_env.filters.update(
        t=t,
        markdown=markdown.to_html,
        country=country_name,
        language=language_name,
        join_list=join_list,
        day=day,
        dates=dates,
        clock=clock_time,
    )
    app.jinja_env.globals.update(
        LANGUAGES=LANGUAGES,
        current_language=locale.current,
        direction=direction,
        static=static,
        t_lang=t_lang,
        zone_name=zone_name,
        query_with=query_with,
        conference_zone=ZoneInfo,
    )
    app.after_request(_keep_static)
