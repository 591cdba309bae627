"""The front layer: never stale, never one person's answer to another, and honest about what has not changed.

Behind it stands a small WSGI application in the place of Flask, so that the tests decide what is answered; the
database, and with it the stamps, is the real one: both kinds, except where only headers are read. Whole sites are at
the end.
"""

from __future__ import annotations

import gzip
import http.client
import itertools
import threading
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import make_url, select, text
from werkzeug.datastructures import Headers
from werkzeug.http import http_date
from werkzeug.test import Client, TestResponse

from eventsapp.conferences.enums import ConferenceState
from eventsapp.conferences.models import Conference
from eventsapp.core import clock
from eventsapp.core.front import Front
from eventsapp.core.transaction import transaction
from eventsapp.core.web import PUBLIC_MARK
from eventsapp.extensions import db
from tests import factories
from tests.conftest import StartServer
from tests.support.concurrency import together
from tests.support.postgresql import PostgreSQL
from tests.support.processes import wait_until

PAGE = "/en/sample/venue"
LONG = "A page that is long enough to be worth compressing. " * 40


class Site:
    """The application behind the front. ``says`` gives (status, headers, body); ``asked`` has the requests it got."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.asked: list[dict[str, Any]] = []
        self.status = "200 OK"
        self.headers: list[tuple[str, str]] = [("Content-Type", "text/html; charset=utf-8")]
        self.mark: str | None = ""
        self.body: Callable[[dict[str, Any]], str] = lambda environ: f"{self.name()} {LONG}"

    def name(self) -> str:
        """What the conference is called now: the state that answers must show."""
        with self.app.app_context(), db.engine.connect() as connection:
            name = connection.execute(
                select(Conference.short_name).where(Conference.slug == "sample")
            ).scalar_one()
            return str(name)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        self.asked.append(environ)
        body = self.body(environ).encode()
        headers = list(self.headers)
        if self.mark is not None:
            headers += [(PUBLIC_MARK, self.mark), ("Cache-Control", "public, max-age=0, must-revalidate")]
        start_response(self.status, headers)
        return [body]


class World:
    """A published conference ``sample``, the front before a :class:`Site`, and a reader."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.site = Site(app)
        self.front = Front(app, self.site)
        self.reader = Client(self.front, use_cookies=False)
        with app.app_context(), transaction():
            self.id = factories.make_conference(slug="sample", short_name="first").id

    def change(self, **over: Any) -> None:
        with self.app.app_context(), transaction():
            conference = db.session.get_one(Conference, self.id)
            for name, value in over.items():
                setattr(conference, name, value)

    def get(self, path: str = PAGE, **headers: str) -> TestResponse:
        return self.reader.get(
            path, headers={name.replace("_", "-"): value for name, value in headers.items()}
        )


@pytest.fixture
def world(app: Flask) -> World:
    return World(app)


def plain(answer: TestResponse) -> str:
    data = answer.get_data()
    return (gzip.decompress(data) if answer.headers.get("Content-Encoding") == "gzip" else data).decode()


# --- kept, and never stale


def test_an_unchanged_page_is_made_once(world: World):
    first, second = world.get(), world.get()
    assert first.status_code == second.status_code == 200
    assert first.get_data() == second.get_data()
    assert list(first.headers) == list(second.headers)
    assert len(world.site.asked) == 1


def test_a_change_shows_at_once(world: World):
    assert plain(world.get()).startswith("first ")
    world.change(short_name="second")
    assert plain(world.get()).startswith("second ")
    assert len(world.site.asked) == 2


def test_a_change_of_another_conference_changes_nothing(world: World):
    world.get()
    with world.app.app_context(), transaction():
        factories.make_conference(slug="other")
    world.get()
    assert len(world.site.asked) == 1


def test_pages_of_the_whole_site_follow_every_conference(world: World):
    world.get("/en/")
    world.get("/en/")
    assert len(world.site.asked) == 1
    with world.app.app_context(), transaction():
        other = factories.make_conference(slug="other").id
    world.get("/en/")
    assert len(world.site.asked) == 2
    with world.app.app_context(), transaction():
        db.session.get_one(Conference, other).state = ConferenceState.ARCHIVED
    world.get("/en/")
    assert len(world.site.asked) == 3
    with world.app.app_context(), transaction():
        db.session.delete(db.session.get_one(Conference, other))
    world.get("/en/")
    world.get("/en/")
    assert len(world.site.asked) == 4


