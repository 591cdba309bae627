"""Text that is typed: lines, areas, lists, addresses, colours, and numbers, which are typed as well."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlsplit

from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import StopValidation
from wtforms.widgets import HiddenInput, TextArea, TextInput

from eventsapp.core.forms.base import LONG_TEXT, Base, Length, first_of, length_of, plain_line, too_long
from eventsapp.core.translations import clean_text


class TextField(Base):
    """One line of text. ``data`` is a non-empty string or None."""

    widget: Any = TextInput()
    multiline = False

    def __init__(self, label: object = None, *args: Any, max_length: Length = 300, **more: Any) -> None:
        super().__init__(label, *args, **more)
        self.max_length = length_of(max_length)

    def clean(self, text: str) -> str:
        return clean_text(text) if self.multiline else plain_line(text)

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = self.clean(first_of(valuelist)) or None

    def pre_validate(self, form: Any) -> None:
        problem = too_long(self.data or "", self.max_length)
        if problem:
            raise StopValidation(problem)

    def _value(self) -> str:
        return "" if self.data is None else str(self.data)


class TextAreaField(TextField):
    """Several lines of text; ``markdown=True`` says so beside it."""

    widget = TextArea()
    layout = "area"
    multiline = True

    def __init__(
        self,
        label: object = None,
        *args: Any,
        max_length: Length = LONG_TEXT,
        rows: int = 5,
        markdown: bool = False,
        **more: Any,
    ) -> None:
        super().__init__(label, *args, max_length=max_length, **more)
        self.rows, self.markdown = rows, markdown


class HiddenText(TextField):
    """A line of text that is carried along unseen."""

    widget = HiddenInput()
    layout = "hidden"


class PasswordText(TextField):
    """A password: kept exactly as it was typed (normalized by whoever hashes it), never shown again."""

    layout = "password"

    def clean(self, text: str) -> str:
        return text.replace("\0", "")

    def _value(self) -> str:
        return ""

    widget = TextInput("password")


class SlugField(TextField):
    """The part of an address that names something: lower-case letters, digits, hyphens."""

    layout = "code"

    def __init__(self, label: object = None, *args: Any, reserved: Iterable[str] = (), **more: Any) -> None:
        more.setdefault(
            "description", _l("Lower-case letters a–z, digits and hyphens. Part of the page's address.")
        )
        super().__init__(label, *args, **more)
        self.reserved = frozenset(reserved)

    def clean(self, text: str) -> str:
        return super().clean(text).lower()

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        if self.data and not re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", self.data):
            raise StopValidation(_("Use only the letters a–z, digits, and single hyphens between them."))
        if self.data in self.reserved:
            raise StopValidation(_("This address is needed by the site itself. Choose another one."))


class UrlField(TextField):
    """The address of a web page: http or https."""

    widget = TextInput("url")
    layout = "code"

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        if self.data and not is_web_address(self.data):
            raise StopValidation(
                _("This is not the address of a web page. It begins with https:// or http://.")
            )


def is_web_address(text: str) -> bool:
    """Return whether ``text`` is an absolute http(s) address with a host and without a password or odd characters."""
    if any(c <= " " or c in '"<>\\^`{|}' for c in text):
        return False
    try:
        parts = urlsplit(text)
        parts.port  # noqa: B018 - raises for a wrong one
    except ValueError:
        return False
    if parts.scheme not in ("http", "https") or "@" in parts.netloc:
        return False
    host = parts.hostname or ""
    return bool(host) and not host.startswith(("-", ".")) and ".." not in host


class EmailAddress(TextField):
    """An e-mail address, in lower case. Whether anybody reads mail there is not asked."""

    widget = TextInput("email")
    layout = "code"

    def __init__(self, label: object = None, *args: Any, max_length: Length = 254, **more: Any) -> None:
        super().__init__(label, *args, max_length=max_length, **more)

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        if not self.data:
            return
        found = email_address(self.data)
        if found is None or len(found) > self.max_length:
            raise StopValidation(_("This is not an e-mail address. It looks like name@example.org."))
        self.data = found


def email_address(text: str) -> str | None:
    """Return an e-mail address as it is stored (normalized, lower case), or None if ``text`` is none."""
    try:
        return validate_email(text, check_deliverability=False).normalized.lower()
    except (EmailNotValidError, UnicodeError):
        return None


class ColourField(TextField):
    """A colour as ``#rrggbb``."""

    widget = TextInput("color")
    layout = "colour"

    def pre_validate(self, form: Any) -> None:
        if self.data and not re.fullmatch(r"#[0-9a-fA-F]{6}", self.data):
            raise StopValidation(
                _("A colour is written as # and six digits or letters a–f, such as #1f5fa8.")
            )
        self.data = self.data.lower() if self.data else None


