"""Who may propose, as settings of a call: each rule a small pure function that says in words what it asks and what fails.

A new rule is a field of :class:`Rules`, a function that checks it, one that states it, and a line in :data:`RULES`.
``eligibility_facts`` reads what is known of a proposal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any, Final, TypeVar

from flask_babel import gettext as _
from flask_babel import ngettext

from eventsapp.core.templating import join_list
from eventsapp.organizations.enums import OrganizationType
from eventsapp.organizations.forms import ORGANIZATION_TYPES


class Scope(StrEnum):
    """Whom a rule is about."""

    LEAD = "lead"
    ANY = "any"
    """Every organization of the proposal that has consented, whatever its role."""


@dataclass(frozen=True, slots=True)
class Rules:
    """The settings of a call. The defaults ask nothing."""

    one_proposal: Scope | None = None
    """One proposal of the call for each organization: as its lead, or in any role."""
    lead_types: frozenset[OrganizationType] = frozenset()
    """Types that may lead; empty: all."""
    partners: Mapping[OrganizationType, frozenset[OrganizationType]] = field(default_factory=dict)
    """A lead of this type needs a partner of one of these types that has consented."""
    least_partners: int = 0
    """Co-organizers who have consented."""
    least_speakers: int = 0
    most_speakers: int | None = None
    no_report_owed: Scope | None = None
    """Who still owes the report about an event of an earlier conference cannot propose."""
    accredited: Scope | None = None

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Rules:
        """Return the rules that ``to_json`` wrote. What is missing, or no longer known, does not apply."""
        return cls(
            one_proposal=_member(Scope, kept.get("one_proposal")),
            lead_types=_types(kept.get("lead_types")),
            partners={
                lead: _types(others)
                for name, others in (kept.get("partners") or {}).items()
                if (lead := _member(OrganizationType, name)) and _types(others)
            },
            least_partners=int(kept.get("least_partners") or 0),
            least_speakers=int(kept.get("least_speakers") or 0),
            most_speakers=int(kept["most_speakers"]) if kept.get("most_speakers") is not None else None,
            no_report_owed=_member(Scope, kept.get("no_report_owed")),
            accredited=_member(Scope, kept.get("accredited")),
        )

    def to_json(self) -> dict[str, Any]:
        """Return what ``Call.rules`` keeps: only the rules that ask something."""
        kept = {one.name: getattr(self, one.name) for one in fields(self)}
        kept["lead_types"] = sorted(self.lead_types)
        kept["partners"] = {str(lead): sorted(others) for lead, others in sorted(self.partners.items())}
        return {
            name: str(value) if isinstance(value, Scope) else value
            for name, value in kept.items()
            if value or (name == "most_speakers" and value is not None)
        }


E = TypeVar("E", bound=StrEnum)


def _member(kind: type[E], value: object) -> E | None:
    return kind(value) if isinstance(value, str) and value in set(kind) else None


def _types(values: Any) -> frozenset[OrganizationType]:
    return frozenset(one for value in values or () if (one := _member(OrganizationType, value)))


# --- what is known of a proposal


@dataclass(frozen=True, slots=True)
class Other:
    """Another proposal of the call that is not over, in which an organization leads or has consented."""

    code: str
    leads: bool


@dataclass(frozen=True, slots=True)
class Named:
    """An organization of the proposal that the directory has."""

    id: int
    name: str
    type: OrganizationType
    leads: bool
    consented: bool = True
    sponsors: bool = False
    """It supports the event, but does not organize it."""
    accredited: bool = False
    owes: tuple[str, ...] = ()
    """Events of earlier conferences, as they are called, whose report is still owed."""
    others: tuple[Other, ...] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rules look at."""

    organizations: tuple[Named, ...] = ()
    speakers: int = 0
    waiting: int = 0
    """Organizations that were invited and have not answered."""

    @property
    def lead(self) -> Named | None:
        """The organization that leads; None while it is not chosen."""
        return next((one for one in self.organizations if one.leads), None)

    def within(self, scope: Scope) -> list[Named]:
        """Those whom a rule is about: only who has consented counts."""
        return [one for one in self.organizations if one.leads or (scope is Scope.ANY and one.consented)]

    @property
    def partners(self) -> list[Named]:
        """Co-organizers who have consented."""
        return [one for one in self.organizations if one.consented and not one.leads and not one.sponsors]


