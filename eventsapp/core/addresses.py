"""Which addresses the layer in front of Flask may answer by itself, and what makes two of them the same. Pure.

An allow-list of shapes: whatever is not named here always goes to Flask. The public pages, feeds and exports of a
conference stand here, and the few answers that belong to the whole site. Nothing here makes an answer public; only
``core.web.public`` does.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple
from urllib.parse import parse_qsl, urlencode

from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from eventsapp.core.translations import LANGUAGES

LONGEST: Final = 2000
"""Characters of path and query together from which an address is not looked at here."""

ALTERNATIVES: Final = frozenset({"day", "type", "theme", "room", "organization", "language", "access"})
"""Arguments whose values are a set: their order and repetition mean nothing."""

ARGUMENTS: Final = ALTERNATIVES | {"q", "view"}
"""The arguments that a public page may read. All others are taken off the address before Flask sees it."""

_MOST_VALUES: Final = 200
_SHORT: Final = 300

_LANGUAGE = f"(?:{'|'.join(LANGUAGES)})"
_WORD = r"[A-Za-z0-9._~-]+"
_OF_SITE = re.compile(rf"/(?:{_LANGUAGE}/)?|/sitemap\.xml")
_OF_CONFERENCE = re.compile(
    rf"""/{_LANGUAGE}/(?P<conference>{_WORD})/
    (?:
        (?P<filtered>programme(?:\.(?!pdf)[a-z]+)?|organizations|speakers)
      | (?:calendar\.ics|sitemap\.xml|venue|news|calls|releases(?:\.atom)?)?
      | (?:events|organizations|speakers|themes|types|pages|news|calls)/[^/]+
      | rooms/[^/]+(?:/display)?
    )""",
    re.VERBOSE,
)


class Target(NamedTuple):
    """A public address in its one form. Equal targets have the same answer at the same revision."""

    path: str
    query: str
    """Known arguments only, in a fixed order; also what Flask is given."""
    conference: str | None
    """Slug of the conference that it belongs to; None: the whole site's."""
    language: str | None
    """The reader's language, where the path does not say it and the answer may depend on it."""


def find(path: str, query: str, accept_language: str | None) -> Target | None:
    """Return the target of a request for ``path`` and ``query`` as they stand in a WSGI environment, or None."""
    length = len(path) + len(query)
    if length > LONGEST:
        return None
    # Long ones are not remembered: what is remembered is counted, not weighed.
    found = _find(path, query) if length <= _SHORT else _find.__wrapped__(path, query)
    if found is None or path != "/":
        return found
    header = accept_language or ""
    language = _language(header) if len(header) <= _SHORT else _language.__wrapped__(header)
    return Target(found.path, found.query, None, language)


@lru_cache(maxsize=1024)
def _find(path: str, query: str) -> Target | None:
    of_conference = _OF_CONFERENCE.fullmatch(path)
    if of_conference is None and _OF_SITE.fullmatch(path) is None:
        return None
    takes_arguments = of_conference is not None and of_conference["filtered"] is not None
    canonical = canonical_query(query) if query and takes_arguments else ""
    if canonical is None:
        return None
    return Target(path, canonical, of_conference["conference"] if of_conference is not None else None, None)


@lru_cache(maxsize=512)
def _language(header: str) -> str:
    """The best of our languages for an Accept-Language header, as ``core.locale.from_browser`` finds it."""
    return parse_accept_header(header, LanguageAccept).best_match(list(LANGUAGES)) or "en"


def canonical_query(query: str) -> str | None:
    """Return the known arguments of a query string in their one form; None when there are too many to look at.

    Empty and repeated values are dropped. Alternatives are sorted; of others the order is kept, as it may mean something.
    """
    if not query.isascii():
        # A WSGI string: the bytes that were sent, one for each character.
        query = query.encode("latin-1", "replace").decode("utf-8", "replace")
    try:
        pairs = parse_qsl(query, errors="replace", max_num_fields=_MOST_VALUES)
    except ValueError:
        return None
    known = dict.fromkeys((name, value) for name, value in pairs if name in ARGUMENTS)
    ordered = sorted(known, key=lambda pair: (pair[0], pair[1] if pair[0] in ALTERNATIVES else ""))
    return urlencode(ordered)
