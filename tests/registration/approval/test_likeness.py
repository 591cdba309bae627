"""Who may have registered twice, and whose first approval stands: pure rules."""

from __future__ import annotations

from datetime import date

import pytest

from eventsapp.registration.approval.likeness import Facts, Sign, compare, mailbox, number
from eventsapp.registration.approval.rules import Step, first_approval, same_person
from eventsapp.registration.names import name_key

BORN = date(1980, 2, 3)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Dr. María José Núñez", "NUNEZ Maria Jose"),
        ("Ёлкин Пётр", "петр ЕЛКИН"),
        ("أحمد إبراهيم", "احمد ابراهيم"),
        ("王小明", "王小明"),
    ],
)
def test_a_name_is_the_same_however_it_is_written(one, other):
    assert name_key(one) == name_key(other) != ""


@pytest.mark.parametrize(
    ("one", "other", "signs", "alike"),
    [
        (Facts("Ana Silva", "a@x.org"), Facts("Silva, Ana", "b@y.org"), {Sign.NAME}, True),
        (Facts("Ana Silva", "a@x.org"), Facts("Ana Sylva", "b@y.org"), {Sign.NEAR_NAME}, False),
        (
            Facts("Ana Silva", "a@x.org", birth_date=BORN),
            Facts("Ana Sylva", "b@y.org", birth_date=BORN),
            {Sign.NEAR_NAME, Sign.BIRTH_DATE},
            True,
        ),
        (
            Facts("Ana Silva", "ana+un@x.org"),
            Facts("A. S.", "ana@x.org"),
            {Sign.EMAIL},
            True,
        ),
        # Father and daughter.
        (
            Facts("Ana Silva", "a@x.org", birth_date=BORN, organization_id=1),
            Facts("Ana Silva", "b@y.org", birth_date=date(2004, 1, 1), organization_id=1),
            {Sign.NAME, Sign.ORGANIZATION},
            False,
        ),
        (Facts("One", "a@x.org", photo="aa"), Facts("Two", "b@y.org", photo="aa"), {Sign.PHOTO}, True),
        (
            Facts("One", "a@x.org", birth_date=BORN, country="EC"),
            Facts("Two", "b@y.org", birth_date=BORN, country="EC"),
            {Sign.BIRTH_DATE, Sign.COUNTRY},
            False,
        ),
    ],
)
def test_what_two_registrations_have_in_common(one, other, signs, alike):
    found = compare(one, other)
    assert set(found.signs) == signs
    assert found.alike is alike
    assert compare(other, one) == found


def test_mailboxes_and_numbers_are_compared_without_what_does_not_matter():
    assert mailbox("Ana.Silva+un@GoogleMail.com") == mailbox("anasilva@gmail.com")
    assert mailbox("ana.silva@x.org") != mailbox("anasilva@x.org")
    assert number("+593 2 1234567") == number("0593-2-1234567")
    assert number("12 34") == ""


def test_a_first_approval_stands_until_something_happens_to_the_registration():
    review, first = Step("review", 1, "One"), Step("first_approval", 2, "Two")
    assert first_approval([review, first]) is first
    assert first_approval([review, first, Step("note", 3, "Three")]) is first
    assert first_approval([review, first, Step("changed", None, "participant")]) is None
    assert (
        first_approval([review, first, Step("ask", 3, "Three"), Step("answer", None, "participant")]) is None
    )
    assert same_person(first, actor_id=2, actor="renamed")
    assert not same_person(first, actor_id=3, actor="Two")
