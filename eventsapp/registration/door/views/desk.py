"""The app at the door: its page, what it is made of, the list it takes along, and what it hands over."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections import OrderedDict
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    send_file,
    session,
    url_for,
)
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf.csrf import generate_csrf
from sqlalchemy import select
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import NotFound as NoPage
from werkzeug.wrappers import Response as BaseResponse

from eventsapp.accounts.enums import Permission
from eventsapp.accounts.guards import actor, manages, permissions_in
from eventsapp.conferences.models import Conference
from eventsapp.core import clock, files, locale, templating
from eventsapp.core.errors import NotAllowed, NotFound
from eventsapp.core.files import StoredFile
from eventsapp.core.forms import ActionForm, answer, saving
from eventsapp.core.web import HEADERS, before_writing
from eventsapp.extensions import db
from eventsapp.registration.door import lists, queries, scans, service, walkin, words
from eventsapp.registration.door.forms import WalkInForm
from eventsapp.registration.enrolment import photos
from eventsapp.registration.models import Category, Registration

Answer = str | Response | BaseResponse | tuple[str, int]

blueprint = Blueprint("door_desk", __name__, url_prefix="/manage/<conference>/desk")

OVERLAP = timedelta(seconds=30)
"""What others recorded is told again for so long: a transaction that was slow to commit is not missed."""
_MOST_KEPT = 6
_SESSION = "door-devices"
_ICONS = (
    ("check-in-192.png", "192x192", "any"),
    ("check-in-512.png", "512x512", "any"),
    ("check-in-maskable-512.png", "512x512", "maskable"),
)
_SCRIPTS = ("main", "code", "decide", "store", "sync", "card", "camera")
_VENDOR = ("vendor/barcode/detector.js", "vendor/barcode/zxing_reader.wasm")


def _json(content: Any, status: int = 200) -> Response:
    return _packed(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode(), status)


def _packed(data: bytes, status: int = 200) -> Response:
    response = Response(data, status, mimetype="application/json")
    if len(data) >= 2000 and request.accept_encodings["gzip"]:
        response.set_data(gzip.compress(data, 5, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    response.vary.add("Accept-Encoding")
    return response


def _error(status: int, title: str, detail: str, **more: Any) -> Response:
    return _json({"error": {"status": status, "title": title, "detail": detail, **more}}, status)


def _token() -> str:
    return generate_csrf() if current_app.config.get("WTF_CSRF_ENABLED", True) else ""


def _ms(value: datetime) -> int:
    return int(value.timestamp() * 1000)


# --- the app itself


def _vendor() -> dict[str, str]:
    """Return the addresses of the reader of codes, as far as `make assets` has put it there."""
    folder = Path(current_app.static_folder or "")
    return {Path(name).suffix[1:]: templating.static(name) for name in _VENDOR if (folder / name).is_file()}


def _assets() -> list[str]:
    """Return the addresses of all that the app needs without a network, beside its page."""
    sheets = [f"css/{name}.css" for name in ("tokens", "base", "components", "site", "manage", "door")]
    scripts = ["js/theme.js", "js/site.js", *(f"js/door/{name}.js" for name in _SCRIPTS)]
    found = [templating.static(name) for name in [*sheets, *scripts, "favicon.svg"]]
    fonts = Path(current_app.static_folder or "") / "vendor" / "fonts"
    found += [
        url_for("static", filename=f"vendor/fonts/{path.name}", v="5")
        for path in sorted(fonts.glob("*.woff2"))
    ]
    return found + list(_vendor().values())


@blueprint.get("")
@manages(Permission.CHECK_IN)
def desk(conference: Conference) -> Response:
    """Show the app. It holds nothing about anybody: the list comes apart."""

    def to(endpoint: str, **values: Any) -> str:
        return url_for(f"door_desk.{endpoint}", conference=conference.slug, **values)

    response = current_app.make_response(
        render_template(
            "registration/door/desk.html",
            conference=conference,
            gates=queries.gates(conference.id),
            action=ActionForm(),
            config={
                "conference": conference.id,
                "user": current_user.id,
                "language": locale.current(),
                "zone": conference.zone,
                "texts": words.texts(),
                "token": _token(),
                "reader": _vendor(),
                "addresses": {
                    "state": to("state"),
                    "list": to("list_"),
                    "person": to("person"),
                    "sync": to("sync"),
                    "photo": to("photo", registration_id=0),
                    "worker": to("worker"),
                    "scope": to("desk"),
                    "signIn": url_for("accounts.sign_in", next=to("desk")),
                },
            },
        )
    )
    policy = HEADERS["Content-Security-Policy"]
    # The reader of codes is compiled in the browser; nowhere else is that allowed.
    response.headers["Content-Security-Policy"] = policy.replace(
        "script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'"
    )
    return response


@blueprint.get("/app.webmanifest")
@manages(Permission.CHECK_IN)
def manifest(conference: Conference) -> Response:
    """Say how the app is installed on a device."""
    start = url_for("door_desk.desk", conference=conference.slug)
    response = _json(
        {
            "name": f"{conference.short_name} – {_('Check-in')}",
            "short_name": _("Check-in"),
            "lang": locale.current(),
            "start_url": start,
            "scope": start,
            "display": "standalone",
            "background_color": "#ffffff",
            "theme_color": "#121417",
            "icons": [
                {"src": templating.static("favicon.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"},
                *(
                    {"src": templating.static(f"icons/{name}"), "sizes": sizes, "type": "image/png", "purpose": purpose}
                    for name, sizes, purpose in _ICONS
                ),
            ],
        }
    )  # fmt: skip
    response.mimetype = "application/manifest+json"
    return response


@blueprint.get("/worker.js")
@manages(Permission.CHECK_IN)
def worker(conference: Conference) -> Response:
    """Give the service worker: it keeps the app, not what is in it. Another version of any part is another worker."""
    assets = _assets()
    page = url_for("door_desk.desk", conference=conference.slug)
    version = hashlib.sha256("\n".join(assets).encode()).hexdigest()[:12]
    said = {
        "name": f"door-{conference.id}",
        "version": version,
        "page": page,
        "assets": assets,
        "photos": url_for("door_desk.photo", conference=conference.slug, registration_id=0).removesuffix("0"),
    }
    source = (Path(current_app.static_folder or "") / "js" / "door" / "worker.js").read_text(encoding="utf-8")
    response = Response(f"const APP = {json.dumps(said)};\n{source}", mimetype="text/javascript")
    response.headers["Service-Worker-Allowed"] = page
    return response


# --- the list


def _device_key() -> str:
    try:
        return scans.uuid(request.args.get("device", ""))
    except scans.Unreadable as error:
        raise NotFound from error


def _bound(conference: Conference) -> None:
    """Refuse a browser that was blocked, whatever key it gives now: its session names the one under which it came first.

    So clearing what the browser keeps makes no new device of a blocked one without signing in again.
    """
    key = session.get(_SESSION, {}).get(str(conference.id))
    known = queries.device(conference.id, key) if key is not None else None
    if known is not None and known.revoked_at is not None:
        raise NotAllowed


def _not_blocked(conference: Conference) -> None:
    _bound(conference)
    known = queries.device(conference.id, _device_key())
    if known is None or known.revoked_at is not None:
        raise NotAllowed


@blueprint.get("/state.json")
@manages(Permission.CHECK_IN)
def state(conference: Conference) -> Response:
    """Give who is inside, as the scans of today say, and what a device that starts needs beside the list."""
    _bound(conference)
    known = queries.device(conference.id, _device_key())
    if known is not None and known.revoked_at is not None:
        raise NotAllowed
    return _json(
        {
            "at": _ms(clock.now()),
            "user": current_user.id,
            "token": _token(),
            "presences": _presences(queries.presences(conference.id)),
        }
    )


@blueprint.get("/list.json")
@manages(Permission.CHECK_IN)
def list_(conference: Conference) -> Response:
    """Give the list of badges to a device that is known and not blocked."""
    _not_blocked(conference)
    stamp = lists.stamp(conference)
    key = (conference.id, stamp, locale.current())
    # A hundred devices ask for the same list: each process makes it once.
    kept: OrderedDict[tuple[int, str, str], bytes] = current_app.extensions.setdefault(
        "eventsapp.door_lists", OrderedDict()
    )
    found = kept.get(key)
    if found is None:
        content = {"stamp": stamp, **lists.whole(conference)}
        found = kept[key] = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
        while len(kept) > _MOST_KEPT:
            kept.popitem(last=False)
    return _packed(found)


@blueprint.get("/person.json")
@manages(Permission.CHECK_IN)
def person(conference: Conference) -> Response:
    """Give whose badge it is, for a device whose list is older than the badge."""
    _not_blocked(conference)
    found = lists.one(conference, badge_id=request.args.get("badge", 0, int))
    if found is None:
        raise NotFound
    return _json(found)


@blueprint.get("/photo/<int:registration_id>")
@manages(Permission.CHECK_IN)
def photo(conference: Conference, registration_id: int) -> Response:
    """Show somebody's photo to the officer at the door, as small as on the badge: devices keep some for when they are offline."""
    _bound(conference)
    stored = db.session.scalar(
        select(StoredFile)
        .join(Registration, Registration.photo_id == StoredFile.id)
        .where(Registration.id == registration_id, Registration.conference_id == conference.id)
    )
    if stored is None:
        raise NotFound
    path = files.path_of(stored)
    on_paper = photos.on_paper(path)
    try:
        if on_paper.is_file():
            return send_file(on_paper, mimetype="image/jpeg")
        return send_file(path, mimetype=stored.content_type)
    except FileNotFoundError as error:
        raise NoPage from error


