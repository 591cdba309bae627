"""Forms of screening and review."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from flask_babel import lazy_gettext as _l

from eventsapp.core.forms import (
    Form,
    HiddenText,
    LanguagesField,
    RadiosField,
    RowField,
    RowsField,
    TextAreaField,
    TextField,
    TranslatedField,
    WholeField,
)
from eventsapp.proposals.enums import Action
from eventsapp.proposals.review.models import Criterion
from eventsapp.proposals.review.screening import NOTE_MOST
from eventsapp.proposals.service import COMMENT_MOST

STEP_NAMES: Final[Mapping[Action, object]] = {
    Action.SCREEN_IN: _l("Eligible"),
    Action.SCREEN_OUT: _l("Not eligible"),
    Action.RECALL: _l("Return for completion"),
    Action.REOPEN: _l("Take the screening back"),
    Action.START_REVIEW: _l("Start the review"),
    Action.WITHDRAW: _l("Withdraw, on behalf of the team"),
    Action.ACCEPT: _l("Accept"),
    Action.WAITLIST: _l("Put on the waiting list"),
    Action.DECLINE: _l("Decline"),
    Action.RECONSIDER: _l("Take the decision back"),
}
"""What the secretariat can do with one proposal."""


class StepForm(Form):
    """One of the steps that a proposal's state allows, with a note to its team."""

    step = RadiosField(_l("What happens"), required=True)
    note = TextAreaField(
        _l("Note to the team"),
        max_length=NOTE_MOST,
        rows=3,
        description=_l(
            "Goes to the team with the message. Needed where something is refused, returned or withdrawn."
        ),
    )

    def offer(self, steps: Sequence[Action]) -> StepForm:
        """Offer these steps; return the form."""
        self.step.choices = [(step, STEP_NAMES[step]) for step in steps]
        return self


class MessageForm(Form):
    """Something said about a proposal."""

    body = TextAreaField(_l("Message"), max_length=COMMENT_MOST, rows=3, required=True)

    def __init__(self, *args: Any, label: object = None, **more: Any) -> None:
        super().__init__(*args, **more)
        if label is not None:
            self.body.label.text = str(label)


class CriterionForm(Form):
    """A criterion."""

    names = TranslatedField(_l("Name"), required_in="any", max_length=150)
    guidances = TranslatedField(
        _l("Guidance"),
        multiline=True,
        rows=3,
        max_length=2_000,
        description=_l("What reviewers look at, and what few and many points mean."),
    )
    weight = WholeField(
        _l("Weight"),
        least=1,
        most=100,
        required=True,
        description=_l("How much it counts beside the others."),
    )
    scale = WholeField(
        _l("Most points"),
        least=1,
        most=100,
        required=True,
        description=_l("Points go from 0 to this number."),
    )


class ProfileForm(Form):
    """What a reviewer knows, and how much they take on."""

    theme_ids = RowsField(_l("Themes"))
    languages = LanguagesField(_l("Languages"))
    most = WholeField(
        _l("Proposals at most"), least=0, most=10_000, description=_l("Empty: as many as there are.")
    )


class GiveForm(Form):
    """Whom a proposal is given to."""

    reviewer = RowField(_l("Reviewer"), required=True)


class CodesForm(Form):
    """Which proposals somebody is given."""

    codes = TextField(
        _l("Codes of proposals"), max_length=1_000, required=True, description=_l("Such as P-0012 P-0040.")
    )


class PlanForm(Form):
    """How the proposals are given out."""

    strict = RadiosField(
        _l("Who gets what"),
        choices=[
            ("prefer", _l("Theme and language preferred")),
            ("only", _l("Only who knows theme and language")),
        ],
    )
    mark = HiddenText()


class GiveBackForm(Form):
    """Why a proposal is given back."""

    interest = RadiosField(
        _l("Why"),
        required=True,
        choices=[
            ("1", _l("I have an interest in this proposal")),
            ("0", _l("Another reason")),
        ],
    )
    reason = TextAreaField(_l("In your words"), max_length=500, rows=3, required=True)


class InterestForm(Form):
    """In which proposals somebody has an interest."""

    reason = TextField(_l("Which interest you have"), max_length=500, required=True)


POINTS_SHOWN: Final = 10
"""Up to this scale all points are shown as choices; above it the number is typed."""


class ReviewForm(Form):
    """The note of a review; :func:`review_form` adds the criteria."""

    note = TextAreaField(
        _l("Note"),
        max_length=5_000,
        rows=4,
        description=_l("For the secretariat and the other reviewers."),
    )
    to_team = TextAreaField(
        _l("For the team"),
        max_length=5_000,
        rows=3,
        description=_l("What the secretariat may pass on to those who propose. Your name is not given."),
    )


def review_form(criteria: Sequence[Criterion]) -> type[ReviewForm]:
    """Return the form of a review by these criteria; the field of each is named ``c<id>``."""
    fields: dict[str, Any] = {}
    for one in criteria:
        if one.scale <= POINTS_SHOWN:
            fields[f"c{one.id}"] = RadiosField(
                one.names, choices=[(points, str(points)) for points in range(one.scale + 1)]
            )
        else:
            fields[f"c{one.id}"] = WholeField(one.names, most=one.scale)
    return type("ReviewFormOfCall", (ReviewForm,), fields)
