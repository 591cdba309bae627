"""What the constraints of a timetable are called, and what each asks for, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l

from eventsapp.programme.facts import Kind

KIND_NAMES: Mapping[Kind, object] = {
    Kind.ROOM: _l("One event per room"),
    Kind.CLOSED: _l("Room open"),
    Kind.CAPACITY: _l("Enough seats"),
    Kind.SAFETY: _l("Safety limit"),
    Kind.EQUIPMENT: _l("Equipment"),
    Kind.BOOTHS: _l("Interpretation booths"),
    Kind.STEP_FREE: _l("Step-free access"),
    Kind.SPEAKER: _l("Speakers in one place"),
    Kind.ABSENCE: _l("Speakers available"),
    Kind.LEAD: _l("Lead organizations in one place"),
    Kind.OUTRANKED: _l("Nothing beside the highest events"),
    Kind.INTERPRETERS: _l("Interpreter teams"),
    Kind.THEME: _l("Themes spread over time"),
    Kind.CO_ORGANIZER: _l("Co-organizers in one place"),
    Kind.APART: _l("Wish: not at the same time"),
    Kind.WISHED_DAY: _l("Wished days"),
    Kind.WISHED_HALF: _l("Wished half-days"),
    Kind.ROOM_SIZE: _l("Rooms of the right size"),
    Kind.ORDER: _l("Wish: one before the other"),
    Kind.NEXT: _l("Wish: next to each other"),
    Kind.SPREAD: _l("Best times for all regions"),
    Kind.ONLINE_HOURS: _l("Waking hours of online speakers"),
    Kind.WALKING: _l("Time to walk"),
    Kind.CHANGES: _l("Few changes"),
}
"""Short: a line of a list, a filter, a badge."""

KIND_HELP: Mapping[Kind, object] = {
    Kind.ROOM: _l("A room holds one event at a time, with the turnover time between two."),
    Kind.CLOSED: _l("Events are in a room only while it is open."),
    Kind.CAPACITY: _l("No more people are expected than the room has seats."),
    Kind.SAFETY: _l("Never more people than the room may hold. This always applies."),
    Kind.EQUIPMENT: _l("The room has all that the event needs."),
    Kind.BOOTHS: _l("The room has a booth for each language that is interpreted into."),
    Kind.STEP_FREE: _l("Events that ask for it are in a room without steps."),
    Kind.SPEAKER: _l("Nobody speaks at two events at the same time."),
    Kind.ABSENCE: _l("Nobody speaks when they said that they cannot come."),
    Kind.LEAD: _l("No organization leads two events at the same time."),
    Kind.OUTRANKED: _l("Nothing of a lower rank takes place beside a plenary and its like."),
    Kind.INTERPRETERS: _l("No more events with interpretation in three hours than there are teams."),
    Kind.THEME: _l("Events of one theme are not at the same time."),
    Kind.CO_ORGANIZER: _l("No organization is at two events at the same time."),
    Kind.APART: _l("Two events that should not be at the same time are not."),
    Kind.WISHED_DAY: _l("Events are on a day that was wished for."),
    Kind.WISHED_HALF: _l("Events are in the morning, afternoon or evening, as was wished."),
    Kind.ROOM_SIZE: _l("Each event has the smallest room that is large enough."),
    Kind.ORDER: _l("Two events that should follow each other do."),
    Kind.NEXT: _l("Two events that should be one right after the other are."),
    Kind.SPREAD: _l("Every region and every constituency has its share of the best times."),
    Kind.ONLINE_HOURS: _l("Nobody has to speak online between 22:00 and 07:00 where they are."),
    Kind.WALKING: _l("There is time to walk from one venue to the other."),
    Kind.CHANGES: _l("Events stay where the newest release has them."),
}
"""One sentence: what holds when the constraint is kept."""
