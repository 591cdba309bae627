"""Accounts on the command line."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from eventsapp.accounts.enums import Role
from eventsapp.cli import cli
from eventsapp.core.transaction import transaction
from tests import factories
from tests.accounts.support import OTHER_PASSWORD, PASSWORD, is_signed_in, member, messages, sign_in, user_of
from tests.support.server import run


@pytest.fixture
def command(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """``command("users", "list", input=…)`` runs one in this process, on the test's database."""
    monkeypatch.setattr("eventsapp.cli.context._create", lambda: app)
    for one in _all(cli):
        if hasattr(one, "create_app"):
            monkeypatch.setattr(one, "create_app", lambda: app)

    def call(*arguments: str, input: str | None = None) -> Result:
        return CliRunner().invoke(cli, list(arguments), input=input)

    return call


def _all(group):
    yield group
    for one in getattr(group, "commands", {}).values():
        yield from _all(one)


def create(
    command: Callable[..., Result], email: str = "root@example.org", password: str = PASSWORD
) -> Result:
    return command(
        "users", "create-admin", email, "--name", "Root", "--password-stdin", input=f"{password}\n"
    )


def test_the_first_administrator_is_made_here_and_signs_in(app: Flask, command: Callable[..., Result]):
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
def test_what_cannot_be_taken_is_refused(
    app: Flask, command: Callable[..., Result], email: str, password: str, said: str
):
    member(app, "taken@example.org")
    done = create(command, email, password)
    assert done.exit_code == 1
    assert said in done.output
    assert not user_of(app, "taken@example.org").is_administrator


def test_a_typed_password_is_asked_for_twice_and_never_shown(app: Flask, command: Callable[..., Result]):
    done = command(
        "users", "create-admin", "root@example.org", "--name", "Root", input=f"{PASSWORD}\n{PASSWORD}\n"
    )
    assert done.exit_code == 0
    assert PASSWORD not in done.output


def test_a_new_password_ends_sessions_and_is_told(app: Flask, command: Callable[..., Result]):
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


def test_people_are_listed_with_their_roles(app: Flask, command: Callable[..., Result]):
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


@pytest.mark.sqlite_only
def test_the_installed_command_does_it_too(sqlite_database: str, database: str, tmp_path: Path):
    done: CompletedProcess[str] = run(tmp_path, {"SQLALCHEMY_DATABASE_URI": database}, "users", "list")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert sys.executable
