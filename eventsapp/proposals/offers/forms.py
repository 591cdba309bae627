"""Forms of offers: on the officers' side and on the team's."""

from __future__ import annotations

from datetime import timedelta

from flask_babel import lazy_gettext as _l

from eventsapp.conferences.models import Conference
from eventsapp.core import templating
from eventsapp.core.forms import (
    BooleanField,
    CheckboxesField,
    EnumField,
    Form,
    LocalDateTimeField,
    RadiosField,
    TextAreaField,
)
from eventsapp.programme.forms import HALVES
from eventsapp.programme.place_form import PlaceForm
from eventsapp.proposals.enums import EventFormat
from eventsapp.proposals.offers.service import WISH_MOST
from eventsapp.proposals.state_names import FORMATS


def due_field() -> LocalDateTimeField:
    """Return the field of the time by which an offer is to be answered."""
    return LocalDateTimeField(
        _l("Answer before"), description=_l("Empty: after as many days as the call says.")
    )


def note_field() -> TextAreaField:
    """Return the field of what is said along with an offer."""
    return TextAreaField(
        _l("Message"), max_length=WISH_MOST, rows=3, description=_l("Goes to the team with the offer.")
    )


class OfferForm(PlaceForm):
    """An offer to one proposal. Where and when may be left open. Choices are set as for :class:`PlaceForm`."""

    base = None  # type: ignore[assignment]
    pinned = None  # type: ignore[assignment]
    format = EnumField(_l("How people take part"), labels=FORMATS, required=True)
    due_at = due_field()
    note = note_field()


class BulkForm(Form):
    """Offers to several accepted proposals, without slots."""

    due_at = due_field()
    note = note_field()


class PassOnForm(Form):
    """How a free place is offered to the next."""

    format = RadiosField(
        _l("What is offered"),
        required=True,
        choices=[("same", _l("The place as it was")), ("virtual", _l("A place online"))],
        default="same",
    )
    same_slot = BooleanField(
        _l("With the same day, time and room, as far as they are still free"), default=True
    )

    @property
    def chosen_format(self) -> EventFormat | None:
        """Virtual, or None for what it was."""
        return EventFormat.VIRTUAL if self.format.data == "virtual" else None


class ReasonForm(Form):
    """Why an offer is given back, taken back, or another slot cannot be given."""

    reason = TextAreaField(_l("Reason"), max_length=WISH_MOST, rows=4)


class ChangeForm(Form):
    """Which other slot a team asks for. Set the choices of ``wished_days``."""

    wished_days = CheckboxesField(_l("Wished days"), description=_l("Any of them is as good; none: no wish."))
    wished_halves = CheckboxesField(_l("Wished half-days"), choices=list(HALVES.items()))
    wish = TextAreaField(
        _l("What would suit you, and why"), max_length=WISH_MOST, rows=4, description=_l("In your own words.")
    )


def days_of(conference: Conference) -> list[tuple[str, str]]:
    """Return the days of a conference as choices."""
    count = (conference.end_date - conference.start_date).days + 1
    days = [conference.start_date + timedelta(days=n) for n in range(min(count, 61))]
    return [(day.isoformat(), templating.day(day, "weekday")) for day in days]
