"""Delivery over real SMTP: once each, again later, never lost."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import update

from eventsapp.core import clock
from eventsapp.core.limits import RateCount
from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from eventsapp.mail.models import Message, MessageState
from eventsapp.mail.transport import NotNow, Outgoing
from eventsapp.mail.worker import CLAIM, Worker, pause_after
from tests import factories
from tests.conftest import SECRET_KEY
from tests.mail.support import mark, queue_many, written
from tests.support import processes
from tests.support.concurrency import together
from tests.support.mail import MailServer, Received
from tests.support.server import environment


@pytest.fixture
def settings(smtp: MailServer) -> dict[str, object]:
    return {**smtp.settings, "MAIL_ATTEMPTS": 3, "MAIL_FROM": "Sample Conference <no-reply@example.org>"}


def states(app: Flask) -> list[tuple[MessageState, int]]:
    with app.app_context():
        return [(row.state, row.attempts) for row in written()]


def deliver_all(app: Flask) -> None:
    worker = Worker(app)
    while worker.deliver_due()[0]:
        pass


def make_due(app: Flask) -> None:
    """Let the time until all messages are due have passed."""
    with app.app_context(), transaction():
        db.session.execute(update(Message).values(due_at=clock.now() - timedelta(seconds=1)))


def write(app: Flask, count: int = 1) -> None:
    with app.app_context(), transaction():
        queue_many(count)


def test_a_message_arrives_with_text_and_html_and_is_recorded(app: Flask, smtp: MailServer):
    write(app)
    deliver_all(app)
    [received] = smtp.received
    message = received.message
    assert received.sender == "no-reply@example.org"
    assert received.recipients == ("person-0@example.org",)
    assert message["From"] == "Sample Conference <no-reply@example.org>"
    assert message["To"] == "Person 0 <person-0@example.org>"
    assert message["Subject"] == "Your password was changed"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == "en"
    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert "Hello Person 0," in received.text()
    assert "Hello Person 0," in received.text("html")
    with app.app_context():
        [row] = written()
        assert message["Message-ID"] == row.message_id
        assert row.sent_at is not None
        assert (row.state, row.attempts, row.last_error) == (MessageState.SENT, 1, None)


def test_arabic_arrives_as_it_was_written(app: Flask, smtp: MailServer):
    from eventsapp.mail import service

    with app.app_context(), transaction():
        made = service.queue(
            "role_granted",
            to_name="آمنة",
            to_email="amina@example.org",
            language="ar",
            context={
                "link": "http://localhost/manage/",
                "inviter": "ليلى",
                "role": "مالك",
                "conference_name": "مؤتمر",
            },
        )
        subject, text, html = made.subject, made.text_body, made.html_body
    deliver_all(app)
    [received] = smtp.received
    assert received.message["To"].addresses[0].display_name == "آمنة"
    assert received.message["Subject"] == subject
    assert received.text().replace("\r\n", "\n") == text
    assert received.text("html").replace("\r\n", "\n") == html.rstrip("\n") + "\n"
    assert 'dir="rtl"' in received.text("html")
    # Every server on the way takes it.
    assert received.content.isascii()
    assert max(len(line) for line in received.content.split(b"\r\n")) <= 998


def test_nobody_writes_headers_or_recipients_through_a_name(app: Flask, smtp: MailServer):
    from eventsapp.mail import service

    for name in (
        "Eve\r\nBcc: all@example.org", "Eve\nSubject: other", 'Eve" <other@example.org>, "', "a@b.example, x <y@z.example>",
        "=?utf-8?q?Eve=0d=0aBcc:_all=40example.org?=", "Eve\u2028Bcc: x@example.org", "x" * 500,
    ):  # fmt: skip
        with app.app_context(), transaction():
            service.queue(
                "role_granted",
                to_name=name,
                to_email="ana@example.org",
                language="en",
                reply_to="desk@example.org",
                context={
                    "link": "http://localhost/",
                    "inviter": name,
                    "role": name,
                    "conference_name": name,
                },
            )
    deliver_all(app)
    assert len(smtp.received) == 7
    for received in smtp.received:
        assert received.recipients == ("ana@example.org",)
        assert Counter(name.lower() for name in received.message)["to"] == 1
        assert "bcc" not in {name.lower() for name in received.message}
        assert [one.addr_spec for one in received.message["To"].addresses] == ["ana@example.org"]
        assert received.message["Reply-To"] == "desk@example.org"
        assert received.message["Subject"].startswith("You have a new role in")


def test_what_the_server_cannot_take_now_is_tried_again_later_and_then_given_up(app: Flask, smtp: MailServer):
    write(app)
    smtp.refuse("451 4.3.0 Try later")
    before = clock.now()
    worker = Worker(app)
    assert worker.deliver_due() == (1, True)
    with app.app_context():
        [row] = written()
        assert (row.state, row.attempts) == (MessageState.QUEUED, 1)
        assert "451" in (row.last_error or "")
        assert before + pause_after(1) <= row.due_at <= clock.now() + pause_after(1)
    # Not before its time.
    assert worker.deliver_due() == (0, True)
    make_due(app)
    assert worker.deliver_due() == (1, True)
    assert states(app) == [(MessageState.QUEUED, 2)]
    make_due(app)
    assert worker.deliver_due() == (1, True)
    assert states(app) == [(MessageState.DEAD, 3)]
    smtp.accept()
    make_due(app)
    assert worker.deliver_due() == (0, True)
    assert smtp.received == []


def test_pauses_double_from_a_minute_on():
    assert [pause_after(n) for n in (1, 2, 3, 8)] == [timedelta(minutes=n) for n in (1, 2, 4, 128)]
    assert pause_after(1000) == timedelta(hours=12)


def test_a_recipient_that_is_refused_for_good_is_given_up_at_once_and_holds_up_nobody(
    app: Flask, smtp: MailServer
):
    write(app, 3)
    smtp.refuse("550 5.1.1 No such person", "person-1@example.org")
    deliver_all(app)
    assert states(app) == [(MessageState.SENT, 1), (MessageState.DEAD, 1), (MessageState.SENT, 1)]
    assert sorted(item.recipients[0] for item in smtp.received) == [
        "person-0@example.org",
        "person-2@example.org",
    ]
    with app.app_context():
        assert written()[1].last_error == "550 5.1.1 No such person"


def test_a_server_that_cannot_be_reached_costs_no_try(app: Flask, smtp: MailServer):
    write(app, 2)
    app.config["SMTP_PORT"] = processes.free_port()
    worker = Worker(app)
    for _ in range(5):
        make_due(app)
        assert worker.deliver_due()[1] is False
    assert states(app) == [(MessageState.QUEUED, 0)] * 2
    app.config["SMTP_PORT"] = smtp.port
    make_due(app)
    deliver_all(app)
    assert states(app) == [(MessageState.SENT, 1)] * 2


def test_a_server_without_encryption_gets_nothing_when_encryption_is_asked_for(app: Flask, smtp: MailServer):
    write(app)
    app.config["SMTP_SECURITY"] = "starttls"
    assert Worker(app).deliver_due() == (1, False)
    assert smtp.received == []
    assert states(app) == [(MessageState.QUEUED, 0)]


def test_without_a_transport_nothing_is_touched(app: Flask, smtp: MailServer):
    write(app)
    app.config["MAIL_TRANSPORT"] = "none"
    assert Worker(app).deliver_due() == (0, True)
    assert states(app) == [(MessageState.QUEUED, 0)]


def test_in_the_demo_a_message_has_arrived_when_it_can_be_read_there(app: Flask, smtp: MailServer):
    write(app)
    app.config.update(MAIL_TRANSPORT="none", DEMO=True)
    assert Worker(app).deliver_due() == (1, True)
    assert states(app) == [(MessageState.SENT, 1)]
    assert smtp.received == []


def test_many_workers_claim_each_message_once(app: Flask, smtp: MailServer):
    write(app, 60)

    def work(_: int) -> None:
        deliver_all(app)

    assert together(work, range(4)) == [None] * 4
    assert Counter(item.recipients[0] for item in smtp.received) == {
        f"person-{number}@example.org": 1 for number in range(60)
    }
    assert states(app) == [(MessageState.SENT, 1)] * 60


def test_a_claim_that_ran_out_while_sending_is_not_recorded_over(app: Flask, smtp: MailServer):
    """A worker that was too slow must not say "failed" of what another one has sent meanwhile."""

    class Slow:
        def send(self, outgoing: Outgoing) -> None:
            make_due(app)
            deliver_all(app)
            raise NotNow("too late")

        def close(self) -> None:
            pass

    write(app)
    Worker(app, Slow()).deliver_due()
    assert states(app) == [(MessageState.SENT, 2)]
    assert len(smtp.received) == 1


def test_a_message_that_kills_its_workers_is_given_up(app: Flask, smtp: MailServer):
    write(app)
    with app.app_context(), transaction():
        [row] = written()
        mark(row, MessageState.SENDING, attempts=3)
    make_due(app)
    Worker(app).deliver_due()
    assert states(app) == [(MessageState.DEAD, 4)]
    assert smtp.received == []


def test_a_stopped_worker_puts_back_what_it_has_not_begun(app: Flask, smtp: MailServer):
    write(app, 5)
    worker = Worker(app)
    smtp.before_answer = lambda _: worker.stop()
    assert worker.deliver_due() == (1, True)
    assert states(app) == [(MessageState.SENT, 1)] + [(MessageState.QUEUED, 0)] * 4
    deliver_all(app)
    assert Counter(item.recipients[0] for item in smtp.received).most_common(1)[0][1] == 1
    assert len(smtp.received) == 5


def test_the_worker_does_the_housekeeping(app: Flask):
    with app.app_context(), transaction():
        now = clock.now()
        db.session.add_all(
            [
                RateCount(key="old", until=now - timedelta(seconds=1), count=1),
                RateCount(key="new", until=now + timedelta(minutes=1), count=1),
            ]
        )
        old = now - timedelta(days=40)
        factories.make_user(email="begun@example.org", email_confirmed_at=None, created_at=old)
        factories.make_user(email="fresh@example.org", email_confirmed_at=None)
        invited = factories.make_user(email="invited@example.org", email_confirmed_at=None, created_at=old)
        factories.make_role(invited, factories.make_conference())
        factories.make_user(email="member@example.org", created_at=old)
    Worker(app).sweep_sometimes()
    with app.app_context():
        from sqlalchemy import select

        from eventsapp.accounts.models import User

        assert db.session.scalars(select(RateCount.key)).all() == ["new"]
        assert sorted(db.session.scalars(select(User.email))) == [
            "fresh@example.org", "invited@example.org", "member@example.org",
        ]  # fmt: skip


# --- real processes


@pytest.fixture
def start_worker(app: Flask, database: str, tmp_path: Path, smtp: MailServer) -> Iterator[object]:
    """``start_worker("--once")`` starts ``eventsapp worker`` on the test's database."""
    started: list[subprocess.Popen[bytes]] = []

    def start(*arguments: str):
        with (tmp_path / f"worker-{len(started)}.log").open("wb") as log:
            process = processes.start(
                [Path(sys.executable).parent / "eventsapp", "worker", *arguments],
                log=log,
                environment=environment(
                    tmp_path, {"SQLALCHEMY_DATABASE_URI": database, "SECRET_KEY": SECRET_KEY, **smtp.settings}
                ),
                folder=tmp_path,
            )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait(10)


