"""Names, numbers, signs, comments and lines: different ways to write the same, and what is not."""

import unicodedata

import pytest

from grammar import Source, parse
from grammar import syntax as s
from tests.grammar.test_expressions import expression, show

SAME = [
    # digits and signs as a Chinese keyboard types them
    ("１２００", "1200"),
    ("０．５", "0.5"),
    ("８％", "8%"),
    ("8 %", "8%"),
    ("２０２５-０７-０１", "2025-07-01"),
    ("（a ＋ b）× 2", "(a + b) * 2"),
    ("a－b÷c", "a - b / c"),
    ("a＊b／c", "a * b / c"),
    ("a ＝ 1", "a = 1"),
    ("a ＜ 1", "a < 1"),
    ("a ＞ 1", "a > 1"),
    ("a ≥ 1", "a >= 1"),
    ("a ≤ 1", "a <= 1"),
    ("a ≠ 1", "a <> 1"),
    ("a ＜＝ 1", "a <= 1"),
    ("a ＞＝ 1", "a >= 1"),
    ("a ＜＞ 1", "a <> 1"),
    ("a != 1", "a <> 1"),
    ("a == 1", "a = 1"),
    ("max（a，b）", "max(a, b)"),
    ("a in (“x”、“y”)", 'a in ("x", "y")'),
    ("a．b", "a.b"),
    ("a\u3000+\u3000b", "a + b"),
    # numbers
    ("1_200", "1200"),
    ("12万", "120_000"),
    ("1.5亿", "150_000_000"),
    ("3k", "3000"),
    ("2m", "2_000_000"),
    ("１２万", "120000"),
    ("¥1200", "CNY 1200"),
    ("￥ 1200", "CNY 1200"),
    ("¥1.2万", "CNY 12_000"),
    ("CNY12", "CNY 12"),
    ("120万元", "CNY 1_200_000"),
    ("2025年7月1日", "2025-07-01"),
    ("2025/7/1", "2025-07-01"),
    ("$5", "USD 5"),
    ("1 day", "1 days"),
    # words
    ("true", "yes"),
    ("False", "no"),
    ("A.x IS NOT Missing", "A.x is not missing"),
    ("x FOR Previous   Period", "x for previous period"),
    # names
    ("[store]", "store"),
    ("[ Order Amount ]", "[Order Amount]"),
    ("销售.金额", "[销售].[金额]"),
    (unicodedata.normalize("NFD", "café"), unicodedata.normalize("NFC", "café")),
    # lines
    ("a\n  + b", "a + b"),
    ("a # why\n\n  # and why\n\n  + b", "a + b"),
    ("sum(d.x\n  where b = 1\n  having c = 2)", "sum(d.x where b = 1 having c = 2)"),
    ("sum(d.x\n)", "sum(d.x)"),
    ("if a\n then 1\n else 2", "if a then 1 else 2"),
    ("a\n  and b\n  and c", "a and b and c"),
    ("a\n  or b", "a or b"),
    ("a\n  ＋ b\n  ÷ c", "a + b / c"),
    ("a\r\n  + b", "a + b"),
]


@pytest.mark.parametrize(("written", "meant"), SAME)
def test_two_ways_to_write_the_same(written: str, meant: str) -> None:
    assert expression(written) == expression(meant)


@pytest.mark.parametrize("text", ["“a b”", '"a b"', '"１，２％"', '"# no comment"', '"権重"'])
def test_text_in_quotes_is_never_touched(text: str) -> None:
    assert expression(text) == s.Text(text[1:-1], span=expression(text).span)


WRONG = [
    # text, underlined, in the message
    ("1e5", "1e5", "a number"),
    ("1.", ".", "the end of the line"),
    ("208-03-18", "208", "a date (2025-07-01)"),
    ('"open', '"', 'a text in quotes ("…")'),
    ("[open", "[", "a name"),
    ("a =", "", "a number"),
    ("a = 1 = 2", "=", "`and`"),
    ("a b", "b", "the end of the line"),
    ("(a + b", "", ")"),
    ("a + b)", ")", "the end of the line"),
    ("max(a b)", "b", ","),
    ("a in 1", "1", "("),
    ("a for 3", "", "`periods ago`"),
    ("if a then 1", "", "`else`"),
]


@pytest.mark.parametrize(("text", "underlined", "expected"), WRONG)
def test_what_is_no_expression(text: str, underlined: str, expected: str) -> None:
    parsed = parse(Source("a.scorecard", f"kpi k\n  formula {text}\n"))
    (diagnostic,) = parsed.diagnostics
    assert diagnostic.span is not None
    assert (diagnostic.code, diagnostic.span.line) == ("K0101", 2)
    assert diagnostic.span.text == underlined
    assert expected in diagnostic.message()


MIXED = [
    ("a and b or c", "or"),
    ("a or b and c", "and"),
    ("a and (b or c and d)", "and"),
    ("a = 1 or b\n    and c", "and"),
]


