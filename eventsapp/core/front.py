"""The WSGI layer in front of Flask that answers what is public and unchanged, from finished bytes.

An answer that a view marks with ``core.web.public`` is kept with the stamp (``core/stamps.py``) it was made at. Each
request reads the stamp anew, by one statement; only an answer of exactly that stamp is given, so nobody sees an old
state after a change was acknowledged, whichever process took it.

Public bytes are the same for everybody. To be sure of it Flask is asked without the request's headers: no cookie, no
host, no address of a person can get into them. What turns out not to be public is asked for again, with all of them.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import logging
import re
import threading
from collections.abc import Callable, Hashable, Iterable
from functools import lru_cache
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.http import parse_date

from eventsapp.core import addresses, clock
from eventsapp.core.addresses import Target
from eventsapp.core.stamps import Stamp, Stamps, Unreadable, stamps_of
from eventsapp.core.web import PUBLIC_MARK

WSGI = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
Start = Callable[..., Any]
Headers = list[tuple[str, str]]

_MARK: Final = PUBLIC_MARK.lower()
_GZIP_LEVEL: Final = 6
_WORTH_PACKING: Final = 600
"""Bytes from which an answer is compressed."""
_OVERHEAD: Final = 1500
"""Bytes that an entry takes beside its body: headers of its own, key, objects."""
_PACKABLE = re.compile(r"text/|application/(?:json|xml|javascript|[a-z.+-]+\+(?:json|xml))\b|image/svg")
_WAIT: Final = 30
"""Seconds to wait for somebody else's build before making one's own."""

# Said anew for each answer, or of one connection only (RFC 9110, 7.6.1), or of one person.
_NOT_KEPT: Final = frozenset(
    {
        _MARK, "content-length", "date", "etag", "last-modified", "set-cookie", "vary",
        "connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade",
    }
)  # fmt: skip
# What a 304 repeats of the 200 (RFC 9110, 15.4.5).
_IN_304: Final = frozenset({"cache-control", "content-location", "expires"})

# Of a WSGI environment, beside the headers: what differs from one reader to another.
_OF_THE_REQUEST: Final = (
    "CONTENT_LENGTH", "CONTENT_TYPE", "RAW_URI", "REQUEST_URI", "REMOTE_ADDR", "REMOTE_HOST", "REMOTE_PORT", "REMOTE_USER",
)  # fmt: skip

_log = logging.getLogger(__name__)


class _Made(NamedTuple):
    """An answer as Flask made it."""

    status: str
    headers: Headers
    body: bytes


class _Body:
    """One form of an answer, identity or gzip, and the headers that only it has. Its bytes may be put away."""

    __slots__ = ("data", "etag", "own", "tag")

    def __init__(self, data: bytes, encoding: str | None = None) -> None:
        self.data: bytes | None = data
        self.etag = f'"{hashlib.sha256(data).hexdigest()[:32]}"'
        self.tag = ("ETag", self.etag)
        length = ("Content-Length", str(len(data)))
        self.own = (
            (self.tag, length) if encoding is None else (self.tag, ("Content-Encoding", encoding), length)
        )


@lru_cache(maxsize=512)
def _one(headers: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """Return these headers as one object: most pages have the same."""
    return headers


class _Entry:
    """A public answer at one stamp.

    Once somebody takes it compressed only those bytes stay, and the plain ones come back when they are asked for: nearly
    everybody takes gzip, and a fifth of the memory does.
    """

    __slots__ = (
        "_lock", "_packed", "_plain", "ambiguous", "built_at", "changes_at", "modified", "packable", "repeated", "settled",
        "shared", "stamp", "used",
    )  # fmt: skip

    def __init__(
        self, made: _Made, stamp: Stamp, vary: str, built_at: float, changes_at: float | None
    ) -> None:
        self.stamp = stamp
        self.built_at = built_at
        self.changes_at = changes_at
        kept = [(name, value) for name, value in made.headers if name.lower() not in _NOT_KEPT]
        dated = [(name, value) for name, value in made.headers if name.lower() == "last-modified"]
        last_modified = parse_date(dated[0][1]) if dated else None
        self.modified = last_modified.timestamp() if last_modified is not None else None
        always: Headers = [("Vary", vary), *(dated if last_modified is not None else ())]
        self.shared = _one((*kept, *always))
        self.repeated = _one((*(pair for pair in kept if pair[0].lower() in _IN_304), *always))
        self._plain = _Body(made.body)
        kind = next((value for name, value in kept if name.lower() == "content-type"), "")
        self.packable = len(made.body) >= _WORTH_PACKING and _PACKABLE.match(kind) is not None
        self.used = False
        # A date says whole seconds, so it can stand for two states. It is believed when nothing else was given out
        # under it here, and once it has been given out here or was some seconds old when the answer was made.
        self.ambiguous = False
        self.settled = self.modified is not None and self.modified + 2 <= built_at
        self._packed: _Body | None = None
        self._lock = threading.Lock()

    def is_of(self, stamp: Stamp | None) -> bool:
        """Whether this is the answer at this stamp, now."""
        if stamp != self.stamp:
            return False
        return self.changes_at is None or self.built_at <= clock.now().timestamp() < self.changes_at

    def body(self, *, packed: bool) -> tuple[_Body, bytes, bool]:
        """Return one form, its bytes, and whether the entry now weighs something else than before."""
        body = self._packed if packed else self._plain
        data = body.data if body is not None else None
        if body is not None and data is not None:
            return body, data, False
        with self._lock:
            return self._pack() if packed else self._unpack()

    def _pack(self) -> tuple[_Body, bytes, bool]:
        body = self._packed
        if body is None:
            assert self._plain.data is not None
            # Always the same bytes for the same page, in whichever process: no time and no name in the header.
            data = gzip.compress(self._plain.data, _GZIP_LEVEL, mtime=0)
            self._packed = body = _Body(data, "gzip")
            self._plain.data = None
            return body, data, True
        assert body.data is not None
        return body, body.data, False

    def _unpack(self) -> tuple[_Body, bytes, bool]:
        if self._plain.data is not None:
            return self._plain, self._plain.data, False
        assert self._packed is not None
        assert self._packed.data is not None
        self._plain.data = data = gzip.decompress(self._packed.data)
        return self._plain, data, True

    @property
    def etag(self) -> str:
        """The tag of the plain form, whatever form is kept."""
        return self._plain.etag

    @property
    def size(self) -> int:
        """Bytes that it takes."""
        forms = (self._plain, self._packed)
        return _OVERHEAD + sum(len(form.data) for form in forms if form is not None and form.data is not None)

    def follows(self, old: _Entry) -> None:
        """Take the place of an entry for the same target."""
        if self.modified is not None and self.modified == old.modified:
            self.ambiguous = old.ambiguous or old.etag != self.etag


class _Shelf:
    """Entries up to a number of bytes. When there is no room those go first that nobody asked for since the last round."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.bytes = 0
        self.entries: dict[Hashable, _Entry] = {}
        self._sizes: dict[Hashable, int] = {}
        self._lock = threading.Lock()

    def keep(self, key: Hashable, entry: _Entry) -> None:
        with self._lock:
            old = self.entries.pop(key, None)
            if old is not None:
                self.bytes -= self._sizes.pop(key)
                entry.follows(old)
            size = entry.size
            if size * 2 > self.most:
                return
            self.entries[key] = entry
            self._sizes[key] = size
            self.bytes += size
            self._make_room()

    def weigh(self, key: Hashable, entry: _Entry) -> None:
        """Weigh an entry again."""
        with self._lock:
            if self.entries.get(key) is entry:
                size = entry.size
                self.bytes += size - self._sizes[key]
                self._sizes[key] = size
                self._make_room()

    def _make_room(self) -> None:
        # Whoever was used gets a second chance, but once only: others may mark them again meanwhile.
        chances = len(self.entries)
        while self.bytes > self.most:
            key, entry = next(iter(self.entries.items()))
            if entry.used and chances > 0:
                chances -= 1
                entry.used = False
                self.entries[key] = self.entries.pop(key)
                continue
            del self.entries[key]
            self.bytes -= self._sizes.pop(key)


