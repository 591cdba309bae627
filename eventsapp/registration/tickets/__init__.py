"""Who may come to which event: categories, tickets, seats of delegations, release and transfer of seats."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Bind the part to an application."""
