"""States of a conference."""

from enum import StrEnum


class ConferenceState(StrEnum):
    """Draft: only its team sees it. Published: everybody. Archived: everybody, read-only, no registration."""

    DRAFT = "draft"
    PUBLISHED = "published"
    ARCHIVED = "archived"
