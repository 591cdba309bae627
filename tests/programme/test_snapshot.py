"""What the public sees of a conference, and when it is read again."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy import text

from eventsapp.conferences.enums import ConferenceState
from eventsapp.conferences.models import Conference
from eventsapp.core import clock
from eventsapp.core.audit import COMMAND_LINE
from eventsapp.core.errors import NotFound
from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from eventsapp.programme import current, parts, service
from eventsapp.programme.enums import Access, EventState, OrganizationRole, SpeakerRole
from eventsapp.programme.models import Event
from eventsapp.programme.queries import STATEMENTS, load_snapshot
from eventsapp.programme.snapshot import SeatsInfo
from eventsapp.programme.transitions import EventAction
from eventsapp.site.current import new_slug, snapshot_of
from tests import factories
from tests.factories import START

HOUR = timedelta(hours=1)


@pytest.fixture
def at(monkeypatch):
    """``at(hour)`` sets the clock."""

    def set_clock(hour: int) -> datetime:
        now = datetime(2026, 5, 1, hour, tzinfo=UTC)
        monkeypatch.setattr(clock, "now", lambda: now)
        return now

    return set_clock


@contextmanager
def statements():
    """Collect the statements sent in a block, but for those that begin a transaction."""
    sent: list[str] = []

    def keep(_connection, _cursor, statement, *_rest):
        if not statement.startswith("BEGIN"):
            sent.append(statement)

    sqlalchemy_event.listen(db.engine, "before_cursor_execute", keep)
    try:
        yield sent
    finally:
        sqlalchemy_event.remove(db.engine, "before_cursor_execute", keep)


def test_everything_that_is_shown_is_there(app):
    with app.app_context():
        with transaction():
            conference = factories.make_conference(slug="urban", short_name="Urban Forum")
            room = factories.make_room(
                conference, slug="hall", capacity=120, equipment=["projector"], step_free=True
            )
            factories.make_room(conference, slug="empty")
            kind = factories.make_type(conference, slug="side-event", colour=4)
            theme = factories.make_theme(conference, slug="housing")
            group = factories.make_constituency(conference, slug="women")
            lead, other, sponsor = (
                factories.make_organization(slug=slug) for slug in ("iom", "uclg", "bank")
            )
            person = factories.make_speaker(conference, slug="ana", name="Ana Ruiz")
            event = factories.make_event(
                conference,
                type=kind,
                leads=[lead],
                co_organizers=[other],
                co_sponsors=[sponsor],
                speakers=[(person, SpeakerRole.MODERATOR, "University of Quito")],
                themes=[theme],
                constituencies=[group],
                room=room,
                start=START,
                end=START + HOUR,
                code="SE-042",
                titles={"en": "Migration", "fr": "Migrations"},
                descriptions="Some *text*",
                languages=["en", "es"],
                interpretation=["fr"],
                access=Access.BOOKING,
                seats=50,
                seats_taken=45,
                online_url="https://example.org/live",
            )
            factories.make_material(event, language="en")
            factories.make_page(conference, slug="visa")
            factories.make_page(conference, slug="secret", published=False)
            factories.make_news(conference, slug="opened")
            factories.make_news(conference, slug="draft", published_at=None)
            coming = clock.now() + timedelta(days=3)
            factories.make_news(conference, slug="tomorrow", published_at=coming)
            factories.release(conference)
        snapshot = load_snapshot(conference.id)

    assert snapshot.revision == conference.revision
    assert (snapshot.conference.slug, snapshot.conference.zone) == ("urban", "America/Guayaquil")
    assert snapshot.release is not None
    assert snapshot.release.number == 1
    assert [r.slug for r in snapshot.rooms] == ["hall", "empty"]
    assert [p.slug for p in snapshot.pages] == ["visa"]
    assert [n.slug for n in snapshot.news] == ["tomorrow", "opened"]
    (shown,) = snapshot.events
    assert shown is snapshot.event_by_code["SE-042"]
    assert shown.titles == {"en": "Migration", "fr": "Migrations"}
    assert (shown.starts_at, shown.ends_at, shown.day) == (START, START + HOUR, date(2027, 6, 15))
    assert shown.room is snapshot.rooms[0]
    assert shown.room.venue is snapshot.venues[0]
    assert (shown.room.capacity, shown.room.equipment, shown.room.step_free) == (120, ("projector",), True)
    assert shown.type is snapshot.types[0]
    assert shown.themes == snapshot.themes
    assert shown.constituencies == snapshot.constituencies
    assert [(o.organization.slug, o.role) for o in shown.organizations] == [
        ("iom", OrganizationRole.LEAD), ("uclg", OrganizationRole.CO_ORGANIZER), ("bank", OrganizationRole.CO_SPONSOR),
    ]  # fmt: skip
    assert [o.slug for o in shown.leads] == ["iom"]
    (appearance,) = shown.speakers
    assert (appearance.speaker.name, appearance.role, appearance.affiliation) == (
        "Ana Ruiz", SpeakerRole.MODERATOR, "University of Quito",
    )  # fmt: skip
    assert [(m.titles, m.url, m.file, m.language) for m in shown.materials] == [
        ({"en": "Concept note"}, "https://example.org/note", None, "en")
    ]
    assert shown.seats == SeatsInfo(capacity=50, left=5, waitlist=False)
    assert (shown.languages, shown.interpretation, shown.access) == (("en", "es"), ("fr",), Access.BOOKING)
    assert not shown.cancelled
    assert shown.moved is None
    assert snapshot.days == [date(2027, 6, 15)]
    assert set(snapshot.organizations) == {"iom", "uclg", "bank"}
    assert set(snapshot.speakers) == {"ana"}
    for word in ("se-042", "migrations", "some", "ana ruiz", "university", "uclg", "organisation"):
        assert word in shown.search_text or word == "uclg"


def test_the_newest_release_decides_and_drafts_never_show(app):
    with app.app_context():
        with transaction():
            conference = factories.make_conference()
            room = factories.make_room(conference)
            known = factories.make_event(conference, code="A", room=room, start=START)
            factories.make_event(conference, code="D", state=EventState.DRAFT, start=START)
        assert load_snapshot(conference.id).events == ()
        assert load_snapshot(conference.id).release is None
        with transaction():
            factories.release(conference)
        with transaction():
            # In the working programme only.
            factories.place(known, start=START + HOUR)
            factories.make_event(conference, code="B", start=START)
        (shown,) = load_snapshot(conference.id).events
        assert (shown.code, shown.starts_at, shown.sequence, shown.moved) == ("A", START, 0, None)
        with transaction():
            factories.release(conference)
        moved, new = load_snapshot(conference.id).events[::-1]
        assert (moved.code, moved.starts_at, moved.sequence) == ("A", START + HOUR, 1)
        assert moved.moved is not None
        assert moved.moved.starts_at == START
        assert moved.moved.room is not None
        assert moved.moved.room.id == room.id
        assert (new.code, new.starts_at, new.sequence, new.moved) == ("B", START, 0, None)


def test_content_shows_at_once_and_cancelled_events_stay(app):
    with app.app_context():
        with transaction():
            conference = factories.make_conference()
            event = factories.make_event(conference, start=START)
            factories.release(conference)
        with transaction():
            event.titles = {"en": "Another title"}
        assert load_snapshot(conference.id).events[0].titles == {"en": "Another title"}
        with transaction():
            service.change_state(
                conference,
                event,
                EventAction.CANCEL,
                reasons={"en": "The speaker is ill."},
                actor=COMMAND_LINE,
            )
        (shown,) = load_snapshot(conference.id).events
        assert (shown.cancelled, shown.sequence) == (True, 1)
        assert shown.cancellation_reasons == {"en": "The speaker is ill."}
        with transaction():
            factories.make_event(conference, start=START)
            factories.release(conference)
        assert [e.cancelled for e in load_snapshot(conference.id).events] == [True, False]


def test_events_are_in_programme_order(app):
    with app.app_context():
        with transaction():
            conference = factories.make_conference()
            second = factories.make_room(conference, position=2)
            first = factories.make_room(conference, position=1)
            make = factories.make_event
            make(conference, code="6-nothing")
            make(conference, code="5-day-only", day=START.date())
            make(conference, code="3-second-room", start=START, room=second)
            make(conference, code="2-first-room", start=START, room=first)
            make(conference, code="4-no-room", start=START)
            # Past midnight, but of the evening before.
            make(conference, code="1-late", start=START, day=START.date() - timedelta(days=1))
            factories.release(conference)
        assert [event.code[0] for event in load_snapshot(conference.id).events] == list("123456")


def test_the_last_change_of_an_event_is_that_of_anything_shown_of_it(app, at):
    created = at(1)
    with app.app_context():
        with transaction():
            conference = factories.make_conference()
            room = factories.make_room(conference)
            rows: dict[str, Any] = {
                "type": factories.make_type(conference),
                "theme": factories.make_theme(conference),
                "constituency": factories.make_constituency(conference),
                "organization": factories.make_organization(),
                "room": room,
                "venue": room.venue,
                "conference": conference,
            }
            speaker = factories.make_speaker(conference)
            event = factories.make_event(
                conference,
                type=rows["type"],
                leads=[rows["organization"]],
                speakers=[speaker],
                themes=[rows["theme"]],
                constituencies=[rows["constituency"]],
                room=room,
                start=START,
            )
            factories.release(conference)

        def updated() -> datetime:
            return load_snapshot(conference.id).events[0].updated_at

        assert updated() == created
        for hour, (name, row) in enumerate(rows.items(), start=2):
            then = at(hour)
            with transaction():
                row.names = {"en": f"Another {name}"}
            assert updated() == then, name
        then = at(12)
        with transaction():
            speaker.name = "Another name"
        assert updated() == then
        then = at(13)
        with transaction():
            event.speakers.clear()
        assert updated() == then
        then = at(14)
        with transaction():
            event.themes.clear()
        assert updated() == then
        then = at(15)
        with transaction():
            factories.place(event, room=room, start=START + HOUR)
            factories.release(conference)
        assert updated() == then


def test_what_nobody_sees_changes_neither_the_revision_nor_the_date(app, at):
    created = at(1)
    with app.app_context():
        with transaction():
            conference = factories.make_conference()
            event = factories.make_event(conference, start=START)
            factories.release(conference)
        revision = load_snapshot(conference.id).revision
        at(2)
        with transaction():
            event.organizer_notes = "Ask about the projector."
            event.length_minutes = 30
        snapshot = load_snapshot(conference.id)
        assert (snapshot.revision, snapshot.events[0].updated_at) == (revision, created)


def test_old_addresses_lead_to_todays(app):
    with app.app_context():
        with transaction():
            conference, elsewhere = factories.make_conference(), factories.make_conference()
            room, other_room = (
                factories.make_room(conference, slug="a"),
                factories.make_room(elsewhere, slug="a"),
            )
            organization = factories.make_organization(slug="iom-old")
            unused = factories.make_organization(slug="unused-old")
            page, news = factories.make_page(conference, slug="p"), factories.make_news(conference, slug="n")
            speaker = factories.make_speaker(conference, slug="s")
            event = factories.make_event(conference, code="OLD-1", leads=[organization], speakers=[speaker])
            factories.release(conference)
            for row, slug in (
                (room, "b"), (room, "c"), (other_room, "z"), (organization, "iom"), (unused, "unused"),
                (page, "p2"), (news, "n2"), (speaker, "s2"), (event, "NEW-1"),
            ):  # fmt: skip
                factories.rename(row, slug)
        assert load_snapshot(conference.id).old_slugs == {
            ("room", "a"): "c",
            ("room", "b"): "c",
            ("organization", "iom-old"): "iom",
            ("page", "p"): "p2",
            ("news_item", "n"): "n2",
            ("speaker", "s"): "s2",
            ("event", "OLD-1"): "NEW-1",
        }


def test_there_is_nothing_of_a_conference_that_there_is_not(app):
    with app.app_context(), pytest.raises(NotFound):
        load_snapshot(12345)


def test_nothing_of_another_conference_gets_in(app):
    with app.app_context():
        with transaction():
            ours, theirs = factories.make_conference(), factories.make_conference()
            for conference in (ours, theirs):
                room = factories.make_room(conference)
                factories.make_theme(conference)
                factories.make_page(conference)
                factories.make_news(conference)
                factories.make_event(
                    conference,
                    leads=[factories.make_organization()],
                    speakers=[factories.make_speaker(conference)],
                    room=room,
                    start=START,
                )
                factories.release(conference)
        one, two = load_snapshot(ours.id), load_snapshot(theirs.id)
        for name in (
            "events",
            "rooms",
            "venues",
            "types",
            "themes",
            "organizations",
            "speakers",
            "pages",
            "news",
        ):
            assert len(getattr(one, name)) == len(getattr(two, name)) == 1
            slug = "code" if name == "events" else "slug"
            if name not in ("organizations", "speakers"):
                assert getattr(getattr(one, name)[0], slug) != getattr(getattr(two, name)[0], slug)
        assert not set(one.organizations) & set(two.organizations)


@pytest.mark.parametrize("more", [0, 200])
def test_the_number_of_statements_does_not_grow_with_the_programme(app, more):
    with app.app_context():
        with transaction():
            conference = factories.make_conference()
            event = factories.make_event(
                conference,
                leads=[factories.make_organization()],
                speakers=[factories.make_speaker(conference)],
                themes=[factories.make_theme(conference)],
                room=factories.make_room(conference),
                start=START,
            )
            factories.make_material(event)
            factories.fill(conference, more, event)
            factories.release(conference)
            conference_id = conference.id
        with statements() as sent:
            for load in [*parts.parts.values(), *parts.restrictions]:
                load(db.session(), conference_id)
            of_parts = len(sent)
            snapshot = load_snapshot(conference_id)
        assert len(snapshot.events) == 1 + more
        assert len(snapshot.events[-1].organizations) == len(snapshot.events[-1].speakers) == 1
        assert len(sent) == STATEMENTS + 2 * of_parts


# --- the snapshots that a process keeps


def test_a_snapshot_is_kept_until_something_changes(app):
    with app.app_context():
        with transaction():
            conference = factories.make_conference(slug="urban")
            event = factories.make_event(conference, start=START)
            factories.release(conference)
        first = snapshot_of("urban")
        assert first is not None
        with statements() as sent:
            assert snapshot_of("urban") is first
        assert len(sent) == 1
        with transaction():
            event.titles = {"en": "Another title"}
        second = snapshot_of("urban")
        assert second is not None
        assert second.events[0].titles == {"en": "Another title"}
        assert second.revision > first.revision
        # What was handed out before is what it was.
        assert first.events[0].titles != second.events[0].titles


def test_a_change_that_is_not_committed_is_not_public(app):
    with app.app_context():
        with transaction():
            conference = factories.make_conference(slug="urban", names="Before")
        with transaction():
            conference.names = {"en": "After"}
            db.session.flush()
            inside = snapshot_of("urban")
            assert inside is not None
            assert inside.conference.names == {"en": "Before"}
        after = snapshot_of("urban")
        assert after is not None
        assert after.conference.names == {"en": "After"}


def test_drafts_and_unknown_conferences_are_not_public(app):
    with app.app_context():
        with transaction():
            conference = factories.make_conference(slug="urban", state=ConferenceState.DRAFT)
        assert snapshot_of("urban") is None
        assert snapshot_of("nothing") is None
        with transaction():
            conference.state = ConferenceState.PUBLISHED
        assert snapshot_of("urban") is not None
        with transaction():
            conference.state = ConferenceState.ARCHIVED
        assert snapshot_of("urban") is not None
        with transaction():
            conference.state = ConferenceState.DRAFT
        assert snapshot_of("urban") is None


def test_a_conference_that_was_renamed_is_found_by_its_old_address(app):
    with app.app_context():
        with transaction():
            conference = factories.make_conference(slug="urban")
            factories.rename(conference, "urban-forum")
            draft = factories.make_conference(slug="hidden", state=ConferenceState.DRAFT)
            factories.rename(draft, "still-hidden")
        assert snapshot_of("urban") is None
        assert new_slug("urban") == "urban-forum"
        assert new_slug("hidden") is None
        assert new_slug("nothing") is None


def test_a_database_that_was_put_back_is_shown_as_it_is(app):
    with app.app_context():
        with transaction():
            factories.make_conference(slug="urban", names="New")
        assert snapshot_of("urban") is not None
        with db.engine.begin() as connection:
            connection.execute(text("UPDATE conference SET revision = 1, short_name = 'Old'"))
        snapshot = snapshot_of("urban")
        assert snapshot is not None
        assert (snapshot.revision, snapshot.conference.short_name) == (1, "Old")


def test_only_a_few_conferences_are_kept(app):
    with app.app_context():
        with transaction():
            slugs = [factories.make_conference().slug for _ in range(current.KEPT + 1)]
        first = [snapshot_of(slug) for slug in slugs]
        assert snapshot_of(slugs[-1]) is first[-1]
        # The first one was let go for the last.
        assert snapshot_of(slugs[0]) is not first[0]
        # Which took the place of the second; the third is still there.
        assert snapshot_of(slugs[2]) is first[2]


def test_a_snapshot_is_built_once_however_many_ask(app, monkeypatch):
    with app.app_context(), transaction():
        conference = factories.make_conference(slug="urban")
        factories.make_event(conference, start=START)
        factories.release(conference)
    built = []
    barrier = threading.Barrier(4)

    def slowly(*args):
        built.append(threading.get_ident())
        return load_snapshot(*args)

    monkeypatch.setattr(current, "load_snapshot", slowly)
    found = []

    def ask():
        with app.app_context():
            barrier.wait()
            found.append(snapshot_of("urban"))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(built) == 1
    assert len({id(snapshot) for snapshot in found}) == 1


def test_a_snapshot_is_of_one_moment_even_when_something_changes_meanwhile(app):
    """Between two of its statements somebody renames the conference and its event: all of it is seen, or nothing."""
    with app.app_context():
        with transaction():
            conference = factories.make_conference(slug="urban", names="Before")
            event = factories.make_event(conference, titles="Before", start=START)
            factories.release(conference)
        event_id, conference_id = event.id, conference.id

    def change():
        with app.app_context(), transaction():
            db.session.get_one(Event, event_id).titles = {"en": "After"}
            db.session.get_one(Conference, conference_id).names = {"en": "After"}
            room = factories.make_room(db.session.get_one(Conference, conference_id))
            factories.place(db.session.get_one(Event, event_id), room=room, start=START)
            factories.release(db.session.get_one(Conference, conference_id))

    changed: list[bool] = []

    def in_the_middle(_connection, _cursor, statement, *_rest):
        # After the rooms were read, before the release and its events are.
        if "FROM theme" in statement and not changed:
            changed.append(True)
            thread = threading.Thread(target=change)
            thread.start()
            thread.join()

    with app.app_context():
        sqlalchemy_event.listen(db.engine, "before_cursor_execute", in_the_middle)
        try:
            snapshot = snapshot_of("urban")
        finally:
            sqlalchemy_event.remove(db.engine, "before_cursor_execute", in_the_middle)
        assert changed
        assert snapshot is not None
        assert snapshot.release is not None
        assert (snapshot.conference.names, snapshot.events[0].titles, snapshot.release.number) == (
            {"en": "Before"}, {"en": "Before"}, 1,
        )  # fmt: skip
        later = snapshot_of("urban")
        assert later is not None
        assert later.release is not None
        assert (later.conference.names, later.events[0].titles, later.release.number) == (
            {"en": "After"}, {"en": "After"}, 2,
        )  # fmt: skip
        assert later.revision > snapshot.revision
