"""Forms of screening and review."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from flask_babel import lazy_gettext as _l

from eventsapp.core.forms import Form, RadiosField, TextAreaField
from eventsapp.proposals.enums import Action
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
