"""The keyword table alone knows the words: another language or another spelling, the same tree."""

import logging
import re
from importlib.resources import files

import pytest
from lark import Lark
from lark import logger as lark_logger

from grammar import Source
from grammar import syntax as s
from grammar.build import build
from grammar.parser import lark_parser, make_parser
from grammar.words import LANGUAGES, WordTable, words

IN_CHINESE = """
计分卡 门店 "门店季度计分卡"
  显示名 en "Store"
  考核对象 store
  适用范围 format "flagship"
  考核周期 季度
  生效 自 2025年1月1日
  权重分配 两两比较
  判断 财务 比 客户 明显重要
  总分小数位 1
  缺失时 剔除
  参与排名条件 coverage ≥ 80％
维度 财务
考核项 净销售额
  权重 60%
  目标值 12万 其中 region = “East” 且 format = “kiosk” 自 2025年第3季度
  计分方式 线性
  值为 目标值的 60% 得分 0
  值为 目标值 得分 100
考核项 增长
  权重 40%
  仅展示
等级 A
  达到 95
等级 B
  其余
指标 增长
  公式 （净销售额 － 上期 净销售额）
    ÷ 上期 净销售额
  单位 百分比
  方向 越高越好
"""

IN_ENGLISH = """
scorecard 门店 "门店季度计分卡"
  label en "Store"
  for store
  assign format "flagship"
  every quarter
  effective from 2025-01-01
  weights by comparison
  prefer 财务 over 客户 strongly
  round total 1
  when missing leave out
  ranked when coverage >= 80%
perspective 财务
measure 净销售额
  weight 60%
  target 120_000 where region = "East" and format = "kiosk" from 2025Q3
  curve linear
  at 60% of target score 0
  at target score 100
measure 增长
  weight 40%
  report only
grade A
  from 95
grade B
  otherwise
kpi 增长
  formula (净销售额 - 净销售额 for previous period)
    / 净销售额 for previous period
  unit percent
  better higher
"""

# Spellings that the shipped table does not have.
FURTHER = {
    "scorecard": "feuille",
    "for_entity": "pour",
    "measure": "mesure",
    "weight": "poids",
    "target": "objectif",
    "where": "si",
    "and": "et",
    "curve_linear": "courbe droite",
    "kpi": "indicateur",
    "formula": "formule",
    "for_window": "sur",
    "previous_period": "période précédente",
}


@pytest.fixture(scope="module")
def extended() -> Lark:
    """The parser of a table with further spellings."""
    rows = {construct: dict(row) for construct, row in words().rows.items()}
    for construct, phrase in FURTHER.items():
        rows[construct]["en"] = [*words().spellings(construct, "en"), phrase]
    return make_parser(WordTable(rows))


def read(parser: Lark, text: str) -> tuple[s.Section, ...]:
    document, diagnostics = build(Source("a.scorecard", text), parser.parse(text))
    assert diagnostics == ()
    assert document is not None
    return document.sections


def test_a_second_language_gives_the_same_tree() -> None:
    sections = read(lark_parser(), IN_CHINESE)
    assert sections == read(lark_parser(), IN_ENGLISH)
    assert len(sections) == 7


def test_both_languages_may_stand_in_one_file() -> None:
    mixed = IN_ENGLISH.replace("measure 净销售额", "考核项 净销售额").replace(" and ", " 且 ")
    assert mixed.count("考核项") == mixed.count("且") == 1
    assert read(lark_parser(), mixed) == read(lark_parser(), IN_ENGLISH)


def test_further_spellings_give_the_same_tree(extended: Lark) -> None:
    plain = (
        "scorecard c\n  for store\nmeasure m\n  weight 40%\n"
        "  target 3 where a = 1 and b = 2\n  curve linear\n"
        "kpi k\n  formula m for previous period\n"
    )
    further = (
        "feuille c\n  pour store\nmesure m\n  poids 40%\n"
        "  objectif 3\n    SI a = 1\n    et b = 2\n  courbe  droite\n"
        "indicateur k\n  formule m sur période précédente\n"
    )
    assert read(extended, further) == read(lark_parser(), plain)
    assert (
        read(extended, IN_ENGLISH) == read(extended, IN_CHINESE) == read(lark_parser(), IN_ENGLISH)
    )


def test_a_further_spelling_ends_with_its_word(extended: Lark) -> None:
    with_names = "kpi poids\n  formula poids_2 + sur\n  unit et\n"
    assert read(extended, with_names) == read(lark_parser(), with_names)


# ── the grammar ──────────────────────────────────────────────────────────────────────────────────


def conflicts(grammar: str, caplog: pytest.LogCaptureFixture) -> list[str]:
    """What lark decides by itself: it shifts where it could reduce as well, and logs that."""
    level = lark_logger.level
    lark_logger.setLevel(logging.DEBUG)
    lark_logger.addHandler(caplog.handler)
    try:
        Lark(grammar, parser="lalr", debug=True, maybe_placeholders=True)
    finally:
        lark_logger.removeHandler(caplog.handler)
        lark_logger.setLevel(level)
    return [r.getMessage() for r in caplog.records if "conflict" in r.getMessage().lower()]


def test_the_grammar_has_no_conflicts(caplog: pytest.LogCaptureFixture) -> None:
    assert conflicts(make_parser(words()).source_grammar, caplog) == []


def test_neither_has_that_of_an_extended_table(
    extended: Lark, caplog: pytest.LogCaptureFixture
) -> None:
    assert conflicts(extended.source_grammar, caplog) == []


def test_a_conflict_would_be_found(caplog: pytest.LogCaptureFixture) -> None:
    dangling = 'start: "if" start ["else" start] | "x"\n%ignore " "'
    assert conflicts(dangling, caplog) != []


def test_the_table_holds_the_constructs_of_the_grammar() -> None:
    template = files("grammar").joinpath("scorecard.lark").read_text("utf-8")
    assert set(words().rows) == set(re.findall(r"<([a-z_]+)>", template))


def test_every_construct_can_be_written() -> None:
    assert [c for c in words().rows if not words().spellings(c)] == []
    for row in words().rows.values():
        assert set(row) <= {*LANGUAGES, "continues"}
