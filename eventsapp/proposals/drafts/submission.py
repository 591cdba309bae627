"""Handing a proposal in, and taking it back. Named actor, no request, no commit."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from eventsapp.accounts.models import User
from eventsapp.core import clock
from eventsapp.core.audit import Actor
from eventsapp.core.errors import Conflict, Invalid
from eventsapp.extensions import db
from eventsapp.programme.enums import OrganizationRole
from eventsapp.proposals import eligibility, eligibility_facts, service
from eventsapp.proposals.calls.rules import Window, closing_for, window
from eventsapp.proposals.drafts import completeness, queries
from eventsapp.proposals.drafts.service import lock
from eventsapp.proposals.drafts.times import moment
from eventsapp.proposals.eligibility import Failure
from eventsapp.proposals.enums import Action, Party, ProposalState
from eventsapp.proposals.models import Call, Extension, Proposal


@dataclass(frozen=True, slots=True)
class Timing:
    """How the call stands for a proposal. ``closes_at``: the first instant that is too late for it."""

    window: Window
    closes_at: datetime

    @property
    def takes(self) -> bool:
        """Whether it can be submitted: in time, or late to the waiting list."""
        return self.window in (Window.OPEN, Window.LATE)


def timing(call: Call, organization_ids: Collection[int], emails: Collection[str], now: datetime) -> Timing:
    """Return how a call stands for somebody: their extensions count. One statement."""
    extensions = list(db.session.scalars(select(Extension).where(Extension.call_id == call.id)))
    closes_at = max(
        [closing_for(call, extensions, organization_ids, email) for email in [*emails, None]],
    )
    return Timing(window(call, closes_at, now), closes_at)


def timing_of(proposal: Proposal, *, actor: Actor | None = None, now: datetime) -> Timing:
    """The same for a proposal: extensions of its lead, of who began it, and of the actor count. Two statements."""
    ids = {proposal.created_by_id, actor.user_id if actor else None} - {None}
    emails = list(db.session.scalars(select(User.email).where(User.id.in_(ids)))) if ids else []
    lead = [one.organization_id for one in proposal.organizations if one.role is OrganizationRole.LEAD]
    return timing(proposal.call, [one for one in lead if one], emails, now)


def failures(proposal: Proposal) -> list[Failure]:
    """Return what of the call's eligibility is not fulfilled yet, each with what would cure it."""
    rules = eligibility.Rules.from_json(proposal.call.rules)
    # Read together with their names, instead of one by one below.
    named = queries.organizations(proposal.id)
    facts = eligibility_facts.facts(proposal)
    del named
    return eligibility.check(rules, facts)


def submit(proposal: Proposal, *, actor: Actor, now: datetime | None = None) -> None:
    """Hand a draft in. Everything is checked again; a late one goes straight to the waiting list where the call says so.

    ``now``: the instant that decides about the closing time, which is that of the request, whatever queue it stood in.
    Raises :class:`Invalid` (keys of ``completeness.Missing.anchor``) with all that is missing, :class:`Conflict` after the
    closing time or for a proposal that is no draft: then it stays as it is, with nothing lost. Writes; does not commit.
    """
    lock(proposal)
    service.writable(proposal.conference)
    if proposal.state is ProposalState.DRAFT:
        _check_time(proposal, actor, now or clock.now())
        _check_content(proposal)
    service.move(proposal, Action.SUBMIT, party=Party.TEAM, actor=actor, tell=not proposal.late)
    proposal.submitted_version = proposal.version
    if proposal.late:
        service.move(
            proposal,
            Action.WAITLIST,
            party=Party.SYSTEM,
            actor=actor,
            note=_("It was submitted after the closing time, so it stands on the waiting list."),
        )
    db.session.flush()


def _check_time(proposal: Proposal, actor: Actor, now: datetime) -> None:
    found = timing_of(proposal, actor=actor, now=now)
    told = {"time": moment(found.closes_at, proposal.conference.zone)}
    if found.window is Window.COMING:
        raise Conflict(_("The call is not open yet."))
    if found.window is Window.CLOSED:
        raise Conflict(_("The call closed on %(time)s. Nothing is lost: the proposal stays a draft.", **told))
    proposal.late = found.window is Window.LATE


def _check_content(proposal: Proposal) -> None:
    errors: dict[str, list[object]] = {}
    for one in completeness.missing(proposal):
        errors.setdefault(one.anchor, []).append(one.sentence)
    for failure in failures(proposal):
        errors.setdefault("eligibility", []).append(f"{failure.sentence} {failure.cure}")
    if errors:
        raise Invalid(errors)


def recall(proposal: Proposal, *, actor: Actor, now: datetime | None = None) -> None:
    """Make a submitted proposal a draft again, while the call is open for it. Raises :class:`Conflict`."""
    lock(proposal)
    service.writable(proposal.conference)
    if proposal.composed:
        raise Conflict(_("A joint proposal is changed by its merger."))
    if timing_of(proposal, actor=actor, now=now or clock.now()).window is not Window.OPEN:
        raise Conflict(_("The call is closed: what was submitted in time stays submitted."))
    service.move(proposal, Action.RECALL, party=Party.TEAM, actor=actor)


def withdraw(proposal: Proposal, *, note: str | None = None, actor: Actor) -> None:
    """Take a proposal out of the call, for good. Everything stays readable. Raises :class:`Conflict`."""
    service.writable(proposal.conference)
    service.move(proposal, Action.WITHDRAW, party=Party.TEAM, actor=actor, note=note)
