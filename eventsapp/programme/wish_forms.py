"""The form of what an event wants of another one, and the field by which the other is chosen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import StopValidation

from eventsapp.core import templating
from eventsapp.core.forms import Form, Option, RadiosField, TextField
from eventsapp.programme import pairs
from eventsapp.programme.pairs import Candidate, Wish

WISHES: Mapping[Wish, object] = {
    Wish.APART: _l("Not at the same time"),
    Wish.BEFORE: _l("Before the other"),
    Wish.AFTER: _l("After the other"),
    Wish.NEXT: _l("One right after the other, on the same day"),
}


class EventField(TextField):
    """An event of a conference, typed by code or by words of its title; ``data`` is its id or None.

    Set ``conference_id`` after the form is made. A text that means several events is refused with radio buttons
    (``options``) to choose from.
    """

    conference_id = 0

    def __init__(self, label: object = None, *args: Any, **more: Any) -> None:
        super().__init__(label, *args, **more)
        self.typed = ""
        self.picked = ""
        self.candidates: list[Candidate] = []

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata(valuelist)
        self.typed = self.data or ""
        self.picked = request.form.get(f"{self.name}-pick", "")[:20]

    def pre_validate(self, form: Any) -> None:
        self.data = None
        if not self.typed:
            return
        self.candidates = pairs.meant(self.conference_id, self.typed)
        by_id = {str(one.id): one for one in self.candidates[: pairs.SUGGESTED]}
        if len(self.candidates) == 1:
            self.data = self.candidates[0].id
        elif self.picked in by_id:
            self.data = by_id[self.picked].id
        elif not self.candidates:
            raise StopValidation(_("No event has this code or these words in its title."))
        elif len(self.candidates) > pairs.SUGGESTED:
            raise StopValidation(_("Many events have these words in their titles: type some more."))
        else:
            raise StopValidation(
                _("Several events have these words in their titles. Choose the one that is meant.")
            )

    @property
    def options(self) -> list[Option]:
        """What may be meant, as radio buttons; nothing while the text is clear."""
        if not self.errors:
            return []
        return [
            Option(
                str(one.id),
                f"{one.code} {templating.t(one.titles)}",
                str(one.id) == self.picked,
                f"{self.id}-{n}",
            )
            for n, one in enumerate(self.candidates[: pairs.SUGGESTED])
        ]

    def _value(self) -> str:
        return self.typed


class WishForm(Form):
    """What an event wants of another one."""

    wish = RadiosField(_l("Wish"), required=True, choices=list(WISHES.items()), default=Wish.APART)
    other = EventField(
        _l("Other event"), required=True, max_length=200, description=_l("Its code, or words of its title.")
    )
