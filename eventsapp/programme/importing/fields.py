"""JSON objects read field by field, each value checked, each complaint with its path."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, time
from typing import Any, NoReturn, TypeVar
from urllib.parse import urlsplit

from eventsapp.core.translations import clean_text
from eventsapp.programme.importing.document import BadFile, Texts
from eventsapp.programme.importing.source import decode

T = TypeVar("T")

_SLUG = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(r"[0-9]{2}:[0-9]{2}")
YEARS = range(1900, 2201)

NAME = 300
"""Characters of a name or a title."""
PARAGRAPH = 5_000
PAGES = 100_000
ADDRESS = 1_000


def parse(content: bytes, name: str) -> Fields:
    """Return the JSON object that a file holds. Raises :class:`BadFile` with the line, for anything else."""
    text = decode(content, name)

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if len(made) < len(pairs):
            keys = [key for key, _ in pairs]
            twice = next(key for key in keys if keys.count(key) > 1)
            raise BadFile(name, "", f"an object has the key {twice[:60]!r} twice")
        return made

    def no_number(said: str) -> NoReturn:
        raise BadFile(name, "", f"{said} is not a number in JSON")

    try:
        value = json.loads(text, object_pairs_hook=unique, parse_constant=no_number)
    except json.JSONDecodeError as error:
        raise BadFile(name, error.lineno, f"not JSON: {error.msg}, column {error.colno}") from None
    except RecursionError:
        raise BadFile(name, "", "nested too deep") from None
    except ValueError:
        raise BadFile(name, "", "a number with too many digits") from None
    return Fields(name, value, "", {})


class Fields:
    """One JSON object. Every method names a key; an absent one, or null, gives None.

    Which keys were asked for is remembered, so that :meth:`unknown` can tell what nobody understood.
    """

    def __init__(self, name: str, value: object, path: str, asked: dict[str, dict[str, bool]]) -> None:
        self.name = name
        self.path = path
        if not isinstance(value, dict):
            raise BadFile(name, path, f"an object is expected here, not {_kind(value)}")
        self._value: dict[str, Any] = value
        self._asked = asked
        for key in value:
            self._keys().setdefault(key, False)

    def _keys(self) -> dict[str, bool]:
        return self._asked.setdefault(re.sub(r"\[[0-9]+\]", "[]", self.path), {})

    def where(self, key: str) -> str:
        """Return the path of a key of this object."""
        return f"{self.path}.{key}" if self.path else key

    def refuse(self, key: str, reason: str) -> NoReturn:
        """Raise :class:`BadFile` for a key of this object."""
        raise BadFile(self.name, self.where(key), reason)

    def need(self, key: str, value: T | None) -> T:
        """Return ``value``, which was read from ``key``; refuse the file when there is none."""
        if value is None or value in ("", {}):
            self.refuse(key, "missing")
        return value

    def ignore(self, *keys: str) -> None:
        """Say that these keys are known and deliberately left out."""
        for key in keys:
            self._keys()[key] = True

    def unknown(self) -> list[str]:
        """Return the paths that were in the file and never asked for, from this object or any below it."""
        return sorted(
            f"{path}.{key}" if path else key
            for path, keys in self._asked.items()
            for key, asked in keys.items()
            if not asked
        )

    def raw(self, key: str) -> Any:
        """Return the unchecked value."""
        self._keys()[key] = True
        return self._value.get(key)

    # --- plain values

    def text(self, key: str, *, most: int = NAME, lines: bool = False) -> str | None:
        """Return a text, cleaned; on one line unless ``lines``."""
        value = self.raw(key)
        if value is None:
            return None
        if not isinstance(value, str):
            self.refuse(key, f"a text is expected here, not {_kind(value)}")
        value = clean_text(value)
        if not lines:
            value = " ".join(value.split())
        if len(value) > most:
            self.refuse(key, f"longer than {most} characters")
        return value

    def slug(self, key: str, *, most: int = 120) -> str | None:
        """Return a slug as the file writes it: lower-case letters, digits, hyphens or underscores."""
        value = self.text(key, most=most)
        if value is not None and not _SLUG.fullmatch(value):
            self.refuse(key, f"{value[:60]!r} is not a slug: lower-case letters, digits and hyphens")
        return value

    def choice(self, key: str, choices: Mapping[str, T]) -> T | None:
        """Return what one of the given words stands for."""
        value = self.text(key)
        if value is None:
            return None
        if value not in choices:
            self.refuse(key, f"{value[:60]!r} is none of {', '.join(choices)}")
        return choices[value]

    def integer(self, key: str, *, least: int, most: int) -> int | None:
        """Return a whole number within bounds."""
        value = self.raw(key)
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool):
            self.refuse(key, f"a whole number is expected here, not {_kind(value)}")
        if not least <= value <= most:
            self.refuse(key, f"not from {least} to {most}")
        return value

    def number(self, key: str, *, least: float, most: float) -> float | None:
        """Return a number within bounds."""
        value = self.raw(key)
        if value is None:
            return None
        if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
            self.refuse(key, f"a number is expected here, not {_kind(value)}")
        if not least <= value <= most:
            self.refuse(key, f"not from {least:g} to {most:g}")
        return float(value)

    def truth(self, key: str) -> bool | None:
        """Return true or false."""
        value = self.raw(key)
        if value is not None and not isinstance(value, bool):
            self.refuse(key, f"true or false is expected here, not {_kind(value)}")
        return value

    def day(self, key: str) -> date | None:
        """Return a date, written YYYY-MM-DD."""
        value = self.text(key)
        return None if value is None else _day(value, lambda reason: self.refuse(key, reason))

    def clock(self, key: str) -> time | None:
        """Return a time of day, written HH:MM from 00:00 to 23:59."""
        value = self.text(key)
        if value is None:
            return None
        if not _TIME.fullmatch(value) or value[:2] > "23" or value[3:] > "59":
            self.refuse(key, f"{value[:60]!r} is not a time: HH:MM, from 00:00 to 23:59")
        return time.fromisoformat(value)

    def address(self, key: str, *, most: int = ADDRESS) -> str | None:
        """Return an http or https address."""
        value = self.text(key, most=most)
        if value is not None and not is_address(value):
            self.refuse(key, f"{value[:80]!r} is not a web address")
        return value

    def country(self, key: str) -> str | None:
        """Return a country code (ISO 3166-1 alpha-2)."""
        value = self.text(key)
        if value is not None and not re.fullmatch(r"[A-Z]{2}", value):
            self.refuse(key, f"{value[:60]!r} is not a country code of two capitals")
        return value

    # --- several values

    def texts(self, key: str, *, most: int = NAME, lines: bool = False) -> Texts | None:
        """Return texts by language."""
        if self.raw(key) is None:
            return None
        inner = self.inner(key)
        found: dict[str, str] = {}
        for language in inner._value:
            if not _LANGUAGE.fullmatch(language):
                inner.refuse(language, "not a language code such as en")
            text = inner.text(language, most=most, lines=lines)
            if text:
                found[language] = text
        return found

    def items(self, key: str) -> list[Any] | None:
        """Return a list, unchecked within."""
        value = self.raw(key)
        if value is None:
            return None
        if not isinstance(value, list):
            self.refuse(key, f"a list is expected here, not {_kind(value)}")
        return value

    def strings(self, key: str, *, most: int = NAME) -> list[str] | None:
        """Return a list of texts, without the empty ones."""
        values = self.items(key)
        if values is None:
            return None
        found = []
        for number, value in enumerate(values):
            if not isinstance(value, str):
                self.refuse(f"{key}[{number}]", f"a text is expected here, not {_kind(value)}")
            text = " ".join(clean_text(value).split())
            if len(text) > most:
                self.refuse(f"{key}[{number}]", f"longer than {most} characters")
            found.append(text)
        return found

    def days(self, key: str) -> list[date] | None:
        """Return a list of dates."""
        values = self.strings(key)
        if values is None:
            return None

        def refuse(number: int) -> Callable[[str], NoReturn]:
            return lambda reason: self.refuse(f"{key}[{number}]", reason)

        return [_day(value, refuse(number)) for number, value in enumerate(values)]

    def addresses(self, key: str) -> list[str] | None:
        """Return a list of http or https addresses."""
        values = self.strings(key, most=ADDRESS)
        for number, value in enumerate(values or []):
            if not is_address(value):
                self.refuse(f"{key}[{number}]", f"{value[:80]!r} is not a web address")
        return values

    def languages(self, key: str) -> list[str] | None:
        """Return a list of language codes."""
        values = self.strings(key)
        for number, value in enumerate(values or []):
            if not _LANGUAGE.fullmatch(value):
                self.refuse(f"{key}[{number}]", f"{value[:60]!r} is not a language code such as en")
        return values

    def language(self, key: str) -> str | None:
        """Return a language code."""
        value = self.text(key)
        if value is not None and not _LANGUAGE.fullmatch(value):
            self.refuse(key, f"{value[:60]!r} is not a language code such as en")
        return value

    def references(self, key: str, known: Mapping[str, T], what: str) -> list[T] | None:
        """Return what the keys in a list stand for, each once; refuse one that is not ``known``."""
        values = self.strings(key)
        if values is None:
            return None
        for number, value in enumerate(values):
            if value not in known:
                self.refuse(f"{key}[{number}]", f"no {what} {value[:60]!r} in this file")
        return [known[value] for value in dict.fromkeys(values)]

    def reference(self, key: str, known: Mapping[str, T], what: str) -> T | None:
        """Return what a key stands for; refuse one that is not ``known``."""
        value = self.text(key)
        if value is None:
            return None
        if value not in known:
            self.refuse(key, f"no {what} {value[:60]!r} in this file")
        return known[value]

    # --- objects

    def inner(self, key: str) -> Fields:
        """Return an object within this one; refuse the file when there is none."""
        value = self.raw(key)
        if value is None:
            self.refuse(key, "missing")
        return Fields(self.name, value, self.where(key), self._asked)

    def objects(self, key: str) -> Iterator[Fields]:
        """Give the objects of a list, which may be absent."""
        for number, value in enumerate(self.items(key) or []):
            yield Fields(self.name, value, f"{self.where(key)}[{number}]", self._asked)

    def __iter__(self) -> Iterator[str]:
        return iter(self._value)


class Once:
    """Keys of one list that may come only once."""

    def __init__(self, key: str) -> None:
        self._key = key
        self._seen: dict[str, str] = {}

    def check(self, fields: Fields, value: str) -> None:
        """Refuse the file when ``value`` was seen before."""
        if value in self._seen:
            fields.refuse(self._key, f"{value[:60]!r} is already the {self._key} of {self._seen[value]}")
        self._seen[value] = fields.path


def is_address(value: str) -> bool:
    """Return whether ``value`` is an http or https address with a host and without white space."""
    if re.search(r"[\s<>\"\\^`{|}]", value) or len(value) > ADDRESS:
        return False
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        return False
    return (
        parts.scheme in ("http", "https") and bool(parts.hostname) and not (parts.username or parts.password)
    )


def host_name(address: str) -> str:
    """Return the host of an address, without a leading ``www.``."""
    return (urlsplit(address).hostname or address).removeprefix("www.")


def _day(value: str, refuse: Callable[[str], NoReturn]) -> date:
    if not _DATE.fullmatch(value):
        refuse(f"{value[:60]!r} is not a date: YYYY-MM-DD")
    try:
        found = date.fromisoformat(value)
    except ValueError:
        refuse(f"there is no day {value}")
    if found.year not in YEARS:
        refuse(f"the year {found.year} is not from {YEARS[0]} to {YEARS[-1]}")
    return found


def _kind(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true or false"
    kinds = {str: "a text", int: "a number", float: "a number", list: "a list", dict: "an object"}
    return kinds.get(type(value), type(value).__name__)
