"""Which questions are asked, and what is wrong with answers. No database."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from eventsapp.questions import rules
from eventsapp.questions.enums import QuestionKind as K
from eventsapp.questions.rules import Asked, Condition, Option, applies, check, relevant

LANGUAGES = ["en", "fr"]
pytestmark = pytest.mark.usefixtures("speaking")


@pytest.fixture
def speaking():
    """Sentences without an application: as they stand in the source."""
    from flask_babel import Babel

    app = Flask(__name__)
    Babel(app)
    with app.test_request_context():
        yield


def options(*values: str) -> tuple[Option, ...]:
    return tuple(Option(value, {"en": value.title()}) for value in values)


KIND = Asked("kind", K.CHOICE, options=options("training", "panel"))
AIMS = Asked(
    "aims",
    K.MANY,
    options=options("skills", "policy", "other"),
    condition=Condition("kind", frozenset({"training"})),
)
OTHER = Asked("other", K.TEXT, required=True, condition=Condition("aims", frozenset({"other"})))
FILE = Asked("file", K.FILE)
ABOUT = Asked("about", K.LONG_TEXT, condition=Condition("file"))
FORM = (KIND, AIMS, OTHER, FILE, ABOUT)


@pytest.mark.parametrize(
    ("answers", "asked"),
    [
        ({}, "kind file"),
        ({"kind": "panel"}, "kind file"),
        ({"kind": "training"}, "kind aims file"),
        ({"kind": "training", "aims": ["skills"]}, "kind aims file"),
        ({"kind": "training", "aims": ["skills", "other"]}, "kind aims other file"),
        # What it hangs on was answered before that was no longer asked.
        ({"kind": "panel", "aims": ["other"]}, "kind file"),
        ({"file": 7}, "kind file about"),
    ],
)
def test_questions_are_asked_along_their_conditions(answers: dict[str, Any], asked: str):
    assert [one.key for one in FORM if applies(one, answers, FORM)] == asked.split()


def test_a_consent_can_be_a_condition():
    agreed = Asked("agreed", K.CONSENT)
    more = Asked("more", K.TEXT, condition=Condition("agreed", frozenset({rules.GIVEN})))
    assert not applies(more, {}, (agreed, more))
    assert not applies(more, {"agreed": False}, (agreed, more))
    assert applies(more, {"agreed": True}, (agreed, more))


def test_a_condition_on_what_does_not_come_before_holds_nothing_back():
    assert applies(AIMS, {}, (AIMS, KIND))
    assert applies(AIMS, {}, (AIMS,))
    assert rules.can_stand(FORM)
    assert not rules.can_stand((AIMS, KIND))
    assert rules.can_stand((AIMS,))
    assert rules.depend_on("kind", FORM) == [AIMS]


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
    | st.sampled_from(["training", "panel", "skills", "other", "2027-06-14"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["en", "fr", "xx"]), inner, max_size=3),
    max_leaves=4,
)  # fmt: skip
LIMITS = st.fixed_dictionaries({}, optional={"least": st.integers(0, 5), "most": st.integers(1, 9)})


@st.composite
def forms(draw: Any) -> tuple[Asked, ...]:
    made: list[Asked] = []
    for number in range(draw(st.integers(1, 6))):
        kind = draw(st.sampled_from(list(K)))
        on = draw(st.sampled_from(made)) if made and draw(st.booleans()) else None
        made.append(
            Asked(
                f"q{number}",
                kind,
                options=options("training", "panel", "other"),
                required=draw(st.booleans()),
                translated=draw(st.booleans()),
                limits={} if kind is K.DATE else draw(LIMITS),
                condition=Condition(on.key, frozenset(draw(st.sets(st.sampled_from(on.values or ("x",))))))
                if on
                else None,
            )
        )
    return tuple(made)


@given(forms(), st.dictionaries(st.sampled_from([f"q{n}" for n in range(7)]), ANYTHING))
def test_whatever_is_answered_is_judged(form: tuple[Asked, ...], answers: dict[str, Any]):
    """No answer makes the rules fail; what is not asked is never wrong; a draft is never told what is missing."""
    complete, draft = (check(form, answers, LANGUAGES, complete=complete) for complete in (True, False))
    asked = {one.key for one in form if applies(one, answers, form)}
    assert set(complete) <= asked
    assert set(draft) <= set(complete)
    assert set(draft) <= {key for key in answers if not rules.is_empty(answers[key])}
    missing = {one.key for one in form if one.required and rules.is_empty(answers.get(one.key))} & asked
    assert missing <= set(complete)
    kept = relevant(form, answers)
    assert {key for key in kept if not rules.is_empty(kept[key])} == set(kept) <= asked
    # Conditions see the same in what is kept: checking it again says the same.
    assert check(form, kept, LANGUAGES, complete=True) == complete


@pytest.mark.parametrize(
    ("question", "answer", "said"),
    [
        (Asked("q", K.TEXT, limits={"most": 5}), "123456", "Use at most 5 characters; these are 6."),
        (Asked("q", K.TEXT, limits={"least": 5}), "1234", "Use at least 5 characters; these are 4."),
        (Asked("q", K.TEXT), "x" * 301, "Use at most 300 characters; these are 301."),
        (Asked("q", K.LONG_TEXT, limits={"most": 3}), "one two three", None),
        (Asked("q", K.LONG_TEXT, limits={"most": 3}), "one two three four", "Use at most 3 words; these are 4."),
        (Asked("q", K.LONG_TEXT, limits={"least": 3}), "one two", "Use at least 3 words; these are 2."),
        (Asked("q", K.LONG_TEXT, translated=True, limits={"most": 2}), {"en": "a b", "fr": "a b c"},
         "Use at most 2 words; these are 3."),
        (Asked("q", K.LONG_TEXT, translated=True), "from before it was asked in several languages", None),
        (Asked("q", K.LONG_TEXT, translated=True, required=True), {"fr": ""},
         "This field is required in at least one language."),
        (Asked("q", K.CHOICE, options=options("a")), "b", "This is not one of the choices."),
        (Asked("q", K.MANY, options=options("a", "b", "c"), limits={"most": 2}), ["a", "b", "c"],
         "Choose at most 2; these are 3."),
        (Asked("q", K.MANY, options=options("a", "b"), limits={"least": 2}), ["a"],
         "Choose at least 2; these are 1."),
        (Asked("q", K.MANY, options=options("a", "b")), "a", "This is not one of the choices."),
        (Asked("q", K.NUMBER, limits={"least": 0, "most": 10}), 0, None),
        (Asked("q", K.NUMBER, limits={"least": 1, "most": 10}), 0, "This has to be 1 or more."),
        (Asked("q", K.NUMBER, limits={"most": 2.5}), 3, "This has to be 2.5 or less."),
        (Asked("q", K.NUMBER), "7", "This is not a number."),
        (Asked("q", K.DATE, limits={"least": "2027-06-14"}), "2027-06-13", "This has to be 2027-06-14 or more."),
        (Asked("q", K.DATE), "14 June", "This is not a date. It is written as year-month-day, such as 2027-06-14."),
        (Asked("q", K.FILE, required=True), None, "This field is required."),
        (Asked("q", K.CONSENT, required=True), False, "This has to be agreed to."),
        (Asked("q", K.CONSENT, required=True), True, None),
    ],
)  # fmt: skip
def test_each_kind_has_its_limits(question: Asked, answer: Any, said: str | None):
    found = check((question,), {"q": answer}, LANGUAGES, complete=True)
    assert found == ({"q": [said]} if said else {})


def test_a_limit_of_options_that_is_wrong_for_the_draft_is_told_when_it_is_complete():
    question = Asked("q", K.LONG_TEXT, required=True, limits={"least": 3})
    assert check((question,), {"q": "one"}, LANGUAGES, complete=False) == {}
    assert check((question,), {}, LANGUAGES, complete=False) == {}
    assert check((dataclasses.replace(question, required=False),), {}, LANGUAGES, complete=True) == {}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("  one\ntwo\u00a0three ", 3),
        ("l’eau, c’est la vie", 4),
        ("state-of-the-art", 1),
        ("城市水安全", 5),
        ("Water 城市 2030", 4),
        ("المياه والمدن", 2),
    ],
)
def test_words_are_counted_in_all_scripts(text: str, words: int):
    assert rules.count_words(text) == words
