"""What the door says, for pages and for the scripts of the app."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from eventsapp.registration.enums import ScanKind, ScanReason

REASONS: Final[Mapping[ScanReason, object]] = {
    ScanReason.FORGED: _l("This is no valid badge code."),
    ScanReason.FOREIGN: _l("This badge belongs to another conference."),
    ScanReason.EXPIRED: _l("This badge has expired."),
    ScanReason.REVOKED: _l("This badge was revoked. A new one may have been printed."),
    ScanReason.UNKNOWN: _l("This badge is genuine, but nobody on the list has it."),
    ScanReason.NOT_CONFIRMED: _l("This person’s registration is not confirmed."),
    ScanReason.NO_RIGHT: _l("This person has no right to come to this event."),
    ScanReason.NO_SEAT: _l("This event is by booking, and this person has no seat."),
    ScanReason.FULL: _l("The room has reached its safety limit."),
    ScanReason.TWICE: _l("This badge is inside already."),
    ScanReason.OFFICER: _l("Refused by an officer."),
}
KINDS: Final[Mapping[ScanKind, object]] = {
    ScanKind.IN: _l("Let in"),
    ScanKind.OUT: _l("Left"),
    ScanKind.REFUSED: _l("Refused"),
}


def texts() -> dict[str, str]:
    """Return the sentences of the app. ``%(name)s`` is filled in by the scripts."""
    return {
        **{f"reason_{reason.value}": str(said) for reason, said in REASONS.items()},
        **{f"kind_{kind.value}": str(said) for kind, said in KINDS.items()},
        "connecting": _("Connecting …"),
        "online": _("Connected"),
        "offline": _("Offline: badges are checked with the list on this device."),
        "signed_out": _("You are signed out. Sign in again to hand over the scans that wait."),
        "blocked": _("This device was blocked. Its list is deleted; scans that wait are kept."),
        "no_list": _("There is no list of badges on this device yet. Connect it once."),
        "list_of": _("List of %(when)s"),
        "list_old": _("The list is more than an hour old: newer badges and changes are not in it."),
        "waiting_0": _("No scans wait"),
        "waiting": _("Scans that wait: %(count)s"),
        "not_taken": _("Scans that could not be taken: %(count)s"),
        "inside": _("Inside: %(count)s"),
        "inside_of": _("Inside: %(count)s of %(limit)s"),
        "nearly_full": _("The room is nearly full."),
        "full": _("The room has reached its safety limit. Let nobody in."),
        "come_in": _("Come in"),
        "left": _("Has left"),
        "stop": _("Do not let in"),
        "ask": _("Look at the person"),
        "again": _("Read a moment ago: counted once."),
        "since": _("Came in at %(time)s, %(gate)s."),
        "let_in": _("Let in"),
        "let_in_all_the_same": _("Let in all the same"),
        "leaves": _("Leaves"),
        "why": _("Why this person is let in all the same"),
        "note_needed": _("Say why."),
        "refuse": _("Refuse"),
        "why_refused": _("Why this person is refused"),
        "photos_here": _("Photos on this device: %(count)s of %(total)s"),
        "no_photo": _("No photo"),
        "photo_elsewhere": _("The photo is not on this device."),
        "note": _("Note"),
        "levels": _("Access"),
        "rights": _("This event"),
        "right_open": _("Open to everybody who is registered"),
        "right_yes": _("May come in"),
        "nobody": _("Nobody on the list is called so."),
        "found": _("People found: %(count)s"),
        "more_found": _("There are more: type more of the name."),
        "camera_start": _("Camera"),
        "camera_stop": _("Stop the camera"),
        "camera_none": _("The camera cannot be used: %(why)s"),
        "no_event": _("No event"),
        "unsent": _("waits"),
        "sent": _("handed over"),
        "taken_not": _("not taken"),
        "cannot": _(
            "This browser cannot check badges: it needs a secure address (https) and a current version."
        ),
        "no_gate": _("Choose a door first."),
        "sign_out_waiting": _("Scans wait to be handed over: connect this device first."),
        "device": _("Device"),
    }
