"""Signing in and out, making an account, and one's own pages.

Passwords are hashed and checked before the request's transaction begins (``before_writing``); the view finds the
outcome in ``g``.
"""

from __future__ import annotations

from typing import Any

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    g,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_babel import gettext as _
from flask_login import current_user, login_user
from werkzeug.wrappers import Response as BaseResponse

from eventsapp.accounts import links, passwords, queries, service
from eventsapp.accounts.forms import (
    ChangeEmailForm,
    ConfirmForm,
    EmailForm,
    PasswordForm,
    ProfileForm,
    ResetForm,
    SignInForm,
)
from eventsapp.accounts.guards import actor, by_token, open_to_all, signed_in
from eventsapp.accounts.models import User
from eventsapp.core import locale
from eventsapp.core.audit import Actor
from eventsapp.core.errors import Conflict, NotFound
from eventsapp.core.forms import ActionForm, answer, email_address, saving
from eventsapp.core.limits import Limit, by_address, by_field, limited
from eventsapp.core.translations import LANGUAGES
from eventsapp.core.web import before_writing, private, safe_next
from eventsapp.extensions import db

account = Blueprint("accounts", __name__)

Answer = str | tuple[str, int] | Response | BaseResponse


def _by_address_and_email() -> str:
    return f"{by_address()} {by_field('email')()}"


def _by_user() -> str:
    return str(current_user.id) if current_user.is_authenticated else ""


# Somebody who guesses the passwords of one account is slowed down without locking its owner out.
_SIGN_IN_LIMITS = (
    Limit("sign-in", "LIMIT_SIGN_IN", _by_address_and_email),
    Limit("sign-in-account", "LIMIT_ADDRESS", by_field("email")),
    Limit("sign-in-address", "LIMIT_ADDRESS", by_address),
)
_MAIL_LIMITS = (
    Limit("account-mail", "LIMIT_MAIL", by_field("email")),
    Limit("account-mail-address", "LIMIT_ADDRESS", by_address),
)
_LINK_LIMITS = (Limit("account-link", "LIMIT_ADDRESS", by_address),)
_PASSWORD_LIMITS = (Limit("account-password", "LIMIT_SIGN_IN", _by_user),)


def begin_session(user: User) -> None:
    """Sign a person in, in a session that holds nothing of the one before (which somebody else may have planted)."""
    chosen = session.get("language")
    session.clear()
    if chosen in LANGUAGES:
        session["language"] = chosen
    session.permanent = True
    login_user(user)


def _home() -> str:
    """Return where somebody who has just signed in goes: the workspace, or their registrations."""
    works = current_user.is_administrator or queries.has_roles(current_user.id)
    if works and "conferences_manage.index" in current_app.view_functions:
        return url_for("conferences_manage.index")
    return url_for("accounts.registrations")


def _next() -> str:
    return safe_next(request.args.get("next"), _home())


# --- signing in and out


def _check_sign_in() -> None:
    email = email_address(request.form.get("email", "").strip()) or ""
    g.authenticated = service.authenticate(email, request.form.get("password", ""))


@account.route("/account/sign-in", methods=["GET", "POST"])
@open_to_all
@limited(*_SIGN_IN_LIMITS)
@before_writing(_check_sign_in)
def sign_in() -> Answer:
    """Sign in, and go on to ``next`` (a path on this site)."""
    if request.method == "GET" and current_user.is_authenticated:
        return redirect(_next())
    form = SignInForm()
    if form.validate_on_submit():
        user = service.signed_in(g.authenticated) if g.authenticated is not None else None
        if user is not None:
            begin_session(user)
            return redirect(_next())
        form.form_errors.append(_("The e-mail address or the password is not right."))
    return answer(form, "account/sign_in.html", next=request.args.get("next"))


@account.post("/account/sign-out")
@open_to_all
@limited(Limit("sign-out", "LIMIT_ADDRESS", by_address))
def sign_out() -> Answer:
    """End the session. Needs a token, so that no other site can do it."""
    form = ActionForm()
    if not form.validate_on_submit():
        return render_template("account/sign_out.html", form=form), 422
    chosen = session.get("language")
    session.clear()
    if chosen in LANGUAGES:
        session["language"] = chosen
    return redirect(url_for("site.home", lang=locale.current()))


def _works() -> bool:
    """Return whether the workspace has anything for this person."""
    return current_user.is_authenticated and (
        current_user.is_administrator or queries.has_roles(current_user.id)
    )


