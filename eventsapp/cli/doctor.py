"""``eventsapp doctor``: what an operator wants to know before and after a start."""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import and_, func, or_, select, text

from eventsapp import config
from eventsapp.cli import schema, users
from eventsapp.core import clock
from eventsapp.core.printing import fonts
from eventsapp.core.translations import LANGUAGES
from eventsapp.extensions import db
from eventsapp.mail.models import Message, MessageState
from eventsapp.mail.transport import SMTPTransport, Unreachable


class Level(StrEnum):
    """How good a finding is. An error makes the command fail."""

    OK = "ok"
    WARNING = "warning"
    ERROR = "error"


Finding = tuple[Level, str]


@click.command()
@click.option("--mail/--no-mail", default=True, help="Also try to reach the mail server.")
@with_appcontext
def doctor(mail: bool) -> None:
    """Look whether all that the site needs is there. Changes nothing; fails when something is missing."""
    checks: list[tuple[str, Callable[[], Iterator[Finding]]]] = [
        ("settings", _settings),
        ("database", _database),
        ("administrators", _administrators),
        ("uploads", _uploads),
        ("front end", _front_end),
        ("printing", _printing),
        ("translations", _translations),
        ("outbox", _outbox),
    ]
    if mail:
        checks.append(("mail", _mail))
    worst = Level.OK
    usable = True
    for name, check in checks:
        if not usable and name in ("administrators", "outbox"):
            continue
        for level, words in check():
            click.echo(f"{level.value:8} {name}: {words}")
            if level is Level.ERROR:
                worst = level
                usable = usable and name != "database"
    sys.exit(1 if worst is Level.ERROR else 0)


def _settings() -> Iterator[Finding]:
    settings = current_app.config
    instance = Path(current_app.instance_path)
    given = config.written(instance)
    yield Level.OK, f"instance folder {instance}, {len(given)} settings of its own"
    unknown = sorted(set(given) - set(config.DEFAULTS) - {"SESSION_COOKIE_SECURE"})
    if unknown:
        yield Level.WARNING, f"not known here, perhaps misspelt: {', '.join(unknown)}"
    url = urlsplit(settings["PUBLIC_URL"])
    if url.hostname not in ("localhost", "127.0.0.1", "::1"):
        if url.scheme != "https":
            yield Level.WARNING, f"PUBLIC_URL is {settings['PUBLIC_URL']}: passwords would travel unencrypted"
        if settings["DEMO"]:
            yield Level.ERROR, "DEMO is on: anybody can read all messages"
        if not settings["TRUSTED_PROXIES"]:
            yield Level.WARNING, "TRUSTED_PROXIES is 0: right only without a proxy in front"
    elif "PUBLIC_URL" not in given:
        yield Level.WARNING, "PUBLIC_URL is not set: links in messages lead to this machine"
    key = instance / "secret_key"
    if "SECRET_KEY" not in given and key.exists() and key.stat().st_mode & 0o077:
        yield Level.WARNING, f"others can read {key}"


def _database() -> Iterator[Finding]:
    url = db.engine.url.render_as_string(hide_password=True)
    problem = schema.problem()
    if problem:
        yield Level.ERROR, f"{problem} ({url})"
        return
    began = time.perf_counter()
    db.session.execute(text("SELECT 1"))
    took = (time.perf_counter() - began) * 1000
    yield Level.OK, f"{url}, schema up to date, answers in {took:.1f} ms"
    if db.engine.dialect.name == "sqlite":
        path = Path(db.engine.url.database or "")
        damage = db.session.execute(text("PRAGMA quick_check")).scalar()
        if damage != "ok":
            yield Level.ERROR, f"the file is damaged: {damage}"
        yield from _room_on_disk(path.parent)


def _room_on_disk(folder: Path) -> Iterator[Finding]:
    free = shutil.disk_usage(folder).free
    if free < 500 * 1024 * 1024:
        yield Level.WARNING, f"only {free // (1024 * 1024)} MB are free in {folder}"


def _administrators() -> Iterator[Finding]:
    count = users.how_many()
    if count:
        yield Level.OK, f"{count}"
    else:
        yield Level.WARNING, "none yet: `eventsapp users create-admin EMAIL --name …`"


def _uploads() -> Iterator[Finding]:
    folder = Path(current_app.config["UPLOADS"])
    nearest = next((one for one in (folder, *folder.parents) if one.exists()), folder)
    try:
        with tempfile.NamedTemporaryFile(dir=nearest):
            pass
    except OSError as error:
        yield Level.ERROR, f"cannot write to {nearest}: {error.strerror}"
        return
    yield Level.OK, str(folder) if folder.exists() else f"{folder} (made with the first upload)"
    yield from _room_on_disk(nearest)


def _front_end() -> Iterator[Finding]:
    if (Path(current_app.static_folder or "") / "vendor").is_dir():
        yield Level.OK, "built"
    else:
        yield Level.WARNING, "static/vendor is missing, fonts will be the system's: `make assets`"


def _printing() -> Iterator[Finding]:
    missing = fonts.missing()
    if missing:
        words = ", ".join(f"{fonts.PACKAGES[name]} ({name.replace('_', '-')})" for name in missing)
        yield Level.WARNING, f"fonts will be the system's, if it has Noto's, for {words}"
    else:
        yield Level.OK, f"fonts for {', '.join(fonts.PACKAGES.values())}"


def _translations() -> Iterator[Finding]:
    missing = [
        language
        for language in LANGUAGES
        if language != "en"
        and not (config.PACKAGE / "translations" / language / "LC_MESSAGES" / "messages.mo").exists()
    ]
    if missing:
        yield Level.WARNING, f"not compiled: {', '.join(missing)} (`make compile`)"
    else:
        yield Level.OK, ", ".join(LANGUAGES)


def _outbox() -> Iterator[Finding]:
    now = clock.now()
    counts = {
        row.state: int(row[1])
        for row in db.session.execute(select(Message.state, func.count()).group_by(Message.state))
    }
    words = ", ".join(f"{counts.get(state, 0)} {state.value}" for state in MessageState)
    yield Level.OK, words
    if counts.get(MessageState.DEAD):
        yield Level.WARNING, f"{counts[MessageState.DEAD]} messages were given up; they can be sent again"
    long_ago = now - timedelta(minutes=15)
    late = select(func.count()).where(
        Message.state.in_([MessageState.QUEUED, MessageState.SENDING]),
        or_(Message.due_at < long_ago, and_(Message.attempts == 0, Message.created_at < long_ago)),
    )
    waiting = db.session.scalar(late)
    if waiting:
        yield (
            Level.WARNING,
            f"{waiting} messages should have left a quarter of an hour ago: is a worker running, and its server there?",
        )


def _mail() -> Iterator[Finding]:
    settings = current_app.config
    if settings["MAIL_TRANSPORT"] == "none":
        yield (
            (Level.OK, "the demo's mailbox: messages do not leave")
            if settings["DEMO"]
            else (Level.WARNING, "MAIL_TRANSPORT is none: messages stay in the outbox")
        )
        return
    where = f"{settings['SMTP_HOST']}:{settings['SMTP_PORT']}, {settings['SMTP_SECURITY']}"
    transport = SMTPTransport(settings)
    try:
        transport.connect()
    except Unreachable as error:
        yield Level.ERROR, f"{where}: {error}"
        return
    finally:
        transport.close()
    yield Level.OK, where
    if settings["SMTP_SECURITY"] == "none" and settings["SMTP_PASSWORD"]:
        yield Level.WARNING, "the password travels unencrypted: set SMTP_SECURITY"
