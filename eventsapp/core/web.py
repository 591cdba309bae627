"""What every view stands on: the application class, errors as answers, forms that keep what was typed, headers.

The order of a request: :class:`EventsApp` counts rate limits, opens the transaction, calls the view, and commits or
rolls back by the answer's status. Domain errors become pages or JSON in :func:`register_errors`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, jsonify, render_template, request
from flask_babel import get_translations
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from flask_wtf.csrf import _FlaskFormCSRF
from flask_wtf.form import _Auto
from sqlalchemy.exc import IntegrityError, OperationalError
from werkzeug.datastructures import CombinedMultiDict
from werkzeug.exceptions import BadRequest, HTTPException
from werkzeug.routing import IntegerConverter
from wtforms import FieldList, FormField
from wtforms.csrf.core import CSRFTokenField
from wtforms.validators import ValidationError

from eventsapp.core import limits
from eventsapp.core.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound, TooMany
from eventsapp.core.packing import packed
from eventsapp.core.transaction import transaction
from eventsapp.extensions import db

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

PUBLIC_MARK = "X-Eventsapp-Public"
"""The header by which :func:`public` tells the front layer what it may keep. It never leaves the process."""

_CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; worker-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)

HEADERS = {
    "Content-Security-Policy": _CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class Refused(Exception):
    """Carries an error answer through the transaction, so that it is rolled back. Never leaves :class:`EventsApp`."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status)
        self.response = response


class _Number(IntegerConverter):
    """A whole number in an address, as a column holds it; a greater one leads nowhere."""

    def __init__(self, *args: Any, **more: Any) -> None:
        more.setdefault("max", 2**31 - 1)
        super().__init__(*args, **more)


class EventsApp(Flask):
    """A Flask application with one transaction for each request, and static files that travel compressed."""

    def send_static_file(self, filename: str) -> Response:
        """Return a static file, compressed for whoever takes that."""
        response = packed(self.static_folder, filename) or super().send_static_file(filename)
        response.vary.add("Accept-Encoding")
        return response

    def dispatch_request(self) -> Response:
        """Call the view: safe methods never write; others commit when the answer is no error, else change nothing."""
        if "\0" in request.path or b"%00" in request.query_string:
            # No text that is kept has this character, and PostgreSQL takes no question about it.
            raise BadRequest
        if request.method in SAFE_METHODS or request.routing_exception is not None:
            try:
                return self.make_response(super().dispatch_request())
            finally:
                db.session.rollback()
        view = self.view_functions[cast(str, request.endpoint)]
        # Read the body before the transaction begins: a slow sender must not hold the writer lock.
        request.form  # noqa: B018
        limits.consume(getattr(view, "limits", ()))
        for prepare in getattr(view, "before_writing", ()):
            early = prepare()
            if early is not None:
                return self.make_response(early)
        try:
            for last in (False, False, True):
                try:
                    with transaction():
                        response = self.make_response(super().dispatch_request())
                        if response.status_code >= 400:
                            raise Refused(response)
                        return response
                except OperationalError as error:
                    if last or not _lost_to_another(error):
                        raise
                    current_app.logger.info(
                        "%s %s is done again: %s", request.method, request.path, error.orig
                    )
            raise AssertionError("unreachable")
        except Refused as refused:
            return refused.response
        except IntegrityError as error:
            # The services check first; what still gets here lost a race with another request.
            current_app.logger.warning("a constraint refused the change: %s", error.orig)
            raise Conflict(_("Somebody else changed this at the same moment. Please look again.")) from error


def _lost_to_another(error: OperationalError) -> bool:
    """Return whether PostgreSQL undid the transaction for the sake of another one: deadlock, or not serializable."""
    return getattr(error.orig, "sqlstate", None) in ("40P01", "40001")


View = TypeVar("View", bound=Callable[..., object])


