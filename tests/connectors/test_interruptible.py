"""Time limits and Ctrl-C: what runs is ended, and only that."""

import os
import signal
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from connectors import Connection, ConnectorError, connect
from connectors.interruptible import run_interruptibly

Opener = Callable[[float], Connection]

ENDLESS = """
WITH RECURSIVE n AS (SELECT 1 AS x UNION ALL SELECT (x + 1) % 1000003 FROM n)
SELECT count(*) AS c FROM n
"""


@pytest.fixture(params=["duckdb", "sqlite"])
def opener(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opener]:
    """Opens a small database of each kind with a time limit in seconds."""
    path = tmp_path / f"small.{request.param}"
    if request.param == "duckdb":
        with duckdb.connect(str(path)) as made:
            made.execute("CREATE TABLE t AS SELECT range AS x FROM range(1000)")
    else:
        with closing(sqlite3.connect(path)) as made:
            made.execute("CREATE TABLE t (x INTEGER)")
            made.executemany("INSERT INTO t VALUES (?)", [(x,) for x in range(1000)])
            made.commit()
    opened: list[Connection] = []

    def open_with(timeout: float) -> Connection:
        opened.append(connect(f"{request.param}:///{path.name}", folder=tmp_path, timeout=timeout))
        return opened[-1]

    yield open_with
    for connection in opened:
        connection.close()


def total(connection: Connection) -> int:
    return int(connection.fetch("SELECT sum(x) AS s FROM t")["s"][0])


def test_a_query_over_its_time_is_stopped(opener: Opener) -> None:
    connection = opener(0.3)
    started = time.monotonic()
    with pytest.raises(ConnectorError, match=r"0\.3 s") as caught:
        connection.fetch(ENDLESS)
    assert caught.value.kind == "timed_out"
    assert time.monotonic() - started < 5
    assert total(connection) == 499500


def test_the_limit_of_one_query_never_meets_the_next(opener: Opener) -> None:
    connection = opener(1)
    until = time.monotonic() + 2.2  # twice the limit, on one session
    while time.monotonic() < until:
        assert total(connection) == 499500


def test_ctrl_c_ends_the_query_and_leaves_the_connection_usable(opener: Opener) -> None:
    connection = opener(30)
    timer = threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT))
    started = time.monotonic()
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        connection.fetch(ENDLESS)
    timer.join()
    assert time.monotonic() - started < 5
    assert total(connection) == 499500


def test_eight_threads_share_a_connection(opener: Opener) -> None:
    connection = opener(30)
    wrong: list[object] = []

    def work(number: int) -> None:
        for step in range(25):
            sql = f"SELECT x FROM t WHERE x % 8 = {number} ORDER BY x"
            if list(connection.fetch(sql)["x"]) != list(range(number, 1000, 8)):
                wrong.append((number, step))
            if connection.columns(("T",)) is None or len(connection.describe(sql)) != 1:
                wrong.append((number, step, "catalog"))

    run_all(work)
    assert not wrong


def test_one_slow_thread_does_not_take_others_along(opener: Opener) -> None:
    connection = opener(1.5)
    ends: list[object] = []

    def work(number: int) -> None:
        if number:
            ends.append(total(connection))
            return
        try:
            connection.fetch(ENDLESS)
        except ConnectorError as error:
            ends.append(error.kind)

    run_all(work)
    assert sorted(map(str, ends)) == ["499500"] * 7 + ["timed_out"]


def test_an_interrupt_that_comes_too_early_is_repeated() -> None:
    interrupts = threading.Semaphore(0)

    def query() -> None:
        for _ in range(3):
            interrupts.acquire()

    with pytest.raises(ConnectorError, match="stopped"):
        run_interruptibly(query, interrupts.release, 0.01)


def test_errors_of_the_query_reach_the_caller() -> None:
    def query() -> None:
        raise TimeoutError("of the driver, not ours")

    with pytest.raises(TimeoutError, match="not ours"):
        run_interruptibly(query, lambda: None, 10)


def run_all(work: Callable[[int], None]) -> None:
    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
