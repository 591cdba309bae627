"""Offers on the pages of their proposals: for the team, and for officers."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import select

from eventsapp.conferences.models import Conference
from eventsapp.core import clock
from eventsapp.core.forms import ActionForm
from eventsapp.extensions import db
from eventsapp.programme import releases
from eventsapp.programme.models import Event, Placement
from eventsapp.proposals.access import Standing
from eventsapp.proposals.enums import ChangeState, OfferState, ProposalState, ReportState
from eventsapp.proposals.models import Proposal
from eventsapp.proposals.offers import changes, event_content, queries, reports, service, words
from eventsapp.proposals.offers.models import EventChange
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


def event_for_team(standing: Standing) -> Panel | None:
    """Return the part of the team's page about the event of a confirmed proposal. A fixed number of statements."""
    proposal = standing.proposal
    event = db.session.get(Event, proposal.event_id) if proposal.event_id is not None else None
    if event is None:
        return None
    conference, now = proposal.conference, clock.now()
    newest = db.session.scalar(
        select(EventChange).where(EventChange.event_id == event.id).order_by(EventChange.id.desc()).limit(1)
    )
    release = releases.newest_release(conference.id)
    released = db.session.scalar(
        select(Placement).where(
            Placement.event_id == event.id, Placement.version_id == (release.id if release is not None else 0)
        )
    )
    context = {
        "event": event,
        "released": released is not None,
        "when": words.placed(released, conference) if released is not None else "",
        "pending": newest if newest is not None and newest.state is ChangeState.PENDING else None,
        "refused": newest if newest is not None and newest.state is ChangeState.REFUSED else None,
        "obstacle": changes.obstacle(proposal, event, now),
        "locked": words.instant(changes.lock_at(proposal), conference.zone),
        "approved": proposal.call.approve_changes,
        "conference": conference,
        "proposal": proposal,
        "label": event_content.label,
        "action": ActionForm(formdata=None),
    }
    return Panel("proposals/offers/_event.html", context, order=12)


def report_for_team(standing: Standing) -> Panel | None:
    """Return the part of the team's page about the report that is owed, or was sent. One statement."""
    proposal = standing.proposal
    report = reports.report_of(proposal.event_id) if proposal.event_id is not None else None
    if report is None:
        return None
    due = words.instant(report.due_at, proposal.conference.zone)
    owed = report.state is ReportState.OWED
    expected = _("Send the report about your event by %(due)s.", due=due) if owed else ""
    context = {"report": report, "due": due, "owed": owed, "proposal": proposal, "words": words}
    return Panel("proposals/offers/_report.html", context, order=8 if owed else 14, expected=expected)
