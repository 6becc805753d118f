"""Canonical text, by examples: what is written in, what comes out."""

from __future__ import annotations

import pytest

from grammar import Source, format
from grammar.parser import parse
from grammar.print_pieces import Piece
from grammar.printer import printed

CARD = """\
scorecard store_quarterly "门店季度绩效计分卡"
  考核对象 store
  适用范围 format "旗舰店"
  考核周期 季度
  生效 自 2025-01-01
  权重分配 两两比较
  判断 financial 比 customer 稍微重要
  总分小数位 1
  排名 分组 region
  参与排名条件 数据覆盖率 >= 80%

perspective financial "财务"

measure net_sales
  权重 60%
  目标值 取自 plan
  计分方式 线性
  值为 目标值的 60% 得分 0
  值为 目标值的 80% 得分 60
  值为 目标值的 100% 得分 100
  值为 目标值的 120% 得分 120

measure sales_growth
  权重 40%
  目标值 8%
  目标值 10% 其中 region = "华东" 自 2025-07-01
  计分方式 线性
  值为 0% 得分 60
  值为 8% 得分 100

measure satisfaction
  权重 50%
  目标值 4.2
  计分方式 分档
  其余 得分 0
  达到 3.5 得分 60
  达到 4.2 得分 100
  缺失时 不计入

rule complaint_cap "有效投诉封顶"
  触发条件 upheld_complaints >= 3
  总分封顶 80

grade A "优秀"
  达到 95
"""

IN_ENGLISH = """\
scorecard store_quarterly "门店季度绩效计分卡"
  for store
  assign format "旗舰店"
  every quarter
  effective from 2025-01-01
  weights by comparison
  prefer financial over customer moderately
  round total 1
  rank within region
  ranked when coverage >= 80%

perspective financial "财务"

measure net_sales
  weight 60%
  target from plan
  curve linear
  at 60% of target score 0
  at 80% of target score 60
  at 100% of target score 100
  at 120% of target score 120

measure sales_growth
  weight 40%
  target 8%
  target 10% where region = "华东" from 2025-07-01
  curve linear
  at 0% score 60
  at 8% score 100

measure satisfaction
  weight 50%
  target 4.2
  curve steps
  otherwise score 0
  from 3.5 score 60
  from 4.2 score 100
  when missing leave out

rule complaint_cap "有效投诉封顶"
  when upheld_complaints >= 3
  cap total 80

grade A "优秀"
  from 95
"""


def formatted(text: str, language: str = "en") -> str:
    found = format(Source("a.scorecard", text), language)
    assert found.text is not None, [each.message() for each in found.diagnostics]
    return found.text


def fact(line: str, language: str = "en", section: str = "kpi k") -> str:
    """One fact as it is written."""
    return formatted(f"{section}\n{line}", language).split("\n", 1)[1].strip()


def formula(text: str, language: str = "en") -> str:
    return fact(f"formula {text}", language).split(" ", 1)[1]


def test_a_card_in_chinese_and_in_english() -> None:
    assert formatted(CARD, "zh") == CARD
    assert formatted(CARD, "en") == IN_ENGLISH
    assert formatted(IN_ENGLISH, "zh") == CARD


def test_layout() -> None:
    written = (
        '\n\n# about the file\r\n\r\n\r\n  KPI  a   “A”   # head\r\n\tNOTE\t"n"\r\n'
        "\tFormula ( sum（ d.x，  1 ) )×2≥3\n\n\n\tunit　CNY\nkpi b\n# edge\n formula a\n\n\n"
    )
    assert formatted(written) == (
        '# about the file\n\nkpi a "A"  # head\n  formula sum(d.x, 1) * 2 >= 3\n\n  unit CNY\n'
        '  note "n"\n\nkpi b\n  # edge\n  formula a\n'
    )


def test_comments_go_with_their_facts() -> None:
    written = (
        'kpi a\n  # of the note\n  note "n"  # beside the note\n\n  # of the formula\n'
        "  formula b\n\n  # the end of the section\n\n# of c, 1\n\n# of c, 2\nkpi c\n"
        "  # no fact follows\n# the end of the file\n"
    )
    assert formatted(written) == (
        'kpi a\n  # of the formula\n  formula b\n  # of the note\n  note "n"  # beside the note\n\n'
        "  # the end of the section\n\n# of c, 1\n\n# of c, 2\nkpi c\n  # no fact follows\n\n"
        "# the end of the file\n"
    )


def test_line_breaks_of_a_formula_stay_with_their_comments() -> None:
    written = "kpi a\nformula (sum(d.x  # x\n  where p = 1\n# and q\nand q = 2  # last"
    written += "\n)\n) / \n(b # b\n- c)"
    with pytest.raises(AssertionError):  # a line does not end in a sign
        formatted(written)
    assert formatted(written.replace("/ \n(", "\n/ (")) == (
        "kpi a\n  # last\n  formula sum(d.x  # x\n    where p = 1\n    # and q\n    and q = 2)\n"
        "    / (b  # b\n    - c)\n"
    )


