"""Forms of the conference and of what it is made of."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from eventsapp.accounts.enums import Role
from eventsapp.accounts.names import ROLES
from eventsapp.conferences.enums import ConferenceState
from eventsapp.conferences.models import Conference, EventType, Room, Theme, Venue
from eventsapp.conferences.queries import equipment_words
from eventsapp.conferences.rules import ConferenceAction
from eventsapp.conferences.service import ConferenceData, reserved_slugs
from eventsapp.core import locale
from eventsapp.core.forms import (
    BooleanField,
    ChoiceField,
    ClockField,
    ColourField,
    CountryField,
    DateField,
    DecimalField,
    EmailAddress,
    EnumField,
    Form,
    LanguageField,
    LanguagesField,
    ListField,
    LocalDateTimeField,
    PictureField,
    RadiosField,
    RowField,
    SlugField,
    TextField,
    TranslatedField,
    WholeField,
    WordsField,
    ZoneField,
    fail,
)
from eventsapp.core.translations import pick
from eventsapp.extensions import db

STATES: Mapping[ConferenceState, object] = {
    ConferenceState.DRAFT: _l("Draft"),
    ConferenceState.PUBLISHED: _l("Published"),
    ConferenceState.ARCHIVED: _l("Archived"),
}
ACTIONS: Mapping[ConferenceAction, object] = {
    ConferenceAction.PUBLISH: _l("Publish the conference"),
    ConferenceAction.WITHDRAW: _l("Make it a draft again"),
    ConferenceAction.ARCHIVE: _l("Archive it"),
    ConferenceAction.REOPEN: _l("Reopen it"),
}
DONE: Mapping[ConferenceAction, object] = {
    ConferenceAction.PUBLISH: _l("The conference is public now."),
    ConferenceAction.WITHDRAW: _l("The conference is a draft again: only its team sees it."),
    ConferenceAction.ARCHIVE: _l("The conference is archived: everybody can read it, nobody can register."),
    ConferenceAction.REOPEN: _l("The conference is open again."),
}


def _dates(form: Any) -> None:
    first, last = form.start_date.data, form.end_date.data
    if first and last and last < first:
        fail(form.end_date, _("The last day cannot be before the first."))
    elif first and last and (last - first).days > 366:
        fail(form.end_date, _("A conference lasts at most a year."))


def _default_language(form: Any) -> None:
    chosen = form.default_language.data
    if chosen and form.languages.data and chosen not in form.languages.data:
        fail(form.default_language, _("This has to be one of the languages of the contents."))


_STRUCTURE = _l(
    "Venues, rooms, event types with their slots, themes, constituencies, categories of registration, settings of the "
    "timetable. No events and no people."
)


class CopyForm(Form):
    """Which conference's structure a draft is given."""

    source = ChoiceField(_l("Copy the structure of"), required=True, description=_STRUCTURE)
    pages = BooleanField(_l("Also its pages, as drafts"))


class NewConferenceForm(Form):
    """What a conference cannot be without."""

    name = TextField(_l("Name"), required=True, max_length=200)
    short_name = TextField(
        _l("Short name"),
        required=True,
        max_length=Conference.short_name,
        description=_l("Such as Habitat III."),
    )
    slug = SlugField(_l("Address"), max_length=Conference.slug)
    start_date = DateField(_l("First day"), required=True)
    end_date = DateField(_l("Last day"), required=True)
    zone = ZoneField(_l("Time zone"), required=True)
    languages = LanguagesField(_l("Languages of its contents"), required=True)
    default_language = LanguageField(
        _l("Main language"),
        required=True,
        description=_l("The name above is in this language; readers get it where a translation is missing."),
    )
    city = TextField(_l("City"), max_length=100)
    country = CountryField(_l("Country"))
    source = ChoiceField(
        _l("Start with the structure of"),
        blank=_l("Nothing: an empty conference"),
        description=_STRUCTURE,
    )
    pages = BooleanField(_l("Also its pages, as drafts"))

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.slug.reserved = reserved_slugs()
        self.slug.description = _l("Made of the short name when it is left empty. Part of every address.")

    def validate(self, extra_validators: Any = None) -> bool:
        """Check what several fields say together."""
        super().validate(extra_validators)
        _dates(self)
        _default_language(self)
        return not self.errors

    def conference_data(self) -> ConferenceData:
        """Return what was typed, for the service."""
        language = self.default_language.data
        return ConferenceData(
            short_name=self.short_name.data,
            names={language: self.name.data},
            start_date=self.start_date.data,
            end_date=self.end_date.data,
            zone=self.zone.data,
            languages=tuple(self.languages.data),
            default_language=language,
            cities={language: self.city.data} if self.city.data else {},
            country=self.country.data,
        )


