"""Where a proposal stands, as its team sees it: a line of steps, and what is expected of them. Pure but for the language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from flask_babel import gettext as _
from flask_babel import ngettext, pgettext

from eventsapp.core.templating import day
from eventsapp.proposals import life
from eventsapp.proposals.access import Standing
from eventsapp.proposals.calls.rules import Window
from eventsapp.proposals.drafts.submission import Timing
from eventsapp.proposals.drafts.times import moment
from eventsapp.proposals.enums import ProposalState
from eventsapp.proposals.state_names import state_name

S = ProposalState
_AT: Final = {
    S.DRAFT: 0,
    S.SUBMITTED: 1,
    S.ELIGIBLE: 1,
    S.UNDER_REVIEW: 2,
    S.ACCEPTED: 3,
    S.WAITLISTED: 3,
    S.DECLINED: 3,
    S.OFFERED: 4,
    S.CHANGE_REQUESTED: 4,
    S.CONFIRMED: 5,
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step. ``place``: "done", "now" or "ahead"."""

    label: str
    place: str


def steps(state: ProposalState, *, late: bool = False) -> list[Step]:
    """Return the life of a proposal as a short line; nothing for one that has left it."""
    at = _AT.get(state)
    if at is None:
        return []
    labels = [
        _("Draft"),
        pgettext("step", "Submitted"),
        _("Review"),
        _("Decision"),
        _("Place offered"),
        _("Event"),
    ]
    if state is S.DECLINED:
        labels = labels[:4]
    return [
        Step(label, "done" if number < at else "now" if number == at else "ahead")
        for number, label in enumerate(labels)
    ]


def expected(standing: Standing, timing: Timing, missing: int) -> list[str]:
    """Return what is expected of the team, and until when; what comes by itself where nothing is.

    ``missing``: how many things a draft still lacks. Other parts add theirs (``panels.Panel.expected``).
    """
    proposal = standing.proposal
    state = proposal.state
    said: list[str] = []
    if any(
        one.lead_asked_at is not None and one.organization_id in standing.organization_ids
        for one in proposal.organizations
    ):
        said.append(_("Your organization is asked to take over the lead: say whether it does."))
    if state is S.DRAFT:
        return [*said, *_of_draft(standing, timing, missing)]
    told = {"state": state_name(state)}
    if state in life.IN_THE_RUNNING and proposal.call.decision_on:
        said.append(
            _(
                "You are told of the decision by %(day)s. You need do nothing now.",
                day=day(proposal.call.decision_on, "long"),
            )
        )
    elif state in life.IN_THE_RUNNING:
        said.append(_("You are told of the decision. You need do nothing now."))
    elif state is S.WAITLISTED:
        said.append(_("You are told as soon as a place becomes free."))
    elif state is S.ACCEPTED:
        said.append(_("You are offered a place in the programme next."))
    elif state in (S.INELIGIBLE, S.DECLINED, S.WITHDRAWN):
        said.append(_("The proposal is %(state)s. Everything that was written stays readable here.", **told))
    return said


def _of_draft(standing: Standing, timing: Timing, missing: int) -> list[str]:
    zone = standing.proposal.conference.zone
    told = {"time": moment(timing.closes_at, zone)}
    if timing.window is Window.CLOSED:
        return [_("The call closed on %(time)s. Nothing is lost: the proposal stays a draft.", **told)]
    said = []
    if missing:
        said.append(
            ngettext(
                "%(num)s thing is missing before it can be submitted.",
                "%(num)s things are missing before it can be submitted.",
                missing,
            )
        )
    if timing.window is Window.LATE:
        said.append(
            _(
                "The call closed on %(time)s. A proposal that is submitted now goes straight to the waiting list.",
                **told,
            )
        )
    elif standing.leads:
        said.append(_("Submit it before %(time)s.", **told))
    else:
        said.append(_("The lead organization submits it, before %(time)s.", **told))
    return said
