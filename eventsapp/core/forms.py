"""The fields of all forms.

Every field takes whatever is sent (wrong types, control characters, forged choices, absurd numbers) and answers with a
sentence beside itself, in the reader's language; none of them raises. Text is cleaned as ``translations.clean_text``
says. What was typed is what is shown again.

A form about a conference is told the conference's languages and zone when it is made::

    form = RoomForm(obj=room, **content_of(conference))

Templates render fields through ``templates/_forms.html``.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import IO, Any, Literal, Protocol
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import get_timezone_gmt
from email_validator import EmailNotValidError, validate_email
from flask import render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from sqlalchemy.orm import InstrumentedAttribute
from werkzeug.datastructures import FileStorage
from wtforms import BooleanField, Field
from wtforms.validators import StopValidation, ValidationError
from wtforms.widgets import FileInput, HiddenInput, TextArea, TextInput, html_params

from eventsapp.core import clock, files, locale, templating, zones
from eventsapp.core.errors import Invalid
from eventsapp.core.search import normalize
from eventsapp.core.translations import LANGUAGES, clean_text, direction
from eventsapp.core.web import ActionForm, Form, saving

__all__ = [
    "ActionForm", "BooleanField", "CheckboxesField", "ChoiceField", "ClockField", "ColourField", "CountryField",
    "DateField", "DecimalField", "DocumentField", "EmailAddress", "EnumField", "Form", "HiddenText", "LanguageField",
    "LanguagesField", "ListField", "LocalDateTimeField", "PasswordText", "PictureField", "RadiosField", "RowField",
    "RowsField", "SlugField", "TextAreaField", "TextField", "TranslatedField", "UrlField", "WholeField", "ZoneField",
    "answer", "content_of", "refused", "saving",
]  # fmt: skip

Length = int | InstrumentedAttribute[Any]
"""So many characters, or as many as a column holds."""

LONG_TEXT = 20_000
_FIRST_YEAR, _LAST_YEAR = 1900, 2200


def length_of(length: Length) -> int:
    """Return the greatest number of characters. ``length`` may be a String or Text column of a model."""
    if isinstance(length, int):
        return length
    return int(getattr(length.type, "length", None) or LONG_TEXT)


# --- forms


class Contents(Protocol):
    """What :func:`content_of` needs of a conference."""

    languages: Any
    default_language: Any
    zone: Any


def content_of(conference: Contents) -> dict[str, Any]:
    """Return the keyword arguments that tell a form the languages and the zone of a conference's content."""
    default = conference.default_language
    languages = [default, *(code for code in conference.languages if code != default)]
    return {"meta": {"languages": languages, "default_language": default, "zone": conference.zone}}


def answer(form: Form, template: str, **context: Any) -> tuple[str, int]:
    """Return the page with a form: status 422 when it was refused, else 200. The template gets it as ``form``."""
    return render_template(template, form=form, **context), 422 if refused(form) else 200


def refused(form: Form) -> bool:
    """Return whether something in the form, as it was sent, cannot be taken."""
    return bool(form.errors)


# --- validators


class Required:
    """Refuses an empty field, in our words. Fields add it for ``required=True``."""

    field_flags = {"required": True}

    def __call__(self, form: Any, field: Any) -> None:
        if field.errors:
            raise StopValidation
        if field.data is None or field.data == "" or field.data == [] or field.data == {}:
            raise StopValidation(_("This field is required."))


class IfGiven:
    """Ends the chain for an empty field that need not be filled."""

    def __call__(self, form: Any, field: Any) -> None:
        if field.data is None or field.data == "" or field.data == [] or field.data == {}:
            raise StopValidation


def too_long(text: str, most: int) -> str | None:
    """Return the sentence about a text of more than ``most`` characters, or None."""
    if len(text) <= most:
        return None
    return str(_("Use at most %(most)d characters; these are %(count)d.", most=most, count=len(text)))


def plain_line(text: object) -> str:
    """Return what was sent as one clean line: no control characters, white space folded."""
    return " ".join(clean_text(text).split()) if isinstance(text, str) else ""


def _first(values: Sequence[object]) -> str:
    """Return the first value that was sent, if it is text."""
    return values[0] if values and isinstance(values[0], str) else ""


# --- the base of our fields


