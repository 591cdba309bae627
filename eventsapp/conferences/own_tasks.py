"""What the set-up of a conference still wants, and how far its translations are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from eventsapp.accounts.enums import Permission
from eventsapp.conferences import queries
from eventsapp.conferences.catalogue import Kind
from eventsapp.conferences.enums import ConferenceState
from eventsapp.conferences.kinds import CONSTITUENCIES, EVENT_TYPES, NEWS, PAGES, ROOMS, THEMES, VENUES
from eventsapp.conferences.models import Conference, NewsItem
from eventsapp.conferences.tasks import Bar, Level, Permissions, Picture, Task
from eventsapp.core import clock, references, templating
from eventsapp.extensions import db
from eventsapp.organizations import people
from eventsapp.organizations.hooks import Address

_SOON = timedelta(days=21)


def _new(kind: Kind, conference: Conference) -> str:
    return url_for(f"{kind.blueprint}.new", conference=conference.slug)


def missing_parts(conference: Conference, permissions: Permissions) -> Sequence[Task]:
    """What a conference cannot do without. One statement."""
    if Permission.EDIT_CONFERENCE not in permissions or conference.state is ConferenceState.ARCHIVED:
        return []
    counts = queries.counts(
        {kind.name: kind.model for kind in (VENUES, ROOMS, EVENT_TYPES, THEMES)}, conference.id
    )
    found = []
    if not counts["venues"]:
        text = _("There is no venue yet.")
        found.append(Task("setup", Level.WARNING, text, _new(VENUES, conference)))
    elif not counts["rooms"]:
        text = _("There are no rooms yet.")
        found.append(Task("setup", Level.WARNING, text, _new(ROOMS, conference)))
    if not counts["types"]:
        text = _("There are no event types yet: events need one.")
        found.append(Task("setup", Level.WARNING, text, _new(EVENT_TYPES, conference)))
    if not counts["themes"]:
        text = _("There are no themes yet.")
        found.append(Task("setup", Level.INFO, text, _new(THEMES, conference)))
    if conference.state is ConferenceState.DRAFT:
        text = _("The conference is a draft: only its team sees it.")
        url = url_for("conferences_manage.setup_state", conference=conference.slug)
        found.append(Task("setup", Level.INFO, text, url))
    return found


def dead_messages(conference: Conference, permissions: Permissions) -> Sequence[Task]:
    """Messages that could not be delivered. One statement."""
    if Permission.VIEW_MESSAGES not in permissions:
        return []
    count = queries.dead_messages(conference.id)
    if not count:
        return []
    text = ngettext(
        "%(num)s message could not be delivered.", "%(num)s messages could not be delivered.", count
    )
    url = url_for("messages_manage.index", conference=conference.slug, state="dead")
    return [Task("messages", Level.BAD, text, url, count)]


def organizations_to_see_to(conference: Conference, permissions: Permissions) -> Sequence[Task]:
    """People who ask to act for an organization and whom nobody else answers. One statement."""
    if Permission.EDIT_ORGANIZATIONS not in permissions:
        return []
    count = people.waiting_for_secretariat()
    if not count:
        return []
    text = ngettext(
        "%(num)s person asks to act for an organization.",
        "%(num)s people ask to act for an organization.",
        count,
    )
    return [Task("setup", Level.WARNING, text, url_for("organizations_members.requests"), count)]


def secretariats() -> list[Address]:
    """Return the contact addresses of the conferences that are public and not over. One statement."""
    rows = db.session.scalars(
        select(Conference)
        .where(
            Conference.state == ConferenceState.PUBLISHED,
            Conference.contact_email.is_not(None),
            Conference.end_date >= clock.today("UTC") - timedelta(days=1),
        )
        .order_by(Conference.start_date, Conference.id)
    )
    return [Address(row.short_name, row.contact_email or "", row.default_language) for row in rows]


def dates(conference: Conference, permissions: Permissions) -> Sequence[Task]:
    """What happens by itself soon, and what the calendar asks for. One statement."""
    now = clock.now()
    found = []
    if Permission.EDIT_CONFERENCE in permissions and conference.state is ConferenceState.PUBLISHED:
        url = url_for("conferences_manage.setup_conference", conference=conference.slug)
        opens, closes = conference.registration_opens_at, conference.registration_closes_at
        if opens is not None and now < opens < now + _SOON:
            found.append(Task("registration", Level.INFO, _("Registration opens."), url, due=opens))
        if closes is not None and now < closes < now + _SOON:
            found.append(Task("registration", Level.INFO, _("Registration closes."), url, due=closes))
        if clock.today(conference.zone) > conference.end_date + timedelta(days=30):
            state = url_for("conferences_manage.setup_state", conference=conference.slug)
            text = _("The conference is over: archive it.")
            found.append(Task("setup", Level.INFO, text, state, due=conference.end_date))
    if Permission.EDIT_CONTENT in permissions:
        scheduled = select(NewsItem.id, NewsItem.published_at).where(
            NewsItem.conference_id == conference.id, NewsItem.published_at > now
        )
        for id_, at in db.session.execute(scheduled.order_by(NewsItem.published_at).limit(5)):
            url = url_for(f"{NEWS.blueprint}.edit", conference=conference.slug, id_=id_)
            found.append(Task("setup", Level.INFO, _("A news item appears."), url, due=at))
    return found


_TRANSLATED = (VENUES, ROOMS, EVENT_TYPES, THEMES, CONSTITUENCIES, PAGES, NEWS)


def _missing(conference: Conference) -> list[tuple[Kind, dict[str, int], int]]:
    """For each kind: what is missing in which language, and how many there are. One statement for each kind."""
    found = []
    for kind in _TRANSLATED:
        texts = queries.texts(kind.model, kind.title, conference.id)
        found.append((kind, queries.missing_texts(texts, conference.languages), len(texts)))
    return found


def missing_translations(conference: Conference, permissions: Permissions) -> Sequence[Task]:
    """Names that are not there in one of the conference's languages. One statement for each kind."""
    if conference.state is ConferenceState.ARCHIVED or Permission.EDIT_CONFERENCE not in permissions:
        return []
    missing: dict[str, int] = {}
    for _kind, missing_in, _all in _missing(conference):
        for language, number in missing_in.items():
            missing[language] = missing.get(language, 0) + number
    count = sum(missing.values())
    if not count:
        return []
    text = ngettext(
        "%(num)s name of the set-up is not translated (%(languages)s).",
        "%(num)s names of the set-up are not translated (%(languages)s).",
        count,
        languages=templating.join_list(
            templating.language_name(language) for language, number in missing.items() if number
        ),
    )
    return [
        Task(
            "setup", Level.INFO, text, url_for("conferences_manage.setup", conference=conference.slug), count
        )
    ]


def translations(conference: Conference, permissions: Permissions) -> Sequence[Picture]:
    """How many names of the set-up each language has. One statement for each kind."""
    if len(conference.languages) < 2 or Permission.EDIT_CONTENT not in permissions:
        return []
    gathered: Any = _missing(conference)
    total = sum(count for _kind, _missing_in, count in gathered)
    if not total:
        return []
    bars = []
    for language in conference.languages:
        missing = sum(missing_in[language] for _kind, missing_in, _count in gathered)
        bars.append(Bar(templating.language_name(language), (total - missing, missing)))
    return [
        Picture("setup", _("Names in the set-up, by language"), (_("translated"), _("missing")), tuple(bars))
    ]


def name_references() -> None:
    """Say what rows of a conference's tables are, where something else cannot be deleted because of them."""
    references.words["room"] = lambda n: str(ngettext("%(num)s room", "%(num)s rooms", n))
    references.words["slot"] = lambda n: str(ngettext("%(num)s slot", "%(num)s slots", n))
    references.words["room_closure"] = lambda n: str(ngettext("%(num)s closure", "%(num)s closures", n))
