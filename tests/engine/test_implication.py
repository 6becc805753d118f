"""What conditions say about one another, from their texts alone."""

import pytest

from engine.implication import contradiction, implies
from grammar import Source, parse
from grammar import syntax as s


def condition(text: str) -> s.Expression:
    parsed = parse(Source("x.scorecard", f"kpi x\n  formula 1\n  needs {text}\n"))
    (section,) = parsed.document.sections
    (needs,) = (each for each in section.facts if isinstance(each, s.Needs))
    return needs.condition


@pytest.mark.parametrize(
    ("stronger", "weaker"),
    [
        ('a = "x"', 'A in ("x", "y")'),
        ('a = "x" and b > 3', 'a = "x"'),
        ('b > 3 and a = "x"', 'a = "x" and b >= 3'),
        ('a = "x"', 'a = "x" or b > 3'),
        ('a = "x" or a = "y"', 'a in ("y", "x", "z")'),
        ("a > 3", "a >= 3"),
        ("a between 3 and 5", "a <= 5"),
        ("a = 4", "a between 3 and 5"),
        ("a > CNY 5", "a > CNY 3"),
        ("f(a) = 3", "f(a) = 3"),
    ],
)
def test_what_surely_follows(stronger: str, weaker: str) -> None:
    assert implies(condition(stronger), condition(weaker))
    assert not implies(condition(weaker), condition(stronger)) or stronger == weaker


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('a = "x"', 'b = "x"'),
        ('a = "x" or b > 3', 'a = "x"'),
        ("a > 3", "a > 3 pp"),
        ("a >= 3", "a > 3"),
        ("not a > 3", "a > 2"),
        ('a <> "x"', 'a <> "y"'),
        ('a not in ("x")', 'a in ("x", "y")'),
    ],
)
def test_what_does_not_follow(one: str, other: str) -> None:
    assert not implies(condition(one), condition(other))


def test_no_condition_always_holds() -> None:
    assert implies(condition("a > 3"), None)
    assert implies(None, None)
    assert not implies(None, condition("a > 3"))


@pytest.mark.parametrize(
    ("text", "first", "second"),
    [
        ('a = "x" and b > 1 and a = "y"', 'a = "x"', 'a = "y"'),
        ('a in ("x", "y") and A = "z"', 'a in ("x", "y")', 'A = "z"'),
        ("a > 5 and (b > 1 and a <= 5)", "a > 5", "a <= 5"),
        ("a < 3% and a between 3% and 5%", "a < 3%", "a between 3% and 5%"),
        ("a = yes and a = no", "a = yes", "a = no"),
    ],
)
def test_what_never_holds_together(text: str, first: str, second: str) -> None:
    found = contradiction(condition(text))
    assert found is not None
    assert [each.span.text for each in found] == [first, second]


@pytest.mark.parametrize(
    "text",
    ['a = "x" and b = "y"', "a >= 5 and a <= 5", "a > 5 or a < 3", "a > 5 and a < 3 pp", "a > 1"],
)
def test_what_may_hold(text: str) -> None:
    assert contradiction(condition(text)) is None
