"""The forms of the account pages. What a password must be is checked here; whether it is right, before (see the views)."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms.validators import ValidationError

from eventsapp.accounts import passwords
from eventsapp.accounts.models import User
from eventsapp.core.forms import EmailAddress, Form, LanguageField, PasswordText, TextField

_NEW = {"autocomplete": "new-password"}
_PRESENT = {"autocomplete": "current-password"}


class NewPassword:
    """Refuses what cannot be a password; ``form.owner`` (a User) says whose."""

    def __call__(self, form: Any, field: Any) -> None:
        owner: User = form.owner
        problem = passwords.problem(field.data, email=owner.email, name=owner.name)
        if problem:
            raise ValidationError(problem)


def _new_password(label: Any) -> Any:
    return PasswordText(
        label,
        [NewPassword()],
        required=True,
        max_length=1000,
        render_kw=_NEW,
        description=_l(
            "At least %(count)s characters. Several words are easy to keep in mind.", count=passwords.SHORTEST
        ),
    )


class SignInForm(Form):
    """E-mail address and password."""

    email = EmailAddress(_l("E-mail address"), required=True, render_kw={"autocomplete": "username"})
    password = PasswordText(_l("Password"), required=True, max_length=1000, render_kw=_PRESENT)


class EmailForm(Form):
    """An address to write to."""

    email = EmailAddress(_l("E-mail address"), required=True, render_kw={"autocomplete": "email"})


class _OfSomebody(Form):
    """A form that knows whose account it is about."""

    def __init__(self, owner: User, **more: Any) -> None:
        self.owner = owner
        super().__init__(**more)


class ConfirmForm(_OfSomebody):
    """What finishes an account."""

    name = TextField(_l("Your name"), required=True, max_length=200, render_kw={"autocomplete": "name"})
    password = _new_password(_l("Password"))


class ResetForm(_OfSomebody):
    """A new password, by a link."""

    password = _new_password(_l("New password"))


class ProfileForm(Form):
    """Name and language."""

    name = TextField(_l("Name"), required=True, max_length=200, render_kw={"autocomplete": "name"})
    language = LanguageField(
        _l("Language"),
        required=True,
        description=_l("Of the pages that you use, and of the messages you get."),
    )


class PasswordForm(_OfSomebody):
    """A new password, by the present one."""

    present = PasswordText(_l("Present password"), required=True, max_length=1000, render_kw=_PRESENT)
    password = _new_password(_l("New password"))


class ChangeEmailForm(Form):
    """Another address. The password is asked, because whoever holds the address holds the account."""

    email = EmailAddress(_l("New e-mail address"), required=True, render_kw={"autocomplete": "email"})
    # It stands on the page of PasswordForm, which has a field of the same name.
    password = PasswordText(
        _l("Present password"), required=True, max_length=1000, render_kw=_PRESENT, id="email-password"
    )
