"""Small parts that every printed page is made of. Pure but for the current language."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from eventsapp.core.printing.texts import plain, qr
from eventsapp.core.templating import clock_time, country_name, dates, zone_name
from eventsapp.core.templating import day as say_day
from eventsapp.core.translations import LANGUAGES, direction, pick_language
from eventsapp.programme.snapshot import EventInfo, Moved, RoomInfo, Snapshot, Texts
from eventsapp.site.templating import comma, noon


class Speech:
    """A snapshot's texts for the readers of one language, which must be the current one."""

    def __init__(self, snapshot: Snapshot, language: str, site: str) -> None:
        self.snapshot = snapshot
        self.conference = snapshot.conference
        self.language = language
        self.site = site
        self.base = f"{site}/{language}/{self.conference.slug}"
        self.zone = self.conference.zone

    def text(self, texts: Texts) -> str:
        """Return a text, folded; ``""`` if there is none."""
        return plain(self.snapshot.text(texts, self.language))

    def said(self, texts: Texts) -> dict[str, str]:
        """Return a text with the language that it is in and the way that it runs, for the hyphens and the marks in it."""
        chosen = pick_language(texts, self.language, self.conference.default_language)
        return {"text": plain(texts[chosen]) if chosen else "", "lang": chosen, "dir": direction(chosen)}

    def own(self, text: str) -> dict[str, str]:
        """Return a text of the interface's language in the shape of :meth:`said`."""
        return {"text": plain(text), "lang": self.language, "dir": direction(self.language)}

    def frame(self, path: str) -> dict[str, Any]:
        """Return what every sheet has: language, conference, place and days, release, zone, and the live page at ``path``."""
        conference, release = self.conference, self.snapshot.release
        places = [self.text(conference.cities), country_name(conference.country)]
        address = f"{self.base}/{path}" if path else f"{self.base}/"
        middle = noon(conference.start_date, self.zone)
        return {
            "language": self.language,
            "direction": direction(self.language),
            "name": self.said(conference.names),
            "short": plain(conference.short_name),
            "names": [
                {"text": plain(text), "lang": language, "dir": direction(language)}
                for language, text in other_names(conference.names, self.language)
            ],
            "symbol": plain(conference.symbol or ""),
            "accent": conference.accent,
            "dates": dates(conference.start_date, conference.end_date),
            "place": comma().join(one for one in places if one),
            "zone": _(
                "Times: %(zone)s", zone=f"{zone_name(self.zone, middle)} ({offset(middle, self.zone)})"
            ),
            "release": self.release(),
            "date": release.released_at.date().isoformat() if release else None,
            "url": address,
            "url_label": _("Always up to date"),
            "qr": qr(address),
        }

    def release(self) -> str:
        """Return which release it is, and of when."""
        release = self.snapshot.release
        if release is None:
            return str(_("Not released yet"))
        when = say_day(release.released_at.astimezone(self.conference.tzinfo).date(), "long")
        return str(_("Release %(number)s of %(date)s", number=release.number, date=when))

    def span(self, starts_at: datetime | None, ends_at: datetime | None) -> str:
        """Return "09:00–10:30", only the start, or nothing."""
        if starts_at is None:
            return ""
        start = clock_time(starts_at, self.zone)
        return f"{start}–{clock_time(ends_at, self.zone)}" if ends_at else start

    def room(self, room: RoomInfo | None) -> dict[str, str]:
        """Return a room's name."""
        return self.said(room.names) if room is not None else self.own(_("Room to be announced"))

    def status(self, event: EventInfo) -> dict[str, Any] | None:
        """Return what has to be said before anything else: cancelled and why, or moved from where and when."""
        if event.cancelled:
            return {"bad": True, "word": _("Cancelled"), "more": self.said(event.cancellation_reasons)}
        if event.moved is not None:
            return {"bad": False, "word": _("Moved"), "more": self.own(self._from(event, event.moved))}
        return None

    def _from(self, event: EventInfo, moved: Moved) -> str:
        room = self.text(moved.room.names) if moved.room is not None else ""
        other_room = moved.room is not None and (event.room is None or event.room.id != moved.room.id)
        if moved.starts_at is not None and moved.starts_at != event.starts_at:
            day = say_day(moved.starts_at.astimezone(self.conference.tzinfo).date(), "weekday_short")
            time = clock_time(moved.starts_at, self.zone)
            if other_room:
                return str(_("from %(day)s, %(time)s, %(room)s", day=day, time=time, room=room))
            return str(_("from %(day)s, %(time)s", day=day, time=time))
        if other_room:
            return str(_("from %(room)s", room=room))
        if moved.ends_at is not None and moved.ends_at != event.ends_at:
            return str(_("it used to end at %(time)s", time=clock_time(moved.ends_at, self.zone)))
        return ""


def other_names(names: Texts, language: str) -> list[tuple[str, str]]:
    """Return (language, name) of the other languages, in their fixed order, each wording once."""
    seen = {names.get(language)}
    found = []
    for code in LANGUAGES:
        name = names.get(code)
        if name and name not in seen:
            seen.add(name)
            found.append((code, name))
    return found


def offset(at: datetime, zone: str) -> str:
    """Return "UTC−5" or "UTC+5:30" for a zone at an instant."""
    shift = at.astimezone(ZoneInfo(zone)).utcoffset()
    minutes = round(shift.total_seconds() / 60) if shift is not None else 0
    sign = "−" if minutes < 0 else "+"
    hours, rest = divmod(abs(minutes), 60)
    return "UTC" if not minutes else f"UTC{sign}{hours}" + (f":{rest:02}" if rest else "")