def test_two_workers_send_each_of_200_messages_once(app: Flask, smtp: MailServer, start_worker):
    write(app, 200)
    running = [start_worker("--once"), start_worker("--once")]
    assert [process.wait(60) for process in running] == [0, 0]
    assert Counter(item.recipients[0] for item in smtp.received) == {
        f"person-{number}@example.org": 1 for number in range(200)
    }
    assert states(app) == [(MessageState.SENT, 1)] * 200


def test_killed_between_acceptance_and_record_it_sends_again_with_the_same_id(
    app: Flask, smtp: MailServer, start_worker
):
    write(app, 3)
    process = start_worker()

    def kill(received: Received) -> None:
        smtp.before_answer = None
        process.kill()
        process.wait(10)

    smtp.before_answer = kill
    smtp.wait_for(1)
    processes.wait_until(lambda: process.poll() is not None, seconds=10, what="the worker to be gone")
    [first] = smtp.received
    # Nobody else takes what is claimed, as long as the claim lasts.
    assert Worker(app).deliver_due() == (0, True)
    assert states(app) == [(MessageState.SENDING, 1)] * 3
    with app.app_context():
        assert {row.due_at - clock.now() > CLAIM / 2 for row in written()} == {True}
    make_due(app)
    deliver_all(app)
    ids = Counter(item.message["Message-ID"] for item in smtp.received)
    assert sorted(ids.values()) == [1, 1, 2]
    assert ids[first.message["Message-ID"]] == 2
    assert states(app) == [(MessageState.SENT, 2)] * 3


def test_told_to_stop_it_ends_by_itself_and_leaves_nothing_claimed(
    app: Flask, smtp: MailServer, start_worker
):
    write(app, 40)
    process = start_worker()
    smtp.wait_for(1)
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0
    found = states(app)
    assert {state for state, _ in found} <= {MessageState.SENT, MessageState.QUEUED}
    assert sum(state is MessageState.SENT for state, _ in found) == len(smtp.received)
    deliver_all(app)
    assert set(Counter(item.recipients[0] for item in smtp.received).values()) == {1}
    assert len(smtp.received) == 40
