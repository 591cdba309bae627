"""``eventsapp demo``: a database to try everything with."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import with_appcontext
from flask_migrate import upgrade

from eventsapp.core.transaction import transaction

STAGES = ("call", "review", "decision", "offer", "programme", "door")


@click.command("demo")
@click.option(
    "--stage",
    type=click.Choice(STAGES),
    default="decision",
    show_default=True,
    help="How far the sample call for side events has come; each stage includes the ones before it. The last adds an assembly "
    "that is under way, with people in every state of registration, badges, and scans at its doors.",
)
@with_appcontext
def demo(stage: str) -> None:
    """Make the database if there is none, load the demo, and say who can sign in.

    What is loaded already stays as it is; delete the database's file to begin anew.
    """
    from eventsapp.demo import build
    from eventsapp.demo.telling import Stage

    upgrade()
    # Messages name pages, so there has to be a site they are on.
    with current_app.test_request_context(base_url=current_app.config["PUBLIC_URL"]), transaction():
        # The last stage is of another conference: the call has gone as far as it goes.
        door = stage not in list(Stage)
        build.load(
            lambda what: click.echo(f"Loading {what}"),
            stage=Stage.PROGRAMME if door else Stage(stage),
            door=door,
        )
    click.echo(f"\nSign in with the password {build.PASSWORD!r} as")
    for account in build.ACCOUNTS:
        role = (
            "administrator"
            if account.administrator
            else account.role.value
            if account.role
            else "participant"
        )
        click.echo(f"  {account.email:<26} {role.replace('_', ' ')}")
    if current_app.config["DEMO"]:
        click.echo("What the site writes to people can be read at /demo/messages/; nothing leaves it.\n")
