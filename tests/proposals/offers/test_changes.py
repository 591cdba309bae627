"""Organizers keep their event up to date: at once or for approval, until the lock date, writing over nobody."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from eventsapp.core import clock, files
from eventsapp.core.audit import AuditEntry
from eventsapp.core.errors import Conflict, Invalid, NotFound
from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from eventsapp.programme import releases
from eventsapp.programme import service as programme
from eventsapp.programme.enums import EventState
from eventsapp.programme.models import Event
from eventsapp.proposals.drafts.content import mark
from eventsapp.proposals.enums import ChangeState, ProposalState
from eventsapp.proposals.models import Proposal
from eventsapp.proposals.offers import changes, event_content
from eventsapp.proposals.offers.models import EventChange
from tests import factories
from tests.proposals.offers.support import FANNY, OFFICER, at, make, make_call, told
from tests.support.concurrency import together


def confirmed(**over: Any) -> tuple[Proposal, Event]:
    call = make_call(**over)
    speaker = factories.make_speaker(call.conference, name="Ana Paz")
    event = factories.make_event(
        call.conference, titles={"en": "Old title"}, summaries={"en": "In short."}, speakers=[speaker]
    )
    return make(call, ProposalState.CONFIRMED, event_id=event.id), event


def parts(event: Event, **over: Any) -> dict[str, Any]:
    """What the form sends: everything as it is, but for what is given (dots in names as two underscores)."""
    said = {name.replace("__", "."): value for name, value in over.items()}
    return {**event_content.parts(programme.data_of(event)), **said}


def test_a_change_is_public_at_once_and_written_down(app: Flask):
    with app.app_context(), transaction():
        proposal, event = confirmed()
        releases.release(proposal.conference, actor=OFFICER)
        before = (event.sequence, proposal.conference.revision)
        speakers = [
            *parts(event)["speakers"],
            {"name": "New One", "role": "chair", "affiliation": None, "online": False},
        ]
        saved = changes.save(proposal, parts(event, titles__en="New title", speakers=speakers), actor=FANNY)
        assert saved.state is ChangeState.APPLIED
        assert event.titles == {"en": "New title"}
        assert [link.speaker.name for link in event.speakers] == ["Ana Paz", "New One"]
        db.session.refresh(proposal.conference)
        assert (event.sequence, proposal.conference.revision > before[1]) == (before[0] + 1, True)
        [entry] = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "event.organizers"))
        assert entry.actor == "Fanny Focal Point"
        assert entry.detail["changes"]["titles.en"] == ["Old title", "New title"]
        assert changes.save(proposal, parts(event), actor=FANNY).state is None
        assert factories.count(EventChange) == 1
        with pytest.raises(Invalid):
            changes.save(proposal, {}, actor=FANNY)


def test_two_organizers_do_not_write_over_each_other(app: Flask):
    with app.app_context(), transaction():
        proposal, event = confirmed()
        seen = changes.texts_of(event).marks
        first, second = parts(event, titles__en="First"), parts(event, summaries__en="Second")
        third = parts(event, titles__en="Third")
        changes.save(proposal, first, actor=FANNY, seen=seen)
        changes.save(proposal, second, actor=FANNY, seen=seen)
        assert (event.titles["en"], event.summaries["en"]) == ("First", "Second")
        [clash] = changes.save(proposal, third, actor=FANNY, seen=seen).clashes
        assert (clash.part, clash.theirs, clash.mine) == ("titles.en", "First", "Third")
        assert event.titles["en"] == "First"


@pytest.mark.parametrize(
    ("zone", "now", "open_"),
    [
        ("America/Guayaquil", "2027-06-14T04:59:59", True),
        ("America/Guayaquil", "2027-06-14T05:00:00", False),
        ("Pacific/Kiritimati", "2027-06-13T09:59:59", True),
        ("Pacific/Kiritimati", "2027-06-13T10:00:00", False),
    ],
)
@pytest.mark.sqlite_only
def test_changes_are_closed_at_the_instant(
    app: Flask, monkeypatch: pytest.MonkeyPatch, zone: str, now: str, open_: bool
):
    with app.app_context(), transaction():
        proposal, event = confirmed(conference={"zone": zone})
        at(monkeypatch, now)
        if open_:
            changes.save(proposal, parts(event, titles__en="In time"), actor=FANNY)
        else:
            with pytest.raises(Conflict):
                changes.save(proposal, parts(event, titles__en="Too late"), actor=FANNY)


@pytest.mark.sqlite_only
def test_there_is_nothing_to_change_in_what_does_not_take_place(app: Flask):
    with app.app_context(), transaction():
        proposal, event = confirmed()
        event.state = EventState.CANCELLED
        with pytest.raises(Conflict):
            changes.save(proposal, parts(event, titles__en="New"), actor=FANNY)
        with pytest.raises(NotFound):
            changes.save(make(proposal.call), {}, actor=FANNY)


def test_a_change_waits_for_approval_can_be_changed_and_taken_back(app: Flask):
    with app.app_context(), transaction():
        proposal, event = confirmed(approve_changes=True)
        saved = changes.save(proposal, parts(event, titles__en="New"), actor=FANNY)
        assert (saved.state, event.titles["en"]) == (ChangeState.PENDING, "Old title")
        assert [one.to_email for one in told("event_change_asked")] == ["events@example.org"]
        mine = changes.texts_of(event).parts
        assert mine["titles.en"] == "New"
        changes.save(
            proposal, {**mine, "titles.en": "Newer"}, actor=FANNY, seen=changes.texts_of(event).marks
        )
        pending = changes.pending_of(event.id)
        assert pending is not None
        assert pending.changes == {"titles.en": ["Old title", "Newer"]}
        assert len(told("event_change_asked")) == 1
        # What is as it was again is no change any more.
        changes.save(proposal, {**mine, "titles.en": "Old title"}, actor=FANNY)
        assert changes.pending_of(event.id) is None
        changes.save(proposal, parts(event, titles__en="New"), actor=FANNY)
        pending = changes.pending_of(event.id)
        assert pending is not None
        changes.take_back(pending, actor=FANNY)
        assert factories.count(EventChange) == 0


def test_an_officer_approves_parts_and_sees_what_is_outdated(app: Flask):
    with app.app_context(), transaction():
        proposal, event = confirmed(approve_changes=True)
        changes.save(proposal, parts(event, titles__en="New", summaries__en="Shorter."), actor=FANNY)
        change = changes.pending_of(event.id)
        assert change is not None
        seen = changes.seen_of(changes.parts_of(change))
        programme.update_event(
            proposal.conference,
            event,
            event_content.with_parts(programme.data_of(event), {"titles.en": "By the officer"}),
            actor=OFFICER,
        )
        assert [(one.name, one.outdated) for one in changes.parts_of(change)] == [
            ("titles.en", True),
            ("summaries.en", False),
        ]
        with pytest.raises(Conflict):
            changes.approve(change, ["titles.en"], actor=OFFICER, seen=seen)
        seen = changes.seen_of(changes.parts_of(change))
        with pytest.raises(Invalid):
            changes.approve(change, [], actor=OFFICER, seen=seen)
        changes.approve(change, ["summaries.en"], actor=OFFICER, seen=seen)
        assert (event.titles["en"], event.summaries["en"]) == ("By the officer", "Shorter.")
        assert (change.state, change.decided_by) == (ChangeState.APPLIED, "Olga Officer")
        [message] = told("event_change_decided")
        assert "Title" in message.text_body
        with pytest.raises(Conflict):
            changes.refuse(change, reason="Too late", actor=OFFICER)


def test_a_refusal_says_why(app: Flask):
    with app.app_context(), transaction():
        proposal, event = confirmed(approve_changes=True)
        changes.save(proposal, parts(event, titles__en="Buy our books"), actor=FANNY)
        change = changes.pending_of(event.id)
        assert change is not None
        with pytest.raises(Invalid):
            changes.refuse(change, reason=" ", actor=OFFICER)
        changes.refuse(change, reason="No advertising, please.", actor=OFFICER)
        assert event.titles["en"] == "Old title"
        assert "No advertising, please." in told("event_change_decided")[0].text_body


def test_two_officers_at_once_decide_once(app: Flask):
    with app.app_context(), transaction():
        proposal, event = confirmed(approve_changes=True)
        changes.save(proposal, parts(event, titles__en="New"), actor=FANNY)
        change = changes.pending_of(event.id)
        assert change is not None
        id_, seen = change.id, changes.seen_of(changes.parts_of(change))

    def decide(approves: bool) -> None:
        with app.app_context(), transaction():
            found = db.session.get_one(EventChange, id_)
            if approves:
                changes.approve(found, ["titles.en"], actor=OFFICER, seen=seen)
            else:
                changes.refuse(found, reason="No.", actor=OFFICER)

    results = together(decide, [True, False, True])
    assert sorted(type(one).__name__ for one in results) == ["Conflict", "Conflict", "NoneType"]
    with app.app_context():
        assert len(told("event_change_decided")) == 1


@pytest.mark.parametrize("approve", [False, True])
def test_links_and_files_come_and_go(app: Flask, approve: bool):
    with app.app_context(), transaction():
        proposal, event = confirmed(approve_changes=approve)
        old = factories.make_material(event)
        stored = files.store_document(io.BytesIO(b"%PDF-1.7 programme"), "programme.pdf")
        changes.add_material(proposal, actor=FANNY, titles={"en": "Site"}, url="https://example.org/site")
        changes.add_material(proposal, actor=FANNY, titles={"en": "Programme"}, file=stored)
        listed = changes.texts_of(event).parts["materials"]
        assert [one["titles"]["en"] for one in listed] == ["Concept note", "Site", "Programme"]
        seen = mark(listed[0])
        changes.remove_material(proposal, 0, actor=FANNY, seen=seen)
        with pytest.raises(NotFound):
            changes.remove_material(proposal, 0, actor=FANNY, seen=seen)
        if approve:
            assert [one.id for one in event.materials] == [old.id]
            change = changes.pending_of(event.id)
            assert change is not None
            changes.approve(
                change, ["materials"], actor=OFFICER, seen=changes.seen_of(changes.parts_of(change))
            )
        assert [(one.titles["en"], one.url, one.file and one.file.name) for one in event.materials] == [
            ("Site", "https://example.org/site", None),
            ("Programme", None, "programme.pdf"),
        ]


def test_a_lock_date_of_its_own_holds(app: Flask):
    with app.app_context(), transaction():
        proposal, event = confirmed(lock_at=clock.now() + timedelta(seconds=5))
        assert changes.obstacle(proposal, event, clock.now()) == ""
        proposal.call.lock_at = clock.now()
        assert changes.obstacle(proposal, event, clock.now()) != ""
