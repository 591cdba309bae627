"""The life cycle of an event, in one table. Pure."""

from __future__ import annotations

from enum import StrEnum

from eventsapp.programme.enums import EventState


class EventAction(StrEnum):
    """What can be done with an event's state."""

    SCHEDULE = "schedule"
    RETURN_TO_DRAFT = "return_to_draft"
    CANCEL = "cancel"
    REINSTATE = "reinstate"


EVENT_TRANSITIONS: dict[EventState, dict[EventAction, EventState]] = {
    EventState.DRAFT: {EventAction.SCHEDULE: EventState.SCHEDULED},
    EventState.SCHEDULED: {
        EventAction.RETURN_TO_DRAFT: EventState.DRAFT,
        EventAction.CANCEL: EventState.CANCELLED,
    },
    EventState.CANCELLED: {EventAction.REINSTATE: EventState.SCHEDULED},
}


def target(state: EventState, action: EventAction) -> EventState | None:
    """Return the state that ``action`` leads to from ``state``, or None where it is not possible."""
    return EVENT_TRANSITIONS[state].get(action)
