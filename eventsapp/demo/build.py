"""Loading the demo, through the features' own services."""

from __future__ import annotations

import io
import random
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from eventsapp.accounts import passwords
from eventsapp.accounts import service as accounts
from eventsapp.accounts.enums import Role
from eventsapp.conferences import catalogue, kinds
from eventsapp.conferences import service as conferences
from eventsapp.conferences.models import Conference
from eventsapp.conferences.rules import ConferenceAction
from eventsapp.conferences.service import ConferenceData
from eventsapp.core import clock, files
from eventsapp.core.audit import COMMAND_LINE
from eventsapp.demo import calls, pictures, stage_door, stages, telling, texts, timetable
from eventsapp.demo import sample as samples
from eventsapp.demo.telling import Stage
from eventsapp.extensions import db
from eventsapp.programme import digests, edits, placing, releases, replacing
from eventsapp.programme import service as programme
from eventsapp.programme.importing import files as importing
from eventsapp.programme.importing.apply import apply
from eventsapp.programme.models import Event
from eventsapp.programme.planning import load_planning
from eventsapp.programme.transitions import EventAction
from eventsapp.registration import kinds as registration_kinds
from eventsapp.registration import queries as registrations
from eventsapp.registration import seats
from eventsapp.registration import service as registration
from eventsapp.registration.models import Registration

DATA = Path(__file__).parent / "data"
HABITAT = "habitat-iii"
PASSWORD = "try-every-role"


@dataclass(frozen=True)
class Account:
    """Somebody to sign in as."""

    email: str
    name: str
    language: str
    role: Role | None = None
    administrator: bool = False


ACCOUNTS = (
    Account("admin@example.org", "Ada Administrator", "en", administrator=True),
    Account("owner@example.org", "Otto Owner", "en", Role.OWNER),
    Account("programme@example.org", "Paule Programme", "fr", Role.PROGRAMME_OFFICER),
    Account("registrar@example.org", "Rosa Registrar", "es", Role.REGISTRAR),
    Account("viewer@example.org", "Vera Viewer", "ru", Role.VIEWER),
    Account("reviewer@example.org", "Renata Reviewer", "en"),
    Account("participant@example.org", "Amal Participant", "ar"),
)
"""The reviewer is one of the sample call alone; the participant is the focal point of an organization that proposes there."""


def load(say: Callable[[str], None], *, stage: Stage = Stage.DECISION, door: bool = False) -> None:
    """Load what is not there yet, the sample call up to ``stage``, and with ``door`` an assembly that is under way.

    ``say`` is told what is done. Writes; does not commit.
    """
    _accounts()
    if _conference(HABITAT) is None:
        say("Habitat III (Quito, 2016): its real programme")
        _habitat()
    if _conference(samples.SLUG) is None:
        say("A sample conference, five weeks from now")
        _sample()
    if _conference(calls.SLUG) is None:
        say(f"A sample call for side events, at the stage {stage.value!r}")
        _call(stage)
    if door and _conference(stage_door.SLUG) is None:
        say("A sample assembly that is under way: forms, approval, badges and doors")
        _assembly()


def _conference(slug: str) -> Conference | None:
    return db.session.scalar(select(Conference).where(Conference.slug == slug))


def _accounts() -> None:
    kept = passwords.hashed(PASSWORD)
    for account in ACCOUNTS:
        if accounts.user_by_email(account.email) is None:
            accounts.create(
                actor=COMMAND_LINE,
                email=account.email,
                name=account.name,
                password_hash=kept,
                language=account.language,
                administrator=account.administrator,
            )


def _team(conference: Conference) -> None:
    for account in ACCOUNTS:
        if account.role is not None:
            accounts.grant(
                conference_id=conference.id,
                conference_name=conference.short_name,
                email=account.email,
                name=account.name,
                role=account.role,
                actor=COMMAND_LINE,
                language=account.language,
            )


def _change(conference: Conference, **values: Any) -> None:
    now = {name.name: getattr(conference, name.name) for name in fields(ConferenceData)}
    conferences.update(
        conference, ConferenceData(**{**now, **values}), slug=conference.slug, actor=COMMAND_LINE
    )


def _look(conference: Conference, accent: str, seed: int) -> dict[str, Any]:
    drawn = io.BytesIO(pictures.skyline(accent, seed=seed))
    picture = files.store_picture(drawn, f"{conference.slug}.png", width=1600, height=1600)
    return {"accent": accent, "picture": picture}


def _habitat() -> None:
    report = apply(importing.read(DATA / "habitat-iii.json"), actor=COMMAND_LINE, publish=True)
    conference = db.session.get_one(Conference, report.conference_id)
    releases.release(conference, actor=COMMAND_LINE)
    _team(conference)
    _change(conference, **_look(conference, "#0b6e6e", seed=2016))
    conferences.change_state(conference, ConferenceAction.ARCHIVE, actor=COMMAND_LINE)


def _sample() -> None:
    now = clock.now()
    report = apply(samples.sample(clock.today(samples.ZONE)), actor=COMMAND_LINE, publish=True)
    conference = db.session.get_one(Conference, report.conference_id)
    _team(conference)
    _change(
        conference,
        registration_opens_at=now - timedelta(days=7),
        **_look(conference, "#a3344f", seed=samples.SEED),
    )
    for slug, names, is_open in texts.CATEGORIES:
        catalogue.create(
            registration_kinds.CATEGORIES,
            conference,
            {"names": names, "descriptions": {}, "open": is_open},
            slug=slug,
            actor=COMMAND_LINE,
        )
    titles, bodies = texts.PAGE
    catalogue.create(
        kinds.PAGES,
        conference,
        {"titles": titles, "bodies": bodies, "published": True},
        slug="practical-information",
        actor=COMMAND_LINE,
    )
    for age, (slug, news_titles, summaries) in zip((7, 2), texts.NEWS, strict=True):
        values = {
            "titles": news_titles,
            "summaries": summaries,
            "bodies": summaries,
            "published_at": now - timedelta(days=age),
        }
        catalogue.create(kinds.NEWS, conference, values, slug=slug, actor=COMMAND_LINE)
    releases.release(conference, actor=COMMAND_LINE, notes={"en": "The programme as it stands."})
    _draft(conference)
    timetable.fill(conference)
    _people(conference)
    _changes(conference)


