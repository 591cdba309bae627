"""Writing a proposal: saving, going back, submitting, and taking it back. Named actor, no request, no commit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from eventsapp.core import clock
from eventsapp.core.audit import Actor
from eventsapp.core.errors import Conflict, NotFound
from eventsapp.extensions import db
from eventsapp.proposals import service
from eventsapp.proposals.drafts import content, threeway
from eventsapp.proposals.drafts.threeway import Clash
from eventsapp.proposals.enums import ProposalState
from eventsapp.proposals.models import Proposal, ProposalVersion
from eventsapp.proposals.state_names import state_name

TYPING = timedelta(minutes=10)
"""What one person writes within this time, with nobody else's change between, is one version."""


@dataclass(frozen=True, slots=True)
class Saved:
    """What came of a save. ``changed``: names of parts; ``conflicts``: parts that somebody else had changed meanwhile."""

    version: int
    changed: tuple[str, ...] = ()
    conflicts: tuple[Clash, ...] = ()


def save(
    proposal: Proposal,
    values: Mapping[str, Any],
    *,
    base: int,
    actor: Actor,
    seen: Mapping[str, str] | None = None,
    by_secretariat: bool = False,
    apart: bool = False,
) -> Saved:
    """Make a proposal say ``values`` (any of ``content.FIELDS``), as far as nobody else changed the same meanwhile.

    ``base`` is the number of the version that the actor saw, or ``seen`` the marks of the parts they saw
    (``content.marks``), which is exact also within a version that is still growing. Other fields, and what somebody else
    changed since, stay as they are; the latter is told in ``conflicts``. Saving the same twice makes one version. ``apart``:
    the change is a version of its own. The team writes drafts; the secretariat whatever is not over. Raises
    :class:`Conflict`. Writes; does not commit.
    """
    lock(proposal)
    _writable(proposal, by_secretariat=by_secretariat)
    current = content.parts(content.snapshot(proposal))
    if seen is None:
        seen = content.marks(parts_at(proposal, base))
    merged = threeway.merge(current, content.parts(values), seen, values)
    if merged.changes:
        content.assign(proposal, content.whole(merged.parts))
        _keep_version(proposal, merged.changes, actor, apart=apart)
        db.session.flush()
        if any(part.startswith("titles.") for part in merged.changes):
            service.index(proposal)
    return Saved(proposal.version, tuple(merged.changes), merged.clashes)


def lock(proposal: Proposal) -> None:
    """Read a proposal anew, and keep others from changing it until the transaction ends."""
    db.session.flush()
    db.session.expire(proposal, ["themes"])
    db.session.refresh(proposal, with_for_update=True)


def _writable(proposal: Proposal, *, by_secretariat: bool) -> None:
    service.writable(proposal.conference)
    over = {ProposalState.WITHDRAWN, ProposalState.MERGED}
    if proposal.state in over or not (by_secretariat or proposal.state is ProposalState.DRAFT):
        raise Conflict(
            _(
                "Proposal %(code)s is %(state)s: it cannot be changed here any more.",
                code=proposal.code,
                state=state_name(proposal.state),
            )
        )


def _keep_version(proposal: Proposal, changes: Mapping[str, list[Any]], actor: Actor, *, apart: bool) -> None:
    now = clock.now()
    newest = db.session.scalar(
        select(ProposalVersion).where(
            ProposalVersion.proposal_id == proposal.id, ProposalVersion.number == proposal.version
        )
    )
    goes_on = (
        newest is not None
        and not apart
        and actor.user_id is not None
        and newest.actor_id == actor.user_id
        and newest.at > now - TYPING
        and newest.number != proposal.submitted_version
    )
    if newest is not None and goes_on:
        newest.changes = threeway.joined(newest.changes, changes)
        return
    proposal.version += 1
    db.session.add(
        ProposalVersion(
            proposal_id=proposal.id,
            number=proposal.version,
            at=now,
            actor_id=actor.user_id,
            actor=actor.name,
            changes=dict(changes),
        )
    )


def parts_at(proposal: Proposal, number: int) -> content.Parts:
    """Return what a proposal said in a version; 0 is the empty one before the first. Raises :class:`NotFound`."""
    if not 0 <= number <= proposal.version:
        raise NotFound
    later = db.session.scalars(
        select(ProposalVersion.changes)
        .where(ProposalVersion.proposal_id == proposal.id, ProposalVersion.number > number)
        .order_by(ProposalVersion.number.desc())
    )
    return threeway.undone(content.parts(content.snapshot(proposal)), later)


def go_back(proposal: Proposal, number: int, *, actor: Actor) -> Saved:
    """Make a proposal say again what it said in a version; that is a new version. Raises as :func:`save`."""
    lock(proposal)
    was = parts_at(proposal, number)
    return save(proposal, content.whole(was), base=proposal.version, actor=actor, apart=True)