@pytest.mark.parametrize("path", ["/en/other/venue", "/en/nothing/"])
def test_a_draft_and_what_does_not_exist_are_left_to_the_application(world: World, path: str):
    with world.app.app_context(), transaction():
        factories.make_conference(slug="other", state=ConferenceState.DRAFT)
    for _ in range(2):
        world.get(path, Cookie="eventsapp=me")
    assert [asked.get("HTTP_COOKIE") for asked in world.site.asked] == ["eventsapp=me"] * 2
    assert world.front.count == 0


def test_a_conference_that_is_taken_back_is_gone_at_once(world: World):
    world.get()
    world.change(state=ConferenceState.DRAFT)
    world.site.status, world.site.mark = "404 NOT FOUND", None
    assert world.get().status_code == 404


def test_another_conference_under_the_same_address_has_its_own_pages(world: World):
    world.get()
    world.change(slug="renamed")
    with world.app.app_context(), transaction():
        factories.make_conference(slug="sample", short_name="newcomer")
        db.session.execute(text("UPDATE conference SET revision = 7"))
    world.site.asked.clear()
    assert plain(world.get()).startswith("newcomer ")


def test_an_answer_that_was_overtaken_is_made_again(world: World):
    names = iter(["second"])

    def change_meanwhile(environ: dict[str, Any]) -> str:
        body = f"{world.site.name()} {LONG}"
        for name in names:
            world.change(short_name=name)
        return body

    world.site.body = change_meanwhile
    assert plain(world.get()).startswith("second ")
    assert plain(world.get()).startswith("second ")
    assert len(world.site.asked) == 2


def test_an_answer_that_is_overtaken_again_and_again_is_given_but_not_kept(world: World):
    numbers = itertools.count()

    def change_meanwhile(environ: dict[str, Any]) -> str:
        world.change(short_name=f"number {next(numbers)}")
        return f"{world.site.name()} {LONG}"

    world.site.body = change_meanwhile
    assert plain(world.get()).startswith("number 1 ")
    assert world.front.count == 0


def test_one_thread_makes_what_many_ask_for(world: World):
    readers = 8
    arrived = itertools.count(1)
    here = 0

    def wait_for_all(environ: dict[str, Any]) -> str:
        wait_until(lambda: here == readers, seconds=20, what="all readers to ask")
        return LONG

    def read(_number: int) -> bytes:
        nonlocal here
        here = next(arrived)
        return Client(world.front, use_cookies=False).get(PAGE).get_data()

    world.site.body = wait_for_all
    assert together(read, range(readers)) == [LONG.encode()] * readers
    assert len(world.site.asked) == 1


def test_whoever_waited_for_what_is_not_public_asks_for_themself(world: World):
    readers = 6
    arrived = itertools.count(1)
    here = 0

    def wait_for_all(environ: dict[str, Any]) -> str:
        wait_until(lambda: here == readers, seconds=20, what="all readers to ask")
        return environ.get("HTTP_COOKIE", "nobody")

    def read(number: int) -> str:
        nonlocal here
        here = next(arrived)
        client = Client(world.front, use_cookies=False)
        return client.get(PAGE, headers={"Cookie": f"person={number}"}).get_data(as_text=True)

    world.site.body = wait_for_all
    world.site.mark = None
    assert together(read, range(readers)) == [f"person={number}" for number in range(readers)]


def test_an_error_while_making_leaves_nothing_behind(world: World):
    def fail(environ: dict[str, Any]) -> str:
        raise RuntimeError("no")

    good, world.site.body = world.site.body, fail
    for _ in range(2):
        with pytest.raises(RuntimeError, match="no"):
            world.get()
    world.site.body = good
    assert world.get().status_code == 200