def own_frame() -> dict[str, Any]:
    """Return what every page of the person's own needs: there is a way on from it also where no script runs."""
    return {"works": _works(), "action": ActionForm(formdata=None)}


@account.get("/account/menu")
@open_to_all
def menu() -> Answer:
    """Return the fragment that stands in the header of public pages: the person's menu, or the way to sign in.

    ``lang`` is the page's language. Nobody keeps it.
    """
    language = request.args.get("lang")
    with locale.speaking(language if language in LANGUAGES else locale.current()):
        html = render_template(
            "account/_menu.html", form=ActionForm() if current_user.is_authenticated else None, works=_works()
        )
    return private(current_app.make_response(html))


@account.get("/language/<lang>")
@open_to_all
def language(lang: str) -> Answer:
    """Keep a choice of language for the pages whose address does not say one, and go back to ``next`` in it."""
    if lang not in LANGUAGES:
        raise NotFound
    target = safe_next(request.args.get("next"), "/")
    first, *rest = target.removeprefix("/").split("/", 1)
    if first in LANGUAGES:
        target = "/".join(["", lang, *rest])
    elif target == "/":
        target = f"/{lang}/"
    session["language"] = lang
    return redirect(target)


# --- making an account


@account.route("/account/sign-up", methods=["GET", "POST"])
@open_to_all
@limited(*_MAIL_LIMITS)
def sign_up() -> Answer:
    """Ask for a link to make an account with. The answer is the same whether the address has one."""
    if request.method == "GET" and current_user.is_authenticated:
        return redirect(_next())
    form = EmailForm(data={"email": request.args.get("email", "")[:254]})
    if form.validate_on_submit():
        service.sign_up(email=form.email.data, language=locale.current())
        return redirect(url_for("accounts.sent"))
    return answer(form, "account/sign_up.html")


@account.get("/account/sent")
@open_to_all
def sent() -> Answer:
    """Say that a message is on its way, if it is."""
    return render_template("account/sent.html")


def _hash_for(person: User | None) -> None:
    """Hash the new password that was sent, if it can be taken, for the view to keep."""
    password = request.form.get("password", "")
    g.password_hash = None
    if person is not None and passwords.problem(password, email=person.email, name=person.name) is None:
        db.session.rollback()
        g.password_hash = passwords.hashed(password)


def _hash_to_confirm() -> None:
    _hash_for(links.to_confirm(_token()))


def _hash_to_reset() -> None:
    _hash_for(links.to_reset(_token()))


def _token() -> str:
    return str((request.view_args or {})["token"])


@account.route("/account/confirm/<token>", methods=["GET", "POST"])
@by_token
@limited(*_LINK_LIMITS)
@before_writing(_hash_to_confirm)
def confirm(token: str) -> Answer:
    """Choose name and password: finishes the account and signs in. Opening the link alone changes nothing."""
    user = links.to_confirm(token)
    if user is None:
        return _dead_link()
    form = ConfirmForm(user, data={"name": user.name})
    if form.validate_on_submit() and g.password_hash is not None:
        with saving(form):
            service.confirm(user, name=form.name.data, password_hash=g.password_hash)
        if not form.errors:
            begin_session(user)
            flash(_("Your account is ready."), "good")
            return redirect(_home())
    return answer(form, "account/confirm.html", user=user)


def _dead_link() -> Answer:
    return render_template("account/dead_link.html"), 404


# --- a new password


@account.route("/account/forgot", methods=["GET", "POST"])
@open_to_all
@limited(*_MAIL_LIMITS)
def forgot() -> Answer:
    """Ask for a link to choose a new password with. The answer is the same whether the address has an account."""
    form = EmailForm(data={"email": request.args.get("email", "")[:254]})
    if form.validate_on_submit():
        service.ask_reset(email=form.email.data)
        return redirect(url_for("accounts.sent"))
    return answer(form, "account/forgot.html")


@account.route("/account/reset/<token>", methods=["GET", "POST"])
@by_token
@limited(*_LINK_LIMITS)
@before_writing(_hash_to_reset)
def reset(token: str) -> Answer:
    """Choose a new password: ends all sessions and links of the account, and signs in."""
    user = links.to_reset(token)
    if user is None:
        return _dead_link()
    form = ResetForm(user)
    if form.validate_on_submit() and g.password_hash is not None:
        by = Actor(user.name, user.id)
        service.set_password(user, password_hash=g.password_hash, actor=by, by_link=True)
        db.session.flush()
        begin_session(user)
        flash(_("Your new password is set. Every other device was signed out."), "good")
        return redirect(_home())
    return answer(form, "account/reset.html", user=user)


