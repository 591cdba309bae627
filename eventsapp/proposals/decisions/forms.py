"""Forms of the decision board."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from eventsapp.core.forms import (
    BooleanField,
    ChoiceField,
    Form,
    RowField,
    TextField,
    TranslatedField,
    WholeField,
    fail,
)
from eventsapp.proposals.decisions import letters
from eventsapp.proposals.decisions.balance import Dimension
from eventsapp.proposals.decisions.models import Scenario
from eventsapp.proposals.decisions.names import MEASURES
from eventsapp.proposals.enums import Decision, LetterKind


class ScenarioForm(Form):
    """A new scenario."""

    name = TextField(_l("Name"), max_length=Scenario.name, required=True)
    note = TextField(_l("Note"), max_length=Scenario.note)
    copy_of = RowField(_l("Begin as a copy of"), blank=_l("nothing: no decisions yet"))


class MoveForm(Form):
    """What is drafted for one proposal: its id and the decision, such as ``12:accept``; ``12:`` takes it back."""

    version = WholeField(required=True, most=2**31 - 1)
    move = TextField(max_length=40, required=True)

    def moved(self) -> tuple[int, Decision | None] | None:
        """Return the proposal's id and the decision; None for what makes no sense."""
        id_, _colon, said = (self.move.data or "").partition(":")
        if not id_.isdecimal() or not id_.isascii() or len(id_) > 9 or (said and said not in set(Decision)):
            return None
        return int(id_), Decision(said) if said else None


class FillForm(Form):
    """Drafting decisions for all by rule."""

    version = WholeField(required=True, most=2**31 - 1)
    how = ChoiceField(
        _l("How"),
        required=True,
        choices=lambda: [("score", _("By score")), ("balance", _("By score and balance"))],
    )
    measure = ChoiceField(_l("Score"), required=True, choices=list(MEASURES.items()))
    waiting = WholeField(_l("Places on the waiting list"), most=10_000)
    decline_rest = BooleanField(_l("Decline all others"))


class SendForm(Form):
    """Sending what is drafted, as it was when the officer checked it. The score orders the waiting list."""

    scenario = WholeField(required=True, most=2**31 - 1)
    version = WholeField(required=True, most=2**31 - 1)
    measure = ChoiceField(_l("Order of the waiting list"), required=True, choices=list(MEASURES.items()))


class LetterForm(Form):
    """The template of one kind of letter."""

    subjects = TranslatedField(_l("Subject"), max_length=200)
    bodies = TranslatedField(
        _l("Text"), multiline=True, rows=12, description=_l("Leave a blank line between paragraphs.")
    )

    def __init__(self, kind: LetterKind, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._kind = kind

    def validate(self, *args: Any, **more: Any) -> bool:
        """Refuse placeholders that a letter of this kind does not know."""
        valid = bool(super().validate(*args, **more))
        for field in (self.subjects, self.bodies):
            for language, text in (field.data or {}).items():
                for name in letters.unknown(text, self._kind):
                    said = _("{%(name)s} is no placeholder of this letter.", name=name)
                    field.errors_in.setdefault(language, []).append(said)
                    fail(field, said)
                    valid = False
        return valid


def targets_form(values: Mapping[Dimension, Sequence[str]], name_of: Any, **more: Any) -> Form:
    """Return a form with a number (per cent at least) for each value; fields are named ``t-<dimension>-<value>``."""
    fields = {
        field_name(dimension, value): WholeField(name_of(dimension, value), most=100)
        for dimension, named in values.items()
        for value in named
    }
    made: Form = type("TargetsForm", (Form,), fields)(**more)
    return made


def field_name(dimension: Dimension, value: str) -> str:
    """Return the name of the field for the target of a value."""
    return f"t-{dimension.value}-{value}"
