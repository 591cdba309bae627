"""Everything that changes accounts and roles. Named actor, keyword arguments, no commit.

Nothing here tells whether an e-mail address has an account: what differs is said in a message to that address.
Passwords come already hashed (``passwords.hashed``), because hashing must not happen inside a transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import delete, exists, select

from eventsapp.accounts import hooks, links, passwords
from eventsapp.accounts.enums import Role
from eventsapp.accounts.models import ConferenceRole, User
from eventsapp.accounts.names import role_name
from eventsapp.core import audit, clock, locale
from eventsapp.core.audit import Actor
from eventsapp.core.errors import Conflict, Invalid, NotFound
from eventsapp.core.translations import LANGUAGES, clean_text
from eventsapp.extensions import db
from eventsapp.mail import service as mail

NOBODY = Actor("somebody not signed in")


def user_by_email(email: str) -> User | None:
    """Return the person with this address (any case), or None."""
    return db.session.scalar(select(User).where(User.email == email.strip().lower()))


# --- signing in


@dataclass(frozen=True)
class Authenticated:
    """Who has shown their password. ``new_hash`` is to be kept instead of the old one, when that is outdated."""

    user_id: int
    kept: str
    new_hash: str | None


def authenticate(email: str, password: str) -> Authenticated | None:
    """Return who signs in with this address and password, or None; both take equally long. Only reads.

    Call outside of a transaction. People who have not confirmed their address have no password yet, so cannot.
    """
    row = db.session.execute(
        select(User.id, User.password_hash, User.is_active).where(User.email == email.strip().lower())
    ).one_or_none()
    db.session.rollback()
    kept = row.password_hash if row is not None and row.is_active else None
    if not passwords.check(kept, password) or row is None or kept is None:
        return None
    new_hash = passwords.hashed(password) if passwords.is_outdated(kept) else None
    return Authenticated(row.id, kept, new_hash)


def signed_in(found: Authenticated) -> User | None:
    """Return the person to sign in, keeping a fresh hash of their password; None if it was changed just now."""
    user = db.session.get(User, found.user_id)
    if user is None or not user.is_active or user.password_hash != found.kept:
        return None
    if found.new_hash is not None:
        user.password_hash = found.new_hash
    return user


# --- becoming a member


def sign_up(*, email: str, language: str) -> None:
    """Send a link to ``email`` with which its owner makes an account, or a notice that there is one already."""
    user = user_by_email(email)
    if user is None:
        user = User(email=email.strip().lower(), name="", language=_known(language))
        db.session.add(user)
        db.session.flush()
    audit.record(NOBODY, "account.sign_up", f"user:{user.id}")
    if user.password_hash is not None or not user.is_active:
        _send_account_exists(user)
    else:
        _send_confirmation(user, language=_known(language))


def _send_confirmation(user: User, *, language: str) -> None:
    # No name in it: whoever signed up with somebody else's address must not choose what we write to them.
    mail.queue(
        "confirm_account",
        to_name="",
        to_email=user.email,
        language=language,
        context={"link": links.confirm_link(user), "hours": links.CONFIRM_HOURS},
    )


def _send_account_exists(user: User) -> None:
    mail.queue(
        "account_exists",
        to_name=user.name,
        to_email=user.email,
        language=user.language,
        context={
            "link": links.address("accounts.sign_in"),
            "forgot_link": links.address("accounts.forgot"),
        },
    )


def confirm(user: User, *, name: str, password_hash: str) -> None:
    """Finish an account: its owner has followed the link, and says their name and password."""
    name = _name(name)
    user.name = name
    user.password_hash = password_hash
    user.secret_version += 1
    _confirmed(user)
    audit.record(Actor(user.name, user.id), "account.confirm", f"user:{user.id}")


def _confirmed(user: User) -> None:
    if user.email_confirmed_at is None:
        user.email_confirmed_at = clock.now()
    db.session.flush()
    for tell in hooks.address_confirmed:
        tell(user.id, user.email)


def create(
    *, actor: Actor, email: str, name: str, password_hash: str, language: str, administrator: bool = False
) -> User:
    """Make a finished account: on the command line, or of the demo. Raises :class:`Invalid` when the address is taken."""
    if user_by_email(email) is not None:
        raise Invalid({"email": _("This address has an account already.")})
    user = User(
        email=email.strip().lower(),
        name=_name(name),
        password_hash=password_hash,
        language=_known(language),
        is_administrator=administrator,
    )
    db.session.add(user)
    db.session.flush()
    _confirmed(user)
    audit.record(actor, "account.create", f"user:{user.id}", detail={"administrator": administrator})
    return user


# --- passwords


def ask_reset(*, email: str) -> None:
    """Send a link to choose a new password to ``email``, if it has an account; otherwise nothing."""
    user = user_by_email(email)
    # Written either way, so that the answer takes equally long.
    audit.record(NOBODY, "account.ask_reset", f"user:{user.id}" if user is not None else "user:unknown")
    if user is None or not user.is_active:
        return
    if user.password_hash is None:
        _send_confirmation(user, language=user.language)
        return
    mail.queue(
        "reset_password",
        to_name=user.name,
        to_email=user.email,
        language=user.language,
        context={"link": links.reset_link(user), "hours": links.RESET_HOURS},
    )


def set_password(user: User, *, password_hash: str, actor: Actor, by_link: bool = False) -> None:
    """Give a person a new password: ends all their sessions and links, and tells them.

    ``by_link``: they came by a link in a message, and so have proved that the address is theirs.
    """
    user.password_hash = password_hash
    user.secret_version += 1
    user.pending_email = None
    if by_link or user.email_confirmed_at is None:
        _confirmed(user)
    audit.record(actor, "account.password", f"user:{user.id}")
    mail.queue(
        "password_changed",
        to_name=user.name,
        to_email=user.email,
        language=user.language,
        context={"link": links.address("accounts.forgot")},
    )


def end_sessions(user: User, *, actor: Actor) -> None:
    """Sign a person out everywhere."""
    user.secret_version += 1
    audit.record(actor, "account.end_sessions", f"user:{user.id}")


# --- the profile


def update_profile(user: User, *, name: str, language: str, actor: Actor) -> None:
    """Change a person's name and language. Raises :class:`Invalid`."""
    user.name = _name(name)
    user.language = _known(language)
    audit.record(actor, "account.profile", f"user:{user.id}")


