"""The sample call's first step: people, the call itself, and proposals to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from eventsapp.accounts import service as accounts
from eventsapp.accounts.enums import Role
from eventsapp.accounts.models import User
from eventsapp.conferences import catalogue, kinds
from eventsapp.conferences.models import EventType
from eventsapp.core.audit import COMMAND_LINE
from eventsapp.core.translations import Texts
from eventsapp.demo import call_texts as said
from eventsapp.demo import calls
from eventsapp.demo.calls import Body, Fate, Sketch
from eventsapp.demo.telling import Telling, actor_of, user_of
from eventsapp.extensions import db
from eventsapp.organizations import members
from eventsapp.organizations.enums import MemberRole
from eventsapp.programme import slots
from eventsapp.proposals import service
from eventsapp.proposals.calls import service as setting
from eventsapp.proposals.calls.service import CallData
from eventsapp.proposals.drafts import beginning, consents, submission
from eventsapp.proposals.drafts import service as drafts
from eventsapp.proposals.drafts.content import SpeakerLine
from eventsapp.proposals.eligibility import Rules
from eventsapp.proposals.enums import CommentAudience, Consent, LatePolicy
from eventsapp.proposals.models import Call, Proposal
from eventsapp.proposals.review import settings
from eventsapp.questions import service as questions
from eventsapp.questions.enums import QuestionKind
from eventsapp.questions.rules import Condition
from eventsapp.questions.service import QuestionData


def tell(telling: Telling) -> None:
    """Tell it, as far as the call has been open. Writes; does not commit."""
    _people(telling)
    _call(telling)
    _proposals(telling)


def _people(telling: Telling) -> None:
    """Make the focal points' and the reviewers' accounts. The demo's participant speaks for one organization."""
    with telling.at(telling.times.opens - 5):
        for body in telling.sample.bodies:
            own = body.slug == calls.OWN_LEAD
            user = user_of("participant@example.org") if own else _account(telling, body)
            telling.users[body.slug] = user
            _joins(telling, user, body.slug, MemberRole.FOCAL_POINT)
    for one in telling.sample.reviewers:
        user_ = accounts.user_by_email(one.email) or accounts.create(
            actor=COMMAND_LINE, email=one.email, name=one.name, password_hash=telling.password_hash,
            language=one.language,
        )  # fmt: skip
        accounts.grant(
            conference_id=telling.conference.id, conference_name=telling.conference.short_name or "", email=one.email,
            name=one.name, role=Role.REVIEWER, actor=COMMAND_LINE, language=one.language,
        )  # fmt: skip
        telling.users[one.email] = user_
        if one.acts_for:
            _joins(telling, user_, one.acts_for, MemberRole.MEMBER)


def _account(telling: Telling, body: Body) -> User:
    person = body.focal_point
    return accounts.user_by_email(person.email) or accounts.create(
        actor=COMMAND_LINE, email=person.email, name=person.name, password_hash=telling.password_hash,
        language=person.language,
    )  # fmt: skip


def _joins(telling: Telling, user: User, slug: str, role: MemberRole) -> None:
    asked = members.request(
        telling.organizations[slug], user, role=role, note=said.WHO[role], actor=actor_of(user)
    )
    members.decide(asked, agree=True, actor=telling.officer)


def _call(telling: Telling) -> None:
    kind = db.session.scalars(
        select(EventType).where(
            EventType.conference_id == telling.conference.id, EventType.slug == "side-event"
        )
    ).one()
    for room in catalogue.rows(kinds.ROOMS, telling.conference):
        fitted = {"equipment": ["Projector"], "booths": 3, "safety_limit": (room.capacity or 0) + 20}
        catalogue.update(kinds.ROOMS, telling.conference, room, fitted, slug=None, actor=COMMAND_LINE)
    slots.add(telling.conference, actor=COMMAND_LINE, type_id=kind.id, day=None, clocks=calls.SLOTS)
    times = telling.times

    def day(number: float) -> datetime:
        return telling.now + timedelta(days=number)

    with telling.at(times.opens - 1):
        call = setting.create(
            telling.conference,
            CallData(
                names=said.CALL, descriptions=said.CALL_TEXT, type_id=kind.id, opens_at=day(times.opens),
                closes_at=day(times.closes), late=LatePolicy.WAITLIST, lengths=[60, 90], places=calls.PLACES,
                review_due_at=day(times.reviewed), decision_on=day(times.decided).date(),
            ),
            slug=calls.CALL_SLUG,
            actor=telling.officer,
        )  # fmt: skip
        setting.set_rules(call, Rules(least_partners=1, least_speakers=2), actor=telling.officer)
        _questions(telling, call)
        for names, guidances, weight in said.CRITERIA:
            settings.save(
                call,
                None,
                names=names,
                guidances=guidances,
                weight=weight,
                scale=5,
                actor=telling.officer,
            )
        setting.publish(call, actor=telling.officer)
    telling.call = call


