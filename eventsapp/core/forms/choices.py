"""Choices: one or several of what is offered, and nothing else."""

from __future__ import annotations

import enum
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import get_timezone_gmt
from flask_babel import gettext as _
from markupsafe import Markup
from wtforms import BooleanField as WTFormsBooleanField
from wtforms.validators import StopValidation
from wtforms.widgets import html_params

from eventsapp.core import clock, locale, templating, zones
from eventsapp.core.forms.base import Base, first_of
from eventsapp.core.search import normalize
from eventsapp.core.translations import LANGUAGES


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
        self.typed = first_of(valuelist)
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


class BooleanField(WTFormsBooleanField):
    """A box that is ticked or not. Whatever is sent for it ticks it, but nothing, "" and "false"."""

    layout = "box"
    required = True  # Nothing to leave out, so it is not called optional.

    def _value(self) -> str:
        return "y"


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
