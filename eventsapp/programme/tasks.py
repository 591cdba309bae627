"""What waits for programme officers, and how the programme stands: for the first page of the workspace."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import func, select

from eventsapp.accounts.enums import Permission
from eventsapp.conferences.enums import ConferenceState
from eventsapp.conferences.models import Conference
from eventsapp.conferences.tasks import Bar, Level, Permissions, Picture, Task
from eventsapp.core import references, templating
from eventsapp.extensions import db
from eventsapp.programme import working
from eventsapp.programme.conflicts import load_conflicts
from eventsapp.programme.enums import EventState
from eventsapp.programme.models import ProgrammeVersion


def tasks(conference: Conference, permissions: Permissions) -> Sequence[Task]:
    """Return what the working programme wants. As many statements as ``working`` and ``conflicts`` take to load."""
    if Permission.EDIT_PROGRAMME not in permissions or conference.state is ConferenceState.ARCHIVED:
        return []
    programme = working.load_working(conference.id)

    def listed(**filters: Any) -> str:
        return url_for("programme_manage.events", conference=conference.slug, **filters)

    found = []
    if not programme.events:
        text = _("There are no events yet.")
        return [Task("programme", Level.INFO, text, listed())]
    hard = load_conflicts(conference).hard
    if hard:
        text = ngettext(
            "%(num)s conflict that a timetable must not have.",
            "%(num)s conflicts that a timetable must not have.",
            len(hard),
        )
        url = url_for("programme_conflicts.conflicts", conference=conference.slug, severity="hard")
        found.append(Task("programme", Level.BAD, text, url, len(hard)))
    changed = sum(event.changed for event in programme.events)
    if changed:
        text = ngettext(
            "%(num)s event differs from what the public sees.",
            "%(num)s events differ from what the public sees.",
            changed,
        )
        can_release = Permission.RELEASE_PROGRAMME in permissions
        release = url_for("programme_manage.release", conference=conference.slug)
        found.append(
            Task(
                "programme", Level.WARNING, text, release if can_release else listed(state="changed"), changed
            )
        )
    running = [event for event in programme.events if event.state is EventState.SCHEDULED]
    untimed = sum(event.place.starts_at is None for event in running)
    if untimed:
        text = ngettext("%(num)s event has no time.", "%(num)s events have no time.", untimed)
        found.append(Task("programme", Level.INFO, text, listed(missing="time"), untimed))
    homeless = sum(event.place.starts_at is not None and event.place.room_id is None for event in running)
    if homeless:
        text = ngettext(
            "%(num)s event has a time but no room.", "%(num)s events have a time but no room.", homeless
        )
        found.append(Task("programme", Level.INFO, text, listed(missing="room"), homeless))
    leaderless = sum(not event.leads for event in running)
    if leaderless:
        text = ngettext(
            "%(num)s event has no lead organization.", "%(num)s events have no lead organization.", leaderless
        )
        found.append(Task("programme", Level.INFO, text, listed(missing="lead"), leaderless))
    return found


def pictures(conference: Conference, permissions: Permissions) -> Sequence[Picture]:
    """Return the events by day, released and not. As many statements as ``working.load_working``."""
    if Permission.VIEW_PROGRAMME not in permissions:
        return []
    events = working.load_working(conference.id).events
    days: dict[object, Counter[str]] = {}
    for event in events:
        kind = (
            "cancelled"
            if event.state is EventState.CANCELLED
            else "draft"
            if event.state is EventState.DRAFT
            else "changed"
            if event.changed
            else "released"
        )
        days.setdefault(event.place.day, Counter())[kind] += 1
    bars = []
    for day in sorted((one for one in days if one is not None), key=str) + ([None] if None in days else []):
        counted = days[day]
        bars.append(
            Bar(
                templating.day(day, "EEE d MMM") if day is not None else _("without a day"),  # type: ignore[arg-type]
                (counted["released"], counted["changed"], counted["draft"], counted["cancelled"]),
                url_for("programme_manage.events", conference=conference.slug, day=str(day or "none")),
            )
        )
    series = (_("as released"), _("not released yet, or changed"), _("draft"), _("cancelled"))
    return [Picture("programme", _("Events by day"), series, tuple(bars))]


def obstacles(conference_id: int) -> Sequence[str]:
    """Say how often the programme was released: such a conference is not deleted or hidden any more. One statement."""
    statement = select(func.count()).where(
        ProgrammeVersion.conference_id == conference_id, ProgrammeVersion.number.is_not(None)
    )
    count = db.session.scalar(statement) or 0
    return [ngettext("%(num)s release", "%(num)s releases", count)] if count else []


def name_references() -> None:
    """Say what rows of the programme's tables are, where something else cannot be deleted because of them."""
    references.words.update(
        {
            "event": lambda n: str(ngettext("%(num)s event", "%(num)s events", n)),
            "placement": lambda n: str(ngettext("%(num)s placed event", "%(num)s placed events", n)),
            "event_organization": lambda n: str(ngettext("%(num)s event", "%(num)s events", n)),
            "event_theme": lambda n: str(ngettext("%(num)s event", "%(num)s events", n)),
            "event_constituency": lambda n: str(ngettext("%(num)s event", "%(num)s events", n)),
        }
    )
