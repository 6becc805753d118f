"""From a URL to a `Connection`: find the module that knows the database, and let it open it."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from connectors.base import Connection, File
from connectors.errors import ConnectorError


class Connector(Protocol):
    """What the module for a kind of database offers."""

    def open_url(
        self, url: str, *, folder: Path, files: Sequence[File], timeout: float
    ) -> Connection:
        """Open the database read-only, or raise ConnectorError."""


def _duckdb() -> Connector:
    from connectors import duckdb

    return duckdb


def _sqlite() -> Connector:
    from connectors import sqlite

    return sqlite


CONNECTORS: dict[str, Callable[[], Connector]] = {"duckdb": _duckdb, "sqlite": _sqlite}
"""For each scheme of a URL, its module; imported, with its driver, only when it is asked for."""


def connect(
    url: str | None, *, folder: Path, files: Sequence[File] = (), timeout: float = 60.0
) -> Connection:
    """Open a database for reading.

    `url` is `duckdb:///PATH` or `sqlite:///PATH`, the path relative to `folder` (four slashes for
    an absolute one); None is a DuckDB in memory, for data that are `files`. `timeout` is in
    seconds and holds for each call on the connection.

    Raises ConnectorError; nothing is ever created or changed.
    """
    text = url or "duckdb://"
    return _connector(text).open_url(text, folder=folder, files=files, timeout=timeout)


def _connector(url: str) -> Connector:
    scheme = url.partition(":")[0].partition("+")[0].strip().lower()
    if scheme not in CONNECTORS:
        raise _unknown(scheme if scheme.isalnum() and ":" in url else "")
    try:
        return CONNECTORS[scheme]()
    except ImportError as error:
        raise ConnectorError(
            "driver_missing",
            f"the driver for {scheme} is not installed (Python module {error.name})",
            f"Install it with: pip install {error.name}",
        ) from error


def _unknown(scheme: str) -> ConnectorError:
    return ConnectorError(
        "unsupported",
        f"there is no connector for {scheme} databases"
        if scheme
        else "the connection URL does not start with the kind of database",
        "Write it like duckdb:///data/shop.duckdb or sqlite:///data/shop.db.",
    )