def test_a_page_that_changes_by_itself_is_good_until_then(world: World, monkeypatch: pytest.MonkeyPatch):
    now = datetime(2027, 6, 15, 12, 0, tzinfo=UTC)
    monkeypatch.setattr(clock, "now", lambda: now)
    world.site.mark = str((now + timedelta(minutes=5)).timestamp())
    world.get()
    now += timedelta(minutes=4, seconds=59)
    world.get()
    assert len(world.site.asked) == 1
    now += timedelta(seconds=1)
    world.get()
    assert len(world.site.asked) == 2
    world.site.mark = ""
    world.get()
    world.get()
    assert len(world.site.asked) == 3
    now -= timedelta(days=1)
    world.get()
    assert len(world.site.asked) == 3


class Steps:
    """A model of the front: what must be seen is the newest state, whatever was asked before."""

    paths = (
        "/en/sample/venue",
        "/fr/sample/",
        "/en/sample/programme?theme=a",
        "/en/sample/calendar.ics",
        "/fr/",
    )


steps = st.lists(
    st.one_of(
        st.just(("change",)),
        st.just(("time",)),
        st.tuples(
            st.just("get"),
            st.sampled_from(Steps.paths),
            st.booleans(),
            st.booleans(),
            st.sampled_from(["GET", "HEAD"]),
        ),
    ),
    max_size=25,
)


@pytest.mark.sqlite_only
@given(steps=steps)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_asked_in_whatever_order_the_newest_state_is_shown(
    world: World, steps: list[tuple[Any, ...]]
):
    now = datetime(2027, 6, 15, 12, 0, tzinfo=UTC)
    state = itertools.count()
    world.change(short_name=f"state {next(state)}")
    reads: dict[tuple[str, bool], tuple[str, str]] = {}

    def page(environ: dict[str, Any]) -> str:
        world.site.mark = str((now + timedelta(minutes=1)).timestamp())
        return f"{environ['PATH_INFO']} {environ['QUERY_STRING']} {world.site.name()} {now} {LONG}"

    world.site.body = page
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", lambda: now)
        for step in steps:
            if step[0] == "change":
                world.change(short_name=f"state {next(state)}")
            elif step[0] == "time":
                now += timedelta(minutes=1)
            else:
                _, path, packed, again, method = step
                headers = Headers({"Accept-Encoding": "gzip"} if packed else {})
                known = reads.get((path, packed))
                if again and known is not None:
                    headers["If-None-Match"] = known[0]
                answer = world.reader.open(path, method=method, headers=headers)
                name, _, query = path.partition("?")
                expected = f"{name} {query} {world.site.name()} {now} {LONG}"
                if answer.status_code == 304:
                    assert known is not None
                    assert known[1] == expected
                elif method == "GET":
                    assert plain(answer) == expected
                    reads[path, packed] = (answer.headers["ETag"], expected)


# --- nobody's own


def test_nothing_of_the_request_reaches_what_everybody_gets(world: World):
    world.get(
        Cookie="eventsapp=mine; remember_token=1",
        Authorization="Bearer mine",
        Host="evil.example",
        X_Forwarded_Host="evil.example",
        X_Forwarded_For="192.0.2.1",
        Accept_Language="ru",
        Accept="application/json",
        User_Agent="mine",
        Range="bytes=0-1",
        If_None_Match='"x"',
        If_Modified_Since=http_date(datetime(2000, 1, 1, tzinfo=UTC)),
    )
    (asked,) = world.site.asked
    assert {name: value for name, value in asked.items() if name.startswith("HTTP_")} == {
        "HTTP_HOST": "localhost"
    }
    assert (asked["SERVER_NAME"], asked["wsgi.url_scheme"]) == ("localhost", "http")
    assert asked["wsgi.input"].read() == b""
    assert not {"REMOTE_ADDR", "REMOTE_USER", "CONTENT_TYPE", "REQUEST_URI"} & set(asked)


def test_the_body_of_a_get_is_not_read(world: World):
    assert world.reader.get(PAGE, data=b"x" * 100, content_type="text/plain").status_code == 200
    assert "CONTENT_LENGTH" not in world.site.asked[0]


def test_a_cookie_is_never_given_with_a_public_page_and_such_a_page_not_kept(world: World):
    world.site.headers += [("Set-Cookie", "session=yours"), ("Vary", "Cookie")]
    for _ in range(2):
        answer = world.get()
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Vary"] == "Accept-Encoding"
    assert len(world.site.asked) == 2
    assert world.front.count == 0