def ask_email_change(user: User, *, email: str, actor: Actor) -> None:
    """Ask the new address whether it is theirs; until it answers, the account keeps the old one.

    Says nothing about whether the new address has an account; if it has, its owner gets a notice instead.
    """
    email = email.strip().lower()
    if email == user.email:
        raise Invalid({"email": _("This is your present address.")})
    user.pending_email = email
    audit.record(actor, "account.ask_email", f"user:{user.id}")
    db.session.flush()
    other = user_by_email(email)
    if other is not None and other.password_hash is not None:
        _send_account_exists(other)
        return
    mail.queue(
        "email_change",
        to_name=user.name,
        to_email=email,
        language=user.language,
        context={"link": links.email_link(user), "hours": links.EMAIL_HOURS},
    )


def change_email(user: User, *, actor: Actor) -> None:
    """Make the pending address the person's own; tells the old one. Raises :class:`Conflict` when it is taken."""
    email = user.pending_email
    if email is None:
        raise NotFound
    other = user_by_email(email)
    if other is not None:
        if other.password_hash is not None or other.roles:
            raise Conflict(_("This address belongs to another account."))
        # Somebody began to sign up with it and never came back.
        db.session.delete(other)
        db.session.flush()
    mail.queue(
        "email_changed",
        to_name=user.name,
        to_email=user.email,
        language=user.language,
        context={},
    )
    user.email = email
    user.pending_email = None
    user.email_confirmed_at = clock.now()
    # Links that went to the old address are worth nothing from now on.
    user.secret_version += 1
    _confirmed(user)
    audit.record(actor, "account.email", f"user:{user.id}")


def deactivate(user: User, *, actor: Actor) -> None:
    """Close an account: nobody signs in with it, its sessions end, its roles stay for the record."""
    if user.id == actor.user_id and user.is_administrator:
        raise Conflict(_("You cannot close your own account while you are an administrator."))
    if not user.is_active:
        return
    user.is_active = False
    user.secret_version += 1
    audit.record(actor, "account.deactivate", f"user:{user.id}")


