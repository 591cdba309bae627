"""What a proposal says, as plain data: JSON of every field, and its parts, which can be changed apart. Pure.

A *part* is the smallest thing that two people can change at once without getting in each other's way: a text in one language
(``titles.en``), the answer to one question (``answers.budget``, ``answers.aims.fr``), one speaker (``speakers.1f3a9c20``), or
a whole field (``languages``). Versions, conflicts and differences are told by parts.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any, Final, TypeAlias

from sqlalchemy import select
from sqlalchemy.orm import object_session

from eventsapp.conferences.models import Theme
from eventsapp.core.translations import clean, clean_text
from eventsapp.programme.enums import Access, HalfDay, SpeakerRole
from eventsapp.proposals.enums import EventFormat, Gender
from eventsapp.proposals.models import Proposal

Parts: TypeAlias = dict[str, Any]
"""Value by the name of the part; what is empty is not there."""

TEXTS: Final = ("titles", "subtitles", "summaries", "descriptions")
"""Texts in several languages."""
_LINES: Final = ("apart_from", "contact_name", "contact_email")
_LISTS: Final = ("languages", "interpretation", "equipment", "wished_days", "wished_halves")
_CHOICES: Final[Mapping[str, Any]] = {"format": EventFormat, "access": Access}
_NUMBERS: Final = ("length_minutes", "expected_attendance")
FIELDS: Final = (
    "titles", "subtitles", "summaries", "descriptions", "theme_ids", "languages", "interpretation", "format", "access",
    "length_minutes", "expected_attendance", "equipment", "step_free", "wished_days", "wished_halves", "apart_from",
    "speakers", "answers", "contact_name", "contact_email",
)  # fmt: skip
"""Every field that the team writes, in the order of the form."""


@dataclass(frozen=True, slots=True)
class SpeakerLine:
    """A person who is to speak. Everything but the name may be unknown.

    ``absences``: times at which the person cannot come, as pairs of ISO instants (UTC). ``key`` tells the lines of a
    proposal apart and stays with the person, so that two people can change two lines at once; without one it is made
    of the name.
    """

    name: str
    email: str | None = None
    role: str = SpeakerRole.SPEAKER.value
    affiliation: str | None = None
    country: str | None = None
    gender: str | None = None
    online: bool = False
    absences: tuple[tuple[str, str], ...] = ()
    key: str = ""

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> SpeakerLine:
        """Return a line as it is stored. Names that it does not know are left out, so that older rows can be read."""
        known = {field.name for field in fields(cls)}
        given = {name: value for name, value in said.items() if name in known}
        given["absences"] = tuple((str(start), str(end)) for start, end in given.get("absences") or ())
        return cls(**given).tidy()

    def to_json(self) -> dict[str, Any]:
        """Return the line as it is stored."""
        return asdict(self) | {"absences": [list(pair) for pair in self.absences]}

    def tidy(self) -> SpeakerLine:
        """Return the one form that equal lines share."""
        name = _line(self.name)
        return SpeakerLine(
            name=name,
            email=_line(self.email).lower() or None,
            role=self.role if self.role in set(SpeakerRole) else SpeakerRole.SPEAKER.value,
            affiliation=_line(self.affiliation) or None,
            country=_line(self.country).upper() or None,
            gender=self.gender if self.gender in set(Gender) else None,
            online=bool(self.online),
            absences=tuple(sorted(set(self.absences))),
            key=self.key or hashlib.sha256(name.encode()).hexdigest()[:8],
        )


def speakers(proposal: Proposal) -> list[SpeakerLine]:
    """Return the speakers of a proposal, in their order."""
    return [SpeakerLine.from_json(one) for one in proposal.speakers or ()]


def snapshot(proposal: Proposal) -> dict[str, Any]:
    """Return everything that a proposal says, as JSON: each of ``FIELDS`` in its one form."""
    said: dict[str, Any] = {name: getattr(proposal, name) for name in FIELDS if name != "theme_ids"}
    said["theme_ids"] = [theme.id for theme in proposal.themes]
    return tidy(said)


def tidy(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields among ``values`` in the one form that equal contents share. Other names are left out."""
    return {name: _tidy(name, values[name]) for name in FIELDS if name in values}


