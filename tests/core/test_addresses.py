"""Which addresses the front layer looks at, and which of them are the same."""

from __future__ import annotations

from urllib.parse import parse_qsl, quote

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict
from werkzeug.routing import AnyConverter, IntegerConverter
from werkzeug.urls import iri_to_uri

from eventsapp.core import addresses
from eventsapp.programme import filters

PUBLIC = [
    "/",
    "/fr/",
    "/sitemap.xml",
    "/en/habitat-iii/",
    "/en/habitat-iii/sitemap.xml",
    "/en/habitat-iii/programme",
    "/en/habitat-iii/programme.ics",
    "/zh/habitat-iii/programme.json",
    "/en/habitat-iii/calendar.ics",
    "/en/habitat-iii/events/SE-042",
    "/en/habitat-iii/events/SE-042.ics",
    "/ar/habitat-iii/organizations",
    "/ar/habitat-iii/organizations/unitar",
    "/en/habitat-iii/organizations/unitar.ics",
    "/en/habitat-iii/speakers",
    "/en/habitat-iii/speakers/jo-doe",
    "/en/habitat-iii/venue",
    "/en/habitat-iii/rooms/r-1",
    "/en/habitat-iii/rooms/r-1/display",
    "/en/habitat-iii/themes/migration.ics",
    "/en/habitat-iii/types/side-event.ics",
    "/en/habitat-iii/pages/about",
    "/en/habitat-iii/news",
    "/en/habitat-iii/news/first",
    "/en/habitat-iii/calls",
    "/en/habitat-iii/calls/side-events",
]
NEVER = [
    "",
    "//",
    "/de/habitat-iii/",
    "/habitat-iii/",
    "/en",
    "/en/habitat-iii",
    "/en/habitat-iii/register",
    "/en/habitat-iii/registration",
    "/en/habitat-iii/events/SE-042/book",
    "/en/registrations/12-abc",
    "/calendars/12-abc.ics",
    "/account/menu",
    "/manage/",
    "/manage/habitat-iii/programme",
    "/static/css/base.css",
    "/files/1/logo.png",
    "/health/ready",
    "/metrics",
    "/robots.txt",
    "/accent/1f5fa8.css",
    "/api/v1/conferences",
    "/demo/messages",
    "/language/fr",
    "/en/../manage/",
    "/en/habitat-iii/events/a/b/c",
    "/en/habitat-iii/programme\n",
    "/en/habitat-iii//programme",
]


@pytest.mark.parametrize("path", PUBLIC)
def test_public_addresses_are_looked_at(path: str):
    found = addresses.find(path, "", "")
    assert found is not None
    assert found.path == path
    assert found.conference == ("habitat-iii" if "habitat-iii" in path else None)


@pytest.mark.parametrize("path", NEVER)
def test_other_addresses_go_to_flask(path: str):
    assert addresses.find(path, "", "") is None


@pytest.mark.parametrize(
    ("query", "canonical"),
    [
        ("", ""),
        ("view=grid", "view=grid"),
        ("utm_source=x&view=grid&fbclid=1", "view=grid"),
        ("theme=b&theme=a&theme=b", "theme=a&theme=b"),
        ("q=two&day=2016-10-18&q=one", "day=2016-10-18&q=two&q=one"),
        ("day=&view=&q=", ""),
        ("room=r%2D1", "room=r-1"),
        ("room=r-1", "room=r-1"),
        ("q=%FF", "q=%EF%BF%BD"),
        ("q=caf\u00c3\u00a9", "q=caf%C3%A9"),  # bytes that were sent unescaped, as WSGI hands them on
        ("=1&&&;", ""),
        ("%00=1", ""),
    ],
)
def test_queries_have_one_form(query: str, canonical: str):
    assert addresses.canonical_query(query) == canonical
    found = addresses.find("/en/habitat-iii/programme", query, None)
    assert found is not None
    assert found.query == canonical


def test_arguments_are_dropped_where_no_page_reads_any():
    plain = addresses.find("/en/habitat-iii/events/SE-042", "", None)
    assert plain is not None
    assert addresses.find("/en/habitat-iii/events/SE-042", "view=grid&utm_source=x", None) == plain


def test_what_is_too_long_goes_to_flask():
    assert addresses.find("/en/habitat-iii/programme", "q=" + "a" * 3000, None) is None
    assert addresses.find("/en/habitat-iii/programme", "&".join(["q=a"] * 400), None) is None


def test_the_canonical_query_asks_the_same_of_the_programme():
    given = MultiDict(
        [("theme", "b"), ("q", "two"), ("theme", "a"), ("q", "one"), ("day", "2016-10-18"), ("x", "1")]
    )
    query = addresses.canonical_query(
        "&".join(f"{name}={quote(value)}" for name, value in given.items(multi=True))
    )
    assert query is not None
    again = MultiDict(parse_qsl(query))
    assert filters.parse(again) == filters.parse(given)
    assert filters.parse(again)


def test_every_filter_of_the_programme_is_known():
    assert set(filters.NAMES) <= addresses.ARGUMENTS


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "en"),
        ("", "en"),
        ("fr-CA,fr;q=0.9,en;q=0.8", "fr"),
        ("de,ru;q=0.5", "ru"),
        ("zh-Hant-TW", "zh"),
        ("tlh", "en"),
        (";;;q=,,", "en"),
        ("\x00\xff", "en"),
    ],
)
def test_the_home_page_is_in_the_readers_language(header: str | None, language: str):
    found = addresses.find("/", "", header)
    assert found is not None
    assert found.language == language


def test_pages_with_a_language_in_their_address_ignore_the_readers():
    assert addresses.find("/en/", "", "fr") == addresses.find("/en/", "", "ru")


@pytest.mark.sqlite_only
def test_no_address_that_a_person_has_for_themself_is_looked_at(app: Flask):
    """Whatever is guarded by more than "open to all" must have a shape of its own."""
    for rule in app.url_map.iter_rules():
        guard = getattr(app.view_functions[rule.endpoint], "guard", None)
        if guard in ("open", None) or "GET" not in (rule.methods or ()):
            continue
        values = {name: converter_example(rule, name) for name in rule.arguments}
        built = app.url_map.bind("localhost").build(rule.endpoint, values)
        assert addresses.find(iri_to_uri(built), "", "") is None, rule


def converter_example(rule: object, name: str) -> object:
    converter = rule._converters[name]  # type: ignore[attr-defined]
    if name == "lang":
        return "en"
    if isinstance(converter, AnyConverter):
        return min(converter.items)
    return 1 if isinstance(converter, IntegerConverter) else "some-thing"