@dataclass(frozen=True, slots=True)
class Failure:
    """One thing that is wrong: a sentence, and another of what would cure it."""

    rule: str
    sentence: str
    cure: str


# --- the rules


def _one_proposal(rules: Rules, facts: Facts) -> Iterator[Failure]:
    if rules.one_proposal is None:
        return
    for one in facts.within(rules.one_proposal):
        others = [other.code for other in one.others if rules.one_proposal is Scope.ANY or other.leads]
        if not others:
            continue
        told = {"organization": one.name, "codes": join_list(others)}
        if rules.one_proposal is Scope.LEAD:
            yield Failure(
                "one_proposal",
                _("%(organization)s leads %(codes)s already, and may lead only one proposal.", **told),
                _("Withdraw %(codes)s, or let another organization lead this proposal.", **told),
            )
        else:
            yield Failure(
                "one_proposal",
                _("%(organization)s takes part in %(codes)s already, and may take part in only one proposal.", **told),
                _("Take %(organization)s off one of the proposals, or withdraw %(codes)s.", **told),
            )  # fmt: skip


def _one_proposal_words(rules: Rules) -> Iterator[str]:
    if rules.one_proposal is Scope.LEAD:
        yield _("An organization may lead one proposal. It may be a partner in others.")
    elif rules.one_proposal is Scope.ANY:
        yield _("An organization may take part in one proposal, as its lead or as a partner.")


def type_names(types: frozenset[OrganizationType]) -> str:
    """Return "A, B and C", in the order in which the directory offers the types."""
    return join_list(name for type_, name in ORGANIZATION_TYPES.items() if type_ in types)


def _lead_types(rules: Rules, facts: Facts) -> Iterator[Failure]:
    lead = facts.lead
    if not rules.lead_types or lead is None or lead.type in rules.lead_types:
        return
    told = {
        "organization": lead.name,
        "type": str(ORGANIZATION_TYPES[lead.type]),
        "types": type_names(rules.lead_types),
    }
    yield Failure(
        "lead_types",
        _("%(organization)s cannot lead a proposal: its type is “%(type)s”.", **told),
        _("Let a partner of one of these types lead: %(types)s.", **told),
    )


def _lead_types_words(rules: Rules) -> Iterator[str]:
    if rules.lead_types:
        yield _(
            "Organizations of these types may lead a proposal: %(types)s.", types=type_names(rules.lead_types)
        )


def _partners(rules: Rules, facts: Facts) -> Iterator[Failure]:
    lead = facts.lead
    needed = rules.partners.get(lead.type) if lead else None
    if not lead or not needed or any(one.type in needed for one in facts.partners):
        return
    yield Failure(
        "partners",
        _(
            "%(organization)s needs a co-organizer of one of these types: %(types)s.",
            organization=lead.name,
            types=type_names(needed),
        ),
        _("A co-organizer that has been invited has to consent.")
        if any(one.type in needed and not one.consented for one in facts.organizations)
        else _("Invite one, and it has to consent."),
    )


def _partners_words(rules: Rules) -> Iterator[str]:
    for lead, needed in sorted(rules.partners.items()):
        yield _(
            "A lead organization of the type “%(type)s” needs a co-organizer of one of these types: %(types)s.",
            type=str(ORGANIZATION_TYPES[lead]),
            types=type_names(needed),
        )


def _least_partners(rules: Rules, facts: Facts) -> Iterator[Failure]:
    missing = rules.least_partners - len(facts.partners)
    if missing <= 0:
        return
    yield Failure(
        "least_partners",
        ngettext(
            "The proposal needs %(num)d co-organizer that has consented; there are %(count)d.",
            "The proposal needs %(num)d co-organizers that have consented; there are %(count)d.",
            rules.least_partners,
            count=len(facts.partners),
        ),
        _("Remind those that have not answered, or invite others.")
        if facts.waiting
        else ngettext(
            "Invite at least %(num)d more, and it has to consent.",
            "Invite at least %(num)d more, and they have to consent.",
            missing,
        ),
    )


