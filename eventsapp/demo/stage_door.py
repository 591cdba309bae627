"""A sample assembly on its second day: forms, categories, quotas, people in every state, badges, and what was scanned.

What happened before is told at the instants at which it happened, by the features' own services.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import count
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import func, select, update

from eventsapp.conferences import catalogue
from eventsapp.conferences.models import Conference, Room
from eventsapp.core import clock, zones
from eventsapp.core.audit import COMMAND_LINE, Actor
from eventsapp.demo import calls, texts
from eventsapp.demo import door_texts as said
from eventsapp.demo import sample as samples
from eventsapp.demo.telling import actor_of, user_of
from eventsapp.extensions import db
from eventsapp.mail.models import Message, MessageState
from eventsapp.organizations.models import Organization
from eventsapp.programme.importing import document as doc
from eventsapp.programme.models import Event
from eventsapp.questions import service as questions
from eventsapp.questions.enums import QuestionKind
from eventsapp.questions.models import Questionnaire
from eventsapp.questions.service import QuestionData
from eventsapp.registration import kinds, life, places, queries, seats, service
from eventsapp.registration.badges import service as badges
from eventsapp.registration.door import service as door
from eventsapp.registration.door.models import DoorDevice, Gate
from eventsapp.registration.door.scans import ScanData
from eventsapp.registration.enrolment import service as enrolment
from eventsapp.registration.enrolment.content import PersonData
from eventsapp.registration.enums import (
    GateKind,
    Gender,
    RegistrationState,
    ScanKind,
    ScanReason,
    WaitlistMode,
)
from eventsapp.registration.models import Category, Registration, RegistrationForm, RegistrationSettings
from eventsapp.registration.nominations import quotas
from eventsapp.registration.nominations import service as nominations
from eventsapp.registration.nominations.models import Quota
from eventsapp.registration.nominations.service import Nominee
from eventsapp.registration.transitions import RegistrationAction

SLUG: Final = "sample-assembly"
SEED: Final = 35
PEOPLE: Final = 120
FRESH: Final = 16
"""So many registered at the end are left in states before a decision."""
A = RegistrationAction
S = RegistrationState


def document(today: date) -> doc.Document:
    """Return the programme of the assembly whose second day is ``today``: that of the sample conference, on other days."""
    like = samples.sample(today, start=today - timedelta(days=1))
    conference = replace(
        like.conference, slug=SLUG, short_name="Sample Assembly", names=said.NAME, code_prefix="SA"
    )
    return replace(like, name="sample assembly", conference=conference)


def tell(conference: Conference) -> None:
    """Tell all of it, after the programme was released. Writes; does not commit."""
    newest = db.session.scalar(select(func.max(Message.id))) or 0
    _Telling(conference).tell()
    db.session.flush()
    # They were sent at the time.
    db.session.execute(
        update(Message)
        .where(Message.id > newest, Message.state == MessageState.QUEUED)
        .values(state=MessageState.SENT, sent_at=Message.created_at)
    )


class _Telling:
    def __init__(self, conference: Conference) -> None:
        self.conference = conference
        self.now = clock.now()
        self.chance = random.Random(SEED)
        self.registrar = actor_of(user_of("registrar@example.org"))
        self.categories: dict[str, Category] = {}
        self.forms: dict[str, RegistrationForm] = {}
        self.people: list[Registration] = []

    def tell(self) -> None:
        with clock.at(self.now - timedelta(days=70)):
            self._settings()
            self._categories()
            self._quotas()
        for n in range(PEOPLE):
            # The last of them came lately, and still wait for this or that.
            days = 60 - 55 * n / PEOPLE
            with clock.at(self.now - timedelta(days=days)):
                self._person(n)
        self._decide()
        with clock.at(self.now - timedelta(days=3)):
            self._nominations()
            self._bookings()
        self._doors()

    # --- set-up

    def _settings(self) -> None:
        places.ensure_settings(self.conference.id)
        settings = db.session.get_one(RegistrationSettings, self.conference.id)
        settings.waitlist, settings.offer_hours = WaitlistMode.CONSENT, 24 * 14
        settings.passports_deleted_on = self.conference.end_date + timedelta(days=7)
        settings.retention = {"photo": 14, "messages": 180}

    def _categories(self) -> None:
        default = self.conference.default_language
        for slug, names, details in said.FORMS:
            questionnaire = Questionnaire(conference_id=self.conference.id)
            form = RegistrationForm(
                conference_id=self.conference.id, slug=slug, names=names, introductions={}, questionnaire=questionnaire,
                details={detail.value: required for detail, required in details.items()},
            )  # fmt: skip
            db.session.add(form)
            db.session.flush()
            text = said.OUTLET if slug == "media" else said.DIET
            for kind, labels, required in (
                (QuestionKind.TEXT, text, slug == "media"),
                (QuestionKind.CONSENT, said.CONSENT, True),
            ):
                questions.add(
                    questionnaire, kind, QuestionData(labels, required=required), default=default, actor=COMMAND_LINE
                )  # fmt: skip
            self.forms[slug] = form
        for (
            slug,
            names,
            form_slug,
            approval,
            capacity,
            colour,
            levels,
            in_quota,
            listed,
            is_open,
        ) in said.CATEGORIES:
            catalogue.create(
                kinds.CATEGORIES, self.conference, {"names": names, "descriptions": {}, "open": is_open},
                slug=slug, actor=COMMAND_LINE,
            )  # fmt: skip
            category = db.session.scalars(
                select(Category).where(Category.conference_id == self.conference.id, Category.slug == slug)
            ).one()
            category.form_id = self.forms[form_slug].id if form_slug else None
            category.approval, category.capacity, category.colour = approval, capacity, colour
            category.levels, category.in_quota, category.listed = list(levels), in_quota, listed
            self.categories[slug] = category
        db.session.flush()

    def _quotas(self) -> None:
        for n, organization in enumerate(self._organizations()):
            db.session.add(
                Quota(
                    conference_id=self.conference.id,
                    organization_id=organization.id,
                    category_id=self.categories["delegate"].id,
                    places=4 + 2 * (n % 4),
                )
            )
        db.session.flush()

    def _nominations(self) -> None:
        """The participant has nominated people who have not answered yet."""
        own = self._organizations()[-1]
        focal = user_of("participant@example.org")
        nominees = [
            Nominee(name, samples.address(name), country, language=language)
            for name, country, language in said.NOMINEES
        ]
        nominations.nominate(own, self.categories["delegate"], nominees, user=focal, actor=actor_of(focal))

    def _organizations(self) -> list[Organization]:
        """Return the invented organizations; last the one that the participant is the focal point of."""
        slugs = [slug for slug, *_rest in texts.ORGANIZATIONS]
        found = {
            row.slug: row
            for row in db.session.scalars(
                select(Organization).where(Organization.slug.in_([*slugs, calls.OWN_LEAD]))
            )
        }
        return [found[slug] for slug in [*slugs, calls.OWN_LEAD] if slug in found]

    # --- people

    def _person(self, n: int) -> None:
        category = self.categories[self._category_of(n)]
        organizations = self._organizations()
        late = n >= PEOPLE - FRESH
        # With a focal point it is their turn first.
        organization = (
            organizations[-1]
            if late and category.slug == "delegate"
            else organizations[n % (len(organizations) - 1)]
        )
        given = texts.GIVEN_NAMES[n % len(texts.GIVEN_NAMES)]
        family = texts.FAMILY_NAMES[(n // len(texts.GIVEN_NAMES) * 5 + n) % len(texts.FAMILY_NAMES)]
        name = f"{given} {family}"
        form = category.form
        answers: dict[str, Any] = {}
        if form is not None:
            for question in form.questionnaire.questions:
                if question.kind is QuestionKind.CONSENT:
                    answers[question.key] = True
                elif question.required:
                    answers[question.key] = "Sample Times"
        asked = set(form.details) if form is not None else set()
        extra: dict[str, Any] = {
            "job_title": self.chance.choice(("Planner", "Mayor", "Adviser", "Reporter")),
            "gender": self.chance.choice((Gender.WOMAN, Gender.WOMAN, Gender.MAN, Gender.MAN, Gender.OTHER, None)),
            "first_time": self.chance.choice((True, False, False, None)),
            "nationality": said.COUNTRIES[n % len(said.COUNTRIES)],
            "original_name": said.ORIGINAL_NAMES.get(n),
        }  # fmt: skip
        data = PersonData(
            name=name,
            email=f"{samples.address(name).split('@')[0]}.{n}@example.org",
            category_id=category.id,
            country=said.COUNTRIES[n * 7 % len(said.COUNTRIES)],
            organization_id=organization.id,
            answers=answers,
            listed=category.listed and n % 3 != 0,
            **{key: value for key, value in extra.items() if key in asked},
        )
        # Every other delegate comes for an organization that has places; the others came by themselves.
        quota_id = None
        if category.in_quota and not late and n % 4 != 0:
            quota_id = quotas.of(self.conference.id, organization.id, category.id)
        registration = enrolment.begin(
            self.conference, data, form=form, language=texts.LANGUAGES[n % 6], actor=Actor(name),
            nominated=organization if quota_id is not None and quotas.take(quota_id) else None,
        )  # fmt: skip
        if registration.nominated_for_id is not None:
            registration.quota_id = quota_id
        self.people.append(registration)
        if n % 40 == 39:
            return  # never handed in
        enrolment.hand_in(registration, actor=Actor(name), proven=n % 30 != 28)

    def _category_of(self, n: int) -> str:
        if n % 7 == 3:
            return "media"
        return ("delegate", "participant", "observer", "participant", "delegate", "assistant")[n % 6]

    # --- decisions

    def _each(self, *states: RegistrationState) -> list[Registration]:
        """Return the people in these states now, in their order."""
        db.session.expire_all()
        return [one for one in self.people if one.state in states]

    def _move(self, registration: Registration, action: RegistrationAction, note: str | None = None) -> None:
        row, held = life.hold(registration.id)
        life.move(row, action, held=held, actor=self.registrar, note=note)

    def _decide(self) -> None:
        number = count()
        with clock.at(self.now - timedelta(days=5)):
            early = {one.id for one in self.people[: PEOPLE - FRESH]}
            for one in self._each(S.ENDORSING):
                if one.id in early:
                    self._move(one, A.REVIEW)
            for one in self._each(S.IN_REVIEW):
                if one.id not in early:
                    continue
                turn = next(number)
                if turn % 17 == 5:
                    self._move(one, A.ASK, said.ASKED)
                elif turn % 17 == 11:
                    self._move(one, A.REJECT, said.REASON)
                else:
                    row, held = life.hold(one.id)
                    life.admit(row, held, actor=self.registrar)
        with clock.at(self.now - timedelta(days=4)):
            confirmed = self._each(S.CONFIRMED)
            media = [one for one in confirmed if one.category_id == self.categories["media"].id]
            # Their places are offered to the first of the queue.
            for one in [*media[:2], *confirmed[3:5]]:
                self._end(one, lambda person: service.cancel(person, actor=Actor(person.name)))
            for one in confirmed[7:9]:
                self._end(one, lambda person: service.end(person, A.WITHDRAW, actor=self.registrar))

    def _end(self, registration: Registration, how: Callable[[queries.Person], object]) -> None:
        person = queries.person(registration.id)
        assert person is not None
        how(person)

    def _bookings(self) -> None:
        confirmed = self._each(S.CONFIRMED)
        for event in self._bookable():
            for one in self.chance.sample(confirmed, min(len(confirmed), (event.seats or 0) * 2 // 3, 20)):
                seats.book(one.id, event.id, actor=COMMAND_LINE)

    def _bookable(self) -> list[Event]:
        return list(
            db.session.scalars(
                select(Event)
                .where(Event.conference_id == self.conference.id, Event.seats.is_not(None))
                .order_by(Event.code)
            )
        )

    # --- badges and doors

    def _doors(self) -> None:
        confirmed = self._each(S.CONFIRMED)
        with clock.at(self.now - timedelta(days=2)):
            made = badges.ensure(confirmed, actor=self.registrar)
            for one in confirmed[10:12]:
                made[one.id] = badges.make(one, actor=self.registrar)  # lost, and printed anew
        gates, rooms = self._gates()
        user = user_of("registrar@example.org")
        device = DoorDevice(
            conference_id=self.conference.id, key=self._key("device", 0), name="Tablet at the main entrance",
            user_id=user.id, gate_id=gates[0].id, seen_at=self.now, list_at=self.now - timedelta(minutes=4),
        )  # fmt: skip
        db.session.add(device)
        db.session.flush()
        scans = [*self._arrivals(confirmed, made, gates), *self._into_rooms(confirmed, made, rooms)]
        door.record(
            self.conference,
            device,
            [one for one in scans if one.at <= self.now],
            user=user,
            actor=self.registrar,
        )

    def _key(self, what: str, n: int) -> str:
        return str(uuid5(NAMESPACE_URL, f"{SLUG}/{what}/{n}"))

    def _gates(self) -> tuple[list[Gate], dict[int, Gate]]:
        gates = [
            Gate(
                conference_id=self.conference.id, slug=slug, names=names, kind=GateKind.CONFERENCE, lanes=lanes,
                position=n,
            )
            for n, (slug, names, lanes) in enumerate(said.GATES, start=1)
        ]  # fmt: skip
        hall = db.session.scalars(
            select(Room).where(Room.conference_id == self.conference.id, Room.slug == "room-6")
        ).one()
        inner = Gate(
            conference_id=self.conference.id, slug="hall", names=said.ROOM_DOOR, kind=GateKind.ROOM, room_id=hall.id,
            position=len(gates) + 1,
        )  # fmt: skip
        db.session.add_all([*gates, inner])
        db.session.flush()
        return gates, {hall.id: inner}

    def _arrivals(
        self, people: list[Registration], made: dict[int, Any], gates: list[Gate]
    ) -> list[ScanData]:
        """Yesterday's morning, and an hour that ends now, whatever the time of day; some were refused."""
        first = zones.instant(self.conference.start_date, time(8, 0), self.conference.zone)
        scans = []
        press = self.categories["media"].id
        for n, one in enumerate(people):
            gate = gates[2] if one.category_id == press else gates[n % 3 % 2]
            badge = made[one.id].id
            if n % 5 < 3:
                at = first + timedelta(seconds=self.chance.triangular(0, 7200, 3600))
                scans.append(self._scan(gate, ScanKind.IN, at, badge))
                scans.append(self._scan(gate, ScanKind.OUT, at + timedelta(hours=9), badge))
            if n % 5 != 4:
                at = self.now - timedelta(seconds=self.chance.triangular(20, 4200, 600))
                scans.append(self._scan(gate, ScanKind.IN, at, badge))
        for n, reason in enumerate((ScanReason.REVOKED, ScanReason.NOT_CONFIRMED, ScanReason.FORGED)):
            at = self.now - timedelta(minutes=7 * n + 5)
            scans.append(self._scan(gates[n % 2], ScanKind.REFUSED, at, None, reason=reason))
        return scans

    def _scan(
        self,
        gate: Gate,
        kind: ScanKind,
        at: datetime,
        badge_id: int | None,
        *,
        event_id: int | None = None,
        reason: ScanReason | None = None,
    ) -> ScanData:
        at = at.replace(microsecond=0)
        what = f"{gate.slug}/{kind.value}/{badge_id or reason}"
        return ScanData(
            key=self._key(what, int(at.timestamp())), gate_id=gate.id, kind=kind, at=at, badge_id=badge_id,
            event_id=event_id, reason=reason,
        )  # fmt: skip

    def _into_rooms(
        self, people: list[Registration], made: dict[int, Any], doors: dict[int, Gate]
    ) -> list[ScanData]:
        """Most of those who booked an event in a room with a door came to it, and some who had not."""
        scans = []
        for event, starts_at, room_id in self._placed():
            gate = doors.get(room_id)
            if gate is None:
                continue
            booked = [one for one in people if (one.id + event.id) % 3]
            for n, one in enumerate(booked[: (event.seats or 30)]):
                if n % 4 == 3:
                    continue  # a no-show
                at = starts_at - timedelta(minutes=12) + timedelta(seconds=40 * n)
                scans.append(self._scan(gate, ScanKind.IN, at, made[one.id].id, event_id=event.id))
                out = starts_at + timedelta(minutes=70, seconds=10 * n)
                scans.append(self._scan(gate, ScanKind.OUT, out, made[one.id].id, event_id=event.id))
        return scans

    def _placed(self) -> list[tuple[Event, datetime, int]]:
        from eventsapp.programme import releases

        version = releases.newest_release(self.conference.id)
        found = releases.placements(version)
        events = db.session.scalars(select(Event).where(Event.id.in_(list(found))).order_by(Event.id))
        return [
            (event, place.starts_at, place.room_id)
            for event in events
            if (place := found[event.id]).starts_at is not None and place.room_id is not None
        ]
