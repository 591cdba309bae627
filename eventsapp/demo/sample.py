"""The programme of the sample conference, as a document like the ones that are imported: made from today and a seed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from eventsapp.core import zones
from eventsapp.core.translations import Texts
from eventsapp.demo import texts
from eventsapp.organizations.enums import OrganizationType
from eventsapp.programme.enums import Access, MaterialKind, SpeakerRole
from eventsapp.programme.importing import document as doc

SLUG = "sample-cities"
ZONE = "Europe/Lisbon"
DAYS = 4
SEED = 2016

# Start and end of the slots of a day; the evening one runs past what a day's sheet shows at first sight.
SLOTS = [
    (time(9, 0), time(10, 15)),
    (time(10, 45), time(12, 0)),
    (time(13, 15), time(14, 30)),
    (time(15, 0), time(16, 15)),
    (time(16, 45), time(18, 0)),
    (time(18, 15), time(19, 30)),
]
FULL, FEW, CANCELLED, MOVED, DRAFT = (
    "sample-full",
    "sample-few",
    "sample-cancelled",
    "sample-moved",
    "sample-draft",
)
"""Ids of the events that show something in particular."""


def first_day(today: date) -> date:
    """Return the conference's first day: a Monday at least five weeks away."""
    soon = today + timedelta(days=35)
    return soon + timedelta(days=-soon.weekday() % 7)


def sample(today: date, *, start: date | None = None) -> doc.Document:
    """Return the whole programme of the conference that starts on :func:`first_day`, or on ``start``."""
    start = start or first_day(today)
    return doc.Document(
        name="sample conference",
        conference=doc.Conference(
            slug=SLUG,
            short_name="Sample Cities",
            names=texts.NAME,
            descriptions=texts.DESCRIPTION,
            start_date=start,
            end_date=start + timedelta(days=DAYS - 1),
            zone=ZONE,
            cities=texts.CITY,
            languages=texts.LANGUAGES,
            default_language="en",
            contact_email="secretariat@example.org",
            code_prefix="SC",
        ),
        venues=tuple(
            doc.Venue(slug, names, directions=texts.DIRECTIONS, latitude=38.7 + n / 100, longitude=-9.14)
            for n, (slug, names) in enumerate(texts.VENUES)
        ),
        rooms=tuple(
            doc.Room(slug, names, _venue(n), capacity=seats, step_free=n != len(texts.ROOMS) - 1)
            for n, (slug, names, seats) in enumerate(texts.ROOMS)
        ),
        types=tuple(
            doc.EventType(slug, names, default_minutes=minutes, rank=rank, colour=colour)
            for slug, names, rank, minutes, colour in texts.TYPES
        ),
        themes=tuple(
            doc.Theme(slug, names, number=n) for n, (slug, names) in enumerate(texts.THEMES, start=1)
        ),
        constituencies=tuple(doc.Constituency(slug, names) for slug, names in texts.CONSTITUENCIES),
        organizations=tuple(
            doc.Organization(slug, names, OrganizationType(kind), acronyms=acronyms)
            for slug, kind, acronyms, names in texts.ORGANIZATIONS
        ),
        speakers=tuple(doc.Speaker(_id(name), name) for name in people()),
        events=tuple(_events(start, random.Random(SEED))),
    )


def _venue(number: int) -> str:
    return texts.VENUES[0 if number < 7 else 1][0]


def people() -> list[str]:
    """Return the names of the invented people."""
    return [
        f"{given} {texts.FAMILY_NAMES[(n + turn * 3) % len(texts.FAMILY_NAMES)]}"
        for turn in range(3)
        for n, given in enumerate(texts.GIVEN_NAMES)
    ]


def address(name: str) -> str:
    """Return the e-mail address of an invented person."""
    return name.lower().replace(" ", ".").replace("é", "e") + "@example.org"


def _id(name: str) -> str:
    return name.lower().replace(" ", "-")


def _at(day: date, slot: tuple[time, time]) -> tuple[datetime, datetime]:
    return zones.instant(day, slot[0], ZONE), zones.instant(day, slot[1], ZONE)


def _title(theme: Texts, angle: Texts) -> dict[str, str]:
    colon = {"fr": " : ", "zh": "：", "ar": ": "}
    return {code: f"{theme[code]}{colon.get(code, ': ')}{angle[code]}" for code in texts.LANGUAGES}


