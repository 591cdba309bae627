"""Doors, described for the catalogue of the set-up."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from eventsapp.accounts.enums import Permission
from eventsapp.conferences import copying
from eventsapp.conferences.catalogue import Column, Kind, State
from eventsapp.conferences.hooks import Copied
from eventsapp.conferences.models import Conference, Room
from eventsapp.core import locale, references
from eventsapp.core.audit import Actor
from eventsapp.core.forms import BooleanField, Form, RowField, SlugField, TranslatedField, WholeField
from eventsapp.core.translations import pick
from eventsapp.extensions import db
from eventsapp.registration.door.models import Gate


class GateForm(Form):
    """A door."""

    names = TranslatedField(_l("Name"), required_in="default", max_length=100)
    room_id = RowField(
        _l("Room"), blank=_l("A door of the conference"), description=_l("At a room’s door, rights to events count.")
    )  # fmt: skip
    lanes = WholeField(_l("Queues side by side"), required=True, least=1, most=200, default=1)
    open = BooleanField(_l("Badges are scanned here"), default=True)
    slug = SlugField(
        _l("Address"), max_length=Gate.slug, description=_l("Made of the name when it is left empty.")
    )


def _prepare(form: Any, conference: Conference) -> None:
    rooms = db.session.execute(
        select(Room.id, Room.names)
        .where(Room.conference_id == conference.id)
        .order_by(Room.position, Room.id)
    )
    form.room_id.choices = [
        (id_, pick(names, locale.current(), conference.default_language)) for id_, names in rooms
    ]


def _room(row: Gate, conference: Conference) -> object:
    return pick(row.room.names, locale.current(), conference.default_language) if row.room else ""


def _state(row: Gate) -> State:
    return State(_("open"), "good") if row.open else State(_("closed"))


GATES = Kind(
    name="gates",
    model=Gate,
    form=GateForm,
    one=_l("Door"),
    many=_l("Doors"),
    new=_l("New door"),
    about=_l("Where badges are scanned: the entrances of the conference, and of rooms."),
    permission=Permission.EDIT_REGISTRATIONS,
    columns=(Column(_l("Room"), _room),),
    state=_state,
    prepare=_prepare,
    loads=(joinedload(Gate.room),),
)


def copy_gates(source: Conference, target: Conference, copied: Copied, actor: Actor) -> None:
    """Copy the doors of one conference to another, as part of its structure."""
    copying.rows(copied, Gate, source, target, own={"room_id": copied.ids["room"]})


def name_references() -> None:
    """Say what rows of the doors' tables are, where something else cannot be deleted because of them."""
    references.words["scan"] = lambda n: str(ngettext("%(num)s scan", "%(num)s scans", n))
    references.words["gate"] = lambda n: str(ngettext("%(num)s door", "%(num)s doors", n))
