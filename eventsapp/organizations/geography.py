"""Which part of the world a country belongs to, where programmes are balanced over regions. Pure.

Member States by the regional groups of the General Assembly (https://www.un.org/dgacm/en/content/regional-groups): the United
States and Israel with the Western European and other States, Türkiye as in elections. A State that is no Member, and a
territory, belongs with its neighbours.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l


class Region(StrEnum):
    """A regional group of the United Nations."""

    AFRICA = "africa"
    ASIA_PACIFIC = "asia_pacific"
    EASTERN_EUROPE = "eastern_europe"
    LATIN_AMERICA_CARIBBEAN = "latin_america_caribbean"
    WESTERN_EUROPE_OTHERS = "western_europe_others"


REGIONS: Final[Mapping[Region, object]] = {
    Region.AFRICA: _l("Africa"),
    Region.ASIA_PACIFIC: _l("Asia and the Pacific"),
    Region.EASTERN_EUROPE: _l("Eastern Europe"),
    Region.LATIN_AMERICA_CARIBBEAN: _l("Latin America and the Caribbean"),
    Region.WESTERN_EUROPE_OTHERS: _l("Western Europe and others"),
}


def _codes(text: str) -> frozenset[str]:
    return frozenset(text.split())


MEMBER_STATES: Final[Mapping[Region, frozenset[str]]] = {
    Region.AFRICA: _codes(
        "DZ AO BJ BW BF BI CV CM CF TD KM CG CI CD DJ EG GQ ER SZ ET GA GM GH GN GW KE LS LR LY MG MW ML MR MU MA MZ NA"
        " NE NG RW ST SN SC SL SO ZA SS SD TG TN UG TZ ZM ZW"
    ),
    Region.ASIA_PACIFIC: _codes(
        "AF BH BD BT BN KH CN CY KP FJ IN ID IR IQ JP JO KZ KI KW KG LA LB MY MV MH FM MN MM NR NP OM PK PW PG PH QA KR"
        " WS SA SG SB LK SY TJ TH TL TO TM TV AE UZ VU VN YE"
    ),
    Region.EASTERN_EUROPE: _codes("AL AM AZ BY BA BG HR CZ EE GE HU LV LT ME PL MD RO RU RS SK SI MK UA"),
    Region.LATIN_AMERICA_CARIBBEAN: _codes(
        "AG AR BS BB BZ BO BR CL CO CR CU DM DO EC SV GD GT GY HT HN JM MX NI PA PY PE KN LC VC SR TT UY VE"
    ),
    Region.WESTERN_EUROPE_OTHERS: _codes(
        "AD AU AT BE CA DK FI FR DE GR IS IE IL IT LI LU MT MC NL NZ NO PT SM ES SE CH TR GB US"
    ),
}

_NEIGHBOURS: Final[Mapping[Region, frozenset[str]]] = {
    Region.AFRICA: _codes("EH IO RE SH YT"),
    Region.ASIA_PACIFIC: _codes("AS CC CK CX GU HK MO MP NC NF NU PF PN PS TK TW UM WF"),
    Region.EASTERN_EUROPE: frozenset(),
    Region.LATIN_AMERICA_CARIBBEAN: _codes("AI AW BL BM BQ CW FK GF GP GS KY MF MQ MS PR SX TC VG VI"),
    Region.WESTERN_EUROPE_OTHERS: _codes("AQ AX BV FO GG GI GL HM IM JE PM SJ TF VA"),
}
"""What nobody lives in (Antarctica, some islands) is with those who keep stations there."""

_REGION_OF: Final[Mapping[str, Region]] = {
    country: region
    for groups in (MEMBER_STATES, _NEIGHBOURS)
    for region, countries in groups.items()
    for country in countries
}

LEAST_DEVELOPED: Final = _codes(
    "AF AO BD BF BI BJ CD CF DJ ER ET GM GN GW HT KH KI KM LA LR LS MG ML MM MR MW MZ NE NP RW SB SD SL SN SO SS TD TG TL"
    " TV TZ UG YE ZM"
)
"""Least developed countries: the 44 of the list of the United Nations since December 2024."""


def region_of(country: str | None) -> Region | None:
    """Return the region of a country (ISO 3166-1 alpha-2, in capitals); None for no country, or an unknown one."""
    return _REGION_OF.get(country) if country else None


def region_name(region: Region | None) -> str:
    """Return a region's name in the reader's language; for None (an international body) "International"."""
    return str(REGIONS[region]) if region is not None else _("International")