class WholeField(Base):
    """A whole number from ``least`` to ``most``; ``data`` is an int or None. Digits of any script are taken."""

    layout = "number"
    widget = TextInput("text")

    def __init__(
        self, label: object = None, *args: Any, least: int = 0, most: int = 1_000_000, **more: Any
    ) -> None:
        more.setdefault("render_kw", {"inputmode": "numeric"})
        super().__init__(label, *args, **more)
        self.least, self.most = least, most

    def process_formdata(self, valuelist: list[Any]) -> None:
        text = plain_line(first_of(valuelist)).replace("−", "-")
        self.data = None
        if not text:
            return
        if not re.fullmatch(r"[+-]?\d{1,18}", text):
            raise ValueError(_("This is not a whole number."))
        self.data = int(text)

    def pre_validate(self, form: Any) -> None:
        if self.data is not None and not self.least <= self.data <= self.most:
            raise StopValidation(
                _("This has to be a number from %(least)s to %(most)s.", least=self.least, most=self.most)
            )

    def _value(self) -> str:
        if self.raw_data:
            return plain_line(first_of(self.raw_data))[:100]
        return "" if self.data is None else str(self.data)


class DecimalField(WholeField):
    """A number such as 12.5; ``data`` is a float or None. A comma is taken for the point."""

    def __init__(self, label: object = None, *args: Any, **more: Any) -> None:
        more.setdefault("render_kw", {"inputmode": "decimal"})
        super().__init__(label, *args, **more)

    def process_formdata(self, valuelist: list[Any]) -> None:
        text = plain_line(first_of(valuelist)).replace("−", "-").replace(",", ".").replace("٫", ".")
        self.data = None
        if not text:
            return
        if not re.fullmatch(r"[+-]?(\d{1,15}(\.\d{0,15})?|\.\d{1,15})", text):
            raise ValueError(_("This is not a number."))
        self.data = float(text)


class ListField(TextField):
    """Several short texts, one on each line; ``data`` is a list without repetitions."""

    widget = TextArea()
    layout = "area"
    multiline = True
    markdown = False

    def __init__(
        self, label: object = None, *args: Any, max_items: int = 50, rows: int = 3, **more: Any
    ) -> None:
        more.setdefault("description", _l("One on each line."))
        super().__init__(label, *args, **more)
        self.max_items, self.rows = max_items, rows

    def process_formdata(self, valuelist: list[Any]) -> None:
        lines = (plain_line(line) for line in clean_text(first_of(valuelist)).split("\n"))
        self.data = list(dict.fromkeys(line for line in lines if line))

    def process_data(self, value: Any) -> None:
        self.data = list(value or [])

    def pre_validate(self, form: Any) -> None:
        if len(self.data) > self.max_items:
            raise StopValidation(_("These are more than %(most)d lines.", most=self.max_items))
        for line in self.data:
            problem = too_long(line, self.max_length)
            if problem:
                raise StopValidation(f"“{line[:40]}…”: {problem}")

    def _value(self) -> str:
        return "\n".join(self.data or [])


class WordsField(ListField):
    """Several short texts: those that are used already as boxes to tick, others one on each line.

    Set ``known`` to the words in use after the form is made. ``data`` is a list without repetitions, in which a word that
    differs from a known one only by capitals is the known one.
    """

    known: Sequence[str] = ()

    @property
    def layout(self) -> str:  # type: ignore[override]
        """Without known words only the lines are left."""
        return "words" if self.known else "area"

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata(["\n".join(one for one in valuelist if isinstance(one, str))])

    def pre_validate(self, form: Any) -> None:
        known = {word.casefold(): word for word in reversed(self.known)}
        spelt: dict[str, str] = {}
        for word in self.data:
            spelt.setdefault(word.casefold(), known.get(word.casefold(), word))
        self.data = list(spelt.values())
        super().pre_validate(form)

    @property
    def words(self) -> list[tuple[str, bool]]:
        """The known words, each with whether it is chosen."""
        chosen = {word.casefold() for word in self.data or []}
        return [(word, word.casefold() in chosen) for word in self.known]

    def _value(self) -> str:
        known = {word.casefold() for word in self.known}
        return "\n".join(word for word in self.data or [] if word.casefold() not in known)
