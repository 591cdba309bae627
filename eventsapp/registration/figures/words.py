"""Words of the figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask_babel import lazy_gettext as _l

from eventsapp.registration.enums import Gender, ScanReason

REASONS: Final[Mapping[ScanReason, object]] = {
    ScanReason.FORGED: _l("This is no valid badge code."),
    ScanReason.FOREIGN: _l("This badge belongs to another conference."),
    ScanReason.EXPIRED: _l("This badge has expired."),
    ScanReason.REVOKED: _l("This badge was revoked. A new one may have been printed."),
    ScanReason.UNKNOWN: _l("This badge is genuine, but nobody on the list has it."),
    ScanReason.NOT_CONFIRMED: _l("This person’s registration is not confirmed."),
    ScanReason.NO_RIGHT: _l("This person has no right to come to this event."),
    ScanReason.NO_SEAT: _l("This event is by booking, and this person has no seat."),
    ScanReason.FULL: _l("The room has reached its safety limit."),
    ScanReason.TWICE: _l("This badge is inside already."),
}
GENDERS: Final[Mapping[Gender, object]] = {
    Gender.WOMAN: _l("Women"),
    Gender.MAN: _l("Men"),
    Gender.OTHER: _l("Other"),
}
