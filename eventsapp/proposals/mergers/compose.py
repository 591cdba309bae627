"""Making one proposal of several, so that nothing is lost. Pure.

Texts stand beside each other, under the code and title of the proposal they come from; what people and organizations are
named is united; where only one value is possible (a length, a format), the first proposal's is taken and the others are
told of (:class:`Difference`), so that the leads choose.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from eventsapp.core.search import normalize
from eventsapp.core.translations import pick
from eventsapp.programme.enums import OrganizationRole
from eventsapp.proposals.enums import Consent, EventFormat
from eventsapp.questions.enums import QuestionKind

TITLES: Final = ("titles", "subtitles")
UNITED: Final = ("languages", "interpretation", "equipment", "wished_days", "wished_halves")
GREATEST: Final = ("length_minutes", "expected_attendance")
CONTENT: Final = (
    *TITLES, "summaries", "descriptions", *UNITED, *GREATEST, "format", "access", "step_free", "apart_from",
    "contact_name", "contact_email", "speakers", "answers",
)  # fmt: skip
"""Columns of a proposal that say what it is about; themes and organizations come beside them."""

_APART_MOST: Final = 500
_ROLES: Final = (OrganizationRole.LEAD, OrganizationRole.CO_ORGANIZER, OrganizationRole.CO_SPONSOR)
_CONSENTS: Final = (Consent.ACCEPTED, Consent.INVITED, Consent.REFUSED)
_SPEAKER_ROLES: Final = (
    "keynote",
    "chair",
    "moderator",
    "host",
    "opening",
    "panellist",
    "rapporteur",
    "artist",
    "speaker",
)


@dataclass(frozen=True, slots=True)
class Named:
    """An organization as one proposal names it. ``organization_id`` is None for one invited by e-mail."""

    organization_id: int | None
    role: OrganizationRole
    consent: Consent
    name: str | None = None
    email: str | None = None
    language: str | None = None

    @property
    def key(self) -> object:
        """What makes it the same one in another proposal: its row in the directory, its address, or its name."""
        return self.organization_id or (self.email or "").casefold() or normalize(self.name or "")


@dataclass(frozen=True, slots=True)
class Source:
    """One of the proposals: ``values`` by the names of :data:`CONTENT`, as the columns hold them."""

    code: str
    values: Mapping[str, Any]
    organizations: tuple[Named, ...] = ()
    theme_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """A field in which the proposals differ and of which only one value can be: (code, value) of each that has one."""

    name: str
    values: tuple[tuple[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Composed:
    """What the one proposal says."""

    values: dict[str, Any]
    organizations: tuple[Named, ...]
    theme_ids: tuple[int, ...]
    differences: tuple[Difference, ...] = field(default=())


def compose(
    sources: Sequence[Source], *, kinds: Mapping[str, QuestionKind], default_language: str = "en"
) -> Composed:
    """Return the proposal made of ``sources``, of which the first leads. ``kinds``: of the call's questions, by key.

    Organizations that have refused are left out; each other keeps its strongest role and consent, but for the leads of all
    but the first source, who become co-organizers. Raises ``ValueError`` for fewer than two sources.
    """
    if len(sources) < 2:
        raise ValueError("a merger needs two proposals at least")
    differences: list[Difference] = []
    values: dict[str, Any] = {name: _titles(sources, name) for name in TITLES}
    values["summaries"] = _texts(sources, "summaries", _plain_heading, default_language)
    values["descriptions"] = _texts(sources, "descriptions", _markdown_heading, default_language)
    for name in UNITED:
        values[name] = _united(source.values.get(name) or () for source in sources)
    for name in GREATEST:
        given = [one for source in sources if (one := source.values.get(name)) is not None]
        values[name] = max(given, default=None)
        _note(differences, sources, name)
    values["format"] = _format(sources)
    values["access"] = _first(sources, "access")
    for name in ("format", "access"):
        _note(differences, sources, name)
    values["step_free"] = any(source.values.get("step_free") for source in sources)
    values["apart_from"] = _apart(sources)
    first = sources[0].values
    with_contact = next((one.values for one in sources if one.values.get("contact_email")), first)
    values["contact_name"], values["contact_email"] = (
        with_contact.get("contact_name"),
        with_contact.get("contact_email"),
    )
    values["speakers"] = speakers(source.values.get("speakers") or () for source in sources)
    values["answers"] = _answers(sources, kinds, differences)
    return Composed(
        values,
        organizations([source.organizations for source in sources]),
        tuple(_united(source.theme_ids for source in sources)),
        tuple(differences),
    )


def organizations(named: Sequence[Sequence[Named]]) -> tuple[Named, ...]:
    """Return all organizations once, in the order: the lead of the first, the other leads, all others."""
    found: dict[object, Named] = {}
    for position, of_one in enumerate(named):
        for one in of_one:
            if one.consent is Consent.REFUSED:
                continue
            if one.role is OrganizationRole.LEAD and position:
                one = Named(
                    one.organization_id,
                    OrganizationRole.CO_ORGANIZER,
                    one.consent,
                    one.name,
                    one.email,
                    one.language,
                )
            known = found.get(one.key)
            found[one.key] = one if known is None else _stronger(known, one)
    leads = {one.key for of_one in named for one in of_one if one.role is OrganizationRole.LEAD}
    # Sorting is stable: inside each group they stay in the order in which they were named.
    return tuple(
        sorted(found.values(), key=lambda one: (one.role is not OrganizationRole.LEAD, one.key not in leads))
    )


def _stronger(first: Named, second: Named) -> Named:
    return Named(
        first.organization_id,
        min(first.role, second.role, key=_ROLES.index),
        min(first.consent, second.consent, key=_CONSENTS.index),
        first.name or second.name,
        first.email or second.email,
        first.language or second.language,
    )


def speakers(lists: Iterable[Iterable[Mapping[str, Any]]]) -> list[dict[str, Any]]:
    """Return all speakers once. Two are the same with one e-mail address, or with one name and no two addresses.

    What only one of the two says is kept, lists are united, of roles the stronger one stays.
    """
    found: list[dict[str, Any]] = []
    for line in (line for lines in lists for line in lines):
        same = next((one for one in found if _same(one, line)), None)
        if same is None:
            found.append(dict(line))
            continue
        for key, value in line.items():
            mine = same.get(key)
            if isinstance(mine, list) and isinstance(value, list):
                same[key] = _united((mine, value))
            elif key == "role" and mine and value:
                same[key] = min(mine, value, key=_speaker_rank)
            elif mine in (None, "", []):
                same[key] = value
    return found


def _same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    mine, yours = _address(one), _address(other)
    if mine and yours:
        return mine == yours
    return bool(one.get("name")) and normalize(str(one["name"])) == normalize(str(other.get("name") or ""))


def _address(line: Mapping[str, Any]) -> str:
    return str(line.get("email") or "").strip().casefold()


def _speaker_rank(role: str) -> int:
    return _SPEAKER_ROLES.index(role) if role in _SPEAKER_ROLES else len(_SPEAKER_ROLES)


def fingerprint(values: Mapping[str, Any], organizations: Iterable[Named], theme_ids: Iterable[int]) -> str:
    """Return what changes with anything that a proposal says: 64 hexadecimal digits. Consents do not change it."""
    named = sorted(
        f"{one.key}:{one.role.value}" for one in organizations if one.consent is not Consent.REFUSED
    )
    said = {name: values.get(name) or None for name in CONTENT}
    text = json.dumps([said, named, sorted(theme_ids)], sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


# --- one field each


def _titles(sources: Sequence[Source], name: str) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for source in sources:
        for language, text in (source.values.get(name) or {}).items():
            said = found.setdefault(language, [])
            if text and _folded(text) not in map(_folded, said):
                said.append(text)
    return {language: " / ".join(said) for language, said in found.items() if said}


def _plain_heading(source: Source, title: str) -> str:
    return f"{source.code}, {title}:\n" if title else f"{source.code}:\n"


def _markdown_heading(source: Source, title: str) -> str:
    # A title is somebody's text: what Markdown would read in it is escaped.
    escaped = re.sub(r"([\\`*_{}\[\]<>()#!|])", r"\\\1", title)
    return f"## {source.code}: {escaped}\n\n" if title else f"## {source.code}\n\n"


def _texts(sources: Sequence[Source], name: str, heading: Any, default_language: str) -> dict[str, str]:
    """Return texts side by side in each language; those that all say the same once, without headings."""
    return _beside([(source, source.values.get(name) or {}) for source in sources], heading, default_language)


def _beside(
    said: Sequence[tuple[Source, Mapping[str, str]]], heading: Any, default_language: str
) -> dict[str, str]:
    found = {}
    for language in _united(texts for _source, texts in said):
        here = [(source, texts[language].strip()) for source, texts in said if texts.get(language)]
        if not here:
            continue
        if len({_folded(text) for _source, text in here}) == 1:
            found[language] = here[0][1]
            continue
        parts, seen = [], set()
        for source, text in here:
            if _folded(text) in seen:
                continue
            seen.add(_folded(text))
            title = pick(source.values.get("titles"), language, default_language)
            parts.append(heading(source, title) + text)
        found[language] = "\n\n".join(parts)
    return found


def _answers(
    sources: Sequence[Source], kinds: Mapping[str, QuestionKind], differences: list[Difference]
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key in _united((source.values.get("answers") or {}) for source in sources):
        given = [
            (source, source.values["answers"][key])
            for source in sources
            if (source.values.get("answers") or {}).get(key) is not None
        ]
        if not given:
            continue
        kind, first = kinds.get(key), given[0][1]
        if all(value == first for _source, value in given):
            found[key] = first
        elif kind is QuestionKind.MANY:
            found[key] = _united(value for _source, value in given if isinstance(value, list))
        elif kind in (QuestionKind.TEXT, QuestionKind.LONG_TEXT):
            found[key] = _joined_answers(given)
        else:
            found[key] = first
            differences.append(
                Difference(f"answers.{key}", tuple((source.code, value) for source, value in given))
            )
    return found


def _joined_answers(given: Sequence[tuple[Source, Any]]) -> Any:
    if any(isinstance(value, Mapping) for _source, value in given):
        said = [
            (source, value if isinstance(value, Mapping) else {"en": str(value)}) for source, value in given
        ]
        return _beside(said, _plain_heading, "en")
    return _beside([(source, {"": str(value)}) for source, value in given], _plain_heading, "en").get("", "")


def _format(sources: Sequence[Source]) -> Any:
    given = {one for source in sources if (one := source.values.get("format")) is not None}
    if len(given) > 1:
        # A room and people online: both kinds of audience stay invited.
        return EventFormat.HYBRID
    return next(iter(given), None)


def _apart(sources: Sequence[Source]) -> str | None:
    said = _united([text] for source in sources if (text := (source.values.get("apart_from") or "").strip()))
    return "; ".join(said)[:_APART_MOST] or None


def _first(sources: Sequence[Source], name: str) -> Any:
    return next((one for source in sources if (one := source.values.get(name)) is not None), None)


def _note(differences: list[Difference], sources: Sequence[Source], name: str) -> None:
    given = tuple((source.code, one) for source in sources if (one := source.values.get(name)) is not None)
    if len({str(value) for _code, value in given}) > 1:
        differences.append(Difference(name, given))


def _united(lists: Iterable[Iterable[Any]]) -> list[Any]:
    found: dict[str, Any] = {}
    for item in (item for items in lists for item in items):
        # Some items are lists themselves (absences): told apart by what they say.
        found.setdefault(repr(item), item)
    return list(found.values())


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()