def reactivate(user: User, *, actor: Actor) -> None:
    """Open a closed account again."""
    if user.is_active:
        return
    user.is_active = True
    audit.record(actor, "account.reactivate", f"user:{user.id}")


def set_administrator(user: User, *, administrator: bool, actor: Actor) -> None:
    """Make somebody a site administrator, or no longer. Nobody takes it from themselves: one always remains."""
    if user.is_administrator == administrator:
        return
    if user.id == actor.user_id:
        raise Conflict(_("Ask another administrator to do this."))
    user.is_administrator = administrator
    user.secret_version += 1
    audit.record(actor, "account.administrator", f"user:{user.id}", detail={"administrator": administrator})


# --- roles


def grant(
    *,
    conference_id: int,
    conference_name: str,
    email: str,
    name: str,
    role: Role,
    actor: Actor,
    language: str | None = None,
) -> User:
    """Give a role in a conference to the person with this address, who is invited when they have no account.

    ``conference_name`` is for the message. Raises :class:`Invalid` when they have the role already or are not active.
    """
    user = user_by_email(email)
    if user is None:
        user = User(
            email=email.strip().lower(), name=_name(name), language=_known(language or locale.current())
        )
        db.session.add(user)
        db.session.flush()
    if not user.is_active:
        raise Invalid({"email": _("This account is closed.")})
    if not user.name:
        # They began to sign up, and will say their name themselves; until then, the team's word for them.
        user.name = _name(name)
    if any(held.conference_id == conference_id and held.role is role for held in user.roles):
        raise Invalid({"role": _("This person has this role already.")})
    user.roles.append(ConferenceRole(conference_id=conference_id, role=role))
    audit.record(
        actor, "role.grant", f"user:{user.id}", conference_id=conference_id, detail={"role": role.value}
    )
    new = user.password_hash is None
    with locale.speaking(user.language):
        named = role_name(role)
    mail.queue(
        "invitation" if new else "role_granted",
        to_name=user.name,
        to_email=user.email,
        language=user.language,
        conference_id=conference_id,
        context={
            "link": links.invitation_link(user) if new else links.address("conferences_manage.index"),
            "days": links.INVITATION_HOURS // 24,
            "inviter": actor.name,
            "role": named,
            "conference_name": conference_name,
        },
    )
    return user


def revoke(*, conference_id: int, user_id: int, role: Role, actor: Actor) -> None:
    """Take a role in a conference from a person. Raises :class:`NotFound`, and :class:`Conflict` for the last owner."""
    held = db.session.scalar(
        select(ConferenceRole).where(
            ConferenceRole.conference_id == conference_id,
            ConferenceRole.user_id == user_id,
            ConferenceRole.role == role,
        )
    )
    if held is None:
        raise NotFound
    if role is Role.OWNER:
        others = db.session.scalars(
            select(ConferenceRole.id)
            .where(
                ConferenceRole.conference_id == conference_id,
                ConferenceRole.role == Role.OWNER,
                ConferenceRole.id != held.id,
            )
            .with_for_update()
        )
        if others.first() is None:
            raise Conflict(_("A conference keeps at least one owner. Name another one first."))
    db.session.delete(held)
    audit.record(
        actor, "role.revoke", f"user:{user_id}", conference_id=conference_id, detail={"role": role.value}
    )


# --- housekeeping


def forget_unconfirmed(now: datetime) -> None:
    """Delete accounts that were begun a month ago and never finished, unless somebody gave them a role."""
    begun = delete(User).where(
        User.password_hash.is_(None),
        User.email_confirmed_at.is_(None),
        User.created_at < now - timedelta(days=31),
        ~exists().where(ConferenceRole.user_id == User.id),
    )
    db.session.execute(begun.execution_options(synchronize_session=False))


# --- details


def _known(language: str) -> str:
    return language if language in LANGUAGES else "en"


def _name(name: str) -> str:
    cleaned = " ".join(clean_text(name).split())
    if not cleaned:
        raise Invalid({"name": _("This field is required.")})
    if len(cleaned) > 200:
        raise Invalid({"name": _("Use at most %(most)d characters.", most=200)})
    return cleaned
