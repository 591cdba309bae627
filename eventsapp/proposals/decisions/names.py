"""What decisions, dimensions and their values are called. Pure but for the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext

from eventsapp.core import locale, templating
from eventsapp.core.translations import Texts, pick
from eventsapp.organizations.enums import OrganizationType
from eventsapp.organizations.forms import ORGANIZATION_TYPES
from eventsapp.organizations.geography import REGIONS, Region, region_name
from eventsapp.proposals.decisions.balance import NO, YES, Dimension
from eventsapp.proposals.enums import Decision, Gender

D = Dimension

DECISIONS: Final[Mapping[Decision, object]] = {
    Decision.ACCEPT: lazy_pgettext("decision", "Accept"),
    Decision.WAITLIST: lazy_pgettext("decision", "Waiting list"),
    Decision.DECLINE: lazy_pgettext("decision", "Decline"),
}
DIMENSIONS: Final[Mapping[Dimension, object]] = {
    D.REGION: _l("Region of the lead"),
    D.TYPE: _l("Type of the lead"),
    D.CONSTITUENCY: _l("Constituency"),
    D.THEME: _l("Theme"),
    D.LANGUAGE: _l("Language"),
    D.GENDER: _l("Gender of speakers"),
    D.FIRST_TIME: _l("First-time organizations"),
    D.LEAST_DEVELOPED: _l("Least developed countries"),
}
GENDERS: Final[Mapping[Gender, object]] = {
    Gender.WOMAN: _l("Women"),
    Gender.MAN: _l("Men"),
    Gender.OTHER: lazy_pgettext("gender", "Other"),
}
MEASURES: Final[Mapping[str, object]] = {
    "mean": _l("Plain mean"),
    "normalized": _l("Without harsh and mild reviewers"),
}
FLAGS: Final[Mapping[str, object]] = {
    "late": _l("Late"),
    "first_time": _l("First-time organization"),
    "least_developed": _l("Least developed country"),
    "alike": _l("Like an accepted one"),
    "unreviewed": _l("Reviews missing"),
}


class Names:
    """The names of values on one page: themes and constituencies are a call's own."""

    def __init__(
        self,
        *,
        themes: Sequence[tuple[int, Texts]],
        constituencies: Sequence[tuple[str, Texts]],
        languages: Iterable[str],
        default_language: str,
    ) -> None:
        language = locale.current()
        self._themes = {str(id_): pick(names, language, default_language) for id_, names in themes}
        self._constituencies = {
            value: pick(names, language, default_language) or value for value, names in constituencies
        }
        self._languages = list(languages)

    def values(self) -> dict[Dimension, list[str]]:
        """Return the dimensions of the page with the values that always stand in them, in their order."""
        found: dict[Dimension, list[str]] = {
            D.REGION: [region.value for region in REGIONS],
            D.TYPE: [],
            D.THEME: list(self._themes),
            D.LANGUAGE: self._languages,
            D.GENDER: [Gender.WOMAN.value, Gender.MAN.value],
            D.FIRST_TIME: [YES],
            D.LEAST_DEVELOPED: [YES],
        }
        if self._constituencies:
            found[D.CONSTITUENCY] = list(self._constituencies)
        return found

    def of(self, dimension: Dimension, value: str) -> str:
        """Return what a value is called. Templates give the dimension's value."""
        dimension = Dimension(dimension)
        if dimension is D.REGION and value in set(Region):
            return str(region_name(Region(value)))
        if dimension is D.TYPE and value in set(OrganizationType):
            return str(ORGANIZATION_TYPES[OrganizationType(value)])
        if dimension is D.THEME:
            return self._themes.get(value, value)
        if dimension is D.CONSTITUENCY:
            return self._constituencies.get(value, value)
        if dimension is D.LANGUAGE:
            return templating.language_name(value)
        if dimension is D.GENDER and value in set(Gender):
            return str(GENDERS[Gender(value)])
        if dimension in (D.FIRST_TIME, D.LEAST_DEVELOPED):
            return str({YES: _("Yes"), NO: _("No")}.get(value, value))
        return value
