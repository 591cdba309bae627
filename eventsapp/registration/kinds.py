"""Registration categories, described for the catalogue of the set-up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from eventsapp.accounts.enums import Permission
from eventsapp.conferences import copying
from eventsapp.conferences.catalogue import Column, Kind, State
from eventsapp.conferences.forms import PaletteField
from eventsapp.conferences.hooks import Copied
from eventsapp.conferences.models import Conference
from eventsapp.core.audit import Actor
from eventsapp.core.forms import (
    BooleanField,
    EnumField,
    Form,
    ListField,
    LocalDateTimeField,
    RowField,
    SlugField,
    TranslatedField,
    WholeField,
    fail,
)
from eventsapp.core.templating import t
from eventsapp.extensions import db
from eventsapp.questions import service as questions
from eventsapp.questions.models import Questionnaire
from eventsapp.registration import life, places
from eventsapp.registration.enums import Approval
from eventsapp.registration.models import Category, RegistrationForm

APPROVALS: Final[Mapping[Approval, object]] = {
    Approval.AUTOMATIC: _l("At once, without anybody’s approval"),
    Approval.REGISTRAR: _l("By a registrar"),
    Approval.FOCAL_POINT: _l("First by the organization’s focal point, then by a registrar"),
}


class CategoryForm(Form):
    """A registration category."""

    names = TranslatedField(_l("Name"), required_in="default", max_length=100)
    descriptions = TranslatedField(
        _l("Who it is for"), max_length=300, description=_l("Shown beside the name when people register.")
    )
    open = BooleanField(
        _l("Anybody can choose it"),
        default=True,
        description=_l("Otherwise people get it by nomination, by invitation or from a registrar."),
    )
    form_id = RowField(
        _l("Form"), blank=_l("No form: name, e-mail address, organization and country are enough")
    )
    approval = EnumField(
        _l("Who approves registrations"), labels=APPROVALS, required=True, default=Approval.AUTOMATIC
    )
    capacity = WholeField(_l("Places"), most=1_000_000, description=_l("Empty: as many as come."))
    opens_at = LocalDateTimeField(
        _l("Opens"), description=_l("Empty: with the registration of the conference.")
    )
    closes_at = LocalDateTimeField(
        _l("Closes"), description=_l("Empty: with the registration of the conference.")
    )
    colour = PaletteField(_l("Colour of the badge"), required=True, default=1)
    levels = ListField(
        _l("Access marks on the badge"),
        max_length=12,
        max_items=8,
        description=_l("Short words of your own, such as PL for the plenary. One on each line."),
    )
    in_quota = BooleanField(
        _l("Nominations take from the quota of the organization"),
        default=True,
        description=_l("Leave it out for personal assistants, for instance."),
    )
    listed = BooleanField(
        _l("In the list of participants"),
        description=_l("Participants see those in it who agreed to be shown."),
    )
    slug = SlugField(
        _l("Address"), max_length=Category.slug, description=_l("Made of the name when it is left empty.")
    )

    def __init__(self, *args: Any, obj: Category | None = None, **more: Any) -> None:
        super().__init__(*args, obj=obj, **more)
        if obj is not None and obj.capacity is not None:
            said = _("%(taken)s are taken now.", taken=obj.taken)
            self.capacity.description = f"{self.capacity.description} {said}"

    def validate(self, extra_validators: Any = None) -> bool:
        """Check what two fields say together."""
        super().validate(extra_validators)
        opens, closes = self.opens_at.data, self.closes_at.data
        if opens is not None and closes is not None and closes <= opens:
            fail(self.closes_at, _("It has to close after it opens."))
        return not self.errors


def _prepare(form: Any, conference: Conference) -> None:
    found = db.session.scalars(
        select(RegistrationForm)
        .where(RegistrationForm.conference_id == conference.id)
        .order_by(RegistrationForm.position, RegistrationForm.id)
    )
    form.form_id.choices = [(row.id, t(row.names)) for row in found]


def _keep(row: Category, values: Mapping[str, Any], actor: Actor) -> None:
    """Set the capacity with what is counted; who waits gets a place that became free."""
    capacity = values.get("capacity")
    if capacity == row.capacity:
        return
    places.set_category_capacity(row.conference_id, row.id, capacity)
    db.session.expire(row, ["capacity", "taken"])
    life.hand_on(row.conference_id)


def _state(row: Category) -> State:
    return State(_("open"), "good") if row.open else State(_("given by registrars"))


def _places(row: Category, _conference: Conference) -> object:
    if row.capacity is None:
        return "—"
    return _("%(taken)s of %(places)s", taken=row.taken, places=row.capacity)


CATEGORIES = Kind(
    name="categories",
    model=Category,
    form=CategoryForm,
    one=_l("Registration category"),
    many=_l("Registration categories"),
    new=_l("New category"),
    about=_l("Such as delegate, observer, media, speaker. People choose one when they register."),
    permission=Permission.EDIT_REGISTRATIONS,
    state=_state,
    columns=(
        Column(_l("Approval"), lambda row, _conference: APPROVALS[row.approval]),
        Column(_l("Places taken"), _places),
    ),
    prepare=_prepare,
    apart=("capacity",),
    keep=_keep,
)


def copy_categories(source: Conference, target: Conference, copied: Copied, actor: Actor) -> None:
    """Copy the forms and the categories of one conference to another, as part of its structure.

    Days, badges and what is taken stay where they are.
    """
    copying.rows(
        copied,
        RegistrationForm,
        source,
        target,
        own={"questionnaire_id": _Questionnaires(target)},
        fixed={"opens_at": None, "closes_at": None},
    )
    forms: dict[Any, Any] = {None: None, **copied.ids[RegistrationForm.__tablename__]}
    copying.rows(
        copied,
        Category,
        source,
        target,
        own={"form_id": forms},  # a category may have none
        fixed={"taken": 0, "opens_at": None, "closes_at": None, "badge_template_id": None},
    )


class _Questionnaires(dict[int, int]):
    """Id of a questionnaire → id of its copy in the target, which is made when it is asked for."""

    def __init__(self, target: Conference) -> None:
        super().__init__()
        self.target = target

    def __missing__(self, source_id: int) -> int:
        made = Questionnaire(conference_id=self.target.id)
        db.session.add(made)
        db.session.flush()
        questions.copy(db.session.get_one(Questionnaire, source_id), made)
        self[source_id] = made.id
        return made.id
