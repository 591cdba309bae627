"""A text in several languages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from flask_babel import gettext as _
from markupsafe import Markup

from eventsapp.core import templating
from eventsapp.core.forms.base import LONG_TEXT, Base, Length, first_of, length_of, plain_line, too_long
from eventsapp.core.translations import LANGUAGES, clean_text, direction


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
            text = first_of(formdata.getlist(f"{self.name}-{language}"))
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
