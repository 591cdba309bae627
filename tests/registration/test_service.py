"""Registering, confirming, changing, cancelling, links: the services, on both databases."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from eventsapp.accounts import service as accounts
from eventsapp.accounts.hooks import registrations_of
from eventsapp.accounts.models import User
from eventsapp.conferences.enums import ConferenceState
from eventsapp.conferences.models import Conference
from eventsapp.core import clock
from eventsapp.core.audit import Actor, AuditEntry
from eventsapp.core.errors import Conflict, Invalid, NotFound
from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from eventsapp.mail.models import Message
from eventsapp.registration import links, queries, service
from eventsapp.registration.enums import RegistrationState
from eventsapp.registration.models import Registration, Star
from eventsapp.registration.queries import Person
from eventsapp.registration.rules import Window
from eventsapp.registration.service import RegistrationData
from tests import factories

ORGANIZER = Actor("An organizer")


@pytest.fixture
def here(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


@pytest.fixture
def conference_id(here: None) -> int:
    """A conference that takes registrations, in an open category."""
    with transaction():
        conference = factories.make_conference(registration_opens_at=clock.now() - timedelta(days=1))
        factories.make_category(conference)
        return conference.id


def conference(id_: int) -> Conference:
    return db.session.get_one(Conference, id_)


def category_of(conference_id: int) -> int:
    found = queries.open_categories(conference_id)[0][0]
    db.session.rollback()
    return found


def data(conference_id: int, **over) -> RegistrationData:
    usual = RegistrationData(
        name="Ada Nkosi", email="ada@example.org", category_id=category_of(conference_id), country="ZA"
    )
    return replace(usual, **over)


def register(conference_id: int, *, language: str = "en", user=None, **over) -> Person | None:
    wanted = data(conference_id, **over)
    with transaction():
        return service.register(conference(conference_id), wanted, language=language, user=user)


def rows() -> list[Registration]:
    db.session.rollback()
    return list(db.session.scalars(select(Registration).order_by(Registration.id)))


def sent() -> list[tuple[str, str]]:
    """(template, address) of every message, in order."""
    db.session.rollback()
    return [
        (row.template, row.to_email)
        for row in db.session.execute(select(Message.template, Message.to_email).order_by(Message.id))
    ]


def token_in_newest_message() -> str:
    db.session.rollback()
    body = db.session.scalars(select(Message.text_body).order_by(Message.id.desc())).first()
    found = re.search(r"/registrations/([^/\s]+)", body or "")
    assert found is not None
    return found[1]


def the_person() -> Person:
    found = queries.person(rows()[-1].id)
    assert found is not None
    return found


def confirmed(conference_id: int, **over) -> Person:
    register(conference_id, **over)
    with transaction():
        service.confirm(the_person())
    return the_person()


# --- registering


def test_a_stranger_gets_a_link_and_is_registered_only_after_following_it(conference_id):
    assert register(conference_id, language="fr") is None
    [row] = rows()
    assert (row.state, row.language, row.confirmed_at) == (RegistrationState.SUBMITTED, "fr", None)
    assert sent() == [("confirm_registration", "ada@example.org")]
    person = queries.person_by_confirmation(token_in_newest_message())
    assert person is not None
    assert person.id == row.id
    with transaction():
        assert service.confirm(person)
    assert rows()[0].state is RegistrationState.CONFIRMED
    assert sent()[1:] == [("registration_confirmed", "ada@example.org")]
    own = queries.person_by_token(token_in_newest_message())
    assert own is not None
    assert own.id == row.id


def test_the_first_message_says_nothing_that_the_sender_chose(conference_id):
    register(conference_id, name="Win at https://bad.example now")
    db.session.rollback()
    message = db.session.scalars(select(Message)).one()
    for part in (message.subject, message.text_body, message.html_body, message.to_name):
        assert "Win at" not in part
        assert "bad.example" not in part


def test_confirming_twice_confirms_once(conference_id):
    register(conference_id)
    with transaction():
        assert service.confirm(the_person())
    with transaction():
        assert not service.confirm(the_person())
    assert [template for template, _to in sent()].count("registration_confirmed") == 1


def test_who_registers_again_gets_their_link_and_nothing_is_doubled(conference_id):
    person = confirmed(conference_id)
    assert register(conference_id, name="Somebody Else") is None
    [row] = rows()
    assert (row.id, row.name) == (person.id, "Ada Nkosi")
    assert sent()[-1] == ("registration_link", "ada@example.org")


def test_before_it_is_confirmed_what_was_typed_last_counts(conference_id):
    register(conference_id, name="Ada Nkossi")
    register(conference_id, name="Ada Nkosi", language="es")
    [row] = rows()
    assert (row.name, row.language, row.state) == ("Ada Nkosi", "es", RegistrationState.SUBMITTED)
    assert [template for template, _to in sent()] == ["confirm_registration"] * 2


def test_what_was_handed_in_with_others_is_not_written_over_by_the_plain_form(conference_id):
    register(conference_id)
    with transaction():
        db.session.execute(update(Registration).values(group_key="together"))
    register(conference_id, name="Somebody Else")
    assert [row.name for row in rows()] == ["Ada Nkosi"]
    assert len(sent()) == 2


def test_the_case_of_an_address_does_not_make_another_person(conference_id):
    register(conference_id, email="Ada@Example.org")
    register(conference_id, email="ada@example.ORG ")
    assert [row.email for row in rows()] == ["ada@example.org"]


def test_after_cancelling_one_registers_anew_with_new_secrets(conference_id):
    first = confirmed(conference_id)
    with transaction():
        service.cancel(first)
    register(conference_id)
    assert [row.state for row in rows()] == [RegistrationState.CANCELLED, RegistrationState.SUBMITTED]


def test_an_organization_is_one_of_the_directory_or_a_name(conference_id):
    with transaction():
        known = factories.make_organization().id
    register(conference_id, organization_id=known, organization_name="ignored")
    register(conference_id, email="b@example.org", organization_name="  House\tof  Cities ")
    first, second = rows()
    assert (first.organization_id, first.organization_name) == (known, None)
    assert (second.organization_id, second.organization_name) == (None, "House of Cities")


@pytest.mark.parametrize(
    ("over", "field"),
    [
        ({"name": "  "}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"email": "nobody"}, "email"),
        ({"email": "a@" + "x" * 260}, "email"),
        ({"organization_id": 10**6}, "organization"),
        ({"category_id": 10**6}, "category_id"),
    ],
)
def test_what_cannot_be_taken_is_said_beside_its_field(conference_id, over, field):
    with pytest.raises(Invalid) as refused:
        register(conference_id, **over)
    assert set(refused.value.errors) == {field}
    assert rows() == []
    assert sent() == []


def test_a_category_of_another_conference_does_not_exist(conference_id):
    with transaction():
        other = factories.make_category(factories.make_conference()).id
    with pytest.raises(Invalid) as refused:
        register(conference_id, category_id=other)
    assert set(refused.value.errors) == {"category_id"}


def test_a_category_that_is_given_by_registrars_cannot_be_chosen(conference_id):
    with transaction():
        closed = factories.make_category(conference(conference_id), open=False).id
    with pytest.raises(Invalid) as refused:
        register(conference_id, category_id=closed)
    assert set(refused.value.errors) == {"category_id"}


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"registration_opens_at": None}, Window.UNANNOUNCED),
        ({"state": ConferenceState.ARCHIVED}, Window.CLOSED),
        ({"state": ConferenceState.DRAFT}, Window.UNANNOUNCED),
    ],
)
def test_nobody_registers_while_it_is_not_open(conference_id, values, expected):
    with transaction():
        db.session.execute(update(Conference).values(**values))
    assert service.window_of(conference(conference_id), clock.now()) is expected
    db.session.rollback()
    with pytest.raises(Conflict):
        register(conference_id)
    assert rows() == []


def test_registration_closes_at_the_end_of_the_last_day_in_the_conference_zone(conference_id):
    row = conference(conference_id)
    last = datetime(2027, 6, 19, 4, 59, 59, tzinfo=UTC)  # 18 June, 23:59:59 in Quito
    assert service.window_of(row, last) is Window.OPEN
    assert service.window_of(row, last + timedelta(seconds=1)) is Window.CLOSED


# --- accounts


def make_account(email: str) -> int:
    with transaction():
        return accounts.create(
            actor=ORGANIZER, email=email, name="Ada Nkosi", password_hash="x", language="en"
        ).id


def user(id_: int):
    return db.session.get_one(User, id_)


def test_with_the_confirmed_address_of_an_account_one_is_registered_at_once(conference_id):
    account = make_account("ada@example.org")
    wanted = data(conference_id)
    with transaction():
        person = service.register(conference(conference_id), wanted, language="en", user=user(account))
    assert person is not None
    assert person.state is RegistrationState.CONFIRMED
    [row] = rows()
    assert (row.user_id, row.state) == (account, RegistrationState.CONFIRMED)
    assert sent() == [("registration_confirmed", "ada@example.org")]


def test_an_account_cannot_register_somebody_else_into_itself(conference_id):
    account = make_account("mallory@example.org")
    wanted = data(conference_id)
    with transaction():
        assert service.register(conference(conference_id), wanted, language="en", user=user(account)) is None
    with transaction():
        service.confirm(the_person())
    assert rows()[0].user_id is None


def test_registrations_come_under_the_account_once_its_address_is_confirmed(conference_id):
    confirmed(conference_id)
    assert rows()[0].user_id is None
    account = make_account("ada@example.org")
    assert rows()[0].user_id == account
    # And the other way round: confirmed later, with the account there.
    make_account("b@example.org")
    confirmed(conference_id, email="b@example.org")
    assert rows()[1].user_id is not None


def test_an_account_sees_its_registrations_with_the_way_to_their_pages(conference_id, statements):
    person = confirmed(conference_id)
    account = make_account("ada@example.org")
    statements.clear()
    [found] = [one for ask in registrations_of for one in ask(account)]
    assert len(statements) <= 2  # with its BEGIN
    assert found.address == f"/en/registrations/{links.page_token(person.id, 0)}"
    assert found.state == "Registered"
    assert queries.person_of_user(account, conference_id) == the_person()
    assert queries.person_of_user(account + 1, conference_id) is None


# --- links


def test_a_revoked_page_address_is_worth_nothing_and_the_new_one_goes_by_mail(conference_id):
    person = confirmed(conference_id)
    old = links.page_token(person.id, person.secret_version)
    assert queries.person_by_token(old) is not None
    with transaction():
        service.new_page_address(person)
    assert queries.person_by_token(old) is None
    assert sent()[-1] == ("registration_link", "ada@example.org")
    new = token_in_newest_message()
    assert new != old
    assert queries.person_by_token(new) is not None


def test_a_link_to_confirm_expires(conference_id, monkeypatch):
    register(conference_id)
    token = token_in_newest_message()
    assert queries.person_by_confirmation(token) is not None
    plain, _, until = token.partition(".")
    assert queries.person_by_confirmation(f"{plain}.{int(until) + 1}") is None
    monkeypatch.setattr("time.time", lambda: int(until) + 1)
    assert queries.person_by_confirmation(token) is None


@pytest.mark.parametrize("token", ["", "1", "1-", "0-" + "x" * 27, "9999999999-" + "x" * 27, "1-" + "é" * 27])
def test_what_is_no_token_opens_nothing(conference_id, token):
    confirmed(conference_id)
    assert queries.person_by_token(token) is None
    assert queries.person_by_confirmation(token) is None
    assert queries.to_book_by_token(token, "SE-001") is None


def test_a_token_for_one_purpose_opens_nothing_else(conference_id):
    person = confirmed(conference_id)
    page = links.page_token(person.id, 0)
    assert queries.person_by_confirmation(f"{page}.9999999999") is None
    confirm = links.confirm_address(person.id, 0, "en").split("/registrations/")[1].split("/")[0]
    assert queries.person_by_token(confirm.partition(".")[0]) is None


def test_the_calendar_gets_another_address_alone(conference_id):
    person = confirmed(conference_id)
    with transaction():
        new = service.new_calendar_address(person)
    assert (new.calendar_version, new.secret_version) == (1, 0)
    assert sent()[-1][0] == "registration_confirmed"


def test_asking_for_the_link_helps_who_is_registered_and_nobody_else(conference_id):
    register(conference_id)
    with transaction():
        assert service.send_link(conference(conference_id), "ADA@example.org")
        assert not service.send_link(conference(conference_id), "nobody@example.org")
    assert sent() == [("confirm_registration", "ada@example.org")] * 2
    with transaction():
        service.confirm(the_person())
        service.send_link(conference(conference_id), "ada@example.org")
    assert sent()[-1] == ("registration_link", "ada@example.org")
    with transaction():
        service.cancel(the_person())
        assert not service.send_link(conference(conference_id), "ada@example.org")


def test_a_link_is_asked_for_in_one_conference_only(conference_id):
    confirmed(conference_id)
    with transaction():
        other = factories.make_conference()
        assert not service.send_link(other, "ada@example.org")


# --- changing


def test_a_person_changes_their_own_data_but_not_the_address(conference_id):
    person = confirmed(conference_id)
    wanted = data(conference_id, name="Ada Nkosi-Weber", email="other@example.org", country="DE")
    with transaction():
        assert service.change(person, wanted)
    [row] = rows()
    assert (row.name, row.email, row.country) == ("Ada Nkosi-Weber", "ada@example.org", "DE")
    assert "ada nkosi-weber" in row.search_text
    with transaction():
        assert not service.change(person, wanted)


def test_a_category_that_is_not_open_is_kept_but_not_chosen(conference_id):
    person = confirmed(conference_id)
    with transaction():
        staff = factories.make_category(conference(conference_id), open=False).id
    with pytest.raises(Invalid), transaction():
        service.change(person, data(conference_id, category_id=staff))
    db.session.rollback()
    with transaction():
        assert service.edit(person, data(conference_id, category_id=staff), actor=ORGANIZER)
    with transaction():
        assert service.change(person, data(conference_id, category_id=staff, name="Ada N."))
    assert rows()[0].category_id == staff


def test_an_organizer_corrects_the_address_and_the_old_links_die(conference_id):
    account = make_account("ada@example.org")
    person = confirmed(conference_id)
    old = links.page_token(person.id, 0)
    assert rows()[0].user_id == account
    with transaction():
        assert service.edit(person, data(conference_id, email="ada.nkosi@example.org"), actor=ORGANIZER)
    [row] = rows()
    assert (row.email, row.user_id, row.calendar_version) == ("ada.nkosi@example.org", None, 1)
    assert queries.person_by_token(old) is None
    assert sent()[-1] == ("registration_link", "ada.nkosi@example.org")


def test_an_address_that_somebody_has_cannot_be_given_to_another(conference_id):
    confirmed(conference_id, email="b@example.org")
    person = confirmed(conference_id)
    with pytest.raises(Invalid) as refused, transaction():
        service.edit(person, data(conference_id, email="b@example.org"), actor=ORGANIZER)
    assert set(refused.value.errors) == {"email"}
    assert [row.email for row in rows()] == ["b@example.org", "ada@example.org"]


@pytest.mark.parametrize("change", ["change", "edit", "confirm", "cancel"])
def test_an_archive_does_not_change(conference_id, change):
    confirmed(conference_id)
    with transaction():
        db.session.execute(update(Conference).values(state=ConferenceState.ARCHIVED))
    person = the_person()
    wanted = data(conference_id, name="Other")
    act = {
        "change": lambda: service.change(person, wanted),
        "edit": lambda: service.edit(person, wanted, actor=ORGANIZER),
        "confirm": lambda: service.confirm(person),
        "cancel": lambda: service.cancel(person),
    }[change]
    with pytest.raises(Conflict), transaction():
        act()
    assert rows()[0].name == "Ada Nkosi"


def test_a_cancelled_registration_only_stays_cancelled(conference_id):
    person = confirmed(conference_id)
    with transaction():
        assert service.cancel(person)
    gone = the_person()
    for act in (
        lambda: service.confirm(gone),
        lambda: service.change(gone, data(conference_id, name="Other")),
        lambda: service.resend(gone, actor=ORGANIZER),
        lambda: service.star(gone, 1, on=True),
    ):
        with pytest.raises(Conflict), transaction():
            act()
    with transaction():
        assert not service.cancel(gone)
    assert [template for template, _to in sent()].count("registration_cancelled") == 1


def test_every_step_is_in_the_log(conference_id):
    person = confirmed(conference_id)
    with transaction():
        service.change(person, data(conference_id, name="Ada"))
        service.resend(person, actor=ORGANIZER)
        service.new_page_address(person)
        service.new_calendar_address(person)
        service.cancel(person, actor=ORGANIZER, by_organizer=True)
    logged = db.session.execute(
        select(AuditEntry.actor, AuditEntry.action)
        .where(AuditEntry.action.like("registration.%"))
        .order_by(AuditEntry.id)
    ).all()
    assert [tuple(row) for row in logged] == [
        ("participant", "registration.submit"),
        ("participant", "registration.confirm"),
        ("participant", "registration.change"),
        ("An organizer", "registration.resend"),
        ("participant", "registration.new_page_address"),
        ("participant", "registration.new_calendar_address"),
        ("An organizer", "registration.cancel"),
    ]


# --- stars and the own programme


def test_a_star_is_set_and_taken_off_and_set_twice_is_one(conference_id):
    person = confirmed(conference_id)
    with transaction():
        event_id = factories.make_event(conference(conference_id)).id
        factories.release(conference(conference_id))
        unreleased = factories.make_event(conference(conference_id)).id
        elsewhere = factories.make_conference()
        other = factories.make_event(elsewhere).id
        factories.release(elsewhere)
    with transaction():
        assert service.star(person, event_id, on=True)
        assert not service.star(person, event_id, on=True)
    assert db.session.scalar(select(func.count()).select_from(Star)) == 1
    for wrong in (unreleased, other, 10**6):
        with pytest.raises(NotFound), transaction():
            service.star(person, wrong, on=True)
    with transaction():
        assert service.star(person, event_id, on=False)
        assert not service.star(person, event_id, on=False)
    assert db.session.scalar(select(func.count()).select_from(Star)) == 0


def test_the_own_programme_is_read_in_one_statement_whatever_its_length(conference_id, statements):
    person = confirmed(conference_id)
    with transaction():
        row = conference(conference_id)
        made = [
            factories.make_event(
                row,
                access="booking",
                seats=1,
                start=factories.START + timedelta(hours=n),
                end=factories.START + timedelta(hours=n + 1, minutes=30),
            ).id
            for n in range(6)
        ]
        undated = factories.make_event(row).id
        factories.release(row)
    found = []
    for number in (2, 6):
        with transaction():
            for event_id in made[:number]:
                service.book(person.id, event_id)
            service.star(person, undated, on=True)
        statements.clear()
        programme = queries.own_programme(person)
        found.append(len([one for one in statements if one.startswith("SELECT")]))
        db.session.rollback()
    assert found == [1, 1]
    assert [own.event.id for own in programme.events] == [*made, undated]
    assert [len(events) for _day, events in programme.days] == [6]
    assert programme.overlaps.keys() == set(made)
    assert [own.event.id for own in programme.overlaps[made[1]]] == [made[0], made[2]]
    assert [own.event.id for own in programme.undated] == [undated]


def test_bookable_events_are_found_by_word_and_those_that_are_over_are_left_out(conference_id, statements):
    person = confirmed(conference_id)
    with transaction():
        row = conference(conference_id)
        past = clock.now() - timedelta(hours=3)
        for title, start in (
            ("Water for cities", factories.START),
            ("L’eau des villes", factories.START - timedelta(hours=1)),
            ("Water, long ago", past),
        ):
            made = factories.make_event(
                row, access="booking", seats=1, titles=title, start=start, end=start + timedelta(hours=1)
            )
            made.search_text = title.lower()
        factories.make_event(row, titles="Open to all", start=factories.START)
        factories.release(row)
    everything = queries.bookable(person, clock.now())
    assert [own.event.titles["en"] for own in everything.events] == ["L’eau des villes", "Water for cities"]
    statements.clear()
    found = queries.bookable(person, clock.now(), query="WATER  cit")
    assert [own.event.titles["en"] for own in found.events] == ["Water for cities"]
    assert len([one for one in statements if one.startswith("SELECT")]) == 2
    assert queries.bookable(person, clock.now(), query="100%_").total == 0
    assert queries.bookable(person, clock.now(), page=99).page == 1
