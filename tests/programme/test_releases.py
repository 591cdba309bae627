"""The working programme, what a release changes, and what the public gets of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from eventsapp.conferences.enums import ConferenceState
from eventsapp.conferences.models import Conference
from eventsapp.core.audit import COMMAND_LINE, AuditEntry
from eventsapp.core.errors import Conflict, Invalid, NotFound
from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from eventsapp.programme import hooks, materials, placing, releases, service
from eventsapp.programme.enums import Access, EventState, MaterialKind, OrganizationRole
from eventsapp.programme.models import Event, Placement
from eventsapp.programme.queries import load_snapshot
from eventsapp.programme.releases import NOWHERE, Place, compare
from eventsapp.programme.transitions import EVENT_TRANSITIONS, EventAction
from tests import factories
from tests.factories import START

HOUR = timedelta(hours=1)


def test_a_difference_names_what_is_new_moved_announced_and_taken_back():
    day = START.date()
    timed = Place(1, day, None, START, START + HOUR)
    before = {1: timed, 2: NOWHERE, 3: timed, 4: timed, 6: Place(1, day)}
    after = {1: timed, 2: timed, 3: replace(timed, room_id=2), 4: NOWHERE, 5: NOWHERE, 6: timed}
    difference = compare(before, after)
    assert {kind.value: ids for kind, ids in difference.groups() if ids} == {
        "new": [5], "room": [3], "announced": [2, 6], "taken_back": [4],
    }  # fmt: skip
    assert not compare(after, after)


@pytest.fixture
def stage(app):
    """A conference with a room, a type and two scheduled events, the first with a place and a time."""
    with app.app_context():
        with transaction():
            conference = factories.make_conference()
            room, other = factories.make_room(conference), factories.make_room(conference)
            kind = factories.make_type(conference)
            events = [
                service.create_event(
                    conference, service.EventData(kind.id, {"en": title}), actor=COMMAND_LINE
                )
                for title in ("First", "Second")
            ]
            put(conference, events[0], room.id)
        yield conference, events, room, other


def put(conference, event, room_id, start=START, length=HOUR):
    return placing.place(
        conference,
        event,
        actor=COMMAND_LINE,
        room_id=room_id,
        day=start.date(),
        starts_at=start,
        ends_at=start + length,
    )


def shown(conference):
    return {event.code: event for event in load_snapshot(conference.id).events}


def test_nothing_is_public_before_the_first_release(stage):
    conference, events, *_ = stage
    assert shown(conference) == {}
    with transaction():
        version = releases.release(conference, actor=COMMAND_LINE)
    assert version.number == 1
    assert version.difference["new"] == [event.code for event in events]
    public = shown(conference)
    assert public[events[0].code].starts_at == START
    assert public[events[1].code].starts_at is None
    assert public[events[1].code].room is None


def test_a_move_is_public_only_when_released_and_says_from_where(stage):
    conference, (event, _second), room, other = stage
    with transaction():
        releases.release(conference, actor=COMMAND_LINE)
    with transaction():
        put(conference, event, other.id, START + HOUR)
    assert shown(conference)[event.code].room.slug == room.slug
    assert shown(conference)[event.code].sequence == 0
    with transaction():
        version = releases.release(conference, actor=COMMAND_LINE)
    moved = shown(conference)[event.code]
    assert version.difference["moved"] == [event.code]
    assert (moved.room.slug, moved.starts_at, moved.sequence) == (other.slug, START + HOUR, 1)
    assert (moved.moved.room.slug, moved.moved.starts_at) == (room.slug, START)


def test_a_release_without_a_change_is_refused(stage):
    conference, *_ = stage
    with transaction():
        releases.release(conference, actor=COMMAND_LINE)
    with pytest.raises(Conflict), transaction():
        releases.release(conference, actor=COMMAND_LINE)


def test_a_later_release_of_something_else_keeps_what_moved_before(stage):
    conference, (first, second), room, other = stage
    with transaction():
        releases.release(conference, actor=COMMAND_LINE)
    with transaction():
        put(conference, first, other.id)
        releases.release(conference, actor=COMMAND_LINE)
    with transaction():
        put(conference, second, other.id, START + 2 * HOUR)
        version = releases.release(conference, actor=COMMAND_LINE)
    assert {kind: codes for kind, codes in version.difference.items() if codes and kind != "places"} == {
        "announced": [second.code]
    }
    assert shown(conference)[first.code].moved.room.slug == room.slug
    assert shown(conference)[first.code].sequence == 1


def test_a_cancelled_event_stays_visible_as_cancelled(stage):
    conference, (event, second), *_ = stage
    with transaction():
        releases.release(conference, actor=COMMAND_LINE)
    told: list[int] = []
    hooks.event_cancelled.append(told.append)
    try:
        with transaction():
            service.change_state(
                conference, event, EventAction.CANCEL, actor=COMMAND_LINE, reasons={"en": "Ill"}
            )
    finally:
        hooks.event_cancelled.remove(told.append)
    assert told == [event.id]
    public = shown(conference)[event.code]
    assert (public.cancelled, public.sequence, public.starts_at) == (True, 1, START)
    with transaction():
        put(conference, second, None)
        releases.release(conference, actor=COMMAND_LINE)
    assert shown(conference)[event.code].cancelled


def test_an_event_that_nobody_knew_is_not_shown_when_cancelled(stage):
    conference, (event, second), *_ = stage
    with transaction():
        service.change_state(conference, event, EventAction.CANCEL, actor=COMMAND_LINE)
        releases.release(conference, actor=COMMAND_LINE)
    assert list(shown(conference)) == [second.code]


def test_a_draft_is_not_released_and_a_released_event_is_no_draft_again(stage):
    conference, (event, second), *_ = stage
    with transaction():
        service.change_state(conference, second, EventAction.RETURN_TO_DRAFT, actor=COMMAND_LINE)
        releases.release(conference, actor=COMMAND_LINE)
    assert list(shown(conference)) == [event.code]
    with pytest.raises(Conflict), transaction():
        service.change_state(conference, event, EventAction.RETURN_TO_DRAFT, actor=COMMAND_LINE)
    with pytest.raises(Conflict), transaction():
        service.delete_event(conference, event, actor=COMMAND_LINE)
    with transaction():
        service.delete_event(conference, second, actor=COMMAND_LINE)
    assert db.session.scalars(select(Event.code)).all() == [event.code]


@pytest.mark.parametrize("state", EventState)
@pytest.mark.parametrize("action", EventAction)
def test_every_pair_of_state_and_action(stage, state, action):
    conference, (event, _second), *_ = stage
    with transaction():
        event.state = state
    allowed = EVENT_TRANSITIONS[state].get(action)
    if allowed is None:
        with pytest.raises(Conflict), transaction():
            service.change_state(conference, event, action, actor=COMMAND_LINE)
        assert db.session.get_one(Event, event.id).state is state
    else:
        with transaction():
            service.change_state(conference, event, action, actor=COMMAND_LINE)
        assert db.session.get_one(Event, event.id).state is allowed


def test_a_title_shows_at_once_and_raises_the_sequence_of_a_released_event(stage):
    conference, (event, second), *_ = stage
    with transaction():
        changed = service.data_of(second)
        service.update_event(conference, second, replace(changed, titles={"en": "Other"}), actor=COMMAND_LINE)
        releases.release(conference, actor=COMMAND_LINE)
    assert second.sequence == 0
    revision = conference.revision
    with transaction():
        data = replace(service.data_of(event), titles={"en": "New title", "fr": "Nouveau titre"})
        assert service.update_event(conference, event, data, actor=COMMAND_LINE) == ["titles"]
    public = shown(conference)[event.code]
    assert (public.titles["fr"], public.sequence) == ("Nouveau titre", 1)
    assert db.session.get_one(Conference, conference.id).revision > revision


def test_saving_the_same_changes_nothing(stage):
    conference, (event, _second), *_ = stage
    before = (event.updated_at, conference.revision, len(db.session.scalars(select(AuditEntry)).all()))
    with transaction():
        assert service.update_event(conference, event, service.data_of(event), actor=COMMAND_LINE) == []
        assert put(conference, event, stage[2].id) is False
    after = (
        event.updated_at,
        db.session.get_one(Conference, conference.id).revision,
        len(db.session.scalars(select(AuditEntry)).all()),
    )
    assert after == before


def test_organizations_and_speakers_in_their_order_and_roles(stage):
    conference, (event, _second), *_ = stage
    with transaction():
        one, two = factories.make_organization(), factories.make_organization()
        data = replace(
            service.data_of(event),
            organizations=((two.id, OrganizationRole.LEAD), (one.id, OrganizationRole.LEAD)),
            speakers=(service.SpeakerLine("Ana  Ruiz", affiliation="City"), service.SpeakerLine("Bo Li")),
        )
        service.update_event(conference, event, data, actor=COMMAND_LINE)
        releases.release(conference, actor=COMMAND_LINE)
    public = shown(conference)[event.code]
    assert [organization.slug for organization in public.leads] == [two.slug, one.slug]
    assert [(a.speaker.name, a.affiliation) for a in public.speakers] == [
        ("Ana Ruiz", "City"),
        ("Bo Li", None),
    ]
    with transaction():
        again = replace(service.data_of(event), speakers=(service.SpeakerLine("ana ruiz"),))
        service.update_event(conference, event, again, actor=COMMAND_LINE)
    assert [(a.speaker.slug, a.affiliation) for a in shown(conference)[event.code].speakers] == [
        ("ana-ruiz", None)
    ]


def test_materials_are_added_and_taken_off_and_shown_at_once(stage):
    conference, (event, second), *_ = stage
    with transaction():
        releases.release(conference, actor=COMMAND_LINE)
        material = materials.add_link(
            conference, event, actor=COMMAND_LINE, titles={"en": "Note"}, url="https://example.org/n"
        )
    revision = db.session.get_one(Conference, conference.id).revision
    assert [(m.kind, m.url) for m in shown(conference)[event.code].materials] == [
        (MaterialKind.LINK, "https://example.org/n")
    ]
    with pytest.raises(NotFound), transaction():
        materials.remove_material(conference, second, material.id, actor=COMMAND_LINE)
    with transaction():
        materials.remove_material(conference, event, material.id, actor=COMMAND_LINE)
    assert shown(conference)[event.code].materials == ()
    assert db.session.get_one(Conference, conference.id).revision > revision


def test_places_of_another_conference_do_not_exist(stage):
    conference, (event, _second), *_ = stage
    with transaction():
        foreign = factories.make_conference()
        room = factories.make_room(foreign)
        kind = factories.make_type(foreign)
        theme = factories.make_theme(foreign)
        foreign_event = factories.make_event(foreign)
    with pytest.raises(Invalid) as place_refused, transaction():
        put(conference, event, room.id)
    assert set(place_refused.value.errors) == {"room_id"}
    data = replace(
        service.data_of(event),
        type_id=kind.id,
        theme_ids=(theme.id,),
        organizations=((99, OrganizationRole.LEAD),),
    )
    with pytest.raises(Invalid) as data_refused, transaction():
        service.update_event(conference, event, data, actor=COMMAND_LINE)
    assert set(data_refused.value.errors) == {"type_id", "theme_ids", "organizations"}
    with pytest.raises(NotFound), transaction():
        put(conference, foreign_event, None)


@pytest.mark.parametrize(
    ("over", "field"),
    [
        ({"ends_at": START}, "ends_at"),
        ({"ends_at": START + timedelta(hours=25)}, "ends_at"),
        ({"starts_at": None, "ends_at": START}, "starts_at"),
        ({"day": None}, "day"),
        ({"day": START.date() - timedelta(days=1000)}, "day"),
        ({"day": START.date() + timedelta(days=1)}, "starts_at"),
        ({"end_day": START.date()}, "end_day"),
    ],
)
def test_impossible_times_are_refused_by_field(stage, over, field):
    conference, (event, _second), *_ = stage
    wanted = {"room_id": None, "day": START.date(), "starts_at": START, "ends_at": START + HOUR, **over}
    with pytest.raises(Invalid) as refused, transaction():
        placing.place(conference, event, actor=COMMAND_LINE, **wanted)
    assert set(refused.value.errors) == {field}


def test_an_event_past_midnight_belongs_to_the_evening_before(stage):
    conference, (event, _second), *_ = stage
    late = START.replace(hour=5) + timedelta(days=1)  # 00:00 in Quito
    with transaction():
        placing.place(
            conference,
            event,
            actor=COMMAND_LINE,
            room_id=None,
            day=START.date(),
            starts_at=late,
            ends_at=late + HOUR,
        )
        releases.release(conference, actor=COMMAND_LINE)
    assert shown(conference)[event.code].day == START.date()


def test_an_archive_does_not_change(stage):
    conference, (event, _second), *_ = stage
    with transaction():
        conference.state = ConferenceState.ARCHIVED
    for act in (
        lambda: put(conference, event, None),
        lambda: releases.release(conference, actor=COMMAND_LINE),
        lambda: service.delete_event(conference, event, actor=COMMAND_LINE),
        lambda: service.change_state(conference, event, EventAction.CANCEL, actor=COMMAND_LINE),
    ):
        with pytest.raises(Conflict), transaction():
            act()
    assert len(db.session.scalars(select(Placement)).all()) == 1


def test_seats_are_raised_through_the_hook_and_never_fall_below_what_is_taken(stage):
    conference, (event, _second), *_ = stage
    raised: list[int] = []
    hooks.seats_raised.append(raised.append)
    try:
        with transaction():
            data = replace(service.data_of(event), access=Access.BOOKING, seats=5)
            service.update_event(conference, event, data, actor=COMMAND_LINE)
        with transaction():
            event.seats_taken = 4
        with pytest.raises(Invalid) as refused, transaction():
            service.update_event(conference, event, replace(data, seats=3), actor=COMMAND_LINE)
        assert set(refused.value.errors) == {"seats"}
        with transaction():
            service.update_event(conference, event, replace(data, seats=4), actor=COMMAND_LINE)
            service.update_event(conference, event, replace(data, seats=9), actor=COMMAND_LINE)
    finally:
        hooks.seats_raised.remove(raised.append)
    assert raised == [event.id, event.id]
    assert db.session.get_one(Event, event.id).seats == 9
