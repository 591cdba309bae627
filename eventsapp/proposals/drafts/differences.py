"""What differs between two versions, in words: what each part is called, what it says, and what was added and taken out.

Pure, but for the reader's language and the names of themes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from functools import cached_property
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from eventsapp.core.templating import country_name, day, join_list, language_name, t
from eventsapp.programme.enums import Access, HalfDay, SpeakerRole
from eventsapp.programme.forms import ACCESS, HALVES, SPEAKER_ROLES
from eventsapp.proposals.drafts import queries
from eventsapp.proposals.enums import EventFormat
from eventsapp.proposals.models import Proposal
from eventsapp.proposals.state_names import FORMATS
from eventsapp.questions import shown
from eventsapp.questions.enums import QuestionKind
from eventsapp.questions.rules import Asked, as_date, shown_number

LABELS: Final[Mapping[str, object]] = {
    "titles": _l("Title"),
    "subtitles": _l("Subtitle"),
    "summaries": _l("Summary"),
    "descriptions": _l("Concept note"),
    "theme_ids": _l("Themes"),
    "languages": _l("Languages spoken"),
    "interpretation": _l("Interpretation wished into"),
    "format": _l("How people take part"),
    "access": _l("Access"),
    "length_minutes": _l("Length in minutes"),
    "expected_attendance": _l("Persons expected"),
    "equipment": _l("Equipment that it needs"),
    "step_free": _l("Needs a room without steps"),
    "wished_days": _l("Wished days"),
    "wished_halves": _l("Wished half-days"),
    "apart_from": _l("Not at the same time as"),
    "contact_name": _l("Contact: name"),
    "contact_email": _l("Contact: e-mail"),
}
_TOKEN = re.compile(r"\s+|\w+|[^\w\s]", re.UNICODE)
_MOST_TOKENS = 20_000


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text: "same", "added" or "removed"."""

    kind: str
    text: str


def words(before: str, after: str) -> list[Piece]:
    """Return what became of a text, word by word: what was removed stands before what was added in its place."""
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    if len(old) + len(new) > _MOST_TOKENS:
        return [Piece("removed", before), Piece("added", after)]
    pieces: list[Piece] = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=len(old) > 2_000).get_opcodes():
        if kind == "equal":
            pieces.append(Piece("same", "".join(old[a:b])))
            continue
        if a < b:
            pieces.append(Piece("removed", "".join(old[a:b])))
        if c < d:
            pieces.append(Piece("added", "".join(new[c:d])))
    return pieces


@dataclass(frozen=True, slots=True)
class Change:
    """What a version did to a part. ``language``: of the text; empty for what has none of its own."""

    part: str
    label: str
    pieces: list[Piece]
    language: str = ""


class Names:
    """What the parts of one proposal are called, and what their values say, in the reader's language."""

    def __init__(self, proposal: Proposal, asked: Sequence[Asked]) -> None:
        self.proposal = proposal
        self.asked = {one.key: one for one in asked}
        self.default = proposal.conference.default_language

    @cached_property
    def themes(self) -> dict[int, dict[str, str]]:
        """The names of all themes of the conference. One statement, once."""
        return queries.theme_names_of(self.proposal.conference_id)

    def part(self, part: str, value: Any = None) -> str:
        """Return what a part is called, such as "Title (French)"; a speaker by the name in ``value``."""
        name, *rest = part.split(".")
        if name == "speakers":
            said = value.get("name") if isinstance(value, Mapping) else None
            return str(_("Speaker: %(name)s", name=said) if said else _("Speaker"))
        if name == "answers":
            question = self.asked.get(rest[0])
            label = shown.label_of(question, self.default) if question else rest[0]
            rest = rest[1:]
        else:
            label = str(LABELS.get(name, name))
        return f"{label} ({language_name(rest[0])})" if rest else label

    def language(self, part: str) -> str:
        """Return the language of a part that is a text in one; else ""."""
        last = part.rpartition(".")[2]
        return last if len(last) == 2 and "." in part and not part.startswith("speakers.") else ""

    def value(self, part: str, value: Any) -> str:
        """Return what the value of a part says; "" for nothing."""
        if value is None:
            return ""
        name, *rest = part.split(".")
        if name == "speakers":
            return self._speaker(value)
        if name == "answers":
            return self._answer(self.asked.get(rest[0]), value)
        if name in ("languages", "interpretation"):
            return join_list(language_name(code) for code in value)
        if name == "theme_ids":
            return join_list(t(self.themes[id_]) for id_ in value if id_ in self.themes)
        if name == "format":
            return str(FORMATS[EventFormat(value)])
        if name == "access":
            return str(ACCESS[Access(value)])
        if name == "wished_days":
            return join_list(day(date.fromisoformat(one), "weekday_short") for one in value)
        if name == "wished_halves":
            return join_list(HALVES[HalfDay(one)] for one in value)
        if value is True:
            return str(_("Yes"))
        return join_list(value) if isinstance(value, list) else str(value)

    def _speaker(self, line: Mapping[str, Any]) -> str:
        said = [
            line.get("name"),
            SPEAKER_ROLES[SpeakerRole(line["role"])] if line.get("role") in set(SpeakerRole) else None,
            line.get("affiliation"),
            country_name(line["country"]) if line.get("country") else None,
            line.get("email"),
            _("Speaks online") if line.get("online") else None,
        ]
        if line.get("absences"):
            said.append(_("cannot come at some times"))
        return " · ".join(str(one) for one in said if one)

    def _answer(self, question: Asked | None, value: Any) -> str:
        if question is None:
            return join_list(value) if isinstance(value, list) else str(value)
        if question.kind is QuestionKind.FILE:
            return str(_("a file"))
        if question.kind is QuestionKind.CONSENT:
            return str(_("Yes"))
        if question.kind is QuestionKind.DATE:
            found = as_date(value)
            return day(found, "long") if found else str(value)
        if isinstance(value, list):
            return join_list(shown.value_label(question, str(one), self.default) for one in value)
        if question.kind is QuestionKind.CHOICE:
            return str(shown.value_label(question, str(value), self.default))
        if isinstance(value, int | float) and not isinstance(value, bool):
            return shown_number(value)
        return str(value)

    def change(self, part: str, before: Any, after: Any) -> Change:
        """Return what became of a part, word by word."""
        label = self.part(part, after if after is not None else before)
        return Change(
            part, label, words(self.value(part, before), self.value(part, after)), self.language(part)
        )


def names(proposal: Proposal, asked: Sequence[Asked]) -> Names:
    """Return what the parts of a proposal are called."""
    return Names(proposal, asked)
