"""Many at once."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")
R = TypeVar("R")


def run_async(coroutine: Coroutine[Any, Any, T]) -> T:
    """The result of ``coroutine``, run in a thread of its own.

    ``asyncio.run`` will not do in a test process: Playwright keeps an event loop in the main thread.
    """
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, coroutine).result()


def together(work: Callable[[T], R], items: Sequence[T]) -> list[R | Exception]:
    """``work`` for every item, each in a thread of its own, all let go at the same instant.

    Gives the results in the order of the items; an exception stands in the place of its result.
    """
    barrier = threading.Barrier(len(items))

    def one(item: T) -> R | Exception:
        barrier.wait(30)
        try:
            return work(item)
        except Exception as error:
            return error

    with ThreadPoolExecutor(len(items)) as pool:
        return list(pool.map(one, items))
