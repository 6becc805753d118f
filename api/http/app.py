"""The application. It listens nowhere by itself: a server is started on it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

from api.http.answers import JSON, PROBLEM_JSON
from api.http.problems import install
from api.http.routes import router
from api.http.service import Service
from api.session import Session

_DESCRIPTION = """
Scores of employees and stores by rules that people can read: what is the score, what is the rank,
and why.

- All resources are for reading. Days are `2025-09-30`; periods `2025-09`, `2025Q3`, `2025H1`,
  `2025` or `2025-W40`; percents, attainment, coverage and weights are fractions of 1.
- A parameter that a resource does not have is an error, not ignored.
- Whatever cannot be answered is an `application/problem+json` (RFC 9457). Its `errors` are
  diagnostics with file, line and what to do, where a rule is at fault.
- Without `as_of` a result is as of today in the workspace's time zone; the day is always in the
  answer. Scores are computed at the first request for a day and then kept.
"""


def create_app(session: Session) -> FastAPI:
    """The API over a session, which stays the caller's: it is not closed at the end."""
    service = Service(session)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await run_in_threadpool(service.warm)
        yield

    app = _App(
        title="Steelyard",
        version="1",
        description=_DESCRIPTION.strip(),
        lifespan=lifespan,
        openapi_url="/v1/openapi.json",
        # The pages that FastAPI offers load their scripts from somewhere else.
        docs_url=None,
        redoc_url=None,
        # One address for each resource; a redirect would be the one answer that is no JSON.
        redirect_slashes=False,
    )
    app.state.service = service
    install(app)
    app.include_router(router)
    return app


class _App(FastAPI):
    def openapi(self) -> dict[str, Any]:
        """The description, with the media type that problems really have."""
        if self.openapi_schema is None:
            for path in super().openapi()["paths"].values():
                for operation in path.values():
                    for status, response in operation["responses"].items():
                        if status >= "400" and JSON in response["content"]:
                            response["content"][PROBLEM_JSON] = response["content"].pop(JSON)
        return super().openapi()
