"""The form that people fill when they register: what every form asks, the details, and the organizers' questions.

No field requires anything but name and address, so that a draft is saved with what there is; ``content.problems`` says what
is missing.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date
from typing import IO, Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from eventsapp.conferences.models import Conference
from eventsapp.core.audit import PARTICIPANT
from eventsapp.core.errors import Invalid
from eventsapp.core.files import FileRefused, StoredFile
from eventsapp.core.forms import (
    BooleanField,
    CountryField,
    DateField,
    DocumentField,
    EmailAddress,
    EnumField,
    Form,
    LanguageField,
    PictureField,
    RadiosField,
    TextField,
    content_of,
)
from eventsapp.organizations.forms import OrganizationField
from eventsapp.questions import forms as questions
from eventsapp.registration import hooks
from eventsapp.registration.enrolment import content, photos, sealed
from eventsapp.registration.enrolment.content import Asks, PersonData
from eventsapp.registration.enrolment.cropping import crop_of
from eventsapp.registration.enrolment.shown import DETAILS, GENDERS
from eventsapp.registration.enums import Detail
from eventsapp.registration.models import Category, Registration

CROP = ("photo-zoom", "photo-across", "photo-down")


class PhotoField(PictureField):
    """A photo, of which the part named by the inputs :data:`CROP` is kept; the middle without them."""

    layout = "photo"

    @property
    def crop(self) -> tuple[str, str, str]:
        """What the inputs begin with."""
        zoom, across, down = (request.form.get(name, "")[:20] for name in CROP)
        return zoom or "1", across or "0.5", down or "0.5"

    def store(self) -> StoredFile | None:
        """Return the photo that the person has from now on. Raises :class:`Invalid`; call it inside ``saving(form)``."""
        if self.data is None:
            return None if self.removed else self.current
        self.data.stream.seek(0)
        try:
            return photos.store(self.data.stream, crop_of(*self.crop))
        except FileRefused:
            raise Invalid({self.short_name: [_("This file cannot be read as a picture.")]}) from None


class PassportField(DocumentField):
    """A page of a passport, which is sealed. ``there``: whether one is kept already."""

    layout = "passport"
    accept = ".pdf,.png,.jpg,.jpeg"
    there = False

    @property
    def stream(self) -> IO[bytes] | None:
        """The upload."""
        if self.data is None:
            return None
        self.data.stream.seek(0)
        return self.data.stream

    @property
    def given(self) -> bool:
        """Whether a page is kept once the form is saved."""
        return self.data is not None or (self.there and not self.removed)

    def seal(self, registration: Registration) -> None:
        """Seal or delete the page, as the person sent it. Raises :class:`Invalid`. Writes; does not commit."""
        if self.stream is None:
            if self.removed and sealed.delete(registration.id):
                hooks.tell_changed(registration, PARTICIPANT, ["passport"])
            return
        try:
            sealed.keep(registration, self.stream)
        except FileRefused:
            raise Invalid({self.short_name: [_("Send a PDF, or a picture as PNG or JPEG.")]}) from None
        hooks.tell_changed(registration, PARTICIPANT, ["passport"])


class PersonForm(Form):
    """What every form asks. :func:`person_form` adds the rest."""

    asks: Asks
    name = TextField(
        _l("Name"),
        required=True,
        max_length=Registration.name,
        description=_l("As it shall stand on your badge."),
        render_kw={"autocomplete": "name"},
    )
    organization = OrganizationField(
        _l("Organization"),
        allow_new=True,
        max_length=Registration.organization_name,
        render_kw={"autocomplete": "organization"},
    )
    country = CountryField(_l("Country"), render_kw={"autocomplete": "country"})

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.country.required = True
        for detail, required in self.asks.details.items():
            if detail.value in self:
                self[detail.value].required = required

    def fill(self, registration: Registration) -> None:
        """Put in what fields cannot hold as data: the organization as it was written, and whether a passport is kept."""
        if "organization" in self and registration.organization_id is None:
            self.organization.new_name = registration.organization_name
        if Detail.PASSPORT.value in self:
            self[Detail.PASSPORT.value].there = sealed.of(registration.id) is not None

    def person_data(self, before: PersonData, *, store: bool = True) -> PersonData:
        """Return what was typed over what there was; what the form does not ask stays.

        Call it inside ``saving(form)``: raises :class:`Invalid` for files that cannot be taken. Writes; does not commit.
        Without ``store`` no file is kept, and one that was sent has the id 1.
        """
        typed: dict[str, Any] = {
            name: self[name].data
            for name in content.FIELDS
            if name in self and name not in ("answers", "organization")
        }
        if "organization" in self:
            typed["organization_id"] = self.organization.data
            typed["organization_name"] = self.organization.new_name
        if "first_time" in typed:
            typed["first_time"] = {"yes": True, "no": False}.get(typed["first_time"] or "")
        if Detail.PHOTO.value in self:
            field = self[Detail.PHOTO.value]
            if store or field.data is None:
                photo = field.store()
                typed["photo_id"] = photo.id if photo is not None else None
            else:
                typed["photo_id"] = 1
        typed["answers"] = questions.answers_of(self, self.asks.questions, store=store)
        return replace(before, **typed)

    @property
    def passport_given(self) -> bool:
        """Whether a page of a passport is kept once the form is saved."""
        return Detail.PASSPORT.value in self and bool(self[Detail.PASSPORT.value].given)

    def tell_the_rest(self, before: PersonData, today: date) -> None:
        """Say what is missing beside what is wrong already, so that nobody is sent back twice. Writes nothing."""
        data = content.tidy(self.person_data(before, store=False))
        found = content.problems(data, self.asks, complete=True, passport=self.passport_given, today=today)
        self.tell({name: said for name, said in found.items() if name in self and not self[name].errors})

    def tell(self, found: content.Found) -> None:
        """Put what is missing beside the fields."""
        for name, said in found.items():
            if name in self:
                field = self[name]
                field.errors = [*field.errors, *(one for one in said if one not in field.errors)]


def person_form(
    conference: Conference,
    category: Category,
    asks: Asks,
    *,
    registration: Registration | None = None,
    user_data: dict[str, Any] | None = None,
    stays: Collection[str] = (),
    **meta: Any,
) -> PersonForm:
    """Return the form of a category: for somebody new (``user_data``: what the account says), or for a registration.

    ``stays``: what cannot be changed any more, and is not asked.
    """
    made: dict[str, Any] = {"asks": asks}
    if registration is None:
        made["email"] = EmailAddress(
            _l("E-mail address"),
            required=True,
            description=_l("We send a link there that confirms it."),
            render_kw={"autocomplete": "email"},
        )
    else:
        made["language"] = LanguageField(_l("Language in which we write to you"), required=True)
    for detail in asks.details:
        made[detail.value] = _DETAILS[detail]()
    if category.listed:
        made["listed"] = BooleanField(
            _l("Show my name, organization and country to other participants"),
            description=_l("You can change your mind at any time."),
        )
    kind = type("PersonForm", (questions.fields(asks.questions, asks.languages), PersonForm), made)
    arguments = content_of(conference)
    arguments["meta"] = {**arguments["meta"], **meta}
    data: dict[str, Any] = dict(user_data or {})
    if registration is not None:
        data = _data_of(registration, asks)
    form: PersonForm = kind(data=data, **arguments)
    if registration is not None:
        form.fill(registration)
    for name in stays:
        gone = "organization" if name.startswith("organization") else name
        if gone in form:
            del form[gone]
    if stays and Detail.PASSPORT.value in form:
        del form[Detail.PASSPORT.value]
    return form


def _data_of(registration: Registration, asks: Asks) -> dict[str, Any]:
    data: dict[str, Any] = {name: getattr(registration, name) for name in content.FIELDS if name != "answers"}
    data["organization"] = registration.organization_id
    data["photo"] = registration.photo
    if registration.first_time is not None:
        data["first_time"] = "yes" if registration.first_time else "no"
    return data | questions.initial(asks.questions, registration.answers)


def _text(detail: Detail, most: int, **more: Any) -> Any:
    return TextField(DETAILS[detail], max_length=most, **more)


_DETAILS: dict[Detail, Any] = {
    Detail.ORIGINAL_NAME: lambda: _text(
        Detail.ORIGINAL_NAME,
        content.MOST["original_name"],
        description=_l("It stands on the badge beside the other one."),
    ),
    Detail.JOB_TITLE: lambda: _text(
        Detail.JOB_TITLE, content.MOST["job_title"], render_kw={"autocomplete": "organization-title"}
    ),
    Detail.PHONE: lambda: _text(
        Detail.PHONE,
        content.MOST["phone"],
        description=_l("With + and the code of the country."),
        render_kw={"autocomplete": "tel", "dir": "ltr", "inputmode": "tel"},
    ),
    Detail.GENDER: lambda: EnumField(DETAILS[Detail.GENDER], labels=GENDERS, blank=_l("No answer")),
    Detail.BIRTH_DATE: lambda: DateField(DETAILS[Detail.BIRTH_DATE], render_kw={"autocomplete": "bday"}),
    Detail.NATIONALITY: lambda: CountryField(DETAILS[Detail.NATIONALITY]),
    Detail.FIRST_TIME: lambda: RadiosField(
        DETAILS[Detail.FIRST_TIME],
        choices=[("yes", _l("Yes")), ("no", _l("No"))],
        blank=_l("No answer"),
    ),
    Detail.PHOTO: lambda: PhotoField(
        DETAILS[Detail.PHOTO],
        description=_l(
            "Your face from the front. PNG, JPEG, WebP or GIF; the middle is cut out unless you choose."
        ),
    ),
    Detail.PASSPORT: lambda: PassportField(
        DETAILS[Detail.PASSPORT],
        description=_l(
            "PDF, PNG or JPEG. It is kept apart and encrypted; only registrars can open it, each look is recorded."
        ),
    ),
}
