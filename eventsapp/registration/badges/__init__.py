"""Badges: templates, signed codes, printing and revoking."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Bind the part to an application."""