class ConferenceForm(Form):
    """All of a conference."""

    names = TranslatedField(_l("Name"), required_in="default", max_length=200)
    short_name = TextField(_l("Short name"), required=True, max_length=Conference.short_name)
    symbol = TextField(
        _l("Document symbol"), max_length=Conference.symbol, description=_l("Such as A/CONF.226.")
    )
    slug = SlugField(_l("Address"), required=True, max_length=Conference.slug)
    start_date = DateField(_l("First day"), required=True)
    end_date = DateField(_l("Last day"), required=True)
    zone = ZoneField(
        _l("Time zone"),
        required=True,
        description=_l(
            "Events keep their instant when it is changed, so their clock times will look different."
        ),
    )
    cities = TranslatedField(_l("City"), max_length=100)
    country = CountryField(_l("Country"))
    languages = LanguagesField(_l("Languages of its contents"), required=True)
    default_language = LanguageField(
        _l("Main language"), required=True, description=_l("Readers get it where a translation is missing.")
    )
    descriptions = TranslatedField(_l("About the conference"), markdown=True, rows=8)
    contact_email = EmailAddress(
        _l("Contact"), max_length=Conference.contact_email, description=_l("Shown to everybody.")
    )
    accent = ColourField(
        _l("Colour"),
        required=True,
        description=_l("Of links and buttons on the conference's pages; readable shades are made of it."),
    )
    picture = PictureField(_l("Picture"), width=1920, height=1080)
    registration_opens_at = LocalDateTimeField(
        _l("Registration opens"), zone_field="zone", description=_l("Empty: nobody can register.")
    )
    registration_closes_at = LocalDateTimeField(
        _l("Registration closes"), zone_field="zone", description=_l("Empty: open to the end.")
    )
    code_prefix = TextField(
        _l("Codes of events begin with"),
        required=True,
        max_length=Conference.code_prefix,
        description=_l("Capital letters, such as SE for SE-042. Events that have a code keep it."),
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.slug.reserved = reserved_slugs()

    def validate_code_prefix(self, field: Any) -> None:
        """Take capital letters."""
        field.data = (field.data or "").upper()
        if not re.fullmatch(r"[A-Z]{1,8}", field.data):
            fail(field, _("Use one to eight of the letters A–Z."))

    def validate(self, extra_validators: Any = None) -> bool:
        """Check what several fields say together."""
        super().validate(extra_validators)
        _dates(self)
        _default_language(self)
        opens, closes = self.registration_opens_at, self.registration_closes_at
        if closes.data and not opens.data and not opens.errors:
            fail(opens, _("Registration that closes has to open first."))
        elif closes.data and opens.data and closes.data <= opens.data:
            fail(closes, _("Registration cannot close before it opens."))
        return not self.errors

    def conference_data(self) -> ConferenceData:
        """Return what was typed, for the service; inside ``saving(form)``, as a picture may be refused."""
        return ConferenceData(
            short_name=self.short_name.data,
            names=self.names.data,
            start_date=self.start_date.data,
            end_date=self.end_date.data,
            zone=self.zone.data,
            languages=tuple(self.languages.data),
            default_language=self.default_language.data,
            cities=self.cities.data,
            country=self.country.data,
            symbol=self.symbol.data,
            descriptions=self.descriptions.data,
            accent=self.accent.data,
            picture=self.picture.store(),
            contact_email=self.contact_email.data,
            registration_opens_at=self.registration_opens_at.data,
            registration_closes_at=self.registration_closes_at.data,
            code_prefix=self.code_prefix.data,
        )


# --- what it is made of

_SLUG = _l("Part of the page's address. Made of the name when it is left empty.")


class VenueForm(Form):
    """A venue."""

    names = TranslatedField(_l("Name"), required_in="default", max_length=200)
    address = TextField(_l("Postal address"), max_length=Venue.address)
    directions = TranslatedField(_l("How to get there"), markdown=True, max_length=5000)
    latitude = DecimalField(
        _l("Latitude"), least=-90, most=90, description=_l("In degrees, such as -0.2102; south is negative.")
    )
    longitude = DecimalField(
        _l("Longitude"),
        least=-180,
        most=180,
        description=_l("In degrees, such as -78.4949; west is negative."),
    )
    slug = SlugField(_l("Address"), max_length=Venue.slug, description=_SLUG)

    def validate(self, extra_validators: Any = None) -> bool:
        """Take both coordinates or none."""
        super().validate(extra_validators)
        if (self.latitude.data is None) != (self.longitude.data is None):
            missing = self.latitude if self.latitude.data is None else self.longitude
            if not missing.errors:
                fail(missing, _("Latitude and longitude belong together."))
        return not self.errors


class RoomForm(Form):
    """A room."""

    names = TranslatedField(_l("Name"), required_in="default", max_length=200)
    venue_id = RowField(_l("Venue"), required=True)
    capacity = WholeField(_l("Seats"), least=1, most=200_000)
    safety_limit = WholeField(
        _l("Safety limit"), least=1, most=200_000, description=_l("The most persons that may be in it.")
    )
    step_free = ChoiceField(
        _l("Step-free access"), choices=[(True, _l("Yes")), (False, _l("No"))], blank=_l("Not known")
    )
    booths = WholeField(_l("Interpretation booths"), least=0, most=50)
    opens = ClockField(_l("Opens"), description=_l("On each day. Empty: with the day of the conference."))
    closes = ClockField(_l("Closes"), description=_l("A time before the opening is on the next day."))
    equipment = WordsField(_l("Equipment"), max_length=100)
    aliases = ListField(
        _l("Other names"), max_length=100, description=_l("What imported files call it. One on each line.")
    )
    directions = TranslatedField(_l("The way there"), markdown=True, max_length=2000, rows=3)
    slug = SlugField(_l("Address"), max_length=Room.slug, description=_SLUG)

    def validate(self, extra_validators: Any = None) -> bool:
        """Check what several fields say together."""
        super().validate(extra_validators)
        if self.capacity.data and self.safety_limit.data and self.capacity.data > self.safety_limit.data:
            fail(self.capacity, _("There are more seats than persons allowed."))
        if self.opens.data is not None and self.opens.data == self.closes.data:
            fail(self.closes, _("The end has to differ from the start."))
        return not self.errors


def prepare_room(form: RoomForm, conference: Conference) -> None:
    """Offer the venues of the conference, and the words for equipment that its rooms use already."""
    venues = db.session.execute(
        select(Venue.id, Venue.names)
        .where(Venue.conference_id == conference.id)
        .order_by(Venue.position, Venue.id)
    )
    form.venue_id.choices = [
        (id_, pick(names, locale.current(), conference.default_language)) for id_, names in venues
    ]
    form.equipment.known = equipment_words(conference.id)


class PaletteField(RadiosField):
    """One of the twelve colours of event types, shown as colours with their numbers."""

    layout = "palette"

    def __init__(self, label: object = None, *args: Any, **more: Any) -> None:
        super().__init__(label, *args, choices=[(number, str(number)) for number in range(1, 13)], **more)


class EventTypeForm(Form):
    """An event type."""

    names = TranslatedField(_l("Name"), required_in="default", max_length=100)
    default_minutes = WholeField(_l("Usual length in minutes"), least=5, most=1440)
    rank = WholeField(
        _l("Rank"),
        least=0,
        most=100,
        default=0,
        required=True,
        description=_l("0 for side events; a plenary of rank 10 outranks them."),
    )
    colour = PaletteField(_l("Colour"), required=True, default=1)
    slug = SlugField(_l("Address"), max_length=EventType.slug, description=_SLUG)


class ThemeForm(Form):
    """A theme."""

    names = TranslatedField(_l("Name"), required_in="default", max_length=200)
    areas = TranslatedField(
        _l("Area"), max_length=200, description=_l("The larger area it belongs to, where there is one.")
    )
    number = WholeField(_l("Number"), least=0, most=9999, description=_l("The conference's own numbering."))
    slug = SlugField(_l("Address"), max_length=Theme.slug, description=_SLUG)


class ConstituencyForm(Form):
    """A constituency."""

    names = TranslatedField(_l("Name"), required_in="default", max_length=200)
    slug = SlugField(_l("Address"), max_length=Theme.slug, description=_SLUG)


class PageForm(Form):
    """A content page."""

    titles = TranslatedField(_l("Title"), required_in="default", max_length=200)
    bodies = TranslatedField(_l("Text"), markdown=True, rows=16, max_length=60_000)
    published = BooleanField(_l("Shown to everybody"))
    slug = SlugField(_l("Address"), max_length=Theme.slug, description=_SLUG)


class NewsForm(Form):
    """A news item."""

    titles = TranslatedField(_l("Title"), required_in="default", max_length=200)
    summaries = TranslatedField(
        _l("In short"),
        multiline=True,
        max_length=600,
        rows=3,
        description=_l("Plain text, for the list of news."),
    )
    bodies = TranslatedField(_l("Text"), markdown=True, rows=12, max_length=60_000)
    published_at = LocalDateTimeField(
        _l("Public from"), description=_l("Empty: a draft. In the future: it appears by itself then.")
    )
    slug = SlugField(_l("Address"), max_length=Theme.slug, description=_SLUG)


# --- the team


class GrantForm(Form):
    """A person and what they may do."""

    email = EmailAddress(_l("E-mail address"), required=True)
    name = TextField(
        _l("Name"), required=True, max_length=200, description=_l("Used when this person has no account yet.")
    )
    role = EnumField(_l("Role"), labels={role: ROLES[role] for role in Role}, required=True)
