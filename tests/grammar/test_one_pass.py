"""Reading in one pass gives what Lark's tree gives: the same nodes, places and faults."""

import re
from pathlib import Path
from random import Random

import pytest
from lark import UnexpectedInput

from grammar import Source
from grammar import syntax as s
from grammar.build import MAX_DEPTH, Maker, build
from grammar.one_pass import read, tables
from grammar.parser import lark_parser
from tests.support.fuzz_texts import CHINESE, ENGLISH, SECTIONS, slipped

REPOSITORY = Path(__file__).resolve().parents[2]
PAGE = (REPOSITORY / "docs" / "language.md").read_text("utf-8")
BLOCKS = re.findall(r"^```\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
WHOLE = [*ENGLISH, *CHINESE, *BLOCKS]
BROKEN = [slipped(Random(number)).decode("utf-8", "replace") for number in range(200)]


def places(item: object) -> object:
    """All of a tree that equality leaves out, too."""
    if isinstance(item, s.Node):
        parts = [places(getattr(item, name)) for name in item.__match_args__]
        return type(item).__name__, item.span.start, item.span.end, parts
    if isinstance(item, list | tuple):
        return [places(each) for each in item]
    return type(item), item


def is_read_alike(text: str) -> bool:
    """Compare; whether the text could be read."""
    text = text if text.endswith("\n") else f"{text}\n"
    source = Source("a.scorecard", text)
    maker = Maker(source)
    found = read(tables(lark_parser()), text, maker)
    try:
        document, faults = build(source, lark_parser().parse(text))
    except UnexpectedInput:
        assert found is None
        return False
    if document is None:  # too deep
        assert found is None
        return False
    assert places(found) == places(document.sections)
    assert tuple(maker.diagnostics) == faults
    return True


@pytest.mark.parametrize("text", WHOLE, ids=range(len(WHOLE)))
def test_whole_texts(text: str) -> None:
    assert is_read_alike(text)


def test_every_section_that_is_known() -> None:
    assert sum(map(is_read_alike, SECTIONS)) > 100


def test_slips() -> None:
    assert 20 < sum(map(is_read_alike, BROKEN)) < 180


@pytest.mark.parametrize(
    "text", ["", "\n", "# only\n", " \u3000\n#\n", "calendar", "kpi a \n\n \n"]
)
def test_hardly_anything(text: str) -> None:
    assert is_read_alike(text)


@pytest.mark.parametrize("depth", [MAX_DEPTH - 20, MAX_DEPTH, MAX_DEPTH + 1, 500])
@pytest.mark.parametrize("shape", ["(1{})", "1{} + 1", "not {}1"])
def test_depth(shape: str, depth: int) -> None:
    opening, _, closing = shape.partition("{}")
    if shape.startswith("1"):
        text = "1" + " + 1" * depth
    else:
        inner = "1" if shape.startswith("not") else "1 + 1"
        text = opening.rstrip("1") * depth + inner + closing.strip("1") * depth
    is_read_alike(f"kpi k\n  formula {text}\n")


def test_a_part_of_a_file_keeps_its_places() -> None:
    source = Source("a.scorecard", "# above\nkpi a\n  formula b + 2025-02-30\n")
    maker = Maker(source, base=8)
    (section,) = read(tables(lark_parser()), source.text[8:], maker) or ()
    assert section.span.text == "kpi a\n  formula b + 2025-02-30"
    assert [(each.code, each.span and each.span.text) for each in maker.diagnostics] == [
        ("K0105", "2025-02-30")
    ]
