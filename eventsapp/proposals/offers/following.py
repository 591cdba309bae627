"""What follows for places and events when a proposal's state changes (``hooks.moved``)."""

from __future__ import annotations

from eventsapp.conferences.enums import ConferenceState
from eventsapp.core.audit import Actor
from eventsapp.core.errors import Conflict, Invalid
from eventsapp.extensions import db
from eventsapp.proposals import life
from eventsapp.proposals.enums import Action, Party, Promotion, ProposalState
from eventsapp.proposals.models import Call, Proposal
from eventsapp.proposals.offers import confirming, queries, service
from eventsapp.proposals.offers.models import Offer

_LEAVES = frozenset({Action.WITHDRAW, Action.GIVE_BACK, Action.LAPSE})


def moved(proposal: Proposal, action: Action, before: ProposalState, actor: Actor) -> None:
    """Free the place of a proposal that leaves, cancel its event, and pass places on where the call does so by itself."""
    if action in _LEAVES and before in life.HAS_PLACE:
        if action is Action.WITHDRAW:
            service.lock(proposal.call)
            service.leave(proposal, actor=actor)
        if before is ProposalState.CONFIRMED:
            confirming.cancel_event(proposal, actor=actor)
        pass_on_by_rule(proposal.call)
    elif action is Action.WAITLIST:
        pass_on_by_rule(proposal.call)


def pass_on_by_rule(call: Call) -> list[Offer]:
    """Offer the places that were left to those who wait, one after the other, where the call says so. Return the offers."""
    if call.promotion is not Promotion.AUTOMATIC or call.conference.state is ConferenceState.ARCHIVED:
        return []
    made = []
    service.lock(call)
    for left in queries.left_offers(call.id):
        try:
            with db.session.begin_nested():
                offer = service.pass_on(left, actor=service.SYSTEM, party=Party.SYSTEM)
        except (Conflict, Invalid):
            # There are fewer places than there were, or the slot cannot be had: an officer sees it in the list.
            continue
        if offer is None:
            break
        made.append(offer)
    return made
