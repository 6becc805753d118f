"""The resources, all for reading."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Depends, Request

from api.http import schemas
from api.http.answers import Answer
from api.http.cards import card_list, card_rules
from api.http.kinds import KINDS
from api.http.parameters import (
    AsOf,
    CardName,
    CursorText,
    Group,
    Key,
    LanguageChoice,
    PageSize,
    Period,
    PeriodOfFirstPage,
    ServiceHere,
    Spoken,
    refuse_unknown,
)
from api.http.problems import problem
from api.http.rankings import Wanted, page
from engine import explain
from engine.documents import explanation_document
from engine.sheet import Sheet
from grammar import Diagnostic, Refused


def _may_be(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The problems of a resource, for its description."""
    return {
        status: {
            "model": schemas.ProblemDocument,
            "description": "; ".join(k.title for k in KINDS.values() if k.status == status),
        }
        for status in statuses
    }


router = APIRouter(
    prefix="/v1", dependencies=[Depends(refuse_unknown)], responses=_may_be(400, 500)
)


@router.get("/health", response_model=schemas.Health, tags=["server"], summary="Is it alive?")
def health(service: ServiceHere, spoken: Spoken) -> Answer:
    """Answers as long as the server lives, also when the workspace has errors or the database
    does not answer: both are in the answer."""
    return Answer(service.health(spoken), spoken)


@router.get(
    "/problems/{name}",
    response_model=schemas.ProblemKind,
    responses=_may_be(404),
    tags=["server"],
    summary="What does this problem mean?",
)
def problem_kind(name: str, request: Request, spoken: Spoken) -> Answer:
    """Where the `type` of a problem leads."""
    kind = KINDS.get(name)
    if kind is None:
        raise problem("not_found", f"there is no kind of problem called `{name}`")
    body = schemas.ProblemKind(
        type=request.scope["path"], title=kind.title, status=kind.status, meaning=kind.meaning
    )
    return Answer(body, spoken)


@router.get(
    "/scorecards",
    response_model=schemas.CardList,
    tags=["scorecards"],
    summary="Which scorecards are there?",
)
def scorecards(service: ServiceHere, spoken: Spoken) -> Answer:
    """Every scorecard with its versions, also those that cannot be scored."""
    return Answer(card_list(service.session.workspace), spoken)


@router.get(
    "/scorecards/{card}",
    response_model=schemas.CardRules,
    responses=_may_be(404, 409),
    tags=["scorecards"],
    summary="By what rules?",
)
def scorecard(card: CardName, service: ServiceHere, spoken: Spoken) -> Answer:
    """The rules of the latest version as they are written, each with its file and line."""
    session = service.session
    return Answer(card_rules(session.workspace, card, session.today()), spoken)


@router.get(
    "/scorecards/{card}/rankings",
    response_model=schemas.Ranking,
    responses=_may_be(404, 409, 410, 503, 504),
    tags=["scores"],
    summary="What is the score, and the rank?",
)
def rankings(
    request: Request,
    card: CardName,
    service: ServiceHere,
    spoken: Spoken,
    period: PeriodOfFirstPage = None,
    as_of: AsOf = None,
    group: Group = None,
    page_size: PageSize = 100,
    cursor: CursorText = None,
) -> Answer:
    """A page of the ranking, in the order and with the items of `steelyard score --format json`:
    by group, then by rank. Follow `next_cursor` (or the Link header) to the end; all pages are of
    the period and the day of the first, and a ranking that changes meanwhile is a 410, never a
    page that has shifted. Who is not ranked is on the first page, all of them, each with the
    reason."""
    found = page(service, Wanted(card, period, as_of, group, cursor, page_size))
    headers = {}
    if found.following is not None:
        query = urlencode({"cursor": str(found.following), "page_size": page_size})
        headers["Link"] = f'<{quote(request.scope["path"])}?{query}>; rel="next"'
    return Answer(found.document, spoken, headers=headers)


@router.get(
    "/scorecards/{card}/entities/{key:path}",
    response_model=schemas.Explanation,
    responses=_may_be(404, 409, 503, 504),
    tags=["scores"],
    summary="Why?",
)
def explanation(
    card: CardName,
    key: Key,
    service: ServiceHere,
    spoken: Spoken,
    period: Period,
    as_of: AsOf = None,
    language: LanguageChoice = None,
) -> Answer:
    """One score with its reasons, as `steelyard explain --format json` gives it: a tree whose
    points add up to the total, and the same in sentences."""
    said = language or spoken
    sheet = service.scored(card, period, service.session.as_of(as_of)).sheet
    found = explain(sheet, key, said)
    if found is None:
        raise Refused([_unknown_key(sheet, key)])
    return Answer(explanation_document(found, said), said)


def _unknown_key(sheet: Sheet, key: str) -> Diagnostic:
    """Without a suggestion: nobody is to learn keys by guessing at them."""
    card = sheet.plan.card.name
    hint = f"The ranking lists all keys: /v1/scorecards/{card}/rankings."
    data = {"key": key, "card": card, "period": sheet.plan.period.name, "hint": hint}
    return Diagnostic("K0908", None, data)