def test_a_file_of_comments_alone() -> None:
    assert formatted("  # one\n\n\n# two") == "# one\n\n# two\n"


@pytest.mark.parametrize(
    ("written", "english", "chinese"),
    [
        ("007.500", "7.5", "7.5"),
        ("-0.0", "0", "0"),
        ("14000", "14000", "14000"),
        ("14_000", "14_000", "1.4万"),
        ("1_400", "1_400", "1_400"),
        ("12万", "120_000", "12万"),
        ("14k", "14_000", "1.4万"),
        ("1.5M", "1_500_000", "150万"),
        ("2.5亿", "250_000_000", "2.5亿"),
        ("12_345.678", "12_345.678", "12_345.678"),
        ("１２．５％", "12.5%", "12.5%"),
        ("1_200.50 %", "1_200.5%", "1_200.5%"),
        ("- 8%", "-8%", "-8%"),
        ("3 pp", "3 pp", "3 个百分点"),
        ("24 hour", "24 hours", "24 小时"),
        ("1 days", "1 day", "1 天"),
        ("12万元", "CNY 120_000", "12万元"),
        ("￥1200", "CNY 1200", "1200元"),
        ("USD 1_200_000", "USD 1_200_000", "USD 120万"),
        ("-CNY 5", "-CNY 5", "-5元"),
        ("2025年7月1日", "2025-07-01", "2025-07-01"),
        ("true", "yes", "是"),
        ('“a " b”', '“a " b”', '“a " b”'),
    ],
)
def test_literals(written: str, english: str, chinese: str) -> None:
    assert formula(written) == formula(chinese) == english
    assert formula(written, "zh") == formula(english, "zh") == chinese


@pytest.mark.parametrize(
    ("written", "english", "chinese"),
    [
        ("((a))+(b*c)", "a + b * c", "a + b * c"),
        ("(a + b) * -c - (d - e)", "(a + b) * -c - (d - e)", "(a + b) * -c - (d - e)"),
        ("not (a = 1)", "not a = 1", "非 a = 1"),
        ("(a or b) and c", "(a or b) and c", "(a 或 b) 且 c"),
        ("a / b for previous period", "a / (b for previous period)", "a / (上期 b)"),
        ("a - b for last 1 month", "a - b for last 1 month", "a - 近 1 个月 b"),
        ("(a + b) for 2 periods ago", "(a + b) for 2 periods ago", "往前第 2 期 (a + b)"),
        (
            "a at company for year to date",
            "a at company for year to date",
            "本年累计 (a 取 company)",
        ),
        ("去年同期 上期 a", "a for previous period for same period last year", "去年同期 上期 a"),
        ("同比增长率(a)", "growth(a over same period last year)", "同比增长率(a)"),
        ("trend(a over last 8 periods)", "trend(a over last 8 periods)", "趋势斜率(a 按近 8 期)"),
        (
            "if (if a then b else c) then d else (if e then f else g)",
            "if (if a then b else c) then d else if e then f else g",
            "如果 (如果 a 则 b 否则 c) 则 d 否则 如果 e 则 f 否则 g",
        ),
        ("x not in (1,2)", "x not in (1, 2)", "x 不属于 (1, 2)"),
        ("数据覆盖率 + [数据覆盖率]", "coverage + [数据覆盖率]", "数据覆盖率 + [数据覆盖率]"),
    ],
)
def test_expressions(written: str, english: str, chinese: str) -> None:
    assert formula(written) == formula(chinese) == english
    assert formula(written, "zh") == chinese


@pytest.mark.parametrize(
    ("section", "line"),
    [
        ("kpi k", "formula sales.amount + [Order Amount] + [2025] + [ ]"),
        ("kpi k", "formula [per] + [YES] + [上期] + d.[不是]"),
        ("kpi k", "unit [percent] per customer"),
        ("kpi k", "formula target + score + period"),
        ("entity e", "attribute a is [missing]"),
        ("entity e", "attribute a is not [missing]"),
        ("entity e", "active from [history]"),
        ("data d", "link [kpi] by c"),
        ("kpi k", "formula if a then b else [over]"),
        ("scorecard c", "rank within store.region"),
    ],
)
def test_brackets_only_where_a_name_needs_them(section: str, line: str) -> None:
    assert fact(line, section=section) == line


def test_brackets_that_are_not_needed_go() -> None:
    assert (
        fact("formula [sales].[amount] + [last] + [target]")
        == "formula sales.amount + last + target"
    )


