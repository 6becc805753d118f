"""A span is exactly what was written: what it underlines, read again, is the same node."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest

from grammar import Source, parse
from grammar import syntax as s
from tests.grammar.test_expressions import expression

REPOSITORY = Path(__file__).resolve().parents[2]
EXPRESSIONS = get_args(s.Expression)
SECTIONS = get_args(s.Section)


def sample_texts() -> Iterator[tuple[str, str]]:
    """The example workspace, and the blocks of the language page that are whole files."""
    for path in sorted((REPOSITORY / "scorecards").glob("*.scorecard")):
        yield path.name, path.read_text("utf-8")
    page = (REPOSITORY / "docs" / "language.md").read_text("utf-8")
    for block in re.findall(r"^```\n(# \w+\.scorecard.*?)^```", page, re.MULTILINE | re.DOTALL):
        yield block.split()[1], block


SAMPLES = list(sample_texts())


def read(text: str) -> tuple[s.Section, ...]:
    parsed = parse(Source("a.scorecard", text))
    assert parsed.diagnostics == (), text
    assert parsed.document is not None
    return parsed.document.sections


def nodes(item: Any) -> Iterator[s.Node]:
    """A node and all nodes in it."""
    if isinstance(item, tuple):
        for each in item:
            yield from nodes(each)
    elif isinstance(item, s.Node):
        yield item
        for field in item.__dataclass_fields__:
            yield from nodes(getattr(item, field))


def test_the_language_page_has_its_samples() -> None:
    assert [name for name, _ in SAMPLES].count("store_quarterly.scorecard") == 2


@pytest.fixture(params=SAMPLES, ids=lambda sample: sample[0])
def sections(request: pytest.FixtureRequest) -> tuple[s.Section, ...]:
    _, text = request.param
    return read(text)


def test_expressions_read_again(sections: tuple[s.Section, ...]) -> None:
    found = [node for node in nodes(sections) if isinstance(node, EXPRESSIONS)]
    assert found
    for node in found:
        assert expression(node.span.text) == node


def test_facts_read_again(sections: tuple[s.Section, ...]) -> None:
    for section in sections:
        header = section.span.text.split("\n", maxsplit=1)[0]
        for fact in getattr(section, "facts", ()):
            (again,) = read(f"{header}\n{fact.span.text}\n")
            assert getattr(again, "facts", ()) == (fact,)


def test_sections_read_again(sections: tuple[s.Section, ...]) -> None:
    for section in sections:
        assert read(section.span.text) == (section,)


def test_names_are_what_is_written(sections: tuple[s.Section, ...]) -> None:
    for node in nodes(sections):
        if isinstance(node, s.Name):
            assert node.span.text.strip("[]") == node.text
        elif isinstance(node, s.Text):
            assert node.span.text[1:-1] == node.value


def test_a_node_lies_inside_its_parent(sections: tuple[s.Section, ...]) -> None:
    for parent in nodes(sections):
        for field in parent.__dataclass_fields__:
            value = getattr(parent, field)
            for child in value if isinstance(value, tuple) else (value,):
                assert not isinstance(child, s.Node) or parent.span.contains(child.span)


def test_a_span_has_no_blank_ends(sections: tuple[s.Section, ...]) -> None:
    for node in nodes(sections):
        if not isinstance(node, SECTIONS):
            assert node.span.text
            assert node.span.text == node.span.text.strip()


def test_a_section_ends_with_its_last_fact(sections: tuple[s.Section, ...]) -> None:
    for section in sections:
        facts = getattr(section, "facts", ())
        assert not facts or section.span.end == facts[-1].span.end
        assert section.span.text == section.span.text.rstrip()


PARENTHESES = [
    ("(a + b) * c", "(a + b) * c"),
    ("a * (b + c)", "a * (b + c)"),
    ("((a))", "a"),
    ("(a and b) or c", "(a and b) or c"),
]


@pytest.mark.parametrize(("text", "underlined"), PARENTHESES)
def test_parentheses_belong_to_what_they_stand_in(text: str, underlined: str) -> None:
    assert expression(text).span.text == underlined


def test_a_span_prints_itself() -> None:
    source = Source("kpis.scorecard", 'kpi k "门店"\n  formula a\n    + b  # c\n')
    parsed = parse(source)
    assert parsed.document is not None
    (section,) = parsed.document.sections
    assert isinstance(section, s.KpiSection)
    span = section.facts[0].span
    assert (span.text, str(span)) == ("formula a\n    + b", "kpis.scorecard:2")
    assert (span.line, span.column, span.end_line, span.end_column) == (2, 3, 3, 8)
