"""The roles for which the example has a card, and the files of a workspace for some of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files

from api.templates.chinese import in_chinese
from api.templates.needed import needed
from grammar import Formatted, Source, decode, format, parse
from grammar import syntax as s


@dataclass(frozen=True, slots=True)
class Role:
    """Who is scored: by which card of the example, in the words of its labels."""

    name: str
    card: str
    says: str


ROLES = (
    Role("store", "store_quarterly", "stores, by sales, customers and service"),
    Role("store-manager", "store_manager", "store managers, by the results of their store"),
    Role("clerk", "clerk", "sales staff, by their own sales and the store's customers"),
)


def template(roles: Sequence[Role], language: str) -> Mapping[str, str]:
    """The scorecard files of a new workspace by name: the cards of these roles, and no data set,
    entity or KPI that they do not need."""
    kept = needed(example(), {role.card for role in roles})
    return {name: _said(Source(name, text), language) for name, text in kept.items()}


def example() -> tuple[s.Document, ...]:
    """The installed example, read."""
    found = []
    for file in sorted(files("scorecards").iterdir(), key=lambda each: each.name):
        if file.name.endswith(".scorecard"):
            source = decode(file.name, file.read_bytes())
            document = parse(source).document if isinstance(source, Source) else None
            assert document is not None  # the example has no errors
            found.append(document)
    return tuple(found)


def _said(source: Source, language: str) -> str:
    """The canonical text in a language."""
    said: Formatted = format(in_chinese(source) if language == "zh" else source, language)
    assert said.text is not None
    return said.text
