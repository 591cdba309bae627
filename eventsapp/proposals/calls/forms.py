"""Forms of a call: its text and settings, who may propose, extensions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from wtforms import Field

from eventsapp.conferences.models import Conference, EventType, Theme
from eventsapp.core import locale
from eventsapp.core.forms import (
    BooleanField,
    CheckboxesField,
    DateField,
    EmailAddress,
    Form,
    LocalDateTimeField,
    RadiosField,
    RowField,
    RowsField,
    SlugField,
    TextAreaField,
    TextField,
    TranslatedField,
    WholeField,
    fail,
)
from eventsapp.core.forms.base import first_of, plain_line
from eventsapp.core.translations import pick
from eventsapp.extensions import db
from eventsapp.organizations.enums import OrganizationType
from eventsapp.organizations.forms import ORGANIZATION_TYPES, OrganizationField
from eventsapp.proposals.calls.service import CallData
from eventsapp.proposals.eligibility import Rules, Scope
from eventsapp.proposals.enums import EventFormat, LatePolicy, Promotion
from eventsapp.proposals.models import Call, Extension
from eventsapp.proposals.state_names import FORMATS


class MinutesField(TextField):
    """Several lengths in minutes, with commas between; ``data`` is a list of ints."""

    layout = "line"

    def process_data(self, value: Any) -> None:
        self.data = list(value or [])

    def process_formdata(self, valuelist: list[Any]) -> None:
        text = plain_line(first_of(valuelist))
        found = [part for part in re.split(r"[\s,;،、]+", text) if part]
        self.data = []
        if not all(re.fullmatch(r"\d{1,4}", part) and 5 <= int(part) <= 1440 for part in found):
            raise ValueError(_("Give whole numbers of minutes, from 5 to 1440, with commas between."))
        self.data = sorted({int(part) for part in found})

    def pre_validate(self, form: Any) -> None:
        return

    def _value(self) -> str:
        if self.raw_data:
            return plain_line(first_of(self.raw_data))[:200]
        return ", ".join(str(minutes) for minutes in self.data or [])


LATE: Mapping[LatePolicy, object] = {
    LatePolicy.REFUSED: _l("Refused"),
    LatePolicy.WAITLIST: _l("Taken, and go straight to the waiting list"),
}
PROMOTIONS: Mapping[Promotion, object] = {
    Promotion.CONSENT: _l("When an officer says yes to each"),
    Promotion.AUTOMATIC: _l("By itself, at once"),
}


class CallForm(Form):
    """All of a call but its questions and its rules. The template shows the fields by ``SECTIONS``."""

    names = TranslatedField(_l("Name"), required_in="default", max_length=200)
    descriptions = TranslatedField(_l("Text of the call"), markdown=True, rows=10)
    slug = SlugField(
        _l("Address"),
        max_length=Call.slug,
        description=_l("Part of the page's address. Made of the name when it is left empty."),
    )
    opens_at = LocalDateTimeField(_l("Opens"), required=True)
    closes_at = LocalDateTimeField(
        _l("Closes"),
        required=True,
        description=_l("Exact: what is sent at this time is late."),
    )
    late = RadiosField(_l("Late proposals"), choices=list(LATE.items()), required=True)
    decision_on = DateField(
        _l("Decisions are told on"), description=_l("As the call says. Nothing is sent by itself.")
    )
    type_id = RowField(_l("Event type"), required=True)
    theme_ids = RowsField(_l("Themes"), description=_l("Nothing chosen: all of the conference."))
    formats = CheckboxesField(
        _l("Formats"),
        choices=[(one.value, label) for one, label in FORMATS.items()],
        description=_l("Nothing chosen: all of them."),
    )
    lengths = MinutesField(
        _l("Lengths"),
        description=_l(
            "In minutes, with commas between, such as 60, 90. Empty: the usual length of the type."
        ),
    )
    summary_words = WholeField(_l("Words of the summary"), least=10, most=2000, required=True)
    description_words = WholeField(_l("Words of the concept note"), least=10, most=10_000, required=True)
    consent_reminder_days = WholeField(
        _l("Remind co-organizers after"),
        least=1,
        most=90,
        required=True,
        description=_l("Days in which an invited co-organizer has not answered."),
    )
    places = WholeField(
        _l("Places"),
        least=0,
        most=10_000,
        description=_l("How many events there is room for. Not shown to the public."),
    )
    reviews_wanted = WholeField(
        _l("Reviews of each proposal"), least=0, most=20, required=True, description=_l("0: no review.")
    )
    review_due_at = LocalDateTimeField(_l("Reviews are due by"))
    blind = BooleanField(
        _l("Blind review"), description=_l("Reviewers do not see who proposes, nor the speakers.")
    )
    offer_days = WholeField(_l("Days to answer an offer"), least=1, most=365, required=True)
    offer_reminder_days = WholeField(
        _l("Remind of an open offer"),
        least=0,
        most=60,
        required=True,
        description=_l("Days before it lapses."),
    )
    promotion = RadiosField(
        _l("A place that becomes free goes to the next on the waiting list"),
        choices=list(PROMOTIONS.items()),
        required=True,
    )
    lock_at = LocalDateTimeField(
        _l("Organizers change their events until"),
        description=_l("Empty: until the first day of the conference."),
    )
    approve_changes = BooleanField(_l("An officer approves their changes before the public sees them"))
    report_days = WholeField(_l("Days to report after the event"), least=1, most=365, required=True)

    def validate(self, extra_validators: Any = None) -> bool:
        """Check what several fields say together."""
        super().validate(extra_validators)
        opens, closes, due = self.opens_at.data, self.closes_at.data, self.review_due_at.data
        if opens and closes and closes <= opens:
            fail(self.closes_at, _("The call cannot close before it opens."))
        if closes and due and due <= closes:
            fail(self.review_due_at, _("Reviews cannot be due before the call has closed."))
        if (self.offer_reminder_days.data or 0) >= (self.offer_days.data or 1_000):
            fail(self.offer_reminder_days, _("This has to be less than the days to answer."))
        return not self.errors

    def call_data(self) -> CallData:
        """Return what was typed, for the service."""
        given = {name: value for name, value in self.data.items() if name not in ("csrf_token", "slug")}
        return CallData(**given)


SECTIONS: Final = (
    (_l("The call"), ("names", "descriptions", "slug")),
    (_l("Dates"), ("opens_at", "closes_at", "late", "decision_on")),
    (
        _l("What can be proposed"),
        ("type_id", "theme_ids", "formats", "lengths", "summary_words", "description_words", "consent_reminder_days"),
    ),
    (_l("Review"), ("places", "reviews_wanted", "review_due_at", "blind")),
    (_l("Offers"), ("offer_days", "offer_reminder_days", "promotion")),
    (_l("After confirmation"), ("lock_at", "approve_changes", "report_days")),
)  # fmt: skip
"""Headings and the names of fields under each."""


def prepare(form: CallForm, conference: Conference) -> None:
    """Offer the types and themes of the conference. Two statements."""
    form.type_id.choices = _rows(EventType, conference)
    form.theme_ids.choices = _rows(Theme, conference)


def _rows(model: Any, conference: Conference) -> list[tuple[int, str]]:
    rows = db.session.execute(
        select(model.id, model.names)
        .where(model.conference_id == conference.id)
        .order_by(model.position, model.id)
    )
    return [(id_, pick(names, locale.current(), conference.default_language)) for id_, names in rows]


def values_of(call: Call) -> dict[str, Any]:
    """Return what the form begins with for a call that there is."""
    return {"theme_ids": [theme.id for theme in call.themes]}


# --- eligibility

_TYPES = [(one.value, label) for one, label in ORGANIZATION_TYPES.items()]
_SCOPES = {
    "one_proposal": (
        _l("One proposal for each organization"),
        _l("Any number"),
        _l("One as its lead"),
        _l("One in any role"),
    ),
    "accredited": (
        _l("Accreditation"),
        _l("Not needed"),
        _l("The lead has to be accredited"),
        _l("All that take part have to be accredited"),
    ),
    "no_report_owed": (
        _l("Reports still owed from an earlier conference"),
        _l("Do not matter"),
        _l("The lead must not owe one"),
        _l("Nobody that takes part may owe one"),
    ),
}


def _scope(name: str) -> RadiosField:
    label, nothing, lead, anybody = _SCOPES[name]
    return RadiosField(label, choices=[(Scope.LEAD, lead), (Scope.ANY, anybody)], blank=nothing)


class _RulesForm(Form):
    one_proposal = _scope("one_proposal")
    lead_types = CheckboxesField(
        _l("Types of organizations that may lead"),
        choices=_TYPES,
        description=_l("Nothing chosen: all of them."),
    )
    least_partners = WholeField(
        _l("Co-organizers at least"), most=20, description=_l("Only those that have consented count.")
    )
    least_speakers = WholeField(_l("Named speakers at least"), most=50)
    most_speakers = WholeField(_l("Named speakers at most"), most=50)
    accredited = _scope("accredited")
    no_report_owed = _scope("no_report_owed")

    def validate(self, extra_validators: Any = None) -> bool:
        """Check what several fields say together."""
        super().validate(extra_validators)
        least, most = self.least_speakers.data, self.most_speakers.data
        if least and most is not None and most < least:
            fail(self.most_speakers, _("The most cannot be less than the least."))
        return not self.errors

    @property
    def partner_fields(self) -> list[Field]:
        """For each type that may need a partner: which types the partner may have."""
        return [self[f"partners_{one.name}"] for one in ORGANIZATION_TYPES]

    def rules(self) -> Rules:
        """Return what was chosen."""
        return Rules(
            one_proposal=self.one_proposal.data,
            lead_types=frozenset(OrganizationType(one) for one in self.lead_types.data),
            partners={
                one: frozenset(OrganizationType(other) for other in chosen)
                for one in ORGANIZATION_TYPES
                if (chosen := self[f"partners_{one.name}"].data)
            },
            least_partners=self.least_partners.data or 0,
            least_speakers=self.least_speakers.data or 0,
            most_speakers=self.most_speakers.data,
            no_report_owed=self.no_report_owed.data,
            accredited=self.accredited.data,
        )


RulesForm: Final[type[_RulesForm]] = type(
    "RulesForm",
    (_RulesForm,),
    {
        f"partners_{one.name}": CheckboxesField(
            label, choices=[(value, name) for value, name in _TYPES if value != one.value]
        )
        for one, label in ORGANIZATION_TYPES.items()
    },
)
"""Who may propose."""


def rules_values(rules: Rules) -> dict[str, Any]:
    """Return what :class:`RulesForm` begins with."""
    kept = {name: getattr(rules, name) for name in Rules.__slots__ if name != "partners"}
    kept["lead_types"] = sorted(rules.lead_types)
    kept["least_partners"] = rules.least_partners or None
    kept["least_speakers"] = rules.least_speakers or None
    return kept | {f"partners_{one.name}": sorted(others) for one, others in rules.partners.items()}


# --- extensions and copies


class ExtensionForm(Form):
    """A later closing time for somebody."""

    organization_id = OrganizationField(_l("Organization"))
    email = EmailAddress(
        _l("or e-mail address"),
        max_length=Extension.email,
        description=_l("Of the account of the person who proposes."),
    )
    until = LocalDateTimeField(_l("May propose until"), required=True)
    reason = TextAreaField(
        _l("Reason"),
        max_length=Extension.reason,
        rows=2,
        required=True,
        description=_l("For the secretariat."),
    )


class CopyForm(Form):
    """What the copy of a call is called."""

    names = TranslatedField(_l("Name"), required_in="default", max_length=200)


FORMAT_NAMES: Final = {one.value: FORMATS[one] for one in EventFormat}
"""What formats are called, by their values."""


def new_values() -> dict[str, Any]:
    """Return what the form of a new call begins with: the defaults of the table."""
    columns = Call.__table__.columns
    return {
        column.key: column.default.arg
        for column in columns
        if column.default is not None and column.default.is_scalar and column.key in CallForm.__dict__
    }
