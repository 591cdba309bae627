"""Work beside the messages: what fails changes nothing, and keeps nothing else waiting."""

from __future__ import annotations

import logging

import pytest
from flask import Flask
from sqlalchemy import select

from eventsapp.core import audit, jobs
from eventsapp.core.audit import COMMAND_LINE, AuditEntry
from eventsapp.extensions import db

pytestmark = pytest.mark.sqlite_only


def test_a_job_that_fails_keeps_no_other_from_its_work(
    app: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    done: list[str] = []

    def fails() -> bool:
        raise ValueError("no such thing")

    def works() -> bool:
        done.append("works")
        return True

    def rests() -> bool:
        done.append("rests")
        return False

    monkeypatch.setattr(jobs, "jobs", [fails, works, rests])
    with app.app_context(), caplog.at_level(logging.ERROR):
        assert jobs.work() is True
        monkeypatch.setattr(jobs, "jobs", [fails, rests])
        assert jobs.work() is False
    assert done == ["works", "rests", "rests"]
    assert "fails failed" in caplog.text


def test_what_fails_for_one_is_undone_and_the_next_is_done(app: Flask, caplog: pytest.LogCaptureFixture):
    def write(number: int) -> bool:
        audit.record(COMMAND_LINE, "try", f"number:{number}")
        db.session.flush()
        if number == 2:
            raise ValueError("not this one")
        return number != 3

    with app.app_context(), caplog.at_level(logging.ERROR):
        assert jobs.each([1, 2, 3, 4], write) == 2
        subjects = select(AuditEntry.subject).where(AuditEntry.action == "try").order_by(AuditEntry.id)
        assert db.session.scalars(subjects).all() == ["number:1", "number:3", "number:4"]
        db.session.rollback()
    assert "failed for 2" in caplog.text
