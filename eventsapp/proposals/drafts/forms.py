"""The form of a proposal, with the questions of its call, and the small forms around it."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import FieldList, FormField

from eventsapp.conferences import queries as conferences
from eventsapp.core import templating
from eventsapp.core.files import StoredFile
from eventsapp.core.forms import (
    BooleanField,
    CheckboxesField,
    ChoiceField,
    CountryField,
    EmailAddress,
    EnumField,
    Form,
    HiddenText,
    LanguagesField,
    RadiosField,
    RowsField,
    TextField,
    TranslatedField,
    WholeField,
    WordsField,
    content_of,
)
from eventsapp.extensions import db
from eventsapp.organizations.forms import OrganizationField
from eventsapp.programme.enums import SpeakerRole
from eventsapp.programme.forms import ACCESS, HALVES, SPEAKER_ROLES, SPOKEN
from eventsapp.proposals.drafts import absences, completeness, content
from eventsapp.proposals.drafts.content import SpeakerLine
from eventsapp.proposals.enums import EventFormat, Gender
from eventsapp.proposals.models import Proposal
from eventsapp.proposals.state_names import FORMATS
from eventsapp.questions import forms as question_forms
from eventsapp.questions.enums import QuestionKind
from eventsapp.questions.rules import Asked

MOST_SPEAKERS = 60
_BLANK = 2
_KEY = re.compile(r"[A-Za-z0-9-]{1,40}")

GENDERS: Mapping[Gender, object] = {
    Gender.WOMAN: _l("Woman"),
    Gender.MAN: _l("Man"),
    Gender.OTHER: _l("Other"),
}


class SpeakerForm(Form):
    """A speaker; a line without a name is none. ``key`` stays with the line (``content.SpeakerLine``)."""

    class Meta(Form.Meta):
        csrf = False

    key = HiddenText(max_length=40)
    name = TextField(_l("Name"), max_length=200)
    role = EnumField(_l("Role"), labels=SPEAKER_ROLES)
    affiliation = TextField(_l("Affiliation and function"), max_length=300)
    email = EmailAddress(_l("E-mail address"))
    country = CountryField(_l("Country"))
    gender = EnumField(_l("Gender"), labels=GENDERS, blank=_l("Not given"))
    online = BooleanField(_l("Speaks online"))
    absences = CheckboxesField(_l("Cannot come on"))

    def line(self, zone: str) -> SpeakerLine:
        """Return what was typed; what cannot be taken is left out."""
        good = {one.short_name: None if one.errors else one.data for one in self}
        key = good["key"] or ""
        return SpeakerLine(
            name=good["name"] or "",
            email=good["email"],
            role=(good["role"] or SpeakerRole.SPEAKER).value,
            affiliation=good["affiliation"],
            country=good["country"],
            gender=good["gender"].value if good["gender"] else None,
            online=bool(good["online"]),
            absences=tuple(absences.pair(one, zone) for one in good["absences"] or ()),
            key=key if _KEY.fullmatch(key) else "",
        )


class DraftForm(Form):
    """Everything that a proposal says but the answers to the call's questions. Nothing is required while it is written."""

    titles = TranslatedField(_l("Title"), max_length=300)
    subtitles = TranslatedField(_l("Subtitle"), max_length=300)
    summaries = TranslatedField(
        _l("Summary"),
        multiline=True,
        max_length=5_000,
        rows=4,
        description=_l("Plain text: what is shown in lists."),
    )
    descriptions = TranslatedField(_l("Concept note"), markdown=True, max_length=40_000, rows=12)
    theme_ids = RowsField(_l("Themes"))
    speakers = FieldList(FormField(SpeakerForm), max_entries=MOST_SPEAKERS)
    format = RadiosField(_l("How people take part"), choices=list(FORMATS.items()))
    languages = LanguagesField(_l("Languages spoken"), codes=SPOKEN)
    interpretation = LanguagesField(_l("Interpretation wished into"), codes=SPOKEN)
    length_minutes = ChoiceField(_l("Length in minutes"))
    access = EnumField(_l("Access"), labels=ACCESS, blank=_l("Not known"))
    expected_attendance = WholeField(_l("Persons expected"), least=0, most=1_000_000)
    equipment = WordsField(_l("Equipment that it needs"), max_length=100)
    step_free = BooleanField(_l("Needs a room without steps"))
    wished_days = CheckboxesField(_l("Wished days"), description=_l("Any of them is as good; none: no wish."))
    wished_halves = CheckboxesField(
        _l("Wished half-days"),
        choices=list(HALVES.items()),
        description=_l("Any of them is as good; none: no wish."),
    )
    apart_from = TextField(
        _l("Not at the same time as"),
        max_length=Proposal.apart_from,
        description=_l("Codes or titles of other events or proposals, with commas between them."),
    )
    contact_name = TextField(_l("Contact: name"), max_length=Proposal.contact_name)
    contact_email = EmailAddress(_l("Contact: e-mail"), max_length=Proposal.contact_email)
    marks = HiddenText(max_length=100_000)
    base = HiddenText(max_length=10)


_FIELDS = tuple(name for name in content.FIELDS if name not in ("speakers", "answers"))


