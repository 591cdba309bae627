"""A conference of the size of Habitat III, made with a seed: the same rows on every machine and database.

Everything is written by bulk inserts, so nothing of the application's own rules is at work here; the counters of seats
and queues are worked out from the bookings themselves. All names are invented.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import count, product
from typing import Any, Final
from zoneinfo import ZoneInfo

from flask import Flask
from sqlalchemy import Connection, Table, insert, text

from bench import calls
from eventsapp.conferences.enums import ConferenceState
from eventsapp.conferences.models import Conference, EventType, NewsItem, Page, Room, Theme, Venue
from eventsapp.core import clock
from eventsapp.core.search import searchable
from eventsapp.extensions import db
from eventsapp.organizations.enums import OrganizationType
from eventsapp.organizations.models import Organization
from eventsapp.programme.enums import Access, EventState, MaterialKind, OrganizationRole, SpeakerRole
from eventsapp.programme.models import (
    Event,
    EventOrganization,
    EventSpeaker,
    Material,
    Placement,
    ProgrammeVersion,
    Speaker,
    event_theme,
)
from eventsapp.registration.enums import BookingState, RegistrationState
from eventsapp.registration.models import Booking, Category, Registration

SEED: Final = 2016
SLUG: Final = "bench"
ZONE: Final = "America/Guayaquil"
STARTS: Final = tuple(
    time(hour, minute) for hour, minute in ((8, 0), (9, 45), (11, 30), (13, 15), (15, 0), (16, 45), (18, 30))
)
LENGTH: Final = timedelta(minutes=90)


def _words(text: str) -> list[str]:
    return text.split()


_WORDS: Final = _words(
    "access action agenda areas basic building capacity cities city climate communities community cultural data design "
    "development economy equality finance food governance green growth health heritage housing human implementation "
    "inclusive indicators informal infrastructure innovation integrated jobs knowledge land law learning livelihoods "
    "local management metropolitan migration mobility monitoring municipal national neighbourhoods networks new open "
    "participation partners partnership people planning policies policy poverty practice public regional renewal "
    "research resilience resilient resources right risk rural safe sanitation services settlements slum small social "
    "spaces sustainable systems territorial tools towns transport urban urbanization voices water women youth"
)
_FRENCH: Final = _words(
    "accès agenda aménagement avenir bâtiment cadre centre citoyens climat collectivités commun culture durable eau "
    "économie égalité équité espaces femmes finances foncier gestion gouvernance habitat jeunes local logement "
    "mobilité nouveau pauvreté planification politiques public quartiers réseaux résilience santé services territoires "
    "transports urbain villes"
)
_LITTLE: Final = _words("and in for of to with the by on from")
_FIRST: Final = _words(
    "Ada Boris Chen Dalia Emeka Fatima Goran Hana Iris Jun Kofi Lucia Mei Nadia Omar Paula Quim Rosa Sami Tala"
)
_LAST: Final = _words(
    "Acosta Baker Castro Diallo Ekberg Fofana Garcia Haddad Ito Jansen Kimani Lopez Moreau Nkosi Okafor Petrov Rossi Silva Tanaka Vega"
)
_COUNTRIES: Final = _words("AR BR CN DE EC EG ES FR GH IN IT JP KE MX NG NO PE PH RU SE SN TZ US UY ZA")


@dataclass(frozen=True, slots=True)
class Size:
    """How many of everything."""

    events: int = 1000
    rooms: int = 28
    organizations: int = 600
    speakers: int = 1500
    registrations: int = 35_000
    bookings: int = 60_000
    call: calls.CallSize = calls.BIG


HABITAT_III: Final = Size()
SMALL: Final = Size(
    events=40, rooms=4, organizations=20, speakers=30, registrations=300, bookings=300,
    call=calls.CallSize(proposals=40, reviews=100, reviewers=5, writers=12),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Made:
    """What the measurements need to know of it."""

    conference_id: int
    slug: str
    day: date
    """The first programme day."""
    event_code: str
    """An event of that day, which nobody books."""
    booking_event_id: int
    booking_code: str
    """An event with seats for everybody, which nobody has booked yet."""
    registrations: int
    """Registrations have the ids from 1 on."""


class Texts:
    """Invented text, the same for the same seed."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance

    def words(self, number: int, language: str = "en") -> str:
        chance = self.chance
        if language == "fr":
            return " ".join(chance.choices(_FRENCH, k=number))
        found: list[str] = []
        while len(found) < number:
            found.append(chance.choice(_WORDS))
            if chance.random() < 0.4:
                found.append(chance.choice(_LITTLE))
        return " ".join(found[:number])

    def title(self) -> dict[str, str]:
        number = self.chance.randint(5, 12)
        titles = {"en": self.words(number).capitalize()}
        if self.chance.random() < 0.5:
            titles["fr"] = self.words(number, "fr").capitalize()
        return titles

    def sentences(self, characters: int) -> str:
        found: list[str] = []
        while sum(map(len, found)) < characters:
            found.append(self.words(self.chance.randint(8, 20)).capitalize() + ".")
        return " ".join(found)

    def person(self) -> str:
        return f"{self.chance.choice(_FIRST)} {self.chance.choice(_LAST)}"


