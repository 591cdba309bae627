"""Helpers that let many things happen at once."""

from __future__ import annotations

import asyncio
import threading

from tests.support.concurrency import run_async, together


def test_all_run_at_the_same_time_and_answer_in_order():
    meeting = threading.Barrier(8)

    def work(number: int) -> int:
        meeting.wait(10)
        if number == 5:
            raise ValueError("five")
        return number * 2

    results = together(work, range(8))
    assert [result for result in results if isinstance(result, int)] == [0, 2, 4, 6, 8, 12, 14]
    assert str(results[5]) == "five"


def test_a_coroutine_runs_beside_a_browser(browser):
    async def answer() -> int:
        await asyncio.sleep(0)
        return 42

    assert run_async(answer()) == 42
    assert browser.is_connected()
