"""``eventsapp import FILE``: a programme from a file."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from flask.cli import with_appcontext

from eventsapp.cli import schema
from eventsapp.conferences.enums import ConferenceState
from eventsapp.conferences.models import Conference
from eventsapp.core import zones
from eventsapp.core.audit import COMMAND_LINE
from eventsapp.core.errors import Conflict
from eventsapp.core.slugs import slugify
from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from eventsapp.programme import digests, releases
from eventsapp.programme.enums import Audience
from eventsapp.programme.importing import files
from eventsapp.programme.importing.apply import Report, apply
from eventsapp.programme.importing.document import BadFile

_SHOWN = 15
"""How many of the things that are missing are named."""


class _Undone(Exception):
    """Ends the transaction of a dry run."""


def _zone(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    if value is not None and not zones.known(value):
        raise click.BadParameter(f"{value!r} is not an IANA time zone such as Europe/Brussels")
    return value


def _slug(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    if value is not None and (value != slugify(value) or not value):
        raise click.BadParameter("lower-case letters, digits and single hyphens only")
    return value


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--format",
    type=click.Choice([choice.value for choice in files.Format]),
    default=files.Format.AUTO.value,
    show_default=True,
    help="habitat: the project's own JSON; frab: schedule XML of pentabarf, frab, pretalx.",
)
@click.option("--zone", callback=_zone, help="The time zone (IANA name), where the file names none.")
@click.option("--slug", callback=_slug, help="The conference's address, instead of the one in the file.")
@click.option(
    "--release", is_flag=True, help="Release the working programme afterwards, if anything changed."
)
@click.option("--publish", is_flag=True, help="Make the conference public, if it is a draft.")
@click.option("--dry-run", is_flag=True, help="Say what would happen, and write nothing.")
@with_appcontext
def import_command(
    file: Path, format: str, zone: str | None, slug: str | None, release: bool, publish: bool, dry_run: bool
) -> None:
    """Bring a conference and its programme in from FILE.

    What is there already is compared with the file, and only what differs is changed; nothing is deleted. A file with
    an error in it is refused as a whole, with the line or the path and the reason, and exit code 1.
    """
    wrong = schema.problem()
    if wrong:
        click.echo(f"eventsapp: {wrong}", err=True)
        sys.exit(1)
    lines: list[str] = []
    try:
        document = files.read(file, format=files.Format(format), zone=zone, slug=slug)
        with transaction():
            report = apply(document, actor=COMMAND_LINE, publish=publish)
            lines += _table(report)
            lines += _outcome(report, release)
            if dry_run:
                raise _Undone
    except _Undone:
        lines.append("A dry run: nothing was written.")
    except BadFile as error:
        click.echo(str(error), err=True)
        sys.exit(1)
    except Conflict as error:
        click.echo(f"{file.name}: {error}", err=True)
        sys.exit(1)
    click.echo("\n".join(lines))


def _table(report: Report) -> list[str]:
    """Return the report: a table, what is missing, and the warnings."""
    lines = [f"{'':16}{'created':>10}{'updated':>10}{'unchanged':>11}{'missing':>9}"]
    for kind, line in report.lines.items():
        counts = (len(line.created), len(line.updated), len(line.unchanged), len(line.missing))
        if any(counts):
            lines.append(f"{kind:16}{counts[0]:>10}{counts[1]:>10}{counts[2]:>11}{counts[3]:>9}")
    for kind, line in report.lines.items():
        if line.missing:
            more = f" and {len(line.missing) - _SHOWN} more" if len(line.missing) > _SHOWN else ""
            named = ", ".join(line.missing[:_SHOWN])
            lines.append(f"Not in the file, and left as they are: {kind} {named}{more}.")
    lines += [f"Warning: {warning}" for warning in report.warnings]
    return lines


def _outcome(report: Report, release: bool) -> list[str]:
    """Release if asked to, and say what the public sees now."""
    conference = db.session.get_one(Conference, report.conference_id)
    lines = []
    newest = releases.newest_release(conference.id)
    pending = newest is None or bool(releases.preview(conference.id))
    if release and pending:
        # Those who have chosen events are told; organizers and speakers hear of it from those who import.
        audiences = [Audience.BOOKED, Audience.SUBSCRIBERS]
        newest = digests.release(conference, actor=COMMAND_LINE, audiences=audiences)
        lines.append(f"Release {newest.number} of {conference.slug}.")
    elif release and newest is not None:
        lines.append(f"Nothing to release: {conference.slug} is as release {newest.number} has it.")
    elif pending:
        lines.append("The programme is not released: the public does not see what changed in it (--release).")
    if conference.state is ConferenceState.DRAFT:
        lines.append("The conference is a draft: only its team sees it (--publish).")
    return lines
