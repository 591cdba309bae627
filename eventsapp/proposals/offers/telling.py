"""Messages about offers, written in the transaction of what they tell of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from eventsapp.core.audit import Actor
from eventsapp.core.translations import pick
from eventsapp.core.web import absolute
from eventsapp.programme.models import Event
from eventsapp.proposals import notices
from eventsapp.proposals.enums import ChangeState
from eventsapp.proposals.models import Proposal
from eventsapp.proposals.notices import Recipient
from eventsapp.proposals.offers import event_content, words
from eventsapp.proposals.offers.models import EventChange, Offer


def offered(offer: Offer, *, note: str) -> None:
    """Tell the team that they are offered a place, which, and until when they have to answer."""
    proposal = offer.proposal
    notices.send(proposal, notices.team(proposal), "proposal_offer", {**_facts(offer), "note": note})


def remind(offer: Offer) -> None:
    """Tell the lead's people, who answer, that the time to answer ends soon."""
    proposal = offer.proposal
    to = notices.team(proposal, lead_only=True)
    notices.send(proposal, to, "proposal_offer_reminder", _facts(offer))


def turned_virtual(offer: Offer) -> None:
    """Tell the team that their place is one online now."""
    proposal = offer.proposal
    notices.send(proposal, notices.team(proposal), "proposal_online", _facts(offer))


def wished(offer: Offer, *, by: Actor) -> None:
    """Tell the secretariat which other slot a team asks for."""
    proposal = offer.proposal
    body = offer.wish or words.wished(proposal)
    to_secretariat(proposal, "proposal_comment", {"author": by.name, "body": body})


def to_secretariat(proposal: Proposal, template: str, context: Mapping[str, Any]) -> None:
    """Queue a message to the conference's address, if it has one, with the officers' page of the proposal."""
    conference = proposal.conference
    if not conference.contact_email:
        return
    language = conference.default_language
    recipient = Recipient(pick(conference.names, language, language), conference.contact_email, language)
    link = absolute(notices.path("calls_offers.index", conference=conference.slug, call=proposal.call.slug))
    notices.send(proposal, [recipient], template, {"link": link, **context})


def _facts(offer: Offer) -> dict[str, Any]:
    conference = offer.proposal.conference
    return {
        "slot": lambda _language: words.slot(offer, conference),
        "format": lambda _language: words.format_name(offer),
        "due": lambda _language: words.instant(offer.due_at, conference.zone),
    }


def change_asked(proposal: Proposal, event: Event, *, by: Actor) -> None:
    """Tell the secretariat that organizers want to change what the public sees of their event."""
    path = notices.path("calls_offers.changes", conference=proposal.conference.slug, call=proposal.call.slug)
    context = {"event": event.code, "author": by.name, "link": absolute(path)}
    to_secretariat(proposal, "event_change_asked", context)


def change_decided(proposal: Proposal, event: Event, change: EventChange, *, left_out: Sequence[str]) -> None:
    """Tell the team what became of the change that they asked for."""
    context = {
        "event": event.code,
        "approved": change.state is ChangeState.APPLIED,
        "reason": change.reason or "",
        "left_out": lambda _language: [event_content.label(part) for part in left_out],
    }
    notices.send(proposal, notices.team(proposal), "event_change_decided", context)


def report_owed(proposal: Proposal, event: Event, due_at: datetime, *, reminder: bool) -> None:
    """Ask the team for the report about their event, or remind them of it."""
    conference = proposal.conference
    context = {
        "event": event.code,
        "reminder": reminder,
        "due": lambda _language: words.instant(due_at, conference.zone),
        "link": lambda language: absolute(
            notices.path("proposal_report.report", lang=language, proposal_id=proposal.id)
        ),
    }
    notices.send(proposal, notices.team(proposal, lead_only=reminder), "event_report", context)
