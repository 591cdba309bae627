"""The WSGI layer in front of Flask that answers what is public and unchanged."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask

WSGI = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Front:
    """Answers public requests from finished bytes; everything else goes to Flask."""

    def __init__(self, app: Flask, inner: WSGI) -> None:
        self.app = app
        self.inner = inner

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request."""

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            kept = [(name, value) for name, value in headers if name != "X-Eventsapp-Public"]
            return start_response(status, kept, exc_info)

        return self.inner(environ, start)
