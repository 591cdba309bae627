"""Bringing the sample call to a stage, by what people do one after the other. Each stage includes the ones before it.

What happened in the past is told at the instants at which it happened, so that pages and the audit log show a history. The
messages of that time count as sent.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select, update

from eventsapp.accounts import service as accounts
from eventsapp.accounts.enums import Role
from eventsapp.accounts.models import User
from eventsapp.conferences.models import Conference, EventType, Theme
from eventsapp.core import clock
from eventsapp.core.audit import COMMAND_LINE, Actor
from eventsapp.demo import call_texts as said
from eventsapp.demo import calls
from eventsapp.demo.calls import Body, Fate, Sketch
from eventsapp.extensions import db
from eventsapp.mail.models import Message, MessageState
from eventsapp.organizations import members
from eventsapp.organizations.enums import MemberRole
from eventsapp.organizations.models import Organization
from eventsapp.programme import slots
from eventsapp.programme.enums import OrganizationRole
from eventsapp.proposals import service
from eventsapp.proposals.drafts import service as drafts
from eventsapp.proposals.drafts.content import SpeakerLine
from eventsapp.proposals.enums import Action, Consent, LatePolicy, Party, ReviewState
from eventsapp.proposals.models import Call, Proposal, ProposalOrganization
from eventsapp.proposals.review.models import Criterion, Review, ReviewerProfile
from eventsapp.questions.enums import QuestionKind
from eventsapp.questions.models import Question, Questionnaire


class Stage(StrEnum):
    """How far the sample call has come."""

    CALL = "call"
    REVIEW = "review"
    DECISION = "decision"
    OFFER = "offer"
    PROGRAMME = "programme"


@dataclass(frozen=True, slots=True)
class Times:
    """When things happen, in days from today; negative: ago."""

    opens: int
    closes: int
    reviewed: int
    decided: int
    offered: int
    placed: int
    begins: int
    """The conference's first day, at least."""


TIMES = {
    Stage.CALL: Times(-20, 10, 40, 50, 52, 70, 120),
    Stage.REVIEW: Times(-45, -14, 10, 20, 22, 60, 110),
    Stage.DECISION: Times(-62, -28, -3, 10, 12, 50, 95),
    Stage.OFFER: Times(-80, -46, -18, -8, -7, 30, 75),
    Stage.PROGRAMME: Times(-120, -85, -60, -48, -45, -3, 24),
}
_ORDER = list(Stage)


def first_day(today: date, stage: Stage) -> date:
    """Return the forum's first day: a Tuesday."""
    soon = today + timedelta(days=TIMES[stage].begins)
    return soon + timedelta(days=(1 - soon.weekday()) % 7)