@account.route("/account/email/<token>", methods=["GET", "POST"])
@by_token
@limited(*_LINK_LIMITS)
def confirm_email(token: str) -> Answer:
    """Confirm the new address of an account. Opening the link alone changes nothing."""
    user = links.to_change_email(token)
    if user is None:
        return _dead_link()
    form = ActionForm()
    if form.validate_on_submit():
        same = current_user.is_authenticated and current_user.id == user.id
        service.change_email(user, actor=Actor(user.name, user.id))
        db.session.flush()
        if same:
            begin_session(user)
        flash(_("Your new e-mail address is confirmed. Use it to sign in from now on."), "good")
        return redirect(url_for("accounts.profile") if same else url_for("accounts.sign_in"))
    return answer(form, "account/confirm_email.html", user=user)


# --- one's own pages


@account.get("/account/")
@signed_in
def index() -> Answer:
    """Go to the person's registrations."""
    return redirect(url_for("accounts.registrations"))


@account.get("/account/registrations")
@signed_in
def registrations() -> Answer:
    """Show the registrations of the person, in all conferences."""
    lines = queries.registrations(current_user.id)
    return render_template("account/registrations.html", lines=lines, **own_frame())


@account.route("/account/profile", methods=["GET", "POST"])
@signed_in
def profile() -> Answer:
    """Change name and language."""
    form = ProfileForm(obj=current_user)
    if form.validate_on_submit():
        with saving(form):
            service.update_profile(
                current_user, name=form.name.data, language=form.language.data, actor=actor()
            )
        if not form.errors:
            session["language"] = form.language.data
            flash(_("Saved."), "good")
            return redirect(url_for("accounts.profile"))
    return answer(form, "account/profile.html", **own_frame())


def _check_present() -> bool:
    if not current_user.is_authenticated:
        return False
    kept = current_user.password_hash
    db.session.rollback()
    field = "present" if "present" in request.form else "password"
    return passwords.check(kept, request.form.get(field, ""))


def _check_and_hash() -> None:
    g.is_present = _check_present()
    _hash_for(current_user if g.is_present else None)


def _check_only() -> None:
    g.is_present = _check_present()


@account.route("/account/security", methods=["GET", "POST"])
@signed_in
@limited(*_PASSWORD_LIMITS)
@before_writing(_check_and_hash)
def security() -> Answer:
    """Change the password, by the present one; the page also leads to the address and the other devices."""
    form = PasswordForm(current_user)
    if form.validate_on_submit():
        if g.is_present and g.password_hash is not None:
            user: User = current_user._get_current_object()
            service.set_password(user, password_hash=g.password_hash, actor=actor())
            db.session.flush()
            begin_session(user)
            flash(_("Your new password is set. Every other device was signed out."), "good")
            return redirect(url_for("accounts.security"))
        form.present.errors = [_("This is not your present password.")]
    return _security(form=form)


def _security(form: PasswordForm | None = None, email_form: ChangeEmailForm | None = None) -> Answer:
    refused = bool((form and form.errors) or (email_form and email_form.errors))
    html = render_template(
        "account/security.html",
        form=form or PasswordForm(current_user, formdata=None),
        email_form=email_form or ChangeEmailForm(formdata=None),
        **own_frame(),
    )
    return html, 422 if refused else 200


@account.post("/account/security/email")
@signed_in
@limited(*_PASSWORD_LIMITS, *_MAIL_LIMITS)
@before_writing(_check_only)
def change_email() -> Answer:
    """Ask a new address to confirm that it is the person's."""
    form = ChangeEmailForm()
    if form.validate_on_submit():
        if g.is_present:
            with saving(form):
                service.ask_email_change(current_user, email=form.email.data, actor=actor())
            if not form.errors:
                return redirect(url_for("accounts.sent"))
        else:
            form.password.errors = [_("This is not your present password.")]
    return _security(email_form=form)


@account.post("/account/security/sessions")
@signed_in
def end_sessions() -> Answer:
    """Sign out every other device."""
    form = ActionForm()
    if not form.validate_on_submit():
        raise Conflict(_("Your session had expired. Please try again."))
    user: User = current_user._get_current_object()
    service.end_sessions(user, actor=actor())
    db.session.flush()
    begin_session(user)
    flash(_("Every other device was signed out."), "good")
    return redirect(url_for("accounts.security"))
