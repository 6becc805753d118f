"""Databases: connect by URL, describe what is there, fetch what a read-only statement yields.

    with connect("duckdb:///data/shop.duckdb", folder=workspace) as database:
        database.columns(("sales",))
        database.fetch("SELECT store_id, SUM(amount) AS s FROM sales GROUP BY store_id")

One module per database; a new one is added by naming it in `opening.CONNECTORS`.
"""

from connectors.base import Column, Connection, File
from connectors.errors import ConnectorError, ErrorKind
from connectors.kinds import Kind
from connectors.opening import connect

__all__ = ["Column", "Connection", "ConnectorError", "ErrorKind", "File", "Kind", "connect"]
