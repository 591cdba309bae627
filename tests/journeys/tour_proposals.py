"""The pages of calls and proposals: one call of the sample conference, with a proposal in each state.

The participant is a focal point of the organization that leads all of them.
"""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from sqlalchemy import select

from eventsapp.accounts.enums import Role
from eventsapp.accounts.models import User
from eventsapp.conferences.models import Conference
from eventsapp.core import clock
from eventsapp.core.audit import COMMAND_LINE
from eventsapp.extensions import db
from eventsapp.organizations.models import Organization
from eventsapp.proposals.decisions import service as decisions
from eventsapp.proposals.drafts import links
from eventsapp.proposals.drafts import service as drafts
from eventsapp.proposals.enums import Consent, Decision, OfferState, ProposalState
from eventsapp.proposals.mergers import service as mergers
from eventsapp.proposals.mergers.models import Merger
from eventsapp.proposals.models import Call, Proposal, ProposalOrganization
from eventsapp.proposals.offers.changes import pending_of
from eventsapp.proposals.offers.queries import newest_offer
from eventsapp.proposals.offers.reports import report_of
from eventsapp.proposals.review.models import Criterion, Review
from eventsapp.questions.enums import QuestionKind
from tests import factories

SLUG = "call-of-the-tour"
OTHERS = {ProposalState.MERGED, ProposalState.CONFIRMED}
"""States that need more than the proposal itself."""


def things(conference: Conference) -> SimpleNamespace:
    """Return the call, its proposals by state, the lead organization and its focal point. Makes them once."""
    found = SimpleNamespace()
    found.focal_point = db.session.scalars(select(User).where(User.email == "participant@example.org")).one()
    call = db.session.scalar(select(Call).where(Call.slug == SLUG))
    found.call = call if call is not None else _make(conference, found.focal_point)
    found.proposals = {
        one.state: one
        for one in db.session.scalars(
            select(Proposal)
            .where(Proposal.call_id == found.call.id, Proposal.composed.is_(False))
            .order_by(Proposal.id.desc())  # The first of each state stays.
        )
    }
    found.merger = db.session.scalars(select(Merger).where(Merger.call_id == found.call.id)).one()
    found.lead = db.session.scalars(select(Organization).where(Organization.slug == "lead-of-the-tour")).one()
    return found


def _make(conference: Conference, focal_point: User) -> Call:
    call = factories.make_call(conference, slug=SLUG, names={"en": "Call for side events"})
    factories.make_question(
        call,
        QuestionKind.LONG_TEXT,
        labels={"en": "What will change through your event?"},
        limits={"most": 150},
    )
    pair = [
        {"value": value, "labels": {"en": label}}
        for value, label in (("training", "A training"), ("panel", "A panel"))
    ]
    factories.make_question(call, QuestionKind.CHOICE, key="kind", labels={"en": "What is it?"}, options=pair)
    for kind in QuestionKind:
        options = pair if kind in (QuestionKind.CHOICE, QuestionKind.MANY) else []
        condition = {"key": "kind", "values": ["training"]}
        factories.make_question(call, kind, options=options, condition=condition, public=True)
    factories.make_extension(call)
    lead = factories.make_organization(slug="lead-of-the-tour", names={"en": "Alliance of Small Cities"})
    partner, invited = factories.make_organization(), factories.make_organization()
    factories.make_member(focal_point, lead)
    made = {
        state: factories.make_proposal(
            call, lead=lead, partners=[partner], invited=[invited], by=focal_point, state=state
        )
        for state in ProposalState
        if state not in OTHERS
    }
    event = factories.make_event(conference, leads=[lead])
    confirmed = factories.make_proposal(
        call, lead=lead, by=focal_point, state=ProposalState.CONFIRMED, event_id=event.id
    )
    _offers({**made, ProposalState.CONFIRMED: confirmed})
    factories.make_proposal(
        call,
        lead=lead,
        state=ProposalState.MERGED,
        merged_into_id=made[ProposalState.UNDER_REVIEW].id,
        merged_from=ProposalState.ELIGIBLE,
    )
    mergers.propose(
        call,
        [made[ProposalState.SUBMITTED], made[ProposalState.ELIGIBLE]],
        note="Both are about water.",
        actor=COMMAND_LINE,
        by_secretariat=True,
    )
    _scenarios(call, made)
    drafts.save(
        made[ProposalState.DRAFT],
        {"titles": {"en": "Housing with a view of the sea", "fr": "Se loger avec vue sur la mer"}},
        base=0,
        actor=COMMAND_LINE,
    )
    _reviews(call, made)
    asked = factories.make_organization()
    factories.make_member(focal_point, asked)
    factories.make_proposal(call, lead=partner, invited=[asked], titles={"en": "A proposal of others"})
    return call