def test_what_is_not_public_is_asked_for_with_everything(world: World):
    world.site.mark = None
    world.site.headers += [
        ("Set-Cookie", "session=yours"),
        ("Vary", "Cookie"),
        ("Cache-Control", "private, no-store"),
    ]
    answer = world.get(Cookie="session=mine", Accept_Language="ru")
    assert world.site.asked[-1]["HTTP_COOKIE"] == "session=mine"
    assert world.site.asked[-1]["HTTP_ACCEPT_LANGUAGE"] == "ru"
    assert answer.headers["Set-Cookie"] == "session=yours"
    assert answer.headers["Vary"] == "Cookie"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert world.front.count == 0


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    "status", ["301 MOVED PERMANENTLY", "404 NOT FOUND", "500 INTERNAL SERVER ERROR", "206 PARTIAL"]
)
def test_only_a_200_is_kept(world: World, status: str):
    world.site.status = status
    for _ in range(2):
        answer = world.get()
        assert answer.status == status
        assert PUBLIC_MARK not in answer.headers
    assert world.front.count == 0


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    "header",
    [("Vary", "Accept"), ("Vary", "*"), ("Vary", "Cookie, User-Agent"), ("Content-Encoding", "br")],
)
def test_what_varies_by_something_else_is_not_kept(world: World, header: tuple[str, str]):
    world.site.headers.append(header)
    for _ in range(2):
        answer = world.get()
        assert PUBLIC_MARK not in answer.headers
    assert world.front.count == 0


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    "path", ["/account/menu", "/manage/", "/en/sample/register", "/en/registrations/1-abc"]
)
def test_other_addresses_keep_their_cookies_and_lose_only_the_mark(world: World, path: str):
    world.site.mark = None
    world.site.headers += [("Set-Cookie", "session=yours"), ("Vary", "Cookie")]
    answer = world.get(path, Cookie="session=mine")
    assert [asked["HTTP_COOKIE"] for asked in world.site.asked] == ["session=mine"]
    assert answer.headers["Set-Cookie"] == "session=yours"
    world.site.mark = ""
    answer = world.get(path)
    assert PUBLIC_MARK not in answer.headers
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Vary"] == "Accept-Encoding"


@pytest.mark.sqlite_only
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "BREW"])
def test_other_methods_go_to_the_application(world: World, method: str):
    for _ in range(2):
        world.reader.open(PAGE, method=method)
    assert [asked["REQUEST_METHOD"] for asked in world.site.asked] == [method] * 2
    assert world.front.count == 0


def test_headers_of_one_connection_are_not_kept(world: World):
    world.site.headers += [
        ("Connection", "close"),
        ("Keep-Alive", "5"),
        ("Date", "yesterday"),
        ("X-Frame-Options", "DENY"),
    ]
    answer = world.get()
    assert {"Connection", "Keep-Alive", "Date"} & set(answer.headers.keys()) == set()
    assert answer.headers["X-Frame-Options"] == "DENY"


def test_the_home_page_is_kept_for_each_language(world: World):
    world.site.body = lambda environ: environ["HTTP_ACCEPT_LANGUAGE"]
    for header, language in (("fr-CA", "fr"), ("fr, en;q=0.5", "fr"), ("de", "en"), ("", "en"), ("ar", "ar")):
        answer = world.get("/", Accept_Language=header)
        assert answer.get_data(as_text=True) == language
        assert answer.headers["Vary"] == "Accept-Encoding, Accept-Language"
    assert len(world.site.asked) == 3


# --- addresses


def test_arguments_that_nobody_reads_change_nothing(world: World):
    for number in range(50):
        world.get(f"/en/sample/programme?theme=a&utm_source={number}")
        world.get(f"/en/sample/programme?x{number}=1&theme=a&theme=a")
    assert len(world.site.asked) == 1
    assert world.site.asked[0]["QUERY_STRING"] == "theme=a"
    assert world.front.count == 1


