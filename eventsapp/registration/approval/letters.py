"""Letters that confirm a registration, for those who ask for a visa, each with a code by which anybody can ask whether it is genuine.

A letter says what was so when it was issued, so it is void as soon as the registration is not confirmed any more or the name
on it has changed; who needs one then has a new one issued.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from sqlalchemy import select, update

from eventsapp.conferences.models import Conference, Venue
from eventsapp.core import audit, clock, locale
from eventsapp.core.audit import Actor
from eventsapp.core.errors import Conflict
from eventsapp.core.printing import press
from eventsapp.core.printing.texts import plain, qr
from eventsapp.core.templating import country_name, dates, day
from eventsapp.core.translations import LANGUAGES, direction, pick, pick_language
from eventsapp.core.web import absolute
from eventsapp.extensions import db
from eventsapp.registration import places
from eventsapp.registration.approval.models import ConfirmationLetter
from eventsapp.registration.enums import RegistrationState
from eventsapp.registration.models import Registration
from eventsapp.registration.transitions import RegistrationAction

_LETTERS: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without those that are read one for the other."""
_LENGTH: Final = 16
_OTHER: Final = re.compile(r"[\s\-–—.]+")
_TEMPLATE: Final = Path(__file__).resolve().parent / "letter.typ"


def new_code() -> str:
    """Return a code of 80 bits that nobody guesses, in four groups, such as ``7KQ2-…``."""
    letters = "".join(secrets.choice(_LETTERS) for _n in range(_LENGTH))
    return "-".join(letters[at : at + 4] for at in range(0, _LENGTH, 4))


def typed_code(text: str) -> str:
    """Return a code as it is kept, however it was typed; "" for what is none."""
    found = _OTHER.sub("", text).upper()
    if len(found) != _LENGTH or any(letter not in _LETTERS for letter in found):
        return ""
    return "-".join(found[at : at + 4] for at in range(0, _LENGTH, 4))


def issue(registration: Registration, *, language: str, actor: Actor) -> ConfirmationLetter:
    """Return a valid letter in a language: the one there is, or a new one. Raises :class:`Conflict` unless confirmed. Writes."""
    if registration.state is not RegistrationState.CONFIRMED:
        raise Conflict(_("There is a letter once the registration is confirmed."))
    language = language if language in LANGUAGES else "en"
    known = db.session.scalars(
        select(ConfirmationLetter)
        .where(
            ConfirmationLetter.registration_id == registration.id,
            ConfirmationLetter.language == language,
            ConfirmationLetter.name == registration.name,
            ConfirmationLetter.revoked_at.is_(None),
        )
        .order_by(ConfirmationLetter.id.desc())
    ).first()
    if known is not None:
        return known
    letter = ConfirmationLetter(
        registration_id=registration.id,
        code=new_code(),
        language=language,
        issued_at=clock.now(),
        name=registration.name,
    )
    db.session.add(letter)
    audit.record(
        actor,
        "registration.letter",
        f"registration:{registration.id}",
        conference_id=registration.conference_id,
        detail={"language": language},
    )
    db.session.flush()
    return letter


def revoke(registration: Registration) -> None:
    """Make all letters of a registration void. Writes; does not commit."""
    db.session.execute(
        update(ConfirmationLetter)
        .where(ConfirmationLetter.registration_id == registration.id, ConfirmationLetter.revoked_at.is_(None))
        .values(revoked_at=clock.now())
    )


def moved(
    registration: Registration, _action: RegistrationAction, before: RegistrationState, _actor: Actor
) -> None:
    """Make letters void when a registration is not confirmed any more. For the hook."""
    if before is RegistrationState.CONFIRMED:
        revoke(registration)


def changed(registration: Registration, _actor: Actor, _names: Sequence[str]) -> None:
    """Make letters void that have another name. For the hook."""
    db.session.execute(
        update(ConfirmationLetter)
        .where(
            ConfirmationLetter.registration_id == registration.id,
            ConfirmationLetter.name != registration.name,
            ConfirmationLetter.revoked_at.is_(None),
        )
        .values(revoked_at=clock.now())
    )


def forget(registration: Registration) -> None:
    """Take the name of an erased person out of their letters, which are void. For the hook."""
    revoke(registration)
    db.session.execute(
        update(ConfirmationLetter)
        .where(ConfirmationLetter.registration_id == registration.id)
        .values(name="")
    )


