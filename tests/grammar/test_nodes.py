"""Nodes are records: they compare by what they say, cannot be changed, and can be copied."""

import copy
import dataclasses
import pickle

import pytest

from grammar import Source, Span
from grammar import syntax as s
from grammar.records import record

HERE, THERE = Span(Source("a", "xy"), 0, 1), Span(Source("b", "z"), 0, 1)
NAME = s.Name("x", span=HERE)
SIGN = s.Sign("-", NAME, span=HERE)
BARE = s.Everything(span=HERE)


@pytest.mark.parametrize("node", [NAME, SIGN, BARE])
def test_places_take_no_part_in_equality(node: s.Node) -> None:
    moved = dataclasses.replace(node, span=THERE)
    assert (moved, hash(moved)) == (node, hash(node))
    assert moved.span is THERE


def test_nodes_differ_by_kind_and_parts() -> None:
    assert s.Name("y", span=HERE) != NAME
    assert s.Text("x", span=HERE) != NAME
    assert s.Prorate(span=HERE) != BARE
    assert len({NAME, SIGN, BARE, s.Name("x", span=THERE)}) == 3


def test_a_node_says_what_it_is() -> None:
    assert repr(SIGN) == "Sign(operator='-', operand=Name(text='x'))"
    assert [each.name for each in dataclasses.fields(SIGN) if each.repr] == ["operator", "operand"]


def test_patterns_take_the_parts_in_order() -> None:
    match SIGN:
        case s.Sign("-", s.Name(text)):
            assert text == "x"
        case _:
            pytest.fail("no match")


@pytest.mark.parametrize("node", [NAME, SIGN, BARE])
def test_nodes_cannot_be_changed(node: s.Node) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        node.span = THERE  # type: ignore[misc]
    with pytest.raises(dataclasses.FrozenInstanceError):
        del node.span
    with pytest.raises((AttributeError, dataclasses.FrozenInstanceError)):
        node.other = 1  # type: ignore[attr-defined]


def test_parts_can_be_named() -> None:
    assert s.Sign("-", operand=NAME, span=HERE) == SIGN
    assert dataclasses.replace(SIGN, operator="+") == s.Sign("+", NAME, span=HERE)


@pytest.mark.parametrize("parts", [(), ("x", "y")])
def test_all_parts_are_needed_and_no_more(parts: tuple[str, ...]) -> None:
    with pytest.raises(TypeError, match="Name has the parts text"):
        s.Name(*parts, span=HERE)
    with pytest.raises(TypeError):
        s.Name("x", span=HERE, colour="red")  # type: ignore[call-arg]


@pytest.mark.parametrize("node", [NAME, SIGN, BARE])
def test_copies_are_equal(node: s.Node) -> None:
    for found in (copy.copy(node), copy.deepcopy(node), pickle.loads(pickle.dumps(node))):
        assert found == node
        assert found.span == node.span


@record
class Point:
    """Two numbers, and a word that decides nothing."""

    x: int
    y: int = 2
    word: str = dataclasses.field(default="", compare=False, repr=False)


def test_parts_may_have_a_default() -> None:
    assert Point(1) == Point(1, 2) == Point(1, y=2) == Point(x=1, word="w") != Point(2)
    assert (Point(1).y, Point(1, word="w").word, repr(Point(1))) == (2, "w", "Point(x=1, y=2)")
    assert hash(Point(1)) == hash(Point(1, 2, "w"))


@pytest.mark.parametrize("named", [{}, {"y": 1}, {"x": 1, "z": 1}, {"x": 1, "y": 1, "z": 1}])
def test_other_parts_than_those_are_refused(named: dict[str, int]) -> None:
    with pytest.raises(TypeError, match="Point has the parts x, y, word"):
        Point(**named)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="Point has the parts x, y, word"):
        Point(1, x=1)  # type: ignore[misc]


def test_methods_of_a_class_are_its_own() -> None:
    @record
    class Loud:
        text: str

        def __repr__(self) -> str:
            return self.text.upper()

    assert repr(Loud("a")) == "A"
