"""How other forms choose an organization: by any of its names, without a guess."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask, render_template_string

from eventsapp.core.forms import Form
from eventsapp.core.transaction import transaction
from eventsapp.organizations import service
from eventsapp.organizations.forms import OrganizationField
from tests import factories
from tests.support.statements import statements

RENDER = '{% import "_forms.html" as forms %}{{ forms.field(form.by) }}'


class Choosing(Form):
    by = OrganizationField("By", required=True)


class Registering(Form):
    by = OrganizationField("By", allow_new=True, required=True)


@pytest.fixture
def ids(app: Flask) -> dict[str, int]:
    with app.app_context(), transaction():
        made = {
            "iom": factories.make_organization(
                slug="iom",
                names={
                    "en": "International Organization for Migration",
                    "fr": "Organisation internationale pour les migrations",
                },
                acronyms={"en": "IOM", "fr": "OIM"},
                aliases=["UN Migration"],
            ),
            "unhcr": factories.make_organization(
                slug="unhcr", names={"en": "UN Refugee Agency"}, acronyms={"en": "UNHCR", "fr": "HCR"}
            ),
            "health-ke": factories.make_organization(
                slug="health-ke", names={"en": "Ministry of Health"}, acronyms={}, country="KE"
            ),
            "health-ec": factories.make_organization(
                slug="health-ec", names={"en": "Ministry of Health"}, acronyms={}, country="EC"
            ),
        }
        return {name: row.id for name, row in made.items()}


def typed(
    app: Flask,
    text: str,
    kind: type[Form] = Choosing,
    *,
    pick: str = "",
    kept: int | None = None,
    language: str = "en",
) -> Any:
    """What becomes of a text: (data, new name, errors, labels of the candidates)."""
    data = {"by": text, "by-pick": pick}
    with app.test_request_context("/", method="POST", data=data, headers={"Accept-Language": language}):
        form: Any = kind(data={"by": kept} if kept else None)
        form.validate()
        render_template_string(RENDER, form=form)
        return (
            form.by.data,
            form.by.new_name,
            [str(one) for one in form.by.errors],
            [one.label for one in form.by.options],
        )


@pytest.mark.parametrize(
    "text",
    [
        "IOM", "iom", " oim ", "International Organization for Migration", "organisation internationale pour les MIGRATIONS",
        "un migration", "International Organization for Migration (IOM)", "Organisation internationale pour les migrations (OIM)",
        "Anything [iom]",
    ],
)  # fmt: skip
def test_any_of_its_names_means_an_organization(app: Flask, ids: dict[str, int], text: str) -> None:
    assert typed(app, text) == (ids["iom"], None, [], [])
    assert typed(app, text, Registering) == (ids["iom"], None, [], [])


def test_several_of_one_name_have_to_be_chosen_from(app: Flask, ids: dict[str, int]) -> None:
    said = ["Several organizations are called so. Choose the one that is meant."]
    labels = ["Ministry of Health [health-ke], Kenya", "Ministry of Health [health-ec], Ecuador"]
    assert typed(app, "ministry of health") == (None, None, said, labels)
    assert typed(app, "ministry of health", pick=str(ids["health-ec"])) == (ids["health-ec"], None, [], [])
    # A forged choice is none.
    assert typed(app, "ministry of health", pick=str(ids["iom"]))[0] is None
    assert typed(app, "Ministry of Health [health-ke]")[0] == ids["health-ke"]
    assert typed(app, "Ministry of Health", Registering)[3] == [*labels, "None of these"]
    assert typed(app, "Ministry of Health", Registering, pick="new") == (None, "Ministry of Health", [], [])


@pytest.mark.sqlite_only
def test_what_was_chosen_before_stays_when_it_is_not_changed(app: Flask, ids: dict[str, int]) -> None:
    assert typed(app, "Ministry of Health", kept=ids["health-ec"])[0] == ids["health-ec"]
    assert typed(app, "IOM", kept=ids["health-ec"])[0] == ids["iom"]


def test_a_name_that_is_not_there_is_refused_or_new(app: Flask, ids: dict[str, int]) -> None:
    data, _new, errors, labels = typed(app, "migration organization")
    assert data is None
    assert errors == ["The directory has no organization of exactly this name. Is it one of these?"]
    assert labels == ["International Organization for Migration (IOM)"]
    assert typed(app, "migration organization", pick=str(ids["iom"]))[0] == ids["iom"]
    assert typed(app, "Nobody At All") == (
        None,
        None,
        ["The directory has no organization of this name or acronym."],
        [],
    )
    assert typed(app, " Nobody  At All ", Registering) == (None, "Nobody At All", [], [])
    assert typed(app, "", Registering)[2] == ["This field is required."]
    assert typed(app, "x" * 301, Registering)[2] == ["Use at most 300 characters; these are 301."]


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    "text", ["%", "_", "|", " | ", "\0", "'", "\\", "[iom", "[]", "a" * 300, "<script>", "()"]
)
def test_odd_texts_mean_nothing(app: Flask, ids: dict[str, int], text: str) -> None:
    data, new, errors, _labels = typed(app, text)
    assert (data, new) == (None, None)
    assert errors


@pytest.mark.sqlite_only
def test_a_form_shows_the_name_in_the_readers_language(app: Flask, ids: dict[str, int]) -> None:
    for language, label in (
        ("en", "International Organization for Migration (IOM)"),
        ("fr", "Organisation internationale pour les migrations (OIM)"),
    ):
        with app.test_request_context("/", headers={"Accept-Language": language}):
            html = render_template_string(RENDER, form=Choosing(data={"by": ids["iom"]}))
            assert f'value="{label}"' in html
            assert f"/suggest/{language}/organizations" in html


def test_many_fields_of_one_form_are_read_together(app: Flask, ids: dict[str, int]) -> None:
    from wtforms import FieldList

    class Many(Form):
        by = FieldList(OrganizationField("By"))

    with statements(app) as sent:
        with app.test_request_context("/"):
            form = Many(data={"by": list(ids.values())})
            assert len([str(one) for one in form.by]) == 4
        assert len(sent) == 1
        del sent[:]
        data = {f"by-{number}": text for number, text in enumerate(["IOM", "UNHCR", "HCR", "OIM"])}
        with app.test_request_context("/", method="POST", data=data):
            form = Many()
            assert form.validate()
            assert form.by.data == [ids["iom"], ids["unhcr"], ids["unhcr"], ids["iom"]]
        assert len(sent) == 1


def test_suggestions_are_names_that_the_field_understands(app: Flask, ids: dict[str, int]) -> None:
    client = app.test_client()
    answer = client.get("/suggest/fr/organizations?q=migr")
    assert answer.json == {"organizations": ["Organisation internationale pour les migrations (OIM)"]}
    answer = client.get("/suggest/en/organizations?q=ministry")
    assert sorted((answer.json or {})["organizations"]) == [
        "Ministry of Health [health-ec]",
        "Ministry of Health [health-ke]",
    ]
    assert client.get("/suggest/en/organizations?q=%25").json == {"organizations": []}
    assert client.get("/suggest/en/organizations").json == {"organizations": []}
    assert client.get("/suggest/xx/organizations?q=a").status_code == 404
    for query in ("%00", "x" * 3000, "%ff", "_", "\\"):
        assert client.get(f"/suggest/en/organizations?q={query}").status_code in (200, 400)


def test_found_or_suggested(app: Flask, ids: dict[str, int]) -> None:
    with app.test_request_context("/"):
        found = service.find_or_suggest("hcr")
        assert ([one.id for one in found.exact], found.near) == ([ids["unhcr"]], [])
        found = service.find_or_suggest("refugee")
        assert (found.exact, [one.id for one in found.near]) == ([], [ids["unhcr"]])