def test_searches_do_not_push_out_pages(app: Flask):
    app.config["PUBLIC_CACHE_BYTES"] = 100_000
    world = World(app)
    world.get()
    for number in range(200):
        world.get(f"/en/sample/programme?q={number}")
    assert len(world.site.asked) == 201
    assert 2 < world.front.count < 10
    assert world.front.size <= 100_000
    world.get()
    assert len(world.site.asked) == 201


def test_what_is_used_stays_longest(app: Flask):
    app.config["PUBLIC_CACHE_BYTES"] = 100_000
    world = World(app)
    world.site.body = lambda environ: "x" * 5_000
    for number in range(40):
        world.get(f"/en/sample/events/SE-{number}")
        world.get("/en/sample/venue")
        assert world.front.size <= 75_000
    assert len(world.site.asked) == 41


def test_only_the_forms_that_are_asked_for_are_kept(app: Flask):
    world = World(app)
    sizes = []
    for header in ("", "gzip", "gzip", "", "gzip", ""):
        assert plain(world.get(Accept_Encoding=header)).startswith("first ")
        sizes.append(world.front.size)
    only_plain, only_packed, both = sizes[0], sizes[1], sizes[3]
    assert only_packed < only_plain < both
    assert sizes == [only_plain, only_packed, only_packed, both, both, both]
    assert len(world.site.asked) == 1


def test_what_is_too_large_is_given_but_not_kept(app: Flask):
    app.config["PUBLIC_CACHE_BYTES"] = 10_000
    world = World(app)
    world.site.body = lambda environ: "x" * 50_000
    for _ in range(2):
        assert len(world.get().get_data()) == 50_000
    assert world.front.count == 0
    assert world.front.size == 0


# --- what has not changed


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("header", "status"),
    [
        ("{}", 304),
        ("W/{}", 304),
        ("*", 304),
        (" {} ", 304),
        ('"other", {}', 304),
        ('W/"other",W/{}', 304),
        (',, "a,b" , {}', 304),
        ('"other"', 200),
        ("", 200),
        ("other", 200),
        ('"', 200),
        ('"unfinished, {}', 200),
        ("{} garbage", 200),
        ("\xe9, {}", 200),
        ("w/{}", 200),
    ],
)
def test_if_none_match(world: World, header: str, status: int):
    etag = world.get().headers["ETag"]
    answer = world.get(If_None_Match=header.format(etag))
    assert answer.status_code == status
    assert (answer.get_data() == b"") == (status == 304)


def test_a_304_has_the_validators_of_the_200_and_no_body(world: World):
    world.site.headers += [
        ("Last-Modified", http_date(datetime(2016, 10, 17, tzinfo=UTC))),
        ("X-Frame-Options", "DENY"),
    ]
    full = world.get(Accept_Encoding="gzip")
    short = world.get(Accept_Encoding="gzip", If_None_Match=full.headers["ETag"])
    assert short.status_code == 304
    assert short.get_data() == b""
    for name in ("ETag", "Cache-Control", "Vary", "Last-Modified"):
        assert short.headers[name] == full.headers[name]
    for name in ("Content-Length", "Content-Type", "Content-Encoding", "X-Frame-Options"):
        assert name in full.headers
        assert name not in short.headers


def test_a_304_is_not_said_of_what_has_changed(world: World):
    etag = world.get().headers["ETag"]
    world.change(short_name="second")
    answer = world.get(If_None_Match=etag)
    assert answer.status_code == 200
    assert plain(answer).startswith("second ")
    world.change(short_name="first")
    assert world.get(If_None_Match=etag).status_code == 304


def test_the_date_is_for_those_who_have_no_tag(world: World):
    modified = datetime(2016, 10, 17, 12, 0, tzinfo=UTC)
    world.site.headers.append(("Last-Modified", http_date(modified)))
    etag = world.get().headers["ETag"]
    same, older, newer = (http_date(modified + timedelta(seconds=n)) for n in (0, -1, 1))
    assert world.get(If_Modified_Since=same).status_code == 304
    assert world.get(If_Modified_Since=newer).status_code == 304
    assert world.get(If_Modified_Since=older).status_code == 200
    assert world.get(If_Modified_Since="yesterday").status_code == 200
    assert world.get(If_Modified_Since="").status_code == 200
    assert world.get(If_Modified_Since=newer, If_None_Match='"other"').status_code == 200
    assert world.get(If_Modified_Since=older, If_None_Match=etag).status_code == 304


