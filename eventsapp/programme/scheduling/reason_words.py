"""Why an event stays without a place, and what would let it in, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from eventsapp.core import templating
from eventsapp.core.intervals import Interval
from eventsapp.programme.facts import Kind, Planning
from eventsapp.programme.words import kind_name, ltr, when


def sentences(why: Mapping[str, Any], planning: Planning) -> list[str]:
    """Return the reasons that ``reasons.explain`` counted, the heaviest first, then at most three changes."""
    return [*_against(why, planning), *_help(why, planning)]


def _against(why: Mapping[str, Any], planning: Planning) -> list[str]:
    found: list[str] = []
    slots = why["slots"]
    if not slots:
        return [_("There is no slot for it.")]
    if not why["suited"]:
        lacking = ", ".join(
            f"{kind_name(Kind(kind))} ({count})"
            for kind, count in why["lacking"].items()
            if kind in set(Kind)
        )
        found.append(_("No room does for it: %(reasons)s.", reasons=lacking))
    if why["taken"]:
        found.append(
            ngettext(
                "In %(slots)s of its %(all)s slots the only room that does is taken.",
                "In %(slots)s of its %(all)s slots the %(num)s rooms that do are taken.",
                why["suited"],
                slots=why["taken"],
                all=slots,
            )
        )
    if why["closed"]:
        found.append(
            _("In %(slots)s of its %(all)s slots no room that does is open.", slots=why["closed"], all=slots)
        )
    found += [
        str(sentence)
        for kind, subject, count in why["blocked"]
        if (sentence := _blocked(kind, subject, count, slots, planning))
    ]
    return found or [_("Nothing is left beside the other events.")]


def _blocked(kind: str, subject: int, count: int, slots: int, planning: Planning) -> Any:
    numbers = {"slots": count, "all": slots}
    if kind == Kind.LEAD:
        name = templating.t(dict(planning.organizations.get(subject, {})))
        return _("%(name)s leads another event in %(slots)s of its %(all)s slots.", name=name, **numbers)
    speaker = planning.speakers.get(subject)
    name = speaker.name if speaker else ""
    if kind == Kind.SPEAKER:
        return _("%(name)s speaks elsewhere in %(slots)s of its %(all)s slots.", name=name, **numbers)
    if kind == Kind.ABSENCE:
        return _("%(name)s cannot come in %(slots)s of its %(all)s slots.", name=name, **numbers)
    if kind == Kind.OUTRANKED:
        return _("In %(slots)s of its %(all)s slots nothing may run beside another event.", **numbers)
    if kind == Kind.INTERPRETERS:
        return _("All teams of interpreters are busy in %(slots)s of its %(all)s slots.", **numbers)
    return None


def _help(why: Mapping[str, Any], planning: Planning) -> list[str]:
    return [str(said) for change in why["changes"][:3] if (said := _change(change, planning))]


def _change(change: Mapping[str, Any], planning: Planning) -> Any:
    where = _where(change, planning)
    what, value = change["what"], change["value"]
    if what == "attendance":
        return _(
            "It would fit with an expected attendance of %(number)s instead of %(instead)s: %(where)s.",
            number=value,
            instead=change["instead"],
            where=where,
        )
    if what == "step_free":
        return _("It would fit without step-free access: %(where)s.", where=where)
    if what == "booths":
        return _("It would fit without interpretation: %(where)s.", where=where)
    if what == "equipment":
        return _("It would fit without “%(word)s”: %(where)s.", word=value, where=where)
    if what == "speaker":
        speaker = planning.speakers.get(int(value))
        return _(
            "It would fit without %(name)s: %(where)s.", name=speaker.name if speaker else "", where=where
        )
    if what in ("move", "unpin"):
        other = planning.events.get(int(value))
        code = ltr(other.code) if other else ""
        if what == "unpin":
            return _("It would fit if %(code)s were not pinned there: %(where)s.", code=code, where=where)
        return _("It would fit if %(code)s were elsewhere: %(where)s.", code=code, where=where)
    if what == "slot":
        return _("It would fit outside of its slots: %(where)s.", where=where)
    return None


def _where(change: Mapping[str, Any], planning: Planning) -> str:
    during = Interval(datetime.fromisoformat(change["starts_at"]), datetime.fromisoformat(change["ends_at"]))
    room = planning.rooms.get(change["room"])
    said = when(during, planning.zone)
    # An event past midnight belongs to the evening before, and is said so by its start.
    assert date.fromisoformat(change["day"])
    return f"{said}, {templating.t(dict(room.names))}" if room else said