class Base(Field):
    """A field with ``required=``, and ``layout``, by which the templates choose how to show it."""

    layout = "line"
    _form: Any
    data: Any

    def __init__(
        self,
        label: object = None,
        validators: Sequence[Any] = (),
        *,
        required: bool = False,
        **more: Any,
    ) -> None:
        first = Required() if required else IfGiven()
        super().__init__(label, [first, *validators], **more)  # type: ignore[arg-type]
        self.required = required


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
        self.data = self.clean(_first(valuelist)) or None

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
        text = plain_line(_first(valuelist)).replace("−", "-")
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
            return plain_line(_first(self.raw_data))[:100]
        return "" if self.data is None else str(self.data)


class DecimalField(WholeField):
    """A number such as 12.5; ``data`` is a float or None. A comma is taken for the point."""

    def __init__(self, label: object = None, *args: Any, **more: Any) -> None:
        more.setdefault("render_kw", {"inputmode": "decimal"})
        super().__init__(label, *args, **more)

    def process_formdata(self, valuelist: list[Any]) -> None:
        text = plain_line(_first(valuelist)).replace("−", "-").replace(",", ".").replace("٫", ".")
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
        lines = (plain_line(line) for line in clean_text(_first(valuelist)).split("\n"))
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


# --- text in several languages


@dataclass(frozen=True)
class LanguageInput:
    """The input for one language of a :class:`TranslatedField`, as a template sees it."""

    language: str
    label: str
    name: str
    id: str
    value: str
    errors: list[str]
    direction: str
    required: bool
    shown_instead: str
    """The language whose text readers of this one get while it is empty; "" when it is filled or none is."""


