"""Organizers keep the public texts, speakers and materials of their event up to date, until a lock date.

Where the call wants it, a change waits for an officer. Named actor, keyword arguments, no commit.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, select, update

from eventsapp.conferences.enums import ConferenceState
from eventsapp.conferences.models import Conference
from eventsapp.core import clock, files
from eventsapp.core.audit import Actor, record
from eventsapp.core.errors import Conflict, Invalid, NotFound
from eventsapp.core.translations import clean_text
from eventsapp.extensions import db
from eventsapp.programme import materials as material_service
from eventsapp.programme import service as programme
from eventsapp.programme.enums import EventState
from eventsapp.programme.models import Event
from eventsapp.proposals.drafts import threeway
from eventsapp.proposals.drafts.content import mark
from eventsapp.proposals.enums import ChangeState, ProposalState
from eventsapp.proposals.models import Proposal
from eventsapp.proposals.offers import event_content, rules, telling
from eventsapp.proposals.offers.event_content import FIELDS, MATERIALS
from eventsapp.proposals.offers.models import EventChange

REASON_MOST = 500


@dataclass(frozen=True, slots=True)
class Saved:
    """What came of a save: ``clashes`` are parts that somebody else changed meanwhile; then nothing was saved.

    ``state`` is what became of it otherwise; None: nothing was different.
    """

    state: ChangeState | None = None
    clashes: tuple[threeway.Clash, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a change as an officer sees it. ``now`` is what the event says today."""

    name: str
    before: Any
    after: Any
    now: Any

    @property
    def outdated(self) -> bool:
        """Whether the event says something else today than what the organizers changed."""
        return mark(self.now or None) != mark(self.before or None)


@dataclass(frozen=True, slots=True)
class Texts:
    """What organizers see in their form: the event as it is, with what waits for approval on top."""

    parts: dict[str, Any] = field(default_factory=dict)
    pending: EventChange | None = None

    @property
    def marks(self) -> dict[str, str]:
        """Return the marks of the parts, by which a save finds out what changed meanwhile."""
        return {part: mark(value) for part, value in self.parts.items()}


def lock_at(proposal: Proposal) -> datetime:
    """Return from when on (UTC) organizers change nothing of their event by themselves."""
    conference = proposal.conference
    return rules.lock_at(proposal.call.lock_at, conference.start_date, conference.zone)


def obstacle(proposal: Proposal, event: Event | None, now: datetime) -> str:
    """Return why organizers cannot change their event; "" where they can."""
    if proposal.state is not ProposalState.CONFIRMED or event is None:
        return str(_("There is no confirmed event."))
    if proposal.conference.state is ConferenceState.ARCHIVED:
        return str(_("The conference is archived: nothing of it can be changed."))
    if event.state is EventState.CANCELLED:
        return str(_("The event is cancelled."))
    if now >= lock_at(proposal):
        return str(_("Changes are closed. Write to the secretariat if something is wrong."))
    return ""


def event_of(proposal: Proposal) -> Event:
    """Return the event of a confirmed proposal. Raises :class:`NotFound`."""
    event = db.session.get(Event, proposal.event_id) if proposal.event_id is not None else None
    if event is None or proposal.state is not ProposalState.CONFIRMED:
        raise NotFound
    return event


def pending_of(event_id: int) -> EventChange | None:
    """Return the change of an event that waits for approval. One statement."""
    return db.session.scalar(
        select(EventChange).where(EventChange.event_id == event_id, EventChange.state == ChangeState.PENDING)
    )


def now_of(event: Event) -> dict[str, Any]:
    """Return the parts of an event as they are today."""
    found = event_content.parts(programme.data_of(event))
    materials = event_content.materials(event)
    return found | ({MATERIALS: materials} if materials else {})


def texts_of(event: Event) -> Texts:
    """Return what organizers see of their event in a form."""
    pending = pending_of(event.id)
    asked = {part: after for part, (_before, after) in pending.changes.items()} if pending else {}
    both = {**now_of(event), **asked}
    return Texts({part: value for part, value in both.items() if value}, pending)


