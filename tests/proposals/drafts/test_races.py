"""Many at once: nothing that was written is lost, versions have no gaps, a double click begins one proposal."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select

from eventsapp.accounts.models import User
from eventsapp.core.audit import Actor
from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from eventsapp.organizations.models import Organization
from eventsapp.proposals.drafts import beginning, content, service
from eventsapp.proposals.drafts.content import SpeakerLine
from eventsapp.proposals.models import Call, Proposal, ProposalVersion
from tests import factories
from tests.support.concurrency import together

PEOPLE = range(6)


def test_all_save_at_once_and_nothing_is_lost(app: Flask):
    with app.app_context(), transaction():
        call = factories.make_call(factories.make_conference())
        proposal = factories.make_proposal(call, lead=factories.make_organization(), titles={}, summaries={})
        id_ = proposal.id
        users = [factories.make_user(name=f"Person {n}").id for n in PEOPLE]
        seen = content.marks(content.parts(content.snapshot(proposal)))

    def save(n: int) -> tuple[tuple[str, ...], list[str]]:
        """Each adds a speaker, and all write the title."""
        values = {"titles": {"en": f"Title {n}"}, "speakers": [SpeakerLine(f"Speaker {n}", key=f"k{n}")]}
        with app.app_context(), transaction():
            row = db.session.get_one(Proposal, id_)
            saved = service.save(row, values, base=0, seen=seen, actor=Actor(f"Person {n}", users[n]))
            return saved.changed, [clash.mine for clash in saved.conflicts]

    done = together(save, PEOPLE)

    with app.app_context():
        row = db.session.get_one(Proposal, id_)
        assert sorted(one["name"] for one in row.speakers) == [f"Speaker {n}" for n in PEOPLE]
        first = [n for n, one in enumerate(done) if isinstance(one, tuple) and "titles.en" in one[0]]
        assert [row.titles] == [{"en": f"Title {n}"} for n in first], "one title is taken"
        told = sorted(mine for one in done if isinstance(one, tuple) for mine in one[1])
        assert told == [f"Title {n}" for n in PEOPLE if n not in first], "the others get both texts"
        numbers = db.session.scalars(select(ProposalVersion.number).order_by(ProposalVersion.number)).all()
        assert list(numbers) == [n + 1 for n in PEOPLE]


def test_two_clicks_begin_one_proposal(app: Flask):
    with app.app_context(), transaction():
        call = factories.make_call(factories.make_conference()).id
        lead, user = factories.make_organization().id, factories.make_user().id

    def begin(_click: int) -> int:
        with app.app_context(), transaction():
            person = db.session.get_one(User, user)
            return beginning.begin(
                db.session.get_one(Call, call), db.session.get_one(Organization, lead), person,
                actor=Actor(person.name, person.id),
            ).id  # fmt: skip

    assert len(set(together(begin, range(3)))) == 1
