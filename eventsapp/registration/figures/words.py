"""Words of the figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask_babel import lazy_gettext as _l

from eventsapp.registration.enums import Gender

GENDERS: Final[Mapping[Gender, object]] = {
    Gender.WOMAN: _l("Women"),
    Gender.MAN: _l("Men"),
    Gender.OTHER: _l("Other"),
}
