"""Stored files: who gets them, and how."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image
from werkzeug.test import TestResponse

from eventsapp.accounts.enums import Role
from eventsapp.conferences.enums import ConferenceState
from eventsapp.conferences.models import Conference
from eventsapp.core.files import StoredFile, store_document, store_picture
from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from eventsapp.programme.enums import MaterialKind
from tests import factories
from tests.support.signing import sign_in

PDF = b"%PDF-1.7\n%%EOF\n"


@pytest.fixture
def fetch(client):
    """``fetch(path)`` gives a whole answer, its file closed."""

    def get(path: str, **given: Any) -> TestResponse:
        answer: TestResponse = client.get(path, **given)
        answer.get_data()
        answer.close()
        return answer

    return get


def picture() -> io.BytesIO:
    stream = io.BytesIO()
    Image.new("RGB", (40, 30), "#336699").save(stream, "PNG")
    stream.seek(0)
    return stream


def address(file: StoredFile) -> str:
    return f"/files/{file.id}/{file.name}"


@pytest.fixture
def stored(app):
    """Addresses: a released event's material, a draft conference's, a logo, and one that nothing refers to."""
    with app.app_context(), transaction():
        public = factories.make_conference(slug="public")
        draft = factories.make_conference(slug="draft", state=ConferenceState.DRAFT)
        logo = store_picture(picture(), "logo.png", width=100, height=100)
        factories.make_organization(logo=logo)
        found = {"logo": logo}
        for conference in (public, draft):
            event = factories.make_event(conference)
            material = store_document(io.BytesIO(PDF), f"{conference.slug} note.pdf")
            db.session.flush()
            factories.make_material(event, kind=MaterialKind.FILE, url=None, file=material)
            found[conference.slug] = material
        working = store_document(io.BytesIO(PDF), "working.pdf")
        orphan = store_document(io.BytesIO(PDF), "orphan.pdf")
        factories.release(public)
        unreleased = factories.make_event(public)
        db.session.flush()
        factories.make_material(unreleased, kind=MaterialKind.FILE, url=None, file=working)
        db.session.flush()
        found |= {"working": working, "orphan": orphan}
        return {name: (address(file), file.sha256) for name, file in found.items()}


def test_a_document_is_handed_over_never_opened(fetch, stored):
    path, sha = stored["public"]
    answer = fetch(path, query_string={"v": sha[:16]})
    assert answer.status_code == 200
    assert answer.data == PDF
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Set-Cookie" not in answer.headers
    assert fetch(path).headers["Cache-Control"] == "public, max-age=300"
    assert fetch(path, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


def test_a_picture_is_shown(fetch, stored):
    answer = fetch(stored["logo"][0])
    assert answer.headers["Content-Type"] == "image/webp"
    assert not answer.headers.get("Content-Disposition", "").startswith("attachment")


def test_what_nothing_public_refers_to_is_not_there(fetch, stored):
    for name in ("draft", "working", "orphan"):
        assert fetch(stored[name][0]).status_code == 404, name


def test_somebody_with_a_role_sees_what_is_not_public_yet(app, client, fetch, stored):
    with app.app_context(), transaction():
        conference = db.session.query(Conference).filter_by(slug="draft").one()
        user = factories.make_user()
        factories.make_role(user, conference, Role.VIEWER)
        identity = user.get_id()
    sign_in(client, identity)
    answer = fetch(stored["draft"][0])
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert fetch(stored["working"][0]).status_code == 404


def test_a_wrong_address_gives_nothing(fetch, stored):
    for path in (
        "/files/1/other.pdf", "/files/99999/x.pdf", "/files/1/..%2F..%2Fsecret_key", "/files/x/y", "/files/-1/y",
    ):  # fmt: skip
        assert fetch(path).status_code == 404, path
