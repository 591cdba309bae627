"""How a conference's timetable is made: which constraints apply, how heavily, and the times around them.

Named actor, keyword arguments, no commit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import time

from flask_babel import gettext as _

from eventsapp.conferences.hooks import Copied
from eventsapp.conferences.models import Conference
from eventsapp.core import audit
from eventsapp.core.errors import Invalid
from eventsapp.extensions import db
from eventsapp.programme.facts import DEFAULT_WEIGHTS, HARD, Kind
from eventsapp.programme.models import ProgrammeSettings
from eventsapp.programme.service import writable

MOST_WEIGHT = 100
MOST_TURNOVER, MOST_WALKING, MOST_QUIET = 240, 240, 1440
"""Minutes."""
MOST_TEAMS = 500
MOST_RANK = 1000


@dataclass(frozen=True, slots=True)
class SettingsData:
    """All settings of a timetable; made without arguments they are the defaults.

    ``weights`` are 0 (does not apply) to 100; a hard constraint has 100 when it applies. Lengths are minutes, clocks those
    of the conference's zone, a ``day_ends`` that is not after ``day_starts`` is on the next day. ``interpreter_teams`` None:
    not counted. Nothing of a lower rank runs beside events of types with ``sole_rank`` or more.
    """

    weights: Mapping[Kind, int] = field(default_factory=lambda: dict(DEFAULT_WEIGHTS))
    day_starts: time = time(8)
    day_ends: time = time(21)
    turnover_minutes: int = 0
    walking_minutes: int = 15
    interpreter_teams: int | None = None
    sole_rank: int = 100
    quiet_minutes: int = 30


DEFAULTS = SettingsData()
_PLAIN = tuple(one.name for one in fields(SettingsData) if one.name != "weights")


def current(conference_id: int) -> SettingsData:
    """Return a conference's settings; the defaults when it has none. One statement."""
    row = db.session.get(ProgrammeSettings, conference_id)
    return data_of(row) if row is not None else DEFAULTS


def data_of(row: ProgrammeSettings) -> SettingsData:
    """Return a row's settings, those that it does not name by their defaults. Pure."""
    weights = {kind: int(row.weights.get(kind.value, DEFAULT_WEIGHTS[kind])) for kind in Kind}
    return SettingsData(weights, **{name: getattr(row, name) for name in _PLAIN})


def save(conference: Conference, data: SettingsData, *, actor: audit.Actor) -> list[str]:
    """Bring a conference's settings to ``data``; return the names of what changed (kinds of constraints by their values).

    The public sees nothing of it. Raises :class:`Invalid` (fields of :class:`SettingsData`, ``weight_<kind>``),
    :class:`Conflict` for an archived conference.
    """
    writable(conference)
    _check(data)
    before = current(conference.id)
    changed = [name for name in _PLAIN if getattr(before, name) != getattr(data, name)]
    changed += [kind.value for kind in Kind if before.weights[kind] != data.weights[kind]]
    if not changed:
        return []
    row = db.session.get(ProgrammeSettings, conference.id)
    if row is None:
        row = ProgrammeSettings(conference_id=conference.id, weights={})
        db.session.add(row)
    for name in _PLAIN:
        setattr(row, name, getattr(data, name))
    # Only what was chosen: better defaults reach the others.
    row.weights = {
        kind.value: data.weights[kind] for kind in Kind if data.weights[kind] != DEFAULT_WEIGHTS[kind]
    }
    db.session.flush()
    _record(conference, "programme_settings.update", actor, changed)
    return changed


def reset(conference: Conference, *, actor: audit.Actor) -> None:
    """Go back to the defaults. Raises :class:`Conflict` for an archived conference."""
    writable(conference)
    row = db.session.get(ProgrammeSettings, conference.id)
    if row is None:
        return
    db.session.delete(row)
    db.session.flush()
    _record(conference, "programme_settings.reset", actor, [])


def copy(source: Conference, target: Conference, copied: Copied, actor: audit.Actor) -> None:
    """Give a conference without settings of its own those of another one, as part of its structure."""
    row = db.session.get(ProgrammeSettings, source.id)
    if row is not None and db.session.get(ProgrammeSettings, target.id) is None:
        copied.counts["programme_settings"] = int(bool(save(target, data_of(row), actor=actor)))


def _check(data: SettingsData) -> None:
    errors: dict[str, object] = {}
    for name, least, most in (
        ("turnover_minutes", 0, MOST_TURNOVER),
        ("walking_minutes", 0, MOST_WALKING),
        ("quiet_minutes", 0, MOST_QUIET),
        ("interpreter_teams", 0, MOST_TEAMS),
        ("sole_rank", 0, MOST_RANK),
    ):
        value = getattr(data, name)
        if value is not None and not least <= value <= most:
            errors[name] = _("This has to be a number from %(least)s to %(most)s.", least=least, most=most)
    if data.day_starts == data.day_ends:
        errors["day_ends"] = _("The end has to differ from the start.")
    for kind in Kind:
        weight = data.weights.get(kind)
        if weight is None or not 0 <= weight <= MOST_WEIGHT or (kind in HARD and weight not in (0, 100)):
            errors[f"weight_{kind.value}"] = _(
                "This has to be a number from %(least)s to %(most)s.", least=0, most=MOST_WEIGHT
            )
    if data.weights.get(Kind.SAFETY) != MOST_WEIGHT:
        errors[f"weight_{Kind.SAFETY.value}"] = _("The safety limit always applies.")
    if errors:
        raise Invalid(errors)


def _record(conference: Conference, action: str, actor: audit.Actor, changed: list[str]) -> None:
    detail = {"changed": changed} if changed else {}
    audit.record(actor, action, f"conference:{conference.slug}", conference_id=conference.id, detail=detail)