def _events(start: date, chance: random.Random) -> Iterator[doc.Event]:
    days = [start + timedelta(days=n) for n in range(DAYS)]
    yield _plenary("sample-opening", texts.OPENING, days[0], SLOTS[0], "aih")
    yield _plenary("sample-closing", texts.CLOSING, days[-1], SLOTS[4], "ofc")
    yield doc.Event(
        "sample-exhibition", "", "exhibition", texts.EXHIBITION, summaries=texts.SUMMARY, access=Access.OPEN,
        leads=("sampleton",), room="room-8", day=days[0], end_day=days[-1], stand="7",
        starts_at=zones.instant(days[0], time(10, 0), ZONE), ends_at=zones.instant(days[0], time(18, 0), ZONE),
    )  # fmt: skip
    yield doc.Event(
        "sample-late", "", "networking-event", _title(texts.THEMES[6][1], texts.ANGLES[10]), summaries=texts.SUMMARY,
        access=Access.REGISTERED, leads=("invented-youth",), room="room-7", day=days[1],
        starts_at=zones.instant(days[1], time(22, 30), ZONE),
        ends_at=zones.instant(days[2], time(0, 30), ZONE),
    )  # fmt: skip
    yield doc.Event(
        FULL, "", "networking-event", texts.FULL, summaries=texts.SUMMARY, descriptions=texts.AGENDA,
        access=Access.BOOKING, seats=12, leads=("sampleton",), co_organizers=("make-believe",), room="room-6",
        day=days[1], starts_at=zones.instant(days[1], time(20, 0), ZONE), ends_at=zones.instant(days[1], time(22, 0), ZONE),
        themes=("public-space",), languages=("en", "fr"),
    )  # fmt: skip
    yield from _slots(days, chance)
    yield _unplaced("sample-unplaced", days[2])
    yield replace(
        _unplaced("sample-no-day", days[2]), day=None, titles=_title(texts.THEMES[5][1], texts.ANGLES[9])
    )


def _plenary(id_: str, titles: Texts, day: date, slot: tuple[time, time], lead: str) -> doc.Event:
    starts_at, ends_at = _at(day, slot)
    return doc.Event(
        id_, "", "plenary", titles, summaries=texts.SUMMARY, access=Access.REGISTERED, leads=(lead,), room="hall-a",
        languages=("en",), interpretation=("fr", "es", "ar", "zh", "ru"), day=day, starts_at=starts_at, ends_at=ends_at,
    )  # fmt: skip


def _unplaced(id_: str, day: date) -> doc.Event:
    return doc.Event(
        id_, "", "side-event", _title(texts.THEMES[4][1], texts.ANGLES[10]), summaries=texts.SUMMARY,
        leads=("guild-of-made-up-planners",), day=day, themes=("climate",),
    )  # fmt: skip


def _slots(days: list[date], chance: random.Random) -> Iterator[doc.Event]:
    """Yield an event for most rooms and slots; nobody leads or speaks twice at the same time."""
    special = [FEW, CANCELLED, MOVED]
    combinations = [(theme, angle) for theme in texts.THEMES for angle in texts.ANGLES]
    chance.shuffle(combinations)
    kinds = ["side-event"] * 6 + ["networking-event", "training-event", "special-session", "press"]
    names = people()
    number = 0
    for day in days:
        for slot in SLOTS:
            # Some lead the plenaries and the exhibition, and cannot lead beside them.
            free_leads = [
                slug for slug, *_rest in texts.ORGANIZATIONS if slug not in ("aih", "ofc", "sampleton")
            ]
            free_people = list(names)
            chance.shuffle(free_leads)
            chance.shuffle(free_people)
            for room, _names, _seats in texts.ROOMS[1:9]:
                if chance.random() < 0.45 or len(combinations) <= number:
                    continue
                (theme, theme_names), angle = combinations[number]
                number += 1
                id_ = special.pop(0) if special and number in (5, 9, 13) else f"sample-{number:03d}"
                yield _side_event(
                    id_,
                    chance,
                    kinds,
                    room,
                    day,
                    slot,
                    theme,
                    _title(theme_names, angle),
                    free_leads,
                    free_people,
                )


def _side_event(
    id_: str,
    chance: random.Random,
    kinds: list[str],
    room: str,
    day: date,
    slot: tuple[time, time],
    theme: str,
    titles: Texts,
    free_leads: list[str],
    free_people: list[str],
) -> doc.Event:
    starts_at, ends_at = _at(day, slot)
    lead = free_leads.pop()
    partners = chance.sample(
        [slug for slug, *_rest in texts.ORGANIZATIONS if slug != lead], chance.randint(1, 3)
    )
    speaking = [free_people.pop() for _turn in range(chance.randint(1, 3))]
    books = id_ == FEW or chance.random() < 0.25
    return doc.Event(
        id=id_,
        where="",
        type=chance.choice(kinds),
        titles=titles,
        summaries=texts.SUMMARY,
        descriptions=texts.AGENDA,
        languages=tuple(chance.sample(["en", "fr", "es"], chance.randint(1, 2))),
        interpretation=("fr", "es") if chance.random() < 0.2 else (),
        access=Access.BOOKING
        if books
        else chance.choice([Access.OPEN, Access.REGISTERED, Access.REGISTERED]),
        seats=(30 if id_ == FEW else chance.choice([25, 40, 60])) if books else None,
        themes=(theme,),
        constituencies=(chance.choice(texts.CONSTITUENCIES)[0],),
        leads=(lead,),
        co_organizers=tuple(partners[:2]),
        co_sponsors=tuple(partners[2:]),
        appearances=tuple(
            doc.Appearance(
                _id(name), SpeakerRole.MODERATOR if n == 1 else SpeakerRole.SPEAKER, "Sample University"
            )
            for n, name in enumerate(speaking)
        ),
        materials=(
            doc.Material(
                MaterialKind.LINK,
                {"en": "Concept note", "fr": "Note de cadrage"},
                f"https://example.org/{id_}",
            ),
        ),
        room=room,
        day=day,
        starts_at=starts_at,
        ends_at=ends_at,
    )
