"""The project's own JSON format, which the sample ``habitat-iii.json`` is written in. Pure.

One object with ``conference``, ``venues``, ``rooms``, ``event_types``, ``thematic_areas``, ``themes``,
``constituencies``, ``organizations`` and ``events``; all lists but the events may be absent. A thing has a ``slug``
and a ``name`` (in the conference's default language, English if it names none) or ``names`` by language; an event has
an ``id``. An absent ``start_time`` or ``date`` means that it is not known. Times are wall times in the conference's
zone; an ``end_time`` up to 06:00 that is earlier than the start is on the next day.

A companion file beside it, ``<name>-translations.json``, adds texts in further languages: an object for each list,
``{slug: {"names": {language: text}, "acronyms": …}}``. What the main file says itself is not changed by it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from eventsapp.core import zones
from eventsapp.core.translations import LANGUAGES
from eventsapp.organizations.enums import OrganizationType
from eventsapp.programme.enums import Access, MaterialKind, SpeakerRole
from eventsapp.programme.importing import document as given
from eventsapp.programme.importing import times
from eventsapp.programme.importing.document import Texts
from eventsapp.programme.importing.fields import PAGES, PARAGRAPH, Fields, Once, host_name, parse

MOST_EVENTS = 50_000

TYPES = {
    **{kind.value: kind for kind in OrganizationType},
    "national_government": OrganizationType.MEMBER_STATE,
}
ROLES = {**{role.value: role for role in SpeakerRole}, "panelist": SpeakerRole.PANELLIST}
ACCESS = {**{access.value: access for access in Access}, "closed": Access.INVITATION, "public": Access.OPEN}
_NIGHT = time(6)
"""An end up to here may belong to a start of the evening before."""


def read(
    content: bytes,
    name: str,
    *,
    companion: tuple[bytes, str] | None = None,
    zone: str | None = None,
    slug: str | None = None,
) -> given.Document:
    """Return what a file says; ``name`` is for messages.

    ``companion`` is the content and the name of a file of translations; ``zone`` is taken where the file names none;
    ``slug`` replaces the conference's. Raises :class:`document.BadFile`.
    """
    return _Reader(parse(content, name), companion, zone, slug).document()


class _Companion:
    """Translations by list, slug and kind of text."""

    def __init__(self, fields: Fields | None) -> None:
        self._texts: dict[tuple[str, str, str], Texts] = {}
        self._places: dict[tuple[str, str], str] = {}
        self._fields = fields
        if fields is None:
            return
        fields.ignore("about")
        for section in fields:
            if section == "about":
                continue
            inner = fields.inner(section)
            if section == "conference":
                self._thing(section, "", inner)
                continue
            for slug in inner:
                self._thing(section, slug, inner.inner(slug))

    def _thing(self, section: str, slug: str, fields: Fields) -> None:
        self._places[section, slug] = fields.path
        for kind in fields:
            self._texts[section, slug, kind] = fields.texts(kind, most=PARAGRAPH, lines=True) or {}

    def add(self, section: str, slug: str, kind: str, own: Texts | None) -> Texts | None:
        """Return ``own`` with the languages that only the companion has; marks the thing as known."""
        self._places.pop((section, slug), None)
        added = self._texts.get((section, slug, kind))
        if added is None:
            return own
        own = own or {}
        return {**own, **{language: text for language, text in added.items() if language not in own}}

    def check(self) -> None:
        """Refuse a companion that speaks of things which the main file does not have."""
        for (section, slug), place in self._places.items():
            if self._fields is not None:
                raise given.BadFile(
                    self._fields.name, place, f"no {slug or section!r} in the file it belongs to"
                )


class _Reader:
    def __init__(
        self, root: Fields, companion: tuple[bytes, str] | None, zone: str | None, slug: str | None
    ) -> None:
        self.root = root
        self.companion = _Companion(parse(*companion) if companion else None)
        self.zone = zone
        self.slug = slug
        self.language = "en"
        self.warnings: list[str] = []

    def document(self) -> given.Document:
        root = self.root
        root.ignore("about", "policy_units")
        if root.raw("events") is None:
            root.refuse("events", "missing")
        conference, main_venue = self._conference(root.inner("conference"))
        self.zone = conference.zone
        venues = self._venues(main_venue)
        rooms = self._rooms(venues)
        types = self._types()
        themes = self._themes()
        constituencies = self._constituencies()
        organizations = self._organizations()
        events, speakers = self._events(
            conference,
            {key: room.slug for key, room in rooms.items()},
            {key: kind.slug for key, kind in types.items()},
            {key: theme.slug for key, theme in themes.items()},
            {key: constituency.slug for key, constituency in constituencies.items()},
            {key: organization.slug for key, organization in organizations.items()},
        )
        self.companion.check()
        unknown = root.unknown()
        if unknown:
            self.warnings.append(f"Not understood and left out: {', '.join(unknown[:20])}.")
        return given.Document(
            name=root.name,
            conference=conference,
            venues=tuple(venues.values()),
            rooms=tuple(rooms.values()),
            types=tuple(types.values()),
            themes=tuple(themes.values()),
            constituencies=tuple(constituencies.values()),
            organizations=tuple(organizations.values()),
            speakers=tuple(speakers.values()),
            events=tuple(events),
            warnings=tuple(self.warnings),
        )

    # --- the conference and its parts

    def _conference(self, fields: Fields) -> tuple[given.Conference, str | None]:
        fields.ignore("outcome_document", "organizations", "programme_totals", "participants", "sources")
        self.language = fields.language("default_language") or "en"
        if self.language not in LANGUAGES:
            fields.refuse("default_language", f"none of {', '.join(LANGUAGES)}")
        slug = _slug(fields.need("slug", fields.slug("slug", most=80)))
        names = self._names(fields, "conference", "")
        start = fields.need("start_date", fields.day("start_date"))
        end = fields.need("end_date", fields.day("end_date"))
        if end < start:
            fields.refuse("end_date", "before the start_date")
        zone = fields.text("time_zone") or self.zone
        if not zone:
            fields.refuse("time_zone", "missing: name the zone, such as America/Guayaquil")
        if not zones.known(zone):
            fields.refuse("time_zone", f"{zone[:60]!r} is not an IANA time zone such as America/Guayaquil")
        city = fields.text("city")
        cities = fields.texts("cities") or ({self.language: city} if city else None)
        languages = fields.languages("official_languages")
        spoken = None if languages is None else tuple(code for code in languages if code in LANGUAGES)
        for code in languages or []:
            if code not in LANGUAGES:
                self.warnings.append(
                    f"The language {code!r} of the conference is none of those offered here."
                )
        conference = given.Conference(
            slug=self.slug or slug,
            names=names,
            start_date=start,
            end_date=end,
            zone=zone,
            short_name=fields.text("short_name", most=80),
            symbol=fields.text("symbol", most=40),
            cities=self.companion.add("conference", "", "cities", cities),
            country=fields.country("country"),
            languages=spoken,
            default_language=self.language,
            descriptions=self.companion.add(
                "conference",
                "",
                "descriptions",
                self._texts(fields, "description", "descriptions", most=PAGES),
            ),
            code_prefix=self._prefix(fields),
            other_days=tuple(fields.days("pre_conference_dates") or ()),
        )
        return conference, fields.text("venue")

    def _prefix(self, fields: Fields) -> str | None:
        prefix = fields.text("code_prefix", most=8)
        if prefix is not None and not re.fullmatch(r"[A-Z0-9]+", prefix):
            fields.refuse("code_prefix", "capitals and digits only")
        if prefix:
            return prefix
        codes = {
            _code(str(event.get("id")))
            for event in self.root.items("events") or []
            if isinstance(event, dict)
        }
        prefixes = {(code or "").rpartition("-")[0] for code in codes}
        return prefixes.pop() or None if len(prefixes) == 1 else None

    def _venues(self, main: str | None) -> dict[str, given.Venue]:
        found: dict[str, given.Venue] = {}
        once = Once("slug")
        for fields in self.root.objects("venues"):
            fields.ignore("role", "source")
            key = self._key(fields, once)
            found[key] = given.Venue(
                slug=_slug(key),
                names=self._names(fields, "venues", key),
                address=fields.text("address"),
                directions=self._texts(fields, "direction", "directions", most=PARAGRAPH),
                latitude=fields.number("latitude", least=-90, most=90),
                longitude=fields.number("longitude", least=-180, most=180),
            )
        if main is not None and main not in found:
            self.root.inner("conference").refuse("venue", f"no venue {main[:60]!r} in this file")
        return dict(sorted(found.items(), key=lambda item: item[0] != main))

    def _rooms(self, venues: Mapping[str, given.Venue]) -> dict[str, given.Room]:
        slugs = {key: venue.slug for key, venue in venues.items()}
        found: dict[str, given.Room] = {}
        once = Once("slug")
        for fields in self.root.objects("rooms"):
            fields.ignore("part_of", "part_of_name")
            key = self._key(fields, once)
            aliases = fields.strings("aliases")
            found[key] = given.Room(
                slug=_slug(key),
                names=self._names(fields, "rooms", key),
                venue=fields.need("venue", fields.reference("venue", slugs, "venue")),
                aliases=None if aliases is None else tuple(aliases),
                capacity=fields.integer("capacity", least=1, most=1_000_000),
                step_free=fields.truth("step_free"),
            )
        return found

    def _types(self) -> dict[str, given.EventType]:
        found: dict[str, given.EventType] = {}
        once = Once("slug")
        for fields in self.root.objects("event_types"):
            key = self._key(fields, once)
            found[key] = given.EventType(
                slug=_slug(key),
                names=self._names(fields, "event_types", key),
                default_minutes=fields.integer("usual_duration_minutes", least=1, most=24 * 60),
                rank=fields.integer("rank", least=0, most=1000),
                colour=fields.integer("colour", least=1, most=12),
            )
        return found

    def _themes(self) -> dict[str, given.Theme]:
        areas: dict[str, Texts] = {}
        once = Once("slug")
        for fields in self.root.objects("thematic_areas"):
            fields.ignore("number")
            key = self._key(fields, once)
            areas[key] = self._names(fields, "thematic_areas", key)
        found: dict[str, given.Theme] = {}
        once = Once("slug")
        for fields in self.root.objects("themes"):
            key = self._key(fields, once)
            found[key] = given.Theme(
                slug=_slug(key),
                names=self._names(fields, "themes", key),
                areas=fields.reference("area", areas, "thematic area"),
                number=fields.integer("number", least=0, most=100_000),
            )
        return found

    def _constituencies(self) -> dict[str, given.Constituency]:
        found: dict[str, given.Constituency] = {}
        once = Once("slug")
        for fields in self.root.objects("constituencies"):
            key = self._key(fields, once)
            found[key] = given.Constituency(slug=_slug(key), names=self._names(fields, "constituencies", key))
        return found

    def _organizations(self) -> dict[str, given.Organization]:
        found: dict[str, given.Organization] = {}
        once = Once("slug")
        for fields in self.root.objects("organizations"):
            key = self._key(fields, once)
            aliases = fields.strings("aliases")
            found[key] = given.Organization(
                slug=_slug(key),
                names=self._names(fields, "organizations", key),
                type=fields.need("type", fields.choice("type", TYPES)),
                acronyms=self.companion.add(
                    "organizations", key, "acronyms", fields.texts("acronyms", most=80)
                ),
                aliases=None if aliases is None else tuple(aliases),
                country=fields.country("country"),
                website=fields.address("website", most=500),
            )
        return found

    # --- events

    def _events(
        self,
        conference: given.Conference,
        rooms: Mapping[str, str],
        types: Mapping[str, str],
        themes: Mapping[str, str],
        constituencies: Mapping[str, str],
        organizations: Mapping[str, str],
    ) -> tuple[list[given.Event], dict[str, given.Speaker]]:
        found: list[given.Event] = []
        speakers: dict[str, given.Speaker] = {}
        once, codes = Once("id"), set[str]()
        if len(self.root.items("events") or []) > MOST_EVENTS:
            self.root.refuse("events", f"more than {MOST_EVENTS}")
        for fields in self.root.objects("events"):
            fields.ignore("slug", "theme_basis")
            id_ = fields.need("id", fields.text("id", most=120))
            once.check(fields, id_)
            code = _code(id_)
            if code in codes:
                code = None
            elif code is not None:
                codes.add(code)
            spoken = fields.language("title_language") or self.language
            titles = {
                **(fields.texts("title_translations") or {}),
                spoken: fields.need("title", fields.text("title")),
            }
            subtitle = fields.text("subtitle")
            languages, interpretation = fields.languages("languages"), fields.languages("interpretation")
            chosen_themes = fields.references("themes", themes, "theme")
            groups = fields.references("constituencies", constituencies, "constituency")
            leads, partners, sponsors = self._roles(fields, organizations)
            day, end_day, starts_at, ends_at = self._times(fields, conference)
            found.append(
                given.Event(
                    id=id_,
                    where=fields.path,
                    type=fields.need("type", fields.reference("type", types, "event type")),
                    titles=titles,
                    code=code,
                    subtitles={spoken: subtitle} if subtitle else None,
                    summaries=self._texts(fields, "summary", "summaries", most=PARAGRAPH),
                    descriptions=self._texts(fields, "description", "descriptions", most=PAGES),
                    languages=None if languages is None else tuple(languages),
                    interpretation=None if interpretation is None else tuple(interpretation),
                    access=fields.choice("access", ACCESS),
                    seats=fields.integer("seats", least=0, most=1_000_000),
                    stand=fields.text("stand", most=40),
                    contact_name=fields.text("contact_name", most=200),
                    online_url=fields.address("online_url", most=500),
                    organizer_notes=fields.text("note", most=PARAGRAPH, lines=True),
                    themes=None if chosen_themes is None else tuple(chosen_themes),
                    constituencies=None if groups is None else tuple(groups),
                    leads=leads,
                    co_organizers=partners,
                    co_sponsors=sponsors,
                    appearances=self._appearances(fields, speakers),
                    materials=self._materials(fields),
                    room=fields.reference("room", rooms, "room"),
                    day=day,
                    end_day=end_day,
                    starts_at=starts_at,
                    ends_at=ends_at,
                )
            )
        return found, speakers

    def _roles(
        self, fields: Fields, organizations: Mapping[str, str]
    ) -> tuple[tuple[str, ...] | None, tuple[str, ...] | None, tuple[str, ...] | None]:
        """Each organization has one role at an event: the first of lead, co-organizer, co-sponsor that it is given."""
        seen: set[str] = set()
        roles: list[tuple[str, ...] | None] = []
        for key in ("lead_organizations", "partner_organizations", "co_sponsor_organizations"):
            slugs = fields.references(key, organizations, "organization")
            again = [slug for slug in slugs or [] if slug in seen]
            if again:
                self.warnings.append(
                    f"{fields.where(key)}: {', '.join(again)} already stands in a higher role; that one is kept."
                )
            roles.append(None if slugs is None else tuple(slug for slug in slugs if slug not in seen))
            seen.update(slugs or [])
        return roles[0], roles[1], roles[2]

    def _appearances(
        self, fields: Fields, speakers: dict[str, given.Speaker]
    ) -> tuple[given.Appearance, ...] | None:
        if fields.items("speakers") is None:
            return None
        found: dict[tuple[str, SpeakerRole], given.Appearance] = {}
        for one in fields.objects("speakers"):
            name = one.need("name", one.text("name", most=200))
            id_ = one.text("id", most=120) or name[:120]
            role = one.choice("role", ROLES) or SpeakerRole.SPEAKER
            if (id_, role) in found:
                one.refuse("name", f"{name!r} is already {role.value} of this event")
            if speakers.setdefault(id_, given.Speaker(id=id_, name=name)).name != name:
                one.refuse("name", f"{id_!r} is elsewhere called {speakers[id_].name!r}")
            found[id_, role] = given.Appearance(
                speaker=id_, role=role, affiliation=one.text("affiliation") or None
            )
        return tuple(found.values())

    def _materials(self, fields: Fields) -> tuple[given.Material, ...] | None:
        sources = fields.addresses("sources")
        if sources is None and fields.items("materials") is None:
            return None
        found = [
            given.Material(
                kind=MaterialKind.LINK,
                titles=self._names(one, "materials", "", key="title"),
                url=one.need("url", one.address("url")),
                language=one.language("language"),
            )
            for one in fields.objects("materials")
        ]
        found += [
            given.Material(kind=MaterialKind.SOURCE, titles={"en": host_name(address)}, url=address)
            for address in dict.fromkeys(sources or [])
        ]
        return tuple(found)

    def _times(
        self, fields: Fields, conference: given.Conference
    ) -> tuple[date | None, date | None, datetime | None, datetime | None]:
        day, end_day = fields.day("date"), fields.day("end_date")
        start, end = fields.clock("start_time"), fields.clock("end_time")
        if day is None:
            for key, value in (("end_date", end_day), ("start_time", start), ("end_time", end)):
                if value is not None:
                    fields.refuse(key, "given without a date")
            return None, None, None, None
        if end_day is not None and end_day < day:
            fields.refuse("end_date", "before the date")
        if end_day == day:
            end_day = None
        usual = conference.start_date <= day <= conference.end_date or day in conference.other_days
        if not usual:
            self.warnings.append(f"{fields.where('date')}: {day} is none of the conference's days.")
        if start is None:
            if end is not None:
                self.warnings.append(f"{fields.where('end_time')}: an end without a start is left out.")
            return day, end_day, None, None
        starts_at = self._instant(fields, "start_time", day, start)
        if end is None:
            return day, end_day, starts_at, None
        last = day
        if end <= start:
            if end == start or end > _NIGHT:
                fields.refuse("end_time", "not after the start_time")
            last = day + timedelta(days=1)
        ends_at = self._instant(fields, "end_time", last, end)
        if ends_at <= starts_at:
            fields.refuse("end_time", "not after the start_time, as clocks change between them")
        return day, end_day, starts_at, ends_at

    def _instant(self, fields: Fields, key: str, day: date, at: time) -> datetime:
        found, warning = times.instant(day, at, fields.need("time_zone", self.zone))
        if warning is not None:
            self.warnings.append(f"{fields.where(key)}: {warning}")
        return found

    # --- texts

    def _key(self, fields: Fields, once: Once) -> str:
        """Return what other parts of the file call the thing."""
        key = fields.need("slug", fields.slug("slug"))
        once.check(fields, _slug(key))
        return key

    def _texts(self, fields: Fields, one: str, several: str, *, most: int) -> Texts | None:
        """Texts given as ``one`` in the default language, as ``several`` by language, or both."""
        texts = fields.texts(several, most=most, lines=True)
        text = fields.text(one, most=most, lines=True)
        if text is None:
            return texts
        return {**(texts or {}), self.language: text} if text else texts or {}

    def _names(self, fields: Fields, section: str, slug: str, *, key: str = "name") -> Texts:
        texts = dict(fields.texts(f"{key}s") or {})
        text = fields.text(key)
        if text:
            texts[self.language] = text
        own = fields.need(key, texts or None)
        return self.companion.add(section, slug, "names", own) or own


def _slug(key: str) -> str:
    """Return the slug here for a slug of a file, where underscores are hyphens."""
    return key.replace("_", "-")


def _code(id_: str) -> str | None:
    """Return the code that an event's id gives, such as H3-041 for h3-041, or None when it looks different."""
    return id_.upper() if re.fullmatch(r"[A-Za-z][A-Za-z0-9]{0,7}-[0-9]{1,8}", id_) else None
