"""Registering several people in one go, from one's own page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as BaseResponse

from eventsapp.accounts.guards import by_token
from eventsapp.core.errors import Conflict, Invalid
from eventsapp.core.forms import EmailAddress, Form, RowField, TextField, answer, saving
from eventsapp.core.limits import Limit, by_address, limited
from eventsapp.core.templating import t
from eventsapp.extensions import db
from eventsapp.registration import links
from eventsapp.registration.enrolment import applying
from eventsapp.registration.enrolment.applying import Colleague, Offered
from eventsapp.registration.forms import BY_LINK, REGISTRATION_STATES
from eventsapp.registration.models import Registration
from eventsapp.registration.transitions import GONE
from eventsapp.registration.views.shared import OWN, LinkGone, gone, person_of

bp = Blueprint("registration_people", __name__)
bp.register_error_handler(LinkGone, gone)

ROWS = 5
"""People on one page."""

Answer = str | tuple[str, int] | BaseResponse


class PeopleForm(Form):
    """Several people: ``name-0``, ``email-0``, ``category_id-0`` and so on. A row without a name and an address is left out."""

    @property
    def rows(self) -> list[tuple[Any, Any, Any]]:
        """The fields of each person."""
        return [(self[f"name-{n}"], self[f"email-{n}"], self[f"category_id-{n}"]) for n in range(ROWS)]

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for the rest of a row that was begun."""
        super().validate(extra_validators)
        for row in self.rows:
            if row[0].data or row[1].data:
                for field in row:
                    if not field.data and not field.errors:
                        field.errors = [_("This field is required.")]
        if not self.errors and not self.people():
            self.rows[0][0].errors = [_("This field is required.")]
        return not self.errors

    def people(self) -> list[Colleague]:
        """Return what was typed, for the service."""
        return [
            Colleague(name.data, email.data, category.data)
            for name, email, category in self.rows
            if name.data or email.data
        ]

    def tell(self, wrong: Invalid) -> Invalid:
        """Return the error of the service (numbered by person) with the names of the rows that they were typed in."""
        used = [n for n, row in enumerate(self.rows) if row[0].data or row[1].data]
        named = {}
        for name, said in wrong.errors.items():
            stem, _dash, number = name.rpartition("-")
            named[f"{stem}-{used[int(number)]}" if stem else name] = said
        return Invalid(named)


def _form(categories: Sequence[Offered]) -> PeopleForm:
    fields: dict[str, Any] = {}
    for n in range(ROWS):
        fields[f"name-{n}"] = TextField(_l("Name"), max_length=Registration.name)
        fields[f"email-{n}"] = EmailAddress(_l("E-mail address"))
        fields[f"category_id-{n}"] = RowField(
            _l("Category"), choices=[(one.id, t(one.names)) for one in categories]
        )
    only = {f"category_id-{n}": categories[0].id for n in range(ROWS)} if len(categories) == 1 else {}
    form: PeopleForm = type("PeopleForm", (PeopleForm,), fields)(data=only, meta=BY_LINK)
    return form


@bp.route(f"{OWN}/people", methods=["GET", "POST"])
@by_token
@limited(Limit("register-people", "LIMIT_REGISTER", by_address))
def index(lang: str, token: str) -> Answer:
    """Register others, and see how far those are that were registered so."""
    person = person_of(token)
    row = db.session.get_one(Registration, person.id)
    conference = row.conference
    categories = [one for one in applying.offered(conference) if one.open]
    possible = bool(categories) and row.state not in GONE and row.address_confirmed_at is not None
    form = _form(categories)
    if possible and form.validate_on_submit():
        with saving(form):
            try:
                applying.register_others(row, form.people(), language=lang)
            except Invalid as wrong:
                raise form.tell(wrong) from None
            except Conflict as refused:
                raise Invalid({"": str(refused)}) from None
        if not form.errors:
            flash(
                _("Each of them gets a message with a link, by which they complete and confirm it."), "good"
            )
            return redirect(url_for(".index", lang=lang, token=token), 303)
    return answer(
        form,
        "registration/people.html",
        person=person,
        token=links.page_token(person.id, person.secret_version),
        conference=conference,
        registration=row,
        possible=possible,
        others=applying.others(row),
        states=REGISTRATION_STATES,
    )
