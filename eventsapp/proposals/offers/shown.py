"""Offers on the pages of their proposals: for the team, and for officers."""

from __future__ import annotations

from flask_babel import gettext as _

from eventsapp.conferences.models import Conference
from eventsapp.core.forms import ActionForm
from eventsapp.proposals.access import Standing
from eventsapp.proposals.enums import OfferState, ProposalState
from eventsapp.proposals.models import Proposal
from eventsapp.proposals.offers import queries, service, words
from eventsapp.proposals.panels import Panel

OFFERABLE = frozenset(
    {ProposalState.ACCEPTED, ProposalState.WAITLISTED, ProposalState.LAPSED, ProposalState.CHANGE_REQUESTED}
)
"""States in which an offer can be made."""


def for_team(standing: Standing) -> Panel | None:
    """Return the part of the team's page about its offers; None where there never was one. One statement."""
    offers = queries.offers_of(standing.proposal.id)
    if not offers:
        return None
    newest, conference = offers[0], standing.proposal.conference
    expected = ""
    if service.is_open(newest):
        due = words.instant(newest.due_at, conference.zone)
        expected = (
            _("Answer the offer of a place before %(due)s.", due=due)
            if standing.leads
            else _("The lead organization has to answer the offer of a place before %(due)s.", due=due)
        )
    context = {
        "offer": newest,
        "earlier": offers[1:],
        "open": service.is_open(newest),
        "leads": standing.leads,
        "conference": conference,
        "proposal": standing.proposal,
        "words": words,
        "action": ActionForm(formdata=None),
    }
    return Panel("proposals/offers/_team.html", context, order=10, expected=expected)


def for_officers(conference: Conference, proposal: Proposal) -> Panel | None:
    """Return the part of the officers' page about the offers of a proposal. One statement."""
    offers = queries.offers_of(proposal.id)
    offerable = proposal.state in OFFERABLE
    if not offers and not offerable:
        return None
    context = {
        "offers": offers,
        "offerable": offerable,
        "conference": conference,
        "proposal": proposal,
        "words": words,
        "action": ActionForm(formdata=None),
        "OPEN": OfferState.OPEN,
    }
    return Panel("proposals/offers/_officers.html", context, order=10)
