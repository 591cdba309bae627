"""Operations: ``/health/live``, ``/health/ready``, ``/metrics``."""

from __future__ import annotations

import hmac

from flask import Flask, Response, current_app, jsonify, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from sqlalchemy import text

from eventsapp.core.errors import NotFound
from eventsapp.extensions import db


def _open(view: object) -> None:
    view.guard = "open"  # type: ignore[attr-defined]


def live() -> Response:
    """Answer 200 as long as the process answers at all."""
    return jsonify(status="live")


def ready() -> Response:
    """Answer 200 when the database answers and has the newest schema, else 503 with the reason."""
    try:
        db.session.execute(text("SELECT revision FROM conference LIMIT 1"))
    except Exception as error:  # any failure of the database means "not ready"
        current_app.logger.warning("not ready: %s", type(error).__name__)
        response = jsonify(status="not ready", reason="database")
        response.status_code = 503
        return response
    return jsonify(status="ready")


def metrics() -> Response:
    """Answer the outbox's and programme's figures in Prometheus' format to the holder of ``METRICS_TOKEN``."""
    token = current_app.config["METRICS_TOKEN"]
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not token or not hmac.compare_digest(given.encode(), token.encode()):
        raise NotFound
    registry = CollectorRegistry()
    messages = Gauge("eventsapp_messages", "Messages in the outbox by state", ["state"], registry=registry)
    for state, count in db.session.execute(text("SELECT state, count(*) FROM message GROUP BY state")):
        messages.labels(state).set(count)
    bookings = Gauge("eventsapp_bookings", "Bookings by state", ["state"], registry=registry)
    for state, count in db.session.execute(text("SELECT state, count(*) FROM booking GROUP BY state")):
        bookings.labels(state).set(count)
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def register(app: Flask) -> None:
    """Add the three addresses."""
    for rule, view in (("/health/live", live), ("/health/ready", ready), ("/metrics", metrics)):
        _open(view)
        app.add_url_rule(rule, view.__name__, view)
