"""Differences of releases, and who is told what of them: pure."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from eventsapp.programme.enums import Audience, ChangeKind
from eventsapp.programme.releases import NOWHERE, Place, Version, _kept, place_from
from eventsapp.programme.telling import Change, Link, changes, people, unreachable
from tests.factories import START

ZONE = ZoneInfo("America/Guayaquil")
HOUR = timedelta(hours=1)
DAY = START.date()
HERE = Place(1, DAY, None, START, START + HOUR)
LATER = Place(1, DAY, None, START + HOUR, START + 2 * HOUR)

places = st.sampled_from(
    [
        NOWHERE, HERE, LATER, Place(2, DAY, None, START, START + HOUR), Place(None, DAY), Place(2, DAY),
        Place(None, DAY, None, START), Place(1, DAY, DAY + timedelta(days=2), START, START + HOUR),
    ]
)  # fmt: skip
versions = st.dictionaries(st.integers(1, 6), st.tuples(places, st.booleans())).map(
    lambda events: Version(
        {id_: place for id_, (place, _off) in sorted(events.items())},
        frozenset(id_ for id_, (_place, off) in events.items() if off),
    )
)


def state(version: Version, event_id: int) -> object:
    return None if event_id not in version.places else (version.places[event_id], event_id in version.off)


@given(versions)
def test_equal_versions_do_not_differ(version):
    assert not version.until(version)


@given(versions, versions)
def test_a_difference_names_each_event_that_changed_once_and_no_other(before, after):
    difference = before.until(after)
    named = [id_ for _kind, ids in difference.groups() for id_ in ids]
    assert sorted(named) == [
        id_ for id_ in sorted({*before.places, *after.places}) if state(before, id_) != state(after, id_)
    ]
    kinds = difference.kinds()
    back = after.until(before).kinds()
    assert set(back) == set(kinds)
    opposite = {
        ChangeKind.NEW: ChangeKind.WITHDRAWN,
        ChangeKind.CANCELLED: ChangeKind.REINSTATED,
        ChangeKind.ANNOUNCED: ChangeKind.TAKEN_BACK,
        ChangeKind.ROOM: ChangeKind.ROOM,
        ChangeKind.MOVED: ChangeKind.MOVED,
    }
    for one, other in [*opposite.items(), *((other, one) for one, other in opposite.items())]:
        assert all(back[id_] is other for id_, kind in kinds.items() if kind is one)


@given(versions, versions, versions)
def test_differences_compose(first, second, third):
    """What two steps change together is changed by at least one; what exactly one of them changes is changed in sum."""
    one, two = set(first.until(second).kinds()), set(second.until(third).kinds())
    together = set(first.until(third).kinds())
    assert one ^ two <= together <= one | two


@given(places)
def test_a_place_survives_being_kept(place):
    assert place_from(_kept(place)) == place


def test_another_room_at_the_same_time_is_no_move():
    other = Place(2, DAY, None, START, START + HOUR)
    moved = Version({1: HERE, 2: HERE, 3: HERE}).until(Version({1: other, 2: LATER, 3: NOWHERE}))
    assert (moved.room, moved.moved, moved.taken_back) == ([1], [2], [3])


def test_nobody_is_told_of_what_is_over_or_of_where_something_cancelled_would_have_been():
    before, after = Version({1: HERE, 2: HERE}), Version({1: LATER, 2: LATER}, frozenset({2}))
    during = START + HOUR / 2
    assert changes(before, after, ZONE, START + 3 * HOUR) == []
    assert [change.kind for change in changes(before, after, ZONE, during)] == [
        ChangeKind.MOVED,
        ChangeKind.CANCELLED,
    ]
    off = Version({2: HERE}, frozenset({2}))
    assert changes(off, Version({2: LATER}, frozenset({2})), ZONE, during) == []
    assert changes(off, Version({}), ZONE, during) == []


def test_one_message_for_each_person_whatever_their_roles():
    moved = Change(1, ChangeKind.MOVED, HERE, LATER)
    off = Change(2, ChangeKind.CANCELLED, HERE, HERE)
    links = [
        Link(Audience.LEADS, 1, "Example NGO", "Ana@Example.org", "fr"),
        Link(Audience.SPEAKERS, 2, "Ana Ruiz", "ana@example.org"),
        Link(Audience.BOOKED, 1, "Ana R.", "ana@example.org", "es", "http://localhost/own", True),
        Link(Audience.BOOKED, 2, "Bo", "bo@example.org", "en", "", True),
        Link(Audience.CO_ORGANIZERS, 2, "Bo", "BO@example.org"),
        Link(Audience.SPEAKERS, 1, "Nobody", None),
        Link(Audience.SPEAKERS, 9, "Elsewhere", "else@example.org"),
    ]
    [ana] = people(links, [moved, off], tuple(Audience))
    assert (ana.email, ana.name, ana.language, ana.page) == (
        "ana@example.org", "Ana R.", "es", "http://localhost/own",
    )  # fmt: skip
    assert ana.changes == (moved, off)
    assert set(ana.audiences) == {Audience.BOOKED, Audience.LEADS, Audience.SPEAKERS}
    # Bo was told when it was cancelled; nobody is told in a role that was not chosen.
    assert people(links, [off], [Audience.BOOKED, Audience.CO_ORGANIZERS]) == []
    [lead] = people(links, [moved, off], [Audience.LEADS])
    assert (lead.name, lead.language, lead.changes) == ("Example NGO", "fr", (moved,))
    assert unreachable(links, [moved, off], Audience.SPEAKERS) == 1
