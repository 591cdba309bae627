"""Templates of letters: what may stand in them, what is filled in, and that people's text stays text."""

from __future__ import annotations

from flask import Flask

from eventsapp.core import locale
from eventsapp.core.translations import LANGUAGES
from eventsapp.proposals.decisions import letters
from eventsapp.proposals.enums import LetterKind


def test_people_s_text_is_no_template_and_brings_no_links():
    said = letters.fill(
        "Dear {organization},\n\n“{title}” is in. See https://example.org.",
        {
            "title": "Win {code} at https://bad.example\nnow",
            "organization": "ACME www.bad.example",
            "code": "P-1",
        },
    )
    assert said == (
        "Dear ACME www.\u2060bad.\u2060example,\n\n“Win {code} at bad.\u2060example now” is in. See https://example.org."
    )


def test_a_paragraph_without_its_value_is_left_out_and_comments_keep_their_lines():
    template = "Hello.\n\nThe reviewers say:\n{reviewer_comments}\n\nWrite to {contact}."
    values = {"reviewer_comments": "Good.\n\nFocus on {title}.", "contact": ""}
    assert letters.fill(template, values) == "Hello.\n\nThe reviewers say:\nGood.\nFocus on {title}."
    assert letters.fill(template, {}) == "Hello."
    assert letters.fill_line("{code}: {score}\n!", {"code": "P-1"}) == "P-1: !"


def test_what_is_unknown_or_of_another_kind_is_found():
    assert letters.unknown("{title} {titel} { x} {deadline}", LetterKind.DECLINED) == [
        "titel",
        " x",
        "deadline",
    ]
    assert letters.unknown("{deadline} {code}", LetterKind.ACCEPTED) == []


def test_the_defaults_use_only_what_they_may_in_every_language(app: Flask):
    with app.app_context():
        for language in LANGUAGES:
            with locale.speaking(language):
                for kind in LetterKind:
                    for text in (letters.default_subject(kind), letters.default_body(kind)):
                        assert letters.unknown(text, kind) == []
                        assert "code" in letters.used(text)
