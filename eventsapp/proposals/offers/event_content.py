"""What organizers may change of their event, as parts: a text in one language, the speakers, the materials, and the like.

A *part* is named as in ``drafts.content`` (``titles.en``, ``speakers``), and its value is JSON; what is empty is not there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from eventsapp.core.templating import join_list, language_name
from eventsapp.core.translations import clean, clean_text
from eventsapp.programme.enums import MaterialKind, SpeakerRole
from eventsapp.programme.forms import SPEAKER_ROLES
from eventsapp.programme.models import Event
from eventsapp.programme.service import EventData, SpeakerLine
from eventsapp.proposals.drafts.content import TEXTS

LISTS: Final = ("languages",)
LINES: Final = ("online_url", "contact_name", "contact_email")
FIELDS: Final = (*TEXTS, *LISTS, *LINES, "speakers")
"""Of the form, in its order; materials have pages of their own."""
MATERIALS: Final = "materials"

LABELS: Final[Mapping[str, object]] = {
    "titles": _l("Title"),
    "subtitles": _l("Subtitle"),
    "summaries": _l("Summary"),
    "descriptions": _l("Description"),
    "languages": _l("Languages spoken"),
    "online_url": _l("Address to follow it online"),
    "contact_name": _l("Contact: name"),
    "contact_email": _l("Contact: e-mail"),
    "speakers": _l("Speakers"),
    "materials": _l("Links and files"),
}


def parts(data: EventData) -> dict[str, Any]:
    """Return the parts of an event's content. Pure."""
    found: dict[str, Any] = {}
    for name in TEXTS:
        found |= {f"{name}.{language}": text for language, text in sorted(clean(getattr(data, name)).items())}
    found |= {name: list(getattr(data, name)) for name in LISTS}
    found |= {name: _line(getattr(data, name)) for name in LINES}
    found["speakers"] = [
        {
            "name": _line(line.name),
            "role": line.role.value,
            "affiliation": _line(line.affiliation) or None,
            "online": bool(line.online),
        }
        for line in data.speakers
        if _line(line.name)
    ]
    return {name: value for name, value in found.items() if value}


def _line(text: str | None) -> str:
    return " ".join(clean_text(text or "").split())


def with_parts(data: EventData, after: Mapping[str, Any]) -> EventData:
    """Return an event's content with some of its parts as given; None empties one. Parts of other names are left out. Pure."""
    values: dict[str, Any] = {}
    for part, value in after.items():
        name, _dot, language = part.partition(".")
        if name in TEXTS:
            texts = dict(values.get(name, getattr(data, name)))
            texts.pop(language, None)
            if value:
                texts[language] = value
            values[name] = texts
        elif name in LISTS:
            values[name] = tuple(value or ())
        elif name in LINES:
            values[name] = value or None
        elif name == "speakers":
            values[name] = tuple(
                SpeakerLine(
                    line["name"], SpeakerRole(line["role"]), line.get("affiliation"), online=bool(line.get("online"))
                )
                for line in value or ()
            )  # fmt: skip
    return replace(data, **values)


def materials(event: Event) -> list[dict[str, Any]]:
    """Return the links and files of an event as the part "materials" has them."""
    return [
        {
            "id": one.id,
            "titles": dict(one.titles),
            "url": one.url,
            "file": one.file_id,
            "name": one.file.name if one.file else None,
        }
        for one in event.materials
        if one.kind is not MaterialKind.SOURCE
    ]


# --- in words


def label(part: str) -> str:
    """Return what a part is called, such as "Title (French)"."""
    name, _dot, language = part.partition(".")
    said = str(LABELS.get(name, name))
    return f"{said} ({language_name(language)})" if language else said


def language_of(part: str) -> str:
    """Return the language of a part that is a text in one; else ""."""
    return part.partition(".")[2]


def text(part: str, value: Any) -> str:
    """Return what the value of a part says, one thing on each line; "" for nothing."""
    if not value:
        return ""
    if part in LISTS:
        return join_list(language_name(code) for code in value)
    if part == "speakers":
        return "\n".join(_speaker(line) for line in value)
    if part == MATERIALS:
        return "\n".join(_material(one) for one in value)
    return str(value)


def _speaker(line: Mapping[str, Any]) -> str:
    role = SPEAKER_ROLES[SpeakerRole(line["role"])]
    said = [line["name"], line.get("affiliation"), role, _("Speaks online") if line.get("online") else None]
    return " · ".join(str(one) for one in said if one)


def _material(one: Mapping[str, Any]) -> str:
    title = next(iter((one.get("titles") or {}).values()), "")
    return " · ".join(str(said) for said in (title, one.get("url") or one.get("name")) if said)
