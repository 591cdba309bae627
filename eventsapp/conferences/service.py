"""Everything that changes a conference as a whole. Named actor, keyword arguments, no commit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime

from flask import current_app
from flask_babel import gettext as _

from eventsapp.accounts.enums import Role
from eventsapp.accounts.models import ConferenceRole
from eventsapp.conferences import hooks
from eventsapp.conferences.enums import ConferenceState
from eventsapp.conferences.models import Conference
from eventsapp.conferences.rules import ConferenceAction, target
from eventsapp.core import audit, renames
from eventsapp.core.audit import Actor
from eventsapp.core.errors import Conflict, Invalid
from eventsapp.core.files import StoredFile
from eventsapp.core.slugs import slugify
from eventsapp.core.translations import LANGUAGES, Texts, clean
from eventsapp.extensions import db

_TEXTS = ("names", "cities", "descriptions")


@dataclass(frozen=True, slots=True)
class ConferenceData:
    """All that the form of a conference holds. ``zone`` is an IANA name; instants are aware."""

    short_name: str
    names: Texts
    start_date: date
    end_date: date
    zone: str
    languages: Sequence[str]
    default_language: str
    cities: Texts = field(default_factory=dict)
    country: str | None = None
    symbol: str | None = None
    descriptions: Texts = field(default_factory=dict)
    accent: str = "#1f5fa8"
    picture: StoredFile | None = None
    contact_email: str | None = None
    registration_opens_at: datetime | None = None
    registration_closes_at: datetime | None = None
    code_prefix: str = "EV"


def reserved_slugs() -> frozenset[str]:
    """Return the first parts of the site's own addresses, and of those in the workspace: no conference may have them."""
    # The interface for other programs has its address before it has its routes.
    found = {*LANGUAGES, "api"}
    for rule in current_app.url_map.iter_rules():
        parts = rule.rule.strip("/").split("/")
        found.update(part.partition(".")[0] for part in parts[:1] if "<" not in part)
        if parts[0] == "manage":
            found.update(part for part in parts[1:2] if "<" not in part)
    return frozenset(found - {""})


def create(data: ConferenceData, *, actor: Actor, slug: str | None = None) -> Conference:
    """Make a draft conference; a person who makes one owns it. ``slug`` defaults to one made of the short name.

    Raises :class:`Invalid` for a slug that is taken and for dates in the wrong order.
    """
    made = Conference(slug="")
    _fill(made, data)
    if slug:
        renames.rename(made, slug, keep=False)
    else:
        made.slug = slugify(data.short_name, renames.slugs(Conference, None) | reserved_slugs())
    db.session.add(made)
    db.session.flush()
    if actor.user_id is not None:
        db.session.add(ConferenceRole(user_id=actor.user_id, conference_id=made.id, role=Role.OWNER))
    audit.record(actor, "conference.create", f"conference:{made.slug}", conference_id=made.id)
    db.session.flush()
    return made


def update(conference: Conference, data: ConferenceData, *, slug: str, actor: Actor) -> None:
    """Change a conference. A renamed slug goes on redirecting once it is public. Raises :class:`Invalid`."""
    renames.rename(conference, slug, keep=conference.state is not ConferenceState.DRAFT)
    _fill(conference, data)
    db.session.flush()
    audit.record(actor, "conference.update", f"conference:{conference.slug}", conference_id=conference.id)


def _fill(conference: Conference, data: ConferenceData) -> None:
    if data.end_date < data.start_date:
        raise Invalid({"end_date": _("The last day cannot be before the first.")})
    if data.default_language not in data.languages:
        raise Invalid({"default_language": _("This has to be one of the languages of the contents.")})
    for one in fields(data):
        value = getattr(data, one.name)
        if one.name in _TEXTS:
            value = clean(value)
        elif one.name == "languages":
            value = list(value)
        if getattr(conference, one.name) != value:
            setattr(conference, one.name, value)


def obstacles(conference: Conference) -> list[str]:
    """Return what forbids deleting or hiding a conference, in words such as "3 releases"."""
    return [said for ask in hooks.obstacles for said in ask(conference.id)]


def change_state(conference: Conference, action: ConferenceAction, *, actor: Actor) -> None:
    """Publish, withdraw, archive or reopen. Raises :class:`Conflict` where the state or what is in it forbids that."""
    state = target(conference.state, action)
    if state is None:
        raise Conflict(_("The conference is in a state in which this cannot be done."))
    if action is ConferenceAction.WITHDRAW:
        _refuse_if_relied_on(conference, _("The conference cannot be hidden any more: it has %(what)s."))
    old = conference.state
    conference.state = state
    db.session.flush()
    audit.record(
        actor,
        f"conference.{action.value}",
        f"conference:{conference.slug}",
        conference_id=conference.id,
        detail={"from": old.value, "to": state.value},
    )


def _refuse_if_relied_on(conference: Conference, sentence: str) -> None:
    found = obstacles(conference)
    if found:
        raise Conflict(sentence % {"what": ", ".join(found)})


def delete(conference: Conference, *, actor: Actor) -> None:
    """Delete a draft with all that is in it. Raises :class:`Conflict` for others, and where people rely on it."""
    if conference.state is not ConferenceState.DRAFT:
        raise Conflict(_("Only a draft can be deleted."))
    _refuse_if_relied_on(conference, _("The conference cannot be deleted: it has %(what)s."))
    # Without conference_id: the entry outlives the conference.
    audit.record(
        actor, "conference.delete", f"conference:{conference.slug}", detail={"names": dict(conference.names)}
    )
    renames.forget(conference)
    db.session.delete(conference)
    db.session.flush()