class _Build:
    """An answer that somebody is making. ``public`` is False when it turned out to be nobody's to keep."""

    __slots__ = ("done", "public")

    def __init__(self) -> None:
        self.done = threading.Event()
        self.public = True


class Front:
    """Answers public requests from finished bytes; everything else goes to Flask. Safe to use from several threads."""

    def __init__(self, app: Flask, inner: WSGI, stamps: Stamps[Any] | None = None) -> None:
        self.inner = inner
        self._stamps = stamps or _stamps_of_app(app)
        most: int = app.config["PUBLIC_CACHE_BYTES"]
        # Addresses with arguments are without number (there is a search): they must not push out the pages themselves.
        self._asked = _Shelf(most // 4)
        self._pages = _Shelf(most - most // 4)
        self._builds: dict[Hashable, _Build] = {}
        self._lock = threading.Lock()
        site = urlsplit(app.config["PUBLIC_URL"])
        self._site = {
            "HTTP_HOST": site.netloc,
            "SERVER_NAME": site.hostname or "localhost",
            "SERVER_PORT": str(site.port or (443 if site.scheme == "https" else 80)),
            "wsgi.url_scheme": site.scheme,
        }

    @property
    def size(self) -> int:
        """What the kept answers weigh."""
        return self._asked.bytes + self._pages.bytes

    @property
    def count(self) -> int:
        """How many answers are kept."""
        return len(self._asked.entries) + len(self._pages.entries)

    def __call__(self, environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
        """Answer one request."""
        method = environ.get("REQUEST_METHOD")
        if (
            (method == "GET" or method == "HEAD")
            and self._stamps is not None
            and not environ.get("SCRIPT_NAME")
        ):
            target = addresses.find(
                environ.get("PATH_INFO", ""),
                environ.get("QUERY_STRING", ""),
                environ.get("HTTP_ACCEPT_LANGUAGE"),
            )
            if target is not None:
                shelf = self._asked if target.query else self._pages
                try:
                    entry = shelf.entries.get(target)
                    if entry is None or not entry.is_of(self._stamps.of(target.conference)):
                        entry = self._make(target, shelf, environ)
                except Unreadable as error:
                    _log.warning("the front cannot read the database: %s", error)
                    entry = None
                if entry is not None:
                    return _answer(entry, target, shelf, environ, start_response)
        return self._through(environ, start_response)

    def _through(self, environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
        """Let Flask answer; keep nothing. The mark stays inside."""

        def start(status: str, headers: Headers, exc_info: Any = None) -> Any:
            if any(name.lower() == _MARK for name, _value in headers):
                headers = _public_headers(headers)
            return start_response(status, headers, exc_info)

        return self.inner(environ, start)

    # --- making an answer

    def _make(self, target: Target, shelf: _Shelf, environ: dict[str, Any]) -> _Entry | None:
        """Return the answer as it is now, made by this thread or by another that is at it; None: not public."""
        for _attempt in range(3):
            with self._lock:
                build = self._builds.get(target)
                mine = build is None
                if build is None:
                    build = self._builds[target] = _Build()
            if not mine:
                build.done.wait(_WAIT)
                if not build.public:
                    return None
                entry = shelf.entries.get(target)
                if entry is not None and entry.is_of(self._stamp(target)):
                    return entry
                continue
            try:
                entry = self._build(target, shelf, environ)
                build.public = entry is not None
                return entry
            finally:
                with self._lock:
                    del self._builds[target]
                build.done.set()
        # It changes faster than it can be made: no more waiting for others.
        return self._build(target, shelf, environ)

    def _stamp(self, target: Target) -> Stamp | None:
        assert self._stamps is not None
        return self._stamps.of(target.conference)

    def _build(self, target: Target, shelf: _Shelf, environ: dict[str, Any]) -> _Entry | None:
        """Return the answer at a stamp that held from before it was begun until it was done, and keep it.

        When the stamp moves twice meanwhile, the second answer is given, being newer than the request, but not kept.
        """
        entry: _Entry | None = None
        for _attempt in range(2):
            stamp = self._stamp(target)
            if stamp is None:
                return None
            kept = shelf.entries.get(target)
            if kept is not None and kept.is_of(stamp):
                return kept
            now = clock.now().timestamp()
            made = self._ask(target, environ)
            entry = _entry(made, target, stamp, now)
            if entry is None:
                return None
            after = self._stamp(target)
            if after == stamp:
                if not _sets_cookie(made):
                    shelf.keep(target, entry)
                else:
                    _log.error("a public page sets a cookie, so it cannot be kept: %s", target.path)
                return entry
            if after is None:
                return None
        return entry

    def _ask(self, target: Target, environ: dict[str, Any]) -> _Made:
        """Return what Flask answers to anybody's GET for this target."""
        asked = {name: value for name, value in environ.items() if not name.startswith("HTTP_")}
        for name in _OF_THE_REQUEST:
            asked.pop(name, None)
        asked.update(self._site)
        asked.update({"REQUEST_METHOD": "GET", "QUERY_STRING": target.query, "wsgi.input": io.BytesIO()})
        if target.language is not None:
            asked["HTTP_ACCEPT_LANGUAGE"] = target.language
        said: list[tuple[str, Headers]] = []
        parts: list[bytes] = []

        def start(status: str, headers: Headers, exc_info: Any = None) -> Callable[[bytes], None]:
            said[:] = [(status, headers)]
            return parts.append

        answered = self.inner(asked, start)
        try:
            parts.extend(answered)
        finally:
            close = getattr(answered, "close", None)
            if close is not None:
                close()
        status, headers = said[0]
        return _Made(status, headers, b"".join(parts))


def _stamps_of_app(app: Flask) -> Stamps[Any] | None:
    from eventsapp.extensions import db

    with app.app_context():
        return stamps_of(db.engine)


def _entry(made: _Made, target: Target, stamp: Stamp, now: float) -> _Entry | None:
    """Return the entry for an answer, or None when it is not one that everybody may have."""
    headers = {name.lower(): value for name, value in made.headers}
    mark = headers.get(_MARK)
    if mark is None or not made.status.startswith("200 ") or "content-encoding" in headers:
        return None
    vary = _varies(made.headers)
    if target.language is not None:
        vary.discard("accept-language")
    if vary:
        # It depends on something of the request that was not even there.
        _log.error(
            "a public page varies by %s, so it cannot be kept: %s", ", ".join(sorted(vary)), target.path
        )
        return None
    return _Entry(
        made,
        stamp,
        "Accept-Encoding" if target.language is None else "Accept-Encoding, Accept-Language",
        now,
        float(mark) if mark else None,
    )


def _varies(headers: Headers) -> set[str]:
    """Return what an answer varies by, in small letters, but for what the front sees to.

    Flask-Login looks at the session of each request, so each answer varies by cookie, it says. There was none.
    """
    said = ",".join(value for name, value in headers if name.lower() == "vary")
    return {word.strip().lower() for word in said.split(",")} - {"", "cookie", "accept-encoding"}


def _sets_cookie(made: _Made) -> bool:
    return any(name.lower() == "set-cookie" for name, _value in made.headers)


def _public_headers(headers: Headers) -> Headers:
    """Return the headers of a public answer that does not come from here: without the mark, and nobody's own."""
    vary = sorted(_varies(headers) | {"accept-encoding"})
    kept = [pair for pair in headers if pair[0].lower() not in (_MARK, "set-cookie", "vary")]
    return [*kept, ("Vary", ", ".join(word.title() for word in vary))]


# --- giving it


def _answer(
    entry: _Entry, target: Target, shelf: _Shelf, environ: dict[str, Any], start_response: Start
) -> list[bytes]:
    """Give an answer, or say that the reader has it already."""
    entry.used = True
    packed = entry.packable and _takes_gzip(environ.get("HTTP_ACCEPT_ENCODING", ""))
    body, data, weighs_anew = entry.body(packed=packed)
    if weighs_anew:
        shelf.weigh(target, entry)
    asked = environ.get("HTTP_IF_NONE_MATCH")
    if asked is not None:
        same = asked == body.etag or _is_among(body.etag, asked)
    elif entry.modified is not None:
        since = environ.get("HTTP_IF_MODIFIED_SINCE")
        same = since is not None and _is_unmodified(entry, since)
    else:
        same = False
    if same:
        start_response("304 Not Modified", [*entry.repeated, body.tag])
        return []
    entry.settled = True
    start_response("200 OK", [*entry.shared, *body.own])
    return [data] if environ["REQUEST_METHOD"] == "GET" else []


_TAG = re.compile(r'[\s,]*(?:W/)?("[\x21\x23-\x7e\x80-\xff]*")\s*(?=,|$)')


def _is_among(etag: str, header: str) -> bool:
    """Whether an If-None-Match names a tag, by weak comparison (RFC 9110, 13.1.2). What cannot be read names none."""
    header = header.strip()
    if header == "*":
        return True
    position = 0
    while position < len(header):
        found = _TAG.match(header, position)
        if found is None:
            return False
        if found[1] == etag:
            return True
        position = found.end()
    return False


def _is_unmodified(entry: _Entry, header: str) -> bool:
    since = parse_date(header)
    if since is None or entry.modified is None:
        return False
    asked = since.timestamp()
    if asked == entry.modified:
        return entry.settled and not entry.ambiguous
    return asked > entry.modified


@lru_cache(maxsize=256)
def _short_takes_gzip(header: str) -> bool:
    accepted: dict[str, float] = {}
    for part in header.lower().split(","):
        name, *parameters = (word.strip() for word in part.split(";"))
        weight = 1.0
        for parameter in parameters:
            if parameter.startswith("q="):
                try:
                    weight = float(parameter[2:])
                except ValueError:
                    weight = 0.0
        accepted[name] = weight
    return accepted.get("gzip", accepted.get("x-gzip", accepted.get("*", 0.0))) > 0


def _takes_gzip(header: str) -> bool:
    """Whether an Accept-Encoding takes gzip (RFC 9110, 12.5.3)."""
    if len(header) > 300:
        return _short_takes_gzip.__wrapped__(header)
    return _short_takes_gzip(header)
