"""Accounts on the command line."""

from __future__ import annotations

import pytest
from click.testing import Result
from flask import Flask

from eventsapp.accounts.enums import Role
from eventsapp.core.transaction import transaction
from tests import factories
from tests.accounts.support import OTHER_PASSWORD, PASSWORD, is_signed_in, member, messages, sign_in, user_of
from tests.cli.conftest import Command


def create(command: Command, email: str = "root@example.org", password: str = PASSWORD) -> Result:
    return command(
        "users", "create-admin", email, "--name", "Root", "--password-stdin", input=f"{password}\n"
    )


def test_the_first_administrator_is_made_here_and_signs_in(app: Flask, command: Command):
    done = create(command, "Root@Example.org")
    assert (done.exit_code, done.output) == (0, "root@example.org is an administrator.\n")
    user = user_of(app, "root@example.org")
    assert user.is_administrator
    assert user.email_confirmed_at is not None
    client = app.test_client()
    assert sign_in(client, "root@example.org").location == "/manage/"
    assert client.get("/manage/users/").status_code == 200


def test_whoever_comes_first_to_the_site_is_nobody_special(app: Flask):
    from tests.accounts.support import link

    client = app.test_client()
    client.post("/account/sign-up", data={"email": "first@example.org"})
    client.post(link(app, "confirm_account"), data={"name": "First", "password": PASSWORD})
    assert is_signed_in(client)
    assert not user_of(app, "first@example.org").is_administrator
    assert client.get("/manage/users/").status_code == 404


@pytest.mark.parametrize(
    ("email", "password", "said"),
    [
        ("root@example.org", "short", "at least 10 characters"),
        ("root@example.org", "", "at least 10 characters"),
        ("root@example.org", "root@example.org", "your name or e-mail address"),
        ("not an address", PASSWORD, "is not an e-mail address"),
        ("taken@example.org", PASSWORD, "has an account already"),
    ],
)
def test_what_cannot_be_taken_is_refused(app: Flask, command: Command, email: str, password: str, said: str):
    member(app, "taken@example.org")
    done = create(command, email, password)
    assert done.exit_code == 1
    assert said in done.output
    assert not user_of(app, "taken@example.org").is_administrator


def test_a_typed_password_is_asked_for_twice_and_never_shown(app: Flask, command: Command):
    done = command(
        "users", "create-admin", "root@example.org", "--name", "Root", input=f"{PASSWORD}\n{PASSWORD}\n"
    )
    assert done.exit_code == 0
    assert PASSWORD not in done.output


def test_a_new_password_ends_sessions_and_is_told(app: Flask, command: Command):
    member(app)
    client = app.test_client()
    sign_in(client)
    done = command(
        "users", "set-password", "Ana@example.org", "--password-stdin", input=f"{OTHER_PASSWORD}\n"
    )
    assert done.exit_code == 0
    assert not is_signed_in(client)
    assert messages(app) == [("password_changed", "ana@example.org")]
    assert sign_in(client, password=OTHER_PASSWORD).status_code == 302
    unknown = command("users", "set-password", "nobody@example.org", "--password-stdin", input="x\n")
    assert (unknown.exit_code, "nobody has the address" in unknown.output) == (1, True)


def test_people_are_listed_with_their_roles(app: Flask, command: Command):
    create(command)
    with app.app_context(), transaction():
        conference = factories.make_conference(slug="sample")
        user = factories.make_user(email="ana@example.org", name="Ana", password_hash="x")
        factories.make_role(user, conference, Role.REGISTRAR)
        factories.make_user(email="begun@example.org", name="")
    assert command("users", "list").output.splitlines() == [
        "begun@example.org\t\tunconfirmed\t",
        "ana@example.org\tAna\tactive\tsample:registrar",
        "root@example.org\tRoot\tactive\tadministrator",
    ]
    assert command("users", "list", "--administrators").output.count("\n") == 1
