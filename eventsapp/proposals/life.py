"""The life cycle of a proposal, in one table, and who may do what in it. Pure.

``service.move`` is the one function that applies it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from eventsapp.proposals.enums import Action, Party, ProposalState

A = Action
S = ProposalState

BACK: Final = None
"""As a target: the state that the proposal was merged from (``Proposal.merged_from``)."""

TRANSITIONS: Final[Mapping[ProposalState, Mapping[Action, ProposalState | None]]] = {
    S.DRAFT: {A.SUBMIT: S.SUBMITTED, A.WITHDRAW: S.WITHDRAWN},
    S.SUBMITTED: {
        A.RECALL: S.DRAFT,
        A.SCREEN_IN: S.ELIGIBLE,
        A.SCREEN_OUT: S.INELIGIBLE,
        # A late one, where the call says so.
        A.WAITLIST: S.WAITLISTED,
        A.WITHDRAW: S.WITHDRAWN,
        A.MERGE: S.MERGED,
    },
    S.ELIGIBLE: {
        A.REOPEN: S.SUBMITTED,
        A.SCREEN_OUT: S.INELIGIBLE,
        A.START_REVIEW: S.UNDER_REVIEW,
        # Without a review, where the conference has none.
        A.ACCEPT: S.ACCEPTED,
        A.WAITLIST: S.WAITLISTED,
        A.DECLINE: S.DECLINED,
        A.WITHDRAW: S.WITHDRAWN,
        A.MERGE: S.MERGED,
    },
    S.INELIGIBLE: {A.REOPEN: S.SUBMITTED, A.WITHDRAW: S.WITHDRAWN},
    S.UNDER_REVIEW: {
        A.SCREEN_OUT: S.INELIGIBLE,
        A.ACCEPT: S.ACCEPTED,
        A.WAITLIST: S.WAITLISTED,
        A.DECLINE: S.DECLINED,
        A.WITHDRAW: S.WITHDRAWN,
        A.MERGE: S.MERGED,
    },
    S.ACCEPTED: {A.OFFER: S.OFFERED, A.RECONSIDER: S.UNDER_REVIEW, A.WITHDRAW: S.WITHDRAWN},
    S.WAITLISTED: {
        A.OFFER: S.OFFERED,
        A.DECLINE: S.DECLINED,
        A.RECONSIDER: S.UNDER_REVIEW,
        A.WITHDRAW: S.WITHDRAWN,
    },
    S.DECLINED: {A.RECONSIDER: S.UNDER_REVIEW},
    S.OFFERED: {
        A.CONFIRM: S.CONFIRMED,
        A.REQUEST_CHANGE: S.CHANGE_REQUESTED,
        A.GIVE_BACK: S.WITHDRAWN,
        A.LAPSE: S.LAPSED,
        A.REVOKE: S.ACCEPTED,
        A.WITHDRAW: S.WITHDRAWN,
    },
    S.CHANGE_REQUESTED: {A.OFFER: S.OFFERED, A.REVOKE: S.ACCEPTED, A.WITHDRAW: S.WITHDRAWN},
    S.CONFIRMED: {A.WITHDRAW: S.WITHDRAWN},
    S.LAPSED: {A.OFFER: S.OFFERED, A.WITHDRAW: S.WITHDRAWN},
    S.WITHDRAWN: {},
    S.MERGED: {A.UNMERGE: BACK},
}

PARTIES: Final[Mapping[Action, frozenset[Party]]] = {
    A.SUBMIT: frozenset({Party.TEAM, Party.SYSTEM}),
    A.RECALL: frozenset({Party.TEAM, Party.SECRETARIAT}),
    A.SCREEN_IN: frozenset({Party.SECRETARIAT, Party.SYSTEM}),
    A.SCREEN_OUT: frozenset({Party.SECRETARIAT}),
    A.REOPEN: frozenset({Party.SECRETARIAT}),
    A.START_REVIEW: frozenset({Party.SECRETARIAT, Party.SYSTEM}),
    A.ACCEPT: frozenset({Party.SECRETARIAT}),
    A.WAITLIST: frozenset({Party.SECRETARIAT, Party.SYSTEM}),
    A.DECLINE: frozenset({Party.SECRETARIAT}),
    A.RECONSIDER: frozenset({Party.SECRETARIAT}),
    A.OFFER: frozenset({Party.SECRETARIAT, Party.SYSTEM}),
    A.CONFIRM: frozenset({Party.TEAM}),
    A.REQUEST_CHANGE: frozenset({Party.TEAM}),
    A.GIVE_BACK: frozenset({Party.TEAM}),
    A.LAPSE: frozenset({Party.SYSTEM}),
    A.REVOKE: frozenset({Party.SECRETARIAT}),
    A.WITHDRAW: frozenset({Party.TEAM, Party.SECRETARIAT}),
    # Agreed by the leads, so that it follows from their answers.
    A.MERGE: frozenset({Party.SYSTEM}),
    A.UNMERGE: frozenset({Party.SYSTEM}),
}

UNDECIDED: Final = frozenset({S.DRAFT, S.SUBMITTED, S.ELIGIBLE, S.UNDER_REVIEW})
"""Nothing has been decided about it: it can still be merged, or come back from a merger."""
IN_THE_RUNNING: Final = frozenset({S.SUBMITTED, S.ELIGIBLE, S.UNDER_REVIEW})
DECIDED: Final = frozenset({S.ACCEPTED, S.WAITLISTED, S.DECLINED})
HAS_PLACE: Final = frozenset({S.ACCEPTED, S.OFFERED, S.CHANGE_REQUESTED, S.CONFIRMED})
"""It takes one of the call's places."""
OVER: Final = frozenset({S.INELIGIBLE, S.DECLINED, S.LAPSED, S.WITHDRAWN, S.MERGED})


def target(
    state: ProposalState, action: Action, merged_from: ProposalState | None = None
) -> ProposalState | None:
    """Return the state that ``action`` leads to, or None where it is not possible. ``merged_from``: where BACK leads."""
    actions = TRANSITIONS[state]
    if action not in actions:
        return None
    return actions[action] or merged_from


def may(party: Party, action: Action) -> bool:
    """Return whether somebody of this party does such things at all."""
    return party in PARTIES[action]
