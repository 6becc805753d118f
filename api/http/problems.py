"""Everything that can go wrong as RFC 9457 problems: a closed list of kinds, one place to answer.

The `errors` of a problem are diagnostics in the JSON of the command line; `code` is that of the
first one, or the name of the kind where no diagnostic says it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from api.http.answers import PROBLEM_JSON, Answer
from api.http.languages import preferred
from engine.documents import Document, diagnostic_document
from grammar import Diagnostic, Refused, suggest

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem: its name in `type`, its status, and what it means for who asks."""

    name: str
    status: int
    title: str
    meaning: str


KINDS = {
    kind.name: kind
    for kind in (
        Kind(
            "unknown_scorecard",
            404,
            "There is no such scorecard",
            "The name in the path is that of no scorecard; /v1/scorecards lists them.",
        ),
        Kind(
            "unknown_key",
            404,
            "The scorecard does not score this key",
            "Nobody with this key is in the card's population in this period. "
            "The ranking lists all keys.",
        ),
        Kind(
            "no_version",
            404,
            "The scorecard does not hold in this period",
            "The period begins before the first version of the card, after its last one, or "
            "between two.",
        ),
        Kind(
            "invalid_period",
            400,
            "This is not a period of the scorecard",
            "A period is named as the card counts: 2025-07, 2025Q3, 2025H1, 2025, 2025-W32.",
        ),
        Kind("invalid_date", 400, "This is not a date", "A day is written as 2025-09-30."),
        Kind(
            "unknown_parameter",
            400,
            "The query has a parameter that is not known here",
            "Nothing is ignored in silence: a misspelt filter would change the answer.",
        ),
        Kind(
            "invalid_parameter",
            400,
            "A parameter cannot be used",
            "It is missing, given twice, out of its range, or not of its type.",
        ),
        Kind(
            "invalid_cursor",
            400,
            "The cursor cannot be used",
            "A cursor is taken from `next_cursor` as it is, and goes with the card, period, day "
            "and group of the page it came with.",
        ),
        Kind(
            "ranking_changed",
            410,
            "The ranking has changed since the first page",
            "The data or the rules are not those of the earlier pages any more. Start again "
            "without a cursor.",
        ),
        Kind(
            "blocked",
            409,
            "The scorecard cannot be scored as it stands",
            "The request is right, but rules or data of the card have errors; each is listed with "
            "its place and what to do. The same request succeeds once they are gone.",
        ),
        Kind(
            "unavailable",
            503,
            "The database does not answer",
            "It could not be opened or reached. The same request may succeed later.",
        ),
        Kind(
            "timed_out",
            504,
            "The database did not answer in time",
            "The query was stopped at the time limit of the workspace's settings.",
        ),
        Kind("not_found", 404, "There is nothing here", "No resource has this address."),
        Kind(
            "method_not_allowed",
            405,
            "This method cannot be used here",
            "All resources are for reading: GET.",
        ),
        Kind(
            "internal",
            500,
            "The server failed",
            "This is a fault of the server. Its log says more.",
        ),
    )
}

_BY_CODE = {
    "K0902": "unavailable",
    "K0905": "unknown_scorecard",
    "K0906": "invalid_period",
    "K0907": "no_version",
    "K0908": "unknown_key",
    "K0909": "invalid_date",
}
_WRONG_QUERY = {"bad_sql", "missing_table", "read_only"}  # the workspace is to blame


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
    language = preferred(request.headers.get("accept-language"))
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
            return _answer(request, language, _of_status(status), [], headers)
    _log.error("%s %s failed", request.method, request.scope["path"], exc_info=error)
    return _answer(request, language, KINDS["internal"], [])


def kind_of(diagnostic: Diagnostic) -> Kind:
    """The kind of problem that a diagnostic is to a client."""
    if diagnostic.code != "K0901":
        return KINDS[_BY_CODE.get(diagnostic.code, "blocked")]
    reason = diagnostic.data.get("kind")
    if reason in _WRONG_QUERY:
        return KINDS["blocked"]
    return KINDS["timed_out" if reason == "timed_out" else "unavailable"]


def _of_status(status: int) -> Kind:
    by_status = {404: "not_found", 405: "method_not_allowed"}
    if status in by_status:
        return KINDS[by_status[status]]
    return Kind("http_error", status, HTTPStatus(status).phrase, "")


def _misused(error: dict[str, Any]) -> Document:
    """A parameter that FastAPI could not read."""
    name = error["loc"][-1]
    if error["type"] == "missing":
        return fault("invalid_parameter", f"the parameter `{name}` is missing")
    return fault("invalid_parameter", f"the parameter `{name}` cannot be used", error["msg"])


def _answer(
    request: Request,
    language: str,
    kind: Kind,
    faults: Sequence[Document],
    headers: Any = None,
) -> Answer:
    known = kind.name in KINDS
    body = {
        "type": f"{request.scope.get('root_path', '')}/v1/problems/{kind.name}"
        if known
        else "about:blank",
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