@pytest.mark.parametrize(("text", "underlined"), MIXED)
def test_and_with_or_needs_parentheses(text: str, underlined: str) -> None:
    (diagnostic,) = parse(Source("a.scorecard", f"kpi k\n  formula {text}\n")).diagnostics
    assert diagnostic.span is not None
    assert (diagnostic.code, diagnostic.span.text) == ("K0106", underlined)


# ── keywords and names ───────────────────────────────────────────────────────────────────────────


def names_in(text: str) -> list[str]:
    parsed = parse(Source("a.scorecard", text))
    assert parsed.diagnostics == ()
    assert parsed.document is not None
    return [show(getattr(section, "name", None)) for section in parsed.document.sections]


@pytest.mark.parametrize("word", ["weight", "target", "period", "kpi", "from", "and", "is", "yes"])
def test_a_keyword_is_a_name_where_a_name_is_required(word: str) -> None:
    assert names_in(f"kpi {word}\n  unit {word}\n  drives {word}\n") == [word]
    assert names_in(f"data d\n  table {word}\n  column {word}\n  link {word} by {word}\n") == ["d"]


@pytest.mark.parametrize("word", ["target", "period", "floor", "weight", "day", "score", "missing"])
def test_a_keyword_is_a_column_in_a_formula(word: str) -> None:
    assert show(expression(f"sum(d.{word} where {word} = 1)")) == (
        f"Call(sum, [d.{word}], [Where(Comparison({word}, =, 1))])"
    )


@pytest.mark.parametrize("name", ["kpiA", "notnot", "not0", "inside", "periods_2", "orders"])
def test_a_word_that_begins_like_a_keyword_is_one_name(name: str) -> None:
    assert names_in(f"kpi {name}\n  formula {name} + 1\n") == [name]


@pytest.mark.parametrize(
    ("text", "underlined"), [("kpiA\n", "kpiA"), ("kpi a\n  weight30%\n", "weight30")]
)
def test_a_keyword_ends_where_the_word_ends(text: str, underlined: str) -> None:
    (diagnostic,) = parse(Source("a.scorecard", text)).diagnostics
    assert diagnostic.span is not None
    assert (diagnostic.code, diagnostic.span.text) == ("K0102", underlined)


def test_keywords_in_any_case_and_spacing() -> None:
    plain = "scorecard c\n  for store\n  weights by comparison\n  when missing leave out\n"
    loud = "SCORECARD c\nFor store\n\tWEIGHTS  By\u3000comparison  \n\n  When Missing LEAVE out"
    assert parse(Source("a", plain)).document is not None
    assert shown_sections(loud) == shown_sections(plain)


def shown_sections(text: str) -> list[tuple[str, list[str]]]:
    parsed = parse(Source("a.scorecard", text))
    assert parsed.document is not None
    return [(show(x), list(map(show, getattr(x, "facts", ())))) for x in parsed.document.sections]


# ── dates and periods ────────────────────────────────────────────────────────────────────────────

PERIODS = [
    ("2025-07", "2025-07"),
    ("2025Q3", "2025Q3"),
    ("2025-q3", "2025Q3"),
    ("2025H1", "2025H1"),
    ("2025-H1", "2025H1"),
    ("2025", "2025"),
    ("2025-W32", "2025-W32"),
    ("2025-p07", "2025-P07"),
    ("FY2025Q1", "FY2025Q1"),
    ("fy2025", "FY2025"),
    ("２０２５-０７", "2025-07"),
]


@pytest.mark.parametrize(("written", "name"), PERIODS)
def test_period(written: str, name: str) -> None:
    text = f"scorecard c\nmeasure m\n  weight 40% from {written}\n"
    ((_, _), (_, facts)) = shown_sections(text)
    assert facts == [f"Weight(Share(percent, 0.4), {name})"]


@pytest.mark.parametrize("text", ["2025-02-29", "2025-13-01", "2025-00-10", "２０２５-０６-３１"])
def test_a_day_that_does_not_exist(text: str) -> None:
    parsed = parse(Source("a.scorecard", f"scorecard c\n  effective from {text}\n"))
    (diagnostic,) = parsed.diagnostics
    assert parsed.document is not None
    assert diagnostic.span is not None
    assert (diagnostic.code, diagnostic.span.text, diagnostic.span.line) == ("K0105", text, 2)


# ── files ────────────────────────────────────────────────────────────────────────────────────────


def test_lines_and_columns_are_code_points_of_the_file() -> None:
    source = Source("a.scorecard", 'kpi k "门店"\r\n  unit CNY\r\n  formula 销售 + ?\r\n')
    (diagnostic,) = parse(source).diagnostics
    span = diagnostic.span
    assert span is not None
    assert (span.line, span.column, span.end_line, span.end_column) == (3, 16, 3, 17)
    assert source.line(3) == "  formula 销售 + ?"


def test_a_file_may_end_without_a_line_break() -> None:
    assert shown_sections("kpi k\n  unit CNY") == shown_sections("kpi k\n  unit CNY\n\n\n")


def test_sections_begin_anywhere_on_a_line() -> None:
    assert names_in("  # first\n\n    kpi a\nkpi b # second\n\tkpi c\n") == ["a", "b", "c"]
