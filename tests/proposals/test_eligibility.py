"""Who may propose: each rule by itself, without a database; and what is read of a proposal for it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from eventsapp.core import clock
from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from eventsapp.organizations.enums import OrganizationType as T
from eventsapp.organizations.models import Accreditation
from eventsapp.proposals import eligibility_facts
from eventsapp.proposals.eligibility import Facts, Named, Other, Rules, Scope, check, in_words
from eventsapp.proposals.enums import MergerState, ProposalState, ReportState
from eventsapp.proposals.mergers.models import Merger, MergerPart
from eventsapp.proposals.offers.models import EventReport
from tests import factories
from tests.support.statements import statements

LEAD = Named(1, "UNX", T.UN_ENTITY, leads=True)
STATE = Named(2, "Kenya", T.MEMBER_STATE, leads=True)
PARTNER = Named(3, "NGO", T.NGO, leads=False)
INVITED = Named(4, "City", T.LOCAL_GOVERNMENT, leads=False, consented=False)
SPONSOR = Named(5, "Fund", T.FOUNDATION, leads=False, sponsors=True)


def with_(one: Named, **over: Any) -> Named:
    return Named(**{name: over.get(name, getattr(one, name)) for name in one.__slots__})


PAIRED = Rules(partners={T.MEMBER_STATE: frozenset({T.NGO, T.LOCAL_GOVERNMENT})})
P7, P8 = Other("P-0007", leads=True), Other("P-0008", leads=False)


@pytest.fixture
def speaking():
    from flask_babel import Babel

    app = Flask(__name__)
    Babel(app)
    with app.test_request_context():
        yield


@pytest.mark.usefixtures("speaking")
@pytest.mark.parametrize(
    ("rules", "organizations", "speakers", "expected"),
    [
        (Rules(), [], 0, []),
        (Rules(one_proposal=Scope.LEAD), [with_(LEAD, others=(P8,)), with_(PARTNER, others=(P7,))], 0, []),
        (Rules(one_proposal=Scope.LEAD), [with_(LEAD, others=(P7, P8))], 0,
         [("UNX leads P-0007 already, and may lead only one proposal.",
           "Withdraw P-0007, or let another organization lead this proposal.")]),
        (Rules(one_proposal=Scope.ANY), [LEAD, with_(PARTNER, others=(P7, P8)), with_(INVITED, others=(P7,))], 0,
         [("NGO takes part in P-0007 and P-0008 already, and may take part in only one proposal.",
           "Take NGO off one of the proposals, or withdraw P-0007 and P-0008.")]),
        (Rules(lead_types=frozenset({T.UN_ENTITY})), [LEAD, PARTNER], 0, []),
        (Rules(lead_types=frozenset({T.UN_ENTITY})), [], 0, []),
        (Rules(lead_types=frozenset({T.UN_ENTITY, T.ACADEMIA})), [STATE], 0,
         [("Kenya cannot lead a proposal: its type is “Member State”.",
           "Let a partner of one of these types lead: UN entity and Academia.")]),
        (PAIRED, [LEAD], 0, []),
        (PAIRED, [STATE, PARTNER], 0, []),
        (PAIRED, [STATE, with_(SPONSOR, type=T.NGO)], 0,
         [(("Kenya needs a co-organizer of one of these types: Local or regional government and Non-governmental "
           "organization."), "Invite one, and it has to consent.")]),
        (PAIRED, [STATE, INVITED], 0,
         [(("Kenya needs a co-organizer of one of these types: Local or regional government and Non-governmental "
           "organization."), "A co-organizer that has been invited has to consent.")]),
        (Rules(least_partners=1), [LEAD, PARTNER], 0, []),
        (Rules(least_partners=2), [LEAD, PARTNER, SPONSOR], 0,
         [("The proposal needs 2 co-organizers that have consented; there are 1.",
           "Invite at least 1 more, and it has to consent.")]),
        (Rules(least_speakers=2, most_speakers=3), [LEAD], 2, []),
        (Rules(least_speakers=2, most_speakers=3), [LEAD], 1,
         [("The proposal needs 2 named speakers; there are 1.", "Name more speakers.")]),
        (Rules(most_speakers=3), [LEAD], 4,
         [("The proposal may name 3 speakers at most; there are 4.", "Take speakers off.")]),
        (Rules(no_report_owed=Scope.LEAD), [LEAD, with_(PARTNER, owes=("SE-1",))], 0, []),
        (Rules(no_report_owed=Scope.ANY), [LEAD, with_(PARTNER, owes=("SE-1", "SE-2"))], 0,
         [("NGO still owes the report about SE-1 and SE-2.",
           "Send the report on the page of that event's proposal.")]),
        (Rules(accredited=Scope.LEAD), [with_(LEAD, accredited=True), PARTNER], 0, []),
        (Rules(accredited=Scope.ANY), [with_(LEAD, accredited=True), PARTNER, INVITED], 0,
         [("NGO is not accredited to the conference.",
           "Ask the secretariat for its accreditation, or take it off.")]),
    ],
)  # fmt: skip
def test_each_rule_says_what_fails_and_what_cures_it(
    rules: Rules, organizations: list[Named], speakers: int, expected: list[tuple[str, str]]
):
    failures = check(rules, Facts(tuple(organizations), speakers=speakers))
    assert [(one.sentence, one.cure) for one in failures] == expected
    assert bool(in_words(rules)) == (rules != Rules())


@pytest.mark.usefixtures("speaking")
def test_what_is_waited_for_is_what_cures_too_few_partners():
    [failure] = check(Rules(least_partners=1), Facts((LEAD, INVITED), waiting=1))
    assert failure.cure == "Remind those that have not answered, or invite others."


RULES = st.builds(
    Rules,
    one_proposal=st.sampled_from([None, *Scope]),
    lead_types=st.frozensets(st.sampled_from(list(T)), max_size=3),
    partners=st.dictionaries(
        st.sampled_from(list(T)), st.frozensets(st.sampled_from(list(T)), min_size=1, max_size=3), max_size=2
    ),
    least_partners=st.integers(0, 3),
    least_speakers=st.integers(0, 3),
    most_speakers=st.none() | st.integers(0, 9),
    no_report_owed=st.sampled_from([None, *Scope]),
    accredited=st.sampled_from([None, *Scope]),
)


@given(RULES)
def test_rules_are_kept_as_they_are(rules: Rules):
    kept = rules.to_json()
    assert Rules.from_json(kept) == rules
    assert (kept == {}) == (rules == Rules())


def test_settings_that_are_not_known_any_more_do_not_apply():
    assert Rules.from_json(
        {"one_proposal": "x", "lead_types": ["ngo", "y"], "partners": {"z": ["ngo"]}}
    ) == Rules(lead_types=frozenset({T.NGO}))


def test_what_is_known_of_proposals(app: Flask):
    with app.app_context(), transaction():
        earlier = factories.make_conference()
        call = factories.make_call(factories.make_conference())
        lead, partner = factories.make_organization(acronyms={"en": "LEAD"}), factories.make_organization()
        invited = factories.make_organization(type=T.MEMBER_STATE)
        own = factories.make_proposal(
            call, lead=lead, partners=[partner], invited=[invited],
            speakers=[{"name": "Ana"}, {"name": " "}, {"name": "Ben"}],
        )  # fmt: skip
        second = factories.make_proposal(call, lead=partner, partners=[lead], state=ProposalState.SUBMITTED)
        factories.make_proposal(call, lead=lead, state=ProposalState.WITHDRAWN)
        factories.make_proposal(factories.make_call(call.conference), lead=lead)
        db.session.add(
            Accreditation(
                conference_id=call.conference_id, organization_id=lead.id, granted_at=clock.now(), granted_by="somebody"
            )
        )  # fmt: skip
        event = factories.make_event(
            earlier, code="SE-9", titles={"en": "Water"}, leads=[lead], co_organizers=[partner]
        )
        here = factories.make_event(call.conference, leads=[lead])
        for one in (event, here):
            db.session.add(
                EventReport(event=one, state=ReportState.OWED, due_at=clock.now() - timedelta(days=1))
            )
        db.session.flush()
        with statements(app) as sent:
            facts = eligibility_facts.facts(own)
        assert len(sent) <= 8
        assert [
            (one.name, one.leads, one.consented, one.accredited, one.owes) for one in facts.organizations
        ] == [
            ("LEAD", True, True, True, ("SE-9 “Water”",)),
            (partner.acronyms["en"], False, True, False, ()),
            (invited.acronyms["en"], False, False, False, ()),
        ]
        assert (facts.speakers, facts.waiting) == (2, 1)
        assert facts.organizations[0].others == (Other(second.code, leads=False),)
        assert facts.organizations[1].others == (Other(second.code, leads=True),)
        for _more in range(4):
            factories.make_proposal(call, lead=factories.make_organization(), partners=[partner])
        with statements(app) as sent:
            all_facts = eligibility_facts.facts_of_call(call)
        assert len(sent) == 6
        assert len(all_facts) == 6
        assert all_facts[own.id].organizations[0] == facts.organizations[0]
        assert len(all_facts[own.id].organizations[1].others) == 5


def test_a_draft_composed_for_a_merger_and_its_parts_do_not_stand_in_each_other_s_way(app: Flask):
    with app.app_context(), transaction():
        call = factories.make_call(factories.make_conference(), rules=Rules(one_proposal=Scope.ANY).to_json())
        first, second = factories.make_organization(), factories.make_organization()
        parts = [
            factories.make_proposal(call, lead=one, state=ProposalState.SUBMITTED) for one in (first, second)
        ]
        composed = factories.make_proposal(call, lead=first, partners=[second], composed=True)
        db.session.add(
            Merger(
                conference_id=call.conference_id, call_id=call.id, target=composed, proposed_by="somebody",
                state=MergerState.OPEN,
                parts=[MergerPart(proposal=part, position=n) for n, part in enumerate(parts)],
            )
        )  # fmt: skip
        db.session.flush()
        found = eligibility_facts.facts_of_call(call)
        rules = Rules.from_json(call.rules)
        assert [check(rules, found[one.id]) for one in (*parts, composed)] == [[], [], []]
        other = factories.make_proposal(call, lead=second)
        with app.test_request_context():
            [failure] = check(rules, eligibility_facts.facts(composed))
        assert other.code in failure.sentence
