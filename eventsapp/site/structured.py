"""What search engines and link previews are told: schema.org as JSON-LD, and Open Graph. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from eventsapp.core import markdown
from eventsapp.programme.enums import OrganizationRole
from eventsapp.programme.snapshot import EventInfo, OrganizationInfo, Snapshot, VenueInfo

LONGEST = 300
"""Characters of a description."""

OG_LOCALES: Mapping[str, str] = {
    "en": "en_GB", "fr": "fr_FR", "es": "es_ES", "ar": "ar_AR", "zh": "zh_CN", "ru": "ru_RU",
}  # fmt: skip


def shortened(text: str, longest: int = LONGEST) -> str:
    """Return ``text`` in one line, cut at a word."""
    text = " ".join(text.split())
    if len(text) <= longest:
        return text
    cut = text[: longest - 1]
    return (cut.rpartition(" ")[0] or cut).rstrip(",;:. ") + "…"


def described(snapshot: Snapshot, event: EventInfo, language: str) -> str:
    """Return an event in a few words: its summary, else the beginning of its description."""
    summary = snapshot.text(event.summaries, language)
    return shortened(summary or markdown.to_plain(snapshot.text(event.descriptions, language)))


def _local(instant: datetime, zone: ZoneInfo) -> str:
    return instant.astimezone(zone).isoformat()


def _place(venue: VenueInfo | None, snapshot: Snapshot, language: str, room: str = "") -> dict[str, Any]:
    conference = snapshot.conference
    address: dict[str, Any] = {"@type": "PostalAddress"}
    city = snapshot.text(conference.cities, language)
    if city:
        address["addressLocality"] = city
    if conference.country:
        address["addressCountry"] = conference.country
    if venue is not None and venue.address:
        address["streetAddress"] = venue.address
    name = ", ".join(part for part in (room, snapshot.text(venue.names, language) if venue else "") if part)
    place: dict[str, Any] = {"@type": "Place", "name": name or city, "address": address}
    if venue is not None and venue.latitude is not None and venue.longitude is not None:
        place["geo"] = {"@type": "GeoCoordinates", "latitude": venue.latitude, "longitude": venue.longitude}
    return place


def _organization(one: OrganizationInfo, snapshot: Snapshot, language: str, base: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        "@type": "Organization",
        "name": snapshot.text(one.names, language),
        "url": one.website or f"{base}/organizations/{one.slug}",
    }
    acronym = snapshot.text(one.acronyms, language)
    if acronym:
        found["alternateName"] = acronym
    return found


def conference_data(snapshot: Snapshot, language: str, base: str, picture: str | None) -> dict[str, Any]:
    """Return the conference as a schema.org Event. ``base`` is its absolute address without the slash at the end."""
    conference = snapshot.conference
    found: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Event",
        "@id": f"{base}/",
        "url": f"{base}/",
        "name": snapshot.text(conference.names, language),
        "alternateName": conference.short_name,
        "startDate": conference.start_date.isoformat(),
        "endDate": conference.end_date.isoformat(),
        "eventStatus": "https://schema.org/EventScheduled",
        "location": _place(snapshot.venues[0] if snapshot.venues else None, snapshot, language),
    }
    text = shortened(markdown.to_plain(snapshot.text(conference.descriptions, language)))
    if text:
        found["description"] = text
    if picture:
        found["image"] = picture
    return found


def event_data(
    snapshot: Snapshot, event: EventInfo, language: str, base: str, picture: str | None
) -> dict[str, Any] | None:
    """Return an event as a schema.org Event; None while its day is not known, as schema.org asks for one.

    ``base`` is the conference's absolute address without the slash at the end.
    """
    if event.day is None:
        return None
    zone = snapshot.conference.tzinfo
    start = _local(event.starts_at, zone) if event.starts_at else event.day.isoformat()
    address = f"{base}/events/{event.code}"
    status = "EventCancelled" if event.cancelled else "EventScheduled"
    found: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Event",
        "@id": address,
        "url": address,
        "name": snapshot.text(event.titles, language),
        "startDate": start,
        "eventStatus": f"https://schema.org/{status}",
        "eventAttendanceMode": _attendance(event),
        "location": _location(snapshot, event, language),
        "superEvent": {
            "@type": "Event",
            "@id": f"{base}/",
            "name": snapshot.text(snapshot.conference.names, language),
            "startDate": snapshot.conference.start_date.isoformat(),
            "endDate": snapshot.conference.end_date.isoformat(),
            "location": _place(snapshot.venues[0] if snapshot.venues else None, snapshot, language),
        },
    }
    if event.end_day is not None:
        found["endDate"] = event.end_day.isoformat()
    elif event.ends_at is not None:
        found["endDate"] = _local(event.ends_at, zone)
    if (
        event.moved is not None
        and event.moved.starts_at not in (None, event.starts_at)
        and not event.cancelled
    ):
        found["eventStatus"] = "https://schema.org/EventRescheduled"
        found["previousStartDate"] = _local(event.moved.starts_at, zone) if event.moved.starts_at else None
    text = described(snapshot, event, language)
    if text:
        found["description"] = text
    organizers = [
        one.organization for one in event.organizations if one.role is not OrganizationRole.CO_SPONSOR
    ]
    sponsors = [one.organization for one in event.organizations if one.role is OrganizationRole.CO_SPONSOR]
    if organizers:
        found["organizer"] = [_organization(one, snapshot, language, base) for one in organizers]
    if sponsors:
        found["sponsor"] = [_organization(one, snapshot, language, base) for one in sponsors]
    if event.speakers:
        found["performer"] = [
            {"@type": "Person", "name": one.speaker.name, "url": f"{base}/speakers/{one.speaker.slug}"}
            for one in event.speakers
        ]
    if event.languages:
        found["inLanguage"] = list(event.languages)
    if event.seats is not None:
        found["maximumAttendeeCapacity"] = event.seats.capacity
    if picture:
        found["image"] = picture
    return found


def _attendance(event: EventInfo) -> str:
    if event.online_url is None:
        return "https://schema.org/OfflineEventAttendanceMode"
    mode = "MixedEventAttendanceMode" if event.room is not None else "OnlineEventAttendanceMode"
    return f"https://schema.org/{mode}"


def _location(snapshot: Snapshot, event: EventInfo, language: str) -> Any:
    online = {"@type": "VirtualLocation", "url": event.online_url}
    if event.room is None:
        if event.online_url:
            return online
        return _place(snapshot.venues[0] if len(snapshot.venues) == 1 else None, snapshot, language)
    place = _place(event.room.venue, snapshot, language, snapshot.text(event.room.names, language))
    return [place, online] if event.online_url else place


def breadcrumbs(parts: list[tuple[str, str]]) -> dict[str, Any]:
    """Return (name, absolute address) pairs as a schema.org BreadcrumbList."""
    return {
        "@context": "https://schema.org",
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": n, "name": name, "item": address}
            for n, (name, address) in enumerate(parts, 1)
        ],
    }
