"""Everything that can go wrong as RFC 9457 problems, answered in one place.

The `errors` of a problem are diagnostics in the JSON of the command line; `code` is that of the
first one, or the name of the kind where no diagnostic says it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from api.http.answers import PROBLEM_JSON, Answer
from api.http.kinds import KINDS, Kind, kind_of, kind_of_status
from api.http.languages import Language, preferred
from engine.documents import Document, diagnostic_document
from grammar import Refused, suggest

_log = logging.getLogger(__name__)


class Problem(Exception):
    """A request that cannot be answered, for a reason that is no diagnostic of the engine."""

    def __init__(self, kind: str, faults: Iterable[Document]) -> None:
        self.kind = KINDS[kind]
        self.faults = tuple(faults)
        super().__init__(kind, *(fault["message"] for fault in self.faults))


def problem(kind: str, message: str, help: str = "") -> Problem:
    """A problem with one fault."""
    return Problem(kind, [fault(kind, message, help)])


def fault(code: str, message: str, help: str = "") -> Document:
    """An entry of `errors` that is no diagnostic, in the form of one without a place."""
    return {
        "code": code,
        "severity": "error",
        "message": message,
        "help": help,
        **dict.fromkeys(("file", "line", "column", "end_line", "end_column")),
        "labels": [],
        "fixes": [],
    }


def hint(word: str, known: Sequence[str], nothing: str) -> str:
    """The name that was meant, else those there are (`nothing` where there is none)."""
    close = suggest(word, known)
    if close:
        return f"Did you mean `{close[0]}`?"
    return f"Known are: {', '.join(known[:20])}." if known else nothing


def install(app: FastAPI) -> None:
    """Every error of the app, expected or not, is answered by `respond`."""
    for error in (Refused, Problem, RequestValidationError, HTTPException, Exception):
        app.add_exception_handler(error, respond)


async def respond(request: Request, error: Exception) -> Response:
    """The problem of an error. What nobody expected is logged and tells nothing."""
    language = preferred(request.headers.get("accept-language"), request.app.state.service.language)
    match error:
        case Refused(diagnostics=found):
            faults = [diagnostic_document(each, language) for each in found]
            return _answer(request, language, kind_of(found[0]), faults)
        case Problem(kind=kind, faults=faults):
            return _answer(request, language, kind, faults)
        case RequestValidationError():
            faults = [_misused(each) for each in error.errors()]
            return _answer(request, language, KINDS["invalid_parameter"], faults)
        case HTTPException(status_code=status, headers=headers):
            return _answer(request, language, kind_of_status(status), [], headers)
    _log.error("%s %s failed", request.method, request.scope["path"], exc_info=error)
    return _answer(request, language, KINDS["internal"], [])


def _misused(error: dict[str, Any]) -> Document:
    """A parameter that FastAPI could not read."""
    name = error["loc"][-1]
    if error["type"] == "missing":
        return fault("invalid_parameter", f"the parameter `{name}` is missing")
    return fault("invalid_parameter", f"the parameter `{name}` cannot be used", error["msg"])


def _answer(
    request: Request,
    language: Language,
    kind: Kind,
    faults: Sequence[Document],
    headers: Mapping[str, str] | None = None,
) -> Answer:
    kinds = f"{request.scope.get('root_path', '')}/v1/problems"
    body = {
        "type": f"{kinds}/{kind.name}" if kind.name in KINDS else "about:blank",
        "title": kind.title,
        "status": kind.status,
        "detail": _detail(kind, faults),
        "instance": quote(request.scope["path"]),
        "code": faults[0]["code"] if faults else kind.name,
        "errors": faults,
    }
    return Answer(body, language, status=kind.status, media_type=PROBLEM_JSON, headers=headers)


def _detail(kind: Kind, faults: Sequence[Document]) -> str:
    """What happened this time: the first fault, and how many more there are."""
    if not faults:
        return kind.meaning
    first = faults[0]
    more = f" ({len(faults) - 1} more in `errors`)" if len(faults) > 1 else ""
    return f"{first['message']}{more}. {first['help']}".strip()
