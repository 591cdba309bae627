"""What the pages of proposals call things. Handed to templates as a whole."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from eventsapp.programme.forms import ACCESS, HALVES, ORGANIZATION_ROLES, SPEAKER_ROLES
from eventsapp.proposals.state_names import CONSENTS, FORMATS

__all__ = ["ACCESS", "CONSENTS", "FORMATS", "HALVES", "ORGANIZATION_ROLES", "SPEAKER_ROLES", "days"]


def days(values: Iterable[str]) -> list[date]:
    """Return the days of a list of ISO dates, in order; what is none is left out."""
    found = []
    for value in values:
        try:
            found.append(date.fromisoformat(value))
        except (TypeError, ValueError):
            continue
    return sorted(found)
