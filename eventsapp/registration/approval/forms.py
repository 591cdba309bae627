"""Forms of the approval desk and of those who answer it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l

from eventsapp.core.forms import (
    EnumField,
    Form,
    LanguageField,
    RowField,
    SlugField,
    TextAreaField,
    TextField,
    TranslatedField,
)
from eventsapp.core.templating import t
from eventsapp.registration.approval.likeness import Sign
from eventsapp.registration.approval.models import ReplyTemplate
from eventsapp.registration.approval.service import LONGEST
from eventsapp.registration.enums import ReplyKind
from eventsapp.registration.forms import BY_LINK

REPLY_KINDS: Mapping[ReplyKind, object] = {
    ReplyKind.ASK: _l("Ask for more"),
    ReplyKind.APPROVE: _l("Approve"),
    ReplyKind.REJECT: _l("Reject"),
    ReplyKind.WAITLIST: _l("Put on the waiting list"),
}
SIGNS: Mapping[Sign, object] = {
    Sign.NAME: _l("same name"),
    Sign.NEAR_NAME: _l("similar name"),
    Sign.ORIGINAL_NAME: _l("same name in the original script"),
    Sign.EMAIL: _l("same mailbox"),
    Sign.BIRTH_DATE: _l("same date of birth"),
    Sign.PHONE: _l("same telephone"),
    Sign.PHOTO: _l("same photo"),
    Sign.ORGANIZATION: _l("same organization"),
    Sign.COUNTRY: _l("same country"),
}
STEPS: Mapping[str, object] = {
    "submit": _l("Handed in"),
    "endorse_first": _l("Put before the focal point"),
    "review": _l("Put before the registrars"),
    "ask": _l("More was asked for"),
    "answer": _l("Answered"),
    "confirm": _l("Registered"),
    "wait": _l("Put on the waiting list"),
    "offer": _l("Offered a place"),
    "lapse": _l("The offer lapsed"),
    "reject": _l("Not approved"),
    "cancel": _l("Cancelled"),
    "withdraw": _l("Withdrawn"),
    "first_approval": _l("Approved by the first of two registrars"),
    "note": _l("Remark among officers"),
    "changed": _l("Changed"),
    "voided": _l("Changed: the first approval does not count any more"),
}
"""What the steps of the history are called."""


class DecideForm(Form):
    """Deciding on one registration or on many. Which decision it is says the button."""

    reply = RowField(_l("Prepared answer"))
    note = TextAreaField(
        _l("Your words to the person"),
        max_length=LONGEST,
        rows=4,
        description=_l(
            "They are sent with the decision, after the prepared answer. To ask or to reject, say at least one of both."
        ),
    )

    def offer(self, templates: Sequence[ReplyTemplate]) -> None:
        """Set the prepared answers to choose from."""
        self.reply.choices = [(one.id, f"{REPLY_KINDS[one.kind]}: {t(one.names)}") for one in templates]


class RemarkForm(Form):
    """Something that only officers see."""

    remark = TextAreaField(_l("Remark"), required=True, max_length=LONGEST, rows=3)


class AnswerForm(Form):
    """The person's answer to what the desk asked, on their own page."""

    note = TextAreaField(_l("Your answer"), required=True, max_length=LONGEST, rows=5)


class EndorseForm(Form):
    """What a focal point says of somebody who comes for the organization."""

    note = TextAreaField(
        _l("Reason"),
        max_length=LONGEST,
        rows=3,
        description=_l("Needed to refuse. The person reads it."),
    )


class LetterForm(Form):
    """Which language a letter is in."""

    language = LanguageField(_l("Language of the letter"), required=True)


class CodeForm(Form):
    """The code on a letter, typed by whoever has it before them."""

    code = TextField(
        _l("Code of the letter"),
        required=True,
        max_length=40,
        render_kw={"autocomplete": "off", "dir": "ltr"},
    )


class ReplyForm(Form):
    """A prepared answer."""

    names = TranslatedField(_l("Name"), required_in="default", max_length=100)
    kind = EnumField(_l("It goes with"), required=True, labels=REPLY_KINDS)
    bodies = TranslatedField(_l("Text"), multiline=True, required_in="default", max_length=LONGEST)
    slug = SlugField(
        _l("Address"),
        max_length=ReplyTemplate.slug,
        description=_l("Made of the name when it is left empty."),
    )


def by_link(form: type[Form], **more: Any) -> Any:
    """Return a form for a page whose address is the secret."""
    return form(meta=BY_LINK, **more)
