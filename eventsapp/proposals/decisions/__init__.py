"""The decision board: scenarios, balance against targets, letters, decisions sent together."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Bind this part to an application."""
