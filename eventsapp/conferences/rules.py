"""The life of a conference, and what a person may type about it. Pure."""

from __future__ import annotations

from enum import StrEnum

from eventsapp.conferences.enums import ConferenceState


class ConferenceAction(StrEnum):
    """What an owner does with a conference as a whole."""

    PUBLISH = "publish"
    WITHDRAW = "withdraw"
    ARCHIVE = "archive"
    REOPEN = "reopen"


TRANSITIONS: dict[ConferenceState, dict[ConferenceAction, ConferenceState]] = {
    ConferenceState.DRAFT: {ConferenceAction.PUBLISH: ConferenceState.PUBLISHED},
    ConferenceState.PUBLISHED: {
        ConferenceAction.ARCHIVE: ConferenceState.ARCHIVED,
        ConferenceAction.WITHDRAW: ConferenceState.DRAFT,
    },
    ConferenceState.ARCHIVED: {ConferenceAction.REOPEN: ConferenceState.PUBLISHED},
}
"""Every state, and where each action leads from it. Withdrawing is refused once people rely on it (``service.change_state``)."""


def target(state: ConferenceState, action: ConferenceAction) -> ConferenceState | None:
    """Return the state after ``action``, or None where it is not possible."""
    return TRANSITIONS[state].get(action)
