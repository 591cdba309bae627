"""Addresses whose builders are compiled once in a test process, not once in each test's application."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

from werkzeug.routing import Rule

_builders: dict[Hashable, Callable[..., tuple[str, str]]] = {}


class CompiledOnce(Rule):
    """A rule that takes over the builder of an equal one.

    Werkzeug writes and compiles a function for each rule, which is most of the time that making an application takes.
    It gets the rule, with its converters, as an argument: what it does follows from the parts named here alone.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        defaults: dict[str, Any] = dict(self.defaults or {})
        key = (self.rule, tuple(self._trace), repr(sorted(defaults.items())), append_unknown)
        if key not in _builders:
            _builders[key] = super()._compile_builder(append_unknown)
        return _builders[key]
