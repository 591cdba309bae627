"""What a registration says, as people read it: for the desk, and for the person's own page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from eventsapp.core.templating import country_name, day, language_name, t
from eventsapp.questions import rules
from eventsapp.questions.shown import shown
from eventsapp.registration.enums import Detail, Gender
from eventsapp.registration.models import Registration

GENDERS: Final[Mapping[Gender, object]] = {
    Gender.WOMAN: _l("Woman"),
    Gender.MAN: _l("Man"),
    Gender.OTHER: _l("Other"),
}
DETAILS: Final[Mapping[Detail, object]] = {
    Detail.ORIGINAL_NAME: _l("Name in your own script"),
    Detail.JOB_TITLE: _l("Function or title"),
    Detail.PHONE: _l("Telephone"),
    Detail.GENDER: _l("Gender"),
    Detail.BIRTH_DATE: _l("Date of birth"),
    Detail.NATIONALITY: _l("Nationality"),
    Detail.FIRST_TIME: _l("First time at such a conference"),
    Detail.PHOTO: _l("Photo for the badge"),
    Detail.PASSPORT: _l("Page of the passport with the photo"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """One line. ``file``: the key of a question that was answered by a file; then ``text`` is empty."""

    label: str
    text: str
    file: str = ""


def rows(registration: Registration) -> list[Shown]:
    """Return all that was said, in the reader's language, but for the photo and the passport."""
    return [*_basics(registration), *_details(registration), *_answers(registration)]


def more_rows(registration: Registration) -> list[Shown]:
    """Return what was said beside name, address, organization, country and category."""
    return [*_details(registration), *_answers(registration)]


def vetted_labels() -> frozenset[str]:
    """Return the labels of the rows that stay as they were approved (``content.VETTED``)."""
    return frozenset(
        (
            _("Name"),
            _("Organization"),
            _("Country"),
            *(str(DETAILS[one]) for one in (Detail.ORIGINAL_NAME, Detail.BIRTH_DATE, Detail.NATIONALITY)),
        )
    )


def _basics(row: Registration) -> Iterator[Shown]:
    yield Shown(_("Name"), row.name)
    yield Shown(_("E-mail address"), row.email)
    organization = t(row.organization.names) if row.organization else row.organization_name
    if organization:
        yield Shown(_("Organization"), organization)
    if row.country:
        yield Shown(_("Country"), country_name(row.country))
    yield Shown(_("Category"), t(row.category.names))
    yield Shown(_("Language of messages"), language_name(row.language))


def _details(row: Registration) -> Iterator[Shown]:
    said: dict[Detail, str] = {
        Detail.ORIGINAL_NAME: row.original_name or "",
        Detail.JOB_TITLE: row.job_title or "",
        Detail.PHONE: row.phone or "",
        Detail.GENDER: str(GENDERS[row.gender]) if row.gender else "",
        Detail.BIRTH_DATE: day(row.birth_date, "long") if row.birth_date else "",
        Detail.NATIONALITY: country_name(row.nationality) if row.nationality else "",
        Detail.FIRST_TIME: "" if row.first_time is None else (_("Yes") if row.first_time else _("No")),
    }
    for detail, text in said.items():
        if text:
            yield Shown(str(DETAILS[detail]), text)


def _answers(row: Registration) -> Iterator[Shown]:
    if row.form is None:
        return
    asked = rules.asked(row.form.questionnaire)
    for one in shown(asked, row.answers, default=row.conference.default_language):
        yield Shown(one.label, one.text, one.key if one.file is not None else "")
