"""Calls: set up, published, copied, extended for somebody. Named actor, keyword arguments, no commit.

Whether the actor may is the caller's question.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from eventsapp.conferences.enums import ConferenceState
from eventsapp.conferences.hooks import Copied
from eventsapp.conferences.models import Conference, Theme
from eventsapp.core import audit, clock, references, renames
from eventsapp.core.audit import Actor
from eventsapp.core.errors import Conflict, Invalid
from eventsapp.core.slugs import slugify
from eventsapp.core.translations import Texts, pick
from eventsapp.extensions import db
from eventsapp.proposals.eligibility import Rules
from eventsapp.proposals.enums import LatePolicy, Promotion
from eventsapp.proposals.models import Call, Extension
from eventsapp.proposals.review.models import Criterion
from eventsapp.proposals.service import writable
from eventsapp.questions import service as questions
from eventsapp.questions.models import Questionnaire

MOST = 50
"""Calls of one conference."""


@dataclass(frozen=True, slots=True)
class CallData:
    """What organizers say of a call: names of the fields are those of the table. Instants are aware."""

    names: Texts
    type_id: int
    opens_at: datetime
    closes_at: datetime
    descriptions: Texts = field(default_factory=dict)
    theme_ids: Sequence[int] = ()
    late: LatePolicy = LatePolicy.REFUSED
    lengths: Sequence[int] = ()
    formats: Sequence[str] = ()
    summary_words: int = 100
    description_words: int = 600
    decision_on: date | None = None
    places: int | None = None
    reviews_wanted: int = 3
    blind: bool = False
    review_due_at: datetime | None = None
    consent_reminder_days: int = 5
    offer_days: int = 14
    offer_reminder_days: int = 3
    promotion: Promotion = Promotion.CONSENT
    lock_at: datetime | None = None
    approve_changes: bool = False
    report_days: int = 14


def create(conference: Conference, data: CallData, *, slug: str | None, actor: Actor) -> Call:
    """Add a call that is not public yet, without questions and rules. Raises :class:`Invalid`, :class:`Conflict`."""
    writable(conference)
    _room_for_one(conference.id)
    call = Call(conference=conference, conference_id=conference.id, slug="", questionnaire=_form(conference))
    db.session.add(call)
    with db.session.no_autoflush:
        _fill(call, data)
        _name(call, slug, pick(data.names, "en", conference.default_language))
    db.session.flush()
    _record(actor, "create", call)
    return call


def _form(conference: Conference) -> Questionnaire:
    made = Questionnaire(conference_id=conference.id)
    db.session.add(made)
    db.session.flush()
    return made


def _room_for_one(conference_id: int) -> None:
    number = db.session.scalar(select(func.count(Call.id)).where(Call.conference_id == conference_id)) or 0
    if number >= MOST:
        raise Conflict(
            _("There are %(most)d already. That is the most that one conference can have.", most=MOST)
        )


def _name(call: Call, slug: str | None, name: str) -> None:
    if slug:
        # "" is nobody's slug, so this is only the check.
        renames.rename(call, slug, keep=False)
    else:
        call.slug = slugify(name, renames.slugs(Call, call.conference_id))


def update(call: Call, data: CallData, *, slug: str | None, actor: Actor) -> None:
    """Change the text, the dates and the settings. A renamed address goes on redirecting. Raises :class:`Invalid`."""
    writable(call.conference)
    if slug:
        renames.rename(call, slug, keep=call.conference.state is not ConferenceState.DRAFT)
    moved = {
        name: [before.isoformat(), getattr(data, name).isoformat()]
        for name in ("opens_at", "closes_at")
        if (before := getattr(call, name)) != getattr(data, name)
    }
    _fill(call, data)
    db.session.flush()
    _record(actor, "update", call, moved)


def _fill(call: Call, data: CallData) -> None:
    if data.closes_at <= data.opens_at:
        raise Invalid({"closes_at": _("The call cannot close before it opens.")})
    for one in fields(data):
        if one.name == "theme_ids":
            continue
        value = getattr(data, one.name)
        if isinstance(value, tuple):
            value = list(value)
        if getattr(call, one.name, None) != value:
            setattr(call, one.name, value)
    wanted = set(data.theme_ids)
    if wanted != {theme.id for theme in call.themes}:
        call.themes = list(
            db.session.scalars(
                select(Theme)
                .where(Theme.id.in_(wanted), Theme.conference_id == call.conference_id)
                .order_by(Theme.position, Theme.id)
            )
        )


def set_rules(call: Call, rules: Rules, *, actor: Actor) -> None:
    """Change who may propose. Proposals that are there already are looked at anew wherever eligibility is shown."""
    writable(call.conference)
    kept = rules.to_json()
    if kept != call.rules:
        call.rules = kept
        db.session.flush()
        _record(actor, "rules", call, kept)


def publish(call: Call, *, actor: Actor) -> None:
    """Show a call to the public. Proposals are taken from its opening time on."""
    _set_published(call, True, actor)


def withdraw(call: Call, *, actor: Actor) -> None:
    """Hide a call again. Proposals that are there stay, and their teams still see them."""
    _set_published(call, False, actor)


def _set_published(call: Call, value: bool, actor: Actor) -> None:
    writable(call.conference)
    if call.published is value:
        raise Conflict(_("That was done already."))
    call.published = value
    db.session.flush()
    _record(actor, "publish" if value else "withdraw", call)


def delete(call: Call, *, actor: Actor) -> None:
    """Delete a call that has no proposals, with its questions and criteria. Raises :class:`Conflict`."""
    writable(call.conference)
    used = references.of(call)
    if used.blocking:
        raise Conflict(
            _(
                "“%(name)s” cannot be deleted: it is used by %(uses)s.",
                name=pick(call.names, "en", call.conference.default_language),
                uses=", ".join(used.blocking),
            )
        )
    renames.forget(call)
    _record(actor, "delete", call)
    questionnaire = call.questionnaire
    db.session.delete(call)
    db.session.flush()
    db.session.delete(questionnaire)
    db.session.flush()


# --- copying

_SAME = tuple(
    one.name for one in fields(CallData) if one.name not in ("names", "type_id", "theme_ids", "opens_at", "closes_at")
)  # fmt: skip


def copy(call: Call, *, names: Texts, actor: Actor) -> Call:
    """Add a call like another one of the conference: text, dates, settings, rules, questions, criteria. Not public yet."""
    conference = call.conference
    data = _data(call)
    made = create(conference, replace(data, names=names), slug=None, actor=actor)
    _rest(call, made)
    return made


def _data(call: Call) -> CallData:
    return CallData(
        names=call.names,
        type_id=call.type_id,
        theme_ids=[theme.id for theme in call.themes],
        opens_at=call.opens_at,
        closes_at=call.closes_at,
        **{name: getattr(call, name) for name in _SAME},
    )


def _rest(source: Call, target: Call) -> None:
    target.rules, target.targets = dict(source.rules), dict(source.targets)
    questions.copy(source.questionnaire, target.questionnaire)
    for row in db.session.scalars(
        select(Criterion).where(Criterion.call_id == source.id).order_by(Criterion.id)
    ):
        kept: dict[str, Any] = {
            column.key: getattr(row, column.key)
            for column in Criterion.__table__.columns
            if column.key not in ("id", "call_id", "created_at", "updated_at")
        }
        db.session.add(Criterion(call_id=target.id, **kept))
    db.session.flush()


def copy_to_conference(source: Conference, target: Conference, copied: Copied, actor: Actor) -> None:
    """Give a conference the calls of another one (``conferences.hooks.structure_copied``), none of them public.

    Types and themes are those that stand for them. Dates move with the first day of the conference, until the
    organizers set them. What has the same address there already is left as it is. Targets of the balance name rows of
    the other conference and are not copied.
    """
    types, themes = copied.ids.get("event_type", {}), copied.ids.get("theme", {})
    there = renames.slugs(Call, target.id)
    moved = target.start_date - source.start_date
    calls = db.session.scalars(
        select(Call)
        .where(Call.conference_id == source.id)
        .options(selectinload(Call.themes), selectinload(Call.questionnaire).selectinload(Questionnaire.questions))
        .order_by(Call.position, Call.id)
    )  # fmt: skip
    number = 0
    for call in calls:
        if call.slug in there or call.type_id not in types:
            continue
        data = _data(call)
        later = {
            name: value + moved
            for name in ("opens_at", "closes_at", "review_due_at", "lock_at", "decision_on")
            if (value := getattr(data, name)) is not None
        }
        data = replace(
            data,
            type_id=types[call.type_id],
            theme_ids=[themes[id_] for id_ in data.theme_ids if id_ in themes],
            **later,
        )
        made = create(target, data, slug=call.slug, actor=actor)
        _rest(call, made)
        made.targets = {}
        number += 1
    copied.counts["call"] = number


# --- personal extensions


def extend(
    call: Call,
    *,
    until: datetime,
    reason: str,
    organization_id: int | None = None,
    email: str | None = None,
    actor: Actor,
) -> Extension:
    """Let one organization, or one person by e-mail address, propose until later than others. Raises :class:`Invalid`."""
    writable(call.conference)
    if (organization_id is None) == (email is None):
        raise Invalid({"organization_id": _("Give an organization or an e-mail address, one of the two.")})
    if until <= call.closes_at:
        raise Invalid({"until": _("This has to be later than the closing time of the call.")})
    made = Extension(
        call_id=call.id,
        organization_id=organization_id,
        email=email,
        until=until,
        reason=reason,
        granted_at=clock.now(),
        granted_by=actor.name,
    )
    db.session.add(made)
    db.session.flush()
    _record(
        actor, "extend", call, {"until": until.isoformat(), "organization": organization_id, "email": email}
    )
    return made


def end_extension(call: Call, extension: Extension, *, actor: Actor) -> None:
    """Take an extension back: the call's own closing time holds again."""
    writable(call.conference)
    _record(
        actor,
        "end_extension",
        call,
        {"organization": extension.organization_id, "email": extension.email},
    )
    db.session.delete(extension)
    db.session.flush()


def _record(actor: Actor, action: str, call: Call, detail: dict[str, Any] | None = None) -> None:
    audit.record(
        actor, f"call.{action}", f"call:{call.slug}", conference_id=call.conference_id, detail=detail or {}
    )
