"""Every setting, with its default.

Settings come, in this order, from the defaults here, ``instance/config.py`` (names in capitals), the environment
(``EVENTSAPP_`` + name), and what ``create_app`` is handed. A wrong or missing one stops the start, by name.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

PACKAGE = Path(__file__).parent
CHECKOUT = PACKAGE.parent


def folder(name: str) -> Path:
    """Return the folder ``templates`` or ``static``: beside the package in a checkout, inside it in a wheel."""
    outside = CHECKOUT / name
    return outside if (CHECKOUT / "pyproject.toml").exists() and outside.is_dir() else PACKAGE / name


DEFAULTS: dict[str, Any] = {
    # Signs sessions and secret addresses. Made once and kept in instance/secret_key when not set.
    "SECRET_KEY": "",
    # sqlite:///… or postgresql+psycopg://user:password@host/database. Empty: instance/eventsapp.db
    "SQLALCHEMY_DATABASE_URI": "",
    # SQLite: FULL survives a power cut, NORMAL only a crash of the program.
    "SQLITE_SYNCHRONOUS": "FULL",
    # The address people reach it by, without a slash at the end; all absolute links use it, never the Host header.
    "PUBLIC_URL": "http://127.0.0.1:8000",
    # How many proxies in front are trusted to set X-Forwarded-For and -Proto.
    "TRUSTED_PROXIES": 0,
    # Where uploaded files are kept. Empty: instance/uploads
    "UPLOADS": "",
    # Where pages of passports are kept, encrypted, apart from the other uploads. Empty: instance/sealed
    "SEALED": "",
    # Bytes that one request may carry, and one upload.
    "MAX_CONTENT_LENGTH": 12 * 1024 * 1024,
    "MAX_FORM_MEMORY_SIZE": 2 * 1024 * 1024,
    # Bytes of finished public pages and feeds that each worker process keeps: 8 MiB are some 1,600 compressed pages.
    "PUBLIC_CACHE_BYTES": 8 * 1024 * 1024,
    # Bytes of printed programmes and signs (PDF) that instance/printed keeps.
    "PRINT_CACHE_BYTES": 64 * 1024 * 1024,
    # How messages leave: "smtp", or "none" (they stay in the outbox).
    "MAIL_TRANSPORT": "none",
    "SMTP_HOST": "localhost",
    "SMTP_PORT": 25,
    "SMTP_USER": "",
    "SMTP_PASSWORD": "",
    # "none", "starttls" or "tls"
    "SMTP_SECURITY": "none",
    "MAIL_FROM": "eventsapp <no-reply@localhost>",
    # Tries before a message is given up; the pause doubles from one minute on.
    "MAIL_ATTEMPTS": 8,
    # Shows all messages at /demo/messages and the demo accounts. Never on a real site.
    "DEMO": False,
    # Who may read /metrics: a bearer token. Empty: nobody.
    "METRICS_TOKEN": "",
    # Requests allowed within the window: (times, seconds).
    "LIMIT_SIGN_IN": (10, 600),
    "LIMIT_REGISTER": (20, 3600),
    "LIMIT_MAIL": (5, 3600),
    "LIMIT_ADDRESS": (300, 600),
    "LIMIT_PROPOSAL": (60, 3600),
    # Session cookie.
    "SESSION_COOKIE_NAME": "eventsapp",
    "SESSION_COOKIE_HTTPONLY": True,
    "SESSION_COOKIE_SAMESITE": "Lax",
    "PERMANENT_SESSION_LIFETIME": 14 * 24 * 3600,
    # Renewed once a day (accounts/login.py): an answer under way must not bring an older session back.
    "SESSION_REFRESH_EACH_REQUEST": False,
    "WTF_CSRF_TIME_LIMIT": 12 * 3600,
    "TEMPLATES_AUTO_RELOAD": False,
    "TESTING": False,
}


class WrongSetting(RuntimeError):
    """A setting is missing or wrong; the message begins with its name."""


def _from_environment() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, default in DEFAULTS.items():
        raw = os.environ.get(f"EVENTSAPP_{name}")
        if raw is None:
            continue
        try:
            found[name] = _parse(raw, default)
        except ValueError as error:
            raise WrongSetting(f"EVENTSAPP_{name}: {error}") from None
    return found


def _parse(raw: str, default: Any) -> Any:
    if isinstance(default, bool):
        if raw.lower() not in ("0", "1", "true", "false", "yes", "no"):
            raise ValueError(f"{raw!r} is neither true nor false")
        return raw.lower() in ("1", "true", "yes")
    if isinstance(default, int):
        return int(raw)
    if isinstance(default, tuple):
        times, seconds = raw.split("/")
        return int(times), int(seconds)
    return raw


def _kept_secret(instance: Path) -> str:
    path = instance / "secret_key"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    made = secrets.token_urlsafe(48)
    with os.fdopen(descriptor, "w") as file:
        file.write(made)
    return made


def complete(given: Mapping[str, Any], instance: Path) -> dict[str, Any]:
    """Return ``given`` with what follows from it filled in, checked. Raises :class:`WrongSetting`.

    Side effect: makes the instance folder, and the secret key's file when no key is set.
    """
    settings = dict(given)
    instance.mkdir(parents=True, exist_ok=True)
    settings["SECRET_KEY"] = settings["SECRET_KEY"] or _kept_secret(instance)
    settings["UPLOADS"] = str(settings["UPLOADS"] or instance / "uploads")
    settings["SEALED"] = str(settings["SEALED"] or instance / "sealed")
    settings["SQLALCHEMY_DATABASE_URI"] = (
        settings["SQLALCHEMY_DATABASE_URI"] or f"sqlite:///{instance.resolve() / 'eventsapp.db'}"
    )
    check(settings)
    settings["PUBLIC_URL"] = settings["PUBLIC_URL"].rstrip("/")
    # A cookie that an http site marks secure would never come back.
    settings.setdefault("SESSION_COOKIE_SECURE", settings["PUBLIC_URL"].startswith("https:"))
    return settings


def check(settings: Mapping[str, Any]) -> None:
    """Raise :class:`WrongSetting`, naming the setting, unless all can be worked with."""
    if len(settings["SECRET_KEY"]) < 16:
        raise WrongSetting("SECRET_KEY: needs at least 16 characters")
    if not str(settings["SQLALCHEMY_DATABASE_URI"]).startswith(("sqlite:///", "postgresql+psycopg://")):
        raise WrongSetting("SQLALCHEMY_DATABASE_URI: begins with sqlite:/// or postgresql+psycopg://")
    url = urlsplit(str(settings["PUBLIC_URL"]))
    if url.scheme not in ("http", "https") or not url.netloc or url.path.strip("/") or url.query:
        raise WrongSetting("PUBLIC_URL: a scheme and a host, such as https://events.example.org")
    choices = {
        "MAIL_TRANSPORT": ("smtp", "none"),
        "SMTP_SECURITY": ("none", "starttls", "tls"),
        "SQLITE_SYNCHRONOUS": ("FULL", "NORMAL"),
    }
    for name, allowed in choices.items():
        if settings[name] not in allowed:
            raise WrongSetting(f"{name}: one of {', '.join(allowed)}")
    for name in (
        "TRUSTED_PROXIES",
        "MAX_CONTENT_LENGTH",
        "PUBLIC_CACHE_BYTES",
        "PRINT_CACHE_BYTES",
        "SMTP_PORT",
        "MAIL_ATTEMPTS",
    ):
        if not isinstance(settings[name], int) or settings[name] < 0:
            raise WrongSetting(f"{name}: a whole number, not below zero")
    if settings["MAIL_TRANSPORT"] == "smtp" and not settings["SMTP_HOST"]:
        raise WrongSetting("SMTP_HOST: missing")


def written(instance: Path) -> dict[str, Any]:
    """Return what ``instance/config.py`` and the environment set, without the defaults. Raises :class:`WrongSetting`."""
    settings: dict[str, Any] = {}
    file = instance / "config.py"
    if file.exists():
        names: dict[str, Any] = {}
        exec(compile(file.read_text(), str(file), "exec"), names)  # the operator's own file
        settings.update({name: value for name, value in names.items() if name.isupper()})
    settings.update(_from_environment())
    return settings


def load(given: Mapping[str, Any] | None, instance: Path) -> dict[str, Any]:
    """Return all settings: defaults, ``instance/config.py``, environment, ``given``; completed and checked."""
    return complete({**DEFAULTS, **written(instance), **(given or {})}, instance)
