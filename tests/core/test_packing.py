"""Static files, compressed and not."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

pytestmark = pytest.mark.sqlite_only

SHEET = "/static/css/components.css"


def test_a_style_sheet_travels_compressed(app, client):
    content = (Path(app.static_folder) / "css" / "components.css").read_bytes()
    packed = client.get(SHEET, headers={"Accept-Encoding": "br, gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == content
    assert int(packed.headers["Content-Length"]) == len(packed.data) < len(content) / 3
    assert "Accept-Encoding" in packed.headers["Vary"]
    plain = client.get(SHEET, buffered=True)
    assert plain.data == content
    assert "Content-Encoding" not in plain.headers
    assert "Accept-Encoding" in plain.headers["Vary"]
    assert plain.headers["ETag"] != packed.headers["ETag"]


def test_whoever_has_it_gets_nothing(client):
    for accepted in ("gzip", "identity"):
        tag = client.get(SHEET, headers={"Accept-Encoding": accepted}, buffered=True).headers["ETag"]
        again = client.get(SHEET, headers={"Accept-Encoding": accepted, "If-None-Match": tag}, buffered=True)
        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["ETag"] == tag


def test_parts_are_of_the_file_as_it_is(app, client):
    content = (Path(app.static_folder) / "css" / "components.css").read_bytes()
    part = client.get(SHEET, headers={"Accept-Encoding": "gzip", "Range": "bytes=10-19"}, buffered=True)
    assert (part.status_code, part.data) == (206, content[10:20])


def test_fonts_stay_as_they_are_and_nothing_leads_out(app, client):
    fonts = [path.name for path in (Path(app.static_folder) / "vendor" / "fonts").glob("*.woff2")]
    answer = client.get(
        f"/static/vendor/fonts/{fonts[0]}", headers={"Accept-Encoding": "gzip"}, buffered=True
    )
    assert "Content-Encoding" not in answer.headers
    assert client.get("/static/../pyproject.toml", headers={"Accept-Encoding": "gzip"}).status_code == 404
    assert client.get("/static/none.css", headers={"Accept-Encoding": "gzip"}).status_code == 404
    head = client.head(SHEET, headers={"Accept-Encoding": "gzip"})
    assert (head.headers["Content-Encoding"], head.data) == ("gzip", b"")
