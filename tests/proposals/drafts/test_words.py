"""What became of a text, word by word, and when a speaker cannot come."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from eventsapp.proposals.drafts import absences
from eventsapp.proposals.drafts.differences import Piece, words


def test_what_was_removed_stands_before_what_came_in_its_place():
    assert words("Homes for all", "Homes for nobody at all") == [
        Piece("same", "Homes for "),
        Piece("added", "nobody at "),
        Piece("same", "all"),
    ]
    assert words("مدينة كبيرة", "مدينة صغيرة") == [
        Piece("same", "مدينة "),
        Piece("removed", "كبيرة"),
        Piece("added", "صغيرة"),
    ]
    assert words("", "New") == [Piece("added", "New")]


@given(st.text(max_size=60), st.text(max_size=60))
def test_both_texts_can_be_read_from_the_difference(before: str, after: str):
    pieces = words(before, after)
    assert "".join(one.text for one in pieces if one.kind != "added") == before
    assert "".join(one.text for one in pieces if one.kind != "removed") == after


def test_halves_of_days_are_instants_also_when_the_clocks_change():
    # In London the clocks go forward on 28 March 2027 at 01:00.
    days = absences.days(date(2027, 3, 27), date(2027, 3, 29))
    assert absences.pair("2027-03-28/morning", "Europe/London") == (
        "2027-03-28T00:00:00+00:00",
        "2027-03-28T11:00:00+00:00",
    )
    assert absences.pair("2027-03-28/evening", "Europe/London") == (
        "2027-03-28T16:00:00+00:00",
        "2027-03-28T23:00:00+00:00",
    )
    ticked = ["2027-03-27/evening", "2027-03-28/morning", "2027-03-29/afternoon"]
    pairs = [absences.pair(one, "Europe/London") for one in ticked]
    assert absences.names_of(pairs, days, "Europe/London") == ticked
