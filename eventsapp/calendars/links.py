"""The addresses by which calendar programs subscribe to a feed. Pure, but for :func:`links_to`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from eventsapp.core import secrets
from eventsapp.core.web import absolute

PERSONAL: Final = "calendar"
"""What the secret of a personal feed is for (``core.secrets``)."""


@dataclass(frozen=True, slots=True)
class SubscribeLinks:
    """One feed, as each program wants it.

    How often they look: Google every 8 to 24 hours, Outlook about every 3, Apple and Thunderbird as their owner says.
    """

    address: str
    """The feed itself: to download, and for programs that take an address."""
    webcal: str
    """Apple Calendar, Thunderbird, Evolution and the calendars of phones."""
    google: str
    outlook: str
    """Outlook.com."""
    office: str
    """Outlook at work or school."""


def subscribe_links(address: str, name: str) -> SubscribeLinks:
    """Return the links for the feed at ``address`` (http or https). ``name`` is what Outlook calls the calendar."""
    _, _, rest = address.partition("://")
    webcal = f"webcal://{rest}"
    # Google takes the address as a subscription, rather than a calendar of its own, only with webcal.
    query = f"?url={quote(address, safe='')}&name={quote(name, safe='')}"
    return SubscribeLinks(
        address=address,
        webcal=webcal,
        google=f"https://calendar.google.com/calendar/r?cid={quote(webcal, safe='')}",
        outlook=f"https://outlook.live.com/calendar/0/addfromweb{query}",
        office=f"https://outlook.office.com/calendar/0/addfromweb{query}",
    )


def links_to(path: str, name: str) -> SubscribeLinks:
    """Return the links for the feed at ``path`` on this site, by ``PUBLIC_URL``. For pages."""
    return subscribe_links(absolute(path), name)


def personal_path(registration_id: int, calendar_version: int) -> str:
    """Return the secret path of a registration's personal feed. Raising the version revokes it."""
    return f"/calendars/{secrets.sign(PERSONAL, registration_id, calendar_version)}.ics"


def personal_links(registration_id: int, calendar_version: int, name: str) -> SubscribeLinks:
    """Return the links for a registration's personal feed. For the participant's own page."""
    return links_to(personal_path(registration_id, calendar_version), name)