def save(
    proposal: Proposal,
    mine: Mapping[str, Any],
    *,
    actor: Actor,
    seen: Mapping[str, str] | None = None,
    fields: Iterable[str] = FIELDS,
) -> Saved:
    """Bring the parts of an event to ``mine``, at once or for approval.

    ``fields`` are those that ``mine`` speaks of; ``seen`` the marks of the parts when the form was opened (None: as they are
    now). What somebody else changed meanwhile in the same part is not written over: then nothing is saved. Raises
    :class:`Invalid` (fields of ``EventData``), :class:`Conflict` after the lock date.
    """
    conference = proposal.conference
    event = _held(proposal)
    reason = obstacle(proposal, event, clock.now())
    if reason:
        raise Conflict(reason)
    texts = texts_of(event)
    merged = threeway.merge(texts.parts, mine, texts.marks if seen is None else seen, fields)
    if merged.clashes:
        return Saved(clashes=merged.clashes)
    today = now_of(event)
    asked = texts.pending.changes if texts.pending else {}
    changes: dict[str, list[Any]] = {}
    for part in dict.fromkeys([*today, *merged.parts]):
        now, wanted = today.get(part), merged.parts.get(part)
        if mark(now) == mark(wanted):
            continue
        kept = asked.get(part)
        # What an earlier wish had before it still says what it was made for.
        changes[part] = kept if kept and mark(kept[1]) == mark(wanted) else [now, wanted]
    if proposal.call.approve_changes or texts.pending is not None:
        return Saved(_ask(proposal, event, changes, texts.pending, actor))
    if not changes:
        return Saved()
    _apply(conference, event, {part: after for part, (_was, after) in changes.items()}, actor)
    now = clock.now()
    made = EventChange(
        event_id=event.id,
        state=ChangeState.APPLIED,
        changes=changes,
        asked_by_id=actor.user_id,
        asked_by=actor.name,
        decided_at=now,
    )
    db.session.add(made)
    _write_down("event.organizers", event, changes, actor)
    db.session.flush()
    return Saved(ChangeState.APPLIED)


def _held(proposal: Proposal) -> Event:
    """Return the event with its row held, and read anew: one changes it at a time."""
    event = event_of(proposal)
    db.session.flush()
    db.session.execute(select(Event.id).where(Event.id == event.id).with_for_update(key_share=True))
    db.session.refresh(event)
    return event


def _write_down(action: str, event: Event, changes: Mapping[str, Any], actor: Actor) -> None:
    record(
        actor,
        action,
        f"event:{event.code}",
        conference_id=event.conference_id,
        detail={"changes": dict(changes)},
    )


def _ask(
    proposal: Proposal,
    event: Event,
    changes: dict[str, list[Any]],
    pending: EventChange | None,
    actor: Actor,
) -> ChangeState | None:
    if pending is None and not changes:
        return None
    if pending is not None and pending.changes == changes:
        return None
    if pending is not None and not changes:
        take_back(pending, actor=actor)
        return None
    _write_down("event.ask_change", event, changes, actor)
    if pending is not None:
        pending.changes, pending.asked_by, pending.asked_by_id = changes, actor.name, actor.user_id
    else:
        db.session.add(
            EventChange(event_id=event.id, changes=changes, asked_by_id=actor.user_id, asked_by=actor.name)
        )
        telling.change_asked(proposal, event, by=actor)
    db.session.flush()
    return ChangeState.PENDING


def take_back(change: EventChange, *, actor: Actor) -> None:
    """Take a change back that nobody has decided about yet. Raises :class:`Conflict`."""
    gone = db.session.execute(
        delete(EventChange)
        .where(EventChange.id == change.id, EventChange.state == ChangeState.PENDING)
        .execution_options(synchronize_session=False)
    )
    if gone.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict(_("This change has been decided about already."))
    _write_down("event.take_back_change", change.event, change.changes, actor)
    db.session.expunge(change)


def _apply(conference: Conference, event: Event, after: Mapping[str, Any], actor: Actor) -> None:
    data = programme.data_of(event)
    programme.update_event(conference, event, event_content.with_parts(data, after), actor=actor)
    if MATERIALS in after:
        _apply_materials(conference, event, after[MATERIALS] or [], actor)


def _apply_materials(
    conference: Conference, event: Event, wanted: list[dict[str, Any]], actor: Actor
) -> None:
    kept = {one["id"] for one in wanted if one.get("id")}
    for one in event_content.materials(event):
        if one["id"] not in kept:
            material_service.remove_material(conference, event, one["id"], actor=actor)
    for one in wanted:
        if one.get("id"):
            continue
        if one.get("url"):
            material_service.add_link(conference, event, actor=actor, titles=one["titles"], url=one["url"])
            continue
        stored = db.session.get(files.StoredFile, one["file"])
        if stored is not None:
            with files.path_of(stored).open("rb") as stream:
                material_service.add_file(
                    conference, event, actor=actor, titles=one["titles"], stream=stream, filename=stored.name
                )  # fmt: skip


