"""The programme's filters: addresses to questions, questions to events."""

from __future__ import annotations

from datetime import date, timedelta
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from eventsapp.core.transaction import transaction
from eventsapp.programme.enums import Access
from eventsapp.programme.queries import load_snapshot
from eventsapp.site import filters
from eventsapp.site.filters import Filters, apply, parse
from tests import factories
from tests.factories import START


def asked(query: str) -> Filters:
    return parse(MultiDict(parse_qsl(query, keep_blank_values=True)))


def test_an_address_becomes_a_question():
    assert asked("") == Filters()
    assert not asked("")
    assert not asked("view=grid&utm_source=x")
    assert asked("day=2027-06-15&type=b&type=a&q=urban++housing&view=list") == Filters(
        day=("2027-06-15",), type=("a", "b"), q="urban housing"
    )


def test_empty_values_ask_nothing_and_repeated_ones_once():
    assert asked("type=&q=&theme=+&q=+") == Filters()
    assert asked("room=a&room=a&room=+a+") == Filters(room=("a",))


def test_the_canonical_query_does_not_depend_on_the_order_it_was_asked_in():
    one, two = asked("q=a%26b&type=z&type=b&day=2027-06-15"), asked("type=b&day=2027-06-15&q=a%26b&type=z")
    assert one == two
    assert hash(one) == hash(two)
    assert one.query() == two.query() == "day=2027-06-15&type=b&type=z&q=a%26b"
    assert asked(one.query()) == one
    assert Filters().query() == ""


def test_values_can_be_put_on_and_taken_off():
    some = asked("type=a&type=b&q=x")
    assert some.without("type", "a") == asked("type=b&q=x")
    assert some.without("type") == asked("q=x")
    assert some.without("q") == asked("type=a&type=b")
    assert some.with_value("theme", "t") == asked("type=a&type=b&q=x&theme=t")
    assert some.with_value("q", " y  z ") == asked("type=a&type=b&q=y z")
    assert some.pairs() == [("type", "a"), ("type", "b"), ("q", "x")]


@given(st.text(max_size=300), st.lists(st.text(max_size=80), max_size=80))
def test_whatever_is_asked_there_is_a_question_and_an_address_for_it(words, values):
    found = parse(MultiDict([("q", words), *(("theme", value) for value in values)]))
    assert parse(MultiDict(parse_qsl(found.query()))) == found
    assert len(found.theme) <= 60
    assert len(found.query()) < 60 * 200 * 12


@pytest.fixture
def snapshot(app):
    with app.app_context():
        with transaction():
            c = factories.make_conference()
            hall, cafe = factories.make_room(c, slug="hall"), factories.make_room(c, slug="cafe")
            side, training = factories.make_type(c, slug="side"), factories.make_type(c, slug="training")
            housing, water = factories.make_theme(c, slug="housing"), factories.make_theme(c, slug="water")
            iom = factories.make_organization(
                slug="iom",
                names={"en": "Migration Office", "fr": "Office des migrations"},
                acronyms={"fr": "OIM"},
            )
            uclg = factories.make_organization(slug="uclg", aliases=["Cités unies"])
            ana = factories.make_speaker(c, name="Ana Ramírez")
            make = factories.make_event
            make(
                c, code="A", type=side, room=hall, themes=[housing], leads=[iom], start=START, languages=["en", "es"],
                access=Access.OPEN, titles={"en": "Homes", "zh": "城市住房问题"}, speakers=[ana],
            )  # fmt: skip
            make(
                c, code="B", type=training, room=cafe, themes=[housing, water], co_organizers=[iom], leads=[uclg],
                start=START + timedelta(days=1), languages=["fr"], interpretation=["ar"], access=Access.INVITATION,
                titles={"en": "Rivers", "ar": "المُدُن والأنهار"},
            )  # fmt: skip
            make(
                c, code="C", type=side, themes=[water], day=date(2027, 6, 14), end_day=date(2027, 6, 18),
                titles="Exhibition", descriptions="Everything about *taps*.",
            )  # fmt: skip
            make(c, code="D", type=side, titles="To be announced")
            factories.release(c)
            factories.rename(hall, "great-hall")
            factories.rename(housing, "homes")
        return load_snapshot(c.id)


CASES = [
    ("", "CABD"),
    ("day=2027-06-15", "CA"),
    ("day=2027-06-16&day=2027-06-15", "CAB"),
    ("day=2027-06-18", "C"),
    ("day=2027-06-19", ""),
    ("day=tomorrow", ""),
    ("day=2027-02-31&day=2027-06-15", "CA"),
    ("type=side", "CAD"),
    ("type=side&type=training", "CABD"),
    ("type=side&type=nothing", "CAD"),
    ("type=nothing", ""),
    ("theme=water", "CB"),
    ("theme=water&type=training", "B"),
    ("theme=water&theme=homes", "CAB"),
    ("room=cafe", "B"),
    ("organization=iom", "AB"),
    ("organization=uclg", "B"),
    ("language=en", "A"),
    ("language=ar", "B"),
    ("language=en&language=fr", "AB"),
    ("access=open", "A"),
    ("access=open&access=invitation", "AB"),
    ("access=secret", ""),
    ("q=oim", "AB"),
    ("q=RAMIREZ+homes", "A"),
    ("q=cites+unies", "B"),
    ("q=migrations", "AB"),
    ("q=住房", "A"),
    ("q=المدن", "B"),
    ("q=taps", "C"),
    ("q=homes+rivers", ""),
    ("q=---", ""),
    (
        "organization=iom&day=2027-06-15&language=es&access=open&q=ana&type=side&theme=homes&room=great-hall",
        "A",
    ),
    # Addresses from before something was renamed.
    ("room=hall", "A"),
    ("theme=housing&room=hall", "A"),
    ("theme=housing&theme=homes", "AB"),
]


def test_events_pass_all_filters(snapshot):
    found = [
        (query, "".join(event.code for event in apply(asked(query), snapshot))) for query, _codes in CASES
    ]
    assert found == CASES


def test_old_slugs_are_replaced_by_todays(snapshot):
    assert filters.current(asked("room=hall&theme=housing&theme=water&type=nothing"), snapshot) == asked(
        "room=great-hall&theme=homes&theme=water&type=nothing"
    )


def test_an_event_of_several_days_is_on_each(snapshot):
    by_code = snapshot.event_by_code
    assert filters.days_of(by_code["C"]) == [date(2027, 6, n) for n in range(14, 19)]
    assert filters.days_of(by_code["A"]) == [date(2027, 6, 15)]
    assert filters.days_of(by_code["D"]) == []