def _least_partners_words(rules: Rules) -> Iterator[str]:
    if rules.least_partners:
        yield ngettext(
            "A proposal needs at least %(num)d co-organizer that has consented.",
            "A proposal needs at least %(num)d co-organizers that have consented.",
            rules.least_partners,
        )


def _speakers(rules: Rules, facts: Facts) -> Iterator[Failure]:
    if facts.speakers < rules.least_speakers:
        yield Failure(
            "speakers",
            ngettext(
                "The proposal needs %(num)d named speaker; there are %(count)d.",
                "The proposal needs %(num)d named speakers; there are %(count)d.",
                rules.least_speakers,
                count=facts.speakers,
            ),
            _("Name more speakers."),
        )
    if rules.most_speakers is not None and facts.speakers > rules.most_speakers:
        yield Failure(
            "speakers",
            ngettext(
                "The proposal may name %(num)d speaker at most; there are %(count)d.",
                "The proposal may name %(num)d speakers at most; there are %(count)d.",
                rules.most_speakers,
                count=facts.speakers,
            ),
            _("Take speakers off."),
        )


def _speakers_words(rules: Rules) -> Iterator[str]:
    least, most = rules.least_speakers, rules.most_speakers
    if least and most is not None:
        yield _("A proposal names from %(least)d to %(most)d speakers.", least=least, most=most)
    elif least:
        yield ngettext(
            "A proposal names at least %(num)d speaker.", "A proposal names at least %(num)d speakers.", least
        )
    elif most is not None:
        yield ngettext(
            "A proposal names at most %(num)d speaker.", "A proposal names at most %(num)d speakers.", most
        )


def _no_report_owed(rules: Rules, facts: Facts) -> Iterator[Failure]:
    for one in facts.within(rules.no_report_owed) if rules.no_report_owed else ():
        if one.owes:
            yield Failure(
                "no_report_owed",
                _(
                    "%(organization)s still owes the report about %(events)s.",
                    organization=one.name,
                    events=join_list(one.owes),
                ),
                _("Send the report on the page of that event's proposal."),
            )


def _no_report_owed_words(rules: Rules) -> Iterator[str]:
    if rules.no_report_owed is Scope.LEAD:
        yield _(
            "An organization that still owes a report about an event of an earlier conference cannot lead."
        )
    elif rules.no_report_owed is Scope.ANY:
        yield _(
            "An organization that still owes a report about an event of an earlier conference cannot take part."
        )


def _accredited(rules: Rules, facts: Facts) -> Iterator[Failure]:
    for one in facts.within(rules.accredited) if rules.accredited else ():
        if not one.accredited:
            yield Failure(
                "accredited",
                _("%(organization)s is not accredited to the conference.", organization=one.name),
                _("Ask the secretariat for its accreditation, or let an accredited organization lead.")
                if one.leads
                else _("Ask the secretariat for its accreditation, or take it off."),
            )


def _accredited_words(rules: Rules) -> Iterator[str]:
    if rules.accredited is Scope.LEAD:
        yield _("Only organizations that are accredited to the conference may lead.")
    elif rules.accredited is Scope.ANY:
        yield _("Only organizations that are accredited to the conference may take part.")


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: what fails, and what it asks in words; both say nothing where the settings do not ask it."""

    check: Callable[[Rules, Facts], Iterator[Failure]]
    words: Callable[[Rules], Iterator[str]]


RULES: Final = (
    Rule(_one_proposal, _one_proposal_words),
    Rule(_lead_types, _lead_types_words),
    Rule(_partners, _partners_words),
    Rule(_least_partners, _least_partners_words),
    Rule(_speakers, _speakers_words),
    Rule(_no_report_owed, _no_report_owed_words),
    Rule(_accredited, _accredited_words),
)


def check(rules: Rules, facts: Facts) -> list[Failure]:
    """Return all that is wrong, in the reader's language. A proposal without a lead yet fails by what is known so far."""
    return [failure for rule in RULES for failure in rule.check(rules, facts)]


def in_words(rules: Rules) -> list[str]:
    """Return what the rules ask, a sentence each, in the reader's language."""
    return [sentence for rule in RULES for sentence in rule.words(rules)]
