"""Messages about a merger to those who lead its proposals, in the transaction of what they tell of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Final

from flask_babel import gettext as _

from eventsapp.core.audit import Actor
from eventsapp.core.web import absolute
from eventsapp.proposals import notices
from eventsapp.proposals.mergers.models import Merger
from eventsapp.proposals.models import Proposal


class Step(StrEnum):
    """What has happened to a merger."""

    PROPOSED = "proposed"
    COMPOSED = "composed"
    ACCEPTED = "accepted"
    ASKED_AGAIN = "asked_again"
    REFUSED = "refused"
    ABANDONED = "abandoned"
    AGREED = "agreed"
    UNDONE = "undone"


_SENTENCES: Final[Mapping[Step, Callable[[], tuple[str, str]]]] = {
    Step.PROPOSED: lambda: (
        _("It is proposed to merge proposals."),
        _("Say on the page of the merger whether you want to write one proposal together with the others."),
    ),
    Step.COMPOSED: lambda: (
        _("A joint draft has been composed."),
        _("Edit it together, then accept it on the page of the merger. It counts when all have accepted."),
    ),
    Step.ACCEPTED: lambda: (
        _("One of the leads has accepted the joint draft."),
        _("It counts when all have accepted."),
    ),
    Step.ASKED_AGAIN: lambda: (
        _("The joint draft was changed after you had accepted it."),
        _("Look at it again, and accept it on the page of the merger if you agree."),
    ),
    Step.REFUSED: lambda: (
        _("The merger has been refused."),
        _("Each proposal goes on by itself, as it was."),
    ),
    Step.ABANDONED: lambda: (
        _("The merger has been called off."),
        _("Each proposal goes on by itself, as it was."),
    ),
    Step.AGREED: lambda: (
        _("All have accepted: the proposals are one now."),
        _("The joint proposal takes part in the call. Each of the earlier ones stays readable."),
    ),
    Step.UNDONE: lambda: (
        _("The merger has been undone."),
        _("Each proposal goes on by itself, as it was."),
    ),
}


def tell(
    merger: Merger, step: Step, *, by: Actor, note: str | None = None, only: frozenset[int] | None = None
) -> None:
    """Write to the leads of the proposals, each person once, but not to whoever did it.

    ``only``: of these proposals (ids). The whole teams are told of what changes their proposals' state.
    """
    lead_only = step not in (Step.AGREED, Step.UNDONE)
    written: set[int | None] = {by.user_id} if by.user_id is not None else set()
    for part in merger.parts:
        proposal = part.proposal
        if only is not None and proposal.id not in only:
            continue
        to = [one for one in notices.team(proposal, lead_only=lead_only) if one.user_id not in written]
        written |= {one.user_id for one in to}
        others = [other.proposal for other in merger.parts if other is not part]

        def named(language: str, others: list[Proposal] = others) -> list[str]:
            return [f"{other.code}: {notices.title_of(other, language)}" for other in others]

        def link(language: str, proposal: Proposal = proposal) -> str:
            return absolute(notices.path("mergers.merger", lang=language, proposal_id=proposal.id))

        notices.send(
            proposal,
            to,
            "proposal_merger",
            {
                "said": lambda _language: _SENTENCES[step]()[0],
                "next": lambda _language: _SENTENCES[step]()[1],
                "others": named,
                "by": by.name,
                "note": note or "",
                "link": link,
            },
        )
