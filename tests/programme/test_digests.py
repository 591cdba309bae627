"""Messages about releases: held back, corrected, written once, in each person's language, with a calendar object."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import icalendar
import pytest
from sqlalchemy import select

from eventsapp.conferences.enums import ConferenceState
from eventsapp.core import clock
from eventsapp.core.audit import COMMAND_LINE
from eventsapp.core.errors import Conflict
from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from eventsapp.mail import service as mail
from eventsapp.mail.models import Message, MessageState
from eventsapp.mail.worker import Worker
from eventsapp.programme import digests, edits, releases, sending, service
from eventsapp.programme.enums import Audience, DigestState, EventState
from eventsapp.programme.models import Digest, Event
from eventsapp.programme.releases import Place
from eventsapp.programme.transitions import EventAction
from tests import factories
from tests.factories import START
from tests.support.concurrency import together
from tests.support.statements import statements

HOUR = timedelta(hours=1)


@pytest.fixture
def stage(app, monkeypatch) -> Iterator[SimpleNamespace]:
    """A released conference with two events and people around them; ``pass_minutes`` moves the clock."""
    now = [clock.now()]
    monkeypatch.setattr(clock, "now", lambda: now[0])

    def pass_minutes(minutes: int) -> None:
        now[0] += timedelta(minutes=minutes)

    with app.app_context():
        with transaction():
            conference = factories.make_conference(contact_email="hello@example.org")
            room, other = factories.make_room(conference), factories.make_room(conference)
            ana = factories.make_speaker(conference, name="Ana", email="ana@example.org", language="fr")
            lead = factories.make_organization(
                names={"en": "Lead", "fr": "Chef"}, contact_email="lead@example.org", contact_language="ar"
            )
            partner = factories.make_organization(contact_email="partner@example.org")
            silent = factories.make_organization()
            first = factories.make_event(
                conference, leads=[lead], co_organizers=[partner], speakers=[ana], room=room, start=START,
                end=START + HOUR, access="booking", seats=5,
            )  # fmt: skip
            second = factories.make_event(
                conference, leads=[silent], speakers=[ana], contact_name="Desk", contact_email="desk@example.org",
                room=other, start=START, end=START + HOUR,
            )  # fmt: skip
            booked = factories.make_registration(conference, email="booked@example.org", language="es")
            both = factories.make_registration(
                conference, email="ana@example.org", name="Ana R.", language="ru"
            )
            keeper = factories.make_registration(conference, email="keeper@example.org", language="en")
            for person in (booked, both):
                factories.make_booking(first, person)
            factories.make_star(second, keeper)
            factories.release(conference)
        yield SimpleNamespace(
            conference=conference, room=room, other=other, first=first, second=second,
            pass_minutes=pass_minutes,
        )  # fmt: skip


def move(stage: SimpleNamespace, event: Event, hours: int, room_id: int | None = None) -> None:
    start = START + hours * HOUR
    place = Place(room_id or stage.room.id, start.date(), None, start, start + HOUR)
    edits.apply(stage.conference, [edits.Move(event.id, place)], actor=COMMAND_LINE)


def release(stage: SimpleNamespace, **over: object) -> None:
    digests.release(stage.conference, actor=COMMAND_LINE, **over)  # type: ignore[arg-type]


def written() -> dict[str, Message]:
    """The messages by address; nobody has two."""
    db.session.rollback()
    rows = db.session.scalars(select(Message).where(Message.template == "programme_changed")).all()
    found = {row.to_email: row for row in rows}
    assert len(found) == len(rows)
    return found


def states() -> list[tuple[DigestState, int]]:
    db.session.rollback()
    return [(row.state, row.messages) for row in db.session.scalars(select(Digest).order_by(Digest.id))]


def test_a_release_is_told_when_the_quiet_period_is_over(stage):
    with transaction():
        move(stage, stage.first, 2)
        release(stage)
    assert not sending.send_due()
    stage.pass_minutes(29)
    assert not sending.send_due()
    stage.pass_minutes(1)
    while sending.send_due():
        pass
    found = written()
    assert {email: row.language for email, row in found.items()} == {
        "ana@example.org": "ru",
        "booked@example.org": "es",
        "lead@example.org": "ar",
        "partner@example.org": "en",
    }
    partner = found["partner@example.org"]
    assert partner.subject == f"Programme changed: {stage.first.titles['en']}"
    assert "Before: Tuesday, 15 June 2027, 13:00–14:00" in partner.text_body
    assert "Now: Tuesday, 15 June 2027, 15:00–16:00" in partner.text_body
    assert f"http://localhost/en/{stage.conference.slug}/events/{stage.first.code}" in partner.text_body
    assert "Your own page" not in partner.text_body
    assert "/registrations/" in found["ana@example.org"].text_body
    assert found["ana@example.org"].to_name == "Ana R."
    assert 'dir="rtl"' in found["lead@example.org"].html_body
    assert states() == [(DigestState.SENT, 4)]
    stage.pass_minutes(600)
    assert not sending.send_due()


def test_corrections_within_the_quiet_period_are_never_told(stage):
    with transaction():
        move(stage, stage.first, 2)
        move(stage, stage.second, 3, stage.other.id)
        release(stage, audiences=[Audience.SPEAKERS])
    stage.pass_minutes(20)
    with transaction():
        move(stage, stage.first, 0)
        move(stage, stage.second, 4, stage.other.id)
        release(stage, audiences=[Audience.SUBSCRIBERS, Audience.LEADS])
    stage.pass_minutes(20)
    assert not sending.send_due()
    stage.pass_minutes(10)
    while sending.send_due():
        pass
    found = written()
    # Those chosen at either release; the first event is back where it was.
    assert set(found) == {"ana@example.org", "keeper@example.org", "desk@example.org"}
    for message in found.values():
        assert stage.first.code not in message.text_body
    assert "13:00–14:00" in found["keeper@example.org"].text_body
    assert "17:00–18:00" in found["keeper@example.org"].text_body
    with transaction():
        move(stage, stage.first, 2)
        release(stage)
        move(stage, stage.first, 0)
        release(stage)
    stage.pass_minutes(30)
    while sending.send_due():
        pass
    assert states() == [(DigestState.SENT, 3), (DigestState.SENT, 0)]


def test_a_cancellation_is_told_to_those_who_do_not_know_it_yet(stage):
    with transaction():
        move(stage, stage.first, 2)
        release(stage)
    with transaction():
        service.change_state(
            stage.conference, stage.first, EventAction.CANCEL, actor=COMMAND_LINE, reasons={"en": "Ill"}
        )
    stage.pass_minutes(30)
    while sending.send_due():
        pass
    found = written()
    assert set(found) == {"lead@example.org", "partner@example.org"}
    assert "Cancelled" in found["partner@example.org"].text_body
    assert "Ill" in found["partner@example.org"].text_body
    [event] = icalendar.Calendar.from_ical(found["partner@example.org"].calendar or "").events
    db.session.refresh(stage.first)
    assert (event["STATUS"], event["SEQUENCE"]) == ("CANCELLED", stage.first.sequence)


def test_the_messages_go_at_once_or_never_when_somebody_says_so(stage):
    with transaction():
        move(stage, stage.first, 2)
        release(stage)
        digests.drop(stage.conference, actor=COMMAND_LINE)
    stage.pass_minutes(60)
    assert not sending.send_due()
    with pytest.raises(Conflict), transaction():
        digests.send_now(stage.conference, actor=COMMAND_LINE)
    with transaction():
        move(stage, stage.first, 3)
        release(stage, audiences=[Audience.CO_ORGANIZERS])
        digests.send_now(stage.conference, actor=COMMAND_LINE)
    while sending.send_due():
        pass
    assert "16:00–17:00" in written()["partner@example.org"].text_body
    assert states() == [(DigestState.DROPPED, 0), (DigestState.SENT, 1)]


def test_nobody_is_told_of_a_draft_or_when_no_audience_is_chosen(stage):
    with transaction():
        move(stage, stage.first, 2)
        release(stage, audiences=[])
        stage.conference.state = ConferenceState.DRAFT
        move(stage, stage.first, 3)
        release(stage)
    assert states() == []


def test_what_leaves_the_programme_is_cancelled_in_calendars_and_what_takes_place_after_all_is_confirmed(
    stage,
):
    with transaction():
        service.change_state(stage.conference, stage.second, EventAction.CANCEL, actor=COMMAND_LINE)
        release(stage, audiences=[])
        service.change_state(stage.conference, stage.second, EventAction.REINSTATE, actor=COMMAND_LINE)
        stage.first.speakers[0].speaker.language = "en"
        # As an import may do it.
        stage.first.state = EventState.DRAFT
        release(stage, audiences=[Audience.SPEAKERS], at_once=True)
    while sending.send_due():
        pass
    ana = written()["ana@example.org"]
    assert "Not in the programme any more" in ana.text_body
    assert "Takes place after all" in ana.text_body
    calendar: Any = icalendar.Calendar.from_ical(ana.calendar or "")
    assert {event["UID"]: (event["STATUS"], event["DTSTART"].dt) for event in calendar.events} == {
        f"{stage.first.uid}@eventsapp": ("CANCELLED", START),
        f"{stage.second.uid}@eventsapp": ("CONFIRMED", START),
    }
    db.session.refresh(stage.first)
    gone = next(event for event in calendar.events if event["UID"] == f"{stage.first.uid}@eventsapp")
    assert gone["SEQUENCE"] == stage.first.sequence == 1
    # Sent again, it has its calendar still.
    with transaction():
        ana.state, ana.sent_at = MessageState.SENT, clock.now()
        assert mail.resend(ana, actor=COMMAND_LINE).calendar == ana.calendar


@pytest.fixture
def crowd(stage) -> SimpleNamespace:
    """So many people that they are told in several transactions; the digest is due."""
    with transaction():
        for number in range(sending.BATCH + 30):
            person = factories.make_registration(stage.conference, email=f"p{number:03}@example.org")
            factories.make_star(stage.second, person)
        move(stage, stage.second, 2)
        release(stage, audiences=[Audience.SUBSCRIBERS], at_once=True)
    return stage


def test_two_workers_write_each_message_once(app, crowd):
    def work(_number: int) -> None:
        with app.app_context():
            while sending.send_due():
                pass

    assert together(work, [1, 2, 3]) == [None, None, None]
    assert len(written()) == sending.BATCH + 31
    assert states() == [(DigestState.SENT, sending.BATCH + 31)]


def test_a_worker_that_dies_is_followed_by_one_that_goes_on(crowd, monkeypatch):
    class Died(BaseException):
        pass

    def fails_after(times: int) -> Callable[..., bool]:
        real, left = sending._write, [times]

        def write(*given: object) -> bool:
            if not left[0]:
                raise Died
            left[0] -= 1
            return real(*given)  # type: ignore[arg-type]

        return write

    with monkeypatch.context() as patch:
        patch.setattr(sending, "_write", fails_after(1))
        with pytest.raises(Died):
            sending.send_due()
    assert states() == [(DigestState.SENDING, sending.BATCH)]
    # Meanwhile there is another release: it waits by itself.
    with transaction():
        move(crowd, crowd.second, 3)
        release(crowd, audiences=[Audience.SPEAKERS])
    assert sending.send_due()
    assert len(written()) == sending.BATCH + 31
    assert states() == [(DigestState.SENT, sending.BATCH + 31), (DigestState.WAITING, 0)]


def test_who_would_be_told_is_found_in_as_many_statements_for_many_as_for_few(app, stage, crowd):
    def asked() -> tuple[int, digests.Outlook]:
        db.session.rollback()
        db.session.expire_all()
        conference = db.session.get_one(type(stage.conference), stage.conference.id)
        with statements(app) as sent:
            seen = digests.outlook(conference, releases.next_version(conference.id))
        return len(sent), seen

    few, seen = asked()
    assert {heard.audience: len(heard.people) for heard in seen.heard}[Audience.SUBSCRIBERS] == 81
    with transaction():
        move(stage, stage.first, 5)
    many, seen = asked()
    assert few == many <= 14
    assert {heard.audience.value: len(heard.people) for heard in seen.heard} == {
        "speakers": 1, "leads": 2, "co_organizers": 1, "booked": 2, "subscribers": 81,
    }  # fmt: skip
    assert seen.everybody == 86


class TestByMail:
    @pytest.fixture
    def settings(self, smtp):
        return {**smtp.settings, "MAIL_FROM": "Sample <no-reply@example.org>"}

    def test_the_worker_sends_the_digest_with_a_calendar_object(self, app, stage, smtp):
        with transaction():
            move(stage, stage.first, 2)
            release(stage, at_once=True)
        worker = Worker(app)
        running = threading.Thread(target=worker.run)
        running.start()
        try:
            smtp.wait_for(4)
        finally:
            worker.stop()
            running.join()
        [received] = smtp.to("partner@example.org")
        [part] = received.message.iter_attachments()
        assert (part.get_content_type(), part.get_filename()) == ("text/calendar", "programme.ics")
        assert part["Content-Type"].params["method"] == "PUBLISH"
        raw = part.get_payload(decode=True)
        assert isinstance(raw, bytes)
        assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
        calendar: Any = icalendar.Calendar.from_ical(raw)
        assert calendar["METHOD"] == "PUBLISH"
        [event] = calendar.events
        assert event["UID"] == f"{stage.first.uid}@eventsapp"
        assert event["DTSTART"].dt == START + 2 * HOUR
        assert (event["SEQUENCE"], event["STATUS"]) == (1, "CONFIRMED")
        assert event["ORGANIZER"] == "mailto:hello@example.org"
        assert received.text().startswith("Hello")
        # One who speaks at both is told of one, so one is attached.
        [ana] = smtp.to("ana@example.org")
        [part] = ana.message.iter_attachments()
        assert len(icalendar.Calendar.from_ical(part.get_content()).events) == 1