def _call(stage: Stage) -> None:
    first = telling.first_day(clock.today(calls.ZONE), stage)
    report = apply(calls.conference(first), actor=COMMAND_LINE, publish=True)
    conference = db.session.get_one(Conference, report.conference_id)
    _team(conference)
    _change(conference, **_look(conference, "#2f6b3c", seed=calls.SEED))
    kept = accounts.user_by_email("participant@example.org")
    assert kept is not None
    assert kept.password_hash is not None
    stages.tell(conference, stage, password_hash=kept.password_hash)


def _assembly() -> None:
    report = apply(stage_door.document(clock.today(samples.ZONE)), actor=COMMAND_LINE, publish=True)
    conference = db.session.get_one(Conference, report.conference_id)
    _team(conference)
    _change(
        conference,
        registration_opens_at=clock.now() - timedelta(days=80),
        **_look(conference, "#3d4fa3", seed=stage_door.SEED),
    )
    releases.release(conference, actor=COMMAND_LINE)
    stage_door.tell(conference)


def _event(conference: Conference, source_id: str) -> Event:
    statement = select(Event).where(Event.conference_id == conference.id, Event.source_id == source_id)
    return db.session.scalars(statement).one()


def _draft(conference: Conference) -> None:
    like = programme.data_of(_event(conference, samples.MOVED))
    programme.create_event(
        conference,
        replace(like, titles=texts.DRAFT, speakers=(), organizations=like.organizations[:1]),
        actor=COMMAND_LINE,
        source_id=samples.DRAFT,
        draft=True,
    )


def _people(conference: Conference) -> None:
    """Register the invented people and let them book: one event full with a waitlist, one nearly full."""
    chance = random.Random(samples.SEED)
    category_id = catalogue.rows(registration_kinds.CATEGORIES, conference)[0].id
    ids = []
    participant = next(account for account in ACCOUNTS if account.email.startswith("participant"))
    names = [
        (participant.name, participant.email),
        *((name, samples.address(name)) for name in samples.people()),
    ]
    for number, (name, email) in enumerate(names):
        language = participant.language if email == participant.email else texts.LANGUAGES[number % 6]
        data = registration.RegistrationData(name=name, email=email, category_id=category_id, country="PT")
        registration.register(conference, data, language=language, actor=COMMAND_LINE)
        id_ = db.session.scalars(
            select(Registration.id).where(
                Registration.conference_id == conference.id, Registration.email == email
            )
        ).one()
        if number % 16 != 15:  # a few never follow the link in their mail
            _confirm(id_)
            ids.append(id_)
    full, few = _event(conference, samples.FULL), _event(conference, samples.FEW)
    for id_ in ids[1:18]:
        seats.book(id_, full.id, actor=COMMAND_LINE)
    seats.book(ids[0], full.id, actor=COMMAND_LINE)
    for id_ in ids[: (few.seats or 0) - 3]:
        seats.book(id_, few.id, actor=COMMAND_LINE)
    others = db.session.scalars(
        select(Event.id)
        .where(
            Event.conference_id == conference.id, Event.seats.is_not(None), Event.id.not_in([full.id, few.id])
        )
        .order_by(Event.code)
    ).all()
    for id_ in ids:
        for event_id in chance.sample(list(others), 2):
            if db.session.get_one(Event, event_id).source_id != samples.DRAFT:
                seats.book(id_, event_id, actor=COMMAND_LINE)


def _confirm(registration_id: int) -> None:
    person = registrations.person(registration_id)
    if person is not None:
        registration.confirm(person, actor=COMMAND_LINE)


def _changes(conference: Conference) -> None:
    """Move events by a release and cancel another, as happens after people have booked. The messages wait for a while."""
    moved = _event(conference, samples.MOVED)
    version = releases.newest_release(conference.id)
    placement = releases.placements(version)[moved.id]
    assert placement.starts_at is not None
    assert placement.ends_at is not None
    later = timedelta(minutes=15)
    placing.place(
        conference,
        moved,
        actor=COMMAND_LINE,
        room_id=catalogue.rows(kinds.ROOMS, conference)[0].id,
        day=placement.day,
        starts_at=placement.starts_at + later,
        ends_at=placement.ends_at + later,
    )
    _other_room(conference, _event(conference, samples.FEW))
    digests.release(conference, actor=COMMAND_LINE, notes=texts.RELEASE)
    cancelled = _event(conference, samples.CANCELLED)
    programme.change_state(
        conference, cancelled, EventAction.CANCEL, actor=COMMAND_LINE, reasons=texts.REASON
    )


def _other_room(conference: Conference, event: Event) -> None:
    """Move an event into the best other room that is free at the same time."""
    facts = load_planning(conference)
    here = facts.events[event.id].place
    [proposal] = replacing.propose(facts, {event.id: here}, now=clock.now())
    for option in proposal.options:
        if (
            option.place.room_id != here.room_id
            and option.place.starts_at == here.starts_at
            and option.place.ends_at == here.ends_at
        ):
            edits.apply(conference, [edits.Move(event.id, option.place)], actor=COMMAND_LINE)
            return
