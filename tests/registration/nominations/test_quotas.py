"""Quotas are exact, however the requests meet; nominees are replaced, withdrawn, corrected, and answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from eventsapp.accounts.models import User
from eventsapp.core import clock
from eventsapp.core.audit import Actor, AuditEntry
from eventsapp.core.errors import Conflict, Invalid
from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from eventsapp.mail.models import Message
from eventsapp.organizations.models import Organization
from eventsapp.registration import life, queries
from eventsapp.registration import service as registrations
from eventsapp.registration.enums import Approval, RegistrationState
from eventsapp.registration.models import Category, Registration
from eventsapp.registration.nominations import imports, links, quotas, service
from eventsapp.registration.nominations.models import Quota
from eventsapp.registration.nominations.service import Nominee
from eventsapp.registration.transitions import RegistrationAction
from tests import factories
from tests.support.concurrency import together

OFFICER = Actor("Olga Officer")
S = RegistrationState


class Mission:
    """An organization with five places for delegates, and its focal point. Each call is a transaction of its own."""

    def __init__(self, app: Flask, **category: Any) -> None:
        self.app = app
        with app.app_context(), transaction():
            conference = factories.make_conference(registration_opens_at=clock.now() - timedelta(days=1))
            organization = factories.make_organization(names={"en": "Permanent Mission"})
            delegates = factories.make_category(conference, **category)
            user = factories.make_user(name="Fola Focal")
            factories.make_member(user, organization)
            self.quota = factories.make_quota(conference, organization, delegates).id
            self.conference, self.organization = conference.id, organization.id
            self.category, self.user = delegates.id, user.id

    def do(self, work: Callable[[SimpleNamespace], Any]) -> Any:
        with self.app.app_context(), transaction():
            user = db.session.get_one(User, self.user)
            here = SimpleNamespace(
                organization=db.session.get_one(Organization, self.organization),
                category=db.session.get_one(Category, self.category),
                user=user,
                actor=Actor(user.name, user.id),
            )
            return work(here)

    def nominate(self, *emails: str) -> list[int]:
        def work(here: SimpleNamespace) -> list[int]:
            people = [Nominee(email.partition("@")[0].title(), email) for email in emails]
            made = service.nominate(
                here.organization, here.category, people, user=here.user, actor=here.actor
            )
            return [row.id for row in made]

        found: list[int] = self.do(work)
        return found

    def change(self, id_: int, what: Callable[..., Any], *values: Any) -> Any:
        def work(here: SimpleNamespace) -> Any:
            row = db.session.get_one(Registration, id_)
            more = {} if what is service.correct else {"user": here.user}
            done = what(row, *values, actor=here.actor, **more)
            return done.id if isinstance(done, Registration) else done

        return self.do(work)

    def move(self, id_: int, action: RegistrationAction) -> None:
        def work(_here: SimpleNamespace) -> None:
            registration, held = life.hold(id_)
            life.move(registration, action, held=held, actor=OFFICER)

        self.do(work)

    def counts(self) -> tuple[int, int]:
        """What the quota says is taken, and how many registrations hold a place of it: they always agree."""
        with self.app.app_context():
            taken = db.session.scalars(select(Quota.taken).where(Quota.id == self.quota)).one()
            held = list(
                db.session.scalars(select(Registration.id).where(Registration.quota_id == self.quota))
            )
            db.session.rollback()
        return taken, len(held)

    def state(self, id_: int) -> RegistrationState:
        with self.app.app_context():
            return db.session.get_one(Registration, id_).state

    def mail(self) -> list[tuple[str, str]]:
        with self.app.app_context():
            rows = db.session.execute(select(Message.template, Message.to_email).order_by(Message.id))
            return [(template, email) for template, email in rows]


@pytest.fixture
def mission(app: Flask) -> Mission:
    return Mission(app)


def test_many_who_nominate_at_once_never_exceed_the_quota(mission: Mission):
    answers = together(mission.nominate, [f"person{n}@example.org" for n in range(16)])
    assert sum(isinstance(one, list) for one in answers) == 5
    assert {type(one) for one in answers} == {list, Conflict}
    assert mission.counts() == (5, 5)
    assert len(mission.mail()) == 5


def test_nominating_withdrawing_and_replacing_at_once_leaves_the_count_exact(mission: Mission):
    [one], [two], [three] = (mission.nominate(f"{name}@example.org") for name in ("one", "two", "three"))
    work: list[Callable[[], Any]] = [
        *[lambda n=n: mission.nominate(f"new{n}@example.org") for n in range(6)],
        *[lambda: mission.change(one, service.withdraw)] * 3,
        *[
            lambda n=n: mission.change(two, service.replace, Nominee("Instead", f"instead{n}@example.org"))
            for n in range(3)
        ],
        lambda: mission.move(three, RegistrationAction.CANCEL),
    ]
    answers = together(lambda job: job(), work)
    errors = [str(one) for one in answers if isinstance(one, Exception) and not isinstance(one, Conflict)]
    assert errors == []
    assert sum(isinstance(one, int) and not isinstance(one, bool) for one in answers) == 1
    taken, held = mission.counts()
    assert taken == held <= 5
    # What was given back can be used, and not more.
    for n in range(5 - taken):
        mission.nominate(f"late{n}@example.org")
    with pytest.raises(Conflict):
        mission.nominate("too.many@example.org")
    assert mission.counts() == (5, 5)


def test_a_list_is_nominated_as_a_whole_or_not_at_all(mission: Mission):
    with pytest.raises(Conflict):
        mission.nominate(*(f"person{n}@example.org" for n in range(6)))
    mission.nominate("someone@example.org")
    with pytest.raises(Invalid):
        mission.nominate("other@example.org", "Someone@Example.org")
    assert mission.counts() == (1, 1)
    assert mission.mail() == [("nomination", "someone@example.org")]


def test_the_place_follows_the_person_through_every_end_and_back(mission: Mission, app: Flask):
    one, two, three = mission.nominate("one@example.org", "two@example.org", "three@example.org")
    for id_ in (one, two):
        mission.move(id_, RegistrationAction.REVIEW)
    mission.move(one, RegistrationAction.REJECT)
    assert mission.counts() == (2, 2)
    mission.move(one, RegistrationAction.REVIEW)
    assert mission.counts() == (3, 3)
    mission.move(one, RegistrationAction.REJECT)
    mission.nominate("four@example.org", "five@example.org", "six@example.org")
    with pytest.raises(Conflict):
        mission.move(one, RegistrationAction.REVIEW)
    assert mission.state(one) is S.REJECTED

    def cancel(_here: SimpleNamespace) -> None:
        person = queries.person(two)
        assert person is not None
        registrations.cancel(person, actor=OFFICER, by_organizer=True)

    mission.do(cancel)
    assert mission.counts() == (4, 4)
    # Into another category, which has a quota of its own; into one that is not counted.
    with app.app_context(), transaction():
        conference = db.session.get_one(Registration, three).conference
        organization = db.session.get_one(Organization, mission.organization)
        other = factories.make_category(conference)
        full = factories.make_category(conference)
        assistants = factories.make_category(conference, in_quota=False)
        there = factories.make_quota(conference, organization, other, places=1).id
        factories.make_quota(conference, organization, full, places=0)
        ids = other.id, full.id, assistants.id

    def put(category_id: int) -> None:
        def work(_here: SimpleNamespace) -> None:
            row = db.session.get_one(Registration, three)
            data = registrations.data_of(row)
            person = queries.person(three)
            assert person is not None
            registrations.edit(
                person, type(data)(data.name, data.email, category_id, language="en"), actor=OFFICER
            )

        mission.do(work)

    def taken_there() -> int:
        with app.app_context():
            return db.session.get_one(Quota, there).taken

    put(ids[0])
    assert (mission.counts(), taken_there()) == ((3, 3), 1)
    with pytest.raises(Invalid):
        put(ids[1])
    assert (mission.counts(), taken_there()) == ((3, 3), 1)
    put(ids[2])
    assert (mission.counts(), taken_there()) == ((3, 3), 0)


def test_one_is_replaced_by_another_who_takes_the_place_also_of_a_quota_that_was_lowered(
    mission: Mission, app: Flask
):
    [old] = mission.nominate("old@example.org")
    with app.app_context(), transaction():
        quota = db.session.get_one(Quota, mission.quota)
        category = db.session.get_one(Category, mission.category)
        imports.set_quota(
            quota.conference, mission.organization, category, places=0, note=None, actor=OFFICER
        )
    new = mission.change(old, service.replace, Nominee("New", "new@example.org"))
    assert (mission.state(old), mission.state(new)) == (S.WITHDRAWN, S.DRAFT)
    assert mission.counts() == (1, 1)
    assert mission.mail() == [
        ("nomination", "old@example.org"),
        ("registration_moved", "old@example.org"),
        ("nomination", "new@example.org"),
    ]
    with app.app_context(), transaction():
        conference = db.session.get_one(Registration, new).conference
        factories.make_settings(conference, replace_until=clock.now() - timedelta(minutes=1))
    with pytest.raises(Conflict):
        mission.change(new, service.replace, Nominee("Later", "later@example.org"))
    assert mission.change(new, service.withdraw) is True
    assert mission.change(new, service.withdraw) is False
    assert mission.counts() == (0, 0)


def test_who_is_left_out_of_quotas_is_not_counted_and_nobody_nominates_without_one(
    mission: Mission, app: Flask
):
    with app.app_context(), transaction():
        conference = db.session.get_one(Quota, mission.quota).conference
        assistants = factories.make_category(conference, in_quota=False, open=False)
        others = factories.make_category(conference)
        user = db.session.get_one(User, mission.user)
        organization = db.session.get_one(Organization, mission.organization)
        people = [Nominee(f"Assistant {n}", f"assistant{n}@example.org") for n in range(7)]
        made = service.nominate(organization, assistants, people, user=user, actor=OFFICER)
        assert {row.quota_id for row in made} == {None}
        stranger = factories.make_organization()
        for one, category in ((organization, others), (stranger, assistants)):
            with pytest.raises(Conflict):
                service.nominate(one, category, [Nominee("No", "no@example.org")], user=user, actor=OFFICER)
    assert mission.counts() == (0, 0)


@pytest.mark.parametrize(
    ("approval", "form", "after"),
    [
        (Approval.AUTOMATIC, False, S.CONFIRMED),
        # The focal point has spoken by nominating.
        (Approval.FOCAL_POINT, False, S.IN_REVIEW),
        (Approval.AUTOMATIC, True, S.DRAFT),
    ],
)
def test_a_nominee_confirms_by_the_secret_address(
    app: Flask, approval: Approval, form: bool, after: RegistrationState
):
    mission = Mission(app, approval=approval)
    if form:
        with app.app_context(), transaction():
            category = db.session.get_one(Category, mission.category)
            category.form = factories.make_form(db.session.get_one(Quota, mission.quota).conference)
    [one] = mission.nominate("one@example.org")
    with app.app_context():
        address = f"/en/nominations/{links.token(one, 0)}"
        own = queries.person(one).page.partition("localhost")[2]  # type: ignore[union-attr]
    client = app.test_client()
    page = client.get(address)
    assert (page.status_code, "Permanent Mission has nominated you" in page.text) == (200, True)
    assert mission.state(one) is S.DRAFT
    answer = client.post(address, data={"answer": "yes"})
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith(own.rpartition("/")[2] + ("/form" if form else ""))
    assert mission.state(one) is after
    with app.app_context():
        assert db.session.get_one(Registration, one).address_confirmed_at is not None
    assert client.post(address, data={"answer": "no"}).status_code == 303
    assert mission.state(one) is after
    assert mission.counts() == (1, 1)


def test_a_nominee_who_does_not_come_gives_the_place_back_and_a_corrected_address_gets_its_own_link(
    app: Flask, mission: Mission
):
    [one] = mission.nominate("wrogn@example.org")
    with app.app_context(), transaction():
        # Somebody else has this address, and an account with it.
        stranger = factories.make_user(email="wrogn@example.org")
        db.session.get_one(Registration, one).user_id = stranger.id
    assert mission.change(one, service.correct, Nominee("Right", "right@example.org")) is True
    with app.app_context():
        assert db.session.get_one(Registration, one).user_id is None
        db.session.rollback()
    assert mission.mail()[-1] == ("nomination", "right@example.org")
    client = app.test_client()
    with app.app_context():
        old, new = (f"/en/nominations/{links.token(one, version)}" for version in (0, 1))
    assert client.get(old).status_code == 404
    assert client.post(new, data={"answer": "no"}).status_code == 303
    assert mission.state(one) is S.CANCELLED
    assert mission.counts() == (0, 0)
    assert "This registration is cancelled" in client.get(new).text
    mission.nominate("right@example.org")


def test_a_quota_in_use_is_not_taken_away(app: Flask, mission: Mission):
    mission.nominate("one@example.org")
    with app.app_context(), transaction():
        quota = db.session.get_one(Quota, mission.quota)
        with pytest.raises(Conflict):
            imports.remove_quota(quota, actor=OFFICER)
        conference, organization = quota.conference, db.session.get_one(Organization, mission.organization)
        unused = factories.make_quota(conference, organization, factories.make_category(conference))
        imports.remove_quota(unused, actor=OFFICER)
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "quota.remove")).one()
        assert entry.actor == "Olga Officer"
        assert quotas.take(quota.id, 5) is False
        assert quotas.take(quota.id, 4) is True
        assert quota.taken == 5