# --- what devices hand over


def _read_the_body() -> None:
    request.get_data()


@blueprint.post("/sync.json")
@manages(Permission.CHECK_IN)
@before_writing(_read_the_body)
def sync(conference: Conference) -> Response:
    """Take a device's scans, and tell it what others recorded since.

    ``{"device": {"key", "name", "gate", "list", "waiting"}, "since": ms or null, "scans": […]}`` (``scans.read``), with the
    token of forms in the header ``X-CSRFToken``. A scan that cannot be read is answered as refused, the others are taken.
    """
    form = ActionForm(formdata=MultiDict({"csrf_token": request.headers.get("X-CSRFToken", "")}))
    if not form.validate():
        return _error(422, _("This cannot be taken"), _("Your session had expired; nothing you typed is lost, please send it again."))  # fmt: skip
    given = request.get_json(silent=True)
    try:
        about, since, wanted, unreadable = _handed_over(given)
    except (scans.Unreadable, KeyError, TypeError, ValueError, OverflowError, AttributeError):
        return _error(422, _("This cannot be taken"), _("The request could not be understood."))
    _bound(conference)
    device = service.greet(conference, user=current_user, **about)
    if str(conference.id) not in (bound := session.get(_SESSION, {})):
        session[_SESSION] = {**bound, str(conference.id): device.key}
    outcomes = service.record(conference, device, wanted, user=current_user, actor=actor())
    now = clock.now()
    return _json(
        {
            "at": _ms(now),
            "user": current_user.id,
            "outcomes": {**dict.fromkeys(unreadable, "refused"), **{one.key: one.state for one in outcomes}},
            "stamp": lists.stamp(conference),
            "presences": _presences(queries.presences(conference.id, since=since)) if since else [],
            "revoked": lists.revoked_since(conference.id, since) if since else [],
        }
    )


