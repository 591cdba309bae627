"""Rate limits, counted in a table so that they hold across workers and restarts.

A fixed window for each (what, who): simple, exact, one row. The count is written in a transaction of its own, so that
a refused or failed request still counts.
"""

from __future__ import annotations

import hashlib
import ipaddress
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar, cast

from flask import current_app, request
from sqlalchemy import Insert, String, Table, bindparam, case, delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from eventsapp.core import clock
from eventsapp.core.errors import TooMany
from eventsapp.core.statements import Statement
from eventsapp.core.transaction import transaction
from eventsapp.extensions import Model, db


class RateCount(Model):
    """How often somebody did something in the window that ends at ``until``."""

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    until: Mapped[datetime] = mapped_column(index=True)
    count: Mapped[int]


def key_of(what: str, who: str) -> str:
    """Return the row's key: a hash, so that the table holds no addresses of people."""
    return hashlib.sha256(f"{what}\0{who}".encode()).hexdigest()


def forget_old(now: datetime) -> None:
    """Delete windows that have ended. Called by the worker's sweep."""
    db.session.execute(delete(RateCount).where(RateCount.until < now))


@dataclass(frozen=True)
class Limit:
    """At most so many of ``what`` for each answer of ``who`` (empty: not counted).

    How many within how many seconds is the setting of this name, such as ``"LIMIT_REGISTER"``.
    """

    what: str
    setting: str
    who: Callable[[], str]

    @property
    def allowed(self) -> tuple[int, int]:
        """(times, seconds), as the application is set."""
        times, seconds = current_app.config[self.setting]
        return int(times), int(seconds)


def by_address() -> str:
    """Return the client's network address; of IPv6 the network, as one client commands all addresses of it.

    Behind a proxy the number of trusted hops is a setting (``TRUSTED_PROXIES``).
    """
    address = request.remote_addr or "unknown"
    try:
        return str(ipaddress.ip_network((address, 64), strict=False)) if ":" in address else address
    except ValueError:
        return address


def by_field(name: str) -> Callable[[], str]:
    """Return a function that gives a form field of the request, in lower case, such as the e-mail address."""
    return lambda: request.form.get(name, "").strip().lower()[:300]


View = TypeVar("View", bound=Callable[..., object])


def limited(*limits: Limit) -> Callable[[View], View]:
    """Mark a view so that unsafe requests to it are counted, before its transaction begins, and refused with 429."""

    def mark(view: View) -> View:
        view.limits = limits  # type: ignore[attr-defined]
        return view

    return mark


def consume(limits: tuple[Limit, ...]) -> None:
    """Count one request against each limit, in a transaction of its own. Raises :class:`TooMany` past one."""
    if not limits:
        return
    now = clock.now()
    with transaction():
        for limit in limits:
            who = limit.who()
            if not who:
                continue
            times, seconds = limit.allowed
            if _count(key_of(limit.what, who), seconds, now) > times:
                seconds_left = _until(key_of(limit.what, who)) - now
                # The count so far is kept: commit happens on leaving without an error, so remember and raise after.
                refused = TooMany(max(1, int(seconds_left.total_seconds())))
                break
        else:
            return
    raise refused


def _until(key: str) -> datetime:
    row = db.session.get_one(RateCount, key)
    return row.until


def _upsert(dialect: str) -> Insert:
    dialects: Any = sqlite if dialect == "sqlite" else postgresql
    row = dialects.insert(COUNTS)
    over = COUNTS.c.until <= bindparam("now", type_=COUNTS.c.until.type)
    statement: Insert = row.on_conflict_do_update(
        index_elements=[COUNTS.c.key],
        set_={
            "count": case((over, 1), else_=COUNTS.c.count + 1),
            "until": case((over, row.excluded.until), else_=COUNTS.c.until),
        },
    ).returning(COUNTS.c.count)
    return statement


COUNTS: Final = cast(Table, RateCount.__table__)
_COUNT = Statement(_upsert, ["key", "until", "count"])


def _count(key: str, seconds: int, now: datetime) -> int:
    values = {"key": key, "until": now + timedelta(seconds=seconds), "count": 1, "now": now}
    return int(_COUNT.send(db.session.connection(), values).scalar_one())
