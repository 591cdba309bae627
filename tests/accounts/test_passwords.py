"""What is taken as a password, and that checking one tells nothing but whether it is right."""

from __future__ import annotations

import time

import pytest
from argon2 import PasswordHasher
from flask import Flask

from eventsapp.accounts import passwords

pytestmark = pytest.mark.sqlite_only


@pytest.mark.parametrize(
    "password",
    [
        "", "short", "123456789", "x" * 201, "aaaaaaaaaaaa", "abababababab", "password123", "Passwordpassword!!",
        "1234567890", "qwertyuiop", "abcdefghijkl", "conferences2027", "ana.torres@example.org", "ANA.TORRES@EXAMPLE.ORG1",
        "ana.torres2027", "Ana Torres 1!",
    ],
)  # fmt: skip
def test_what_is_guessed_first_is_no_password(app: Flask, password: str):
    with app.test_request_context():
        assert passwords.problem(password, email="ana.torres@example.org", name="Ana Torres")


@pytest.mark.parametrize(
    "password", ["five quiet lamps", "мой длинный пароль", "这是一个很长的密码短语", "Tr0ub4dor&3x"]
)
def test_what_is_hard_to_guess_is_one(app: Flask, password: str):
    with app.test_request_context():
        assert passwords.problem(password, email="ana@example.org", name="Ana") is None


def test_a_password_is_right_or_wrong():
    kept = passwords.hashed("five quiet lamps")
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert passwords.check(kept, "five quiet lamps")
    assert not passwords.check(kept, "five quiet lamp")
    assert not passwords.check(None, "five quiet lamps")
    assert not passwords.check("not a hash", "five quiet lamps")
    assert not passwords.check(kept, "x" * 100_000)


def test_a_password_is_the_same_however_the_keyboard_composes_it():
    kept = passwords.hashed("caf\u00e9 cr\u00e8me ici")
    assert passwords.check(kept, "cafe\u0301 cre\u0300me ici")


def test_checking_takes_as_long_for_somebody_who_does_not_exist():
    kept = passwords.hashed("five quiet lamps")

    def cost(hashed: str | None) -> float:
        best = float("inf")
        for _ in range(3):
            began = time.thread_time()
            passwords.check(hashed, "something else")
            best = min(best, time.thread_time() - began)
        return best

    cost(None)
    known, unknown = cost(kept), cost(None)
    assert 0.5 < unknown / known < 2


def test_a_hash_of_other_strength_is_outdated():
    assert not passwords.is_outdated(passwords.hashed("five quiet lamps"))
    assert passwords.is_outdated(PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash("x"))