def _handed_over(given: Any) -> tuple[dict[str, Any], datetime | None, list[scans.ScanData], list[str]]:
    about, rows = given["device"], given["scans"]
    if not isinstance(rows, list) or len(rows) > scans.MOST:
        raise ValueError("not so many scans")
    wanted, unreadable = [], []
    for row in rows:
        try:
            wanted.append(scans.read(row))
        except scans.Unreadable:
            if isinstance(row, Mapping) and isinstance(row.get("key"), str):
                unreadable.append(row["key"][:100])
    gate, list_at = about.get("gate"), about.get("list")
    device = {
        "key": scans.uuid(about["key"]),
        "name": str(about.get("name") or "")[:200],
        "gate_id": gate if isinstance(gate, int) and 0 < gate < 2**31 else None,
        "list_at": None if list_at is None else datetime.fromtimestamp(list_at / 1000, UTC),
        "waiting": int(about.get("waiting") or 0),
    }
    since = given.get("since")
    return (
        device,
        None if since is None else datetime.fromtimestamp(since / 1000, UTC) - OVERLAP,
        wanted,
        unreadable,
    )


def _presences(rows: list[tuple[int, str, bool, datetime]]) -> list[list[Any]]:
    return [[person, place, int(inside), _ms(at)] for person, place, inside, at in rows]


# --- who comes without being registered


@blueprint.route("/walk-in", methods=["GET", "POST"])
@manages(Permission.CHECK_IN)
def walk_in(conference: Conference) -> Answer:
    """Register somebody who stands at the desk."""
    registrar = Permission.EDIT_REGISTRATIONS in permissions_in(conference.id)
    categories = db.session.scalars(
        select(Category)
        .where(Category.conference_id == conference.id)
        .order_by(Category.position, Category.id)
    )
    form = WalkInForm()
    form.offer([one for one in categories if walkin.may_give(one, registrar=registrar)])
    if form.validate_on_submit():
        with saving(form):
            made, _badge = walkin.register(
                conference, form.person(), registrar=registrar, language=conference.default_language, actor=actor()
            )  # fmt: skip
        if not form.errors:
            flash(_("%(name)s is registered and has a badge.", name=made.name), "good")
            return redirect(
                url_for("door_desk.walked_in", conference=conference.slug, registration_id=made.id)
            )
    return answer(form, "registration/door/walk_in.html", conference=conference)


@blueprint.get("/walk-in/<int:registration_id>")
@manages(Permission.CHECK_IN)
def walked_in(conference: Conference, registration_id: int) -> Answer:
    """Show who was registered, and print the badge."""
    made = db.session.scalar(
        select(Registration).where(
            Registration.id == registration_id, Registration.conference_id == conference.id
        )
    )
    if made is None:
        raise NotFound
    return render_template(
        "registration/door/walked_in.html", conference=conference, registration=made, action=ActionForm()
    )
