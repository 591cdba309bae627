"""What the doors add to a registration's page in the workspace."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from eventsapp.conferences.models import Conference
from eventsapp.registration.door import queries, words
from eventsapp.registration.models import Registration
from eventsapp.registration.panels import Panel


def _scans(conference: Conference, registration: Registration) -> Mapping[str, Any] | None:
    """Return the newest scans of a person, or None where nobody scanned them. One statement."""
    found = queries.scans_of(registration.id)
    return {"scans": found, "scan_kinds": words.KINDS, "scan_reasons": words.REASONS} if found else None


SCANS = Panel("scans", "registration/door/_scans.html", _scans, 200)