def add_material(
    proposal: Proposal, *, actor: Actor, titles: Mapping[str, str], url: str | None = None, file: Any = None
) -> Saved:
    """Add a link (``url``) or a stored file to the materials, at once or for approval."""
    db.session.flush()
    new = {
        "id": None,
        "titles": dict(titles),
        "url": url,
        "file": file.id if file is not None else None,
        "name": file.name if file is not None else None,
    }
    wanted = [*texts_of(event_of(proposal)).parts.get(MATERIALS, []), new]
    return save(proposal, {MATERIALS: wanted}, actor=actor, fields=(MATERIALS,))


def remove_material(proposal: Proposal, position: int, *, actor: Actor, seen: str) -> Saved:
    """Take off the material at a position of the list as the page showed it, whose mark is ``seen``.

    Raises :class:`NotFound` when the list is another one by now.
    """
    listed = texts_of(event_of(proposal)).parts.get(MATERIALS, [])
    if not 0 <= position < len(listed) or mark(listed[position]) != seen:
        raise NotFound
    wanted = [one for number, one in enumerate(listed) if number != position]
    return save(proposal, {MATERIALS: wanted} if wanted else {}, actor=actor, fields=(MATERIALS,))


# --- officers


def parts_of(change: EventChange) -> list[Part]:
    """Return the parts of a change beside what the event says today."""
    today = now_of(change.event)
    return [Part(part, before, after, today.get(part)) for part, (before, after) in change.changes.items()]


def seen_of(parts: Iterable[Part]) -> str:
    """Return the mark of what a change says and of what the event says today, by which an officer's page is known."""
    return mark([[one.name, one.after, one.now] for one in parts])


def approve(
    change: EventChange, chosen: Collection[str], *, actor: Actor, seen: str, note: str = ""
) -> list[str]:
    """Publish the chosen parts of a change; the others are left as they are, which the team is told. Return the chosen ones.

    Raises :class:`Conflict` when somebody decided already, or changed the event or the change since the page was opened
    (``seen``: :func:`seen_of`); :class:`Invalid` for no part at all, and for what an event cannot say.
    """
    proposal = proposal_of(change)
    event = _held(proposal)
    db.session.refresh(change)
    if seen_of(parts_of(change)) != seen:
        raise Conflict(_("The event or the change is another one by now. Please look again."))
    taken = {part: both for part, both in change.changes.items() if part in chosen}
    if not taken:
        raise Invalid({"": _("Choose at least one part, or refuse the change.")})
    note = _short(note, "note")
    left_out = [part for part in change.changes if part not in taken]
    _decide(change, ChangeState.APPLIED, actor, note)
    today = now_of(event)
    _apply(proposal.conference, event, {part: after for part, (_was, after) in taken.items()}, actor)
    change.changes = taken
    said = {part: [today.get(part), after] for part, (_was, after) in taken.items()}
    _write_down("event.approve_change", event, said | {"asked_by": change.asked_by}, actor)
    telling.change_decided(proposal, event, change, left_out=left_out)
    return list(taken)


def refuse(change: EventChange, *, reason: str, actor: Actor) -> None:
    """Refuse a change, with the reason that the team is told. Raises :class:`Invalid` (``reason``), :class:`Conflict`."""
    reason = _short(reason, "reason")
    if not reason:
        raise Invalid({"reason": _("Say why, so that the team knows what to do.")})
    proposal = proposal_of(change)
    event = _held(proposal)
    _decide(change, ChangeState.REFUSED, actor, reason)
    _write_down("event.refuse_change", event, {"reason": reason}, actor)
    telling.change_decided(proposal, event, change, left_out=[])


def _short(text: str, field: str) -> str:
    text = clean_text(text)
    if len(text) > REASON_MOST:
        said = _("Use at most %(most)d characters; these are %(count)d.", most=REASON_MOST, count=len(text))
        raise Invalid({field: said})
    return text


def _decide(change: EventChange, state: ChangeState, actor: Actor, reason: str) -> None:
    done = db.session.execute(
        update(EventChange)
        .where(EventChange.id == change.id, EventChange.state == ChangeState.PENDING)
        .values(
            state=state, decided_at=clock.now(), decided_by=actor.name, reason=reason or None, updated_at=clock.now()
        )
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict(_("This change has been decided about already."))
    db.session.refresh(change)


def proposal_of(change: EventChange) -> Proposal:
    """Return the proposal that the event of a change came of. Raises :class:`NotFound`."""
    found = db.session.scalar(select(Proposal).where(Proposal.event_id == change.event_id))
    if found is None:
        raise NotFound
    return found