def _scenarios(call: Call, made: dict[ProposalState, Proposal]) -> None:
    first = decisions.create(call, name="By score", actor=COMMAND_LINE)
    running = [made[ProposalState.ELIGIBLE].id, made[ProposalState.UNDER_REVIEW].id]
    decisions.decide(call, first, dict.fromkeys(running, Decision.ACCEPT), version=0, actor=COMMAND_LINE)
    second = decisions.create(call, name="Balanced", actor=COMMAND_LINE, copy_of=first)
    decisions.decide(call, second, {running[0]: Decision.WAITLIST}, version=0, actor=COMMAND_LINE)
    decisions.set_targets(call, {"region": {"africa": 30}, "first_time": {"yes": 20}}, actor=COMMAND_LINE)
    call.places = 3


def _reviews(call: Call, made: dict[ProposalState, Proposal]) -> None:
    """Reviews by the owner and by somebody else: one done, one to do, and two proposals that are alike."""
    owner = db.session.scalars(select(User).where(User.email == "owner@example.org")).one()
    other = factories.make_user(name="Rita Reviewer")
    factories.make_role(other, call.conference, Role.REVIEWER)
    call.review_due_at = clock.now() + timedelta(days=20)
    by_points = factories.make_criterion(
        call, names={"en": "Relevance"}, guidances={"en": "Five points: it changes something."}
    )
    by_number = factories.make_criterion(call, names={"en": "Quality"}, guidances={}, scale=100, weight=2)
    under = made[ProposalState.UNDER_REVIEW]
    scores = {by_points.id: 4, by_number.id: 70}
    factories.make_review(under, owner, scores=scores, note="Sound, and well prepared.")
    factories.make_review(under, other, scores={**scores, by_points.id: 2}, to_team="Name a speaker.")
    water = {"en": "Drinking water in coastal cities"}
    for number in range(2):
        alike = factories.make_proposal(
            call,
            state=ProposalState.UNDER_REVIEW,
            titles=water,
            summaries={"en": "When the sea rises, coastal cities lose their drinking water."},
            speakers=[{"name": "Ana Ruiz", "affiliation": "Coast Watch", "role": "keynote"}],
        )
        if not number:
            factories.make_review(alike, owner)


def _offers(proposals: dict[ProposalState, Proposal]) -> None:
    """Offers as the states of the proposals imply, a place that somebody left, a change that waits for approval, and a report that is owed."""
    change = factories.make_change(proposals[ProposalState.CONFIRMED])
    factories.make_report(change.event, outcome="Streets are for people.")
    factories.make_offer(proposals[ProposalState.OFFERED])
    for state, of_offer in (
        (ProposalState.CHANGE_REQUESTED, OfferState.CHANGE_REQUESTED),
        (ProposalState.CONFIRMED, OfferState.ACCEPTED),
        (ProposalState.LAPSED, OfferState.LAPSED),
    ):
        factories.make_offer(
            proposals[state],
            state=of_offer,
            answered_at=clock.now(),
            answered_by="Fanny Focal Point",
            wish="Our minister arrives on Wednesday." if of_offer is OfferState.CHANGE_REQUESTED else None,
        )


def stops(tour: Any, here: SimpleNamespace, *, owner: str, participant: str) -> None:
    """Add the pages. ``tour.add(endpoint, who, query=…, status=…, **arguments of the address)``."""
    for proposal in here.proposals.values():
        tour.add("proposals.own", participant, token=str(proposal.id))
    conference, call = here.call.conference.slug, here.call.slug
    at = {"conference": conference, "call": call}
    tour.add("site.calls", participant, conference=conference)
    tour.add("site.call", participant, conference=conference, slug=call)
    tour.add("calls_manage.index", owner, conference=conference)
    tour.add("calls_manage.new", owner, conference=conference)
    for name in ("call", "edit", "rules", "extensions", "copy", "delete"):
        tour.add(f"calls_manage.{name}", owner, **at)
    tour.add("calls_questions.index", owner, **at)
    tour.add("calls_preview.preview", owner, **at)
    for kind in QuestionKind:
        tour.add("calls_questions.new", owner, **at, kind=kind.value)
    tour.add("calls_questions.edit", owner, **at, key="kind")
    tour.add("calls_questions.delete", owner, **at, key="kind")
    tour.add("calls_proposals.index", owner, conference=conference, call=call)
    tour.add("calls_proposals.index", owner, query="q=nothing-has-this", conference=conference, call=call)
    for proposal in here.proposals.values():
        tour.add("calls_proposals.proposal", owner, conference=conference, code=proposal.code)
    _stops_of_reviews(tour, here, owner)
    _stops_of_teams(tour, here, participant)
    _stops_of_offers(tour, here, owner=owner, participant=participant)
    _mergers(tour, here, owner, participant)


