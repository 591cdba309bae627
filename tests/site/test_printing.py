"""The printed programme and the signs at doors, as somebody who opens the PDF sees them."""

from __future__ import annotations

import io
import os
import re
import threading
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from pypdf import PdfReader

from eventsapp.conferences.models import Conference
from eventsapp.core.printing import fonts, press
from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from eventsapp.site.printing import content
from tests import factories
from tests.site.sample import DAY, at

pytestmark = pytest.mark.sqlite_only


@pytest.fixture
def pdf(client, quito):
    """``pdf("programme.pdf?by=room", lang="fr")`` gives the document; it must be there."""

    def get(path: str, lang: str = "en") -> PdfReader:
        answer = client.get(f"/{lang}/{quito}/{path}")
        assert answer.status_code == 200, f"{path}: {answer.status}"
        assert answer.content_type == "application/pdf"
        return PdfReader(io.BytesIO(answer.data))

    return get


def text_of(document: PdfReader) -> list[str]:
    """Return the text of each page, white space and the breaks in long words folded."""
    return [" ".join(page.extract_text().replace("\u200b", "").split()) for page in document.pages]


def links_of(document: PdfReader) -> set[str]:
    found = set()
    for page in document.pages:
        for annotation in page.get("/Annots", []):
            action = annotation.get_object().get("/A", {})
            if "/URI" in action:
                found.add(str(action["/URI"]))
    return found


def fonts_of(document: PdfReader) -> set[str]:
    return {
        str(font.get_object()["/BaseFont"]).rpartition("+")[2]
        for page in document.pages
        for font in page["/Resources"]["/Font"].values()  # type: ignore[index]
    }


def test_the_programme_by_day_says_what_the_page_says(pdf):
    document = pdf("programme.pdf")
    pages = text_of(document)
    assert "Conference on Housing" in pages[0]
    assert "Conférence sur le logement" in pages[0]
    assert "14–18 June 2027" in pages[0]
    assert "Times: Ecuador Time (UTC−5)" in pages[0]
    assert re.search(r"Release 2 of \d+ \w+ \d{4}", pages[0])
    assert "Contents" in pages[1]
    assert "Tuesday, 15 June 2027" in pages[1]
    assert [f"{n} / {len(pages)}" in page for n, page in enumerate(pages, 1)] == [True] * len(pages)
    everything = " ".join(pages[2:])
    assert "09:00 –11:00 Opening plenary With all heads of delegation PL-001" in everything
    assert "Great Hall" in everything
    assert "International Organization for Migration" in everything
    assert "Amina Diallo" in everything
    assert re.search(r"Cancelled [^.]*", everything)
    assert "Moved from" in everything
    assert "Day to be announced" in everything
    links = links_of(document)
    assert "http://localhost/en/quito/programme" in links
    assert "http://localhost/en/quito/events/PL-001" in links
    assert document.metadata is not None
    assert document.metadata.title == "Quito 2027 – Programme"


def test_it_has_the_filters_of_the_page_and_other_orders(pdf):
    by_type = " ".join(text_of(pdf("programme.pdf?type=side")))
    assert "Type: Side event" in by_type
    assert "Opening plenary" not in by_type
    by_room = text_of(pdf("programme.pdf?by=room"))
    assert "Great Hall" in by_room[1]
    assert "Annex" in by_room[1]
    by_organization = text_of(pdf("programme.pdf?by=organization"))
    assert "United Cities and Local Governments" in by_organization[1]
    assert "Lead organization" in " ".join(by_organization[2:])
    nothing = text_of(pdf("programme.pdf?q=nothing-is-called-this"))
    assert "There is nothing to print yet." in nothing[1]


@pytest.mark.parametrize(
    ("language", "font", "said"),
    [
        ("ar", "NotoSansArabic-Regular", "الإكوادور"),
        ("zh", "NotoSansSC-Regular-Identity-H", "日程"),
        ("ru", "NotoSans-Regular", "Программа"),
    ],
)
def test_every_script_has_its_signs(client, quito, language, font, said):
    answer = client.get(f"/{language}/{quito}/programme.pdf")
    document = PdfReader(io.BytesIO(answer.data))
    # A document that says it is PDF/UA has been checked for signs without a shape, and refused if there are any.
    assert b"pdfuaid" in answer.data
    assert any(one.endswith(font) for one in fonts_of(document)), fonts_of(document)
    assert document.trailer["/Root"]["/Lang"].startswith(language)  # type: ignore[index]
    with closing(pypdfium2.PdfDocument(answer.data)) as opened:
        assert said in opened[0].get_textpage().get_text_bounded()


def test_the_fonts_come_with_the_application():
    assert fonts.missing() == []
    assert all(list(Path(folder).iterdir()) for folder in fonts.folders())


