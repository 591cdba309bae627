"""Conflicts in words, in the reader's language: who and what, and when in the conference's zone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.lists import format_list
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from eventsapp.core import locale, templating
from eventsapp.core.intervals import Interval
from eventsapp.programme.constraints import Violation
from eventsapp.programme.enums import HalfDay
from eventsapp.programme.facts import HARD, Kind, Planning, Texts
from eventsapp.programme.kind_names import KIND_NAMES

HALVES: Mapping[HalfDay, object] = {
    HalfDay.MORNING: _l("Morning"),
    HalfDay.AFTERNOON: _l("Afternoon"),
    HalfDay.EVENING: _l("Evening"),
}

# Codes and times keep their direction inside a sentence that runs from right to left (Unicode isolates).
_LTR, _ANY, _END = "\u2066", "\u2068", "\u2069"


def ltr(text: str) -> str:
    """Return a code or a time so that it keeps its direction in any sentence."""
    return f"{_LTR}{text}{_END}"


def _isolated(text: str) -> str:
    return f"{_ANY}{text}{_END}"


def kind_name(kind: Kind) -> str:
    """Return what a constraint is called."""
    return str(KIND_NAMES[kind])


def when(during: Interval, zone: ZoneInfo) -> str:
    """Return the day and the times of an interval in the conference's zone: "Wednesday 19 October 13:15–14:30"."""
    start = during.start.astimezone(zone)
    clocks = templating.clock_time(during.start, zone.key)
    # One minute stands for an end that nobody knows.
    if during.end - during.start > timedelta(minutes=1):
        clocks += f"–{templating.clock_time(during.end, zone.key)}"
    return f"{templating.day(start.date(), 'weekday')} {ltr(clocks)}"


def listed(words: Sequence[str]) -> str:
    """Return words as a list in the reader's language."""
    return format_list(list(words), style="standard", locale=Locale.parse(locale.current()))


def sentence(violation: Violation, planning: Planning) -> str:
    """Return a violation as one sentence in the reader's language, with names, codes, day and times."""
    values = _Names(violation, planning).values()
    return str(_hard(violation, values) if violation.kind in HARD else _soft(violation, values, planning))


def _hard(violation: Violation, values: dict[str, str]) -> Any:
    amount = violation.amount
    match violation.kind:
        case Kind.ROOM if amount:
            return ngettext(
                "Between %(first)s and %(second)s in %(room)s %(num)s minute of turnover is missing, %(when)s.",
                "Between %(first)s and %(second)s in %(room)s %(num)s minutes of turnover are missing, %(when)s.",
                amount, **values,
            )  # fmt: skip
        case Kind.ROOM:
            return _("%(first)s and %(second)s are in %(room)s at the same time, %(when)s.", **values)
        case Kind.CLOSED:
            return _("%(room)s is not open for %(first)s, %(when)s.", **values)
        case Kind.CAPACITY:
            return ngettext(
                "%(first)s expects %(num)s person more than %(room)s has seats.",
                "%(first)s expects %(num)s persons more than %(room)s has seats.",
                amount, **values,
            )  # fmt: skip
        case Kind.SAFETY:
            return ngettext(
                "%(first)s would bring %(num)s person more into %(room)s than its safety limit allows.",
                "%(first)s would bring %(num)s persons more into %(room)s than its safety limit allows.",
                amount, **values,
            )  # fmt: skip
        case Kind.EQUIPMENT:
            return _("%(room)s lacks what %(first)s needs: %(words)s.", **values)
        case Kind.BOOTHS:
            return ngettext(
                "%(room)s has %(num)s interpretation booth too few for %(first)s.",
                "%(room)s has %(num)s interpretation booths too few for %(first)s.",
                amount, **values,
            )  # fmt: skip
        case Kind.STEP_FREE:
            return _("%(first)s needs a room without steps, and %(room)s has some.", **values)
        case Kind.SPEAKER:
            return _("%(name)s speaks at %(first)s and %(second)s at the same time, %(when)s.", **values)
        case Kind.ABSENCE:
            return _("%(name)s cannot come to %(first)s, %(when)s.", **values)
        case Kind.LEAD:
            return _("%(name)s leads %(first)s and %(second)s at the same time, %(when)s.", **values)
        case Kind.OUTRANKED:
            return _("%(second)s is beside %(first)s, which outranks it, %(when)s.", **values)
        case Kind.INTERPRETERS:
            return ngettext(
                "%(num)s interpreter team is missing, %(when)s: %(events)s.",
                "%(num)s interpreter teams are missing, %(when)s: %(events)s.",
                amount, **values,
            )  # fmt: skip
    raise ValueError(violation.kind)


