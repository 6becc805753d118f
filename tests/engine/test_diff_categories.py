"""Every fact and section of the language has a category; the categories are in order."""

from __future__ import annotations

import inspect
from typing import get_args

import pytest

from engine.changes import Category, Change, Kind, Subject
from engine.diff_categories import FACTS, SECTIONS, concern_of
from engine.diff_sections import DEFINITIONS, Place
from grammar import syntax as s
from tests.support import syntax_trees as trees
from tests.support.diff_texts import WHOLE, workspace

# Nodes that stand inside of facts, or that facts stand in.
PARTS = {
    *get_args(s.Expression),
    *get_args(s.Clause),
    *get_args(s.Window),
    *get_args(s.Section),
    *get_args(s.Relation),
    *get_args(s.Split),
    *(s.Name, s.PeriodLiteral, s.Until, s.Unit, s.Strength, s.Share, s.ScoreOf, s.FromPlan),
    *(s.Point, s.Clock, s.Weekdays),
}
NODES = {
    each
    for _, each in inspect.getmembers(s, inspect.isclass)
    if issubclass(each, s.Node) and each is not s.Node
}


def test_every_fact_has_a_category() -> None:
    """A class that is added to the syntax is a fact, with a category, or a part of one."""
    assert FACTS.keys() == NODES - PARTS


def test_every_kind_of_section_has_a_category() -> None:
    parts = [each for v in workspace(WHOLE).cards["shops"] for each in v.parts]
    sections = [each for document in workspace(WHOLE).documents for each in document.sections]
    assert {type(each) for each in (*parts, *sections)} == set(get_args(s.Section))
    assert {Place(each).kind.split()[0] for each in sections} == SECTIONS.keys()
    assert {type(each) for each in sections} - {*s.CARD_PARTS, s.ScorecardSection} == {*DEFINITIONS}


def test_categories_are_in_order_of_severity() -> None:
    order = "score eligibility target weight curve structure label format"
    assert [str(each) for each in Category] == order.split()


@pytest.mark.parametrize("category", Category)
def test_which_categories_change_scores(category: Category) -> None:
    change = Change(category, Kind.CHANGED, Subject("kpi", "a"), None, None, None, None)
    unscored = {Category.STRUCTURE, Category.LABEL, Category.FORMAT}
    assert change.can_change_scores == (category not in unscored)


def test_a_condition_is_of_its_section() -> None:
    """`only where` chooses rows of data, those who are scored, or rows of targets."""
    fact = s.OnlyWhere(s.Truth(True, span=trees.SPAN), span=trees.SPAN)
    name = s.Name("a", span=trees.SPAN)
    found = {
        kind: concern_of(fact, kind(name, None, (fact,), span=trees.SPAN)).category
        for kind in (s.DataSection, s.ScorecardSection, s.TargetsSection)
    }
    assert list(found.values()) == [Category.SCORE, Category.ELIGIBILITY, Category.TARGET]
