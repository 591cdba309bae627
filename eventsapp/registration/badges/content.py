"""What badges say, as plain data for ``paper/badges.typ``. Pure but for the current language."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from flask_babel import gettext as _

from eventsapp.core import locale
from eventsapp.core.printing.press import Order, Picture
from eventsapp.core.printing.texts import COLOURS, plain
from eventsapp.core.templating import country_name, dates
from eventsapp.core.translations import Texts, clean_text, direction, pick, pick_language
from eventsapp.registration.badges import squares
from eventsapp.registration.badges.design import OF_PERSON, SIZES, Design, NameSize, Part, readable_on
from eventsapp.registration.enrolment import photos
from eventsapp.registration.enums import BadgePaper

TEMPLATE: Final = Path(__file__).parent / "paper" / "badges.typ"
_MARK_HEIGHT: Final = 240
_POINTS: Final = 2.8346
"""Of a millimetre."""
_NAME_SIZES: Final[Mapping[NameSize, float]] = {NameSize.MEDIUM: 24, NameSize.LARGE: 31, NameSize.HUGE: 40}
_SCRIPTS: Final = {
    "ARABIC": "ar", "HEBREW": "he", "CYRILLIC": "ru", "GREEK": "el", "CJK": "zh", "HIRAGANA": "ja", "KATAKANA": "ja",
    "HANGUL": "ko", "DEVANAGARI": "hi", "THAI": "th",
}  # fmt: skip
_SIGN: Final = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
"""Chinese signs and the like: a line can end after each."""
_LONG: Final = re.compile(rf"[^\s\u2010-\u2015{_SIGN}-]{{40,}}")
_KEPT: Final = 24
"""Signs of a word with hyphens that is not divided at them."""
_HYPHENED: Final = re.compile(r"\S*-\S*")
_GAPS: Final = re.compile(r"[\s\u200b]+|(?<=-)")
_HAN: Final = re.compile(f"[{_SIGN}]")


@dataclass(frozen=True, slots=True)
class Event:
    """The conference as its badges name it."""

    names: Texts
    short_name: str
    cities: Texts
    country: str | None
    start_date: date
    end_date: date
    default_language: str
    accent: str
    picture: Path | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """One badge: who, and what the category gives. ``code`` is the text of its code; ``design`` numbers the designs."""

    design: int
    number: str
    code: str
    name: str
    original_name: str | None
    job_title: str | None
    organization_names: Texts | None
    organization_name: str | None
    country: str | None
    language: str
    category_names: Texts
    colour: int
    levels: Sequence[str]
    photo: Path | None


def order(
    event: Event,
    designs: Sequence[Design],
    cards: Sequence[Card],
    paper: BadgePaper,
    *,
    picture: bool = False,
) -> Order:
    """Return the order for the press: all ``cards`` in their order on ``paper``; ``picture``: an SVG of the first page."""
    size = SIZES[paper]
    shown: dict[Path, str] = {}
    marked = event.picture is not None and any(Part.PICTURE in design.parts for design in designs)
    made: list[dict[str, Any]] = []
    by_language: dict[str, list[int]] = {}
    for at, card in enumerate(cards):
        by_language.setdefault(_language(designs[card.design], card, event), []).append(at)
    # Each language once: to change it costs more than a badge.
    written: dict[int, dict[str, Any]] = {}
    for language, places in by_language.items():
        with locale.speaking(language):
            head = {
                "language": language,
                "direction": direction(language),
                "conference": _said(
                    plain(pick(event.names, language, event.default_language)), "", direction(language)
                ),
                "dates": _when_and_where(event, language),
            }
            for at in places:
                written[at] = head | _card(cards[at], designs[cards[at].design], language, event, shown)
    made = [written[at] for at in range(len(cards))]
    data = {
        "title": f"{plain(event.short_name)} – {_('Badges')}",
        "language": event.default_language,
        "direction": direction(event.default_language),
        "accent": event.accent,
        "picture": marked,
        "size": {
            "width": size.width, "height": size.height, "columns": size.columns, "rows": size.rows,
            "page_width": size.page_width, "page_height": size.page_height,
        },
        "designs": [
            {
                "parts": [part.value for part in design.parts],
                "name_size": _NAME_SIZES[design.name_size] / _POINTS,
                "align": design.align.value,
                "band": design.band.value,
            }
            for design in designs
        ],
        "badges": made,
    }  # fmt: skip
    pictures = [Picture(path, name, *photos.PAPER, photos.on_paper(path)) for path, name in shown.items()]
    if marked and event.picture is not None:
        pictures.append(Picture(event.picture, "mark", 0, _MARK_HEIGHT))
    return Order(TEMPLATE, data, 0, pictures=pictures, format="svg" if picture else "pdf", tagged=False)


def _language(design: Design, card: Card, event: Event) -> str:
    return card.language if design.language == OF_PERSON else design.language or event.default_language


def _when_and_where(event: Event, language: str) -> str:
    when = dates(event.start_date, event.end_date)
    place = pick(event.cities, language, event.default_language) or country_name(event.country)
    return f"{when} · {plain(place)}" if place else when


def _card(card: Card, design: Design, language: str, event: Event, shown: dict[Path, str]) -> dict[str, Any]:
    parts = design.parts

    def line(part: Part, text: str | None) -> dict[str, Any] | None:
        return own(text) if part in parts and text else None

    organization = pick(card.organization_names, language, event.default_language) or card.organization_name
    category = pick_language(card.category_names, language, event.default_language)
    colour = COLOURS[(card.colour - 1) % len(COLOURS)]
    photo = None
    if card.photo is not None and Part.PHOTO in parts:
        photo = shown.setdefault(card.photo, f"p{len(shown)}")
    original = card.original_name if card.original_name != card.name else None
    return {
        "design": card.design,
        "number": card.number,
        "name": own(_together(card.name)),
        "original": line(Part.ORIGINAL_NAME, _together(original) if original else None),
        "job": line(Part.JOB_TITLE, card.job_title),
        "organization": line(Part.ORGANIZATION, organization),
        "country": line(Part.COUNTRY, country_name(card.country)),
        "category": own(card.category_names.get(category, "")),
        "colour": colour,
        "ink": readable_on(colour),
        "levels": [own(level) for level in card.levels] if Part.LEVELS in parts else [],
        "qr": squares.svg(card.code) if Part.CODE in parts else None,
        "photo": photo,
    }


def own(text: str) -> dict[str, Any]:
    """Return a text with the language and direction that its own letters say; language ``""``: Latin ones, any language."""
    for sign in text:
        if unicodedata.bidirectional(sign) in ("L", "R", "AL"):
            script = unicodedata.name(sign, "").split(" ")[0]
            way = "ltr" if unicodedata.bidirectional(sign) == "L" else "rtl"
            return _said(text, _SCRIPTS.get(script, ""), way)
    return _said(text, "", "ltr")


def _said(text: str, language: str, way: str) -> dict[str, Any]:
    text = _LONG.sub(_breakable, " ".join(clean_text(text).split()))
    # Words, and whether there are Chinese signs, are told here: the template would look for them in every text, each time.
    words = [word for word in _GAPS.split(_HAN.sub(r" \g<0> ", text)) if word]
    return {
        "text": text,
        "words": words or [""],
        "lang": language,
        "dir": way,
        "han": bool(_HAN.search(text)),
    }


def _together(name: str) -> str:
    """Return a name whose parts with hyphens stay on one line, but for very long ones."""
    return _HYPHENED.sub(
        lambda found: found[0].replace("-", "\u2011") if len(found[0]) <= _KEPT else found[0], name
    )


def _breakable(found: re.Match[str]) -> str:
    return "\u200b".join(found[0][at : at + 20] for at in range(0, len(found[0]), 20))