class Telling:
    """One telling of the sample call, up to a stage. Writes; does not commit."""

    def __init__(self, conference: Conference, stage: Stage, *, password_hash: str) -> None:
        self.conference = conference
        self.stage = stage
        self.times = TIMES[stage]
        self.now = clock.now()
        self.sample = calls.sample()
        self.password_hash = password_hash
        self.bodies = {body.slug: body for body in self.sample.bodies}
        self.organizations = {
            row.slug: row
            for row in db.session.scalars(select(Organization).where(Organization.slug.in_(self.bodies)))
        }
        self.themes = {
            row.slug: row
            for row in db.session.scalars(select(Theme).where(Theme.conference_id == conference.id))
        }
        self.users: dict[str, User] = {}
        self.proposals: dict[int, Proposal] = {}
        self.officer = self._user("programme@example.org")

    def tell(self) -> None:
        """Tell it."""
        newest = db.session.scalar(select(func.max(Message.id))) or 0
        reached = _ORDER.index(self.stage)
        self._people()
        self._call()
        self._proposals()
        for stage, step in ((Stage.REVIEW, self._review),):
            if _ORDER.index(stage) <= reached:
                step()
        db.session.flush()
        # They were sent at the time.
        db.session.execute(
            update(Message)
            .where(Message.id > newest, Message.state == MessageState.QUEUED)
            .values(state=MessageState.SENT, sent_at=Message.created_at)
        )

    # --- who and when

    def _at(self, days: float, hours: float = 0) -> AbstractContextManager[None]:
        return clock.at(self._instant(days, hours))

    def _instant(self, days: float, hours: float = 0) -> datetime:
        return min(self.now + timedelta(days=days, hours=hours), self.now)

    def _user(self, email: str) -> User:
        user = accounts.user_by_email(email)
        assert user is not None, email
        return user

    def _actor(self, user: User) -> Actor:
        return Actor(user.name, user.id)

    def _focal(self, slug: str) -> Actor:
        return self._actor(self.users[slug])

    @property
    def _officer(self) -> Actor:
        return self._actor(self.officer)

    def _people(self) -> None:
        """Make the focal points' and the reviewers' accounts. The demo's participant speaks for one organization."""
        with self._at(self.times.opens - 5):
            for body in self.sample.bodies:
                own = body.slug == calls.OWN_LEAD
                user = self._user("participant@example.org") if own else self._account(body)
                self.users[body.slug] = user
                self._joins(user, body.slug, MemberRole.FOCAL_POINT)
        for one in self.sample.reviewers:
            user_ = accounts.user_by_email(one.email) or accounts.create(
                actor=COMMAND_LINE, email=one.email, name=one.name, password_hash=self.password_hash,
                language=one.language,
            )  # fmt: skip
            accounts.grant(
                conference_id=self.conference.id, conference_name=self.conference.short_name or "", email=one.email,
                name=one.name, role=Role.REVIEWER, actor=COMMAND_LINE, language=one.language,
            )  # fmt: skip
            self.users[one.email] = user_
            if one.acts_for:
                self._joins(user_, one.acts_for, MemberRole.MEMBER)

    def _account(self, body: Body) -> User:
        person = body.focal_point
        return accounts.user_by_email(person.email) or accounts.create(
            actor=COMMAND_LINE, email=person.email, name=person.name, password_hash=self.password_hash,
            language=person.language,
        )  # fmt: skip

    def _joins(self, user: User, slug: str, role: MemberRole) -> None:
        asked = members.request(
            self.organizations[slug], user, role=role, note=said.WHO[role], actor=self._actor(user)
        )
        members.decide(asked, agree=True, actor=self._officer)

    # --- the call

    def _call(self) -> None:
        closes = self.now + timedelta(days=self.times.closes)
        kind = db.session.scalars(
            select(EventType).where(
                EventType.conference_id == self.conference.id, EventType.slug == "side-event"
            )
        ).one()
        slots.add(self.conference, actor=COMMAND_LINE, type_id=kind.id, day=None, clocks=calls.SLOTS)
        questionnaire = Questionnaire(conference_id=self.conference.id)
        self.call = Call(
            conference=self.conference, conference_id=self.conference.id, type=kind, questionnaire=questionnaire,
            slug=calls.CALL_SLUG, names=said.CALL, descriptions=said.CALL_TEXT, published=True,
            opens_at=self.now + timedelta(days=self.times.opens), closes_at=closes, late=LatePolicy.WAITLIST,
            rules={}, lengths=[60, 90], places=calls.PLACES, reviews_wanted=3,
            review_due_at=self.now + timedelta(days=self.times.reviewed),
            decision_on=(self.now + timedelta(days=self.times.decided)).date(),
        )  # fmt: skip
        db.session.add(self.call)
        db.session.flush()
        for position, (names, guidances, weight) in enumerate(said.CRITERIA):
            db.session.add(
                Criterion(
                    call_id=self.call.id,
                    names=names,
                    guidances=guidances,
                    weight=weight,
                    scale=5,
                    position=position,
                )
            )
        text = said.QUESTIONS

        def options(*keys: str) -> list[object]:
            return [{"value": key, "labels": text[key]} for key in keys]

        for position, row in enumerate(
            (
                Question(key="takeaway", kind=QuestionKind.TEXT, labels=text["takeaway"], helps=text["takeaway-help"],
                         required=True, public=True, translated=True, limits={"most": 200}),
                Question(key="audience", kind=QuestionKind.MANY, labels=text["audience"], helps={}, public=True,
                         options=options("negotiators", "practitioners", "everybody")),
                Question(key="new", kind=QuestionKind.CHOICE, labels=text["new"], helps={}, required=True,
                         options=options("yes", "no")),
                Question(key="learned", kind=QuestionKind.LONG_TEXT, labels=text["learned"], helps={},
                         limits={"most": 80}, condition={"key": "new", "values": ["no"]}),
                Question(key="report", kind=QuestionKind.CONSENT, labels=text["agree"], helps={}, required=True),
            )
        ):  # fmt: skip
            row.position = position
            questionnaire.questions.append(row)
        db.session.flush()

    # --- proposals

    def _proposals(self) -> None:
        opened = self.times.closes - self.times.opens
        for sketch in sorted(self.sample.sketches, key=lambda one: one.number):
            begun = self.times.opens + opened * 0.9 * sketch.day * 0.8
            if begun >= 0:
                continue
            sent = self.times.opens + opened * (1.02 if sketch.fate is Fate.LATE else 0.2 + sketch.day * 0.79)
            self._propose(sketch, begun, sent)

    def _propose(self, sketch: Sketch, begun: float, sent: float) -> None:
        lead = self._focal(sketch.lead)
        with self._at(begun):
            proposal = service.begin(self.call, actor=lead)
            self.proposals[sketch.number] = proposal
            self._invite(proposal, sketch)
            drafts.save(proposal, self._values(sketch), base=0, actor=lead)
        if sketch.fate is Fate.DRAFT or sent >= 0:
            return
        with self._at(sent):
            service.move(proposal, Action.SUBMIT, party=Party.TEAM, actor=lead)
            if sketch.fate is Fate.LATE:
                proposal.late = True
                service.move(proposal, Action.WAITLIST, party=Party.SYSTEM, actor=lead)
        if sketch.fate is Fate.WITHDRAWN:
            with self._at(sent, 30):
                service.move(proposal, Action.WITHDRAW, party=Party.TEAM, actor=lead)

    def _values(self, sketch: Sketch) -> dict[str, Any]:
        """Return what a proposal says, as the form would send it."""
        person = self.users[sketch.lead]
        days = [self.conference.start_date + timedelta(days=n) for n in sketch.wished_days]
        same = (
            "titles", "summaries", "descriptions", "languages", "interpretation", "format", "access", "length_minutes",
            "expected_attendance", "equipment", "step_free", "wished_halves", "apart_from", "answers",
        )  # fmt: skip
        return {
            **{name: getattr(sketch, name) for name in same},
            "theme_ids": [self.themes[slug].id for slug in sketch.themes],
            "wished_days": [day.isoformat() for day in days],
            "contact_name": person.name,
            "contact_email": person.email,
            "speakers": [
                SpeakerLine(
                    name=one.name, role=one.role, affiliation=one.affiliation, country=one.country, gender=one.gender
                )
                for one in sketch.voices
            ],
        }  # fmt: skip

    def _invite(self, proposal: Proposal, sketch: Sketch) -> None:
        now = clock.now()
        proposal.organizations.append(
            ProposalOrganization(
                organization=self.organizations[sketch.lead], role=OrganizationRole.LEAD, consent=Consent.ACCEPTED,
                answered_at=now, answered_by=self.users[sketch.lead].name, position=0,
            )
        )  # fmt: skip
        for position, partner in enumerate(sketch.partners, 1):
            answered = partner.consent is not Consent.INVITED
            proposal.organizations.append(
                ProposalOrganization(
                    organization=self.organizations[partner.slug], role=OrganizationRole.CO_ORGANIZER,
                    consent=partner.consent, position=position, email=self.users[partner.slug].email, invited_at=now,
                    answered_at=now if answered else None,
                    answered_by=self.users[partner.slug].name if answered else None,
                )
            )  # fmt: skip
        service.index(proposal)

    # --- review

    def _review(self) -> None:
        begins = self.times.closes + 1
        for number, sketch in self._still(Fate.SUBMITTED, Fate.INELIGIBLE):
            with self._at(begins, number / 10):
                if sketch.fate is Fate.INELIGIBLE:
                    proposal = self.proposals[number]
                    proposal.screening_note = said.INELIGIBLE
                    service.move(
                        proposal,
                        Action.SCREEN_OUT,
                        party=Party.SECRETARIAT,
                        actor=self._officer,
                        note=said.INELIGIBLE,
                    )
                else:
                    self._move(number, Action.SCREEN_IN, Action.START_REVIEW)

        self._opinions(begins + 3)

    def _opinions(self, begins: float) -> None:
        """Assign everything, and let the reviewers score: all of it, or while the review goes on most of it."""
        for one in self.sample.reviewers:
            profile = ReviewerProfile(
                conference_id=self.conference.id, user_id=self.users[one.email].id, languages=list(one.languages),
                theme_ids=[self.themes[slug].id for slug in one.themes],
            )  # fmt: skip
            db.session.add(profile)
        criteria = db.session.scalars(
            select(Criterion.id).where(Criterion.call_id == self.call.id).order_by(Criterion.position)
        ).all()
        given = [one for one in self.sample.opinions if one.proposal in self.proposals]
        for turn, opinion in enumerate(given):
            reviewer = self.sample.reviewers[opinion.reviewer]
            # Whom nobody reminds is behind; the demo's own reviewer is half-way.
            share = 0.5 if reviewer.email == "reviewer@example.org" else 0.75
            done = self.stage is not Stage.REVIEW or turn * 7 % 100 < share * 100
            at = self._instant(begins + turn / len(given) * (self.times.reviewed - begins - 1))
            db.session.add(
                Review(
                    proposal=self.proposals[opinion.proposal], reviewer=self.users[reviewer.email],
                    state=ReviewState.DONE if done else ReviewState.ASSIGNED,
                    scores={str(id_): value for id_, value in zip(criteria, opinion.points, strict=True)} if done else {},
                    note=opinion.note if done else None, to_team=opinion.to_team or None if done else None,
                    assigned_at=self._instant(begins), assigned_by=self.officer.name,
                    done_at=min(at, self.now - timedelta(hours=1)) if done else None,
                )
            )  # fmt: skip

    def _still(self, *fates: Fate) -> list[tuple[int, Sketch]]:
        return [
            (one.number, one)
            for one in self.sample.sketches
            if one.fate in fates and one.number in self.proposals
        ]

    def _move(self, number: int, *actions: Action) -> None:
        for action in actions:
            service.move(self.proposals[number], action, party=Party.SECRETARIAT, actor=self._officer)
