"""Forms of what a timetable is made by: settings, slots, closures of rooms."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from eventsapp.core.forms import (
    BooleanField,
    ChoiceField,
    ClockField,
    Form,
    LocalDateTimeField,
    RowField,
    TranslatedField,
    WholeField,
    fail,
)
from eventsapp.programme.facts import HARD, Kind
from eventsapp.programme.kind_names import KIND_HELP, KIND_NAMES
from eventsapp.programme.settings import (
    MOST_QUIET,
    MOST_RANK,
    MOST_TEAMS,
    MOST_TURNOVER,
    MOST_WALKING,
    MOST_WEIGHT,
    SettingsData,
)
from eventsapp.programme.slots import Clocks, series

HARD_KINDS = tuple(kind for kind in Kind if kind in HARD)
SOFT_KINDS = tuple(kind for kind in Kind if kind not in HARD)
_MOST_SLOTS = 100


class SettingsForm(Form):
    """All settings of a timetable. A field ``weight_<kind>`` for each constraint is added below."""

    day_starts = ClockField(_l("The day starts"), required=True)
    day_ends = ClockField(
        _l("The day ends"),
        required=True,
        description=_l("Rooms without opening times of their own are open in between."),
    )
    turnover_minutes = WholeField(
        _l("Turnover in minutes"),
        required=True,
        most=MOST_TURNOVER,
        description=_l("Between two events in a room."),
    )
    walking_minutes = WholeField(
        _l("Walking time in minutes"),
        required=True,
        most=MOST_WALKING,
        description=_l("From one venue to another."),
    )
    interpreter_teams = WholeField(
        _l("Teams of interpreters"), most=MOST_TEAMS, description=_l("Empty: they are not counted.")
    )
    sole_rank = WholeField(
        _l("Rank beside which there is nothing"),
        required=True,
        most=MOST_RANK,
        description=_l("Nothing of a lower rank runs beside events of types with this rank or more."),
    )
    quiet_minutes = WholeField(
        _l("Messages wait, in minutes"),
        required=True,
        most=MOST_QUIET,
        description=_l("After a release, so that corrections cancel out."),
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        # Its box is closed, and what is closed is not sent.
        self.weight(Kind.SAFETY).data = True

    def weight(self, kind: Kind) -> Any:
        """Return the field of a constraint, for the template."""
        return self[f"weight_{kind.value}"]

    def settings_data(self) -> SettingsData:
        """Return what was typed, for the service. Only for a form that validates."""
        weights = {kind: MOST_WEIGHT if self.weight(kind).data else 0 for kind in HARD_KINDS}
        weights[Kind.SAFETY] = MOST_WEIGHT
        weights |= {kind: self.weight(kind).data for kind in SOFT_KINDS}
        return SettingsData(
            weights=weights,
            day_starts=self.day_starts.data,
            day_ends=self.day_ends.data,
            turnover_minutes=self.turnover_minutes.data,
            walking_minutes=self.walking_minutes.data,
            interpreter_teams=self.interpreter_teams.data,
            sole_rank=self.sole_rank.data,
            quiet_minutes=self.quiet_minutes.data,
        )


for _kind in HARD_KINDS:
    # The safety limit is shown ticked and closed.
    _closed = {"disabled": True} if _kind is Kind.SAFETY else {}
    setattr(
        SettingsForm,
        f"weight_{_kind.value}",
        BooleanField(KIND_NAMES[_kind], description=KIND_HELP[_kind], render_kw=_closed),  # type: ignore[arg-type]
    )
for _kind in SOFT_KINDS:
    setattr(
        SettingsForm,
        f"weight_{_kind.value}",
        WholeField(KIND_NAMES[_kind], required=True, most=MOST_WEIGHT, description=KIND_HELP[_kind]),
    )


def initial(data: SettingsData) -> dict[str, Any]:
    """Return settings as the form's initial values."""
    return {
        **{name: getattr(data, name) for name in SettingsData.__slots__ if name != "weights"},
        **{f"weight_{kind.value}": data.weights[kind] > 0 for kind in HARD_KINDS},
        **{f"weight_{kind.value}": data.weights[kind] for kind in SOFT_KINDS},
    }


class SlotForm(Form):
    """One slot. ``type_id`` and ``day`` are given their choices when the form is made."""

    type_id = RowField(_l("Type"), required=True)
    day = ChoiceField(_l("Day"), blank=_l("Each day"))
    starts = ClockField(_l("Start"), required=True)
    ends = ClockField(_l("End"), required=True, description=_l("An end before the start is on the next day."))

    @property
    def on(self) -> date | None:
        """The day; None: each day."""
        return date.fromisoformat(self.day.data) if self.day.data else None


class SeriesForm(Form):
    """Several slots, one after the other. It stands on one page with :class:`SlotForm`."""

    type_id = RowField(_l("Type"), required=True, id="series-type")
    day = ChoiceField(_l("Day"), blank=_l("Each day"), id="series-day")
    first = ClockField(_l("The first starts"), required=True, id="series-first")
    last = ClockField(_l("The last ends by"), required=True, id="series-last")
    minutes = WholeField(_l("Length in minutes"), required=True, least=5, most=720, id="series-minutes")
    pause = WholeField(_l("Pause in minutes"), least=0, most=480, default=0, id="series-pause")

    @property
    def on(self) -> date | None:
        """The day; None: each day."""
        return date.fromisoformat(self.day.data) if self.day.data else None

    def clocks(self) -> list[Clocks]:
        """Return the slots, or none after putting an error beside a field. Only for a form that validates."""
        made = series(self.first.data, self.minutes.data, self.pause.data or 0, self.last.data)
        if not made:
            fail(self.minutes, _("There is no time for even one of this length."))
        elif len(made) > _MOST_SLOTS:
            fail(self.minutes, _("These would be %(count)s; add them in parts.", count=len(made)))
            return []
        return made


class ClosureForm(Form):
    """When a room cannot be had, in the conference's zone."""

    room_id = RowField(_l("Room"), required=True)
    starts_at = LocalDateTimeField(_l("Closed from"), required=True)
    ends_at = LocalDateTimeField(_l("Closed until"), required=True)
    reasons = TranslatedField(
        _l("Reason"), max_length=200, description=_l("For the organizers only, never shown to the public.")
    )
