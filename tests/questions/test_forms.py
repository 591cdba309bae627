"""Questions as fields of a form: what is typed becomes answers, and answers are shown again."""

from __future__ import annotations

import io
from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from eventsapp.core.files import StoredFile
from eventsapp.core.forms import Form, saving
from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from eventsapp.questions import forms
from eventsapp.questions.enums import QuestionKind as K
from eventsapp.questions.rules import Asked, Condition, Option, check
from eventsapp.questions.shown import shown, when

PAIR = (Option("yes", {"en": "Of course", "fr": "Bien sûr"}), Option("no", {"en": "Never"}))
MANY = tuple(Option(f"o{n}", {"en": f"Option {n}"}) for n in range(9))
FORM = (
    Asked("title", K.TEXT, {"en": "Title", "fr": "Titre"}, required=True),
    Asked("note", K.LONG_TEXT, {"en": "Note"}, translated=True, limits={"most": 3}, public=True),
    Asked("again", K.CHOICE, {"en": "Again?"}, options=PAIR),
    Asked("menu", K.CHOICE, {"en": "Which?"}, options=MANY),
    Asked("all", K.MANY, {"en": "All"}, options=MANY, condition=Condition("again", frozenset({"yes"}))),
    Asked("size", K.NUMBER, {"en": "How many?"}),
    Asked("day", K.DATE, {"en": "When?"}, public=True),
    Asked("paper", K.FILE, {"en": "Paper"}),
    Asked("agreed", K.CONSENT, {"en": "We agree."}, required=True),
)
LANGUAGES = ["en", "fr"]
META = {"languages": LANGUAGES, "default_language": "en", "zone": "UTC"}
pytestmark = pytest.mark.sqlite_only


def form_of(app: Flask, data: Any = None, **kept: Any) -> Any:
    class Proposed(forms.fields(FORM, LANGUAGES), Form):  # type: ignore[misc]
        pass

    return Proposed(data and MultiDict(data), data=forms.initial(FORM, kept), meta=META)


TYPED: dict[str, Any] = {
    "q-title": " Water ", "q-note-fr": "un\r\ndeux", "q-again": "yes", "q-menu": "o8", "q-all": ["o3", "o1"],
    "q-size": "12,5", "q-day": "2027-06-14", "q-agreed": "y",
}  # fmt: skip
ANSWERS = {
    "title": "Water", "note": {"fr": "un\ndeux"}, "again": "yes", "menu": "o8", "all": ["o1", "o3"], "size": 12.5,
    "day": "2027-06-14", "agreed": True,
}  # fmt: skip


def test_what_is_typed_becomes_answers_and_is_shown_again(app: Flask):
    with app.test_request_context(method="POST", headers={"Accept-Language": "fr"}):
        form = form_of(app, TYPED)
        assert form.validate(), form.errors
        assert forms.answers_of(form, FORM) == ANSWERS
        assert form["q-title"].label.text == "Titre"
        again = form_of(app, **ANSWERS)
        assert forms.answers_of(again, FORM) == ANSWERS
        assert again["q-day"]._value() == "2027-06-14"
        assert [(one.key, one.label, one.text, one.language) for one in shown(FORM, ANSWERS)][:3] == [
            ("title", "Titre", "Water", ""),
            ("note", "Note", "un\ndeux", "fr"),
            ("again", "Again?", "Bien sûr", ""),
        ]
        assert [one.key for one in shown(FORM, ANSWERS, public_only=True)] == ["note", "day"]
        # Kept, but not asked any more.
        assert "all" not in [one.key for one in shown(FORM, {**ANSWERS, "again": "no"})]
        assert "“Bien sûr”" in when(FORM[4], FORM)


def test_an_empty_form_has_no_answers_and_requires_nothing_by_itself(app: Flask):
    with app.test_request_context(method="POST"):
        form = form_of(app, {"q-title": ""})
        assert form.validate(), form.errors
        assert forms.answers_of(form, FORM) == {}
        forms.tell(form, check(FORM, {}, LANGUAGES, complete=True))
        assert {name: said for name, said in form.errors.items() if said} == {
            "q-title": ["This field is required."],
            "q-agreed": ["This has to be agreed to."],
        }
        assert [label for _id, label, _said in form.summary] == ["Title", "We agree."]


@pytest.mark.parametrize(
    "sent",
    [{"q-again": "perhaps"}, {"q-all": ["o1", "x"]}, {"q-size": "many"}, {"q-day": "yesterday"}],
)
def test_what_is_no_answer_is_refused_beside_its_field(app: Flask, sent: dict[str, Any]):
    with app.test_request_context(method="POST"):
        form = form_of(app, sent)
        assert not form.validate()
        assert list(form.errors) == list(sent)


def test_a_file_is_kept_until_another_comes_or_it_is_removed(app: Flask):
    def sent(**form: Any) -> Any:
        return app.test_request_context(method="POST", data=form, content_type="multipart/form-data")

    class Proposed(forms.fields(FORM, LANGUAGES), Form):  # type: ignore[misc]
        pass

    def answers(**kept: Any) -> Any:
        form = Proposed(data=forms.initial(FORM, kept), meta=META)
        assert form.validate(), form.errors
        with saving(form):
            return form, forms.answers_of(form, FORM)
        return form, None

    with app.app_context(), transaction():
        with sent(**{"q-paper": (io.BytesIO(b"%PDF-1.7 paper"), "paper.pdf")}):
            _form, found = answers()
        paper = db.session.get(StoredFile, found["paper"])
        assert paper is not None
        assert paper.name == "paper.pdf"
        with sent(**{"q-title": "Water"}):
            form, found = answers(paper=paper.id)
            assert form["q-paper"].current is paper
            assert found == {"title": "Water", "paper": paper.id}
        with sent(**{"q-paper-remove": "y"}):
            assert answers(paper=paper.id)[1] == {}
        with sent(**{"q-paper": (io.BytesIO(b"<script>"), "paper.html")}):
            form, found = answers(paper=paper.id)
            assert found is None
            assert form.errors == {"q-paper": ["This is not a kind of file that is taken, or it is empty."]}
