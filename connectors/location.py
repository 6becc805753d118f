"""Where a database file is, and whether something that can be opened lies there."""

import os
from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from connectors.errors import ConnectorError


def file_path(url: str, folder: Path) -> Path | None:
    """The path in `scheme:///path`, relative to `folder`; None if the URL names no file.

    Raises ConnectorError `unsupported` for what such a URL cannot hold: host, user, options.
    """
    parts = _parse(url)
    if parts.host or parts.username or parts.password or parts.query:
        raise ConnectorError(
            "unsupported",
            f"a {parts.get_backend_name()} URL holds a path and nothing else",
            f"Write {parts.get_backend_name()}:///PATH, with three slashes before a relative path.",
        )
    if parts.database in (None, "", ":memory:"):
        return None
    return Path(os.path.abspath(folder / str(parts.database)))


def require_database_file(path: Path) -> None:
    """Raise ConnectorError unless this is a file, with something in it, that may be read.

    Drivers are no judges of that: SQLite takes an empty file for an empty database, and reports
    a folder as a broken disk.
    """
    if not path.exists():
        raise ConnectorError(
            "absent",
            f"there is no database file {path}",
            "Check the path in the connection URL; relative paths start at the workspace folder.",
        )
    if not path.is_file():
        raise ConnectorError("unsupported", f"{path} is a folder, not a database file")
    if not os.access(path, os.R_OK):
        raise ConnectorError("denied", f"the file {path} may not be read", "Check its permissions.")
    if path.stat().st_size == 0:
        raise ConnectorError("unsupported", f"{path} is empty, not a database file")


def _parse(url: str) -> URL:
    try:
        return make_url(url)
    except (ArgumentError, ValueError):  # its text may hold the password
        raise ConnectorError("unsupported", "the connection URL cannot be read") from None