def of_registration(registration_id: int) -> list[ConfirmationLetter]:
    """Return the letters of a registration, the newest first. One statement."""
    return list(
        db.session.scalars(
            select(ConfirmationLetter)
            .where(ConfirmationLetter.registration_id == registration_id)
            .order_by(ConfirmationLetter.id.desc())
        )
    )


# --- asking whether it is genuine


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is said of a code. ``genuine``: it was issued here; ``valid``: and what it says is so today."""

    genuine: bool
    valid: bool = False
    name: str = ""
    issued_at: datetime | None = None
    revoked_at: datetime | None = None


def verify(conference_id: int, code: str) -> Verdict:
    """Return whether a letter with this code was issued for the conference, and still holds. One statement."""
    row = db.session.execute(
        select(ConfirmationLetter, Registration.state)
        .join(Registration, ConfirmationLetter.registration_id == Registration.id)
        .where(Registration.conference_id == conference_id, ConfirmationLetter.code == typed_code(code))
    ).first()
    if row is None:
        return Verdict(genuine=False)
    letter, state = row
    valid = letter.revoked_at is None and state is RegistrationState.CONFIRMED
    # Of what is void nothing is said about the person.
    return Verdict(True, valid, letter.name if valid else "", letter.issued_at, letter.revoked_at)


def address(conference: Conference, letter: ConfirmationLetter) -> str:
    """Return the absolute address at which a letter is checked."""
    return absolute(f"/{letter.language}/{conference.slug}/letters/verify?code={letter.code}")


# --- the paper


def printed(conference: Conference, registration: Registration, letter: ConfirmationLetter) -> bytes:
    """Return the letter as PDF, kept nowhere. Raises ``press.Busy``. Starts a process; three statements."""
    with locale.speaking(letter.language):
        order = press.Order(
            _TEMPLATE, _content(conference, registration, letter), int(letter.issued_at.timestamp())
        )
    return press.made(order)


def _content(
    conference: Conference, registration: Registration, letter: ConfirmationLetter
) -> dict[str, Any]:
    language, default = letter.language, conference.default_language

    def text(texts: Any) -> str:
        return plain(pick(texts, language, default))

    settings = places.settings_of(conference.id)
    venues = db.session.scalars(
        select(Venue).where(Venue.conference_id == conference.id).order_by(Venue.position, Venue.id)
    ).all()
    where = ", ".join(part for part in (text(conference.cities), country_name(conference.country)) if part)
    organization = registration.organization or registration.nominated_for
    facts = [
        (_("Name"), letter.name),
        (_("Name in the original script"), registration.original_name or ""),
        (_("Date of birth"), day(registration.birth_date, "long") if registration.birth_date else ""),
        (_("Nationality"), country_name(registration.nationality)),
        (
            _("Organization"),
            text(organization.names) if organization else registration.organization_name or "",
        ),
        (_("Function"), registration.job_title or ""),
        (_("Category"), text(registration.category.names)),
        (_("Registration number"), str(registration.id)),
        (_("Conference"), text(conference.names)),
        (_("Dates"), dates(conference.start_date, conference.end_date)),
        (_("Place"), where),
        (
            _("Venue"),
            "; ".join(", ".join(part for part in (text(one.names), one.address) if part) for one in venues),
        ),
    ]
    url = address(conference, letter)
    words_in = pick_language(settings.letter_texts, language, default)
    own_words = settings.letter_texts[words_in] if words_in else ""
    return {
        "language": language,
        "direction": direction(language),
        "accent": conference.accent,
        "conference": text(conference.names),
        "date": day(letter.issued_at.astimezone(ZoneInfo(conference.zone)).date(), "long"),
        "title": _("Confirmation of registration"),
        "opening": _(
            "This letter confirms that the person named below is registered to take part in %(conference)s.",
            conference=text(conference.names),
        ),
        "facts": [[str(label), plain(str(value))] for label, value in facts if value],
        "body": [plain(part) for part in own_words.split("\n") if part.strip()],
        "body_language": words_in or language,
        "body_direction": direction(words_in or language),
        "signatory": [part for part in (settings.letter_signatory or "").split("\n") if part.strip()],
        "check": _("Whether this letter is genuine and still valid can be checked at this address:"),
        "url": url,
        "shown_url": url.partition("?")[0],
        "code_label": _("Code of the letter"),
        "code": letter.code,
        "qr": qr(url),
    }
