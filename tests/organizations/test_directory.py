"""The directory of organizations: found, made, changed, deleted, and never twice by accident."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select

from eventsapp.conferences.models import Conference
from eventsapp.core.audit import AuditEntry
from eventsapp.core.renames import OldSlug
from eventsapp.core.search import searchable
from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from eventsapp.organizations import queries
from eventsapp.organizations.enums import OrganizationType
from eventsapp.organizations.models import Organization
from tests import factories
from tests.support.statements import statements
from tests.support.workspace import Workspace, make_workspace

IOM = {
    "names-en": "International Organization for Migration",
    "names-fr": "Organisation internationale pour les migrations",
    "names-ar": "المنظمة الدولية للهجرة",
    "acronyms-en": "IOM",
    "acronyms-fr": "OIM",
    "aliases": "UN Migration\nPICMME",
    "type": "un_entity",
    "website": "https://www.iom.int",
}


@pytest.fixture
def workspace(app) -> Workspace:
    return make_workspace(app)


def add(workspace: Workspace, who: str = "programme_officer", **over: Any):
    return workspace.client(who).post("/manage/organizations/new", data={**IOM, **over})


def only(workspace: Workspace) -> Organization:
    """The one organization there is. Inside an application context."""
    return db.session.scalars(select(Organization)).one()


def test_an_organization_is_made_and_every_conference_notices(workspace: Workspace) -> None:
    def revisions() -> list[int]:
        with workspace.app.app_context():
            return list(db.session.scalars(select(Conference.revision).order_by(Conference.id)))

    before = revisions()
    answer = add(workspace)
    assert answer.status_code == 302
    assert [now > then for now, then in zip(revisions(), before, strict=True)] == [True, True]
    with workspace.app.app_context():
        made = only(workspace)
        assert made.slug == "iom"
        assert made.type is OrganizationType.UN_ENTITY
        assert made.acronyms == {"en": "IOM", "fr": "OIM"}
        assert made.aliases == ["UN Migration", "PICMME"]
        assert made.country is None
        assert made.search_text == searchable(made.names, made.acronyms, made.aliases)
        entry = db.session.scalars(select(AuditEntry)).one()
        assert (entry.action, entry.subject) == ("organization.create", "organization:iom")
        assert answer.location == f"/manage/organizations/{made.id}"


@pytest.mark.parametrize(
    "query",
    ["migration", "MIGRATIONS internationale", "oim", "الدولية", "un migr", "picmme", "Ìnternátional"],
)
def test_it_is_found_by_any_of_its_names(workspace: Workspace, query: str) -> None:
    add(workspace)
    with workspace.app.app_context(), transaction():
        factories.make_organization(names={"en": "Something else"})
    page = workspace.client("owner").get("/manage/organizations/", query_string={"q": query}).text
    assert "International Organization for Migration" in page
    assert "Something else" not in page
    assert "1 organization" in page


def test_the_list_is_filtered_sorted_and_paged_by_its_address(workspace: Workspace) -> None:
    with workspace.app.app_context(), transaction():
        for number in range(55):
            factories.make_organization(
                names={"en": f"Body {number:02}"},
                country="KE" if number % 2 else "EC",
                type=OrganizationType.NGO,
            )
        factories.make_organization(names={"en": "University"}, type=OrganizationType.ACADEMIA)
    client = workspace.client("owner")

    def shown(**arguments: str) -> tuple[int, str, str]:
        with workspace.app.app_context():
            known = {
                "query": arguments.get("q", ""),
                "country": arguments.get("country"),
                "sort": arguments.get("sort", "name").removeprefix("-"),
                "backwards": arguments.get("sort", "").startswith("-"),
                "page": int(arguments.get("page", "1")),
            }
            found = queries.listing(**known)  # type: ignore[arg-type]
        assert client.get("/manage/organizations/", query_string=arguments).status_code == 200
        return found.total, found.rows[0].names["en"], found.rows[-1].names["en"]

    assert shown() == (56, "Body 00", "Body 49")
    assert shown(page="2") == (56, "Body 50", "University")
    assert shown(page="99") == (56, "Body 50", "University")
    assert shown(sort="-name")[1] == "University"
    assert shown(country="KE") == (27, "Body 01", "Body 53")
    assert shown(q="university")[0] == 1
    page = client.get("/manage/organizations/?type=academia").text
    assert "University" in page
    assert "Body 00" not in page


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    "query",
    [
        "q=%00", "q=%25%25%25", "q=_", "q=" + "x" * 5000, "type=emperor", "country=%27", "sort=id;drop", "sort=--name",
        "page=-1", "page=99999999999999999999", "page=x", "q=%ff%fe", "type=ngo&type=x&country=ZZ",
    ],
)  # fmt: skip
def test_the_list_takes_any_address(workspace: Workspace, query: str) -> None:
    assert workspace.client("owner").get(f"/manage/organizations/?{query}").status_code in (200, 400)


def test_the_list_takes_the_same_statements_for_one_and_for_many(workspace: Workspace) -> None:
    client = workspace.client("owner")
    client.get("/manage/organizations/")
    found = []
    for more in (1, 200):
        with workspace.app.app_context(), transaction():
            for _one in range(more):
                factories.make_organization()
        with statements(workspace.app) as sent:
            client.get("/manage/organizations/")
        found.append(len(sent))
    assert found[0] == found[1] <= 6


def test_what_seems_to_be_there_already_is_shown_first(workspace: Workspace) -> None:
    add(workspace)
    twin = {
        "names-fr": "organisation INTERNATIONALE pour les migrations",
        "acronyms-fr": "",
        "names-en": "",
        "names-ar": "",
    }
    answer = add(workspace, **twin, **{"acronyms-en": "", "aliases": "", "names-es": "OIM (copia)"})
    assert answer.status_code == 422
    assert "The directory may have it already." in answer.text
    assert "International Organization for Migration (IOM)" in answer.text
    assert "OIM (copia)" in answer.text
    with workspace.app.app_context():
        assert factories.count(Organization) == 1
    # Another one with the same acronym is possible, deliberately.
    other = {
        "names-en": "Institute of Medicine",
        "names-fr": "",
        "names-ar": "",
        "acronyms-fr": "",
        "aliases": "",
    }
    assert add(workspace, **other).status_code == 422
    assert add(workspace, **other, anyway="y").status_code == 302
    with workspace.app.app_context():
        assert set(db.session.scalars(select(Organization.slug))) == {"iom", "iom-2"}


def test_a_change_is_one_for_all_conferences(workspace: Workspace) -> None:
    add(workspace)
    before = workspace.revision()
    with workspace.app.app_context():
        id_ = only(workspace).id
    changed = {**IOM, "names-en": "UN Migration Agency", "slug": "un-migration", "country": "CH"}
    assert workspace.client("registrar").post(f"/manage/organizations/{id_}", data=changed).status_code == 302
    assert workspace.revision() > before
    with workspace.app.app_context():
        row = only(workspace)
        assert (row.slug, row.country, row.names["en"]) == ("un-migration", "CH", "UN Migration Agency")
        assert "un migration agency" in row.search_text
        old = db.session.scalars(select(OldSlug)).one()
        assert (old.kind, old.conference_id, old.slug, old.object_id) == ("organization", None, "iom", id_)
    answer = add(
        workspace,
        **{
            "names-en": "X",
            "names-fr": "",
            "names-ar": "",
            "acronyms-en": "",
            "acronyms-fr": "",
            "aliases": "",
            "slug": "iom",
        },
    )
    assert answer.status_code == 422
    assert "This address is taken already, or was before." in answer.text


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("over", "said"),
    [
        (
            {"names-en": "", "names-fr": "", "names-ar": "\u0000"},
            "This field is required in at least one language.",
        ),
        ({"names-en": "x" * 251}, "Use at most 250 characters; these are 251."),
        ({"acronyms-en": "x" * 41}, "Use at most 40 characters"),
        ({"type": "emperor"}, "This is not one of the choices."),
        ({"type": ""}, "This field is required."),
        ({"country": "XX"}, "This is not one of the choices."),
        ({"website": "javascript:alert(1)"}, "This is not the address of a web page."),
        ({"slug": "a b"}, "Use only the letters a–z"),
        ({"aliases": "\n".join(str(n) for n in range(40))}, "These are more than 30 lines."),
    ],
)
def test_wrong_input_is_answered_beside_its_field(
    workspace: Workspace, over: dict[str, str], said: str
) -> None:
    answer = add(workspace, **over)
    assert answer.status_code == 422
    assert said in answer.text
    assert "https://www.iom.int" in answer.text or "website" in over
    with workspace.app.app_context():
        assert factories.count(Organization) == 0


@pytest.mark.sqlite_only
def test_markup_stays_text(workspace: Workspace) -> None:
    evil = "<script>alert(1)</script>"
    typed = dict.fromkeys(("names-en", "names-fr", "acronyms-en", "aliases"), evil)
    answer = workspace.client("owner").post(
        "/manage/organizations/new", data={**typed, "type": "ngo"}, follow_redirects=True
    )
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text
    with workspace.app.app_context():
        id_ = only(workspace).id
    for path in ("", str(id_), f"{id_}/delete", "new?name=%3Cscript%3Ealert(1)"):
        assert "<script>alert" not in workspace.client("owner").get(f"/manage/organizations/{path}").text
    # What scripts fetch says that it is no page.
    answer = workspace.client(None).get("/suggest/en/organizations?q=script")
    assert (answer.mimetype, answer.headers["X-Content-Type-Options"]) == ("application/json", "nosniff")


def test_a_logo_is_made_small(workspace: Workspace) -> None:
    out = io.BytesIO()
    Image.new("RGB", (2000, 1000), "blue").save(out, "PNG")
    assert add(workspace, logo=(io.BytesIO(out.getvalue()), "logo.png")).status_code == 302
    with workspace.app.app_context():
        logo = only(workspace).logo
        assert logo is not None
        assert logo.content_type == "image/webp"
        assert logo.size < 10_000
    answer = add(
        workspace,
        **{
            "names-en": "Other",
            "names-fr": "",
            "names-ar": "",
            "acronyms-en": "",
            "acronyms-fr": "",
            "aliases": "",
        },
        logo=(io.BytesIO(b"GIF89a"), "x.gif"),
    )
    assert answer.status_code == 422
    assert "This file cannot be read as a picture." in answer.text


def test_only_what_nothing_refers_to_is_deleted(workspace: Workspace) -> None:
    add(workspace)
    client = workspace.client("owner")
    with workspace.app.app_context(), transaction():
        row = only(workspace)
        id_ = row.id
        event = factories.make_event(workspace.conference(), leads=[row])
        event_id = event.id
    path = f"/manage/organizations/{id_}/delete"
    assert "used by 1 event" in client.get(path).text
    answer = client.post(path)
    assert answer.status_code == 409
    assert "1 event" in answer.text
    with workspace.app.app_context(), transaction():
        db.session.delete(db.session.get_one(type(event), event_id))
    assert client.post(path).status_code == 302
    assert client.post(path).status_code == 404
    with workspace.app.app_context():
        assert factories.count(Organization) == 0


@pytest.mark.sqlite_only
def test_who_may_edit_organizations_somewhere_may_edit_the_directory(workspace: Workspace) -> None:
    with workspace.app.app_context(), transaction():
        id_ = factories.make_organization().id
    paths = [
        ("GET", "/manage/organizations/"),
        ("GET", "/manage/organizations/new"),
        ("POST", "/manage/organizations/new"),
        ("GET", f"/manage/organizations/{id_}"),
        ("POST", f"/manage/organizations/{id_}"),
        ("GET", f"/manage/organizations/{id_}/delete"),
    ]
    allowed = {"owner", "programme_officer", "registrar", "administrator", "member of another conference"}
    for who in workspace.people:
        for method, path in paths:
            status = workspace.client(who).open(path, method=method).status_code
            assert status in ({200, 422} if who in allowed else {403}), (who, method, path, status)
    for method, path in paths:
        assert workspace.client(None).open(path, method=method).status_code == 302
    for id_ in (0, 999999, 2**63):
        assert workspace.client("owner").get(f"/manage/organizations/{id_}").status_code == 404
        assert workspace.client("owner").post(f"/manage/organizations/{id_}/delete").status_code == 404
