"""A call like that of a UN climate conference, made from a seed: who proposes what with whom, and who reviews it how.

Pure and the same each time. Everything and everybody is invented but for the countries.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum
from functools import cache

from eventsapp.core import zones
from eventsapp.core.slugs import slugify
from eventsapp.core.translations import Texts
from eventsapp.demo import call_texts as said
from eventsapp.demo.texts import LANGUAGES
from eventsapp.organizations.enums import OrganizationType
from eventsapp.programme.enums import Access
from eventsapp.programme.importing import document as doc
from eventsapp.proposals.enums import Consent, EventFormat, Gender

SLUG = "sample-climate"
CALL_SLUG = "side-events"
ZONE = "Africa/Nairobi"
SEED = 30
DAYS = 3
SLOTS = [
    (time(9, 0), time(10, 30)),
    (time(11, 0), time(12, 30)),
    (time(13, 15), time(14, 45)),
    (time(15, 15), time(16, 45)),
]
PROPOSALS = 60
PLACES = 24
OWN_LEAD = "amazon-guardians"
"""The organization for which the demo's participant is the focal point."""
_QUALITY = {0: 0.93, 2: 0.68, 6: 0.9}
"""One of theirs is chosen, one waits; what two write together is chosen."""


_PLACES_OF = {
    "adaptation": (0, 3, 4),
    "energy": (0, 1, 2),
    "water": (1, 2, 5),
    "nature": (0, 3, 5),
    "finance": (0, 1, 3),
    "health": (1, 2, 4),
}
"""Numbers of ``call_texts.PLACES`` that a theme goes with."""
_CONSTITUENCIES = {
    OrganizationType.MEMBER_STATE: "parties",
    OrganizationType.LOCAL_GOVERNMENT: "parties",
    OrganizationType.PRIVATE_SECTOR: "business",
    OrganizationType.PROFESSIONAL_ASSOCIATION: "business",
    OrganizationType.ACADEMIA: "research",
    OrganizationType.NETWORK: "youth",
}


class Fate(StrEnum):
    """What becomes of a proposal while the call is open."""

    SUBMITTED = "submitted"
    DRAFT = "draft"
    WITHDRAWN = "withdrawn"
    LATE = "late"
    INELIGIBLE = "ineligible"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who acts for an organization."""

    name: str
    email: str
    language: str


@dataclass(frozen=True, slots=True)
class Body:
    """An organization and its focal point."""

    slug: str
    type: OrganizationType
    country: str | None
    acronyms: Texts
    names: Texts
    focal_point: Person


@dataclass(frozen=True, slots=True)
class Voice:
    """A speaker of a proposal."""

    name: str
    gender: Gender | None
    role: str
    affiliation: str
    country: str | None


@dataclass(frozen=True, slots=True)
class Partner:
    """An organization that is asked to take part, and what it says."""

    slug: str
    consent: Consent


@dataclass(frozen=True, slots=True)
class Sketch:
    """A proposal, before it is one. ``day`` counts days after the call's opening, in parts of the time it is open."""

    number: int
    lead: str
    titles: Texts
    summaries: Texts
    descriptions: Texts
    themes: tuple[str, ...]
    languages: tuple[str, ...]
    interpretation: tuple[str, ...]
    format: EventFormat
    access: Access
    length_minutes: int
    expected_attendance: int
    equipment: tuple[str, ...]
    step_free: bool
    wished_days: tuple[int, ...]
    """Of the conference, counted from 0."""
    wished_halves: tuple[str, ...]
    apart_from: str | None
    voices: tuple[Voice, ...]
    partners: tuple[Partner, ...]
    outside: str | None
    """The name of an organization that is not in the directory, invited by e-mail."""
    answers: Mapping[str, object]
    fate: Fate
    quality: float
    """What reviewers see in it, from 0 to 1."""
    day: float
    like: int | None = None
    """The number of another one that says nearly the same."""


