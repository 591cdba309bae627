"""Forms of who may come to an event: rules, tickets, seats of delegations, and handing a seat on."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from wtforms import FileField

from eventsapp.core.forms import (
    BooleanField,
    EmailAddress,
    Form,
    LocalDateTimeField,
    RadiosField,
    RowsField,
    TextAreaField,
    WholeField,
)
from eventsapp.core.templating import t
from eventsapp.core.translations import Texts
from eventsapp.organizations.forms import OrganizationField
from eventsapp.registration.enums import OverlapRule
from eventsapp.registration.tickets.service import LONGEST_RELEASE, Rules

OVERLAPS = {
    OverlapRule.ALLOWED.value: _l("May be booked"),
    OverlapRule.WARNED.value: _l("May be booked, with a warning"),
    OverlapRule.REFUSED.value: _l("Only one at a time"),
}


class RulesForm(Form):
    """How people get into an event."""

    by_category = BooleanField(
        _l("Restricted"),
        description=_l("Only the categories below and people with a ticket may come. Everybody can read that in the programme."),
    )  # fmt: skip
    categories = RowsField(_l("Categories"))
    overlaps = RadiosField(
        _l("Booking what takes place at the same time"),
        choices=list(OVERLAPS.items()),
        blank=_l("As the conference has it"),
    )
    release_minutes = WholeField(
        _l("Give seats on after (minutes)"),
        least=0,
        most=LONGEST_RELEASE,
        description=_l("After the start of each day, seats of people who were not let in go to the queue. Not for events without a time. 0: never. Empty: as the conference has it."),
    )  # fmt: skip
    transfers = BooleanField(_l("People may hand their seat on to another registered person"))

    def offer(self, categories: Sequence[tuple[int, Texts, Texts]]) -> None:
        """Set the categories to choose from."""
        self.categories.choices = [(id_, t(names)) for id_, names, _descriptions in categories]

    def rules(self) -> Rules:
        """Return what was typed, for the service."""
        return Rules(
            by_category=self.by_category.data,
            categories=frozenset(self.categories.data),
            overlaps=OverlapRule(self.overlaps.data) if self.overlaps.data else None,
            release_minutes=self.release_minutes.data,
            transfers=self.transfers.data,
        )


class TicketsForm(Form):
    """Whom tickets are given to: written down, or in a file."""

    people = TextAreaField(
        _l("People"),
        max_length=100_000,
        description=_l("E-mail addresses or numbers of registrations, one in each line."),
    )
    file = FileField(
        _l("Spreadsheet"), description=_l("XLSX or CSV with an address or a number in each row.")
    )


class KeepForm(Form):
    """Seats for a delegation."""

    organization = OrganizationField(_l("Organization"), required=True)
    seats = WholeField(_l("Seats"), least=1, most=100_000, required=True)
    ends_at = LocalDateTimeField(
        _l("Until"),
        description=_l("Seats nobody has taken then go to everybody. Empty: when the event begins."),
    )


class TransferForm(Form):
    """Whom a seat is handed on to."""

    email = EmailAddress(_l("E-mail address"), required=True)
