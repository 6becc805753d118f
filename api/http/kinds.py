"""The kinds of problems, a closed list, and which of them a diagnostic is to a client."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

from grammar import Diagnostic


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
            "not_begun",
            404,
            "The period has not begun",
            "It begins after the day that the answer is as of. A period that has begun and not "
            "ended is answered, and marked provisional.",
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
    "K0918": "not_begun",
}
_WRONG_QUERY = {"bad_sql", "missing_table", "read_only"}  # the workspace is to blame


def kind_of(diagnostic: Diagnostic) -> Kind:
    """The kind of problem that a diagnostic is to a client."""
    if diagnostic.code != "K0901":
        return KINDS[_BY_CODE.get(diagnostic.code, "blocked")]
    reason = diagnostic.data.get("kind")
    if reason in _WRONG_QUERY:
        return KINDS["blocked"]
    return KINDS["timed_out" if reason == "timed_out" else "unavailable"]


def kind_of_status(status: int) -> Kind:
    """The kind of what the framework itself refuses."""
    by_status = {404: "not_found", 405: "method_not_allowed"}
    if status in by_status:
        return KINDS[by_status[status]]
    phrase = HTTPStatus(status).phrase
    return Kind("http_error", status, phrase, f"{phrase}.")