def test_without_a_date_nothing_is_said_by_date(world: World):
    world.get()
    assert world.get(If_Modified_Since=http_date(datetime(2100, 1, 1, tzinfo=UTC))).status_code == 200


def test_two_states_of_the_same_second_are_told_apart(world: World):
    modified = http_date(clock.now())
    world.site.headers.append(("Last-Modified", modified))
    assert world.get().headers["Last-Modified"] == modified
    assert world.get(If_Modified_Since=modified).status_code == 304
    world.change(short_name="second")
    assert world.get(If_Modified_Since=modified).status_code == 200
    assert world.get(If_Modified_Since=modified).status_code == 200


def test_a_fresh_date_is_not_believed_by_a_process_that_never_gave_it(world: World):
    modified = http_date(clock.now())
    world.site.headers.append(("Last-Modified", modified))
    assert world.get(If_Modified_Since=modified).status_code == 200
    assert world.get(If_Modified_Since=modified).status_code == 304


def test_gzip_and_plain_have_their_own_tags(world: World):
    one, other = world.get(), world.get(Accept_Encoding="gzip, br")
    assert other.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in one.headers
    assert gzip.decompress(other.get_data()) == one.get_data()
    assert one.headers["ETag"] != other.headers["ETag"]
    assert not one.headers["ETag"].startswith("W/")
    assert one.headers["Vary"] == other.headers["Vary"] == "Accept-Encoding"
    for answer in (one, other):
        assert int(answer.headers["Content-Length"]) == len(answer.get_data())
    assert world.get(If_None_Match=other.headers["ETag"]).status_code == 200
    assert world.get(If_None_Match=one.headers["ETag"], Accept_Encoding="gzip").status_code == 200


def test_two_processes_say_the_same(world: World):
    other = Client(Front(world.app, world.site), use_cookies=False).get(
        PAGE, headers={"Accept-Encoding": "gzip"}
    )
    one = world.get(Accept_Encoding="gzip")
    assert list(one.headers) == list(other.headers)
    assert one.get_data() == other.get_data()


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("header", "packed"),
    [
        ("gzip", True),
        ("GZIP", True),
        ("x-gzip", True),
        ("deflate, gzip;q=0.5", True),
        ("*", True),
        ("br;q=1, *;q=0.1", True),
        ("", False),
        ("br", False),
        ("gzip;q=0", False),
        ("gzip;q=0, *", False),
        ("*;q=0", False),
        ("gzip;q=much", False),
        ("identity", False),
        (";;,,q=1", False),
    ],
)
def test_accept_encoding(world: World, header: str, packed: bool):
    assert (world.get(Accept_Encoding=header).headers.get("Content-Encoding") == "gzip") == packed


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("kind", "body"), [("text/html", "short"), ("application/pdf", LONG), ("image/png", LONG)]
)
def test_what_would_not_shrink_is_not_packed(world: World, kind: str, body: str):
    world.site.headers[0] = ("Content-Type", kind)
    world.site.body = lambda environ: body
    assert "Content-Encoding" not in world.get(Accept_Encoding="gzip").headers


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    "kind", ["text/calendar; charset=utf-8", "application/json", "application/xml", "image/svg+xml"]
)
def test_text_of_all_kinds_is_packed(world: World, kind: str):
    world.site.headers[0] = ("Content-Type", kind)
    assert world.get(Accept_Encoding="gzip").headers["Content-Encoding"] == "gzip"


@pytest.mark.sqlite_only
@pytest.mark.parametrize("first", ["GET", "HEAD"])
def test_head_says_what_get_would(world: World, first: str):
    world.reader.open(PAGE, method=first)
    full, head = world.get(), world.reader.head(PAGE)
    assert head.status_code == 200
    assert head.get_data() == b""
    assert list(head.headers) == list(full.headers)
    assert int(head.headers["Content-Length"]) == len(full.get_data())
    assert world.reader.head(PAGE, headers={"If-None-Match": full.headers["ETag"]}).status_code == 304
    assert [asked["REQUEST_METHOD"] for asked in world.site.asked] == ["GET"]