class TranslatedField(Base):
    """A text in each of the conference's languages: one input for each, named ``titles-en``; ``data`` is {language: text}.

    ``required_in`` is ``"default"`` (the conference's own language), ``"any"``, or None. Texts in languages that the
    form does not ask for stay as they were. ``max_length`` holds for each language.
    """

    layout = "translated"

    def __init__(
        self,
        label: object = None,
        validators: Sequence[Any] = (),
        *,
        multiline: bool = False,
        markdown: bool = False,
        max_length: Length | None = None,
        rows: int = 6,
        required_in: Literal["default", "any"] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(label, validators, **more)
        self.multiline = multiline or markdown
        self.markdown, self.rows = markdown, rows
        self.max_length = length_of(max_length or (LONG_TEXT if self.multiline else 300))
        self.required_in = required_in
        self.required = required_in is not None
        self.errors_in: dict[str, list[str]] = {}

    @property
    def languages(self) -> list[str]:
        """The languages asked for, the default one first."""
        return list(getattr(self.meta, "languages", LANGUAGES))

    @property
    def default_language(self) -> str:
        return str(getattr(self.meta, "default_language", self.languages[0]))

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        self.process_errors: list[str] = []
        given = data if isinstance(data, Mapping) else {}
        self.object_data = dict(given)
        self.data: dict[str, str] = {
            str(language): text for language, text in given.items() if isinstance(text, str) and text
        }
        if formdata is None:
            return
        for language in self.languages:
            text = _first(formdata.getlist(f"{self.name}-{language}"))
            text = clean_text(text) if self.multiline else plain_line(text)
            self.data.pop(language, None)
            if text:
                self.data[language] = text
        self.data = dict(sorted(self.data.items(), key=self._order))

    def _order(self, item: tuple[str, str]) -> tuple[int, str]:
        known = self.languages
        return (known.index(item[0]) if item[0] in known else len(known), item[0])

    def validate(self, form: Any, extra_validators: Any = ()) -> bool:
        self.errors_in = {}
        for language in self.languages:
            problem = too_long(self.data.get(language, ""), self.max_length)
            if problem:
                self.errors_in[language] = [problem]
        missing = (
            not self.data.get(self.default_language)
            if self.required_in == "default"
            else self.required_in == "any" and not self.data
        )
        if missing:
            self.errors_in.setdefault(self.default_language, []).append(
                _("This field is required.")
                if len(self.languages) == 1
                else _(
                    "This field is required in %(language)s.",
                    language=templating.language_name(self.default_language),
                )
                if self.required_in == "default"
                else _("This field is required in at least one language.")
            )
        super().validate(form, extra_validators)
        self.errors = [*self.errors, *(said for found in self.errors_in.values() for said in found)]
        return not self.errors

    @property
    def inputs(self) -> list[LanguageInput]:
        """One input for each language, the default one first."""
        beside = {said for found in self.errors_in.values() for said in found}
        general = [str(said) for said in self.errors if said not in beside]
        made = []
        for language in self.languages:
            is_default = language == self.default_language
            errors = [*self.errors_in.get(language, []), *(general if is_default else [])]
            filled = bool(self.data.get(language))
            made.append(
                LanguageInput(
                    language=language,
                    label=templating.language_name(language),
                    name=f"{self.name}-{language}",
                    id=f"{self.id}-{language}",
                    value=self.data.get(language, ""),
                    errors=errors,
                    direction=direction(language),
                    required=is_default and self.required_in == "default",
                    shown_instead="" if filled or is_default else self._shown_instead(),
                )
            )
        return made

    def _shown_instead(self) -> str:
        for language in (self.default_language, "en", *self.data):
            if self.data.get(language):
                return language
        return ""

    def problems(self) -> Iterator[tuple[str, str, list[str]]]:
        """(id, label, errors) for each input with errors: for the summary on top of the form."""
        several = len(self.languages) > 1
        for one in self.inputs:
            if one.errors:
                label = f"{self.label.text} ({one.label})" if several else str(self.label.text)
                yield one.id, label, one.errors

    def __call__(self, **more: Any) -> Markup:
        raise TypeError("render it with the macro field() or translated() of _forms.html")


# --- choices


@dataclass(frozen=True)
class Option:
    """One choice as a template sees it."""

    value: str
    label: str
    chosen: bool
    id: str
    group: str = ""


Choices = Sequence[tuple[Any, object]] | Callable[[], Sequence[tuple[Any, object]]]


class _Select:
    """Renders a choice field as a select element."""

    field_flags: dict[str, Any] = {}
    validation_attrs = ["required"]

    def __call__(self, field: Any, **more: Any) -> Markup:
        more.setdefault("id", field.id)
        if field.flags.required:
            more.setdefault("required", True)
        html = [Markup("<select {}>").format(Markup(html_params(name=field.name, **more)))]
        group = ""
        for option in field.options:
            if option.group != group:
                html.append(Markup("</optgroup>") if group else Markup(""))
                html.append(
                    Markup('<optgroup label="{}">').format(option.group) if option.group else Markup("")
                )
                group = option.group
            selected = Markup(" selected") if option.chosen else ""
            html.append(
                Markup('<option value="{}"{}>{}</option>').format(option.value, selected, option.label)
            )
        html.append(Markup("</optgroup>") if group else Markup(""))
        html.append(Markup("</select>"))
        return Markup("").join(html)


class ChoiceField(Base):
    """One of ``choices``, pairs of (value, label), or a function that gives them; ``data`` is the value or None.

    ``blank`` labels the empty choice, which is offered unless the field is required and has a value already.
    Set ``choices`` after the form is made when they depend on the conference.
    """

    widget = _Select()
    layout = "select"

    def __init__(
        self,
        label: object = None,
        *args: Any,
        choices: Choices = (),
        blank: object = None,
        **more: Any,
    ) -> None:
        super().__init__(label, *args, **more)
        self.choices = choices
        self.blank = blank

    @property
    def pairs(self) -> list[tuple[Any, object]]:
        """The choices: (value, label)."""
        if callable(self.choices):
            self.choices = self.choices()
        return list(self.choices)

    def by_text(self) -> dict[str, Any]:
        """The values by what a form sends for them."""
        return {str(value): value for value, _label in self.pairs}

    def group_of(self, value: Any) -> str:
        """The heading under which a choice stands; none by default."""
        return ""

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.typed = _first(valuelist)
        self.data = self.by_text().get(self.typed)
        self.forged = bool(self.typed) and self.data is None

    def pre_validate(self, form: Any) -> None:
        # Asked again: the choices may have been set after the form was made.
        typed = getattr(self, "typed", "")
        self.data = self.by_text().get(typed) if typed else self.data
        if typed and self.data is None:
            raise StopValidation(_("This is not one of the choices."))

    @property
    def options(self) -> list[Option]:
        """All choices as a template shows them."""
        chosen = getattr(self, "typed", None)
        if not chosen:
            chosen = "" if self.data is None else str(self.data)
        made = [
            Option(str(value), str(label), str(value) == chosen, f"{self.id}-{number}", self.group_of(value))
            for number, (value, label) in enumerate(self.pairs)
        ]
        if not self.required or not any(option.chosen for option in made):
            blank = _("Please choose") if self.blank is None and self.required else self.blank or "—"
            made.insert(
                0, Option("", str(blank), not any(option.chosen for option in made), f"{self.id}-blank")
            )
        return made


class RadiosField(ChoiceField):
    """The same, as radio buttons: for a few choices that people should see at once."""

    layout = "radios"

    @property
    def options(self) -> list[Option]:
        made = super().options
        return [option for option in made if option.value or (self.blank is not None and not self.required)]


class EnumField(ChoiceField):
    """A member of an enum; ``labels`` says what each is called."""

    def __init__(self, label: object = None, *args: Any, labels: Mapping[Any, object], **more: Any) -> None:
        super().__init__(label, *args, choices=list(labels.items()), **more)

    def process_data(self, value: Any) -> None:
        self.data = value if isinstance(value, enum.Enum) else None


class RowField(ChoiceField):
    """The id of a row; set ``choices`` to the (id, label) pairs that this person may choose from, of this conference only."""


class CheckboxesField(ChoiceField):
    """Any number of ``choices``, as checkboxes; ``data`` is a list of values in the order of the choices."""

    layout = "checkboxes"

    def process_data(self, value: Any) -> None:
        self.data = list(value or [])

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.typed_all = [value for value in valuelist if isinstance(value, str)]
        self.data = self._chosen()

    def _chosen(self) -> list[Any]:
        typed = set(self.typed_all)
        return [value for value, _label in self.pairs if str(value) in typed]

    def pre_validate(self, form: Any) -> None:
        typed = getattr(self, "typed_all", None)
        if typed is None:
            return
        self.data = self._chosen()
        if set(typed) - set(self.by_text()):
            raise StopValidation(_("This is not one of the choices."))

    @property
    def options(self) -> list[Option]:
        chosen = {str(value) for value in self.data or []}
        return [
            Option(str(value), str(label), str(value) in chosen, f"{self.id}-{number}", self.group_of(value))
            for number, (value, label) in enumerate(self.pairs)
        ]


class RowsField(CheckboxesField):
    """The ids of any number of rows; set ``choices`` as for :class:`RowField`."""


class LanguageField(ChoiceField):
    """One of the six languages of the interface, each under its own name."""

    def __init__(
        self, label: object = None, *args: Any, codes: Sequence[str] = tuple(LANGUAGES), **more: Any
    ) -> None:
        super().__init__(label, *args, choices=[(code, LANGUAGES.get(code, code)) for code in codes], **more)


class LanguagesField(CheckboxesField):
    """Languages, as checkboxes, named in the reader's language. Codes that the object already has are offered as well."""

    def __init__(
        self, label: object = None, *args: Any, codes: Sequence[str] = tuple(LANGUAGES), **more: Any
    ) -> None:
        super().__init__(label, *args, choices=self._offered, **more)
        self.codes = codes

    def process_data(self, value: Any) -> None:
        super().process_data(value)
        self.choices = self._offered

    def _offered(self) -> list[tuple[str, str]]:
        kept = getattr(self, "object_data", None) or ()
        codes = dict.fromkeys([*self.codes, *(code for code in kept if isinstance(code, str))])
        return [(code, templating.language_name(code)) for code in codes]


# Codes of CLDR that are no countries of ISO 3166-1.
_NO_COUNTRIES = frozenset(
    {"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ"}
)


@lru_cache(maxsize=16)
def countries(language: str) -> tuple[tuple[str, str], ...]:
    """Return (code, name) of all countries of ISO 3166-1, by their names in ``language``."""
    named = Locale.parse(language).territories
    codes = {code for code in map(str, Locale.parse("en").territories) if re.fullmatch("[A-Z]{2}", code)}
    pairs = [(code, str(named.get(code, code))) for code in codes - _NO_COUNTRIES]
    return tuple(sorted(pairs, key=lambda pair: (normalize(pair[1]), pair[0])))


class CountryField(ChoiceField):
    """A country; ``data`` is its ISO 3166-1 alpha-2 code."""

    def __init__(self, label: object = None, *args: Any, **more: Any) -> None:
        super().__init__(label, *args, choices=lambda: countries(locale.current()), **more)


def _zone_choices() -> list[tuple[str, str]]:
    now = clock.now()
    named = []
    for name in sorted(zones.names()):
        offset = get_timezone_gmt(now.astimezone(ZoneInfo(name)), width="iso8601")
        shown = "+00:00" if offset == "Z" else offset
        named.append((name, f"{name.rpartition('/')[2].replace('_', ' ')} (UTC{shown})"))
    return named


class ZoneField(ChoiceField):
    """An IANA time zone."""

    def __init__(self, label: object = None, *args: Any, **more: Any) -> None:
        super().__init__(label, *args, choices=_zone_choices, **more)

    def group_of(self, value: Any) -> str:
        region, slash, _city = str(value).partition("/")
        return region if slash else "UTC"


# --- dates and times


class DateField(Base):
    """A day; ``data`` is a date or None."""

    layout = "date"
    widget = TextInput("date")

    def process_formdata(self, valuelist: list[Any]) -> None:
        text = plain_line(_first(valuelist))
        self.data = None
        if text:
            self.data = _read_date(text)

    def _value(self) -> str:
        if self.raw_data:
            return plain_line(_first(self.raw_data))[:100]
        return self.data.isoformat() if self.data else ""


def _read_date(text: str) -> date:
    try:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
            raise ValueError
        day = date.fromisoformat(text)
    except ValueError:
        raise ValueError(
            _("This is not a date. It is written as year-month-day, such as 2027-06-14.")
        ) from None
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise ValueError(
            _("The year has to be between %(first)d and %(last)d.", first=_FIRST_YEAR, last=_LAST_YEAR)
        )
    return day


class ClockField(Base):
    """A time of day on a clock on the wall; ``data`` is a naive ``time`` or None."""

    layout = "time"
    widget = TextInput("time")

    def process_formdata(self, valuelist: list[Any]) -> None:
        text = plain_line(_first(valuelist))
        self.data = None
        if not text:
            return
        found = re.fullmatch(r"(\d{1,2})[:.](\d{2})(?::\d{2}(?:\.\d+)?)?", text, re.ASCII)
        if not found or int(found[1]) > 23 or int(found[2]) > 59:
            raise ValueError(_("This is not a time of day. It is written in 24 hours, such as 18:30."))
        self.data = time(int(found[1]), int(found[2]))

    def _value(self) -> str:
        if self.raw_data:
            return plain_line(_first(self.raw_data))[:100]
        return self.data.strftime("%H:%M") if self.data else ""


def clock_problem(day: date, at: time, zone: str) -> str | None:
    """Return the sentence about a wall time that a change of clocks skips or repeats; None when all is well."""
    odd = zones.oddity(day, at, zone)
    told = {"time": at.strftime("%H:%M"), "zone": zone}
    if odd is zones.Oddity.SKIPPED:
        return str(
            _("There is no %(time)s on this day in %(zone)s: the clocks are put forward over it.", **told)
        )
    if odd is zones.Oddity.TWICE:
        sentence = _(
            "%(time)s comes twice on this day in %(zone)s: the clocks are put back over it. Choose a time before or after.",
            **told,
        )
        return str(sentence)
    return None


class LocalDateTimeField(Base):
    """A wall time in a zone; ``data`` is the instant (aware, UTC) or None.

    The zone is ``zone``, else that of the form's field ``zone_field``, else the conference's (:func:`content_of`).
    A time that a change of clocks skips or repeats is refused, unless it is what the object had before.
    """

    layout = "datetime"
    widget = TextInput("datetime-local")

    def __init__(
        self,
        label: object = None,
        *args: Any,
        zone: str | None = None,
        zone_field: str | None = None,
        **more: Any,
    ) -> None:
        super().__init__(label, *args, **more)
        self._fixed_zone, self._zone_field = zone, zone_field
        self.wall: datetime | None = None

    @property
    def zone(self) -> str:
        """The IANA name of the zone in which the time is read and shown."""
        if self._fixed_zone:
            return self._fixed_zone
        chosen = self._form[self._zone_field].data if self._zone_field else None
        if isinstance(chosen, str) and zones.known(chosen):
            return chosen
        return str(getattr(self.meta, "zone", "UTC"))

    @property
    def zone_help(self) -> str:
        """The sentence that names the zone."""
        if self._zone_field:
            return str(_("In the time zone of the conference."))
        return str(_("In %(name)s (%(zone)s).", name=templating.zone_name(self.zone), zone=self.zone))

    def process_formdata(self, valuelist: list[Any]) -> None:
        text = plain_line(_first(valuelist))
        self.data, self.wall = None, None
        if not text:
            return
        found = re.fullmatch(r"(\d{4}-\d{2}-\d{2})[T ](\d{2}):(\d{2})(?::\d{2}(?:\.\d+)?)?", text, re.ASCII)
        if not found or int(found[2]) > 23 or int(found[3]) > 59:
            raise ValueError(_("This is not a date with a time, such as 2027-06-14 18:30."))
        self.wall = datetime.combine(_read_date(found[1]), time(int(found[2]), int(found[3])))

    def pre_validate(self, form: Any) -> None:
        if self.wall is None:
            return
        before = getattr(self, "object_data", None)
        if isinstance(before, datetime) and self._local(before) == self.wall:
            self.data = before
            return
        problem = clock_problem(self.wall.date(), self.wall.time(), self.zone)
        if problem:
            raise StopValidation(problem)
        self.data = zones.instant(self.wall.date(), self.wall.time(), self.zone)

    def _local(self, value: datetime) -> datetime:
        return value.astimezone(ZoneInfo(self.zone)).replace(tzinfo=None, second=0, microsecond=0)

    def _value(self) -> str:
        if self.raw_data:
            return plain_line(_first(self.raw_data))[:100]
        if isinstance(self.data, datetime):
            return self._local(self.data.astimezone(UTC)).strftime("%Y-%m-%dT%H:%M")
        return ""


# --- files


class _Upload(Base):
    """A file that is sent. ``data`` is the upload or None; what is stored already is ``current``."""

    widget = FileInput()
    layout = "file"
    accept = ""

    def __init__(self, label: object = None, *args: Any, removable: bool = True, **more: Any) -> None:
        super().__init__(label, *args, **more)
        self.removable = removable
        self.removed = False
        self.current: files.StoredFile | None = None

    def process_data(self, value: Any) -> None:
        self.current = value if isinstance(value, files.StoredFile) else None
        self.data: FileStorage | None = None

    def process_formdata(self, valuelist: list[Any]) -> None:
        uploads = (value for value in valuelist if isinstance(value, FileStorage) and value.filename)
        self.data = next(uploads, None)
        self.removed = self.removable and bool(request.form.get(f"{self.name}-remove"))

    def _refuse(self, reason: str) -> Invalid:
        return Invalid({self.short_name: [reason]})

    def _value(self) -> bool:
        return False


class PictureField(_Upload):
    """A picture: PNG, JPEG, WebP or GIF; kept as WebP within ``width`` × ``height`` pixels."""

    accept = "image/png,image/jpeg,image/webp,image/gif"
    layout = "picture"

    def __init__(
        self, label: object = None, *args: Any, width: int = 1600, height: int = 1600, **more: Any
    ) -> None:
        more.setdefault("description", _l("PNG, JPEG, WebP or GIF."))
        super().__init__(label, *args, **more)
        self.width, self.height = width, height

    def store(self) -> files.StoredFile | None:
        """Return the row of the picture that the thing has from now on: the new one, the one it had, or none.

        Raises :class:`Invalid` for a file that is no picture; call it inside ``saving(form)``.
        """
        if self.data is None:
            return None if self.removed else self.current
        try:
            return files.store_picture(
                _stream(self.data), self.data.filename or "", width=self.width, height=self.height
            )
        except files.FileRefused:
            raise self._refuse(_("This file cannot be read as a picture.")) from None


class DocumentField(_Upload):
    """A document to hand out: PDF, PNG, JPEG, DOCX, PPTX or XLSX."""

    accept = ".pdf,.png,.jpg,.jpeg,.docx,.pptx,.xlsx"

    def __init__(self, label: object = None, *args: Any, **more: Any) -> None:
        more.setdefault("description", _l("PDF, PNG, JPEG, DOCX, PPTX or XLSX."))
        super().__init__(label, *args, **more)

    def store(self) -> files.StoredFile | None:
        """Like :meth:`PictureField.store`, for a document."""
        if self.data is None:
            return None if self.removed else self.current
        try:
            return files.store_document(_stream(self.data), self.data.filename or "")
        except files.FileRefused:
            raise self._refuse(_("This is not a kind of file that is taken, or it is empty.")) from None


def _stream(upload: FileStorage) -> IO[bytes]:
    upload.stream.seek(0)
    return upload.stream


def fail(field: Field, sentence: object) -> None:
    """Put a sentence beside a field after validation."""
    field.errors = [*field.errors, str(sentence)]


# Messages of WTForms' own fields and validators that a form may still use: here so that they are translated.
_BUILT_IN = (
    _l("This field is required."),
    _l("Not a valid choice."),
    _l("Invalid Choice: could not coerce."),
    _l("Not a valid integer value."),
    _l("Not a valid date value."),
    _l("Field must be equal to %(other_name)s."),
    _l("Number must be at least %(min)s."),
    _l("Number must be at most %(max)s."),
    _l("Number must be between %(min)s and %(max)s."),
    _l("Invalid input."),
)
__all__ += ["IfGiven", "Required", "StopValidation", "ValidationError", "clock_problem", "countries", "fail"]