def _questions(telling: Telling, call: Call) -> None:
    text = said.QUESTIONS

    def options(*keys: str) -> list[tuple[str, Texts]]:
        return [(key, text[key]) for key in keys]

    asked = {
        "takeaway": (
            QuestionKind.TEXT,
            QuestionData(
                text["takeaway"], text["takeaway-help"], required=True, public=True, translated=True, limits={"most": 200}
            ),
        ),
        "constituency": (
            QuestionKind.CHOICE,
            QuestionData(said.CONSTITUENCY, options=list(said.CONSTITUENCIES), required=True),
        ),
        "audience": (
            QuestionKind.MANY,
            QuestionData(
                text["audience"], options=options("negotiators", "practitioners", "everybody"), public=True
            ),
        ),
        "new": (
            QuestionKind.CHOICE,
            QuestionData(text["new"], options=options("yes", "no"), required=True),
        ),
        "learned": (QuestionKind.LONG_TEXT, QuestionData(text["learned"], limits={"most": 80})),
        "report": (QuestionKind.CONSENT, QuestionData(text["agree"], required=True)),
    }  # fmt: skip
    for name, (kind, data) in asked.items():
        if name == "learned":
            data = replace(data, condition=Condition(telling.keys["new"], frozenset({"no"})))
        row = questions.add(call.questionnaire, kind, data, default="en", actor=telling.officer)
        telling.keys[name] = row.key


def _proposals(telling: Telling) -> None:
    opened = telling.times.closes - telling.times.opens
    for sketch in telling.sample.sketches:
        begun = telling.times.opens + opened * 0.72 * sketch.day
        if begun >= 0:
            continue
        late = 1.02 if sketch.fate is Fate.LATE else 0.2 + sketch.day * 0.79
        _propose(telling, sketch, begun, telling.times.opens + opened * late)


def _propose(telling: Telling, sketch: Sketch, begun: float, sent: float) -> None:
    lead = telling.focal(sketch.lead)
    with telling.at(begun):
        proposal = beginning.begin(
            telling.call, telling.organizations[sketch.lead], telling.users[sketch.lead], actor=lead
        )
        telling.proposals[sketch.number] = proposal
        drafts.save(proposal, _values(telling, sketch), base=0, actor=lead)
        _invite(telling, proposal, sketch)
    _answer(telling, proposal, sketch, begun)
    if sketch.number % 4 == 1 and sketch.partners[0].consent is Consent.ACCEPTED:
        with telling.at(begun, 30):
            service.comment(
                proposal,
                said.COMMENTS[sketch.number % len(said.COMMENTS)],
                audience=CommentAudience.TEAM,
                actor=telling.focal(sketch.partners[0].slug),
            )
    if sketch.fate is Fate.DRAFT or sent >= 0:
        return
    with telling.at(sent):
        submission.submit(proposal, actor=lead)
    if sketch.fate is Fate.WITHDRAWN:
        with telling.at(sent, 30):
            submission.withdraw(proposal, note=said.NO_MONEY, actor=lead)


def _values(telling: Telling, sketch: Sketch) -> dict[str, Any]:
    """Return what a proposal says, as the form would send it."""
    person = telling.users[sketch.lead]
    days = [telling.conference.start_date + timedelta(days=n) for n in sketch.wished_days]
    same = (
        "titles", "summaries", "descriptions", "languages", "interpretation", "format", "access", "length_minutes",
        "expected_attendance", "equipment", "step_free", "wished_halves", "apart_from",
    )  # fmt: skip
    return {
        **{name: getattr(sketch, name) for name in same},
        "answers": {telling.keys[name]: answer for name, answer in sketch.answers.items()},
        "theme_ids": [telling.themes[slug].id for slug in sketch.themes],
        "wished_days": [day.isoformat() for day in days],
        "contact_name": person.name,
        "contact_email": person.email,
        "speakers": [
            SpeakerLine(
                name=one.name,
                role=one.role,
                affiliation=one.affiliation,
                country=one.country,
                gender=one.gender,
            )
            for one in sketch.voices
        ],
    }


def _invite(telling: Telling, proposal: Proposal, sketch: Sketch) -> None:
    lead = telling.focal(sketch.lead)
    for partner in sketch.partners:
        consents.invite(proposal, organization=telling.organizations[partner.slug], actor=lead)
    if sketch.outside:
        consents.invite(
            proposal, name=sketch.outside, email=f"outside{sketch.number}@example.org", actor=lead
        )


def _answer(telling: Telling, proposal: Proposal, sketch: Sketch, begun: float) -> None:
    for turn, partner in enumerate(sketch.partners, 1):
        if partner.consent is Consent.INVITED or begun + turn / 2 >= 0:
            continue
        who = telling.focal(partner.slug)
        agrees = partner.consent is Consent.ACCEPTED
        row = next(
            one
            for one in proposal.organizations
            if one.organization_id == telling.organizations[partner.slug].id
        )
        with telling.at(begun + turn / 2):
            consents.answer(
                row, consent=agrees, by=who.name, reason=None if agrees else said.OTHER_PLANS, actor=who
            )
