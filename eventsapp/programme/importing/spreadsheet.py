"""Changing the programme by a spreadsheet: what it would do is shown first, row by row, and done when somebody confirms it.

``sheet`` reads, ``rows`` decides, this asks the database and writes. Between preview and confirmation the file is kept under
its hash, outside of what is ever given out, for a day.
"""

from __future__ import annotations

import hashlib
import re
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import time as clock_time
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from babel import Locale
from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from eventsapp.conferences.models import Conference, EventType, Room, Theme
from eventsapp.core import audit, locale, tables
from eventsapp.core.errors import Invalid
from eventsapp.core.search import normalize
from eventsapp.core.templating import language_name
from eventsapp.core.translations import LANGUAGES, clean_text, pick
from eventsapp.extensions import db
from eventsapp.organizations.models import Organization
from eventsapp.programme import edits, placing, releases, service
from eventsapp.programme.edits import Move
from eventsapp.programme.enums import Access
from eventsapp.programme.forms import ACCESS
from eventsapp.programme.importing import columns, rows, sheet
from eventsapp.programme.importing.columns import Column
from eventsapp.programme.importing.rows import Action, Existing, Known, Names, Plan, RowPlan, Thing
from eventsapp.programme.models import Event, EventSpeaker, ProgrammeVersion
from eventsapp.programme.releases import NOWHERE, Place

KEPT: Final = 24 * 3600
"""Seconds for which a file waits to be confirmed."""

_DIGEST = re.compile(r"[0-9a-f]{64}")


class Changed(Exception):
    """What the file would do is no longer what was shown: somebody changed the same events meanwhile. ``plan`` is new."""

    def __init__(self, plan: Plan) -> None:
        super().__init__("the preview is out of date")
        self.plan = plan


# --- what it would do


def preview(conference: Conference, content: bytes, name: str, *, actor: audit.Actor) -> Plan:
    """Return what a file would do, each row tried out and taken back. Raises :class:`Invalid` (``file``), ``Conflict``.

    Has to be called in a transaction that may write; leaves nothing behind in it.
    """
    service.writable(conference)
    made = _plan(conference, content, name)
    trial = db.session.begin_nested()
    try:
        _contents(conference, made, actor)
    finally:
        trial.rollback()
        db.session.expire_all()
    return made


def _contents(conference: Conference, made: Plan, actor: audit.Actor) -> list[Move]:
    """Bring the events of all rows to what the rows say, but for places; return where they go. Refuses rows, with why."""
    moves = []
    for row in made.rows:
        if row.action in (Action.CREATE, Action.CHANGE):
            try:
                with db.session.begin_nested():
                    moves += _content(conference, row, actor)
            except Invalid as invalid:
                row.refuse([str(sentence) for said in invalid.errors.values() for sentence in said])
    return moves


def _plan(conference: Conference, content: bytes, name: str) -> Plan:
    read = sheet.read(content, name, default_language=conference.default_language)
    return rows.plan(read, load_known(conference))


def apply(
    conference: Conference, content: bytes, name: str, *, fingerprint: str, actor: audit.Actor
) -> dict[Action, int]:
    """Do what a file says, in one transaction, but for the rows that are refused; return how many rows did what.

    ``fingerprint`` is that of the preview: when the file would do something else by now, :class:`Changed` is raised, and
    whoever called has to take back what was begun. Raises :class:`Invalid`, ``Conflict``. Not public before the next release but for what an event says of
    itself. Writes; does not commit.
    """
    service.writable(conference)
    version = releases.working_version(conference.id)
    # Nobody changes a place between the look at it and the change.
    db.session.execute(
        select(ProgrammeVersion.id).where(ProgrammeVersion.id == version.id).with_for_update(key_share=True)
    )
    made = _plan(conference, content, name)
    moves = _contents(conference, made, actor)
    if made.fingerprint != fingerprint:
        raise Changed(made)
    edits.apply(conference, moves, actor=actor)
    counts = {action: made.count(action) for action in Action}
    audit.record(
        actor,
        "programme.import",
        f"conference:{conference.slug}",
        conference_id=conference.id,
        detail={"file": made.sheet.name, **{action.value: count for action, count in counts.items()}},
    )
    db.session.flush()
    return counts


def _content(conference: Conference, row: RowPlan, actor: audit.Actor) -> list[Move]:
    """Bring the event of a row to what the row says; return where it goes, if that changes."""
    assert row.data is not None
    if row.event_id is None:
        event = service.create_event(conference, row.data, actor=actor, code=row.code or None)
    else:
        found = db.session.get(Event, row.event_id)
        if found is None:
            raise Invalid({"code": _("There is no event with this code any more.")})
        event = found
        service.update_event(conference, event, row.data, actor=actor)
    if not row.moved:
        return []
    placing.check_place(conference, row.place)
    return [Move(event.id, row.place)]


# --- what there is


