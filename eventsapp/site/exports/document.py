"""``programme.json``: the programme as one document, in one language."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote

from eventsapp.calendars.feeds import web_address
from eventsapp.programme.enums import Access
from eventsapp.programme.snapshot import EventInfo, MaterialInfo, Snapshot, Texts

CONTENT_TYPE: Final = "application/json"


def write(events: Sequence[EventInfo], snapshot: Snapshot, language: str, site: str) -> bytes:
    """Return the chosen events as JSON (UTF-8). ``site`` is the address of the site, without a slash at the end.

    Texts are in ``language``, or in the conference's default language where there are none. Instants have the offset of
    the conference's zone (ISO 8601); what is not known yet is null. Descriptions are Markdown.
    """
    return json.dumps(_Writer(snapshot, language, site).document(events), ensure_ascii=False).encode()


class _Writer:
    def __init__(self, snapshot: Snapshot, language: str, site: str) -> None:
        self.snapshot = snapshot
        self.language = language
        self.site = site
        self.base = f"{site}/{language}/{snapshot.conference.slug}"

    def text(self, texts: Texts) -> str | None:
        return self.snapshot.text(texts, self.language) or None

    def moment(self, moment: datetime | None) -> str | None:
        return moment.astimezone(self.snapshot.conference.tzinfo).isoformat() if moment is not None else None

    def document(self, events: Sequence[EventInfo]) -> dict[str, Any]:
        conference, release = self.snapshot.conference, self.snapshot.release
        return {
            "conference": {
                "slug": conference.slug,
                "name": self.text(conference.names),
                "short_name": conference.short_name,
                "start_date": conference.start_date.isoformat(),
                "end_date": conference.end_date.isoformat(),
                "time_zone": conference.zone,
                "city": self.text(conference.cities),
                "country": conference.country,
                "url": f"{self.base}/",
            },
            "language": self.language,
            "release": release
            and {
                "number": release.number,
                "released_at": self.moment(release.released_at),
                "note": self.text(release.notes),
            },
            "events": [self.event(event) for event in events],
        }

    def event(self, event: EventInfo) -> dict[str, Any]:
        room = event.room
        return {
            "code": event.code,
            "uid": event.uid,
            "sequence": event.sequence,
            "status": "cancelled" if event.cancelled else "scheduled",
            "url": f"{self.base}/events/{event.code}",
            "type": {"slug": event.type.slug, "name": self.text(event.type.names)},
            "title": self.text(event.titles),
            "subtitle": self.text(event.subtitles),
            "summary": self.text(event.summaries),
            "description": self.text(event.descriptions),
            "day": event.day and event.day.isoformat(),
            "end_day": event.end_day and event.end_day.isoformat(),
            "starts_at": self.moment(event.starts_at),
            "ends_at": self.moment(event.ends_at),
            "room": room
            and {
                "slug": room.slug,
                "name": self.text(room.names),
                "venue": self.text(room.venue.names),
                "capacity": room.capacity,
            },
            "languages": list(event.languages),
            "interpretation": list(event.interpretation),
            "access": event.access and event.access.value,
            "only_for": None if event.only_for is None else [self.text(names) for names in event.only_for],
            "seats": event.seats.capacity if event.access is Access.BOOKING and event.seats else None,
            "themes": [{"slug": one.slug, "name": self.text(one.names)} for one in event.themes],
            "organizations": [
                {
                    "slug": one.organization.slug,
                    "name": self.text(one.organization.names),
                    "acronym": self.text(one.organization.acronyms),
                    "type": one.organization.type.value,
                    "role": one.role.value,
                }
                for one in event.organizations
            ],
            "speakers": [
                {
                    "slug": one.speaker.slug,
                    "name": one.speaker.name,
                    "role": one.role.value,
                    "affiliation": one.affiliation,
                }
                for one in event.speakers
            ],
            "materials": [self.material(one) for one in event.materials],
            "updated_at": self.moment(event.updated_at),
        }

    def material(self, one: MaterialInfo) -> dict[str, Any]:
        url = (
            web_address(one.url)
            if one.file is None
            else f"{self.site}/files/{one.file.id}/{quote(one.file.name)}"
        )
        return {"title": self.text(one.titles), "url": url, "language": one.language}
