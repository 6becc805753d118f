"""Run a query so that a time limit or a Ctrl-C ends it, and nothing else.

The query runs in a thread of its own and the caller waits. That is what makes Ctrl-C work:
a driver that is busy in C code does not see signals, a waiting caller does. It also keeps an
interrupt from hitting the wrong query: the caller is the one who interrupts, and does not return
(so cannot use the connection again) before the query has ended.
"""

from collections.abc import Callable
from concurrent.futures import Future, wait
from threading import Thread
from typing import TypeVar

from connectors.errors import ConnectorError

Result = TypeVar("Result")

_PATIENCE = 0.05
"""Seconds between two interrupts: one that comes before the query has begun has no effect."""


def run_interruptibly(
    query: Callable[[], Result], interrupt: Callable[[], None], seconds: float
) -> Result:
    """What `query()` returns or raises, if it ends within `seconds`.

    Otherwise `interrupt()` is called until the query has ended, and ConnectorError `timed_out` is
    raised. A KeyboardInterrupt in the caller interrupts the query too and is raised again.
    """
    future: Future[Result] = Future()
    Thread(target=_settle, args=(future, query), daemon=True).start()
    try:
        wait([future], seconds)
    except BaseException:
        _stop(future, interrupt)
        raise
    if not future.done():
        _stop(future, interrupt)
        raise _timed_out(seconds)
    return future.result()


def _settle(future: Future[Result], query: Callable[[], Result]) -> None:
    try:
        future.set_result(query())
    except BaseException as error:
        future.set_exception(error)


def _stop(future: Future[Result], interrupt: Callable[[], None]) -> None:
    while not future.done():
        interrupt()
        wait([future], _PATIENCE)


def _timed_out(seconds: float) -> ConnectorError:
    return ConnectorError(
        "timed_out",
        f"the query was stopped after {seconds:g} s",
        "Allow more with `timeout` under [connection], or ask for a shorter period.",
    )
