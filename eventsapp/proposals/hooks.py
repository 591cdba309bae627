"""What proposals tell those parts of the feature, and the features, that follow them.

Called inside the transaction of the change; may write, but not commit.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from eventsapp.core.audit import Actor
from eventsapp.proposals.enums import Action, Consent, ProposalState
from eventsapp.proposals.models import Proposal, ProposalOrganization

moved: list[Callable[[Proposal, Action, ProposalState, Actor], None]] = []
"""Called with a proposal whose state has just changed, the action, the state before, and who did it."""

consented: list[Callable[[ProposalOrganization, Consent, Actor], None]] = []
"""Called with an organization of a proposal that has just answered, what it had said before, and who did it."""

attendance: list[Callable[[Collection[int]], Mapping[int, int]]] = []
"""Called with ids of events; returns event id → persons who were let in, for those where anybody was counted. Reads."""

letters: list[Callable[[Proposal, Action, str | None], bool]] = []
"""Asked before the team is told of a move in the common words, with the note: whoever writes a letter of its own gives True."""
