"""The snapshot that public pages are made from. It lives in the programme, so that calendars can stand on it too."""

from eventsapp.programme.current import new_slug, snapshot_of

__all__ = ["new_slug", "snapshot_of"]
