"""Small files to read, and the samples."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import eventsapp

SAMPLES = Path(eventsapp.__file__).parent / "demo" / "data"


@pytest.fixture(scope="session")
def habitat_file() -> Path:
    return SAMPLES / "habitat-iii.json"


@pytest.fixture(scope="session")
def fosdem_file() -> Path:
    return SAMPLES / "fosdem-2016-sunday.xml"


@pytest.fixture
def small() -> dict[str, Any]:
    """A whole conference in the project's own format, as small as can be, to be changed by tests."""
    return {
        "conference": {
            "slug": "small",
            "short_name": "Small",
            "names": {"en": "A small conference"},
            "start_date": "2026-10-24",
            "end_date": "2026-10-25",
            "city": "London",
            "country": "GB",
            "time_zone": "Europe/London",
            "official_languages": ["en", "fr"],
        },
        "event_types": [{"slug": "side_event", "name": "Side event"}],
        "venues": [{"slug": "hall", "name": "Hall"}],
        "rooms": [
            {"slug": "r1", "name": "R1", "venue": "hall"},
            {"slug": "r2", "name": "R2", "venue": "hall"},
        ],
        "thematic_areas": [{"slug": "area", "name": "Area"}],
        "themes": [{"slug": "housing", "name": "Housing", "number": 1, "area": "area"}],
        "constituencies": [{"slug": "women", "name": "Women"}],
        "organizations": [
            {
                "slug": "iom",
                "type": "un_entity",
                "names": {"en": "IOM"},
                "acronyms": {"en": "IOM", "fr": "OIM"},
            },
            {"slug": "ghana", "type": "national_government", "names": {"en": "Ghana"}, "country": "GH"},
        ],
        "events": [
            {
                "id": "s-001",
                "title": "First",
                "type": "side_event",
                "date": "2026-10-24",
                "start_time": "10:00",
                "end_time": "11:00",
                "room": "r1",
                "lead_organizations": ["iom"],
                "partner_organizations": ["ghana"],
                "speakers": [{"name": "Ada", "affiliation": "IOM", "role": "chair"}],
                "themes": ["housing"],
                "constituencies": ["women"],
                "summary": "The first one.",
                "sources": ["https://www.example.org/first"],
            },
            {"id": "s-002", "title": "Second", "type": "side_event"},
        ],
    }


@pytest.fixture
def write(tmp_path: Path):
    """``write(content, name)`` puts text, bytes or JSON into a file and gives its path."""

    def put(content: object, name: str = "small.json") -> Path:
        path = tmp_path / name
        if isinstance(content, bytes):
            path.write_bytes(content)
        elif isinstance(content, str):
            path.write_text(content, encoding="utf-8")
        else:
            path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        return path

    return put