def _soft(violation: Violation, values: dict[str, str], planning: Planning) -> Any:
    amount = violation.amount
    match violation.kind:
        case Kind.THEME:
            return _(
                "%(first)s and %(second)s share the theme “%(name)s” and are at the same time, %(when)s.",
                **values,
            )
        case Kind.CO_ORGANIZER:
            return _(
                "%(name)s stands behind %(first)s and %(second)s, which are at the same time, %(when)s.",
                **values,
            )
        case Kind.APART:
            return _("%(first)s and %(second)s wish not to be at the same time, %(when)s.", **values)
        case Kind.WISHED_DAY:
            days = planning.events[violation.event_ids[0]].wished_days
            named = listed([templating.day(day, "weekday") for day in sorted(days)])
            return _("%(first)s wishes for another day: %(days)s.", days=named, **values)
        case Kind.WISHED_HALF:
            halves = planning.events[violation.event_ids[0]].wished_halves
            named = listed([str(HALVES[half]) for half in HalfDay if half in halves])
            return _("%(first)s wishes for another part of the day: %(halves)s.", halves=named, **values)
        case Kind.ROOM_SIZE:
            return ngettext(
                "%(first)s would also fit into %(room)s, which has %(num)s seat less and is free.",
                "%(first)s would also fit into %(room)s, which has %(num)s seats less and is free.",
                amount, **values,
            )  # fmt: skip
        case Kind.ORDER:
            return _("%(first)s should be over before %(second)s begins.", **values)
        case Kind.NEXT:
            return _("%(first)s and %(second)s should be one right after the other.", **values)
        case Kind.SPREAD:
            return ngettext(
                "%(name)s: %(num)s event too few at the best times of the day.",
                "%(name)s: %(num)s events too few at the best times of the day.",
                amount, **values,
            )  # fmt: skip
        case Kind.ONLINE_HOURS:
            return _("%(name)s speaks online at %(first)s, and it is %(clock)s there.", **values)
        case Kind.WALKING:
            return ngettext(
                "%(name)s has %(num)s minute too few to walk from %(first)s to %(second)s, %(when)s.",
                "%(name)s has %(num)s minutes too few to walk from %(first)s to %(second)s, %(when)s.",
                amount, **values,
            )  # fmt: skip
        case Kind.CHANGES:
            return _("%(first)s is not where and when the newest release has it.", **values)
    raise ValueError(violation.kind)


class _Names:
    """The names that a sentence takes."""

    def __init__(self, violation: Violation, planning: Planning) -> None:
        self._violation = violation
        self._planning = planning

    def values(self) -> dict[str, str]:
        """Return everything that a sentence may name."""
        violation, planning = self._violation, self._planning
        codes = [ltr(planning.events[id_].code) for id_ in violation.event_ids]
        room = planning.rooms.get(violation.subject_id)
        during = violation.during
        return {
            "first": codes[0],
            "second": codes[1] if len(codes) > 1 else "",
            "events": listed(codes),
            "room": _isolated(templating.t(dict(room.names))) if room else "",
            "name": _isolated(self._subject()),
            "words": _isolated(listed(violation.words)) if violation.words else "",
            "when": when(during, planning.zone) if during else "",
            "clock": self._clock(),
        }

    def _subject(self) -> str:
        violation, planning = self._violation, self._planning
        id_ = violation.subject_id
        by_kind: dict[Kind, Mapping[int, Texts]] = {
            Kind.LEAD: planning.organizations,
            Kind.CO_ORGANIZER: planning.organizations,
            Kind.THEME: planning.themes,
            Kind.SPREAD: planning.constituencies,
        }
        if violation.kind is Kind.SPREAD and violation.words:
            country = violation.words[0]
            return str(Locale.parse(locale.current()).territories.get(country, country))
        if violation.kind in by_kind:
            return templating.t(dict(by_kind[violation.kind].get(id_, {})))
        if violation.kind is Kind.WALKING and violation.words == ("lead",):
            return templating.t(dict(planning.organizations.get(id_, {})))
        speaker = planning.speakers.get(id_)
        return speaker.name if speaker else ""

    def _clock(self) -> str:
        violation = self._violation
        if violation.kind is not Kind.ONLINE_HOURS or violation.during is None:
            return ""
        return ltr(templating.clock_time(violation.during.start, violation.words[0]))