@pytest.mark.parametrize(
    ("section", "english", "chinese"),
    [
        ("scorecard c", "prefer a over b equally", "判断 a 与 b 同等重要"),
        ("scorecard c", "prefer a over b strongly", "判断 a 比 b 明显重要"),
        ("scorecard c", "prefer a over b 3", "判断 a 比 b 标度 3"),
        ("policy p", "require at most 9 measures", "要求项数不超过 9"),
        ("policy p", "require review every 12 months", "要求复核间隔 12 个月"),
        ("measure m", "at 80% of target score 60", "值为 目标值的 80% 得分 60"),
        ("measure m", "curve peers best within region", "计分方式 同组 最优比 分组 region"),
        ("measure m", "stretch 5 from 2025Q3 for display", "挑战值 5 自 2025Q3 仅展示"),
        ("calendar", "fiscal year starts in April", "财年始于 4月"),
        ("calendar", "weeks start on Monday", "周始于 周一"),
        ("calendar", "periods from fiscal.periods", "期间表 fiscal.periods"),
        ("entity e", "table e", "表 e"),
        (
            "entity e",
            'history file "r.csv" by id from since before until',
            '历史表 文件 "r.csv" 通过 id 自 since 早于 until',
        ),
        ("kpi k", "unit CNY per customer", "单位 元 每 人"),
        ("kpi k", "unit percent as fraction", "单位 百分比 存为小数"),
        ("kpi k", "needs n >= 3 else over last 2 periods", "计分前提 n >= 3 否则按 近 2 期"),
        ("data d", "due 5 days after period", "到期 5 天 期末后"),
        ('example "e"', "given a missing", "已知 a 缺失"),
    ],
)
def test_facts(section: str, english: str, chinese: str) -> None:
    assert fact(chinese, section=section) == fact(english, section=section) == english
    assert fact(english, "zh", section) == fact(chinese, "zh", section) == chinese


def test_slightly_has_no_word_in_chinese() -> None:
    assert fact("prefer a over b slightly", "zh", "scorecard c") == "判断 a 比 b 标度 2"
    assert fact("判断 a 比 b 标度 2", section="scorecard c") == "prefer a over b 2"


def lines_of(section: str, *lines: str) -> list[str]:
    text = "\n".join([section, *lines])
    return [line.strip() for line in formatted(text).splitlines()[1:]]


def test_points_ascend() -> None:
    assert lines_of(
        "measure m",
        "at 120% of target score 120",
        "at target score 100",
        "at 80% of target score 60",
    ) == ["at 80% of target score 60", "at target score 100", "at 120% of target score 120"]


def test_points_of_several_scales_stay() -> None:
    points = ["at 15% score 120", "at target score 100", "at 0% score 60"]
    assert lines_of("measure m", *points) == points


def test_what_is_left_comes_before_steps_up_and_after_steps_down() -> None:
    assert lines_of("measure m", "from 2 score 1", "from 1 score 3", "otherwise score 0") == [
        "otherwise score 0",
        "from 1 score 3",
        "from 2 score 1",
    ]
    assert lines_of("measure m", "otherwise score 0", "upto 2 score 1") == [
        "upto 2 score 1",
        "otherwise score 0",
    ]


def test_order_that_decides_stays() -> None:
    lines = ["target 3 where a = 1", "floor 1", "target 2", "target 1 from 2025"]
    assert lines_of("measure m", *lines) == lines
    prefers = ["prefer b over a 3", "prefer a over c 2"]
    assert lines_of("scorecard c", *prefers) == prefers


def test_a_file_with_errors_is_refused() -> None:
    text = "kpi k\n  formula (a\n  unit CNY\n"
    found = format(Source("a.scorecard", text))
    assert found.text is None
    assert found.diagnostics == parse(Source("a.scorecard", text)).diagnostics != ()


@pytest.mark.parametrize(
    ("where", "fault"),
    [
        ("grammar.printer.ordered", lambda facts: list(facts)[:1]),
        ("grammar.printer.ordered", lambda facts: list(facts)[::-1]),
        ("grammar.print_facts.percent", lambda value, node: Piece("1%")),
        ("grammar.printer.BESIDE", " - "),
        ("grammar.printer.tidy", lambda lines: []),
    ],
)
def test_text_that_would_say_something_else_is_never_returned(
    monkeypatch: pytest.MonkeyPatch, where: str, fault: object
) -> None:
    source = Source("a.scorecard", "measure m\n  target 1\n  target 2  # t\n  # w\n  weight 40%\n")
    assert format(source).text is not None
    monkeypatch.setattr(where, fault)
    found = format(source)
    assert found.text is None
    assert [each.code for each in found.diagnostics] == ["K0913"]


def test_an_unknown_language_is_refused() -> None:
    document = parse(Source("a.scorecard", "kpi k\n")).document
    assert document is not None
    with pytest.raises(ValueError, match="xx"):
        printed(document, "xx")
