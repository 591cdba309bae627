"""Codes of badges: genuine ones are read, all others are not; nothing about the person is in them."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
from collections.abc import Iterator
from datetime import date

import pytest
import segno
from flask import Flask

from eventsapp.registration.badges import codes
from eventsapp.registration.badges.codes import Code

pytestmark = pytest.mark.sqlite_only

CODE = Code(7, 123456, date(2027, 6, 20))


@pytest.fixture
def here(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def test_a_code_says_conference_badge_and_last_day(here):
    text = codes.signed(CODE)
    assert codes.read(text) == CODE
    assert codes.read(f" {text[:60].lower()} {text[60:]}\r\n") == CODE
    assert codes.signed(CODE) == text
    assert not CODE.expired(date(2027, 6, 20))
    assert CODE.expired(date(2027, 6, 21))


def test_it_fits_a_small_picture(here):
    picture = segno.make_qr(codes.signed(CODE), error="m")
    assert len(codes.signed(CODE)) == codes.LENGTH
    assert picture.mode == "alphanumeric"
    assert picture.symbol_size(border=0) == (37, 37)


def test_one_wrong_bit_anywhere_makes_it_forged(here):
    content = bytearray(base64.b32decode(codes.signed(CODE)))
    for at in range(len(content)):
        content[at] ^= 4
        assert codes.read(base64.b32encode(bytes(content)).decode()) is None, at
        content[at] ^= 4
    assert codes.read(base64.b32encode(bytes(content)).decode()) == CODE


@pytest.mark.parametrize(
    "text", ["", "A" * 120, "2" * 119, "?" * 120, "https://example.org", "Ä" * 120, "AEAAA" + "\0" * 115]
)
def test_what_is_no_code_is_not_read(here, text):
    assert codes.read(text) is None


def test_each_conference_and_each_installation_has_its_own_key(app: Flask):
    with app.app_context():
        text = codes.signed(CODE)
        assert codes.public_key(7) != codes.public_key(8)
        app.config["SECRET_KEY"] = "another-installation-0123456789ab"
        assert codes.read(text) is None


def test_a_browser_reads_it_by_the_public_key_alone(here):
    """The check of the door, in the language of the door."""
    node = shutil.which("node")
    if node is None:  # the door's own tests check it in a browser
        return
    script = """
      const [key, ...texts] = JSON.parse(require("fs").readFileSync(0, "utf8"));
      const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
      const bytes = (text) => {
        const out = []; let held = 0, bits = 0;
        for (const letter of text) {
          held = ((held << 5) | letters.indexOf(letter)) & 0xfff; bits += 5;
          if (bits >= 8) { bits -= 8; out.push((held >> bits) & 255); }
        }
        return new Uint8Array(out);
      };
      (async () => {
        const algorithm = { name: "ECDSA", namedCurve: "P-256" };
        const known = await crypto.subtle.importKey("jwk", key, algorithm, false, ["verify"]);
        const found = [];
        for (const text of texts) {
          const all = bytes(text);
          found.push(await crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, known, all.slice(11), all.slice(0, 11)));
        }
        console.log(JSON.stringify(found));
      })();
    """
    genuine = codes.signed(CODE)
    forged = genuine[:9] + ("B" if genuine[9] != "B" else "C") + genuine[10:]
    foreign = codes.signed(Code(8, 123456, CODE.last_day))
    asked = json.dumps([codes.public_key(7), genuine, forged, foreign])
    done = subprocess.run([node, "-e", script], input=asked, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == [True, False, False]
