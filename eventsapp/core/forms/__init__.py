"""The fields of all forms.

Every field takes whatever is sent (wrong types, control characters, forged choices, absurd numbers) and answers with a
sentence beside itself, in the reader's language; none of them raises. Text is cleaned as ``translations.clean_text``
says. What was typed is what is shown again.

A form about a conference is told the conference's languages and zone when it is made::

    form = RoomForm(obj=room, **content_of(conference))

Templates render fields through ``templates/_forms.html``.
"""

from __future__ import annotations

from wtforms.validators import StopValidation, ValidationError

from eventsapp.core.forms.base import Base, IfGiven, Required, answer, content_of, fail, keep_uploads, refused
from eventsapp.core.forms.choices import (
    BooleanField,
    CheckboxesField,
    ChoiceField,
    CountryField,
    EnumField,
    LanguageField,
    LanguagesField,
    Option,
    RadiosField,
    RowField,
    RowsField,
    ZoneField,
    countries,
)
from eventsapp.core.forms.text import (
    ColourField,
    DecimalField,
    EmailAddress,
    HiddenText,
    ListField,
    PasswordText,
    SlugField,
    TextAreaField,
    TextField,
    UrlField,
    WholeField,
    WordsField,
    email_address,
    is_web_address,
)
from eventsapp.core.forms.times import ClockField, DateField, LocalDateTimeField, clock_problem
from eventsapp.core.forms.translated import TranslatedField
from eventsapp.core.forms.uploads import DocumentField, PictureField
from eventsapp.core.web import ActionForm, Form, checking, saving

__all__ = [
    "ActionForm", "Base", "BooleanField", "CheckboxesField", "ChoiceField", "ClockField", "ColourField", "CountryField",
    "DateField", "DecimalField", "DocumentField", "EmailAddress", "EnumField", "Form", "HiddenText", "IfGiven",
    "LanguageField", "LanguagesField", "ListField", "LocalDateTimeField", "Option", "PasswordText", "PictureField",
    "RadiosField", "Required", "RowField", "RowsField", "SlugField", "StopValidation", "TextAreaField", "TextField",
    "TranslatedField", "UrlField", "ValidationError", "WholeField", "WordsField", "ZoneField", "answer", "checking",
    "clock_problem", "content_of", "countries", "email_address", "fail", "is_web_address", "keep_uploads", "refused",
    "saving",
]  # fmt: skip