def draft_form(proposal: Proposal, asked: Sequence[Asked]) -> Any:
    """Return the form of a proposal, filled with what was sent, else with what it says. Five statements at most."""
    conference, call = proposal.conference, proposal.call
    meta = content_of(conference)
    languages = meta["meta"]["languages"]
    kind = type("ProposalForm", (question_forms.fields(asked, languages), DraftForm), {})
    days = absences.days(conference.start_date, conference.end_date)
    form = kind(data=_initial(proposal, asked, days), **meta)
    form.theme_ids.choices = [(theme.id, templating.t(theme.names)) for theme in completeness.themes_of(call)]
    formats = [EventFormat(one) for one in call.formats] or list(EventFormat)
    form.format.choices = [(one, FORMATS[one]) for one in formats]
    lengths = {*call.lengths} or {call.type.default_minutes} - {None}
    if proposal.length_minutes:
        lengths.add(proposal.length_minutes)
    form.length_minutes.choices = [(one, str(one)) for one in sorted(lengths)]
    form.wished_days.choices = [(one.isoformat(), templating.day(one, "weekday_short")) for one in days]
    # Shown as wanted; that they are there is asked when it is submitted (``completeness``).
    for name, wanted in (
        ("titles", True),
        ("summaries", True),
        ("languages", True),
        ("theme_ids", bool(form.theme_ids.choices)),
        ("format", len(formats) > 1),
        ("length_minutes", len(call.lengths) > 1),
    ):
        form[name].required = wanted
    form.equipment.known = conferences.equipment_words(conference.id)
    if not form.is_submitted():
        for _turn in range(min(_BLANK, MOST_SPEAKERS - len(form.speakers.entries))):
            add_speaker(form)
    _offer_absences(form, proposal)
    return form


def add_speaker(form: Any) -> None:
    """Put an empty line at the end of the speakers, with a key of its own, so that sending it twice makes one speaker."""
    form.speakers.append_entry({"key": secrets.token_hex(4), "role": SpeakerRole.SPEAKER})


def _offer_absences(form: Any, proposal: Proposal) -> None:
    conference = proposal.conference
    choices = [
        (
            absences.name_of(day, half),
            _("%(day)s, %(half)s", day=templating.day(day, "weekday_short"), half=HALVES[half]),
        )
        for day in absences.days(conference.start_date, conference.end_date)
        for half in HALVES
    ]
    for entry in form.speakers:
        entry.form.absences.choices = choices


def _initial(proposal: Proposal, asked: Sequence[Asked], days: Sequence[Any]) -> dict[str, Any]:
    said: dict[str, Any] = {name: getattr(proposal, name) for name in _FIELDS if name not in ("theme_ids",)}
    said["theme_ids"] = [theme.id for theme in proposal.themes]
    said["speakers"] = [
        {
            "key": line.key,
            "name": line.name,
            "email": line.email,
            "role": SpeakerRole(line.role),
            "affiliation": line.affiliation,
            "country": line.country,
            "gender": Gender(line.gender) if line.gender else None,
            "online": line.online,
            "absences": absences.names_of(line.absences, days, proposal.conference.zone),
        }
        for line in content.speakers(proposal)
    ]
    if proposal.format is None and len(proposal.call.formats) == 1:
        said["format"] = EventFormat(proposal.call.formats[0])
    return said | question_forms.initial(asked, proposal.answers)


def values_of(form: Any, proposal: Proposal, asked: Sequence[Asked]) -> dict[str, Any]:
    """Return what was typed, for ``service.save``: fields of ``content.FIELDS`` that can be taken.

    Answers to questions that are no longer asked stay; a file is stored. Call it inside ``saving(form)``.
    """
    values = {name: form[name].data for name in _FIELDS if not form[name].errors}
    values["speakers"] = [entry.form.line(proposal.conference.zone) for entry in form.speakers]
    wrong = {one.key for one in asked if form[question_forms.name_of(one)].errors}
    good = [one for one in asked if one.key not in wrong]
    keys = {one.key for one in good}
    kept = {key: answer for key, answer in proposal.answers.items() if key not in keys}
    answers = question_forms.answers_of(form, good)
    for one in good:
        if one.kind is QuestionKind.FILE:
            _same_file(one.key, answers, proposal.answers)
    values["answers"] = kept | answers
    return values


def _same_file(key: str, answers: dict[str, Any], before: Mapping[str, Any]) -> None:
    """Keep the file that there is when the same was sent again: by a retry, or by a script that saves by itself."""
    old, new = (
        db.session.get(StoredFile, id_) if id_ else None for id_ in (before.get(key), answers.get(key))
    )
    if old is None or new is None or old.id == new.id or (old.sha256, old.name) != (new.sha256, new.name):
        return
    db.session.delete(new)
    answers[key] = old.id


class InviteForm(Form):
    """An organization that is to be named in a proposal."""

    organization = OrganizationField(_l("Organization"), required=True, allow_new=True)
    role = RadiosField(
        _l("Role"),
        required=True,
        choices=[("co_organizer", _l("Co-organizer")), ("co_sponsor", _l("Co-sponsor"))],
        default="co_organizer",
    )
    email = EmailAddress(
        _l("E-mail address of somebody who can answer"),
        description=_l("Needed where nobody acts for the organization here yet."),
    )
    note = TextField(_l("A word to them"), max_length=500)