# --- when things go wrong


hostile = st.text(st.characters(max_codepoint=255), max_size=60)


@pytest.mark.sqlite_only
@given(
    path=st.one_of(
        hostile,
        hostile.map(lambda end: "/en/sample/" + end),
        st.sampled_from(["/", PAGE, "/en/sample/programme"]),
    ),
    query=st.one_of(hostile, hostile.map(lambda end: "theme=" + end)),
    headers=st.dictionaries(
        st.sampled_from(
            ["ACCEPT_LANGUAGE", "ACCEPT_ENCODING", "IF_NONE_MATCH", "IF_MODIFIED_SINCE", "COOKIE", "HOST"]
        ),
        hostile,
    ),
    method=st.one_of(st.sampled_from(["GET", "HEAD"]), hostile),
)
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_request_is_too_strange(world: World, path: str, query: str, headers: dict[str, str], method: str):
    world.site.headers[1:] = [("Last-Modified", http_date(datetime(2016, 10, 17, tzinfo=UTC)))]
    environ = {"REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query}
    environ |= {f"HTTP_{name}": value for name, value in headers.items()}
    said: list[str] = []
    b"".join(world.front(environ, lambda status, *_: said.append(status)))
    assert said[0] in ("200 OK", "304 Not Modified")


@pytest.mark.sqlite_only
def test_an_environment_with_nothing_in_it_goes_to_the_application(world: World):
    world.front({}, lambda *_: None)
    world.front({"REQUEST_METHOD": "GET"}, lambda *_: None)
    assert len(world.site.asked) == 2


@pytest.mark.sqlite_only
def test_below_a_prefix_nothing_is_kept(world: World):
    world.front({"REQUEST_METHOD": "GET", "SCRIPT_NAME": "/x", "PATH_INFO": PAGE}, lambda *_: None)
    assert world.front.count == 0


@pytest.mark.sqlite_only
def test_what_is_written_instead_of_returned_is_part_of_the_answer(app: Flask, world: World):
    def old_style(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        write = start_response("200 OK", [("Content-Type", "text/plain"), (PUBLIC_MARK, "")])
        write(b"one ")
        return iter([b"two"])

    assert Client(Front(app, old_style)).get(PAGE).get_data() == b"one two"


@pytest.mark.postgresql_only
def test_a_database_that_was_restarted_is_asked_again(world: World, database: str):
    world.get()
    with psycopg.connect(database.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()"
        )
    assert world.get().status_code == 200
    assert len(world.site.asked) == 1


@pytest.mark.postgresql_only
def test_a_database_that_is_gone_leaves_the_answer_to_the_application(
    world: World, database: str, postgresql_server: PostgreSQL
):
    world.get()
    postgresql_server.drop(make_url(database).database or "")
    world.site.body = lambda environ: "Sorry."
    world.site.status, world.site.mark = "503 SERVICE UNAVAILABLE", None
    for _ in range(2):
        assert world.get().status_code == 503


@pytest.mark.sqlite_only
def test_a_database_without_tables_leaves_the_answer_to_the_application(world: World):
    world.get()
    with world.app.app_context(), transaction():
        db.session.execute(text("ALTER TABLE conference RENAME TO elsewhere"))
    world.site.body = lambda environ: "Sorry."
    world.site.status, world.site.mark = "503 SERVICE UNAVAILABLE", None
    assert world.get().status_code == 503
    with world.app.app_context(), transaction():
        db.session.execute(text("ALTER TABLE elsewhere RENAME TO conference"))
    assert world.get(If_None_Match="*").status_code == 304


@pytest.mark.sqlite_only
def test_reading_stamps_holds_nothing_open(world: World, database: str):
    """A read transaction left open would keep the log from being written back, and show an old state."""
    world.get()
    with world.app.app_context():
        db.session.remove()
        with db.engine.connect() as connection:
            busy, in_log, written = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
    assert (busy, in_log, written) == (0, 0, 0)


def test_many_threads_and_a_writer(world: World):
    """Whatever is read was the state at some time after the request began."""
    acknowledged = 0
    ended = threading.Event()
    wrong: list[tuple[int, str]] = []
    reads: list[int] = []

    def read(number: int) -> None:
        client = Client(world.front, use_cookies=False)
        while not ended.is_set():
            least = acknowledged
            seen = int(client.get(PAGE).get_data(as_text=True).split()[0])
            reads.append(seen)
            if seen < least:
                wrong.append((least, str(seen)))

    def write(_number: int) -> None:
        nonlocal acknowledged
        try:
            for number in range(1, 41):
                world.change(short_name=str(number))
                acknowledged = number
                enough = len(reads) + 12
                wait_until(lambda: len(reads) > enough, seconds=30, what="some reads", pause=0.002)  # noqa: B023
        finally:
            ended.set()

    world.change(short_name="0")
    together(lambda number: write(number) if number == 0 else read(number), range(5))
    assert wrong == []
    assert acknowledged == 40


# --- the whole site


class Reading:
    """A connection to the server that stays open for the length of a block."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def __enter__(self) -> Reading:
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()

    def get(self, path: str, **headers: str) -> http.client.HTTPResponse:
        self.connection.request("GET", path, headers={n.replace("_", "-"): v for n, v in headers.items()})
        answer = self.connection.getresponse()
        self.body = answer.read()
        return answer


def test_no_reader_of_two_processes_ever_sees_an_old_state(app: Flask, server: StartServer):
    """Every answer that was asked for after a change was acknowledged shows it, whichever process gives it."""
    with app.app_context(), transaction():
        conference_id = factories.make_conference(slug="sample", short_name="0").id
    port = server(workers=2).port
    acknowledged = 0
    ended = threading.Event()
    wrong: list[tuple[int, int]] = []
    unchanged = 0
    reads: list[int] = []

    def read(_number: int) -> None:
        nonlocal unchanged
        known: dict[str, tuple[str, int]] = {}
        with Reading(port) as reading:
            for path in itertools.cycle(["/en/sample/calendar.ics", "/en/sample/programme.ics"]):
                if ended.is_set():
                    return
                least = acknowledged
                etag, seen = known.get(path, ("", -1))
                answer = reading.get(path, Accept_Encoding="identity", If_None_Match=etag)
                if answer.status == 304:
                    unchanged += 1
                else:
                    seen = int(reading.body.decode().partition("X-WR-CALNAME:")[2].split()[0])
                    known[path] = (answer.headers["ETag"] or "", seen)
                reads.append(seen)
                if seen < least:
                    wrong.append((least, seen))

    def write(_number: int) -> None:
        nonlocal acknowledged
        try:
            for number in range(1, 61):
                with app.app_context(), transaction():
                    db.session.get_one(Conference, conference_id).short_name = str(number)
                acknowledged = number
                enough = len(reads) + 20
                wait_until(lambda: len(reads) > enough, seconds=30, what="some reads", pause=0.002)  # noqa: B023
        finally:
            ended.set()

    outcome = together(lambda number: write(number) if number == 0 else read(number), range(7))
    assert outcome == [None] * 7
    assert wrong == []
    assert acknowledged == 60
    assert unchanged > 0


def test_the_server_says_nothing_more_than_the_front(app: Flask, server: StartServer):
    with app.app_context(), transaction():
        factories.make_conference(slug="sample", names={"en": LONG})
    with Reading(server(workers=1).port) as reading:
        full = reading.get("/en/sample/calendar.ics", Cookie="eventsapp=abc", Accept_Encoding="gzip")
        assert (full.status, full.headers["Content-Encoding"]) == (200, "gzip")
        assert "Set-Cookie" not in full.headers
        assert PUBLIC_MARK not in full.headers
        etag = full.headers["ETag"] or ""
        short = reading.get("/en/sample/calendar.ics", Accept_Encoding="gzip", If_None_Match=etag)
        assert (short.status, reading.body, short.headers["ETag"]) == (304, b"", etag)
        assert short.headers["Content-Length"] in (None, full.headers["Content-Length"])
        reading.connection.request("HEAD", "/en/sample/calendar.ics", headers={"Accept-Encoding": "gzip"})
        head = reading.connection.getresponse()
        length = full.headers["Content-Length"]
        assert (head.status, head.read(), head.headers["Content-Length"]) == (200, b"", length)
