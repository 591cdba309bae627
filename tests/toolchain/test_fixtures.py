"""What the fixtures promise the other tests."""

from __future__ import annotations

import http.client
from pathlib import Path

import pytest
import sqlalchemy
from flask import has_app_context


def tables(url: str) -> set[str]:
    engine = sqlalchemy.create_engine(url)
    names = set(sqlalchemy.inspect(engine).get_table_names())
    engine.dispose()
    return names


def test_a_database_is_migrated(database):
    assert {"alembic_version", "conference"} <= tables(database)


def test_an_empty_database_is_empty(empty_database):
    assert tables(empty_database) == set()


@pytest.mark.parametrize("turn", [1, 2])
def test_no_test_sees_what_another_wrote(database, turn):
    engine = sqlalchemy.create_engine(database)
    with engine.begin() as connection:
        connection.execute(sqlalchemy.text("CREATE TABLE left_behind (name text)"))
    engine.dispose()


@pytest.mark.sqlite_only
def test_a_mark_leaves_one_database(app):
    assert app.config["SQLALCHEMY_DATABASE_URI"].startswith("sqlite:///")


def test_a_client_works_outside_any_application_context(client):
    assert client.get("/health/ready").status_code == 200
    assert not has_app_context()


def test_the_application_keeps_its_files_to_the_test(app, tmp_path):
    assert Path(app.instance_path).is_relative_to(tmp_path)
    assert Path(app.config["UPLOADS"]).is_relative_to(tmp_path)


def status(url: str) -> int:
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=5)
    try:
        connection.request("GET", "/health/ready")
        return connection.getresponse().status
    finally:
        connection.close()


def test_a_server_comes_back_at_its_address_after_being_killed(server):
    running = server()
    assert status(running.url) == 200
    running.kill()
    with pytest.raises(ConnectionRefusedError):
        status(running.url)
    running.restart()
    assert status(running.url) == 200
    running.stop()
    with pytest.raises(ConnectionRefusedError):
        status(running.url)