def load_known(conference: Conference) -> Known:
    """Return all that a row may name. A fixed number of statements."""
    language = locale.current()
    version = releases.working_version_if_any(conference.id)
    places = {
        event_id: Place(row.room_id, row.day, row.end_day, row.starts_at, row.ends_at)
        for event_id, row in releases.placements(version).items()
    }
    found = db.session.scalars(
        select(Event)
        .where(Event.conference_id == conference.id)
        .options(
            selectinload(Event.organizations),
            selectinload(Event.speakers).selectinload(EventSpeaker.speaker),
            selectinload(Event.themes),
            selectinload(Event.constituencies),
        )
    )
    events = {
        event.code: Existing(event.id, event.code, service.data_of(event), places.get(event.id, NOWHERE))
        for event in found
    }
    rooms = db.session.scalars(
        select(Room).where(Room.conference_id == conference.id).options(selectinload(Room.venue))
    )
    return Known(
        zone=conference.zone,
        default_language=conference.default_language,
        language=language,
        types=_things(EventType, conference),
        rooms=Names(
            Thing(
                room.id, room.slug, room.names, tuple(room.aliases),
                frozenset(normalize(word) for word in (room.venue.slug, *room.venue.names.values())),
            )
            for room in rooms
        ),
        themes=_things(Theme, conference),
        organizations=Names(
            Thing(row.id, row.slug, row.names, (*row.acronyms.values(), *row.aliases))
            for row in db.session.execute(
                select(
                    Organization.id, Organization.slug, Organization.names, Organization.acronyms, Organization.aliases
                )
            )
        ),
        events=events,
        languages=_languages(),
        access=_access(),
        language_name=language_name,
        access_name=lambda access: str(ACCESS[access]),
    )  # fmt: skip


def _things(model: Any, conference: Conference) -> Names:
    rows = db.session.execute(
        select(model.id, model.slug, model.names).where(model.conference_id == conference.id)
    )
    return Names(Thing(row.id, row.slug, row.names) for row in rows)


@lru_cache(maxsize=1)
def _languages() -> dict[str, str]:
    """Return the codes of languages by their codes and their names in our languages."""
    found: dict[str, str] = {}
    for ours in reversed(LANGUAGES):
        for code, name in Locale.parse(ours).languages.items():
            if re.fullmatch("[a-z]{2,3}", str(code)):
                found[normalize(str(name))] = str(code)
    found.update({code: code for code in list(found.values())})
    return found


def _access() -> dict[str, Access]:
    found = {access.value: access for access in Access}
    for language in LANGUAGES:
        with force_locale(language):
            found.update({normalize(str(word)): access for access, word in ACCESS.items()})
    return found


# --- the file between preview and confirmation


def keep(conference: Conference, content: bytes, name: str, *, user_id: int) -> str:
    """Keep a file until it is confirmed; return what brings it back, for this person and conference. Writes a file."""
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True)
    _forget(folder)
    digest = hashlib.sha256(content).hexdigest()
    with tempfile.NamedTemporaryFile(dir=folder, delete=False) as part:
        part.write(content)
    Path(part.name).replace(folder / digest)
    return str(_signer().dumps([conference.id, user_id, digest, " ".join(clean_text(name).split())[:120]]))


def kept(conference: Conference, token: str, *, user_id: int) -> tuple[bytes, str]:
    """Return a kept file and its name. Raises :class:`Invalid` (``file``) when it is gone, or another's."""
    gone = sheet.refuse(_("The file is no longer kept here. Please send it again."))
    try:
        said = _signer().loads(token, max_age=KEPT)
    except BadSignature:
        raise gone from None
    conference_id, owner, digest, name = said
    if (conference_id, owner) != (conference.id, user_id) or not _DIGEST.fullmatch(digest):
        raise gone
    try:
        return (_folder() / digest).read_bytes(), name
    except OSError:
        raise gone from None


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="programme-import")


def _folder() -> Path:
    return Path(current_app.config["UPLOADS"]) / "imports"


def _forget(folder: Path) -> None:
    before = time.time() - KEPT
    for file in folder.iterdir():
        with suppress(OSError):
            if file.stat().st_mtime < before:
                file.unlink()


# --- an example


def template(conference: Conference) -> bytes:
    """Return a workbook with all headings and one example, of the conference's own type, room and day."""

    def first(model: Any) -> str:
        found = db.session.scalar(
            select(model)
            .where(model.conference_id == conference.id)
            .order_by(model.position, model.id)
            .limit(1)
        )
        return pick(found.names, locale.current(), conference.default_language) if found is not None else ""

    example: dict[Column, Callable[[], object]] = {
        Column.TITLE: lambda: _("Example: replace this row"),
        Column.TYPE: lambda: first(EventType),
        Column.DAY: lambda: conference.start_date,
        Column.START: lambda: clock_time(13, 15),
        Column.END: lambda: clock_time(14, 30),
        Column.ROOM: lambda: first(Room),
        Column.THEMES: lambda: first(Theme),
        Column.LANGUAGES: lambda: language_name(conference.default_language),
        Column.ACCESS: lambda: str(ACCESS[Access.OPEN]),
        Column.ATTENDANCE: lambda: 40,
        Column.LENGTH: lambda: 75,
    }
    shown = [column for column in Column if column not in columns.UNREAD]
    return tables.xlsx(
        _("Programme"),
        [columns.label(column) for column in shown],
        [[example[column]() if column in example else None for column in shown]],
    )
