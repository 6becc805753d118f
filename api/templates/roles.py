"""The roles for which the example has a card, and the files of a workspace for some of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable

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
    Role("kiosk", "kiosk_quarterly", "kiosks, by the stores' card and what differs from it"),
    Role(
        "satisfaction", "satisfaction_ahp", "stores, by a satisfaction index with compared weights"
    ),
    Role(
        "region", "region_quarterly", "regions, by the scores of their stores, profit and customers"
    ),
    Role("store-manager", "store_manager", "store managers, by the results of their store"),
    Role("clerk", "clerk", "sales staff, by their own sales and the store's customers"),
    Role(
        "cashier", "cashier", "cashiers, by their till, the store's customers and what they learn"
    ),
    Role("service-desk", "service_desk", "service desks, by the requests that they settle"),
    Role("back-office", "back_office", "back offices, by data and cases"),
    Role("membership", "membership", "membership staff, by the care of members"),
    Role("marketing", "marketing", "marketing staff, by campaigns, in points"),
    Role(
        "regional-manager", "regional_manager", "regional managers, by their region and its people"
    ),
    Role("balanced", "staff_balanced", "everybody on the staff, each year, in four perspectives"),
    Role("review", "staff_review", "everybody on the staff, by ratings from all sides"),
)

_CARDS = "cards"  # the folder with the cards that are not in the first one


def template(roles: Sequence[Role], language: str) -> Mapping[str, str]:
    """The scorecard files of a new workspace by name: the cards of these roles, and no data set,
    entity or KPI that they do not need."""
    kept = needed(example(), {role.card for role in roles})
    return {name: _said(Source(name, text), language) for name, text in _gathered(kept).items()}


def example() -> tuple[s.Document, ...]:
    """The installed example, read."""
    found = []
    for name, file in _scorecards(files("scorecards")):
        source = decode(name, file.read_bytes())
        document = parse(source).document if isinstance(source, Source) else None
        assert document is not None  # the example has no errors
        found.append(document)
    return tuple(found)


def _scorecards(folder: Traversable, above: str = "") -> Iterator[tuple[str, Traversable]]:
    """The scorecard files of a folder and of those below it, by their paths."""
    for each in sorted(folder.iterdir(), key=lambda each: each.name):
        if each.is_dir() and not each.name.startswith("."):
            yield from _scorecards(each, f"{above}{each.name}/")
        elif each.name.endswith(".scorecard"):
            yield f"{above}{each.name}", each


def _gathered(texts: Mapping[str, str]) -> Mapping[str, str]:
    """The same files without folders, which a small workspace does not need: cards beside each
    other, and what is left of other files below the file of their folder's name."""
    found: dict[str, list[str]] = {}
    for name in sorted(texts, key=lambda name: ("/" in name, name)):
        folder, _, file = name.rpartition("/")
        place = name if not folder else file if folder == _CARDS else f"{folder}.scorecard"
        found.setdefault(place, []).append(texts[name])
    return {name: "\n".join(parts) for name, parts in found.items()}


def _said(source: Source, language: str) -> str:
    """The canonical text in a language."""
    said: Formatted = format(in_chinese(source) if language == "zh" else source, language)
    assert said.text is not None
    return said.text
