"""The form that sets how long data is kept."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from eventsapp.core.forms import Form, WholeField
from eventsapp.registration.privacy.kinds import KINDS, MOST_DAYS, DataKind

CHOSEN = tuple(kind for kind in DataKind if kind is not DataKind.PASSPORT)
"""The kinds that are set in days; pages of passports have a day of their own."""

_HINT = _l("Days after the end of the conference. Left empty, it is not deleted by itself.")


def _field(kind: DataKind) -> WholeField:
    return WholeField(KINDS[kind].name, least=0, most=MOST_DAYS, description=_HINT)


class RetentionForm(Form):
    """A field for each of :data:`CHOSEN`, named by the kind."""

    photo = _field(DataKind.PHOTO)
    door = _field(DataKind.DOOR)
    identity = _field(DataKind.IDENTITY)
    answers = _field(DataKind.ANSWERS)
    messages = _field(DataKind.MESSAGES)
    person = _field(DataKind.PERSON)

    def chosen(self) -> dict[DataKind, int | None]:
        """Return what was filled in."""
        return {kind: self[kind.value].data for kind in CHOSEN}

    def field_of(self, kind: DataKind) -> Any:
        """Return the field of a kind, or None for the one that has none."""
        return self[kind.value] if kind in CHOSEN else None
