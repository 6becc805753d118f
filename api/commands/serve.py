"""`steelyard serve`: scores over HTTP, for this machine alone."""

from __future__ import annotations

from contextlib import suppress
from copy import deepcopy
from ipaddress import ip_address
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.opened import opened
from api.commands.options import Folder
from api.streams import note

if TYPE_CHECKING:
    from api.session import Session


def serve(
    context: typer.Context,
    host: Annotated[str, typer.Option(help="A loopback address.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 for any that is free.")] = 8000,
    folder: Folder = None,
) -> None:
    """Answer over HTTP, on this machine alone: there is no access control yet.

    Ctrl-C ends it.
    """
    with opened(context, folder, as_json=False) as session:
        if not is_loopback(host):
            from grammar import Diagnostic, Refused

            raise Refused([Diagnostic("K0912", None, {"host": host})])
        if not _run(session, host.strip("[]"), port):
            raise typer.Exit(1)


def _run(session: Session, host: str, port: int) -> bool:
    """Serve until a signal ends it; False where it could not start, which its log explains."""
    import uvicorn
    from uvicorn.config import LOGGING_CONFIG

    from api.http import create_app

    logging = deepcopy(LOGGING_CONFIG)
    logging["handlers"]["access"]["stream"] = "ext://sys.stderr"
    note("The documentation of the interface is at /docs.")
    config = uvicorn.Config(create_app(session), host=host, port=port, log_config=logging)
    server = uvicorn.Server(config)
    with suppress(SystemExit):  # of a start that failed
        server.run()
    return server.started


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach the address."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"
