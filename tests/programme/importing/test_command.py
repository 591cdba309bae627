"""``eventsapp import``: what it prints, what it writes, and how it ends."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select, update

from eventsapp.cli.importing import import_command
from eventsapp.conferences.enums import ConferenceState
from eventsapp.conferences.models import Conference
from eventsapp.core.audit import AuditEntry
from eventsapp.extensions import db
from eventsapp.organizations.models import Organization
from eventsapp.programme.models import Event, ProgrammeVersion


@pytest.fixture
def run(app):
    def command(*arguments):
        return app.test_cli_runner().invoke(import_command, [str(argument) for argument in arguments])

    return command


@pytest.fixture
def ask(app):
    """Ask the database in a context of its own."""

    def scalar(statement):
        with app.app_context():
            return db.session.scalar(statement)

    return scalar


def count(model):
    return select(func.count()).select_from(model)


def test_a_first_and_a_second_time(run, ask, write, small):
    path = write(small)
    first = run(path)
    assert first.exit_code == 0
    assert first.output.splitlines() == [
        "                   created   updated  unchanged  missing",
        "conference               1         0          0        0",
        "venues                   1         0          0        0",
        "rooms                    2         0          0        0",
        "types                    1         0          0        0",
        "themes                   1         0          0        0",
        "constituencies           1         0          0        0",
        "organizations            2         0          0        0",
        "speakers                 1         0          0        0",
        "events                   2         0          0        0",
        "The programme is not released: the public does not see what changed in it (--release).",
        "The conference is a draft: only its team sees it (--publish).",
    ]
    second = run(path, "--release", "--publish")
    assert second.exit_code == 0
    assert second.output.splitlines()[-2:] == [
        "events                   0         0          2        0",
        "Release 1 of small.",
    ]
    assert ask(select(Conference.state)) is ConferenceState.PUBLISHED
    third = run(path, "--release", "--publish")
    assert third.output.splitlines()[-1] == "Nothing to release: small is as release 1 has it."
    assert ask(select(func.max(ProgrammeVersion.number))) == 1


def test_missing_things_and_warnings_are_named(run, write, small):
    run(write(small))
    second = dict(
        small["events"][1], date="2026-10-24", start_time="10:30", room="r1", speakers=[{"name": "Ada"}]
    )
    third = {"id": "s-003", "title": "Third", "type": "side_event", "lead_organizations": ["iom"]}
    third |= {"date": "2026-10-24", "start_time": "10:45", "end_time": "11:15"}
    small["events"] = [second, third]
    result = run(write(small))
    assert result.output.splitlines()[-6:] == [
        "Not in the file, and left as they are: events S-001.",
        "Warning: Room R1 has two events on 2026-10-24 from 10:30 to 10:31: S-001 and S-002.",
        "Warning: Ada speaks at two events on 2026-10-24 from 10:30 to 10:31: S-001 and S-002.",
        "Warning: IOM leads two events on 2026-10-24 from 10:45 to 11:00: S-001 and S-003.",
        "The programme is not released: the public does not see what changed in it (--release).",
        "The conference is a draft: only its team sees it (--publish).",
    ]


def test_a_dry_run_writes_nothing(run, ask, write, small):
    result = run(write(small), "--dry-run", "--release", "--publish")
    assert result.exit_code == 0
    assert "events                   2         0          0        0" in result.output
    assert result.output.splitlines()[-1] == "A dry run: nothing was written."
    for model in (Conference, Organization, Event, ProgrammeVersion, AuditEntry):
        assert ask(count(model)) == 0


def test_a_bad_file_is_refused_whole(run, ask, write, small):
    small["events"][1]["date"] = "tomorrow"
    result = run(write(small))
    assert result.exit_code == 1
    assert result.stderr == "small.json: events[1].date: 'tomorrow' is not a date: YYYY-MM-DD\n"
    assert result.stdout == ""
    small["events"][1] |= {"date": "2026-10-24", "access": "booking"}  # found only when it is brought in
    result = run(write(small))
    assert result.exit_code == 1
    assert result.stderr == "small.json: events[1]: Say how many seats can be booked.\n"
    assert [ask(count(model)) for model in (Conference, Organization, Event)] == [0, 0, 0]


def test_xml_says_the_line(run, write):
    result = run(write("<schedule>\n<conference>\n</schedule>", "s.xml"), "--zone", "Europe/Brussels")
    assert result.exit_code == 1
    assert result.stderr.startswith("s.xml:3: not XML: Opening and ending tag mismatch")
    result = run(write("<schedule>\n<conference/>\n</schedule>", "s.xml"))
    assert result.stderr == "s.xml:2: no time zone: say which, such as --zone Europe/Brussels\n"


def test_the_format_is_found_out_or_said(run, write, small):
    assert run(write(small, "small.xml"), "--slug", "one").exit_code == 0
    result = run(write(small), "--format", "frab", "--zone", "Europe/Brussels")
    assert (result.exit_code, result.stderr) == (
        1,
        "small.json:1: not XML: Start tag expected, '<' not found\n",
    )


def test_another_address(run, ask, write, small):
    assert run(write(small), "--slug", "elsewhere").exit_code == 0
    assert ask(select(Conference.slug)) == "elsewhere"


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    "arguments",
    [
        ("nothing.json",),
        ("--zone", "CET"),
        ("--zone", "Mars/Olympus"),
        ("--slug", "No Slug"),
        ("--slug", ""),
        ("--format", "ical"),
        ("--unknown",),
        (),
    ],
)
def test_wrong_use_ends_with_2(run, ask, write, small, arguments):
    files = [] if arguments in ((), ("nothing.json",)) else [write(small)]
    result = run(*files, *arguments)
    assert result.exit_code == 2
    assert "Usage:" in result.stderr
    assert ask(count(Conference)) == 0


def test_an_archived_conference_is_refused(run, app, write, small):
    path = write(small)
    run(path)
    with app.app_context():
        db.session.execute(update(Conference).values(state=ConferenceState.ARCHIVED))
        db.session.commit()
    result = run(path)
    assert result.exit_code == 1
    assert result.stderr == "small.json: An archived conference does not change any more.\n"
