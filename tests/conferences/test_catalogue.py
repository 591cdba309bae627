"""The lists of a conference's set-up: what can be typed, what is refused, what is kept, what the public notices."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from eventsapp.conferences.enums import ConferenceState
from eventsapp.conferences.models import EventType, NewsItem, OldSlug, Page, Room, Theme, Venue
from eventsapp.core import clock
from eventsapp.core.audit import AuditEntry
from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from eventsapp.registration.models import Category
from tests import factories
from tests.support.statements import statements
from tests.support.workspace import Workspace

MODELS: dict[str, Any] = {
    "venues": Venue,
    "rooms": Room,
    "types": EventType,
    "themes": Theme,
    "pages": Page,
    "news": NewsItem,
    "categories": Category,
}


def good(workspace: Workspace, name: str, text: str = "A name") -> dict[str, str]:
    """What a form of a kind takes."""
    title = "titles" if name in ("pages", "news") else "names"
    more = {
        "rooms": {"venue_id": str(workspace.ids["venues"])},
        "types": {"rank": "0", "colour": "3"},
        "categories": {"approval": "automatic", "colour": "3"},
    }.get(name, {})
    return {f"{title}-en": text, **more}


def row(workspace: Workspace, name: str) -> Any:
    """The row of a kind that every workspace has, read again."""
    db.session.rollback()
    return db.session.get_one(MODELS[name], workspace.ids[name])


@pytest.mark.parametrize("name", list(MODELS))
def test_a_new_entry_is_at_the_end_has_an_address_and_is_noticed(workspace: Workspace, name: str) -> None:
    before = workspace.revision()
    answer = workspace.client("owner").post(
        f"/manage/{workspace.slug}/setup/{name}/new", data=good(workspace, name, "Sala Ñandú")
    )
    assert answer.status_code == 302
    assert workspace.revision() > before
    with workspace.app.app_context():
        model = MODELS[name]
        made: Any = db.session.scalars(select(model).order_by(model.id.desc())).first()
        assert made.slug == "sala-nandu"
        assert made.conference_id == workspace.ids["conference"]
        assert made.position > row(workspace, name).position
        entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        assert entry is not None
        assert (entry.action, entry.subject) == (
            f"{model.__tablename__}.create",
            f"{model.__tablename__}:sala-nandu",
        )
        assert entry.actor_id == workspace.user_ids["owner"]


@pytest.mark.sqlite_only
def test_names_in_scripts_without_latin_letters_get_an_address_too(workspace: Workspace) -> None:
    with workspace.app.app_context(), transaction():
        workspace.conference().languages = ["en", "zh"]
        workspace.conference().default_language = "zh"
    for _again in range(2):
        workspace.client("owner").post(
            f"/manage/{workspace.slug}/setup/themes/new", data={"names-zh": "城市"}
        )
    with workspace.app.app_context():
        slugs = db.session.scalars(select(Theme.slug).order_by(Theme.id)).all()[-2:]
        assert slugs[1] == f"{slugs[0]}-2"


@pytest.mark.sqlite_only
@pytest.mark.parametrize("name", list(MODELS))
def test_a_refused_form_answers_422_keeps_what_was_typed_and_changes_nothing(
    workspace: Workspace, name: str
) -> None:
    before = workspace.revision()
    client = workspace.client("owner")
    typed = {**good(workspace, name, "x" * 300), "slug": "Not a slug!"}
    for path in ("new", str(workspace.ids[name])):
        answer = client.post(f"/manage/{workspace.slug}/setup/{name}/{path}", data=typed)
        assert answer.status_code == 422
        assert "x" * 300 in answer.text
        assert "not a slug!" in answer.text
        assert "Use only the letters a–z" in answer.text
    assert workspace.revision() == before


@pytest.mark.sqlite_only
@pytest.mark.parametrize("name", list(MODELS))
def test_markup_in_every_text_stays_text(workspace: Workspace, name: str) -> None:
    evil = '<script>alert("x")</script><img src=x onerror=alert(1)>'
    client = workspace.client("owner")
    fields = good(workspace, name, evil)
    fields |= dict.fromkeys(("names-fr", "directions-en", "address", "equipment", "aliases", "areas-en", "bodies-en", "summaries-en", "descriptions-en"), evil)  # fmt: skip
    assert client.post(f"/manage/{workspace.slug}/setup/{name}/new", data=fields).status_code == 302
    with workspace.app.app_context():
        last = db.session.scalar(select(func.max(MODELS[name].id)))
    for path in ("", str(last), f"{last}/delete"):
        answer = client.get(f"/manage/{workspace.slug}/setup/{name}/{path}")
        assert answer.status_code == 200
        assert "<script>alert" not in answer.text
        assert "<img src=x" not in answer.text
    for path in ("", "/setup/"):
        assert (
            "<script>alert" not in client.get(f"/manage/{workspace.slug}{path}", follow_redirects=True).text
        )


def test_a_renamed_address_is_kept_once_the_conference_is_public(workspace: Workspace) -> None:
    client = workspace.client("owner")
    path = f"/manage/{workspace.slug}/setup/rooms/{workspace.ids['rooms']}"
    with workspace.app.app_context():
        first = row(workspace, "rooms").slug
    for slug in ("red", "blue"):
        assert client.post(path, data=good(workspace, "rooms") | {"slug": slug}).status_code == 302
    with workspace.app.app_context():
        old = db.session.execute(
            select(OldSlug.kind, OldSlug.conference_id, OldSlug.slug, OldSlug.object_id)
        ).all()
        assert [tuple(one) for one in old] == [
            ("room", workspace.ids["conference"], first, workspace.ids["rooms"]),
            ("room", workspace.ids["conference"], "red", workspace.ids["rooms"]),
        ]
    # Nobody else gets an address that led to something else, and one's own old one can be taken back.
    new = f"/manage/{workspace.slug}/setup/rooms/new"
    answer = client.post(new, data=good(workspace, "rooms") | {"slug": "red"})
    assert answer.status_code == 422
    assert "This address is taken already, or was before." in answer.text
    assert client.post(path, data=good(workspace, "rooms") | {"slug": "red"}).status_code == 302
    with workspace.app.app_context():
        assert set(db.session.scalars(select(OldSlug.slug))) == {first, "blue"}


@pytest.mark.sqlite_only
def test_in_a_draft_nothing_is_kept(workspace: Workspace) -> None:
    with workspace.app.app_context(), transaction():
        workspace.conference().state = ConferenceState.DRAFT
    path = f"/manage/{workspace.slug}/setup/themes/{workspace.ids['themes']}"
    workspace.client("owner").post(path, data=good(workspace, "themes") | {"slug": "other"})
    with workspace.app.app_context():
        assert row(workspace, "themes").slug == "other"
        assert db.session.scalars(select(OldSlug)).all() == []


@pytest.mark.sqlite_only
def test_the_same_address_is_free_in_another_conference(workspace: Workspace) -> None:
    with workspace.app.app_context(), transaction():
        db.session.get_one(Theme, workspace.other_ids["themes"]).slug = "shared"
    answer = workspace.client("owner").post(
        f"/manage/{workspace.slug}/setup/themes/new", data=good(workspace, "themes") | {"slug": "shared"}
    )
    assert answer.status_code == 302


def test_what_events_stand_on_is_not_deleted(workspace: Workspace) -> None:
    with workspace.app.app_context(), transaction():
        conference = workspace.conference()
        event = factories.make_event(conference, type=db.session.get_one(EventType, workspace.ids["types"]))
        event.themes = [db.session.get_one(Theme, workspace.ids["themes"])]
        factories.place(event, room=db.session.get_one(Room, workspace.ids["rooms"]))
    client = workspace.client("owner")
    for name, said in (("types", "1 event"), ("rooms", "1 placed event"), ("venues", "1 room")):
        path = f"/manage/{workspace.slug}/setup/{name}/{workspace.ids[name]}/delete"
        assert said in client.get(path).text
        answer = client.post(path)
        assert answer.status_code == 409
        assert said in answer.text
    # A theme is taken off its events; who deletes it is told so before.
    path = f"/manage/{workspace.slug}/setup/themes/{workspace.ids['themes']}/delete"
    assert "It is taken off 1 event." in client.get(path).text
    assert client.post(path).status_code == 302
    with workspace.app.app_context():
        assert db.session.get(Theme, workspace.ids["themes"]) is None
        assert db.session.get(Room, workspace.ids["rooms"]) is not None


def test_a_category_that_people_chose_is_not_deleted(workspace: Workspace) -> None:
    with workspace.app.app_context(), transaction():
        category = db.session.get_one(Category, workspace.ids["categories"])
        factories.make_registration(workspace.conference(), category=category)
    path = f"/manage/{workspace.slug}/setup/categories/{workspace.ids['categories']}/delete"
    answer = workspace.client("registrar").post(path)
    assert answer.status_code == 409
    assert "1 registration" in answer.text


def test_deleting_twice_says_that_it_is_gone(workspace: Workspace) -> None:
    client = workspace.client("owner")
    path = f"/manage/{workspace.slug}/setup/pages/{workspace.ids['pages']}/delete"
    before = workspace.revision()
    assert client.post(path).status_code == 302
    assert workspace.revision() > before
    assert client.post(path).status_code == 404
    assert client.get(f"/manage/{workspace.slug}/setup/pages/").status_code == 200


def test_entries_move_within_their_list(workspace: Workspace) -> None:
    with workspace.app.app_context(), transaction():
        ids = [workspace.ids["themes"], *(factories.make_theme(workspace.conference()).id for _n in range(3))]
        others = [
            factories.make_theme(
                db.session.get_one(type(workspace.conference()), workspace.other_ids["conference"])
            ).id
        ]
    client = workspace.client("owner")

    def order() -> list[int]:
        with workspace.app.app_context():
            found = select(Theme.id).where(Theme.conference_id == workspace.ids["conference"])
            return list(db.session.scalars(found.order_by(Theme.position, Theme.id)))

    def move(number: int, to: str) -> None:
        client.post(f"/manage/{workspace.slug}/setup/themes/{ids[number]}/move", data={"to": to})

    move(2, "up")
    assert order() == [ids[0], ids[2], ids[1], ids[3]]
    before = workspace.revision()
    for number, to in ((0, "up"), (3, "down"), (1, "sideways"), (1, "")):
        move(number, to)
    assert order() == [ids[0], ids[2], ids[1], ids[3]]
    assert workspace.revision() == before
    move(0, "down")
    assert order() == [ids[2], ids[0], ids[1], ids[3]]
    assert workspace.revision() > before
    assert others


@pytest.mark.sqlite_only
def test_a_missing_token_moves_nothing(workspace: Workspace) -> None:
    workspace.app.config["WTF_CSRF_ENABLED"] = True
    client = workspace.client("owner")
    path = f"/manage/{workspace.slug}/setup/pages/{workspace.ids['pages']}"
    answer = client.post(f"{path}/withdraw", follow_redirects=True)
    assert "Your session had expired" in answer.text
    assert client.post(f"{path}/delete").status_code == 422
    answer = client.post(path, data=good(workspace, "pages", "Typed while away"))
    assert answer.status_code == 422
    assert "Typed while away" in answer.text
    with workspace.app.app_context():
        kept = row(workspace, "pages")
        assert kept.published
        assert kept.titles != {"en": "Typed while away"}


@pytest.mark.sqlite_only
def test_pages_are_published_and_withdrawn(workspace: Workspace) -> None:
    client = workspace.client("programme_officer")
    path = f"/manage/{workspace.slug}/setup/pages/{workspace.ids['pages']}"
    assert client.post(f"{path}/withdraw").status_code == 302
    with workspace.app.app_context():
        assert not row(workspace, "pages").published
    # The button of a page that was open for long.
    assert client.post(f"{path}/withdraw").status_code == 409
    before = workspace.revision()
    assert client.post(f"{path}/publish").status_code == 302
    assert workspace.revision() > before
    with workspace.app.app_context():
        assert row(workspace, "pages").published
    assert client.post(f"{path}/explode").status_code == 404


def test_news_appears_by_itself_when_its_time_comes(workspace: Workspace) -> None:
    client = workspace.client("owner")
    path = f"/manage/{workspace.slug}/setup/news/{workspace.ids['news']}"
    # The conference is in Quito, five hours behind.
    assert (
        client.post(path, data={"titles-en": "Soon", "published_at": "2040-05-01T09:00"}).status_code == 302
    )
    with workspace.app.app_context():
        assert row(workspace, "news").published_at.isoformat() == "2040-05-01T14:00:00+00:00"
    assert "Scheduled" in client.get(f"/manage/{workspace.slug}/setup/news/").text
    assert client.post(f"{path}/publish").status_code == 302
    with workspace.app.app_context():
        assert clock.now() - row(workspace, "news").published_at < timedelta(minutes=1)


@pytest.mark.sqlite_only
def test_markdown_can_be_looked_at_before_it_is_saved(workspace: Workspace) -> None:
    before = workspace.revision()
    answer = workspace.client("owner").post(
        f"/manage/{workspace.slug}/setup/pages/new",
        data={"titles-en": "Visas", "bodies-en": "**Bold** <script>alert(1)</script>", "preview": "1"},
    )
    assert answer.status_code == 200
    assert "<strong>Bold</strong>" in answer.text
    assert "<script>alert" not in answer.text
    assert 'value="Visas"' in answer.text
    assert workspace.revision() == before
    with workspace.app.app_context():
        assert factories.count(Page) == 2


@pytest.mark.parametrize("name", ["rooms", "types", "themes", "pages", "news", "categories"])
def test_a_list_takes_the_same_statements_whatever_its_length(workspace: Workspace, name: str) -> None:
    client = workspace.client("owner")
    path = f"/manage/{workspace.slug}/setup/{name}/"
    client.get(path)
    found = []
    for more in (0, 200):
        with workspace.app.app_context(), transaction():
            model = MODELS[name]
            for number in range(more):
                texts = "titles" if name in ("pages", "news") else "names"
                one = model(conference_id=workspace.ids["conference"], slug=f"many-{number}", position=number)
                for column in model.__table__.columns:
                    if type(column.type).__name__ == "Translated":
                        setattr(one, column.name, {})
                setattr(one, texts, {"en": f"Number {number}"})
                if name == "rooms":
                    one.venue_id = workspace.ids["venues"]
                db.session.add(one)
        with statements(workspace.app) as sent:
            assert client.get(path).status_code == 200
        found.append(len(sent))
    assert found[0] == found[1]
    assert found[0] <= 12


@pytest.mark.sqlite_only
def test_a_list_is_not_endless(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("eventsapp.conferences.catalogue.MOST", 1)
    answer = workspace.client("owner").post(
        f"/manage/{workspace.slug}/setup/themes/new", data=good(workspace, "themes")
    )
    assert answer.status_code == 409


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("venues", {"latitude": "1"}, "Latitude and longitude belong together."),
        ("venues", {"latitude": "91", "longitude": "0"}, "from -90 to 90"),
        ("rooms", {"capacity": "20", "safety_limit": "10"}, "There are more seats than persons allowed."),
        ("rooms", {"capacity": "0"}, "from 1 to 200000"),
        ("rooms", {"venue_id": ""}, "This field is required."),
        ("types", {"colour": "13"}, "This is not one of the choices."),
        ("types", {"rank": "-1"}, "from 0 to 100"),
        ("types", {"default_minutes": "1.5"}, "This is not a whole number."),
        ("news", {"published_at": "tomorrow"}, "This is not a date with a time"),
        ("themes", {"names-en": " \u0000 "}, "This field is required in English."),
    ],
)
@pytest.mark.sqlite_only
def test_wrong_input_is_answered_beside_its_field(
    workspace: Workspace, name: str, typed: dict[str, str], said: str
) -> None:
    answer = workspace.client("owner").post(
        f"/manage/{workspace.slug}/setup/{name}/new", data=good(workspace, name) | typed
    )
    assert answer.status_code == 422
    assert said in answer.text
