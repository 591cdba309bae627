"""Pages for those who are signed in: how long the server takes for one, and how often it asks the database."""

from __future__ import annotations

import http.client
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.cookies import SimpleCookie
from statistics import median, quantiles
from typing import Final
from urllib.parse import urlencode

from bench import calls, load
from bench.place import Place
from tests.support.statements import statements

TIMES: Final = 30


class Browser:
    """Somebody who has signed in by the form, on a connection that stays open."""

    def __init__(self, port: int, email: str, password: str = calls.PASSWORD) -> None:
        self._connection = http.client.HTTPConnection(load.HOST, port, timeout=60)
        self._cookies: dict[str, str] = {}
        page = self.get("/account/sign-in")
        status, _body = self.post(
            "/account/sign-in", {"csrf_token": token(page), "email": email, "password": password}
        )
        if status not in (302, 303):
            raise load.Failed(f"{email} could not sign in: {status}")

    def get(self, path: str) -> str:
        """Return a page. Raises :class:`load.Failed` for another status than 200."""
        status, body = self._ask("GET", path)
        if status != 200:
            raise load.Failed(f"{path} answers {status}")
        return body

    def post(self, path: str, form: Mapping[str, str]) -> tuple[int, str]:
        """Send a form; return status and body."""
        return self._ask("POST", path, urlencode(form))

    def _ask(self, method: str, path: str, body: str | None = None) -> tuple[int, str]:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        text = answer.read().decode()
        for line in answer.headers.get_all("Set-Cookie") or []:
            self._cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        return answer.status, text

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


def token(page: str) -> str:
    """Return the token that a page's forms carry."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    if found is None:
        raise load.Failed("the page has no form")
    return found[1]


@contextmanager
def signed_in(place: Place, email: str) -> Iterator[Browser]:
    """Sign in for a while."""
    browser = Browser(place.port, email)
    yield browser
    browser.close()


def timed(browser: Browser, path: str, *, times: int = TIMES) -> load.Load:
    """Ask for a page again and again, one request after the other, after it has been asked for a few times."""
    for _ in range(4):
        browser.get(path)
    taken = []
    for _ in range(times):
        begin = time.perf_counter()
        browser.get(path)
        taken.append(time.perf_counter() - begin)
    cuts = quantiles(taken, n=100, method="inclusive")
    return load.Load(times, sum(taken), median(taken) * 1000, cuts[98] * 1000, "one after the other")


def asked(place: Place, email: str, path: str) -> int:
    """Return how many statements the page sends to the database."""
    client = place.app.test_client()
    page = client.get("/account/sign-in").get_data(as_text=True)
    client.post(
        "/account/sign-in", data={"csrf_token": token(page), "email": email, "password": calls.PASSWORD}
    )
    client.get(path)
    with statements(place.app) as sent:
        answer = client.get(path)
    if answer.status_code != 200:
        raise load.Failed(f"{path} answers {answer.status_code}")
    return len(sent)
