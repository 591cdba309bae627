"""Offers in words, in the reader's language: the slot, and when the answer is due, in the conference's zone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from eventsapp.conferences.models import Conference
from eventsapp.core import locale, templating
from eventsapp.core.intervals import Interval
from eventsapp.core.translations import pick
from eventsapp.programme import words
from eventsapp.programme.enums import HalfDay
from eventsapp.programme.models import Placement
from eventsapp.proposals.enums import ChangeState, OfferState, ReportState
from eventsapp.proposals.models import Proposal
from eventsapp.proposals.offers.models import Offer
from eventsapp.proposals.state_names import FORMATS

OFFER_STATES: Final[Mapping[OfferState, object]] = {
    OfferState.OPEN: _l("Waiting for an answer"),
    OfferState.ACCEPTED: _l("Accepted"),
    OfferState.CHANGE_REQUESTED: _l("Another slot asked for"),
    OfferState.DECLINED: _l("Declined"),
    OfferState.LAPSED: _l("Lapsed"),
    OfferState.REVOKED: _l("Taken back"),
}
OFFER_TONES: Final[Mapping[OfferState, str]] = {
    OfferState.OPEN: "info",
    OfferState.ACCEPTED: "good",
    OfferState.CHANGE_REQUESTED: "warning",
    OfferState.DECLINED: "bad",
    OfferState.LAPSED: "bad",
    OfferState.REVOKED: "quiet",
}
CHANGE_STATES: Final[Mapping[ChangeState, object]] = {
    ChangeState.PENDING: _l("Waiting for approval"),
    ChangeState.APPLIED: _l("Published"),
    ChangeState.REFUSED: _l("Not approved"),
}
REPORT_STATES: Final[Mapping[ReportState, object]] = {
    ReportState.OWED: _l("Not sent yet"),
    ReportState.SENT: _l("Sent"),
    ReportState.WAIVED: _l("Not asked for"),
}


def instant(at: datetime, zone: str) -> str:
    """Return an instant with its zone's name: "Tuesday 15 June 18:00 (Ecuador Time)"."""
    day = templating.day(at.astimezone(ZoneInfo(zone)).date(), "weekday")
    clock = words.ltr(templating.clock_time(at, zone))
    return f"{day} {clock} ({templating.zone_name(zone, at)})"


def slot(offer: Offer, conference: Conference) -> str:
    """Return where and when an offer is, as far as it says; a sentence about what follows where it says nothing."""
    said = _where_and_when(offer, conference)
    return said or _("The day and the room follow with the timetable.")


def placed(placement: Placement, conference: Conference) -> str:
    """Return where and when an event is in a version of the programme; a sentence where that is not known."""
    return _where_and_when(placement, conference) or _("To be announced")


def _where_and_when(place: Offer | Placement, conference: Conference) -> str:
    room = pick(place.room.names if place.room else {}, locale.current(), conference.default_language)
    if place.day is None:
        return room
    if place.starts_at is None:
        when = templating.day(place.day, "weekday")
    elif place.ends_at is None:
        clock = words.ltr(templating.clock_time(place.starts_at, conference.zone))
        when = f"{templating.day(place.day, 'weekday')} {clock}"
    else:
        when = words.when(Interval(place.starts_at, place.ends_at), ZoneInfo(conference.zone))
    if place.starts_at is not None:
        when = f"{when} ({templating.zone_name(conference.zone, place.starts_at)})"
    return f"{when}, {room}" if room else when


def format_name(offer: Offer) -> str:
    """Return how people take part, as it is offered."""
    return str(FORMATS[offer.format])


def wished(proposal: Proposal) -> str:
    """Return the days and parts of days that a proposal wishes for, as a list; "" for none."""
    days = [templating.day(date.fromisoformat(day), "weekday") for day in sorted(proposal.wished_days)]
    halves = [str(words.HALVES[half]) for half in HalfDay if half in proposal.wished_halves]
    return words.listed([*days, *halves]) if days or halves else ""
