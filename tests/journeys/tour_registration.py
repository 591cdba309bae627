"""The pages of registration and the door: a form, quotas, people in each state, badges and gates of the sample conference.

The participant is the focal point of the organization that the proposals' tour made (``tour_proposals``).
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from eventsapp.accounts.models import User
from eventsapp.conferences.models import Conference
from eventsapp.organizations.models import Organization


def things(conference: Conference, lead: Organization, focal_point: User) -> SimpleNamespace:
    """Return what the pages are about. Makes it once: called again it finds what it made."""
    return SimpleNamespace(conference=conference, lead=lead, focal_point=focal_point)


def stops(tour: Any, here: SimpleNamespace, *, owner: str, participant: str) -> None:
    """Say how each page is looked at (``tour(endpoint, user=…, **arguments)``)."""
