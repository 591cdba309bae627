"""What is wrong with what a person said, what is missing, and which part of a picture becomes the photo. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from flask import Flask

from eventsapp.questions.enums import QuestionKind
from eventsapp.questions.rules import Asked
from eventsapp.registration.enrolment import content
from eventsapp.registration.enrolment.content import Asks, PersonData
from eventsapp.registration.enrolment.cropping import Crop, crop_of
from eventsapp.registration.enums import Approval, Detail, RegistrationState

TODAY = date(2026, 11, 23)
NOTHING = Asks()
PERSON = PersonData(name="Ana Ruiz", email="ana@example.org", category_id=1, country="EC")


def wrong(data: PersonData, asks: Asks = NOTHING, **more: Any) -> set[str]:
    return set(content.problems(data, asks, today=TODAY, **{"complete": False, **more}))


@pytest.fixture(autouse=True)
def _reader(app: Flask) -> Iterator[None]:
    with app.test_request_context():
        yield


@pytest.mark.sqlite_only
def test_what_is_typed_is_looked_at_with_suspicion() -> None:
    assert wrong(PERSON) == set()
    assert wrong(replace(PERSON, name="")) == {"name"}
    assert wrong(replace(PERSON, phone="call me")) == {"phone"}
    assert wrong(replace(PERSON, phone="+593 2 398 5000")) == set()
    for day in (date(2026, 11, 24), date(1899, 12, 31)):
        assert wrong(replace(PERSON, birth_date=day)) == {"birth_date"}
    odd = content.tidy(
        replace(PERSON, name=" Ana\n\x00 Ruiz ", email=" ANA@Example.org ", original_name="  ")
    )
    assert (odd.name, odd.email, odd.original_name) == ("Ana Ruiz", "ana@example.org", None)


@pytest.mark.sqlite_only
def test_only_what_is_handed_in_has_to_be_complete() -> None:
    asks = Asks(
        {
            Detail.PHONE: True,
            Detail.GENDER: False,
            Detail.FIRST_TIME: True,
            Detail.PHOTO: True,
            Detail.PASSPORT: True,
        },
        (Asked("agree", QuestionKind.CONSENT, required=True), Asked("why", QuestionKind.TEXT)),
    )
    assert wrong(PERSON, asks) == set()
    everything = {"phone", "first_time", "photo", "passport", "q-agree"}
    assert wrong(PERSON, asks, complete=True) == everything
    assert wrong(replace(PERSON, country=None), complete=True) == {"country"}
    full = replace(PERSON, phone="+593 2 398", first_time=False, photo_id=3, answers={"agree": True})
    assert wrong(full, asks, complete=True, passport=True) == set()


@pytest.mark.sqlite_only
def test_what_a_registrar_looked_at_stays_as_it_was_approved() -> None:
    for state in RegistrationState:
        kept = content.stays(state, Approval.REGISTRAR)
        approved = {RegistrationState.CONFIRMED, RegistrationState.OFFERED, RegistrationState.WAITLISTED}
        assert bool(kept) == (state in approved)
        assert not content.stays(state, Approval.AUTOMATIC)
    after = content.keep(replace(PERSON, name="Somebody Else", phone="+1 234 567"), PERSON, content.VETTED)
    assert (after.name, after.phone) == ("Ana Ruiz", "+1 234 567")


@pytest.mark.parametrize(
    ("crop", "size", "box"),
    [
        (Crop(), (1200, 800), (300, 0, 900, 800)),
        (Crop(), (600, 1200), (0, 200, 600, 1000)),
        (Crop(2, 0, 1), (1200, 800), (0, 400, 300, 800)),
        (Crop(99, -5, 7), (300, 400), (0, 300, 75, 400)),
        (Crop(4), (1, 1), (0, 0, 1, 1)),
    ],
)
@pytest.mark.sqlite_only
def test_a_photo_is_cut_as_it_was_chosen_and_never_outside_the_picture(
    crop: Crop, size: tuple[int, int], box: tuple[int, int, int, int]
) -> None:
    found = crop.box(*size)
    assert found == box
    assert found[0] < found[2] <= size[0]
    assert found[1] < found[3] <= size[1]


@pytest.mark.sqlite_only
def test_nonsense_for_a_crop_is_the_middle() -> None:
    assert crop_of("nan", "inf", "") == Crop() == crop_of(None, None, None)
    assert crop_of("2.5", "0", "1") == Crop(2.5, 0.0, 1.0)
