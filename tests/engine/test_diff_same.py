"""What is no difference of meaning: form, order, language, other words for the same."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine import Workspace, diff, load
from engine.workspace import workspace_of
from grammar import Parsed, Source, format
from grammar import syntax as s
from grammar.printer import meaning, printed
from tests.support import syntax_trees as trees
from tests.support.diff_texts import WHOLE, changes, edited

REPOSITORY = Path(__file__).resolve().parents[2]
EXAMPLE = {
    path.relative_to(REPOSITORY / "scorecards").as_posix(): path.read_text("utf-8")
    for path in sorted((REPOSITORY / "scorecards").rglob("*.scorecard"))
}
NUMBER = re.compile(r"(?<![\w-])(\d[\d_]*(?:\.\d+)?)(?![\w-])")


def some(count: int) -> settings:
    checks = list(HealthCheck)
    return settings(
        max_examples=count, deadline=None, derandomize=True, suppress_health_check=checks
    )


def read(texts: dict[str, str]) -> Workspace:
    return workspace_of(Path("shop"), [Source(name, text) for name, text in texts.items()])


def formatted(text: str, language: str) -> str:
    found = format(Source("a.scorecard", text), language).text
    assert found is not None
    return found


@pytest.fixture(scope="module")
def example() -> Workspace:
    return load(REPOSITORY / "scorecards")


# ── the example ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_example_and_its_translation(example: Workspace, language: str) -> None:
    other = read({name: formatted(text, language) for name, text in EXAMPLE.items()})
    assert diff(example, other) == diff(other, example) == ()


def test_all_of_the_example_in_one_file(example: Workspace) -> None:
    one = read({"all.scorecard": "\n".join(reversed(EXAMPLE.values()))})
    assert diff(example, one) == ()


@some(20)
@given(data=st.data())
def test_every_number_of_the_example_means_something(
    data: st.DataObject, example: Workspace
) -> None:
    """A figure that is another one is found, in exactly one place."""
    name = data.draw(st.sampled_from(sorted(EXAMPLE)))
    lines = EXAMPLE[name].split("\n")
    figures = [i for i, line in enumerate(lines) if NUMBER.search(line.split("#")[0])]
    figures = [i for i in figures if '"' not in lines[i] and "effective" not in lines[i]]
    if not figures:
        return
    place = data.draw(st.sampled_from(figures))
    lines[place] = NUMBER.sub(lambda match: f"{match[1]}1", lines[place], count=1)
    (change,) = diff(example, read({**EXAMPLE, name: "\n".join(lines)}))
    found = change.new_span
    assert found is not None
    lines_of_it = range(found.line, found.line + found.text.count("\n") + 1)
    assert (found.file, place + 1 in lines_of_it) == (name, True)


# ── order and files ─────────────────────────────────────────────────────────────────────────────

Shuffle = Callable[[list[s.Node]], list[s.Node]]


def shuffled(document: s.Document, shuffle: Shuffle) -> s.Document:
    """Facts in another order, but for target lines among each other."""
    return s.Document(
        document.source, tuple(_shuffled(section, shuffle) for section in document.sections)
    )


def _shuffled(section: s.Section, shuffle: Shuffle) -> s.Section:
    if isinstance(section, s.RemoveSection):
        return section
    facts = shuffle(list(section.facts))
    targets = iter([fact for fact in section.facts if isinstance(fact, s.TargetLine)])
    kept = [next(targets) if isinstance(fact, s.TargetLine) else fact for fact in facts]
    names = [each for each in section.__match_args__ if each != "facts"]
    found: s.Section = type(section)(
        *(getattr(section, each) for each in names), tuple(kept), span=section.span
    )
    return found


@some(15)
@given(data=st.data())
def test_facts_in_any_order(data: st.DataObject, example: Workspace) -> None:
    document = data.draw(st.sampled_from(example.documents))
    other = shuffled(document, lambda facts: data.draw(st.permutations(facts)))
    rest = [each for each in example.documents if each is not document]
    documents = {each.source.name: each for each in (*rest, other)}
    mixed = workspace_of(
        Path("shop"),
        [each.source for each in documents.values()],
        lambda source: Parsed(documents[source.name], ()),
    )
    assert diff(example, mixed) == ()


@some(15)
@given(data=st.data())
def test_sections_in_any_order_and_file(data: st.DataObject, example: Workspace) -> None:
    """Cards with their parts, and all other sections, in up to three files."""
    pieces = [piece for text in EXAMPLE.values() for piece in _pieces(text)]
    files: dict[str, str] = {}
    for piece in data.draw(st.permutations(pieces)):
        name = data.draw(st.sampled_from(["a", "b/c", "d"]))
        files[f"{name}.scorecard"] = f"{files.get(f'{name}.scorecard', '')}{piece}\n"
    assert diff(example, read(files)) == ()


def _pieces(text: str) -> list[str]:
    return re.split(r"\n(?=(?:calendar|entity|data|targets|kpi|policy|scorecard)\b)", f"\n{text}")[
        1:
    ]


def test_parts_of_a_card_in_another_order() -> None:
    """Perspectives and measures; the order of grades and rules is another matter."""
    blocks = WHOLE.split("\n\n")
    header = [block.split("\n", maxsplit=1)[0] for block in blocks]
    money, people = (
        header.index('perspective money "Money"'),
        header.index('perspective people "People"'),
    )
    judge = next(i for i, each in enumerate(header) if each.startswith("judge"))
    first = [blocks[money], *reversed(blocks[money + 1 : people])]
    second = [blocks[people], *reversed(blocks[people + 1 : judge])]
    mixed = [*blocks[:money], *second, *first, *blocks[judge:]]
    assert changes(WHOLE, "\n\n".join(mixed)) == ()


# ── other words for the same ────────────────────────────────────────────────────────────────────

SAME = [
    ("  target 120000", "  target 12万"),
    ("  target 120000", "  target 120_000"),
    ("weight 60%", "weight 60.0%"),
    ("weight 60%", "权重 ６０％"),
    ("people slightly", "people 2"),
    ("net_sales < 10", "NET_SALES < 10.0"),
    ("key customer_id", "key [customer_id]"),
    ("key customer_id", "key Customer_ID"),
    ("2025-03-31", "2025年3月31日"),
    ("at target score", "at 100% of target score"),
    ("CNY 1200", "¥1200"),
    ("is_test <> yes", "is_test != true"),
    ("starts in January", "starts in 1月"),
    ("size is area * 2", "size is 2 * area"),
    ("net_sales < 0\n", "(net_sales < 0)\n"),
    ('"Wang" share 2', '"Wang" share 2 of shops'),
    ("curve attainment", "curve attainment  # as ever"),
]


@pytest.mark.parametrize(("old", "new"), SAME)
def test_the_same_in_other_words(old: str, new: str) -> None:
    text = edited(old, new)
    assert text != WHOLE
    assert changes(WHOLE, text) == changes(text, WHOLE) == ()


@pytest.mark.parametrize(
    ("old", "new"), [("from 2025Q3", "from 2025-07-01"), ("from 2026-01-01", "from 2026")]
)
def test_a_period_is_its_first_day(old: str, new: str) -> None:
    """Where a table says which day that is, it is not known that they are the same."""
    plain = edited("  periods from periods\n", "")
    assert changes(plain, edited(old, new, plain)) == ()
    assert len(changes(WHOLE, edited(old, new))) == 1


def with_condition(condition: str) -> str:
    return edited("net_sales < 0\n", f"{condition}\n")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("net_sales < 0 and baskets > 5", "baskets > 5 and net_sales < 0"),
        ("net_sales < 0 or baskets > 5", "(baskets > 5) or net_sales < 0"),
        (
            "(baskets > 1 and baskets > 2) and baskets > 3",
            "baskets > 3 and baskets > 2 and baskets > 1",
        ),
        ("baskets in (1, 2)", "baskets in (2, 1, 1)"),
        ("baskets + net_sales > 5", "net_sales + baskets > 5"),
    ],
)
def test_the_order_of_conditions(one: str, other: str) -> None:
    assert changes(with_condition(one), with_condition(other)) == ()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("net_sales < 0 and baskets > 5", "net_sales < 0 or baskets > 5"),
        ("baskets - net_sales > 5", "net_sales - baskets > 5"),
        ("baskets / net_sales > 5", "net_sales / baskets > 5"),
        ("baskets > net_sales", "net_sales > baskets"),
        ("baskets + baskets > 5", "baskets + net_sales > 5"),
        ("baskets * baskets > 5", "baskets > 5"),
        ("baskets in (1, 2)", "baskets in (1, 3)"),
        ("not baskets > 5", "baskets > 5"),
        ("baskets > 5", "baskets > 5%"),
        ('"a" = "A"', '"A" = "A"'),
    ],
)
def test_what_only_looks_the_same(one: str, other: str) -> None:
    (change,) = changes(with_condition(one), with_condition(other))
    assert change.subject.fact == "when"


# ── any text ────────────────────────────────────────────────────────────────────────────────────


@some(50)
@given(trees.documents, st.sampled_from(["en", "zh"]), st.sampled_from(["en", "zh"]))
def test_printing_is_no_difference(document: s.Document, one: str, other: str) -> None:
    files = [{"a.scorecard": printed(document, each)} for each in (one, other)]
    assert diff(*map(read, files)) == ()


@some(60)
@given(trees.documents, trees.documents)
def test_a_difference_is_one_in_both_directions(one: s.Document, other: s.Document) -> None:
    """What comes one way goes the other; what the formatter takes for the same is none."""
    old, new = (read({"a.scorecard": printed(each)}) for each in (one, other))
    there, back = diff(old, new), diff(new, old)
    assert len(there) == len(back)
    if meaning(old.documents[0]) == meaning(new.documents[0]):
        assert there == ()
