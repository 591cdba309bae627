"""What people wrote becomes no link, header or paragraph of its own."""

from __future__ import annotations

from datetime import date

import pytest
from flask_babel import lazy_gettext

from eventsapp.mail.cleaning import WORD_JOINER, cleaned, is_own_address, one_line, unlinked

SITE = "https://events.example.org"


def test_text_becomes_one_line_without_control_characters():
    assert one_line("Ana\r\nBcc: x@example.org\0\x1b[31m") == "Ana Bcc: x@example.org[31m"
    assert one_line("a\u2028b\u2029c") == "a b c"


def test_text_cannot_turn_the_direction_of_what_follows():
    assert one_line("ab\u202ecd\u2066e") == "abcde"


def test_long_text_is_cut_with_an_ellipsis():
    assert one_line("x" * 600, 10) == "x" * 9 + "…"
    assert one_line("x" * 10, 10) == "x" * 10


@pytest.mark.parametrize(
    "text",
    [
        "https://bad.example/pay",
        "HTTPS://BAD.EXAMPLE",
        "www.bad.example",
        "bad.com",
        "mail me@bad.com",
        "ftp://bad.example",
        "javascript://bad.example",
        "https:////bad.example",
    ],
)
def test_no_mail_program_finds_an_address_in_what_people_wrote(text: str):
    found = unlinked(text)
    assert "://" not in found
    assert ".com" not in found
    assert ".example" not in found


def test_ordinary_dots_stay_as_they_were():
    for text in ("U.N.", "3.5 million", "Sr. Pérez", "UN-Habitat.", "Nº 4.2", "http and https"):
        assert unlinked(text) == text


def test_a_domain_looks_the_same_to_the_reader():
    assert unlinked("Change.org").replace(WORD_JOINER, "") == "Change.org"


def test_addresses_of_our_own_site_stay_links():
    for own in (SITE, f"{SITE}/fr/sample/events/SE-1?x=1#y"):
        assert is_own_address(own, SITE)
        assert cleaned(own, SITE) == own
    for other in (
        "https://events.example.org.bad.example/",
        "https://events.example.org@bad.example/",
        f"{SITE}/ and https://bad.example/",
        f"see {SITE}/",
        "https://eventsXexample.org/",
    ):
        assert not is_own_address(other, SITE)
        assert "://" not in str(cleaned(other, SITE))


def test_all_text_of_a_context_is_cleaned_however_deep_it_is():
    given = {
        "events": [{"title": "a\r\nb https://bad.example", "n": 3}],
        "when": date(2027, 1, 2),
        "none": None,
    }
    assert cleaned(given, SITE) == {
        "events": [{"title": f"a b bad.{WORD_JOINER}example", "n": 3}],
        "when": date(2027, 1, 2),
        "none": None,
    }
    assert cleaned(lazy_gettext("Hello"), SITE) == "Hello"


def test_a_row_is_refused_because_nobody_has_looked_at_its_text():
    with pytest.raises(TypeError):
        cleaned({"event": object()}, SITE)
