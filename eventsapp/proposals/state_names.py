"""What states, actions and the like are called. Pure but for the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext

from eventsapp.proposals.enums import Consent, EventFormat, ProposalState

S = ProposalState

STATES: Final[Mapping[ProposalState, object]] = {
    S.DRAFT: lazy_pgettext("proposal", "draft"),
    S.SUBMITTED: lazy_pgettext("proposal", "submitted"),
    S.ELIGIBLE: lazy_pgettext("proposal", "eligible"),
    S.INELIGIBLE: lazy_pgettext("proposal", "not eligible"),
    S.UNDER_REVIEW: lazy_pgettext("proposal", "under review"),
    S.ACCEPTED: lazy_pgettext("proposal", "accepted"),
    S.WAITLISTED: lazy_pgettext("proposal", "on the waiting list"),
    S.DECLINED: lazy_pgettext("proposal", "declined"),
    S.OFFERED: lazy_pgettext("proposal", "offered a place"),
    S.CHANGE_REQUESTED: lazy_pgettext("proposal", "another slot asked for"),
    S.CONFIRMED: lazy_pgettext("proposal", "confirmed"),
    S.LAPSED: lazy_pgettext("proposal", "lapsed"),
    S.WITHDRAWN: lazy_pgettext("proposal", "withdrawn"),
    S.MERGED: lazy_pgettext("proposal", "merged into another"),
}

TONES: Final[Mapping[ProposalState, str]] = {
    S.DRAFT: "quiet",
    S.SUBMITTED: "info",
    S.ELIGIBLE: "info",
    S.INELIGIBLE: "bad",
    S.UNDER_REVIEW: "info",
    S.ACCEPTED: "good",
    S.WAITLISTED: "warning",
    S.DECLINED: "bad",
    S.OFFERED: "good",
    S.CHANGE_REQUESTED: "warning",
    S.CONFIRMED: "good",
    S.LAPSED: "bad",
    S.WITHDRAWN: "quiet",
    S.MERGED: "quiet",
}
"""Which kind of badge a state has; the word always stands in it."""

CONSENTS: Final[Mapping[Consent, object]] = {
    Consent.INVITED: lazy_pgettext("consent", "invited, has not answered"),
    Consent.ACCEPTED: lazy_pgettext("consent", "has consented"),
    Consent.REFUSED: lazy_pgettext("consent", "has refused"),
}

FORMATS: Final[Mapping[EventFormat, object]] = {
    EventFormat.IN_PERSON: _l("In person"),
    EventFormat.HYBRID: _l("Hybrid: in a room and online"),
    EventFormat.VIRTUAL: _l("Online only"),
}


def state_name(state: ProposalState) -> str:
    """Return what a state is called in the reader's language, as after "the proposal is"."""
    return str(STATES[state])


def state_tone(state: ProposalState) -> str:
    """Return the kind of badge that a state has."""
    return TONES[state]
