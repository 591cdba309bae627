"""The solver weighs more than 100 MB: only the process that computes a run loads it."""

from __future__ import annotations

import re

from tests.test_architecture import imports, modules

ONLY_IN_THE_CHILD = {
    "programme.scheduling.bound", "programme.scheduling.child", "programme.scheduling.parts", "programme.scheduling.rooms",
    "programme.scheduling.slots", "programme.scheduling.solve",
}  # fmt: skip


def test_neither_the_web_server_nor_the_worker_loads_the_solver():
    solving = {
        name
        for name, path in modules().items()
        if re.search(r"^\s*(import|from) ortools", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert solving
    assert solving < ONLY_IN_THE_CHILD
    outside = [
        f"{name} imports {imported}"
        for name, imported in imports()
        if imported in ONLY_IN_THE_CHILD and name not in ONLY_IN_THE_CHILD
    ]
    assert outside == []
