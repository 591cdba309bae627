"""``eventsapp users``: the first administrator is made here and nowhere else."""

from __future__ import annotations

import sys

import click
from flask.cli import with_appcontext
from sqlalchemy import func, select

from eventsapp.accounts import passwords, queries, service
from eventsapp.accounts.models import User
from eventsapp.accounts.names import role_name
from eventsapp.core.audit import COMMAND_LINE
from eventsapp.core.errors import DomainError, Invalid
from eventsapp.core.forms import email_address
from eventsapp.core.transaction import transaction
from eventsapp.core.translations import LANGUAGES
from eventsapp.extensions import db


@click.group()
def users() -> None:
    """Make and list accounts."""


_STDIN = click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")


def _password(from_stdin: bool, *, email: str, name: str) -> str:
    """Return the hash of the password that was typed. Ends the command when it cannot be taken."""
    if from_stdin:
        typed = sys.stdin.readline().rstrip("\r\n")
    else:
        typed = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    problem = passwords.problem(typed, email=email, name=name)
    if problem:
        raise click.ClickException(problem)
    return passwords.hashed(typed)


def _address(text: str) -> str:
    found = email_address(text)
    if found is None:
        raise click.ClickException(f"{text!r} is not an e-mail address")
    return found


@users.command("create-admin")
@click.argument("email")
@click.option("--name", required=True, help="The person's name.")
@click.option("--language", type=click.Choice(list(LANGUAGES)), default="en", show_default=True)
@_STDIN
@with_appcontext
def create_admin(email: str, name: str, language: str, password_stdin: bool) -> None:
    """Make an administrator, who may do everything. Asks for the password."""
    address = _address(email)
    if service.user_by_email(address) is not None:
        raise click.ClickException(f"{address} has an account already; see `eventsapp users list`")
    password_hash = _password(password_stdin, email=address, name=name)
    try:
        with transaction():
            service.create(
                actor=COMMAND_LINE,
                email=address,
                name=name,
                password_hash=password_hash,
                language=language,
                administrator=True,
            )
    except Invalid as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"{address} is an administrator.")


@users.command("set-password")
@click.argument("email")
@_STDIN
@with_appcontext
def set_password(email: str, password_stdin: bool) -> None:
    """Give somebody a new password, and sign them out everywhere. They are told by mail."""
    address = _address(email)
    user = service.user_by_email(address)
    if user is None:
        raise click.ClickException(f"nobody has the address {address}")
    password_hash = _password(password_stdin, email=user.email, name=user.name)
    try:
        with transaction():
            service.set_password(
                db.session.get_one(User, user.id), password_hash=password_hash, actor=COMMAND_LINE
            )
    except DomainError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"{address} has a new password.")


@users.command("list")
@click.option("--administrators", is_flag=True, help="Only those who may do everything.")
@with_appcontext
def list_users(administrators: bool) -> None:
    """List the people with an account, one on a line: address, name, state, roles; separated by tabs."""
    page = pages = 1
    while page <= pages:
        found = queries.users(kind="administrators" if administrators else "", page=page)
        for line in found.lines:
            state = "closed" if not line.is_active else "active" if line.is_confirmed else "unconfirmed"
            roles = ["administrator"] if line.is_administrator else []
            roles += [f"{held.conference_slug}:{role_name(held.role)}" for held in line.roles]
            click.echo("\t".join([line.email, line.name, state, ", ".join(roles)]))
        page, pages = page + 1, found.pages


def how_many() -> int:
    """Return how many administrators there are who can sign in."""
    found = select(func.count()).where(User.is_administrator, User.is_active, User.password_hash.is_not(None))
    return db.session.scalar(found) or 0
