"""A page of a ranking: the items of the command line's document, some at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from api.http.paging import Cursor, read_cursor
from api.http.problems import hint, problem
from api.http.service import Service
from api.http.sheets import Scored
from engine.documents import Document, heading, item
from engine.model import key_of


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a request asks for; None where it says nothing."""

    card: str
    period: str | None
    as_of: str | None
    group: str | None
    cursor: str | None
    page_size: int


@dataclass(frozen=True, slots=True)
class Page:
    """A document, and the cursor of the page after it."""

    document: Document
    following: Cursor | None


def page(service: Service, wanted: Wanted) -> Page:
    """One page. Raises Refused and Problem."""
    start = _start(service, wanted)
    scored = service.scored(wanted.card, start.period, start.as_of)
    if start.place and start.fingerprint != scored.fingerprint:
        raise problem("ranking_changed", "the ranking is not that of the cursor any more")
    ranked, unranked = _grouped(scored, start.group)
    end = start.place + wanted.page_size
    following = Cursor(
        key_of(wanted.card), start.period, start.as_of, start.group, end, scored.fingerprint
    )
    more = following if end < len(ranked) else None
    # Who is not ranked stands on the first page, all of them: a client that reads no further
    # still learns of everybody who was left out.
    left_out = unranked if start.place == 0 else unranked[:0]
    sheet = scored.sheet
    document = {
        **heading(sheet),
        "items": [item(sheet, place) for place in ranked[start.place : end]],
        "not_ranked": [
            {**item(sheet, place), "reason": str(sheet.not_ranked[place])} for place in left_out
        ],
        "not_active": sheet.inactive,
        "next_cursor": str(more) if more else None,
    }
    return Page(document, more)


def _start(service: Service, wanted: Wanted) -> Cursor:
    """Where the page begins: the cursor, or the first place of what is asked for."""
    if wanted.cursor is not None:
        return _continued(service, wanted, read_cursor(wanted.cursor))
    if wanted.period is None:
        raise problem("invalid_parameter", "the parameter `period` is missing")
    period = service.period(wanted.card, wanted.period)
    as_of = service.session.as_of(wanted.as_of)
    return Cursor(key_of(wanted.card), period, as_of, wanted.group, 0, "")


def _continued(service: Service, wanted: Wanted, cursor: Cursor) -> Cursor:
    """The cursor, if nothing in the request contradicts it."""
    cursor.agree("scorecard", cursor.card, key_of(wanted.card))
    if wanted.period is not None:
        cursor.agree("period", cursor.period, service.period(wanted.card, wanted.period))
    if wanted.as_of is not None:
        as_of: date = service.session.as_of(wanted.as_of)
        cursor.agree("as_of", cursor.as_of, as_of)
    if wanted.group is not None:
        cursor.agree("group", cursor.group, wanted.group)
    return cursor


Places = NDArray[np.intp]


def _grouped(scored: Scored, group: str | None) -> tuple[Places, Places]:
    """Who is ranked and who is not, of one group or of all."""
    if group is None:
        return scored.ranked, scored.unranked
    groups = scored.sheet.group
    belongs = np.array([each is not None and str(each) == group for each in groups], dtype=bool)
    if not belongs.any():
        known = sorted({str(each) for each in groups if each is not None})
        help = hint(group, known, "This card ranks everybody together: leave `group` out.")
        raise problem("invalid_parameter", f"nobody is ranked within a group `{group}`", help)
    return scored.ranked[belongs[scored.ranked]], scored.unranked[belongs[scored.unranked]]