def _tidy(name: str, value: Any) -> Any:
    if name in TEXTS:
        return dict(sorted(clean(value).items()))
    if name in _LINES:
        return _line(value) or None
    if name in _CHOICES:
        return _CHOICES[name](value).value if value else None
    if name in _NUMBERS:
        return None if value is None else int(value)
    if name == "step_free":
        return bool(value)
    if name == "theme_ids":
        return sorted({int(one) for one in value or ()})
    if name == "wished_days":
        return sorted(set(value or ()))
    if name == "wished_halves":
        return [half.value for half in HalfDay if half in (value or ())]
    if name in _LISTS:
        return sorted({_line(one) for one in value or () if _line(one)}, key=str.casefold)
    if name == "speakers":
        return _tidy_speakers(value or ())
    return _tidy_answers(value or {})


def _tidy_speakers(given: Sequence[Any]) -> list[dict[str, Any]]:
    lines: dict[str, SpeakerLine] = {}
    for one in given:
        line = one.tidy() if isinstance(one, SpeakerLine) else SpeakerLine.from_json(one)
        if not line.name:
            continue
        key, turn = line.key, 1
        while key in lines:
            turn += 1
            key = f"{line.key}-{turn}"
        lines[key] = SpeakerLine.from_json(line.to_json() | {"key": key})
    return [line.to_json() for line in lines.values()]


def _tidy_answers(given: Mapping[str, Any]) -> dict[str, Any]:
    answers: dict[str, Any] = {}
    for key, answer in sorted(given.items()):
        kept = clean(answer) if isinstance(answer, Mapping) else answer
        kept = clean_text(kept) if isinstance(kept, str) else kept
        if not _empty(kept):
            answers[key] = dict(sorted(kept.items())) if isinstance(kept, dict) else kept
    return answers


def _empty(value: Any) -> bool:
    # 0 is an answer.
    return value is None or value is False or value in ("", [], {})


def _line(text: Any) -> str:
    return " ".join(clean_text(text).split()) if isinstance(text, str) else ""


def assign(proposal: Proposal, values: Mapping[str, Any]) -> None:
    """Make a proposal say ``values`` (any of ``FIELDS``, as in a snapshot). Nothing is checked, no version is kept.

    Themes are read from the conference's; ids of others are left out.
    """
    for name, value in tidy(values).items():
        if name == "theme_ids":
            if value != sorted(theme.id for theme in proposal.themes):
                proposal.themes = _themes(proposal, value)
        elif name in _CHOICES:
            setattr(proposal, name, _CHOICES[name](value) if value else None)
        elif getattr(proposal, name) != value:
            setattr(proposal, name, value)


def _themes(proposal: Proposal, ids: Sequence[int]) -> list[Theme]:
    session = object_session(proposal)
    if session is None or not ids:
        return []
    found = session.scalars(
        select(Theme)
        .where(Theme.id.in_(ids), Theme.conference_id == proposal.conference_id)
        .order_by(Theme.position, Theme.id)
    )
    return list(found)


# --- parts


def parts(values: Mapping[str, Any]) -> Parts:
    """Return the parts of a snapshot, or of some of its fields, in its order."""
    found: Parts = {}
    for name, value in tidy(values).items():
        if name in TEXTS:
            found |= {f"{name}.{language}": text for language, text in value.items()}
        elif name == "answers":
            for key, answer in value.items():
                if isinstance(answer, dict):
                    found |= {f"answers.{key}.{language}": text for language, text in answer.items()}
                else:
                    found[f"answers.{key}"] = answer
        elif name == "speakers":
            found |= {f"speakers.{line['key']}": line for line in value}
        elif not _empty(value):
            found[name] = value
    return found


def whole(found: Mapping[str, Any]) -> dict[str, Any]:
    """Return the snapshot that has these parts: the opposite of :func:`parts`, for all of ``FIELDS``."""
    values: dict[str, Any] = {name: {} for name in (*TEXTS, "answers")}
    values["speakers"] = []
    for part, value in found.items():
        name, *rest = part.split(".")
        if name == "speakers":
            values[name].append(value)
        elif name == "answers" and len(rest) == 2:
            texts = values[name].get(rest[0])
            values[name][rest[0]] = (texts if isinstance(texts, dict) else {}) | {rest[1]: value}
        elif rest:
            values[name][rest[0]] = value
        else:
            values[name] = value
    return tidy({name: values.get(name) for name in FIELDS})


def mark(value: Any) -> str:
    """Return a short digest of the value of a part, by which two people find out that they saw different ones. "": empty."""
    if value is None:
        return ""
    said = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(said.encode()).hexdigest()[:12]


def marks(found: Mapping[str, Any]) -> dict[str, str]:
    """Return the marks of all parts."""
    return {part: mark(value) for part, value in found.items()}