def test_texts_are_set_as_they_are(app, client):
    title = 'a #panic() *b* $c$ @d \\e `f` <g> _h_ // "j" #include "/etc/passwd" [k] = l'
    long = "W" * 400
    with app.app_context(), transaction():
        conference = factories.make_conference(slug="evil", zone="UTC", names={"en": f"{title} {long}"})
        room = factories.make_room(conference, names={"en": f"#eval({long})"})
        factories.make_event(
            conference,
            code="E-1",
            titles={"en": title},
            subtitles={"en": f"\U0001f680 {long}"},
            room=room,
            start=datetime(2027, 6, 15, 9, tzinfo=UTC),
            end=datetime(2027, 6, 15, 10, tzinfo=UTC),
            day=DAY,
            leads=[factories.make_organization(names={"en": "*Org* $x$ #1"})],
        )
        factories.release(conference)
    for path in ("programme.pdf", f"rooms/{room_slug(client)}/sign.pdf"):
        answer = client.get(f"/en/evil/{path}")
        document = PdfReader(io.BytesIO(answer.data))
        assert title in " ".join(text_of(document))
        with closing(pypdfium2.PdfDocument(answer.data)) as pages:
            for page in pages:
                text = page.get_textpage()
                for n in range(text.count_rects()):
                    left, _bottom, right, _top = text.get_rect(n)
                    assert -1 <= left <= right <= page.get_width() + 1


def room_slug(client: Any) -> str:
    found = client.get("/en/evil/programme.json").get_json()["events"][0]["room"]["slug"]
    return str(found)


def test_signs_have_a_sheet_for_each_day_of_a_room(pdf):
    document = pdf("rooms/hall/sign.pdf")
    (first, *_others) = pages = text_of(document)
    assert all(page.startswith("Great Hall") for page in pages)
    assert "Tuesday, 15 June 2027" in first
    assert "09:00–11:00 Opening plenary" in first
    assert "http://localhost/en/quito/rooms/hall" in links_of(document)
    assert document.pages[0].mediabox.width > document.pages[0].mediabox.height
    assert len(text_of(pdf(f"rooms/hall/sign.pdf?day={DAY.isoformat()}"))) == 1
    assert "There is nothing to print yet." in text_of(pdf("rooms/hall/sign.pdf?day=2027-01-01"))[0]


def test_the_same_programme_gives_the_same_bytes_and_is_made_once(app, client, quito, monkeypatch):
    made = []
    original = press._set

    def counted(order: press.Order) -> bytes:
        made.append(order.key)
        return original(order)

    monkeypatch.setattr(press, "_set", counted)
    address = f"/en/{quito}/programme.pdf"
    first = client.get(address)
    assert first.headers["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert "Set-Cookie" not in first.headers
    assert client.get(address).data == first.data
    assert client.get(address, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    assert len(made) == 1
    (kept,) = (Path(app.instance_path) / "printed").iterdir()
    kept.unlink()
    assert client.get(address).data == first.data
    assert len(made) == 2
    with app.app_context(), transaction():
        factories.make_news(db.session.query(Conference).filter_by(slug=quito).one())
    # What is printed has not changed, so it is still the same to the reader.
    assert client.get(address, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    assert len(made) == 2


def test_who_comes_while_the_press_is_full_is_asked_to_come_again(client, quito, monkeypatch):
    hold, held = threading.Event(), threading.Event()

    def slow(order: press.Order) -> bytes:
        held.set()
        assert hold.wait(20)
        return b"%PDF-"

    monkeypatch.setattr(press, "_set", slow)
    monkeypatch.setattr(press, "_places", threading.BoundedSemaphore(1))
    answers = []
    other = client.application.test_client()
    waiting = threading.Thread(target=lambda: answers.append(other.get(f"/en/{quito}/programme.pdf")))
    waiting.start()
    assert held.wait(20)
    refused = client.get(f"/en/{quito}/programme.pdf?by=room")
    hold.set()
    waiting.join()
    assert refused.status_code == 503
    assert refused.headers["Retry-After"] == refused.headers["Refresh"] == "4"
    assert [answer.status_code for answer in answers] == [200]
    assert client.get(f"/en/{quito}/programme.pdf?by=room").status_code == 200


def test_what_cannot_be_set_is_said_and_the_folder_stays_small(tmp_path):
    with pytest.raises(press.CannotPrint, match=r"programme\.typ: ended with 1"):
        press.printed(
            press.Order(Path(content.__file__).parent / "programme.typ", {}, 0), tmp_path, most=1000
        )
    assert list(tmp_path.iterdir()) == []
    for name, age in (("old", 100), ("new", 200)):
        (tmp_path / f"{name}.pdf").write_bytes(b"x" * 600)
        os.utime(tmp_path / f"{name}.pdf", (age, age))
    press._keep(tmp_path / "newest.pdf", b"x" * 300, 1000)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["new.pdf", "newest.pdf"]


def test_nothing_is_printed_of_what_is_not_public(app, client):
    with app.app_context(), transaction():
        conference = factories.make_conference(slug="empty")
        factories.make_event(
            conference, code="E-1", titles={"en": "Not yet"}, start=at(9), end=at(10), day=DAY
        )
    answer = client.get("/en/empty/programme.pdf")
    assert "Not yet" not in " ".join(text_of(PdfReader(io.BytesIO(answer.data))))
    assert client.get("/en/nothing/programme.pdf").status_code == 404
    assert client.get("/en/empty/rooms/nothing/sign.pdf").status_code == 404
