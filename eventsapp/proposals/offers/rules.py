"""The life of an offer, in one table, and the instants that follow from a call's settings. Pure.

``service`` applies the table, each time in one conditional UPDATE.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from eventsapp.core import zones
from eventsapp.proposals.enums import OfferState, ReportState

S = OfferState

CLOSE_OF_DAY: Final = time(18)
"""Deadlines that follow from a number of days are at this hour of the conference's zone, which no change of clocks touches."""


class OfferAction(StrEnum):
    """What can be done with an offer."""

    ACCEPT = "accept"
    REQUEST_CHANGE = "request_change"
    DECLINE = "decline"
    """By those who have it; also when they withdraw their proposal, whatever became of the offer before."""
    LAPSE = "lapse"
    REVOKE = "revoke"


OFFER_TRANSITIONS: Final[Mapping[OfferState, Mapping[OfferAction, OfferState]]] = {
    S.OPEN: {
        OfferAction.ACCEPT: S.ACCEPTED,
        OfferAction.REQUEST_CHANGE: S.CHANGE_REQUESTED,
        OfferAction.DECLINE: S.DECLINED,
        OfferAction.LAPSE: S.LAPSED,
        OfferAction.REVOKE: S.REVOKED,
    },
    S.CHANGE_REQUESTED: {OfferAction.DECLINE: S.DECLINED, OfferAction.REVOKE: S.REVOKED},
    S.ACCEPTED: {OfferAction.DECLINE: S.DECLINED},
    S.REVOKED: {OfferAction.DECLINE: S.DECLINED},
    S.DECLINED: {},
    S.LAPSED: {},
}

LEFT: Final = frozenset({S.DECLINED, S.LAPSED})
"""Its place is free, until it is passed on."""


def target(state: OfferState, action: OfferAction) -> OfferState | None:
    """Return the state that ``action`` leads to, or None where it is not possible."""
    return OFFER_TRANSITIONS[state].get(action)


def states_before(action: OfferAction) -> frozenset[OfferState]:
    """Return the states in which ``action`` is possible."""
    return frozenset(state for state, actions in OFFER_TRANSITIONS.items() if action in actions)


class ReportAction(StrEnum):
    """What can be done with a report."""

    SEND = "send"
    WAIVE = "waive"
    """An officer does without it."""
    REOPEN = "reopen"
    """An officer asks for it again."""


REPORT_TRANSITIONS: Final[Mapping[ReportState, Mapping[ReportAction, ReportState]]] = {
    ReportState.OWED: {ReportAction.SEND: ReportState.SENT, ReportAction.WAIVE: ReportState.WAIVED},
    ReportState.SENT: {ReportAction.REOPEN: ReportState.OWED},
    ReportState.WAIVED: {ReportAction.REOPEN: ReportState.OWED},
}


def due_after(at: datetime, days: int, zone: str) -> datetime:
    """Return the close of the day on which ``days`` whole days have passed since ``at`` (aware, UTC): the first late instant."""
    local = at.astimezone(ZoneInfo(zone))
    day = local.date() + timedelta(days=days + (local.time() > CLOSE_OF_DAY))
    return zones.instant(day, CLOSE_OF_DAY, zone)


def before(due: datetime, days: int, zone: str) -> datetime:
    """Return when it is ``days`` before ``due`` on the clocks of the zone (UTC): a change of clocks does not move the hour."""
    local = due.astimezone(ZoneInfo(zone))
    return zones.instant(local.date() - timedelta(days=days), local.time(), zone)


def lock_at(chosen: datetime | None, first_day: date, zone: str) -> datetime:
    """Return from when on organizers change nothing of their events: as chosen, or when the conference's first day begins."""
    return chosen if chosen is not None else zones.instant(first_day, time(0), zone)


def end_of(
    day: date | None,
    end_day: date | None,
    starts_at: datetime | None,
    ends_at: datetime | None,
    minutes: int,
    zone: str,
) -> datetime | None:
    """Return when an event is over (UTC): by its end, else its start and ``minutes``, else when its last day is over.

    The times of an event over several days hold for each of them. None: nobody knows its day.
    """
    if day is None:
        return None
    if starts_at is None:
        return zones.instant((end_day or day) + timedelta(days=1), time(0), zone)
    end = ends_at if ends_at is not None else starts_at + timedelta(minutes=minutes)
    if end_day is None:
        return end
    local = end.astimezone(ZoneInfo(zone))
    return zones.instant(local.date() + (end_day - day), local.time(), zone)
