"""What is said of a person in a registration: the data, what is wrong with them, and what stays once it is approved.

Pure but for the reader's language.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from flask_babel import gettext as _

from eventsapp.core.translations import LANGUAGES, Texts, clean_text
from eventsapp.questions import rules
from eventsapp.questions.rules import Asked
from eventsapp.registration.enums import Approval, Detail, Gender, RegistrationState
from eventsapp.registration.models import Registration

Found = dict[str, list[str]]
"""What is wrong, by the name of the field: of :class:`PersonData`, ``photo``, ``passport``, or ``q-<key of a question>``."""

QUESTION: Final = "q-"
"""Before the key of a question in names of fields (``questions.forms.PREFIX``)."""
MOST: Final = {"name": 200, "original_name": 200, "job_title": 200, "phone": 40, "organization": 300}
"""Characters."""
_PHONE: Final = re.compile(r"\+?[0-9][0-9 ()./-]{3,38}")
_OLDEST: Final = date(1900, 1, 1)


@dataclass(frozen=True, slots=True)
class PersonData:
    """What a form says of a person. The organization is one of the directory (id), or as it was written, or none.

    ``country`` and ``nationality`` are ISO 3166 codes. ``language`` is the one that the person is written to in; None
    leaves it as it is. ``answers`` are of the questions of the form (``questions.models.Question``). ``photo_id`` is the
    id of a ``StoredFile``.
    """

    name: str
    email: str
    category_id: int
    country: str | None = None
    organization_id: int | None = None
    organization_name: str | None = None
    language: str | None = None
    original_name: str | None = None
    job_title: str | None = None
    phone: str | None = None
    gender: Gender | None = None
    birth_date: date | None = None
    nationality: str | None = None
    first_time: bool | None = None
    answers: Mapping[str, Any] = field(default_factory=dict)
    listed: bool = False
    photo_id: int | None = None


FIELDS: Final = tuple(PersonData.__slots__)
VETTED: Final = frozenset(
    {"name", "original_name", "organization_id", "organization_name", "birth_date", "nationality", "country"}
)
"""What a registrar looked at: it stays as it was approved. The page of the passport, too."""


@dataclass(frozen=True, slots=True)
class Asks:
    """What a category's form asks: ``details`` with whether each is required, and the questions of the organizers."""

    details: Mapping[Detail, bool] = field(default_factory=dict)
    questions: Sequence[Asked] = ()
    languages: Sequence[str] = ("en",)
    """Of the conference, its own first."""
    names: Texts = field(default_factory=dict)


def details_of(stored: Mapping[str, Any]) -> dict[Detail, bool]:
    """Return which details a form asks, in their order, from ``RegistrationForm.details``."""
    return {one: bool(stored[one.value]) for one in Detail if one.value in stored}


def line(text: str | None) -> str:
    """Return a text as one line without control characters."""
    return " ".join(clean_text(text or "").split())


def tidy(data: PersonData) -> PersonData:
    """Return the data as they are kept."""
    return replace(
        data,
        name=line(data.name),
        email=line(data.email).lower(),
        country=data.country or None,
        organization_name=None if data.organization_id else line(data.organization_name) or None,
        original_name=line(data.original_name) or None,
        job_title=line(data.job_title) or None,
        phone=line(data.phone) or None,
        nationality=data.nationality or None,
        answers=dict(data.answers),
    )


def data_of(registration: Registration) -> PersonData:
    """Return what a registration says."""
    return PersonData(**{name: getattr(registration, name) for name in FIELDS})


def problems(data: PersonData, asks: Asks, *, complete: bool, passport: bool = False, today: date) -> Found:
    """Return what is wrong with tidy data; with ``complete`` also what is missing.

    ``passport``: whether a page of a passport is kept; ``today``: in the conference's zone.
    """
    found = _wrong(data, today)
    for key, said in rules.check(asks.questions, data.answers, asks.languages, complete=complete).items():
        found[QUESTION + key] = list(said)
    if complete:
        for name, there in _required(data, asks, passport).items():
            if not there and name not in found:
                found[name] = [_("This field is required.")]
    return found


def _required(data: PersonData, asks: Asks, passport: bool) -> dict[str, bool]:
    """Name of each required field → whether there is something in it."""
    needed: dict[str, bool] = {"country": bool(data.country)}
    for detail, required in asks.details.items():
        if required:
            needed[detail.value] = there(data, detail, passport=passport)
    return needed


def there(data: PersonData, detail: Detail, *, passport: bool) -> bool:
    """Return whether a detail is given."""
    if detail is Detail.PASSPORT:
        return passport
    if detail is Detail.PHOTO:
        return data.photo_id is not None
    return getattr(data, detail.value) is not None


def _wrong(data: PersonData, today: date) -> Found:
    found: Found = {}
    if not 1 <= len(data.name) <= MOST["name"]:
        found["name"] = [_("Say your name, in at most 200 characters.")]
    if "@" not in data.email or len(data.email) > 254:
        found["email"] = [_("This is not an e-mail address.")]
    for name in ("original_name", "job_title", "phone"):
        if len(getattr(data, name) or "") > MOST[name]:
            found[name] = [_("Use at most %(most)d characters.", most=MOST[name])]
    if len(data.organization_name or "") > MOST["organization"]:
        found["organization"] = [_("Use at most 300 characters.")]
    if data.phone and "phone" not in found and not _PHONE.fullmatch(data.phone):
        found["phone"] = [_("This is not a telephone number. Begin with + and the code of the country.")]
    if data.birth_date is not None and not _OLDEST <= data.birth_date <= today:
        found["birth_date"] = [_("This cannot be a date of birth.")]
    if data.language is not None and data.language not in LANGUAGES:
        found["language"] = [_("This is not one of the choices.")]
    return found


def stays(state: RegistrationState, approval: Approval) -> Collection[str]:
    """Return the fields that the person cannot change any more: those that were looked at when it was approved."""
    approved = state in (
        RegistrationState.WAITLISTED,
        RegistrationState.OFFERED,
        RegistrationState.CONFIRMED,
    )
    return VETTED if approved and approval is not Approval.AUTOMATIC else frozenset()


def keep(data: PersonData, before: PersonData, names: Collection[str]) -> PersonData:
    """Return ``data`` with the values that ``before`` has in ``names``."""
    return replace(data, **{name: getattr(before, name) for name in names})


def changed(before: PersonData, after: PersonData) -> list[str]:
    """Return the names of the fields that differ."""
    return [name for name in FIELDS if getattr(before, name) != getattr(after, name)]
