"""The form in which organizers keep their event up to date."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import FieldList, FormField

from eventsapp.core.forms import (
    EmailAddress,
    Form,
    HiddenText,
    LanguagesField,
    TextAreaField,
    TextField,
    TranslatedField,
    UrlField,
)
from eventsapp.programme.enums import SpeakerRole
from eventsapp.programme.forms import SPOKEN, SpeakerLineForm
from eventsapp.programme.models import Event
from eventsapp.proposals.drafts.content import TEXTS
from eventsapp.proposals.offers.changes import REASON_MOST
from eventsapp.proposals.offers.event_content import LINES

MOST_SPEAKERS = 60


class OrganizersForm(Form):
    """What organizers may change of their event, but for materials. ``seen``: the marks of what they saw."""

    seen = HiddenText(max_length=20_000)
    titles = TranslatedField(_l("Title"), required_in="any")
    subtitles = TranslatedField(_l("Subtitle"))
    summaries = TranslatedField(
        _l("Summary"),
        multiline=True,
        max_length=1200,
        rows=3,
        description=_l("Plain text, two or three sentences."),
    )
    descriptions = TranslatedField(_l("Description"), markdown=True, max_length=20_000, rows=8)
    speakers = FieldList(FormField(SpeakerLineForm), max_entries=MOST_SPEAKERS)
    languages = LanguagesField(_l("Languages spoken"), codes=SPOKEN)
    online_url = UrlField(
        _l("Address to follow it online"), max_length=500, description=_l("Shown to everybody.")
    )
    contact_name = TextField(_l("Contact: name"), max_length=Event.contact_name)
    contact_email = EmailAddress(_l("Contact: e-mail"), description=_l("Shown to everybody."))

    def add_blank_lines(self, count: int = 2) -> None:
        """Put empty lines at the end of the speakers, as far as there may be more."""
        for _turn in range(min(count, MOST_SPEAKERS - len(self.speakers.entries))):
            self.speakers.append_entry()

    def parts(self) -> dict[str, Any]:
        """Return what was typed as parts of the event."""
        found: dict[str, Any] = {}
        for name in TEXTS:
            found |= {f"{name}.{language}": text for language, text in self[name].data.items()}
        found["languages"] = list(self.languages.data)
        found |= {name: self[name].data or "" for name in LINES}
        found["speakers"] = [
            {
                "name": line.name.data,
                "role": (line.role.data or SpeakerRole.SPEAKER).value,
                "affiliation": line.affiliation.data or None,
                "online": bool(line.online.data),
            }
            for line in (entry.form for entry in self.speakers)
            if line.name.data
        ]
        return {part: value for part, value in found.items() if value}

    @property
    def marks(self) -> dict[str, str]:
        """Return the marks that the form carried; none where it was tampered with."""
        try:
            said = json.loads(self.seen.data or "{}")
        except ValueError:
            return {}
        return {str(part): str(mark) for part, mark in said.items()} if isinstance(said, dict) else {}


def initial(parts: Mapping[str, Any], marks: Mapping[str, str]) -> dict[str, Any]:
    """Return the form's initial values for an event with these parts."""
    values: dict[str, Any] = {name: {} for name in TEXTS}
    for part, value in parts.items():
        name, _dot, language = part.partition(".")
        if name in TEXTS:
            values[name][language] = value
        elif name in (*LINES, "languages"):
            values[name] = value
    values["speakers"] = [{**line, "role": SpeakerRole(line["role"])} for line in parts.get("speakers") or ()]
    values["seen"] = json.dumps(dict(marks), separators=(",", ":"))
    return values


class DecisionForm(Form):
    """What an officer says of a change."""

    note = TextAreaField(_l("Message"), max_length=REASON_MOST, rows=2, description=_l("Goes to the team."))


class RefusalForm(Form):
    """Why a change is refused."""

    reason = TextAreaField(
        _l("Reason"), required=True, max_length=REASON_MOST, rows=2, description=_l("Goes to the team.")
    )
