"""What stands on a badge and how: the choices that a template keeps. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any, Final

from eventsapp.registration.enums import BadgePaper

OF_PERSON: Final = "person"
"""As the language of a badge: the one in which the person is written to."""


class NameSize(StrEnum):
    """How large a name may become; it shrinks where it is long."""

    MEDIUM = "medium"
    LARGE = "large"
    HUGE = "huge"


class Place(StrEnum):
    """Where the coloured band with the category stands."""

    TOP = "top"
    BOTTOM = "bottom"


class Align(StrEnum):
    """How the lines of text stand."""

    CENTER = "center"
    START = "start"


class Part(StrEnum):
    """What a badge can have beside the name and the category."""

    PHOTO = "photo"
    ORIGINAL_NAME = "original_name"
    JOB_TITLE = "job_title"
    ORGANIZATION = "organization"
    COUNTRY = "country"
    LEVELS = "levels"
    CODE = "code"
    CONFERENCE = "conference"
    PICTURE = "picture"
    """The conference's picture, as a mark at the top."""
    HOLE = "hole"
    """Room for the hole that the badge hangs by."""


@dataclass(frozen=True, slots=True)
class Design:
    """The choices of a template. ``language`` is a code, ``""`` for the conference's, or :data:`OF_PERSON`."""

    parts: tuple[Part, ...] = tuple(part for part in Part if part is not Part.PICTURE)
    name_size: NameSize = NameSize.LARGE
    align: Align = Align.CENTER
    band: Place = Place.BOTTOM
    language: str = ""

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Design:
        """Return the design that a template keeps; what is missing or unknown is as it is by default."""
        design = cls()
        if isinstance(kept.get("parts"), list):
            design = replace(design, parts=tuple(part for part in Part if part.value in kept["parts"]))
        if kept.get("name_size") in list(NameSize):
            design = replace(design, name_size=NameSize(kept["name_size"]))
        if kept.get("align") in list(Align):
            design = replace(design, align=Align(kept["align"]))
        if kept.get("band") in list(Place):
            design = replace(design, band=Place(kept["band"]))
        language = kept.get("language")
        if isinstance(language, str) and len(language) <= 8:
            design = replace(design, language=language)
        return design

    def kept(self) -> dict[str, Any]:
        """Return it as a template keeps it."""
        return asdict(self) | {"parts": [part.value for part in self.parts]}


@dataclass(frozen=True, slots=True)
class Size:
    """A page and the badges on it, in millimetres."""

    width: float
    height: float
    columns: int = 1
    rows: int = 1
    page_width: float = 0
    page_height: float = 0


SIZES: Final[Mapping[BadgePaper, Size]] = {
    BadgePaper.A6: Size(105, 148, page_width=105, page_height=148),
    BadgePaper.A4_FOUR: Size(105, 148.5, 2, 2, 210, 297),
    BadgePaper.PRINTER: Size(86, 124, page_width=86, page_height=124),
}


def readable_on(colour: str) -> str:
    """Return black or white, whichever is read better on ``#rrggbb`` (WCAG's relative luminance)."""

    def part(at: int) -> float:
        value = int(colour[at : at + 2], 16) / 255
        return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)

    light = 0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5)
    return "#ffffff" if 1.05 / (light + 0.05) >= (light + 0.05) / 0.05 else "#000000"