@dataclass(frozen=True, slots=True)
class Reviewer:
    """Somebody who scores. ``shift``: how much more (or less) than others they give, in parts of the scale."""

    name: str
    email: str
    language: str
    themes: tuple[str, ...]
    languages: tuple[str, ...]
    shift: float
    acts_for: str | None = None
    """An organization of theirs: its proposals are not theirs to score."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """What one reviewer says of one proposal. ``points`` in the order of the criteria."""

    points: tuple[int, ...]
    note: str
    to_team: str


@dataclass(frozen=True, slots=True)
class Sample:
    """All of it."""

    bodies: tuple[Body, ...]
    sketches: tuple[Sketch, ...]
    reviewers: tuple[Reviewer, ...]


@cache
def sample(seed: int = SEED) -> Sample:
    """Return the sample call."""
    chance = random.Random(seed)
    bodies = tuple(_bodies())
    sketches = tuple(_sketches(bodies, chance))
    return Sample(bodies, sketches, _reviewers())


def conference(first_day: date) -> doc.Document:
    """Return the conference that the call belongs to, without the events that come of it."""
    days = [first_day + timedelta(days=n) for n in range(DAYS)]
    opening = SLOTS[0]
    return doc.Document(
        name="sample call",
        conference=doc.Conference(
            slug=SLUG,
            short_name="Sample Climate",
            names=said.NAME,
            descriptions=said.DESCRIPTION,
            start_date=days[0],
            end_date=days[-1],
            zone=ZONE,
            cities=said.CITY,
            languages=LANGUAGES,
            default_language="en",
            contact_email="secretariat@example.org",
            code_prefix="SE",
        ),
        venues=(doc.Venue("harbour-hall", said.VENUE, latitude=-4.05, longitude=39.67),),
        rooms=tuple(
            doc.Room(slug, names, "harbour-hall", capacity=seats, step_free=True)
            for slug, names, seats in said.ROOMS
        ),
        types=tuple(
            doc.EventType(slug, names, default_minutes=minutes, rank=rank, colour=colour)
            for slug, names, rank, minutes, colour in said.TYPES
        ),
        themes=tuple(
            doc.Theme(slug, names, number=n) for n, (slug, names) in enumerate(said.THEMES, start=1)
        ),
        constituencies=tuple(doc.Constituency(slug, names) for slug, names in said.CONSTITUENCIES),
        organizations=tuple(
            doc.Organization(body.slug, body.names, body.type, acronyms=body.acronyms, country=body.country)
            for body in sample().bodies
        ),
        events=(
            doc.Event(
                "climate-opening", "", "plenary", said.OPENING, access=Access.REGISTERED,
                leads=("agency-for-imaginary-rain",), room="harbour", day=days[0],
                starts_at=zones.instant(days[0], opening[0], ZONE), ends_at=zones.instant(days[0], opening[1], ZONE),
            ),
        ),
    )  # fmt: skip


def _bodies() -> list[Body]:
    found = []
    for number, (slug, kind, country, acronym, name, own) in enumerate(said.ORGANIZATIONS):
        given = (said.WOMEN if number % 2 else said.MEN)[number // 2 % 20]
        family = said.FAMILY[number * 7 % len(said.FAMILY)]
        person = Person(
            f"{given} {family}",
            f"{slugify(given, set())}@{slug}.example.org",
            next((language for language in own if language != "en"), "en"),
        )
        acronyms = {"en": acronym} if acronym else {}
        found.append(Body(slug, OrganizationType(kind), country, acronyms, {"en": name, **own}, person))
    return found


def _sketches(bodies: Sequence[Body], chance: random.Random) -> list[Sketch]:
    """Make the proposals: most organizations lead one, some two, and five pairs say nearly the same."""
    leads = list(bodies)
    chance.shuffle(leads)
    own = next(body for body in bodies if body.slug == OWN_LEAD)
    leads = [own, *[body for body in leads if body is not own]]
    # The demo's participant has several, in states of all kinds.
    leads = [own] * 3 + leads[1:] + leads[1:]
    topics = list(range(len(said.TOPICS)))
    chance.shuffle(topics)
    fates = _fates(chance)
    found: list[Sketch] = []
    for number in range(PROPOSALS):
        like = number - 5 if number in (11, 17, 23, 29, 35) else None
        topic = topics[number % len(topics)] if like is None else topics[like % len(topics)]
        place = chance.randrange(len(said.PLACES))
        angle = chance.randrange(len(said.ANGLES))
        found.append(
            _sketch(
                number, leads[number], bodies, topic, place, angle, fates[number], like, chance,
            )
        )  # fmt: skip
    return found


def _fates(chance: random.Random) -> list[Fate]:
    rest = [Fate.DRAFT] * 4 + [Fate.WITHDRAWN] + [Fate.LATE] * 2 + [Fate.INELIGIBLE] * 3
    rest += [Fate.SUBMITTED] * (PROPOSALS - len(rest) - 3)
    chance.shuffle(rest)
    # Those of the demo's participant come first.
    fates = [Fate.SUBMITTED, Fate.DRAFT, Fate.SUBMITTED, *rest]
    for number in (6, 11, 12, 17, 18, 23, 24, 29, 30, 35):
        fates[number] = Fate.SUBMITTED
    return fates


def _join(language: str, topic: str, end: str, *, place: bool) -> str:
    """Return a title: of a topic and where, or of a topic and from which angle."""
    between = {"zh": "："}.get(language, " ") if place else {"fr": " : ", "zh": "："}.get(language, ": ")
    return f"{topic}{between}{end}"


def _sketch(
    number: int,
    lead: Body,
    bodies: Sequence[Body],
    topic: int,
    place: int,
    angle: int,
    fate: Fate,
    like: int | None,
    chance: random.Random,
) -> Sketch:
    theme, titles, first, second = said.TOPICS[topic]
    fitting = _PLACES_OF[theme]
    places, placed = said.PLACES[fitting[place % len(fitting)]]
    angles, turned = said.ANGLES[angle]
    own = lead.focal_point.language
    written = ("en",) if own == "en" else ("en", own) if number % 5 else (own,)
    # A second proposal on a subject says something else of it, but for those that are alike.
    turn = number // len(said.TOPICS) if like is None else 0
    ends = angles if turn or number % 2 or theme == "finance" else places
    sentences = ((first, placed, turned), (second, turned), (turned, placed))[turn]
    names = {language: lead.names.get(language, lead.names["en"]) for language in LANGUAGES}
    summaries = {
        language: " ".join(sentences)
        if language == "en"
        else said.SUMMARIES[language].format(topic=titles[language])
        for language in written
    }
    descriptions = {
        language: said.NOTES[language].format(
            first=first if language == "en" else summaries[language], second=second, lead=names[language]
        )
        for language in written
    }
    others = [one[0] for one in said.THEMES if one[0] != theme]
    hybrid = chance.choice([EventFormat.IN_PERSON] * 5 + [EventFormat.HYBRID] * 4 + [EventFormat.VIRTUAL])
    new = chance.random() < 0.4
    answers: dict[str, object] = {
        "constituency": _CONSTITUENCIES.get(lead.type, "environment"),
        "audience": chance.sample(["negotiators", "practitioners", "everybody"], chance.randint(1, 2)),
        "new": "yes" if new else "no",
        "takeaway": {language: said.TAKEAWAYS[language] for language in written},
        "report": True,
    }
    if not new:
        answers["learned"] = said.LEARNED[number % len(said.LEARNED)]
    return Sketch(
        number=number,
        lead=lead.slug,
        titles={
            language: _join(language, titles[language], ends[language], place=ends is places)
            for language in written
        },
        summaries=summaries,
        descriptions=descriptions if fate is not Fate.DRAFT else {},
        themes=(theme, chance.choice(others)) if chance.random() < 0.35 else (theme,),
        languages=(own,) if own != "en" and chance.random() < 0.6 else ("en",),
        interpretation=("en", "fr") if own not in ("en", "fr") and chance.random() < 0.4 else (),
        format=hybrid,
        access=chance.choice([Access.OPEN, Access.REGISTERED, Access.REGISTERED]),
        length_minutes=chance.choice([60, 90, 90]),
        expected_attendance=chance.choice([40, 60, 80, 100, 150]),
        equipment=("Projector",) if chance.random() < 0.6 else (),
        step_free=chance.random() < 0.2,
        wished_days=(chance.randrange(DAYS),) if chance.random() < 0.5 else (),
        wished_halves=(chance.choice(["morning", "afternoon"]),) if chance.random() < 0.4 else (),
        apart_from=None if like is None else f"P-{like + 1:04d}",
        voices=_voices(lead, bodies, angle, chance),
        partners=_partners(lead, bodies, chance, invited=fate is Fate.DRAFT),
        outside="Neighbourhood Water Committee" if number in (1, 20, 40) else None,
        answers=answers,
        fate=fate,
        quality=_QUALITY.get(number, min(1.0, max(0.05, chance.gauss(0.62, 0.19)))),
        day=chance.betavariate(3, 1.2),
        like=like,
    )


def _voices(lead: Body, bodies: Sequence[Body], angle: int, chance: random.Random) -> tuple[Voice, ...]:
    found: dict[str, Voice] = {}
    wanted = chance.randint(2, 4)
    while len(found) < wanted:
        body = chance.choice(bodies) if found else lead
        woman = angle == 1 or chance.random() < 0.52
        name = f"{chance.choice(said.WOMEN if woman else said.MEN)} {chance.choice(said.FAMILY)}"
        gender = None if chance.random() < 0.15 else Gender.WOMAN if woman else Gender.MAN
        role = "moderator" if len(found) == 1 else "speaker"
        found.setdefault(name, Voice(name, gender, role, body.names["en"], body.country))
    return tuple(found.values())


def _partners(
    lead: Body, bodies: Sequence[Body], chance: random.Random, *, invited: bool
) -> tuple[Partner, ...]:
    """Choose one to three others. Most say yes; of drafts most have not answered yet."""
    others = chance.sample([body for body in bodies if body.slug != lead.slug], chance.choice([1, 2, 2, 3]))
    weights = [0.6, 0.35, 0.05] if invited else [0.07, 0.87, 0.06]
    consents = chance.choices([Consent.INVITED, Consent.ACCEPTED, Consent.REFUSED], weights, k=len(others))
    if not invited:
        consents[0] = Consent.ACCEPTED
    return tuple(Partner(body.slug, consent) for body, consent in zip(others, consents, strict=True))


def _reviewers() -> tuple[Reviewer, ...]:
    """Two are harsh, two are mild; one acts for an organization that proposes."""
    slugs = [slug for slug, *_names in said.THEMES]
    rows = [
        ("Renata Reviewer", "reviewer@example.org", "en", ("en", "es"), 0.0, None),
        ("Hartmut Streng", "harsh@example.org", "en", ("en", "fr"), -0.22, None),
        ("Mildred Gentle", "mild@example.org", "en", ("en",), 0.2, None),
        ("Sabah Nuri", "sabah@example.org", "ar", ("en", "ar", "fr"), -0.05, "gulf-mangrove"),
        ("Wen Li", "wen@example.org", "zh", ("en", "zh"), 0.08, None),
        ("Olga Strogaya", "olga@example.org", "ru", ("en", "ru"), -0.15, None),
        ("Benoît Facile", "benoit@example.org", "fr", ("en", "fr"), 0.15, None),
        ("Ofelia Justa", "ofelia@example.org", "es", ("en", "es"), 0.02, "andes-seeds"),
    ]
    return tuple(
        Reviewer(
            name, email, language, (slugs[n % 6], slugs[(n + 2) % 6], slugs[(n + 3) % 6]), languages, shift, acts_for
        )
        for n, (name, email, language, languages, shift, acts_for) in enumerate(rows)
    )  # fmt: skip


def opinion(sketch: Sketch, reviewer: Reviewer) -> Opinion:
    """Return what a reviewer says of a proposal: the same each time."""
    chance = random.Random(f"{SEED} {sketch.number} {reviewer.email}")
    return Opinion(
        tuple(
            min(5, max(0, round(5 * (sketch.quality + reviewer.shift + chance.gauss(0, 0.1)))))
            for _criterion in said.CRITERIA
        ),
        chance.choice(said.NOTES_OF_REVIEWERS),
        chance.choice(said.TO_TEAM) if chance.random() < 0.4 else "",
    )
