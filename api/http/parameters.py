"""What a query may say, and that nothing in it is ignored."""

from __future__ import annotations

from collections import Counter
from typing import Annotated

from fastapi import Depends, Header, Path, Query, Request
from fastapi.routing import APIRoute

from api.http.languages import Language, preferred
from api.http.problems import Problem, fault, hint
from api.http.service import Service
from engine.documents import Document

MOST_ON_A_PAGE = 1000

CardName = Annotated[str, Path(description="The scorecard's name.", examples=["store_quarterly"])]
Key = Annotated[
    str, Path(description="The key of a store, an employee, …, as text.", examples=["S001"])
]
Period = Annotated[
    str,
    Query(
        description="A period of the card: 2025-07, 2025Q3 (or 2025-Q3), 2025H1, 2025, 2025-W32.",
        examples=["2025Q3"],
    ),
]
PeriodOfFirstPage = Annotated[
    str | None,
    Query(
        description="As above; needed for the first page, given by the cursor for the others.",
        examples=["2025Q3"],
    ),
]
AsOf = Annotated[
    str | None,
    Query(
        description="The day as of which is scored: later rows are not read. Without it today, in "
        "the calendar's time zone.",
        examples=["2025-10-08"],
    ),
]
PageSize = Annotated[
    int, Query(ge=1, le=MOST_ON_A_PAGE, description="How many ranked entities a page has.")
]
CursorText = Annotated[str | None, Query(description="`next_cursor` of the page before, as it is.")]
Group = Annotated[
    str | None,
    Query(
        description="Only those ranked within this group: a value of `rank_group`.",
        examples=["East"],
    ),
]
LanguageChoice = Annotated[
    Language | None,
    Query(
        alias="language",
        description="The language of labels and sentences, before Accept-Language. Sentences that "
        "are not written in it yet are English; Content-Language says so.",
    ),
]


async def refuse_unknown(request: Request) -> None:
    """Refuse parameters that the resource does not have, or that stand twice."""
    route = request.scope["route"]
    assert isinstance(route, APIRoute)
    known = [parameter.alias for parameter in route.dependant.query_params]
    given = Counter(name for name, _ in request.query_params.multi_items())
    unknown = [_unknown(name, known) for name in given if name not in known]
    if unknown:
        raise Problem("unknown_parameter", unknown)
    repeated = [name for name, count in given.items() if count > 1]
    if repeated:
        raise Problem("invalid_parameter", map(_repeated, repeated))


def _unknown(name: str, known: list[str]) -> Document:
    help = hint(name, known, "This resource has none.")
    return fault("unknown_parameter", f"there is no parameter `{name}` here", help)


def _repeated(name: str) -> Document:
    return fault("invalid_parameter", f"the parameter `{name}` stands twice")


async def _service(request: Request) -> Service:
    service = request.app.state.service
    assert isinstance(service, Service)
    return service


ServiceHere = Annotated[Service, Depends(_service)]


async def _spoken(
    service: ServiceHere,
    accept_language: Annotated[str | None, Header(examples=["zh-CN, en;q=0.8"])] = None,
) -> Language:
    return preferred(accept_language, service.language)


Spoken = Annotated[Language, Depends(_spoken)]
