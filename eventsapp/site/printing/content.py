"""What the printed programme says, by day, by room or by organization: plain data for ``programme.typ``.

A pure function of a snapshot, the chosen events, and the current language: the same data, to the byte, as long as nothing
changes. Nothing in it is evaluated: the template sets every text as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from eventsapp.core.printing.texts import COLOURS, plain
from eventsapp.core.templating import day as say_day
from eventsapp.core.templating import join_list, language_name
from eventsapp.programme.enums import Access, OrganizationRole
from eventsapp.programme.forms import ACCESS, ORGANIZATION_ROLES
from eventsapp.programme.restrictions import restriction
from eventsapp.programme.snapshot import EventInfo, OrganizationInfo, Snapshot
from eventsapp.site import presentation
from eventsapp.site.presentation import Occurrence
from eventsapp.site.printing.texts import Speech


class By(StrEnum):
    """What the parts of a printed programme are."""

    DAY = "day"
    ROOM = "room"
    ORGANIZATION = "organization"


def programme(
    events: Sequence[EventInfo],
    snapshot: Snapshot,
    language: str,
    site: str,
    *,
    by: By = By.DAY,
    query: str = "",
    chosen: Sequence[str] = (),
) -> dict[str, Any]:
    """Return the printed programme of the chosen events.

    ``language`` must be the current one; ``site`` is the address of the site without a slash at the end; ``query`` (without
    a question mark) leads from the live page to the same choice, and ``chosen`` says in words what was chosen.
    """
    speech = Speech(snapshot, language, site)
    make = {By.DAY: _by_day, By.ROOM: _by_room, By.ORGANIZATION: _by_organization}[by]
    return {
        **speech.frame(f"programme?{query}" if query else "programme"),
        "title": _("Programme"),
        "kind": by.value,
        "by": {By.DAY: _("By day"), By.ROOM: _("By room"), By.ORGANIZATION: _("By organization")}[by],
        "contents": _("Contents"),
        "count": ngettext("%(num)s event", "%(num)s events", len(events)),
        "chosen": [plain(one) for one in chosen],
        "nothing": _("There is nothing to print yet."),
        "sections": make(events, speech),
    }


def _by_day(events: Sequence[EventInfo], speech: Speech) -> list[dict[str, Any]]:
    found = []
    for day in presentation.by_day(events, speech.conference.tzinfo):
        items = [
            _item(one, speech, first=number == 0)
            for start in day.starts
            for number, one in enumerate(start.occurrences)
        ]
        items += [_item(one, speech, first=number == 0) for number, one in enumerate(day.untimed)]
        found.append(_section(_day(day.day, speech), [_group(None, items)]))
    undated = presentation.undated(events)
    if undated:
        items = [_item(Occurrence(event, date.min, None, None), speech) for event in undated]
        found.append(_section(speech.own(_("Day to be announced")), [_group(None, items)]))
    return found


def _by_room(events: Sequence[EventInfo], speech: Speech) -> list[dict[str, Any]]:
    found = []
    several = len(speech.snapshot.venues) > 1
    for room in [*speech.snapshot.rooms, None]:
        here = [event for event in events if (event.room and event.room.id) == (room.id if room else None)]
        if not here:
            continue
        notes = []
        if room is not None and several:
            notes.append(speech.text(room.venue.names))
        if room is not None and room.capacity:
            notes.append(ngettext("%(num)s seat", "%(num)s seats", room.capacity))
        if room is not None and room.step_free:
            notes.append(_("Step-free access"))
        found.append(_section(speech.room(room), _days(here, speech, with_room=room is None), notes))
    return found


def _by_organization(events: Sequence[EventInfo], speech: Speech) -> list[dict[str, Any]]:
    behind: dict[str, OrganizationInfo] = {}
    of: dict[str, list[EventInfo]] = {}
    roles: dict[tuple[str, int], OrganizationRole] = {}
    for event in events:
        for one in event.organizations:
            behind[one.organization.slug] = one.organization
            of.setdefault(one.organization.slug, []).append(event)
            roles[one.organization.slug, event.id] = one.role
    named = sorted(behind, key=lambda slug: (presentation.sort_key(speech.text(behind[slug].names)), slug))
    found = []
    for slug in named:
        acronym = speech.text(behind[slug].acronyms)
        notes = [acronym] if acronym and acronym != speech.text(behind[slug].names) else []
        items = [
            _item(one, speech, role=str(ORGANIZATION_ROLES[roles[slug, event.id]]), with_day=True)
            for event in of[slug]
            for one in (
                presentation.occurrences(event, speech.conference.tzinfo)[:1]
                or [Occurrence(event, date.min, None, None)]
            )
        ]
        found.append(_section(speech.said(behind[slug].names), [_group(None, items)], notes))
    without = [event for event in events if not event.organizations]
    if without:
        found.append(_section(speech.own(_("No organization")), _days(without, speech, with_room=True)))
    return found


def _days(events: Iterable[EventInfo], speech: Speech, *, with_room: bool) -> list[dict[str, Any]]:
    events = list(events)
    found = []
    for day in presentation.by_day(events, speech.conference.tzinfo):
        items = [
            _item(one, speech, first=number == 0, with_room=with_room)
            for start in day.starts
            for number, one in enumerate(start.occurrences)
        ]
        items += [
            _item(one, speech, first=number == 0, with_room=with_room)
            for number, one in enumerate(day.untimed)
        ]
        found.append(_group(_day(day.day, speech), items))
    undated = presentation.undated(events)
    if undated:
        items = [_item(Occurrence(one, date.min, None, None), speech, with_room=with_room) for one in undated]
        found.append(_group(speech.own(_("Day to be announced")), items))
    return found


def _day(day: date, speech: Speech) -> dict[str, str]:
    return speech.own(say_day(day, "full"))


def _section(
    title: dict[str, str], groups: list[dict[str, Any]], notes: Sequence[str] = ()
) -> dict[str, Any]:
    return {"title": title, "notes": list(notes), "groups": groups}


def _group(title: dict[str, str] | None, items: list[dict[str, Any]]) -> dict[str, Any]:
    return {"title": title, "items": items}


def _item(
    one: Occurrence,
    speech: Speech,
    *,
    first: bool = True,
    role: str = "",
    with_room: bool = True,
    with_day: bool = False,
) -> dict[str, Any]:
    event = one.event
    facts = [speech.text(event.type.names)]
    if one.of > 1:
        facts.append(_("day %(number)s of %(of)s", number=one.number, of=one.of))
    if event.languages:
        facts.append(join_list(language_name(code) for code in event.languages))
    if event.interpretation:
        into = join_list(language_name(code) for code in event.interpretation)
        facts.append(_("Interpretation into %(languages)s", languages=into))
    if event.access is not None and event.access is not Access.OPEN:
        facts.append(str(ACCESS[event.access]))
    if event.only_for is not None:
        facts.append(restriction(event.only_for, speech.text))
    when = ""
    if with_day:
        when = say_day(one.day, "weekday_short") if one.day != date.min else _("Day to be announced")
    return {
        "first": first,
        "start": speech.span(one.starts_at, None),
        "until": speech.span(one.ends_at, None),
        "span": speech.span(one.starts_at, one.ends_at),
        "said": _("Time to be announced") if one.day != date.min else "",
        "day": when,
        "role": role,
        "code": event.code,
        "url": f"{speech.base}/events/{event.code}",
        "title": speech.said(event.titles),
        "subtitle": speech.said(event.subtitles),
        "colour": COLOURS[(event.type.colour - 1) % len(COLOURS)],
        "room": {**speech.room(event.room), "stand": plain(event.stand or "")} if with_room else None,
        "facts": [plain(fact) for fact in facts if fact],
        "organizations": [] if role else behind(event, speech),
        "speakers": [] if role else [plain(name) for name in _speakers(event)],
        "status": speech.status(event),
    }


def _speakers(event: EventInfo) -> list[str]:
    return list(dict.fromkeys(one.speaker.name for one in event.speakers))


def behind(event: EventInfo, speech: Speech) -> list[dict[str, Any]]:
    """Return its organizations, the leads first and marked."""
    ordered = sorted(event.organizations, key=lambda one: one.role is not OrganizationRole.LEAD)
    return [
        {**speech.said(one.organization.names), "lead": one.role is OrganizationRole.LEAD} for one in ordered
    ]
