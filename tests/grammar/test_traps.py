"""What people write by habit: each row of traps.toml is met, and mended where it has a fix."""

from __future__ import annotations

import pytest

from grammar import Diagnostic, Source, parse
from grammar import traps as module
from grammar.traps import trap_at

CARD = "scorecard c\n  for store\n  every month\n"

# What a file holds below its first lines, what is underlined, and what the fix makes of it: None
# where the author has to decide.
ROWS = [
    ("measure m\n  weight: 30%", ":", "measure m\n  weight 30%"),
    ("kpi net margin", "margin", None),
    ("measure Net-margin", "-margin", None),
    ("考核项 m\n  权重：30％", "：", "考核项 m\n  权重 30％"),
    ("measure m\n  weight = 30%", "=", "measure m\n  weight 30%"),
    ("measure m\n  weight 30%;", ";", "measure m\n  weight 30%"),
    ("考核项 m\n  权重 30%。", "。", "考核项 m\n  权重 30%"),
    ("measure m\n  limit 0~120", "~", "measure m\n  limit 0 to 120"),
    ("measure m\n  limit 0..120", "..", "measure m\n  limit 0 to 120"),
    ("考核项 m\n  得分范围 0～120", "～", "考核项 m\n  得分范围 0 至 120"),
    ("measure m\n  limit 0-120", "-", "measure m\n  limit 0 to 120"),
    ("measure m\n  weight 30 percent", "percent", "measure m\n  weight 30%"),
    ("measure m\n  weight 40", "40", "measure m\n  weight 40%"),
    ("measure m\n  weight 0.4", "0.4", None),
    ("measure m\n  target >= 5", ">=", "measure m\n  target 5"),
    ("measure m weight 30%", "weight", "measure m\n  weight 30%"),
    ("measure m\n  weight 30% target 5", "target", "measure m\n  weight 30%\n  target 5"),
    ("grade A from 90", "from 90", "grade A\n  from 90"),
    ("等级 优 从 90 分", "从 90 分", "等级 优\n  达到 90"),
    ("等级 差 其余", "其余", "等级 差\n  其余"),
    ("measure m\n  target 1,200,000", "1,200,000", "measure m\n  target 1200000"),
    ("measure m\n  target 1.200.000", "1.200.000", "measure m\n  target 1200000"),
    ("measure m\n  target 5,5", "5,5", "measure m\n  target 5.5"),
    ("measure m\n  target .5", ".5", "measure m\n  target 0.5"),
    ("measure m\n  target 12 CNY", "12 CNY", "measure m\n  target CNY 12"),
    ("考核项 m\n  目标值 120w", "120w", "考核项 m\n  目标值 120万"),
    ("考核项 m\n  权重 百分之30", "百分之30", "考核项 m\n  权重 30%"),
    ("考核项 m\n  权重 百分之三十", "百分之三十", None),
    ("measure m\n  curve linear\n  at 5% -> 100", "->", None),
    (
        "考核项 m\n  计分方式 线性\n  6 分 得 0",
        "6 分 得 0",
        "考核项 m\n  计分方式 线性\n  值为 6 得分 0",
    ),
    (
        "考核项 m\n  计分方式 分档\n  95 以上 得 100 分",
        "95 以上 得 100 分",
        "考核项 m\n  计分方式 分档\n  达到 95 得分 100",
    ),
    ("考核项 m\n  计分方式 分档\n  60 以下 得 0", "60 以下 得 0", None),
    ("计分卡 d\n  生效 自 2025年第三季度", "2025年第三季度", None),
    ("计分卡 d\n  生效 自 2025年7月", "2025年7月", None),
    ("scorecard d\n  effective from 2025Q3", "2025Q3", None),
    ("评分卡 d", "评分卡", "计分卡 d"),
    ("计分卡 d\n  总分保留 1 位小数", "总分保留 1 位小数", "计分卡 d\n  总分小数位 1"),
    ("考核项 m\n  分值 25", "分值 25", "考核项 m\n  权重 25 分"),
    ("计分卡 d\n  判断 a 比 b 非常重要", "非常重要", None),
    ("计分卡 d\n  判断 a 比 b 略微重要", "略微重要", None),
    ("计分卡 d\n  判断 a 比 b 较为重要", "较为重要", None),
    ("指标 k\n  公式 net_sales 前 3 期", "前 3 期", None),
    ("指标 k\n  公式 net_sales 上期", "上期", None),
]


