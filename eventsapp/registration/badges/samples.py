"""Invented people for the picture beside the designer: one for each script, and a name that hardly fits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from flask_babel import lazy_gettext as _l

from eventsapp.core.translations import Texts
from eventsapp.registration.badges.content import Card


@dataclass(frozen=True, slots=True)
class _Person:
    name: str
    original: str | None
    job: str
    organization: str
    country: str
    language: str


FIRST: Final = "latin"
PEOPLE: Final[Mapping[str, _Person]] = {
    FIRST: _Person("Zoë Núñez-Łukasik", None, "Directrice", "Cités et Gouvernements Locaux Unis", "FR", "fr"),
    "arabic": _Person(
        "Fatima al-Mansouri", "فاطمة المنصوري", "مديرة التخطيط", "منظمة المدن العربية", "MA", "ar"
    ),
    "chinese": _Person("Wang Xiaoming", "王晓明", "城市规划师", "中国城市规划学会", "CN", "zh"),
    "cyrillic": _Person(
        "Ekaterina Rozhdestvenskaya", "Екатерина Рождественская", "Главный архитектор", "Союз городов", "RU", "ru"
    ),
    "long": _Person(
        "María de los Ángeles Fernández de Córdoba y Álvarez de Toledo-Montenegro",
        "María de los Ángeles Fernández de Córdoba",
        "Subdirectora General de Cooperación Internacional y Desarrollo Urbano Sostenible",
        "United Cities and Local Governments, the worldwide network of cities and of local, regional and metropolitan governments",
        "VC",
        "es",
    ),
}  # fmt: skip
LABELS: Final[Mapping[str, object]] = {
    FIRST: _l("Latin script"),
    "arabic": _l("Arabic script"),
    "chinese": _l("Chinese script"),
    "cyrillic": _l("Cyrillic script"),
    "long": _l("A very long name"),
}


def card(example: str, *, code: str, category_names: Texts, colour: int, levels: list[str]) -> Card:
    """Return the badge of an example, of a category. The photo is one that is not there: a grey field."""
    person = PEOPLE[example]
    return Card(
        design=0,
        number="00042",
        code=code,
        name=person.name,
        original_name=person.original,
        job_title=person.job,
        organization_names=None,
        organization_name=person.organization,
        country=person.country,
        language=person.language,
        category_names=category_names,
        colour=colour,
        levels=levels,
        photo=Path("/nowhere"),
    )
