"""What people are asked when they register, what they agree to, and what they hand over."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Bind the part to an application."""