def faults(text: str) -> list[Diagnostic]:
    return list(parse(Source("a.scorecard", f"{CARD}{text}\n")).diagnostics)


@pytest.mark.parametrize(("text", "underlined", "mended"), ROWS)
def test_habit(text: str, underlined: str, mended: str | None) -> None:
    (fault,) = faults(text)
    assert fault.code == "K0115"
    assert fault.span is not None
    assert fault.span.text == underlined
    if mended is None:
        assert (fault.fixes, bool(fault.help())) == ((), True)
        return
    (edit,) = fault.fixes[0].edits
    source = edit.span.source.text
    assert source[: edit.span.start] + edit.text + source[edit.span.end :] == f"{CARD}{mended}\n"
    assert faults(mended) == []


def test_every_row_of_the_table_is_met() -> None:
    met = {faults(text)[0].data["trap"] for text, _, _ in ROWS}
    assert {each.trap for each in module._traps()} == met


@pytest.mark.parametrize(
    "text",
    [
        "measure m\n  target 5 where region = 'a'",
        "kpi k\n  formula sum(sales.amount where day = yes) - 5",
        "kpi k\n  formula round(1,200)",
        "measure m at store region",
        'kpi k\n  note "1,200: a ~ b; 非常重要。"',
    ],
)
def test_right_text_is_never_a_trap(text: str) -> None:
    assert all(each.code != "K0115" for each in faults(text))


def test_only_the_place_of_the_fault_is_looked_at() -> None:
    source = Source("a.scorecard", 'measure m\n  weight ? # 1,200\n  note "5,5"\n')
    assert trap_at(source, source.text.index("?")) is None


def test_two_habits_in_one_line() -> None:
    found = faults("measure m\n  target = 120,000\n")
    assert [each.span and each.span.text for each in found] == ["=", "120,000"]


def test_what_is_mended_is_read_on() -> None:
    """A line with a safe fix is read as the fix has it: nothing follows from it."""
    parsed = parse(Source("a.scorecard", f"{CARD}measure m\n  weight: 30%\n  target: 5\n"))
    assert parsed.document is not None
    assert parsed.document.damage == ()
    assert [each.code for each in parsed.diagnostics] == ["K0115", "K0115"]
    (_, measure) = parsed.document.sections
    assert len(measure.facts) == 2


@pytest.mark.parametrize(
    ("text", "found", "header"),
    [
        ("kpi net_sales\n  weight 60%\n  target 5\n", "kpi", "measure"),
        ("指标 net_sales\n  权重 60%\n  目标值 5\n", "指标", "考核项"),
        ("measure net_sales\n  formula sum(sales.amount)\n  unit CNY\n", "measure", "kpi"),
    ],
)
def test_a_kpi_and_a_measure_are_told_apart(text: str, found: str, header: str) -> None:
    parsed = parse(Source("a.scorecard", CARD + text))
    (fault,) = parsed.diagnostics
    assert (fault.code, fault.span and fault.span.text) == ("K0114", found)
    assert [edit.text for edit in fault.fixes[0].edits] == [header]
    assert parsed.document is not None
    assert len(parsed.document.sections[-1].facts) == 2


def test_a_strange_line_does_not_turn_a_kpi_into_a_measure() -> None:
    text = "kpi k\n  formula 1\n  unit CNY\n  weight 5%\n"
    assert [each.code for each in faults(text)] == ["K0102"]
