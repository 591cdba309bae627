"""What all fields stand on: the base class, the validators, and how a view answers with a form."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from flask import render_template
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import InstrumentedAttribute
from wtforms import Field
from wtforms.validators import StopValidation

from eventsapp.core.translations import clean_text
from eventsapp.core.web import Form

Length = int | InstrumentedAttribute[Any]
"""So many characters, or as many as a column holds."""

LONG_TEXT = 20_000
"""Characters of a text whose column has no length."""


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
    if refused(form):
        keep_uploads(form)
    return render_template(template, form=form, **context), 422 if refused(form) else 200


def keep_uploads(form: Form) -> None:
    """Keep the files of a refused form whose ``meta`` says ``keep_uploads``, so that its page can send them again."""
    if getattr(form.meta, "keep_uploads", False):
        for field in form:
            if isinstance(field, Base):
                field.keep()


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


def first_of(values: Sequence[object]) -> str:
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

    def keep(self) -> None:
        """Keep what was sent where the page cannot show it again."""


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
