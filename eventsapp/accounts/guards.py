"""Every view function wears exactly one of these: it says who may come in. ``tests/test_architecture.py`` checks.

``manages`` is the guard of the workspace: it loads the conference of the address, and for somebody without a role there
that conference does not exist.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

from flask import current_app, g, redirect, request, url_for
from flask_login import current_user
from sqlalchemy import select
from werkzeug.wrappers import Response as BaseResponse

from eventsapp.accounts import policy
from eventsapp.accounts.enums import Permission
from eventsapp.accounts.models import ConferenceRole, User
from eventsapp.core.audit import Actor
from eventsapp.core.errors import NotAllowed, NotFound
from eventsapp.extensions import db

if TYPE_CHECKING:
    from eventsapp.conferences.models import Conference

View = TypeVar("View", bound=Callable[..., Any])


def actor() -> Actor:
    """Return the signed-in person as the one who acts."""
    return Actor(current_user.name, current_user.id)


def permissions_in(conference_id: int) -> frozenset[Permission]:
    """Return what the signed-in person may do in a conference; empty for anybody without a role there."""
    if not current_user.is_authenticated:
        return frozenset()
    kept: dict[int, frozenset[Permission]] = g.setdefault("permissions", {})
    if conference_id not in kept:
        roles = db.session.scalars(
            select(ConferenceRole.role).where(
                ConferenceRole.user_id == current_user.id, ConferenceRole.conference_id == conference_id
            )
        ).all()
        kept[conference_id] = policy.permissions(roles, administrator=current_user.is_administrator)
    return kept[conference_id]


def may(permission: Permission) -> bool:
    """Return whether the signed-in person holds ``permission`` in the conference of this page. For templates."""
    conference = getattr(g, "conference", None)
    return conference is not None and permission in permissions_in(conference.id)


def holder(permission: Permission) -> Conference | None:
    """Return the conference of the address if the signed-in person holds ``permission`` there, else None.

    For what is made before a view with :func:`manages` writes (``core.web.before_writing``); the view guards itself all the same.
    """
    from eventsapp.conferences.models import Conference

    slug = (request.view_args or {}).get("conference")
    found = db.session.scalar(select(Conference).where(Conference.slug == slug))
    if found is None or permission not in permissions_in(found.id):
        return None
    g.conference = found
    return found


def may_anywhere(permission: Permission) -> bool:
    """Return whether the signed-in person holds ``permission`` in any conference. For what all conferences share."""
    if not current_user.is_authenticated:
        return False
    if current_user.is_administrator:
        return True
    user: User = current_user
    return permission in policy.permissions({role.role for role in user.roles})


def _to_sign_in() -> BaseResponse:
    """Send an anonymous person to sign in and back; what they posted is lost, so a post comes back to the page's form."""
    target = request.full_path.rstrip("?") if request.method in ("GET", "HEAD") else request.path
    return redirect(url_for("accounts.sign_in", next=target))


def _guard(view: View, kind: str, inner: Callable[..., Any]) -> View:
    inner.guard = kind  # type: ignore[attr-defined]
    inner.limits = getattr(view, "limits", ())  # type: ignore[attr-defined]
    return inner  # type: ignore[return-value]


def manages(permission: Permission) -> Callable[[View], View]:
    """Let in who holds ``permission`` in the conference of the address; the view gets it as ``conference``.

    The address has ``<conference>`` (slug). Anonymous people are sent to sign in; people with no role there get 404;
    people with a role that lacks the permission get 403.
    """

    def guard(view: View) -> View:
        @wraps(view)
        def inner(conference: str, **kwargs: Any) -> Any:
            from eventsapp.conferences.models import Conference

            if not current_user.is_authenticated:
                return _to_sign_in()
            found = db.session.scalar(select(Conference).where(Conference.slug == conference))
            if found is None or not permissions_in(found.id):
                raise NotFound
            g.conference = found
            if permission not in permissions_in(found.id):
                raise NotAllowed
            return view(conference=found, **kwargs)

        return _guard(view, f"permission:{permission.value}", inner)

    return guard


def manages_anywhere(permission: Permission) -> Callable[[View], View]:
    """Let in who holds ``permission`` in at least one conference: for what all conferences share."""

    def guard(view: View) -> View:
        @wraps(view)
        def inner(**kwargs: Any) -> Any:
            if not current_user.is_authenticated:
                return _to_sign_in()
            if not may_anywhere(permission):
                raise NotAllowed
            return view(**kwargs)

        return _guard(view, f"permission-anywhere:{permission.value}", inner)

    return guard


def administrators(view: View) -> View:
    """Let in site administrators; for others the page does not exist."""

    @wraps(view)
    def inner(**kwargs: Any) -> Any:
        if not current_user.is_authenticated:
            return _to_sign_in()
        if not current_user.is_administrator:
            raise NotFound
        return view(**kwargs)

    return _guard(view, "administrator", inner)


def signed_in(view: View) -> View:
    """Let in anybody who is signed in."""

    @wraps(view)
    def inner(**kwargs: Any) -> Any:
        if not current_user.is_authenticated:
            return _to_sign_in()
        return view(**kwargs)

    return _guard(view, "login", inner)


def by_token(view: View) -> View:
    """Let in whoever holds the secret in the address; the view itself checks it, first thing, and raises NotFound."""

    @wraps(view)
    def inner(**kwargs: Any) -> Any:
        response = current_app.make_response(view(**kwargs))
        response.headers.setdefault("Cache-Control", "private, no-store")
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    return _guard(view, "token", inner)


def open_to_all(view: View) -> View:
    """Let everybody in. A view that writes needs limits (``core.limits.limited``) as well."""

    @wraps(view)
    def inner(**kwargs: Any) -> Any:
        return view(**kwargs)

    return _guard(view, "open", inner)