def _stops_of_reviews(tour: Any, here: SimpleNamespace, owner: str) -> None:
    conference = here.call.conference.slug
    at = {"conference": conference, "call": here.call.slug}
    for name in ("index", "criteria", "new_criterion", "people", "assign", "results"):
        tour.add(f"calls_review.{name}", owner, **at)
    tour.add("calls_review.assign", owner, query="strict=only", **at)
    criterion = db.session.scalars(select(Criterion).where(Criterion.call_id == here.call.id)).first()
    assert criterion is not None
    tour.add("calls_review.edit_criterion", owner, criterion_id=criterion.id, **at)
    rita = db.session.scalars(select(User).where(User.name == "Rita Reviewer")).one()
    tour.add("calls_review.person", owner, user_id=rita.id, **at)
    reviews = list(
        db.session.scalars(
            select(Review)
            .join(Proposal, Proposal.id == Review.proposal_id)
            .join(User, User.id == Review.reviewer_id)
            .where(Proposal.call_id == here.call.id, User.email == "owner@example.org")
            .order_by(Review.id)
        )
    )
    codes = [one.proposal.code for one in reviews]
    both = "&".join(f"code={code}" for code in codes)
    tour.add("calls_review.compare", owner, query=both, **at)
    tour.add("calls_proposals.proposal", owner, conference=conference, code=codes[1])
    tour.add("calls_similar.index", owner, **at)
    tour.add("reviews.index", owner, conference=conference)
    tour.add("reviews.interests", owner, conference=conference)
    tour.add("reviews.compare", owner, query=both, conference=conference)
    for code in codes:
        tour.add("reviews.review", owner, conference=conference, code=code)
    tour.add("reviews.give_back", owner, conference=conference, code=codes[1])


def _stops_of_teams(tour: Any, here: SimpleNamespace, participant: str) -> None:
    tour.add("proposals.mine", participant)
    tour.add("proposals.begin", participant, conference=here.call.conference.slug, slug=here.call.slug)
    draft, submitted = here.proposals[ProposalState.DRAFT], here.proposals[ProposalState.UNDER_REVIEW]
    for page in ("edit", "together", "history", "submit", "withdraw"):
        tour.add(f"proposals.{page}", participant, token=draft.id)
    tour.add("proposals.version", participant, token=draft.id, number=0)
    tour.add("proposals.together", participant, token=submitted.id)
    asked = db.session.scalars(
        select(ProposalOrganization)
        .join(Proposal, Proposal.id == ProposalOrganization.proposal_id)
        .where(ProposalOrganization.consent == Consent.INVITED, Proposal.created_by_id.is_(None))
    ).first()
    assert asked is not None
    tour.add("proposals.respond", participant, named_id=asked.id)
    tour.add("proposals.consent", token=links.token(asked))


def _stops_of_offers(tour: Any, here: SimpleNamespace, *, owner: str, participant: str) -> None:
    conference, proposals = here.call.conference.slug, here.proposals
    tour.add("calls_offers.index", owner, conference=conference, call=here.call.slug)
    for state in (ProposalState.ACCEPTED, ProposalState.CHANGE_REQUESTED):
        tour.add("calls_offers.offer", owner, conference=conference, code=proposals[state].code)
    asked = newest_offer(proposals[ProposalState.CHANGE_REQUESTED].id)
    assert asked is not None
    tour.add("calls_offers.refuse_change", owner, conference=conference, offer_id=asked.id)
    tour.add("calls_offers.revoke", owner, conference=conference, offer_id=asked.id)
    offered = proposals[ProposalState.OFFERED].id
    tour.add("proposal_offer.change", participant, proposal_id=offered)
    tour.add("proposal_offer.decline", participant, proposal_id=offered)
    confirmed = proposals[ProposalState.CONFIRMED].id
    tour.add("proposal_event.edit", participant, proposal_id=confirmed)
    tour.add("proposal_event.materials", participant, proposal_id=confirmed)
    tour.add("calls_offers.changes", owner, conference=conference, call=here.call.slug)
    pending = pending_of(proposals[ProposalState.CONFIRMED].event_id)
    assert pending is not None
    tour.add("calls_offers.change", owner, conference=conference, change_id=pending.id)
    report = report_of(pending.event_id)
    assert report is not None
    tour.add("proposal_report.report", participant, proposal_id=confirmed)
    tour.add("calls_reports.index", owner, conference=conference, call=here.call.slug)
    tour.add("calls_reports.report", owner, conference=conference, report_id=report.id)


def _mergers(tour: Any, here: SimpleNamespace, owner: str, participant: str) -> None:
    of_call = {"conference": here.call.conference.slug, "call": here.call.slug}
    # With a merger, and where one can be proposed.
    for state in (ProposalState.SUBMITTED, ProposalState.UNDER_REVIEW):
        tour.add("mergers.merger", participant, proposal_id=here.proposals[state].id)
    tour.add("calls_mergers.index", owner, **of_call)
    tour.add("calls_mergers.new", owner, query="proposals=P-0001,P-0002", **of_call)
    tour.add("calls_mergers.merger", owner, merger_id=here.merger.id, **of_call)
    _decisions(tour, owner, of_call)


def _decisions(tour: Any, owner: str, of_call: dict[str, str]) -> None:
    for query in ("", "q=nothing-has-this", "measure=normalized&decision=none"):
        tour.add("calls_decisions.board", owner, query=query, **of_call)
    for page in ("scenarios", "compare", "targets", "letters", "preview", "send"):
        tour.add(f"calls_decisions.{page}", owner, **of_call)
    tour.add("calls_decisions.letter", owner, kind="accepted", **of_call)
