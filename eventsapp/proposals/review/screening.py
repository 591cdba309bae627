"""The secretariat's steps with proposals before a decision and beside it: one, or many at once. A service."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from flask_babel import gettext as _

from eventsapp.accounts.enums import Permission
from eventsapp.core.audit import Actor
from eventsapp.core.errors import Invalid, NotAllowed
from eventsapp.proposals import life, service
from eventsapp.proposals.enums import Action, Party, ProposalState
from eventsapp.proposals.models import Proposal

STEPS: Final[Mapping[Action, Permission]] = {
    Action.SCREEN_IN: Permission.EDIT_PROPOSALS,
    Action.SCREEN_OUT: Permission.EDIT_PROPOSALS,
    Action.RECALL: Permission.EDIT_PROPOSALS,
    Action.REOPEN: Permission.EDIT_PROPOSALS,
    Action.START_REVIEW: Permission.EDIT_PROPOSALS,
    Action.WITHDRAW: Permission.EDIT_PROPOSALS,
    Action.ACCEPT: Permission.DECIDE_PROPOSALS,
    Action.WAITLIST: Permission.DECIDE_PROPOSALS,
    Action.DECLINE: Permission.DECIDE_PROPOSALS,
    Action.RECONSIDER: Permission.DECIDE_PROPOSALS,
}
"""What an officer can do on a proposal's page by itself, and what that needs. Offers and mergers have their own panels."""
WITH_REASON: Final = frozenset({Action.SCREEN_OUT, Action.RECALL, Action.WITHDRAW})
"""The team is told why."""
FOR_MANY: Final = (Action.SCREEN_IN, Action.START_REVIEW)
NOTE_MOST: Final = 2_000


def possible(proposal: Proposal, steps: Iterable[Action]) -> list[Action]:
    """Return those of ``steps`` that the proposal's state allows. Pure."""
    return [step for step in steps if life.target(proposal.state, step, proposal.merged_from) is not None]


def act(proposal: Proposal, action: Action, *, note: str, actor: Actor) -> None:
    """Do one step; the team is told, with the note.

    Raises :class:`Invalid` (``note``) where a reason is missing or too long, :class:`NotAllowed` for what is no such step,
    :class:`Conflict` where the state does not allow it. Writes; does not commit.
    """
    if action not in STEPS:
        raise NotAllowed
    note = note.strip()
    if action in WITH_REASON and not note:
        raise Invalid({"note": _("Say why: the team is told.")})
    if len(note) > NOTE_MOST:
        raise Invalid(
            {
                "note": _(
                    "Use at most %(most)d characters; these are %(count)d.", most=NOTE_MOST, count=len(note)
                )
            }
        )
    service.writable(proposal.conference)
    service.move(proposal, action, party=Party.SECRETARIAT, actor=actor, note=note or None)
    if action is Action.SCREEN_OUT:
        proposal.screening_note = note
    elif action in (Action.SCREEN_IN, Action.REOPEN):
        proposal.screening_note = None


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a step with many: how many took it, and the codes of those whose state did not allow it."""

    count: int
    left: tuple[str, ...]


def act_on_many(proposals: Iterable[Proposal], action: Action, *, actor: Actor) -> Done:
    """Do a step (one of ``FOR_MANY``) with each that its state allows; the others are left and named.

    "Start the review" takes a submitted one to it through "eligible". Raises :class:`NotAllowed` for another step.
    """
    if action not in FOR_MANY:
        raise NotAllowed
    count, left = 0, []
    for proposal in proposals:
        if action is Action.START_REVIEW and proposal.state is ProposalState.SUBMITTED:
            service.writable(proposal.conference)
            # One message to the team, of where it stands in the end.
            service.move(proposal, Action.SCREEN_IN, party=Party.SECRETARIAT, actor=actor, tell=False)
        if life.target(proposal.state, action, proposal.merged_from) is None:
            left.append(proposal.code)
            continue
        act(proposal, action, note="", actor=actor)
        count += 1
    return Done(count, tuple(left))
