"""Who has an interest in which proposal."""

from __future__ import annotations

from flask import Flask

from eventsapp.core import clock
from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from eventsapp.organizations.enums import MembershipState
from eventsapp.proposals.enums import CommentAudience, Consent, ProposalState
from eventsapp.proposals.models import ProposalComment
from eventsapp.proposals.review import interests
from eventsapp.proposals.review.models import DeclaredInterest
from tests import factories
from tests.support.statements import statements


def test_each_way_to_have_an_interest_is_found_and_no_other(app: Flask):
    with app.app_context(), transaction():
        call = factories.make_call(factories.make_conference())
        conference_id = call.conference_id
        people = {}
        for name in ("declared", "lead", "partner", "invited", "refused", "asking", "left", "address", "began",
                     "speaker", "contact", "wrote", "composed", "officer", "reviewers"):  # fmt: skip
            people[name] = factories.make_user(email=f"{name}@example.org")
        orgs = {name: factories.make_organization() for name in ("lead", "partner", "invited", "refused")}
        for name, organization in orgs.items():
            factories.make_member(people[name], organization)
        factories.make_member(people["asking"], orgs["lead"], state=MembershipState.REQUESTED)
        factories.make_member(people["left"], orgs["lead"], state=MembershipState.ENDED)
        proposal = factories.make_proposal(
            call,
            lead=orgs["lead"],
            partners=[orgs["partner"]],
            invited=[orgs["invited"], orgs["refused"]],
            by=people["began"],
            state=ProposalState.UNDER_REVIEW,
            speakers=[{"name": "Ana", "email": "Speaker@Example.org"}, {"name": "Bo", "email": None}],
            contact_email="contact@example.org",
        )
        proposal.organizations[3].consent = Consent.REFUSED
        proposal.organizations[2].email = "Address@example.org"
        other = factories.make_proposal(call, state=ProposalState.UNDER_REVIEW)
        composed = factories.make_proposal(call, by=people["composed"], composed=True)
        db.session.add(
            DeclaredInterest(
                proposal_id=proposal.id, user_id=people["declared"].id, reason="A friend.", at=clock.now()
            )
        )
        for name, audience, ours in (
            ("wrote", CommentAudience.TEAM, False),
            ("officer", CommentAudience.SECRETARIAT, True),
            ("reviewers", CommentAudience.REVIEWERS, False),
        ):
            db.session.add(
                ProposalComment(
                    proposal_id=proposal.id,
                    audience=audience,
                    at=clock.now(),
                    author_id=people[name].id,
                    author=name,
                    from_secretariat=ours,
                    body="Said.",
                )
            )
        source = factories.make_proposal(
            call,
            by=people["reviewers"],
            state=ProposalState.MERGED,
            merged_into_id=other.id,
            merged_from=ProposalState.ELIGIBLE,
        )
        ids = {name: person.id for name, person in people.items()}
        proposal_id, other_id, composed_id, source_id = proposal.id, other.id, composed.id, source.id
        call_id = call.id
    with app.app_context():
        found = interests.interests(call_id)
        assert {name for name, id_ in ids.items() if (proposal_id, id_) in found} == {
            "declared", "lead", "partner", "invited", "refused", "asking", "address", "began", "speaker",
            "contact", "wrote",
        }  # fmt: skip
        assert {id_ for id_, user in found if user == ids["reviewers"]} == {other_id, source_id}
        assert composed_id not in {id_ for id_, _user in found}
        for name, id_ in ids.items():
            own = {one for one, user in found if user == id_}
            assert interests.of_user(conference_id, id_) == own, name
            assert interests.interests(call_id, [id_]) == {(one, id_) for one in own}
            for one in (proposal_id, other_id, composed_id, source_id):
                assert interests.has_interest(one, id_) is (one in own), name
        assert not interests.has_interest(999_999, ids["lead"])
        with statements(app) as sent:
            interests.interests(call_id)
        assert len(sent) == 3