def fill(app: Flask, size: Size = HABITAT_III) -> Made:
    """Write the conference into the empty, migrated database of ``app``, in one transaction."""
    with app.app_context():
        with db.engine.connect() as connection:
            if connection.dialect.name == "sqlite":
                connection = connection.execution_options(begin="IMMEDIATE")
            with connection.begin():
                made = _Writer(connection, size).write()
            if connection.dialect.name == "postgresql":
                with connection.execution_options(isolation_level="AUTOCOMMIT") as outside:
                    outside.execute(text("VACUUM ANALYZE"))
        db.session.remove()
        db.engine.dispose()
    return made


class _Writer:
    """Writes the rows, table by table."""

    def __init__(self, connection: Connection, size: Size) -> None:
        self.connection = connection
        self.size = size
        self.chance = random.Random(SEED)
        self.texts = Texts(self.chance)
        self.now = clock.now()
        self.zone = ZoneInfo(ZONE)
        self.first_day = (self.now + timedelta(days=40)).date()

    def write(self) -> Made:
        self._insert(Conference.__table__, [self._conference()])
        self._parts()
        self._organizations()
        self._speakers()
        seats = self._bookable()
        self._events(seats)
        self._programme()
        self._behind()
        self._registrations()
        self._bookings(seats)
        calls.fill(
            self._insert,
            self.size.call,
            organizations=self.size.organizations,
            texts=self.texts,
            now=self.now,
        )
        self._sequences()
        return Made(
            conference_id=1,
            slug=SLUG,
            day=self.first_day,
            event_code=self._code(1),
            booking_event_id=self.size.events,
            booking_code=self._code(self.size.events),
            registrations=self.size.registrations,
        )

    def _insert(self, table: Any, rows: Iterable[Mapping[str, Any]]) -> None:
        assert isinstance(table, Table)
        rows = list(rows)
        for start in range(0, len(rows), 5000):
            self.connection.execute(insert(table), rows[start : start + 5000])

    def _conference(self) -> dict[str, Any]:
        return {
            "id": 1,
            "slug": SLUG,
            "state": ConferenceState.PUBLISHED,
            "short_name": "Bench",
            "symbol": None,
            "names": {"en": "Conference for Measuring", "fr": "Conférence pour mesurer"},
            "descriptions": {"en": self.texts.sentences(1500)},
            "start_date": self.first_day,
            "end_date": self.first_day + timedelta(days=4),
            "zone": ZONE,
            "cities": {"en": "Quito"},
            "country": "EC",
            "languages": ["en", "fr", "es"],
            "registration_opens_at": self.now - timedelta(days=30),
            "code_prefix": "SE",
            "next_code": self.size.events + 1,
            "next_proposal": self.size.call.proposals + self.size.call.writers + 1,
        }

    def _parts(self) -> None:
        self._insert(
            Venue.__table__,
            [
                {
                    "id": 1, "conference_id": 1, "slug": "house", "names": {"en": "House of Culture"}, "directions": {},
                    "address": "1 Main Street", "latitude": -0.21, "longitude": -78.49,
                }
            ],
        )  # fmt: skip
        self._insert(
            Room.__table__,
            [
                {
                    "id": n, "conference_id": 1, "venue_id": 1, "slug": f"room-{n}", "position": n, "directions": {},
                    "names": {"en": f"Room {n}", "fr": f"Salle {n}"}, "capacity": self.chance.choice((60, 80, 120, 250)),
                }
                for n in range(1, self.size.rooms + 1)
            ],
        )  # fmt: skip
        kinds = ("Side event", "Networking event", "Training", "Special session", "Assembly", "Exhibition")
        self._insert(
            EventType.__table__,
            [
                {
                    "id": n,
                    "conference_id": 1,
                    "slug": f"type-{n}",
                    "names": {"en": kind},
                    "colour": n,
                    "position": n,
                }
                for n, kind in enumerate(kinds, 1)
            ],
        )
        self._insert(
            Theme.__table__,
            [
                {
                    "id": n, "conference_id": 1, "slug": f"theme-{n}", "position": n, "number": n,
                    "names": {"en": self.texts.words(3).capitalize()}, "areas": {"en": f"Area {n % 6 + 1}"},
                }
                for n in range(1, 23)
            ],
        )  # fmt: skip
        self._insert(
            Category.__table__,
            [
                {
                    "id": n,
                    "conference_id": 1,
                    "slug": f"category-{n}",
                    "names": {"en": name},
                    "descriptions": {},
                }
                for n, name in enumerate(("Delegate", "Civil society", "Media", "Local government"), 1)
            ],
        )
        self._insert(
            Page.__table__,
            [
                {
                    "conference_id": 1, "slug": f"page-{n}", "position": n, "published": True,
                    "titles": {"en": self.texts.words(3).capitalize()}, "bodies": {"en": self.texts.sentences(3000)},
                }
                for n in range(1, 6)
            ],
        )  # fmt: skip
        self._insert(
            NewsItem.__table__,
            [
                {
                    "conference_id": 1, "slug": f"news-{n}", "published_at": self.now - timedelta(days=n),
                    "titles": self.texts.title(), "summaries": {"en": self.texts.sentences(150)},
                    "bodies": {"en": self.texts.sentences(1500)},
                }
                for n in range(1, 21)
            ],
        )  # fmt: skip

    def _organizations(self) -> None:
        rows = []
        for n in range(1, self.size.organizations + 1):
            name = f"{self.texts.words(4).title()} {n}"
            names = {"en": name, "fr": f"{self.texts.words(4, 'fr').capitalize()} {n}"}
            acronyms = {"en": "".join(word[0] for word in name.split()[:4]).upper() + str(n)}
            rows.append(
                {
                    "id": n,
                    "slug": f"organization-{n}",
                    "type": self.chance.choice(list(OrganizationType)),
                    "names": names,
                    "acronyms": acronyms,
                    "country": self.chance.choice(_COUNTRIES),
                    "website": f"https://organization-{n}.example",
                    "search_text": searchable(names, acronyms),
                }
            )
        self._insert(Organization.__table__, rows)

    def _speakers(self) -> None:
        self._insert(
            Speaker.__table__,
            [
                {
                    "id": n,
                    "conference_id": 1,
                    "slug": f"speaker-{n}",
                    "name": f"{self.texts.person()} {n}",
                    "biographies": {"en": self.texts.sentences(300)},
                }
                for n in range(1, self.size.speakers + 1)
            ],
        )

    # --- events

    def _code(self, number: int) -> str:
        return f"SE-{number:03}"

    def _bookable(self) -> dict[int, int]:
        """Seats by event: two of five can be booked; the last one, empty, by everybody there is."""
        seats = {
            number: self.chance.choice((60, 80, 120, 250, 400))
            for number in range(2, self.size.events)
            if number % 5 in (2, 4)
        }
        seats[self.size.events] = self.size.registrations
        return seats

    def _events(self, seats: Mapping[int, int]) -> None:
        chance, texts = self.chance, self.texts
        rows = []
        for n in range(1, self.size.events + 1):
            titles = texts.title()
            code = self._code(n)
            rows.append(
                {
                    "id": n,
                    "conference_id": 1,
                    "code": code,
                    "uid": str(uuid.UUID(int=chance.getrandbits(128), version=4)),
                    "state": EventState.CANCELLED if n % 97 == 0 else EventState.SCHEDULED,
                    "type_id": chance.randint(1, 6),
                    "titles": titles,
                    "subtitles": {},
                    "summaries": {"en": texts.sentences(200)} if n % 3 else {},
                    "descriptions": {"en": "\n\n".join(texts.sentences(300) for _ in range(2))},
                    "languages": chance.sample(("en", "fr", "es"), k=chance.randint(1, 2)),
                    "interpretation": [],
                    "access": Access.BOOKING
                    if n in seats
                    else chance.choice((Access.OPEN, Access.REGISTERED)),
                    "contact_email": f"event-{n}@example.org",
                    "cancellation_reasons": {},
                    "sequence": 0,
                    "seats": seats.get(n),
                    "search_text": searchable(code, titles),
                }
            )
        # The one that is booked in the measurement takes place.
        rows[-1]["state"] = EventState.SCHEDULED
        self._insert(Event.__table__, rows)

    def _programme(self) -> None:
        """The working programme and its first release, which is the same; the last events have no time yet."""
        versions: list[dict[str, Any]] = [
            {"id": 1, "conference_id": 1, "number": None, "notes": {}, "released_at": None},
            {
                "id": 2,
                "conference_id": 1,
                "number": 1,
                "notes": {},
                "released_at": self.now - timedelta(days=7),
            },
        ]
        self._insert(ProgrammeVersion.__table__, versions)
        places = list(product(range(5), STARTS, range(1, self.size.rooms + 1)))
        rows = []
        for version, n in product((1, 2), range(1, self.size.events + 1)):
            row: dict[str, Any] = {"version_id": version, "event_id": n}
            place = places[n - 1] if n <= len(places) else None
            if n == self.size.events:
                place = (4, STARTS[0], 1)
            if place is not None:
                day = self.first_day + timedelta(days=place[0])
                start = datetime.combine(day, place[1], self.zone).astimezone(UTC)
                row |= {"day": day, "room_id": place[2], "starts_at": start, "ends_at": start + LENGTH}
            else:
                row |= {"day": None, "room_id": None, "starts_at": None, "ends_at": None}
            rows.append(row)
        self._insert(Placement.__table__, rows)

    def _behind(self) -> None:
        chance = self.chance
        organizations, speakers, themes, materials = [], [], [], []
        roles = (OrganizationRole.LEAD, OrganizationRole.CO_ORGANIZER, OrganizationRole.CO_SPONSOR)
        for n in range(1, self.size.events + 1):
            for position, chosen in enumerate(
                chance.sample(range(1, self.size.organizations + 1), k=chance.randint(1, 4))
            ):
                role = roles[min(position, 2)]
                organizations.append(
                    {"event_id": n, "organization_id": chosen, "role": role, "position": position}
                )
            for position, chosen in enumerate(
                chance.sample(range(1, self.size.speakers + 1), k=chance.randint(2, 5))
            ):
                speakers.append(
                    {
                        "event_id": n,
                        "speaker_id": chosen,
                        "role": SpeakerRole.MODERATOR if position == 0 else SpeakerRole.PANELLIST,
                        "affiliation": self.texts.words(3).capitalize(),
                        "position": position,
                    }
                )
            themes += [
                {"event_id": n, "theme_id": chosen}
                for chosen in chance.sample(range(1, 23), k=chance.randint(1, 3))
            ]
            if n % 4 == 0:
                materials.append(
                    {
                        "event_id": n,
                        "kind": MaterialKind.LINK,
                        "titles": {"en": "Concept note"},
                        "url": f"https://example.org/notes/{n}",
                        "position": 0,
                    }
                )
        self._insert(EventOrganization.__table__, organizations)
        self._insert(EventSpeaker.__table__, speakers)
        self._insert(event_theme, themes)
        self._insert(Material.__table__, materials)

    # --- people

    def _registrations(self) -> None:
        chance = self.chance
        rows = []
        for n in range(1, self.size.registrations + 1):
            name = self.texts.person()
            email = f"participant-{n}@example.org"
            rows.append(
                {
                    "id": n,
                    "conference_id": 1,
                    "category_id": chance.randint(1, 4),
                    "organization_id": chance.randint(1, self.size.organizations) if n % 3 else None,
                    "organization_name": None,
                    "name": name,
                    "email": email,
                    "country": chance.choice(_COUNTRIES),
                    "language": chance.choice(("en", "fr", "es")),
                    "state": RegistrationState.CONFIRMED,
                    "confirmed_at": self.now - timedelta(days=chance.randint(1, 29)),
                    "search_text": searchable(name, email),
                }
            )
        self._insert(Registration.__table__, rows)

    def _wishes(self, events: list[int]) -> Iterator[tuple[int, int]]:
        """(event, registration), each pair once; some events are wished for more than others."""
        weights = [1 / (1 + place % 40) for place in range(len(events))]
        taken: set[tuple[int, int]] = set()
        while True:
            for event in self.chance.choices(events, weights, k=1000):
                pair = (event, self.chance.randint(1, self.size.registrations))
                if pair not in taken:
                    taken.add(pair)
                    yield pair

    def _bookings(self, seats: Mapping[int, int]) -> None:
        open_events = [event for event in seats if event != self.size.events and event % 97]
        confirmed, waiting = dict.fromkeys(seats, 0), dict.fromkeys(seats, 0)
        rows: list[dict[str, Any]] = []
        numbers = count(1)
        for event, registration in self._wishes(open_events):
            if len(rows) == self.size.bookings:
                break
            full = confirmed[event] == seats[event]
            # Nobody waits for long where very many do.
            if full and waiting[event] >= 50:
                continue
            counter = waiting if full else confirmed
            counter[event] += 1
            at = self.now - timedelta(days=20) + timedelta(seconds=len(rows))
            rows.append(
                {
                    "id": next(numbers),
                    "event_id": event,
                    "registration_id": registration,
                    "state": BookingState.WAITLISTED if full else BookingState.CONFIRMED,
                    "position": waiting[event] if full else None,
                    "created_at": at,
                    "changed_at": at,
                }
            )
        self._insert(Booking.__table__, rows)
        self.connection.execute(
            text(
                "UPDATE event SET seats_taken = :taken, seats_waiting = :waiting, queue_tail = :waiting WHERE id = :id"
            ),
            [{"id": event, "taken": confirmed[event], "waiting": waiting[event]} for event in open_events],
        )

    def _sequences(self) -> None:
        """PostgreSQL counts on from the ids that were given here."""
        if self.connection.dialect.name != "postgresql":
            return
        for table in db.metadata.tables.values():
            if "id" in table.c and table.c.id.primary_key:
                self.connection.execute(
                    text(
                        f"SELECT setval(pg_get_serial_sequence('\"{table.name}\"', 'id'), "
                        f'coalesce((SELECT max(id) FROM "{table.name}"), 0) + 1, false)'
                    )
                )
