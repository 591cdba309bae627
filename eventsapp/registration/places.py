"""Places of a conference and of its categories: taking, giving back, and the queue of those who wait.

Counters exist where there is a capacity, and move by single UPDATEs whose conditions stand in the statement itself. The
queue is one for the whole conference: the first in it whose category has a place, too, comes next.

Order of locks: event rows (``seats.py``), the settings of the conference, categories by id, registrations, quotas, the
conference. So whoever changes a state that has a place, or wants one, begins with :func:`hold`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

from flask_babel import gettext as _
from sqlalchemy import Table, and_, bindparam, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from eventsapp.core.errors import Conflict
from eventsapp.extensions import db
from eventsapp.registration.enums import OverlapRule, RegistrationState, WaitlistMode
from eventsapp.registration.models import Category, Registration, RegistrationSettings
from eventsapp.registration.transitions import HOLDING

SETTINGS: Final = cast(Table, RegistrationSettings.__table__)
CATEGORY: Final = cast(Table, Category.__table__)
R: Final = cast(Table, Registration.__table__)


def settings_of(conference_id: int) -> RegistrationSettings:
    """Return how registration works in a conference; a new row, which is not in the session, with the defaults otherwise."""
    found = db.session.get(RegistrationSettings, conference_id)
    return found or default_settings(conference_id)


def default_settings(conference_id: int) -> RegistrationSettings:
    """Return the settings of a conference that has none."""
    return RegistrationSettings(
        conference_id=conference_id,
        capacity=None,
        taken=0,
        waiting=0,
        queue_tail=0,
        waitlist=WaitlistMode.AUTOMATIC,
        offer_hours=48,
        four_eyes=False,
        remind_every=7,
        remind_before=3,
        overlaps=OverlapRule.WARNED,
        release_minutes=None,
        retention={},
        letter_texts={},
    )


def ensure_settings(conference_id: int) -> None:
    """Make the row of settings if there is none. Writes; does not commit."""
    connection = db.session.connection()
    dialects: Any = sqlite if connection.dialect.name == "sqlite" else postgresql
    fresh = default_settings(conference_id)
    names = [column.name for column in SETTINGS.columns]
    values = {name: getattr(fresh, name) for name in names}
    connection.execute(
        dialects.insert(SETTINGS).values(**values).on_conflict_do_nothing(index_elements=["conference_id"])
    )


def is_full(settings: RegistrationSettings, category: Category) -> bool:
    """Return whether nobody more is taken in a category, and nobody waits, as far as can be told without a lock. Pure."""
    return Held(
        conference_id=settings.conference_id,
        category_id=category.id,
        capacity=settings.capacity,
        taken=settings.taken,
        waiting=settings.waiting,
        mode=settings.waitlist,
        category_capacity=category.capacity,
        category_taken=category.taken,
        settled=True,
    ).full


def has_queue(settings: RegistrationSettings, category: Category) -> bool:
    """Return whether whoever registers in a category now has to wait, as far as can be told without a lock. Pure."""
    if settings.waitlist is WaitlistMode.CLOSED:
        return False
    whole = settings.capacity is not None and settings.taken >= settings.capacity
    return whole or (category.capacity is not None and category.taken >= category.capacity)


@dataclass(frozen=True, slots=True)
class Held:
    """The places of one category and of its conference: by :func:`hold` as they are until the commit, where they are counted."""

    conference_id: int
    category_id: int
    capacity: int | None
    taken: int
    waiting: int
    mode: WaitlistMode
    category_capacity: int | None
    category_taken: int
    settled: bool
    """Whether the conference has a row of settings, which is what is locked."""

    @property
    def counted(self) -> bool:
        """Whether anything is counted here: a capacity, or people who wait."""
        return self.capacity is not None or self.category_capacity is not None or self.waiting > 0

    @property
    def free(self) -> bool:
        """Whether a place is free for a newcomer, who does not pass those who wait."""
        return self.free_for_the_queue and not self.waiting

    @property
    def full(self) -> bool:
        """Whether nobody more is taken: no place is free, and nobody waits for one here."""
        return self.mode is WaitlistMode.CLOSED and not self.free_for_the_queue

    @property
    def free_for_the_queue(self) -> bool:
        """Whether a place is free for somebody who waits."""
        return (self.capacity is None or self.taken < self.capacity) and (
            self.category_capacity is None or self.category_taken < self.category_capacity
        )


def hold(conference_id: int, category_id: int) -> Held:
    """Return the places of a category, locked until the commit where they are counted, else shared. Two to five statements.

    Raises :class:`Conflict` when a capacity is being set at this very moment.
    """
    held = seen(conference_id, category_id)
    if held.counted:
        # The row of the conference first: so those who count come in turn.
        return _read(conference_id, category_id, {"key_share": True})
    held = _read(conference_id, category_id, {"read": True})
    if not (held.counted or held.settled):
        # There was no row to lock: whoever made it meanwhile has waited for the category, or had it before us.
        held = seen(conference_id, category_id)
    if held.counted:
        raise Conflict(_("Somebody else changed this at the same moment. Please look again."))
    return held


_SEEN = (
    select(
        CATEGORY.c.capacity.label("of_category"),
        CATEGORY.c.taken.label("taken_of_category"),
        SETTINGS.c.conference_id,
        SETTINGS.c.capacity,
        SETTINGS.c.taken,
        SETTINGS.c.waiting,
        SETTINGS.c.waitlist,
    )
    .select_from(CATEGORY.outerjoin(SETTINGS, SETTINGS.c.conference_id == bindparam("conference")))
    .where(CATEGORY.c.id == bindparam("category"))
)


def seen(conference_id: int, category_id: int) -> Held:
    """Return the places of a category as they seem to be, without a lock. One statement."""
    asked = {"conference": conference_id, "category": category_id}
    row = db.session.connection().execute(_SEEN, asked).one()
    settled = row.conference_id is not None
    return Held(
        conference_id,
        category_id,
        row.capacity,
        row.taken if settled else 0,
        row.waiting if settled else 0,
        row.waitlist if settled else WaitlistMode.AUTOMATIC,
        row.of_category,
        row.taken_of_category,
        settled,
    )


def _read(conference_id: int, category_id: int, lock: Mapping[str, Any]) -> Held:
    connection = db.session.connection()
    of_conference = select(
        SETTINGS.c.capacity, SETTINGS.c.taken, SETTINGS.c.waiting, SETTINGS.c.waitlist
    ).where(SETTINGS.c.conference_id == conference_id)
    of_category = select(CATEGORY.c.capacity, CATEGORY.c.taken).where(CATEGORY.c.id == category_id)
    said = connection.execute(of_conference.with_for_update(**lock)).one_or_none()
    category = connection.execute(of_category.with_for_update(**lock)).one()
    return Held(
        conference_id,
        category_id,
        said.capacity if said else None,
        said.taken if said else 0,
        said.waiting if said else 0,
        said.waitlist if said else WaitlistMode.AUTOMATIC,
        category.capacity,
        category.taken,
        said is not None,
    )


def change(held: Held, *, taken: int = 0, waiting: int = 0) -> None:
    """Move the counters of held places. Writes; does not commit."""
    connection = db.session.connection()
    if (taken and held.capacity is not None) or waiting:
        connection.execute(
            update(SETTINGS)
            .where(SETTINGS.c.conference_id == held.conference_id)
            .values(
                taken=SETTINGS.c.taken + (taken if held.capacity is not None else 0),
                waiting=SETTINGS.c.waiting + waiting,
            )
        )
    if taken and held.category_capacity is not None:
        connection.execute(
            update(CATEGORY).where(CATEGORY.c.id == held.category_id).values(taken=CATEGORY.c.taken + taken)
        )


def next_position(conference_id: int) -> int:
    """Give out the next position in a conference's queue, whose settings are held. Writes; does not commit."""
    number: int = (
        db.session.connection()
        .execute(
            update(SETTINGS)
            .where(SETTINGS.c.conference_id == conference_id)
            .values(queue_tail=SETTINGS.c.queue_tail + 1)
            .returning(SETTINGS.c.queue_tail)
        )
        .scalar_one()
    )
    return number


