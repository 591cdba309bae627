"""Fields take anything that is sent and answer beside themselves, in the reader's language; what was typed stays."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, render_template_string
from PIL import Image
from werkzeug.datastructures import MultiDict

from eventsapp import create_app
from eventsapp.core import forms
from eventsapp.core.errors import Invalid
from eventsapp.core.files import StoredFile
from eventsapp.core.forms import Form

PARIS = {"languages": ["fr", "en"], "default_language": "fr", "zone": "Europe/Paris"}
RENDER = """{% import "_forms.html" as forms %}{{ forms.start(form) }}
{% for one in form if one.name != "csrf_token" %}{{ forms.field(one) }}{% endfor %}{{ forms.actions("Save") }}{{ forms.end() }}"""


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class Everything(Form):
    """One field of each kind."""

    line = forms.TextField("Line", max_length=10)
    area = forms.TextAreaField("Area", max_length=20)
    hidden = forms.HiddenText("Hidden")
    slug = forms.SlugField("Slug", reserved={"manage"})
    url = forms.UrlField("Url")
    email = forms.EmailAddress("E-mail")
    colour = forms.ColourField("Colour")
    number = forms.WholeField("Number", least=1, most=100)
    decimal = forms.DecimalField("Decimal", least=-90, most=90)
    lines = forms.ListField("Lines", max_items=3, max_length=5)
    texts = forms.TranslatedField("Texts", max_length=8)
    bodies = forms.TranslatedField("Bodies", markdown=True)
    choice = forms.ChoiceField("Choice", choices=[(1, "one"), (2, "two")])
    radios = forms.RadiosField("Radios", choices=[("a", "A"), ("b", "B")])
    member = forms.EnumField("Member", labels={Colour.RED: "Red", Colour.BLUE: "Blue"})
    boxes = forms.CheckboxesField("Boxes", choices=[(1, "one"), (2, "two")])
    language = forms.LanguageField("Language")
    languages = forms.LanguagesField("Languages")
    country = forms.CountryField("Country")
    zone = forms.ZoneField("Zone")
    day = forms.DateField("Day")
    clock = forms.ClockField("Clock")
    instant = forms.LocalDateTimeField("Instant")
    yes = forms.BooleanField("Yes")
    picture = forms.PictureField("Picture")
    document = forms.DocumentField("Document")


NAMES = [name for name in vars(Everything) if hasattr(vars(Everything)[name], "field_class")]


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """An application whose database is never asked."""
    folder = tmp_path_factory.mktemp("forms")
    return create_app(
        {
            "TESTING": True,
            "SECRET_KEY": "only-for-tests-0123456789",
            "SQLALCHEMY_DATABASE_URI": f"sqlite:///{folder / 'none.db'}",
            "UPLOADS": str(folder / "uploads"),
            "SEALED": str(folder / "sealed"),
        },
        instance=folder / "instance",
    )


@pytest.fixture
def posted(bare: Flask) -> Iterator[Any]:
    """``posted({name: value}, FormClass)`` is the form as a request with these values makes it, validated."""
    contexts = []

    def post(
        values: dict[str, Any] | MultiDict[str, Any],
        kind: type[Form] = Everything,
        *,
        language: str = "en",
        **more: Any,
    ) -> Any:
        context = bare.test_request_context(
            "/", method="POST", data=values, headers={"Accept-Language": language}
        )
        context.push()
        contexts.append(context)
        meta = {"csrf": False, **PARIS, **more.pop("meta", {})}
        form = kind(meta=meta, **more)
        form.validate()
        return form

    yield post
    for context in reversed(contexts):
        context.pop()


HOSTILE = [
    "\0",
    "a\0b",
    "\x01\x02\x7f",
    "\ud800",
    "\ufffd\ufffe",
    "9" * 5000,
    "-" + "9" * 400,
    "1e999",
    "nan",
    "inf",
    "0x10",
    "None",
    "true",
    "[]",
    "{}",
    "<script>alert(1)</script>",
    "' OR 1=1 --",
    "../../etc/passwd",
    "javascript:alert(1)",
    "http://",
    "http://[",
    "http://a:b@c.org",
    "http://a:99999999/",
    "a@b@c",
    "@",
    "a" * 300 + "@example.org",
    "2027-02-30",
    "0001-01-01",
    "999999-01-01",
    "2027-03-28T02:30",
    "2027-13-40T99:99",
    "25:61",
    "٣",
    "𝟛",
    "x" * 100_000,
    "\u202e\u2066",
    " ",
    "\r\n\r\n",
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text[:20]))
def test_no_field_fails_on_anything_that_is_typed(posted: Any, text: str) -> None:
    sent = dict.fromkeys(NAMES, text) | {
        f"{name}-{language}": text for name in ("texts", "bodies") for language in ("fr", "en", "xx")
    }
    form = posted(
        {
            name: value.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
            for name, value in sent.items()
        }
    )
    html = render_template_string(RENDER, form=form)
    assert "\0" not in html
    assert "<script>alert" not in html
    for name, data in form.data.items():
        assert "\0" not in str(data), name
        assert "\x7f" not in str(data), name


def test_nothing_sent_is_nothing_given(posted: Any) -> None:
    form = posted({})
    assert form.errors == {}
    assert {name: value for name, value in form.data.items() if value} == {}
    assert form.line.data is None
    assert form.texts.data == {}
    assert form.boxes.data == []


def test_a_value_sent_many_times_counts_once(posted: Any) -> None:
    form = posted(
        MultiDict(
            [("line", "a"), ("line", "b"), ("choice", "1"), ("choice", "2"), ("number", "3"), ("number", "x")]
        )
    )
    assert (form.line.data, form.choice.data, form.number.data) == ("a", 1, 3)
    assert form.errors == {}


def test_a_body_of_json_is_not_read(bare: Flask) -> None:
    with bare.test_request_context(
        "/", method="POST", json={"line": 5, "texts-fr": ["x"], "number": {"a": 1}}
    ):
        form = Everything(meta={"csrf": False, **PARIS})
        assert form.validate()
        assert form.line.data is None


@pytest.mark.parametrize(
    "name", ["line", "number", "choice", "country", "instant", "picture", "boxes", "email"]
)
def test_a_file_in_place_of_a_text_and_a_text_in_place_of_a_file_are_nothing(bare: Flask, name: str) -> None:
    data = {name: (io.BytesIO(b"x"), "x.txt")} if name != "picture" else {name: "x.png"}
    with bare.test_request_context("/", method="POST", data=data, content_type="multipart/form-data"):
        form = Everything(meta={"csrf": False, **PARIS})
        assert form.validate()
        assert not form[name].data


class Strict(Form):
    line = forms.TextField("Line", required=True)
    number = forms.WholeField("Number", required=True)
    member = forms.EnumField("Member", labels={Colour.RED: "Red"}, required=True)
    boxes = forms.CheckboxesField("Boxes", choices=[(1, "one")], required=True)
    texts = forms.TranslatedField("Texts", required_in="default")
    any_texts = forms.TranslatedField("Any", required_in="any")
    day = forms.DateField("Day", required=True)


def test_required_fields_say_so_once_each(posted: Any) -> None:
    form = posted({"number": "x"}, Strict)
    assert form.errors == {
        "line": ["This field is required."],
        "number": ["This is not a whole number."],
        "member": ["This field is required."],
        "boxes": ["This field is required."],
        "texts": ["This field is required in French."],
        "any_texts": ["This field is required in at least one language."],
        "day": ["This field is required."],
    }


def test_the_summary_links_each_error_to_its_input(posted: Any) -> None:
    form = posted({"texts-en": "only English"}, Strict)
    assert ("texts-fr", "Texts (French)", ["This field is required in French."]) in form.summary
    html = render_template_string(RENDER, form=form)
    assert 'href="#texts-fr"' in html
    assert 'id="texts-fr"' in html
    assert 'aria-describedby="texts-fr-error"' in html
    assert "only English" in html


# --- text


def test_text_is_cleaned_and_measured(posted: Any) -> None:
    form = posted({"line": "  a \t b\r\nc\u0007 ", "area": " one\r\ntwo\u0000 \r"})
    assert form.line.data == "a b c"
    assert form.area.data == "one\ntwo"
    form = posted({"line": "x" * 11, "area": "é" * 20})
    assert form.errors == {"line": ["Use at most 10 characters; these are 11."]}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Room-1", "room-1"),
        ("a--b", None),
        ("-a", None),
        ("a b", None),
        ("ñ", None),
        ("manage", None),
        ("a/b", None),
    ],
)
def test_slugs(posted: Any, typed: str, kept: str | None) -> None:
    form = posted({"slug": typed})
    assert (form.slug.data if not form.errors else None) == kept


@pytest.mark.parametrize(
    ("typed", "good"),
    [
        ("https://example.org/a?b=c#d", True),
        ("http://example.org:8080", True),
        ("https://пример.рф/страница", True),
        ("ftp://example.org", False),
        ("javascript:alert(1)", False),
        ("//example.org", False),
        ("https://", False),
        ("https://user:pw@example.org", False),
        ("https://exa mple.org", False),
        ('https://example.org/"onclick=', False),
        ("https://example.org\\@evil.example", False),
        ("https://example..org", False),
        ("https://example.org:port", False),
    ],
)
def test_web_addresses(posted: Any, typed: str, good: bool) -> None:
    assert (posted({"url": typed}).errors == {}) is good


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Anna@Example.ORG", "anna@example.org"),
        (" anna@example.org\t", "anna@example.org"),
        ("anna@example.org\r\nBcc: x@example.org", None),
        ("anna", None),
        ("anna@", None),
        ("anna@localhost", None),
        ("a,b@example.org", None),
    ],
)
def test_email_addresses(posted: Any, typed: str, kept: str | None) -> None:
    form = posted({"email": typed})
    assert (form.email.data if not form.errors else None) == kept


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("12", 12),
        (" 7 ", 7),
        ("٤٢", 42),
        ("0", None),
        ("101", None),
        ("1.5", None),
        ("1_0", None),
        ("١٠٠٠", None),
    ],
)
def test_whole_numbers(posted: Any, typed: str, kept: int | None) -> None:
    form = posted({"number": typed})
    assert (form.number.data if not form.errors else None) == kept


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("-0.2102", -0.2102), ("12,5", 12.5), ("−1", -1.0), ("90.1", None), ("1.2.3", None), (".", None)],
)
def test_decimal_numbers(posted: Any, typed: str, kept: float | None) -> None:
    form = posted({"decimal": typed})
    assert (form.decimal.data if not form.errors else None) == kept


def test_lists(posted: Any) -> None:
    assert posted({"lines": " a \r\n\r\nb\na\n"}).lines.data == ["a", "b"]
    assert posted({"lines": "a\nb\nc\nd"}).errors == {"lines": ["These are more than 3 lines."]}
    assert "Use at most 5 characters" in posted({"lines": "abcdef"}).errors["lines"][0]


# --- several languages


def test_texts_by_language(posted: Any) -> None:
    form = posted(
        {"texts-fr": " Salle ", "texts-en": "", "texts-es": "Sala"},
        data={"texts": {"en": "Room", "es": "Aula"}},
    )
    # Spanish is not asked for here, so what is there stays, and what is sent is not taken.
    assert form.texts.data == {"fr": "Salle", "es": "Aula"}


def test_each_language_has_its_own_limit_and_error(posted: Any) -> None:
    form = posted({"texts-fr": "x" * 8, "texts-en": "x" * 9})
    assert form.texts.errors_in == {"en": ["Use at most 8 characters; these are 9."]}
    html = render_template_string(RENDER, form=form)
    assert 'data-language="en" data-label="English" open' in html.replace("\n", "")


def test_tabs_say_what_is_filled_and_what_readers_get_instead(bare: Flask) -> None:
    with bare.test_request_context("/"):
        form = Everything(data={"texts": {"fr": "Salle"}}, meta=PARIS)
        by_language = {one.language: one for one in form.texts.inputs}
        assert by_language["fr"].shown_instead == ""
        assert by_language["en"].shown_instead == "fr"
        html = render_template_string(RENDER, form=form)
        assert "empty: readers get it in French" in html


def test_one_language_is_a_plain_field(bare: Flask) -> None:
    with bare.test_request_context("/"):
        form = Everything(meta={"languages": ["en"], "default_language": "en", "zone": "UTC"})
        html = render_template_string(RENDER, form=form)
        assert "data-languages" not in html
        assert 'name="texts-en"' in html


def test_arabic_is_written_from_the_right(bare: Flask) -> None:
    with bare.test_request_context("/"):
        form = Everything(meta={"languages": ["ar", "en"], "default_language": "ar", "zone": "UTC"})
        html = render_template_string(RENDER, form=form)
        assert 'id="texts-ar" lang="ar" dir="rtl"' in html


# --- choices


@pytest.mark.parametrize(
    ("name", "forged"),
    [
        ("choice", "3"), ("choice", "1 "), ("choice", "01"), ("radios", "c"), ("member", "RED"), ("boxes", "9"),
        ("language", "de"), ("languages", "xx"), ("country", "XX"), ("country", "EU"), ("zone", "CET"),
        ("zone", "Europe/Atlantis"), ("zone", "../../etc/passwd"),
    ],
)  # fmt: skip
def test_forged_choices_are_refused(posted: Any, name: str, forged: str) -> None:
    assert posted({name: forged}).errors == {name: ["This is not one of the choices."]}


def test_choices_give_values_not_texts(posted: Any) -> None:
    form = posted(
        MultiDict([("choice", "2"), ("member", "blue"), ("boxes", "2"), ("boxes", "1"), ("country", "EC")])
    )
    assert (form.choice.data, form.member.data, form.boxes.data, form.country.data) == (
        2,
        Colour.BLUE,
        [1, 2],
        "EC",
    )


def test_countries_are_named_in_the_readers_language() -> None:
    assert dict(forms.countries("fr"))["EC"] == "Équateur"
    # By their names, whatever the marks: Égypte before Espagne.
    names = [name for _code, name in forms.countries("fr")]
    assert names.index("Égypte") < names.index("Espagne") < names.index("Zambie")
    assert len(names) > 240


def test_languages_that_a_thing_has_already_can_be_kept(posted: Any) -> None:
    form = posted(MultiDict([("languages", "en"), ("languages", "pt")]), data={"languages": ["pt"]})
    assert form.errors == {}
    assert form.languages.data == ["en", "pt"]


# --- time


def test_wall_times_become_instants(posted: Any) -> None:
    assert posted({"instant": "2027-06-14T18:30"}).instant.data == datetime(2027, 6, 14, 16, 30, tzinfo=UTC)
    assert posted({"instant": "2027-01-14 18:30"}).instant.data == datetime(2027, 1, 14, 17, 30, tzinfo=UTC)
    kiritimati = posted({"instant": "2027-01-01T00:30"}, meta={"zone": "Pacific/Kiritimati"})
    assert kiritimati.instant.data == datetime(2026, 12, 31, 10, 30, tzinfo=UTC)


def test_times_that_no_clock_shows_or_that_come_twice_are_refused(posted: Any) -> None:
    form = posted({"instant": "2027-03-28T02:30"})
    assert form.errors["instant"] == [
        "There is no 02:30 on this day in Europe/Paris: the clocks are put forward over it."
    ]
    assert 'value="2027-03-28T02:30"' in render_template_string(RENDER, form=form)
    form = posted({"instant": "2027-10-31T02:30"})
    assert "comes twice" in form.errors["instant"][0]


def test_a_time_that_comes_twice_stays_when_it_is_not_changed(posted: Any) -> None:
    second = datetime(2027, 10, 31, 1, 30, tzinfo=UTC)
    form = posted({"instant": "2027-10-31T02:30"}, data={"instant": second})
    assert form.errors == {}
    assert form.instant.data == second


class WithZone(Form):
    zone = forms.ZoneField("Zone")
    at = forms.LocalDateTimeField("At", zone_field="zone")


def test_the_zone_may_be_chosen_in_the_same_form(posted: Any) -> None:
    form = posted({"zone": "Asia/Tokyo", "at": "2027-06-14T09:00"}, WithZone)
    assert form.at.data == datetime(2027, 6, 14, 0, 0, tzinfo=UTC)
    form = posted({"zone": "Nowhere", "at": "2027-06-14T09:00"}, WithZone)
    assert form.at.data == datetime(2027, 6, 14, 7, 0, tzinfo=UTC)
    assert list(form.errors) == ["zone"]


def test_a_form_names_the_zone_of_its_times(bare: Flask) -> None:
    with bare.test_request_context("/"):
        form = Everything(data={"instant": datetime(2027, 6, 14, 16, 30, tzinfo=UTC)}, meta=PARIS)
        html = render_template_string(RENDER, form=form)
        assert "(Europe/Paris)" in html
        assert 'value="2027-06-14T18:30"' in html


def test_days_and_times_of_day(posted: Any) -> None:
    form = posted({"day": "2027-06-14", "clock": "8.05"})
    assert (form.day.data, form.clock.data) == (date(2027, 6, 14), time(8, 5))
    assert list(posted({"day": "14/06/2027", "clock": "24:00"}).errors) == ["day", "clock"]


# --- files


def picture(kind: str = "PNG", size: tuple[int, int] = (30, 20)) -> io.BytesIO:
    out = io.BytesIO()
    Image.new("RGB", size, "red").save(out, kind)
    out.seek(0)
    return out


def test_pictures_are_taken_by_their_content(bare: Flask) -> None:
    from eventsapp.extensions import db

    with bare.test_request_context("/", method="POST", data={"picture": (picture(), "../../x.php")}):
        form = Everything(meta={"csrf": False, **PARIS})
        assert form.validate()
        stored = form.picture.store()
        assert stored is not None
        assert (stored.content_type, stored.name) == ("image/webp", "x.webp")
        db.session.rollback()
    with bare.test_request_context(
        "/", method="POST", data={"picture": (io.BytesIO(b"<svg onload=x>"), "x.png")}
    ):
        form = Everything(meta={"csrf": False, **PARIS})
        assert form.validate()
        with pytest.raises(Invalid) as refused:
            form.picture.store()
        assert refused.value.errors == {"picture": ["This file cannot be read as a picture."]}


@pytest.mark.parametrize("content", [b"", b"MZ\x90\0", b"<html>", b"PK\x03\x04rubbish", b"#!/bin/sh"])
def test_documents_of_other_kinds_are_refused(bare: Flask, content: bytes) -> None:
    with bare.test_request_context("/", method="POST", data={"document": (io.BytesIO(content), "x.pdf")}):
        form = Everything(meta={"csrf": False, **PARIS})
        assert form.validate()
        with pytest.raises(Invalid):
            form.document.store()


def test_what_is_stored_stays_until_it_is_taken_off(bare: Flask) -> None:
    kept = StoredFile(sha256="0" * 64, name="x.webp", content_type="image/webp", size=1)
    with bare.test_request_context("/", method="POST", data={}):
        assert Everything(data={"picture": kept}, meta={"csrf": False, **PARIS}).picture.store() is kept
    with bare.test_request_context("/", method="POST", data={"picture-remove": "y"}):
        assert Everything(data={"picture": kept}, meta={"csrf": False, **PARIS}).picture.store() is None


# --- the session, and languages


def test_a_missing_or_stale_token_is_one_more_error_and_nothing_is_lost(bare: Flask) -> None:
    for token in ("", "forged", "a.b.c"):
        with bare.test_request_context("/", method="POST", data={"line": "typed", "csrf_token": token}):
            form = Everything(meta=PARIS)
            assert not form.validate_on_submit()
            assert form.errors == {
                "csrf_token": ["Your session had expired; nothing you typed is lost, please send it again."]
            }
            html = render_template_string(RENDER, form=form)
            assert "typed" in html
            assert "Your session had expired" in html
            assert form.csrf_token.current_token in html


@pytest.mark.parametrize("language", ["en", "fr", "es", "ar", "zh", "ru"])
def test_forms_of_all_kinds_can_be_shown_in_all_languages(bare: Flask, language: str) -> None:
    with bare.test_request_context("/", headers={"Accept-Language": language}):
        html = render_template_string(RENDER, form=Everything(meta=PARIS))
    assert 'method="post"' in html
    assert 'enctype="multipart/form-data"' in html


def test_messages_of_wtforms_go_through_our_catalog() -> None:
    """Whatever a validator of WTForms itself may say is extracted for translation."""
    from eventsapp.core.forms.base import _BUILT_IN

    source = Path(forms.__file__).with_name("base.py").read_text()
    assert all(f'"{text._args[0]}"' in source for text in _BUILT_IN)