def before_writing(prepare: Callable[[], object]) -> Callable[[View], View]:
    """Mark a view so that ``prepare`` runs before the transaction of an unsafe request to it begins.

    For what takes long and needs no transaction, such as checking a password: the writer's lock is not held meanwhile.
    ``prepare`` reads the request, may read the database, writes nothing, and leaves what it found in ``g``: plain data,
    as objects would be read again. When it returns an answer, such as a form that was refused, that is the answer.
    """

    def mark(view: View) -> View:
        view.before_writing = (prepare,)  # type: ignore[attr-defined]
        return view

    return mark


class _Catalog:
    """Gives WTForms our own translations for the messages of its validators."""

    def gettext(self, text: str) -> str:
        return str(get_translations().gettext(text))

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        return str(get_translations().ngettext(singular, plural, n))


class _Csrf(_FlaskFormCSRF):
    """Says in people's words that a token is missing, wrong or too old."""

    def validate_csrf_token(self, form: Any, field: Any) -> None:
        try:
            super().validate_csrf_token(form, field)
        except ValidationError:
            raise ValidationError(
                _("Your session had expired; nothing you typed is lost, please send it again.")
            ) from None


class Form(FlaskForm):
    """Base of all forms: an expired or missing CSRF token is an error beside the others, so nothing typed is lost."""

    class Meta(FlaskForm.Meta):
        csrf_class = _Csrf

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """Read forms from forms only: JSON would bring values of any type into the fields."""
            if formdata is not _Auto:
                return formdata
            if request.method in SAFE_METHODS:
                return None
            return CombinedMultiDict([request.files, request.form])

        def get_translations(self, form: Any) -> _Catalog:
            return _Catalog()

    @property
    def summary(self) -> list[tuple[str, str, list[str]]]:
        """(id, label, errors) of each input that has errors, for the summary on top of the form."""
        found = list(_problems(self))
        if self.form_errors:
            found.append(("", "", [str(error) for error in self.form_errors]))
        return found


def _problems(fields: Any) -> Iterator[tuple[str, str, list[str]]]:
    for field in fields:
        if not field.errors:
            continue
        if hasattr(field, "problems"):
            yield from field.problems()
        elif isinstance(field, FormField):
            yield from _problems(field.form)
        elif isinstance(field, FieldList):
            own = [str(error) for error in field.errors if isinstance(error, str)]
            if own:
                yield field.id, str(field.label.text), own
            yield from _problems(field)
        else:
            hidden = isinstance(field, CSRFTokenField)
            label = "" if hidden else str(field.label.text)
            yield "" if hidden else field.id, label, [str(error) for error in _flat(field.errors)]


class ActionForm(Form):
    """A form that is only a button."""


def _flat(errors: Any) -> Iterator[object]:
    if isinstance(errors, dict):
        for value in errors.values():
            yield from _flat(value)
    elif isinstance(errors, list | tuple):
        for value in errors:
            yield from _flat(value)
    else:
        yield errors


@contextmanager
def saving(form: FlaskForm) -> Iterator[None]:
    """Run a service for a valid form; put what it finds :class:`Invalid` beside the fields, and undo what it began.

    After the block ``form.errors`` tells whether it was refused. Because the session is rolled back, objects loaded
    before are read again.
    """
    # A savepoint instead of a rollback: the transaction, and the writer's lock, stay as they are.
    with checking(form), db.session.begin_nested():
        yield


@contextmanager
def checking(form: FlaskForm) -> Iterator[None]:
    """Do what :func:`saving` does for a service that writes nothing: there is nothing to undo."""
    try:
        yield
    except Invalid as invalid:
        for name, said in invalid.errors.items():
            if name and name in form:
                form[name].errors = [*form[name].errors, *said]
            else:
                form.form_errors.extend(str(sentence) for sentence in said)


def public(response: Response | str, *, changes_at: datetime | None = None) -> Response:
    """Mark an answer as public: the same for everybody, kept by the front layer until the conference's revision moves.

    ``changes_at`` (aware) is the next instant at which the page would look different although nothing was changed.
    Only status 200 answers to GET and HEAD are kept. The mark is an internal header that never leaves the process.
    """
    answer = current_app.make_response(response)
    answer.headers[PUBLIC_MARK] = "" if changes_at is None else str(changes_at.timestamp())
    answer.headers["Cache-Control"] = "public, max-age=0, must-revalidate"
    g.public = True
    return answer


