"""Badges as somebody holds them: every script in its own signs, the right size, the code readable, nothing cut off."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from flask import Flask
from PIL import Image
from pypdf import PdfReader

from eventsapp.core import files
from eventsapp.core.printing import press
from eventsapp.core.printing.texts import COLOURS
from eventsapp.registration.badges import codes, content
from eventsapp.registration.badges.codes import Code
from eventsapp.registration.badges.content import Card, Event
from eventsapp.registration.badges.design import OF_PERSON, Align, Design, NameSize, Part, Place
from eventsapp.registration.enrolment import photos
from eventsapp.registration.enrolment.cropping import Crop
from eventsapp.registration.enums import BadgePaper

pytestmark = pytest.mark.sqlite_only

EVENT = Event(
    names={"en": "Conference on Housing", "fr": "Conférence sur le logement", "ar": "مؤتمر الإسكان"},
    short_name="Quito 2027",
    cities={"en": "Quito", "zh": "基多", "ru": "Кито", "ar": "كيتو"},
    country="EC",
    start_date=date(2027, 6, 14),
    end_date=date(2027, 6, 18),
    default_language="en",
    accent="#1f5fa8",
)
# language, name, name in the own script, organization, category, a font that has its signs
PEOPLE = [
    ("en", "John Smith", None, "International Union of Architects", "Delegate", "NotoSans-Regular"),
    ("fr", "Zoë Lefèvre-Œuvrard", None, "Cités et Gouvernements Locaux Unis", "Délégué", "NotoSans-Regular"),
    ("es", "María Núñez Íñiguez", None, "Ministerio de Vivienda", "Delegado", "NotoSans-Regular"),
    ("ru", "Ekaterina Ivanova", "Екатерина Иванова", "Союз городов", "Делегат", "NotoSans-Regular"),
    ("ar", "Fatima al-Mansouri", "فاطمة المنصوري", "منظمة المدن العربية", "مندوب", "NotoSansArabic-Regular"),
    ("zh", "Wang Xiaoming", "王晓明", "中国城市规划学会", "代表", "NotoSansSC-Regular-Identity-H"),
]
LONG = "María de los Ángeles Fernández de Córdoba y Álvarez de Toledo-Montenegro-Wolfeschlegelsteinhausenberg"


@pytest.fixture
def here(app: Flask) -> Iterator[None]:
    with app.test_request_context():
        yield


def card(number: int = 0) -> Card:
    language, name, original, organization, category, _font = PEOPLE[number]
    return Card(
        design=0, number=f"{number + 1:05}", code=codes.signed(Code(1, number + 1, date(2027, 6, 20))), name=name,
        original_name=original, job_title=None, organization_names=None, organization_name=organization, country="EC",
        language=language, category_names={"en": "Delegate", language: category}, colour=number + 1, levels=["PL", "R1"],
        photo=None,
    )  # fmt: skip


def made(
    cards: list[Card],
    design: Design | None = None,
    paper: BadgePaper = BadgePaper.A6,
    *,
    checked: bool = False,
) -> bytes:
    order = content.order(EVENT, [design or Design(language=OF_PERSON)], cards, paper)
    order.tagged = checked
    return press.made(order)


def seen(pdf: bytes, page: int = 0, scale: float = 2) -> Image.Image:
    with closing(pypdfium2.PdfDocument(pdf)) as document:
        return document[page].render(scale=scale).to_pil().convert("RGB")


def text_of(pdf: bytes, page: int) -> str:
    with closing(pypdfium2.PdfDocument(pdf)) as document:
        # A hyphen at the end of a line is a control character there.
        said = document[page].get_textpage().get_text_bounded().replace("\x02", "-").replace("\u2011", "-")
        return " ".join(said.split())


def ink(picture: Image.Image, box: tuple[float, float, float, float]) -> float:
    """Return which share of a part of a picture (in shares of its sides) is dark."""
    wide, high = picture.size
    part = picture.crop((int(box[0] * wide), int(box[1] * high), int(box[2] * wide), int(box[3] * high)))
    return sum(part.convert("L").histogram()[:128]) / (part.width * part.height)


def colour_at(picture: Image.Image, x: float, y: float) -> str:
    found = picture.getpixel((int(x * (picture.width - 1)), int(y * (picture.height - 1))))
    assert isinstance(found, tuple)
    return "#{:02x}{:02x}{:02x}".format(*(int(part) for part in found[:3]))


def test_a_badge_in_each_language_has_its_signs_and_is_whole(here):
    pdf = made([card(number) for number in range(len(PEOPLE))], checked=True)
    # A document that says it is PDF/UA has been checked for signs without a shape, and refused if there are any.
    assert b"pdfuaid" in pdf
    document = PdfReader(io.BytesIO(pdf))
    assert len(document.pages) == len(PEOPLE)
    for number, (language, name, original, organization, category, font) in enumerate(PEOPLE):
        page = document.pages[number]
        kept: Any = page["/Resources"]
        fonts = {str(one.get_object()["/BaseFont"]).rpartition("+")[2] for one in kept["/Font"].values()}
        assert any(one.endswith(font) for one in fonts), (language, fonts)
        said = text_of(pdf, number)
        # PDFium turns what runs from the right around in places: the letters are compared there, not their order.
        for wanted in (name, original, organization, category):
            if wanted and language == "ar" and wanted is not name:
                assert set(wanted) <= set(said), (language, wanted)
            elif wanted:
                assert wanted.replace(" ", "") in said.replace(" ", ""), (language, wanted)
        picture = seen(pdf, number)
        assert colour_at(picture, 0.02, 0.97) == COLOURS[number]
        assert colour_at(picture, 0.98, 0.91) == COLOURS[number]
        # The hole's room is free, the name is there, nothing touches the edges.
        assert ink(picture, (0, 0, 1, 0.07)) == 0
        assert ink(picture, (0.1, 0.25, 0.9, 0.5)) > 0.01
        assert ink(picture, (0, 0, 0.05, 0.88)) == ink(picture, (0.95, 0, 1, 0.88)) == 0
        # The code stands where reading ends.
        code, other = (0.07, 0.65, 0.34, 0.85), (0.66, 0.65, 0.93, 0.85)
        if language != "ar":
            code, other = other, code
        assert ink(picture, code) > 0.3 > ink(picture, other)


@pytest.mark.parametrize(
    ("paper", "size", "pages"),
    [(BadgePaper.A6, (105, 148), 6), (BadgePaper.A4_FOUR, (210, 297), 2), (BadgePaper.PRINTER, (86, 124), 6)],
)
def test_each_paper_has_its_size(here, paper, size, pages):
    document = PdfReader(io.BytesIO(made([card(number) for number in range(6)], paper=paper)))
    assert len(document.pages) == pages
    box = document.pages[0].mediabox
    assert (round(float(box.width) / 72 * 25.4), round(float(box.height) / 72 * 25.4)) == size


def test_the_code_on_paper_is_the_code(here):
    """Each square of it, measured in the picture, is what the code says."""
    import segno

    person = replace(card(0), levels=[])
    picture = seen(made([person], Design(language="en")), scale=6).convert("L")
    # Of a badge of 105 mm: 30 mm wide, its side 7 mm from the edge, above number and band.
    scale = picture.width / 105
    left = (105 - 7 - 30) * scale
    column = [picture.getpixel((int(left + 1), y)) for y in range(int(picture.height * 0.88))]
    bottom = max(y for y, value in enumerate(column) if isinstance(value, int | float) and value < 128) + 1
    expected = segno.make_qr(person.code, error="m", mask=2, boost_error=False)
    rows = [list(row) for row in expected.matrix]
    square = 30 * scale / len(rows)
    top = bottom - 30 * scale
    wrong = 0
    for y, row in enumerate(rows):
        for x, dark in enumerate(row):
            value = picture.getpixel((int(left + (x + 0.5) * square), int(top + (y + 0.5) * square)))
            assert isinstance(value, int | float)
            wrong += (value < 128) != bool(dark)
    assert wrong == 0


def test_a_very_long_name_becomes_small_instead_of_leaving_the_badge(here):
    person = replace(
        card(0), name=LONG, original_name=LONG, organization_name=f"{LONG} {LONG}", job_title=LONG,
        category_names={"en": f"Delegate of {LONG}"}, levels=[f"LEVEL{n}" for n in range(9)],
    )  # fmt: skip
    pdf = made([person], Design(name_size=NameSize.HUGE))
    assert len(PdfReader(io.BytesIO(pdf)).pages) == 1
    picture = seen(pdf)
    assert ink(picture, (0, 0, 0.05, 0.88)) == ink(picture, (0.95, 0, 1, 0.88)) == 0
    assert colour_at(picture, 0.02, 0.97) == COLOURS[0]


def test_however_much_is_said_it_ends_above_the_photo_and_the_code(here):
    """Everything becomes smaller together; Chinese has no spaces, and yet more than one line."""
    photo = Path("/nowhere")
    much: dict[str, Any] = {
        "job_title": "Subdirectora General de Cooperación Internacional y Desarrollo Urbano Sostenible",
        "organization_name": "中华人民共和国住房和城乡建设部城市规划与可持续发展国际合作司",
    }
    people = [
        replace(card(0), name=LONG, original_name=f"{LONG} y otros", photo=photo, **much),
        replace(card(3), name="Abdulrahman bin Abdulaziz Al-Faisal", original_name="عبد الرحمن بن عبد العزيز بن محمد الفيصل العتيبي", photo=photo, **much),
    ]  # fmt: skip
    pdf = made(people, Design(language=OF_PERSON, name_size=NameSize.HUGE))
    for number in range(2):
        picture = seen(pdf, number, scale=4)
        assert ink(picture, (0, 0.3, 1, 0.5)) > 0.01
        assert ink(picture, (0, 0.585, 1, 0.598)) == 0
    assert "Al-Faisal" in text_of(pdf, 1)


def test_a_design_says_what_stands_where(here, tmp_path: Path):
    photo = tmp_path / "photo.webp"
    Image.new("RGB", (600, 800), "#208040").save(photo)
    person = replace(card(0), photo=photo)
    picture = seen(made([person]))
    assert (
        colour_at(picture, 0.2, 0.75) == "#208040"
        or abs(int(colour_at(picture, 0.2, 0.75)[1:3], 16) - 0x20) < 8
    )
    bare = made([person], Design(parts=(), band=Place.TOP, align=Align.START))
    assert "Conference on Housing" not in text_of(bare, 0)
    assert "International Union" not in text_of(bare, 0)
    assert colour_at(seen(bare), 0.02, 0.03) == COLOURS[0]
    unreadable = tmp_path / "broken.webp"
    unreadable.write_bytes(b"no picture")
    assert len(PdfReader(io.BytesIO(made([replace(person, photo=unreadable)]))).pages) == 1


def size_of(path: Path) -> tuple[int, int]:
    with Image.open(path) as picture:
        return picture.size


def test_a_photo_is_cut_for_paper_once_and_goes_with_the_photo(here, app: Flask):
    upload = io.BytesIO()
    Image.new("RGB", (800, 600), "#208040").save(upload, "PNG")
    upload.seek(0)
    stored = photos.store(upload, Crop())
    path = files.path_of(stored)
    ready = photos.on_paper(path)
    assert size_of(ready) == photos.PAPER
    # One that is missing, or of which only a part was written, is made when it is printed.
    for part in (None, b"\xff\xd8 cut short"):
        if part is None:
            ready.unlink()
        else:
            ready.write_bytes(part)
        made([replace(card(0), photo=path)])
        assert size_of(ready) == photos.PAPER
    files.unlink(stored.sha256)
    assert not path.exists()
    assert not ready.exists()
    made([replace(card(0), photo=path)])
    assert not ready.exists()


def test_what_a_template_keeps_is_read_with_care():
    assert Design.of({}) == Design()
    assert Design.of(
        {"parts": ["photo", "nonsense"], "name_size": "gigantic", "band": 3, "language": ["x"]}
    ) == Design(parts=(Part.PHOTO,))
    design = Design(
        parts=(Part.CODE,), name_size=NameSize.HUGE, align=Align.START, band=Place.TOP, language="ar"
    )
    assert Design.of(design.kept()) == design
