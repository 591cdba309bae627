"""What the timetable editor says: the sentences its scripts use, and what happened in words."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import ngettext

from eventsapp.core import templating
from eventsapp.programme import words
from eventsapp.programme.edits import Edit
from eventsapp.programme.facts import EventFacts, Planning
from eventsapp.programme.releases import NOWHERE, Place


def where_words(place: Place, planning: Planning) -> str:
    """Return a place in words, such as "Room 3, Wednesday 19 October 13:15–14:30", as far as it is known."""
    room = planning.rooms.get(place.room_id) if place.room_id is not None else None
    when = templating.day(place.day, "weekday") if place.day else ""
    if place.starts_at is not None:
        zone = planning.zone.key
        clocks = templating.clock_time(place.starts_at, zone)
        if place.ends_at is not None:
            clocks += f"–{templating.clock_time(place.ends_at, zone)}"
        when += f" {words.ltr(clocks)}"
    name = templating.t(room.names) if room else ""
    return str(_("%(room)s, %(when)s", room=name, when=when)) if name and when else name or when


def what_happened(edit: Edit, planning: Planning) -> str:
    """Return an edit in words, with who made it."""
    who, code = edit.actor, edit.code
    if edit.before == edit.after:
        if edit.after_pinned:
            return str(_("%(who)s pinned %(code)s.", who=who, code=code))
        return str(_("%(who)s unpinned %(code)s.", who=who, code=code))
    if edit.after == NOWHERE:
        return str(_("%(who)s took %(code)s out of the timetable.", who=who, code=code))
    where = where_words(edit.after, planning)
    return str(_("%(who)s put %(code)s here: %(where)s.", who=who, code=code, where=where))


def wants(event: EventFacts, planning: Planning) -> list[str]:
    """Return what an event asks for, each in a few words."""
    found = [str(ngettext("%(num)s minute", "%(num)s minutes", event.minutes))]
    if event.attendance is not None:
        found.append(str(ngettext("%(num)s person expected", "%(num)s persons expected", event.attendance)))
    found += sorted(event.equipment)
    if event.booths:
        found.append(
            str(ngettext("%(num)s interpretation booth", "%(num)s interpretation booths", event.booths))
        )
    if event.step_free:
        found.append(_("Step-free access"))
    found += [templating.day(day, "weekday") for day in sorted(event.wished_days)]
    found += [str(words.HALVES[half]) for half in sorted(event.wished_halves)]
    return found


def texts() -> dict[str, str]:
    """Return the sentences of the editor's scripts, translated; ``%(name)s`` stands for what they put in."""
    return {
        "allOptions": _("All places, with reasons"),
        "allowed": _("possible"),
        "allPlaces": _("All rooms"),
        "archived": _("Only to be read."),
        "asking": _("looking what speaks against it …"),
        "back": _("%(code)s is back where it was."),
        "best": _("Best places"),
        "cancelled": _("Cancelled"),
        "capacity": _("%(number)s seats"),
        "booths": _("%(number)s booths"),
        "changed": _("Changed since the release"),
        "close": _("Close"),
        "closed": _("Closed"),
        "conflicts": _("Conflicts: %(number)s"),
        "dayCount": _("Events: %(number)s"),
        "draft": _("Draft"),
        "events": _("Events"),
        "failed": _("It could not be saved. %(why)s"),
        "free": _("Possible places on this day: %(number)s"),
        "hidden": _("Hide the possible places"),
        "longDay": _("over several days"),
        "lost": _("No connection to the server. Changes by others do not appear now."),
        "missing_attendance": _("Expected attendance"),
        "missing_lead": _("Lead organization"),
        "missing_speakers": _("Speakers"),
        "missing_theme": _("Theme"),
        "more": _("Show more"),
        "moved": _("%(code)s: %(where)s."),
        "noRoom": _("Without a room"),
        "noTime": _("time not known"),
        "none": _("No event fits. Take a filter off, or search for something else."),
        "noneLeft": _("Every event has its place."),
        "notAllowed": _("not possible: %(why)s"),
        "notPlaced": _("not placed"),
        "nothingRedo": _("There is nothing to do again."),
        "nothingUndo": _("There is nothing to undo."),
        "nowhere": _("There is no possible place."),
        "ofTotal": _("%(number)s of %(total)s"),
        "openEvent": _("Open the event"),
        "pickedUp": _(
            "%(code)s is picked up. Arrow keys move it by slot and room, Page Up and Page Down by day, Enter puts it "
            "down, Escape puts it back."
        ),
        "pin": _("Pin"),
        "pinned": _("Pinned"),
        "pinnedStays": _("%(code)s is pinned. Unpin it first (P)."),
        "pinnedNow": _("%(code)s is pinned."),
        "placeForm": _("Place it with a form"),
        "problems": _("Conflicts"),
        "redone": _("Done again: %(what)s"),
        "rather": _("possible, but: %(why)s"),
        "release": _("Not released yet"),
        "reload": _("The data of the conference changed; the timetable was read again."),
        "saved": _("Saved"),
        "saving": _("Saving …"),
        "selected": _("Selected: %(number)s"),
        "signIn": _("You are no longer signed in. Sign in again, then go on here."),
        "takeOut": _("Take out of the timetable"),
        "takenOut": _("%(code)s is not placed any more."),
        "times": _("Times are those of %(zone)s."),
        "unpin": _("Unpin"),
        "unpinnedNow": _("%(code)s is not pinned any more."),
        "undone": _("Undone: %(what)s"),
        "undoRefused": _("%(code)s was changed by somebody else meanwhile; this cannot be undone any more."),
        "where": _("Where can this go?"),
        "days": _("Days"),
        "filters": _("Filters"),
        "from": _("from: %(where)s"),
        "keepAll": _("Keep all"),
        "keepDay": _("Keep this day"),
        "keepThis": _("Keep this one"),
        "keys": _("Keys"),
        "keysShort": _(
            "Arrow keys go from event to event. Enter picks up and puts down, Delete takes out, P pins, W shows where it "
            "can go, the question mark lists all keys."
        ),
        "leaveAll": _("Leave the proposal"),
        "leaveThis": _("Leave this one out"),
        "length": _("Length"),
        "minutes": _("%(number)s min"),
        "missing": _("Missing"),
        "proposal": _("Proposal"),
        "proposalLeft": _("Changes to decide: %(number)s"),
        "proposalUnplaced": _("Without a place: %(number)s"),
        "redo": _("Redo"),
        "roomWhen": _("%(room)s, %(when)s"),
        "rooms": _("Rooms"),
        "search": _("Search"),
        "stepFree": _("Step-free access"),
        "theme": _("Theme"),
        "timetable": _("Timetable"),
        "tray": _("Not placed"),
        "type": _("Type"),
        "undo": _("Undo"),
        "unplaced": _("Not placed"),
        "whole": _("All"),
        "wishes": _("Wishes"),
    }


def keys() -> list[tuple[list[str], str]]:
    """Return the keys of the editor and what each does."""
    return [
        (["↑", "↓", "←", "→"], _("From event to event; what is picked up: by slot and room")),
        (["Enter"], _("Pick up, put down")),
        (["Esc"], _("Put back; choose nothing")),
        (["Page Up", "Page Down"], _("Day before, day after")),
        (["Shift", "↑", "↓"], _("What is picked up: five minutes earlier or later")),
        (["+", "−"], _("What is picked up: five minutes longer or shorter")),
        (["Delete"], _("Take out of the timetable")),
        (["P"], _("Pin, unpin")),
        (["W"], _("Where can this go?")),
        (["Ctrl", "Enter"], _("Choose several, which move together")),
        (["Ctrl", "Z"], _("Undo")),
        (["Ctrl", "Shift", "Z"], _("Redo")),
        (["/"], _("Search among what is not placed")),
        (["Alt"], _("While dragging: any time, in steps of five minutes")),
    ]
