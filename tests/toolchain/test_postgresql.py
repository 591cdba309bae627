"""The PostgreSQL server of the tests."""

from __future__ import annotations

import psycopg
import pytest


def connect(url: str) -> psycopg.Connection:
    return psycopg.connect(url.replace("postgresql+psycopg:", "postgresql:"), autocommit=True)


def test_a_copy_has_what_its_template_has_and_goes_away_in_use(postgresql_server):
    with connect(postgresql_server.create("original")) as connection:
        connection.execute("CREATE TABLE things (name text)")
    url = postgresql_server.create("copy", "original")
    user = connect(url)
    assert user.execute("SELECT count(*) FROM things").fetchone() == (0,)
    postgresql_server.drop("copy")
    with pytest.raises(psycopg.OperationalError):
        connect(url)
    user.close()
    postgresql_server.drop("original")


def test_it_listens_on_no_network_port(postgresql_server):
    with connect(postgresql_server.url("postgres")) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
