"""The sample call's first step: people, the call itself, and proposals to it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from eventsapp.accounts import service as accounts
from eventsapp.accounts.enums import Role
from eventsapp.accounts.models import User
from eventsapp.conferences import catalogue, kinds
from eventsapp.conferences.models import EventType
from eventsapp.core import clock
from eventsapp.core.audit import COMMAND_LINE
from eventsapp.demo import call_texts as said
from eventsapp.demo import calls
from eventsapp.demo.calls import Body, Fate, Sketch
from eventsapp.demo.telling import Telling, actor_of, user_of
from eventsapp.extensions import db
from eventsapp.organizations import members
from eventsapp.organizations.enums import MemberRole
from eventsapp.programme import slots
from eventsapp.programme.enums import OrganizationRole
from eventsapp.proposals import service
from eventsapp.proposals.drafts import service as drafts
from eventsapp.proposals.drafts.content import SpeakerLine
from eventsapp.proposals.enums import Action, Consent, LatePolicy, Party
from eventsapp.proposals.models import Call, Proposal, ProposalOrganization
from eventsapp.proposals.review.models import Criterion
from eventsapp.questions.enums import QuestionKind
from eventsapp.questions.models import Question, Questionnaire


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
    closes = telling.now + timedelta(days=telling.times.closes)
    kind = db.session.scalars(
        select(EventType).where(
            EventType.conference_id == telling.conference.id, EventType.slug == "side-event"
        )
    ).one()
    for room in catalogue.rows(kinds.ROOMS, telling.conference):
        fitted = {
            "equipment": ["Projector"],
            "booths": 3,
            "safety_limit": (room.capacity or 0) + 20,
        }
        catalogue.update(kinds.ROOMS, telling.conference, room, fitted, slug=None, actor=COMMAND_LINE)
    slots.add(telling.conference, actor=COMMAND_LINE, type_id=kind.id, day=None, clocks=calls.SLOTS)
    questionnaire = Questionnaire(conference_id=telling.conference.id)
    telling.call = Call(
        conference=telling.conference, conference_id=telling.conference.id, type=kind, questionnaire=questionnaire,
        slug=calls.CALL_SLUG, names=said.CALL, descriptions=said.CALL_TEXT, published=True,
        opens_at=telling.now + timedelta(days=telling.times.opens), closes_at=closes, late=LatePolicy.WAITLIST,
        rules={}, lengths=[60, 90], places=calls.PLACES, reviews_wanted=3,
        review_due_at=telling.now + timedelta(days=telling.times.reviewed),
        decision_on=(telling.now + timedelta(days=telling.times.decided)).date(),
    )  # fmt: skip
    db.session.add(telling.call)
    db.session.flush()
    for position, (names, guidances, weight) in enumerate(said.CRITERIA):
        db.session.add(
            Criterion(
                call_id=telling.call.id,
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


def _proposals(telling: Telling) -> None:
    opened = telling.times.closes - telling.times.opens
    for sketch in sorted(telling.sample.sketches, key=lambda one: one.number):
        begun = telling.times.opens + opened * 0.9 * sketch.day * 0.8
        if begun >= 0:
            continue
        sent = telling.times.opens + opened * (1.02 if sketch.fate is Fate.LATE else 0.2 + sketch.day * 0.79)
        _propose(telling, sketch, begun, sent)


def _propose(telling: Telling, sketch: Sketch, begun: float, sent: float) -> None:
    lead = telling.focal(sketch.lead)
    with telling.at(begun):
        proposal = service.begin(telling.call, actor=lead)
        telling.proposals[sketch.number] = proposal
        _invite(telling, proposal, sketch)
        drafts.save(proposal, _values(telling, sketch), base=0, actor=lead)
    if sketch.fate is Fate.DRAFT or sent >= 0:
        return
    with telling.at(sent):
        service.move(proposal, Action.SUBMIT, party=Party.TEAM, actor=lead)
        if sketch.fate is Fate.LATE:
            proposal.late = True
            service.move(proposal, Action.WAITLIST, party=Party.SYSTEM, actor=lead)
    if sketch.fate is Fate.WITHDRAWN:
        with telling.at(sent, 30):
            service.move(proposal, Action.WITHDRAW, party=Party.TEAM, actor=lead)


def _values(telling: Telling, sketch: Sketch) -> dict[str, Any]:
    """Return what a proposal says, as the form would send it."""
    person = telling.users[sketch.lead]
    days = [telling.conference.start_date + timedelta(days=n) for n in sketch.wished_days]
    same = (
        "titles", "summaries", "descriptions", "languages", "interpretation", "format", "access", "length_minutes",
        "expected_attendance", "equipment", "step_free", "wished_halves", "apart_from", "answers",
    )  # fmt: skip
    return {
        **{name: getattr(sketch, name) for name in same},
        "theme_ids": [telling.themes[slug].id for slug in sketch.themes],
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


def _invite(telling: Telling, proposal: Proposal, sketch: Sketch) -> None:
    now = clock.now()
    proposal.organizations.append(
        ProposalOrganization(
            organization=telling.organizations[sketch.lead], role=OrganizationRole.LEAD, consent=Consent.ACCEPTED,
            answered_at=now, answered_by=telling.users[sketch.lead].name, position=0,
        )
    )  # fmt: skip
    for position, partner in enumerate(sketch.partners, 1):
        answered = partner.consent is not Consent.INVITED
        proposal.organizations.append(
            ProposalOrganization(
                organization=telling.organizations[partner.slug], role=OrganizationRole.CO_ORGANIZER,
                consent=partner.consent, position=position, email=telling.users[partner.slug].email, invited_at=now,
                answered_at=now if answered else None,
                answered_by=telling.users[partner.slug].name if answered else None,
            )
        )  # fmt: skip
    service.index(proposal)