def set_capacity(conference_id: int, capacity: int | None) -> None:
    """Set how many persons a conference takes, and count those who have a place. Writes; does not commit."""
    ensure_settings(conference_id)
    connection = db.session.connection()
    mine = SETTINGS.c.conference_id == conference_id
    connection.execute(select(SETTINGS.c.conference_id).where(mine).with_for_update())
    # And every category: who came before there were settings holds nothing else.
    categories = select(CATEGORY.c.id).where(CATEGORY.c.conference_id == conference_id)
    connection.execute(categories.order_by(CATEGORY.c.id).with_for_update(key_share=True)).all()
    taken = (
        select(func.count())
        .select_from(R)
        .where(R.c.conference_id == conference_id, R.c.state.in_(HOLDING))
        .scalar_subquery()
    )
    connection.execute(
        update(SETTINGS).where(mine).values(capacity=capacity, taken=taken if capacity is not None else 0)
    )


def set_category_capacity(conference_id: int, category_id: int, capacity: int | None) -> None:
    """Set how many persons a category takes, and count those who have a place. Writes; does not commit."""
    ensure_settings(conference_id)
    connection = db.session.connection()
    connection.execute(
        select(SETTINGS.c.conference_id).where(SETTINGS.c.conference_id == conference_id).with_for_update()
    )
    mine = CATEGORY.c.id == category_id
    connection.execute(select(CATEGORY.c.id).where(mine).with_for_update())
    taken = (
        select(func.count())
        .select_from(R)
        .where(R.c.category_id == category_id, R.c.state.in_(HOLDING))
        .scalar_subquery()
    )
    connection.execute(
        update(CATEGORY).where(mine).values(capacity=capacity, taken=taken if capacity is not None else 0)
    )


def hold_all(conference_id: int) -> bool:
    """Lock the settings and the categories of a conference until the commit; False for one without settings, where nobody waits."""
    connection = db.session.connection()
    settings = select(SETTINGS.c.conference_id).where(SETTINGS.c.conference_id == conference_id)
    found = connection.execute(settings.with_for_update(key_share=True)).first()
    if found is None:
        return False
    categories = select(CATEGORY.c.id).where(CATEGORY.c.conference_id == conference_id)
    connection.execute(categories.order_by(CATEGORY.c.id).with_for_update(key_share=True)).all()
    return True


def next_in_queue(conference_id: int) -> tuple[int, int] | None:
    """Return (registration, category) of the first in the queue for whom a place is free. One statement.

    Call it after :func:`hold_all`, or with places of the conference held that are counted.
    """
    free = and_(
        or_(SETTINGS.c.capacity.is_(None), SETTINGS.c.taken < SETTINGS.c.capacity),
        or_(CATEGORY.c.capacity.is_(None), CATEGORY.c.taken < CATEGORY.c.capacity),
    )
    row = (
        db.session.connection()
        .execute(
            select(R.c.id, R.c.category_id)
            .select_from(
                R.join(CATEGORY, R.c.category_id == CATEGORY.c.id).join(
                    SETTINGS, SETTINGS.c.conference_id == R.c.conference_id
                )
            )
            .where(R.c.conference_id == conference_id, R.c.state == RegistrationState.WAITLISTED, free)
            .order_by(R.c.position)
            .limit(1)
        )
        .first()
    )
    return (row[0], row[1]) if row else None
