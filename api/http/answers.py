"""Responses: JSON with the headers that every answer has."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import Response
from pydantic import BaseModel
from pydantic_core import to_json

from api.http.languages import Language, written

JSON = "application/json"
PROBLEM_JSON = "application/problem+json"

Body = Mapping[str, object] | BaseModel


class Answer(Response):
    """A document as JSON in one language.

    Routes return it instead of a plain dict: a page of a ranking is a quarter of a megabyte, which
    FastAPI would walk through twice in Python before it is encoded.
    """

    def __init__(
        self,
        body: Body,
        language: Language,
        *,
        status: int = 200,
        media_type: str = JSON,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        always = {
            "Content-Language": written(language),
            "Vary": "Accept-Language",
            # Scores of people: no store on the way may keep them, and a browser asks again.
            "Cache-Control": "private, no-cache",
        }
        # JSON has no infinity and no NaN: an answer never holds one.
        content = to_json(body, by_alias=True, inf_nan_mode="null")
        super().__init__(content, status, {**always, **(headers or {})}, media_type)