def private(response: Response) -> Response:
    """Mark an answer as one person's: kept by nobody."""
    response.headers["Cache-Control"] = "private, no-store"
    return response


def safe_next(target: str | None, default: str) -> str:
    """Return ``target`` when it is a path on this site, else ``default``. For redirects."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return default
    if any(ord(c) < 0x21 or c == "\\" for c in target):
        return default
    parts = urlsplit(target)
    return default if parts.scheme or parts.netloc else target


def absolute(path: str) -> str:
    """Return the absolute address of a path on this site, by ``PUBLIC_URL``."""
    return f"{current_app.config['PUBLIC_URL']}{path}"


def wants_json() -> bool:
    """Return whether the client asked for JSON rather than a page."""
    return request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"


def _finish(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if current_app.config["PUBLIC_URL"].startswith("https:"):
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if not getattr(g, "public", False) and "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "private, no-store"
    return response


def error_answer(status: int, title: str, message: str, **headers: str) -> Response:
    """Return an error as a page, or as JSON ``{"error": {"status", "title", "detail"}}`` when that was asked for."""
    if wants_json():
        response = jsonify(error={"status": status, "title": title, "detail": message})
    else:
        response = current_app.make_response(
            render_template("error.html", status=status, title=title, message=message)
        )
    response.status_code = status
    response.headers.update(headers)
    return private(response)


def register_errors(app: Flask) -> None:
    """Turn domain and HTTP errors into answers, in the reader's language."""

    @app.errorhandler(DomainError)
    def _domain(error: DomainError) -> Response:
        if isinstance(error, NotFound):
            return _not_found()
        if isinstance(error, NotAllowed):
            return error_answer(403, _("Not allowed"), _("You are not allowed to do this."))
        if isinstance(error, TooMany):
            text = _("Too many attempts. Please wait a little before you try again.")
            return error_answer(429, _("Too many attempts"), text, **{"Retry-After": str(error.retry_after)})
        if isinstance(error, Invalid):
            said = " ".join(str(sentence) for found in error.errors.values() for sentence in found)
            return error_answer(422, _("This cannot be taken"), said)
        return error_answer(409, _("This cannot be done now"), str(error))

    @app.errorhandler(HTTPException)
    def _http(error: HTTPException) -> Response:
        status = error.code or 500
        if error.response is not None or status < 400:
            return current_app.make_response(error.get_response())
        if status == 404:
            return _not_found()
        known: dict[int, Callable[[], tuple[str, str]]] = {
            400: lambda: (_("Not understood"), _("The request could not be understood.")),
            401: lambda: (_("Please sign in"), _("Sign in to see this.")),
            403: lambda: (_("Not allowed"), _("You are not allowed to do this.")),
            405: lambda: (_("Not possible here"), _("This address does not take that kind of request.")),
            413: lambda: (_("Too large"), _("What you sent is too large. Nothing was saved.")),
        }
        title, message = (
            known[status]() if status in known else (error.name, _("The request could not be answered."))
        )
        allow = {"Allow": error.get_response().headers["Allow"]} if status == 405 else {}
        return error_answer(status, title, message, **allow)

    @app.errorhandler(Exception)
    def _unexpected(error: Exception) -> Response:
        current_app.logger.exception("unexpected error at %s %s", request.method, request.path)
        db.session.rollback()
        return error_answer(500, _("Something went wrong"), _("It is our fault. Nothing was changed."))


def _not_found() -> Response:
    text = _("There is nothing at this address. It may have been moved, or never existed.")
    return error_answer(404, _("Not found"), text)


def register(app: Flask) -> None:
    """Install headers, errors and the numbers of addresses on an application. Before the features are bound."""
    app.url_map.converters["int"] = _Number
    app.after_request(_finish)
    register_errors(app)
