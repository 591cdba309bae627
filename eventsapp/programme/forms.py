"""Forms of the programme workspace."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import FieldList, FormField

from eventsapp.core.forms import (
    BooleanField,
    CheckboxesField,
    DocumentField,
    EmailAddress,
    EnumField,
    Form,
    LanguageField,
    LanguagesField,
    LocalDateTimeField,
    RowField,
    RowsField,
    TextAreaField,
    TextField,
    TranslatedField,
    UrlField,
    WholeField,
    WordsField,
    ZoneField,
)
from eventsapp.organizations.forms import OrganizationField
from eventsapp.programme.enums import Access, HalfDay, OrganizationRole, SpeakerRole
from eventsapp.programme.models import Event, Material, Speaker
from eventsapp.programme.names import ORGANIZATION_ROLES as ORGANIZATION_ROLES
from eventsapp.programme.service import EventData, SpeakerLine
from eventsapp.programme.speakers import SpeakerData

ACCESS: dict[Access, object] = {
    Access.OPEN: _l("Open to the public"),
    Access.REGISTERED: _l("Open to all registered participants"),
    Access.BOOKING: _l("By booking"),
    Access.INVITATION: _l("By invitation"),
}
SPEAKER_ROLES: dict[SpeakerRole, object] = {
    SpeakerRole.SPEAKER: _l("Speaker"),
    SpeakerRole.KEYNOTE: _l("Keynote speaker"),
    SpeakerRole.PANELLIST: _l("Panellist"),
    SpeakerRole.MODERATOR: _l("Moderator"),
    SpeakerRole.CHAIR: _l("Chair"),
    SpeakerRole.HOST: _l("Host"),
    SpeakerRole.OPENING: _l("Opening remarks"),
    SpeakerRole.RAPPORTEUR: _l("Rapporteur"),
    SpeakerRole.ARTIST: _l("Artist"),
}
HALVES: dict[HalfDay, object] = {
    HalfDay.MORNING: _l("Morning"),
    HalfDay.AFTERNOON: _l("Afternoon"),
    HalfDay.EVENING: _l("Evening"),
}
SPOKEN = ("en", "fr", "es", "ar", "zh", "ru", "pt", "de", "it", "ja", "ko", "hi", "sw", "tr", "id", "fa")
_MOST_LINES = 60
_BLANK_LINES = 2


class _Line(Form):
    """A part of a form that stands in it several times; the form around it carries the CSRF token."""

    class Meta(Form.Meta):
        csrf = False


class OrganizationLine(_Line):
    """An organization and its role. An empty line is no organization."""

    organization = OrganizationField(_l("Organization"))
    role = EnumField(_l("Role"), labels=ORGANIZATION_ROLES)


class SpeakerLineForm(_Line):
    """A speaker, by name. An empty line is no speaker."""

    name = TextField(_l("Name"), max_length=Speaker.name)
    role = EnumField(_l("Role"), labels=SPEAKER_ROLES)
    affiliation = TextField(_l("Affiliation and function"), max_length=300)
    online = BooleanField(_l("Speaks online"))


class EventForm(Form):
    """All of an event but its place, time and materials."""

    titles = TranslatedField(_l("Title"), required_in="any")
    subtitles = TranslatedField(_l("Subtitle"))
    type_id = RowField(_l("Type"), required=True)
    summaries = TranslatedField(
        _l("Summary"),
        multiline=True,
        max_length=1200,
        rows=3,
        description=_l("Plain text, two or three sentences."),
    )
    descriptions = TranslatedField(_l("Description"), markdown=True, max_length=20_000, rows=8)
    organizations = FieldList(FormField(OrganizationLine), max_entries=_MOST_LINES)
    speakers = FieldList(FormField(SpeakerLineForm), max_entries=_MOST_LINES)
    theme_ids = RowsField(_l("Themes"))
    constituency_ids = RowsField(_l("Constituencies"))
    languages = LanguagesField(_l("Languages spoken"), codes=SPOKEN)
    interpretation = LanguagesField(_l("Interpreted into"), codes=SPOKEN)
    access = EnumField(_l("Access"), labels=ACCESS, blank=_l("Not known"))
    seats = WholeField(
        _l("Seats to book"),
        least=0,
        most=1_000_000,
        description=_l("For access by booking: how many can be booked."),
    )
    length_minutes = WholeField(_l("Length in minutes"), least=1, most=10_080)
    expected_attendance = WholeField(
        _l("Persons expected"),
        least=0,
        most=1_000_000,
        description=_l("Empty: as many as booked a seat or keep it in their programme."),
    )
    equipment = WordsField(_l("Equipment that it needs"), max_length=100)
    step_free = BooleanField(_l("Needs a room without steps"))
    wished_days = CheckboxesField(_l("Wished days"), description=_l("Any of them is as good; none: no wish."))
    wished_halves = CheckboxesField(
        _l("Wished half-days"),
        choices=list(HALVES.items()),
        description=_l("Any of them is as good; none: no wish."),
    )
    online_url = UrlField(
        _l("Address to follow it online"), max_length=500, description=_l("Shown to everybody.")
    )
    stand = TextField(_l("Stand"), max_length=Event.stand)
    contact_name = TextField(_l("Contact: name"), max_length=Event.contact_name)
    contact_email = EmailAddress(_l("Contact: e-mail"), description=_l("Shown to everybody."))
    organizer_notes = TextAreaField(
        _l("Notes"),
        max_length=5000,
        rows=3,
        description=_l("For the organizers only, never shown to the public."),
    )

    def add_blank_lines(self, count: int = _BLANK_LINES) -> None:
        """Put empty lines at the end of the organizations and speakers, as far as there may be more."""
        for lines in (self.organizations, self.speakers):
            for _turn in range(min(count, _MOST_LINES - len(lines.entries))):
                lines.append_entry()

    def event_data(self) -> EventData:
        """Return what was typed, for the service. Only for a form that validates."""
        return EventData(
            type_id=self.type_id.data,
            titles=self.titles.data,
            subtitles=self.subtitles.data,
            summaries=self.summaries.data,
            descriptions=self.descriptions.data,
            languages=tuple(self.languages.data),
            interpretation=tuple(self.interpretation.data),
            access=self.access.data,
            seats=self.seats.data,
            stand=self.stand.data,
            contact_name=self.contact_name.data,
            contact_email=self.contact_email.data,
            online_url=self.online_url.data,
            length_minutes=self.length_minutes.data,
            organizer_notes=self.organizer_notes.data,
            organizations=tuple(
                (line.organization.data, line.role.data or OrganizationRole.LEAD)
                for line in (entry.form for entry in self.organizations)
                if line.organization.data is not None
            ),
            speakers=tuple(
                SpeakerLine(
                    line.name.data,
                    line.role.data or SpeakerRole.SPEAKER,
                    line.affiliation.data,
                    online=line.online.data,
                )
                for line in (entry.form for entry in self.speakers)
                if line.name.data
            ),
            theme_ids=tuple(self.theme_ids.data),
            constituency_ids=tuple(self.constituency_ids.data),
            expected_attendance=self.expected_attendance.data,
            equipment=tuple(self.equipment.data),
            step_free=self.step_free.data,
            wished_days=tuple(self.wished_days.data),
            wished_halves=tuple(HalfDay(half) for half in self.wished_halves.data),
        )


def initial(data: EventData) -> dict[str, Any]:
    """Return an event's content as the form's initial values."""
    return {
        **{name: getattr(data, name) for name in EventData.__slots__},
        "languages": list(data.languages),
        "interpretation": list(data.interpretation),
        "theme_ids": list(data.theme_ids),
        "constituency_ids": list(data.constituency_ids),
        "organizations": [{"organization": id_, "role": role} for id_, role in data.organizations],
        "speakers": [
            {"name": line.name, "role": line.role, "affiliation": line.affiliation, "online": line.online}
            for line in data.speakers
        ],
        "equipment": list(data.equipment),
    }


class LinkForm(Form):
    """A link among the materials."""

    titles = TranslatedField(_l("Title"), required_in="any", max_length=200)
    url = UrlField(_l("Address"), required=True, max_length=Material.url)


class FileForm(Form):
    """A file among the materials. It stands on one page with :class:`LinkForm`."""

    titles = TranslatedField(_l("Title"), required_in="any", max_length=200, id="file-titles")
    file = DocumentField(_l("File"), required=True, removable=False)


class CancelForm(Form):
    """Why an event does not take place."""

    reasons = TranslatedField(
        _l("Reason"), max_length=500, description=_l("Shown with the event; may be left empty.")
    )


class SpeakerForm(Form):
    """A speaker's own data."""

    name = TextField(_l("Name"), required=True, max_length=Speaker.name)
    biographies = TranslatedField(_l("Biography"), markdown=True, max_length=5000)
    website = UrlField(_l("Website"), max_length=Speaker.website)
    email = EmailAddress(
        _l("E-mail address"),
        max_length=Speaker.email,
        description=_l("Told of changes to the programme. Never shown to the public."),
    )
    language = LanguageField(_l("Language of messages"), blank=_l("As the conference"))
    zone = ZoneField(
        _l("Time zone"),
        blank=_l("As the conference"),
        description=_l("Where the person is while speaking online. Never shown to the public."),
    )

    def speaker_data(self) -> SpeakerData:
        """Return what was typed, for the service."""
        return SpeakerData(
            name=self.name.data,
            biographies=self.biographies.data,
            website=self.website.data,
            email=self.email.data,
            language=self.language.data,
            zone=self.zone.data,
        )


class AbsenceForm(Form):
    """A time at which a speaker cannot come, in the conference's zone. It stands on one page with :class:`SpeakerForm`."""

    starts_at = LocalDateTimeField(_l("Cannot come from"), required=True)
    ends_at = LocalDateTimeField(_l("until"), required=True)
