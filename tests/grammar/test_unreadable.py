"""Files that cannot be read, and where reading ends: a diagnostic at its place."""

import pytest

from grammar import Diagnostic, Source, decode, parse


def only(text: str) -> Diagnostic:
    """The one diagnostic of a text."""
    (diagnostic,) = parse(Source("a.scorecard", text)).diagnostics
    return diagnostic


def refused(text: str) -> Diagnostic:
    """The one diagnostic of a text of which nothing is read."""
    assert parse(Source("a.scorecard", text)).document is None
    return only(text)


def place(diagnostic: Diagnostic) -> tuple[str, int, str]:
    assert diagnostic.span is not None
    return diagnostic.code, diagnostic.span.line, diagnostic.span.text


# ── bytes ────────────────────────────────────────────────────────────────────────────────────────


def test_a_byte_order_mark_and_crlf_are_read() -> None:
    source = decode("a.scorecard", 'kpi k "门店"\r\n  unit CNY\r\n'.encode("utf-8-sig"))
    assert isinstance(source, Source)
    plain = parse(Source("a.scorecard", 'kpi k "门店"\n  unit CNY\n'))
    assert plain.document is not None
    document = parse(source).document
    assert document is not None
    assert document.sections == plain.document.sections


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ("门店".encode("gb18030"), "not UTF-8"),
        ("kpi k\n".encode("utf-16"), "not UTF-8"),
        (b"\x89PNG\r\n\x1a\n", "not UTF-8"),
        (b"kpi k\n\x00\x01\x02", "binary"),
    ],
)
def test_bytes_that_are_no_text(data: bytes, reason: str) -> None:
    diagnostic = decode("a.scorecard", data)
    assert isinstance(diagnostic, Diagnostic)
    assert place(diagnostic) == ("K0103", 1, "")
    assert reason in diagnostic.message()


# ── size ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("text", ["", "\n", "  \r\n\u3000\t\n"])
def test_nothing(text: str) -> None:
    assert place(refused(text)) == ("K0107", 1, "")


def test_comments_alone_are_a_document() -> None:
    parsed = parse(Source("a.scorecard", "# nothing yet"))
    assert parsed.document is not None
    assert (parsed.document.sections, parsed.diagnostics) == ((), ())


def test_a_line_of_five_million_characters() -> None:
    assert place(refused("kpi k\n  note " + "x" * 5_000_000))[:2] == ("K0103", 1)


def test_a_long_line_is_refused_at_its_place() -> None:
    code, line, text = place(refused(f'kpi k\n  note "{"x" * 30_000}"\n'))
    assert (code, line) == ("K0103", 2)
    assert text.startswith('  note "xxx')
    assert len(text) < 100


DEEP = [
    "(" * 9_000 + "a" + ")" * 9_000,
    "- " * 5_000 + "a",
    "not " * 4_000 + "a",
    "sum(" * 3_000 + "d.x" + ")" * 3_000,
    "if a then 1 else " * 1_000 + "1",
    "a" + " for previous period" * 900,
    "a" + " at company" * 1_500,
]


@pytest.mark.parametrize("formula", DEEP, ids=lambda formula: formula[:12])
def test_an_expression_that_is_nested_too_deep(formula: str) -> None:
    assert place(refused(f"kpi k\n  formula {formula}\n"))[:2] == ("K0104", 2)


def test_ten_thousand_parentheses() -> None:
    assert place(refused(f"kpi k\n  formula {'(' * 10_000}a{')' * 10_000}\n"))[:2] == ("K0103", 2)


def test_a_hundred_parentheses_are_read() -> None:
    text = f"kpi k\n  formula {'(' * 100}a{')' * 100}\n"
    assert parse(Source("a.scorecard", text)).document is not None


def test_ten_thousand_terms_of_a_condition() -> None:
    text = "kpi k\n  formula count(d where " + "\n and ".join(["a = 1"] * 10_000) + ")\n"
    assert parse(Source("a.scorecard", text)).document is not None


@pytest.mark.xfail(reason="a long sum is refused as nested, K0104")
def test_ten_thousand_terms_of_a_sum() -> None:
    parsed = parse(Source("a.scorecard", "kpi k\n  formula a" + "\n + a" * 10_000 + "\n"))
    assert not parsed.diagnostics or "nested" not in parsed.diagnostics[0].message()


# ── lines ────────────────────────────────────────────────────────────────────────────────────────

UNKNOWN = [
    # text, underlined, line, section, suggested
    ("kpi k\n  formla a\n", "formla", 2, "kpi", "formula"),
    ("kpi k\nkpii j\n", "kpii", 2, "kpi", "kpi"),
    ("entity s\n  atribute region\n", "atribute", 2, "entity", "attribute"),
    ("scorecard c\nmeasure m\n  wieght 40%\n", "wieght", 3, "measure", "weight"),
    ("scorecard c\nperspective p\n  curve linear\n", "curve", 3, "perspective", None),
    ("kpi k\n  unit CNY\n\n  42\n", "42", 4, "kpi", None),
    ("kpi k\n  ?\n", "?", 2, "kpi", None),
]


@pytest.mark.parametrize(("text", "underlined", "line", "section", "suggested"), UNKNOWN)
def test_a_line_that_begins_with_no_fact_of_its_section(
    text: str, underlined: str, line: int, section: str, suggested: str | None
) -> None:
    diagnostic = only(text)
    assert place(diagnostic) == ("K0102", line, underlined)
    assert f"(`{section}`)" in diagnostic.message()
    assert [edit.text for fix in diagnostic.fixes for edit in fix.edits] == (
        [suggested] if suggested else []
    )
    assert diagnostic.help().startswith(
        f"Did you mean `{suggested}`?" if suggested else "A line may begin with"
    )


def test_a_fact_above_the_first_section() -> None:
    diagnostic = only("weight 40%\n")
    assert place(diagnostic) == ("K0102", 1, "weight")


def test_above_the_first_section_no_section_is_named() -> None:
    assert "(the beginning of the file)" in only("weight 40%\n").message()


LATER_WORDS = [
    # text, underlined, column, suggested
    ("measure m\n  curve attainmnt\n", "attainmnt", 9, "attainment"),
    ("measure m\n  curve blue\n", "blue", 9, None),
    ("measure m\n  curve\n", "", 8, None),
    ("measure m\n  when missng leave out\n", "missng", 8, "missing"),
    ("measure m\n  计分方式 完成律\n", "完成律", 8, "完成率"),
    ("measure m\n  缺失时 不记入\n", "不记入", 7, "不计入"),
    ("  weights by comparisn\n", "comparisn", 14, "comparison"),
    ("  权重分配 两俩比较  # AHP\n", "两俩比较", 8, "两两比较"),
]


@pytest.mark.parametrize(("text", "underlined", "column", "suggested"), LATER_WORDS)
def test_a_fact_whose_first_word_is_right(
    text: str, underlined: str, column: int, suggested: str | None
) -> None:
    diagnostic = only(f"scorecard c\n{text}")
    assert (diagnostic.code, diagnostic.span and diagnostic.span.text) == ("K0101", underlined)
    assert diagnostic.span is not None
    assert diagnostic.span.column == column
    assert [edit.text for fix in diagnostic.fixes for edit in fix.edits] == (
        [suggested] if suggested else []
    )


def test_the_words_of_another_section_are_no_slip_of_its_own() -> None:
    assert place(only("scorecard c\nmeasure m\n  when x >= 3\n")) == ("K0102", 3, "when")


def test_a_chinese_slip_is_told_from_a_missing_space() -> None:
    diagnostic = only("scorecard c\nmeasure m\n  目标职 150\n")
    assert place(diagnostic) == ("K0102", 3, "目标职")
    assert [edit.text for fix in diagnostic.fixes for edit in fix.edits] == ["目标值"]


def test_what_could_stand_there_is_listed_in_the_language_of_the_reader() -> None:
    diagnostic = only("scorecard c\n  考核周期 旬\n")
    assert "`month`" in diagnostic.message("en")
    assert "`月度`" in diagnostic.message("zh")
    assert "month" not in diagnostic.message("zh")


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("考核项 m\n  权重40%\n", "权重 40%"),
        ("measure m\n  weight40%\n", "weight 40%"),
        ("指标销售额\n", "指标 销售额"),
    ],
)
def test_a_keyword_without_a_space_after_it(text: str, written: str) -> None:
    diagnostic = only(f"scorecard c\n{text}")
    assert diagnostic.code == "K0108"
    assert written in diagnostic.help() + diagnostic.fixes[0].title
    (edit,) = diagnostic.fixes[0].edits
    assert (edit.span.text, edit.text) == ("", " ")


UNFINISHED = [
    ("kpi", 1, "a name"),
    ("kpi k\n  label zh\n", 2, "a text in quotes"),
    ("grade A\n  from\n", 2, "a number"),
    ("scorecard c\n  prefer a over b\n", 2, "`strongly`"),
    ("data d\n  link store\n", 2, "`by`"),
]


@pytest.mark.parametrize(("text", "line", "expected"), UNFINISHED)
def test_a_line_that_ends_too_early(text: str, line: int, expected: str) -> None:
    diagnostic = only(text)
    assert place(diagnostic) == ("K0101", line, "")
    assert "`the end of the line` is not expected here" in diagnostic.message()
    assert expected in diagnostic.message()


INVISIBLE = [
    "\u00a0",
    "\u2003",
    "\ufeff",
    "\x0b",
    "\u200b",
    "\r",
]


@pytest.mark.parametrize("invisible", INVISIBLE)
def test_an_invisible_character_is_named(invisible: str) -> None:
    diagnostic = only(f"kpi k\n  unit{invisible}CNY\n")
    assert place(diagnostic) == ("K0113", 2, invisible)
    assert f"U+{ord(invisible):04X}" in diagnostic.message()


# ── reading goes on ──────────────────────────────────────────────────────────────────────────────


def test_every_fault_of_a_file_is_reported_and_the_rest_is_read() -> None:
    text = """
kpi a "A"
  formla 1
  unit CNY

kpi b
  unit CNY CNY
  better lower

kpi c
  better upwards
  formula a +
  unit pieces
"""
    parsed = parse(Source("a.scorecard", text))
    assert [place(each) for each in parsed.diagnostics] == [
        ("K0102", 3, "formla"),
        ("K0101", 7, "CNY"),
        ("K0101", 11, "upwards"),
        ("K0101", 12, ""),
    ]
    assert parsed.document is not None
    good = """
kpi a "A"
  unit CNY
kpi b
  better lower
kpi c
  unit pieces
"""
    document = parse(Source("a.scorecard", good)).document
    assert document is not None
    assert parsed.document.sections == document.sections
    assert [span.line for span in parsed.document.damage] == [3, 7, 11, 12]


def test_places_after_a_fault_stay_where_they_are() -> None:
    text = "scorecrd card\n  for store\n  evry quarter\nmeasure m\n  weight 40%\n"
    parsed = parse(Source("a.scorecard", text))
    assert [place(each) for each in parsed.diagnostics] == [
        ("K0102", 1, "scorecrd"),
        ("K0102", 3, "evry"),
    ]
    assert parsed.document is not None
    card, measure = parsed.document.sections
    assert [fact.span.text for fact in getattr(card, "facts", ())] == ["for store"]
    assert [fact.span.text for fact in getattr(measure, "facts", ())] == ["weight 40%"]


def test_the_facts_below_a_misspelt_header_are_not_blamed() -> None:
    below = "\n".join(["  formula 1", "  unit CNY", "  better higher", '  owner "F"'])
    diagnostic = only(f"kpii k\n{below}\n\nkpi j\n{below}\n")
    assert place(diagnostic) == ("K0102", 1, "kpii")


REPAIRED = [
    "measure\n",
    "kpi\n  unit x\n",
    "mesure m\n  weight 4%\n",
    "# a\n\nmeasure\n  weight 4%\n",
]


@pytest.mark.parametrize("text", REPAIRED)
def test_a_repaired_header_stays_in_its_place(text: str) -> None:
    document = parse(Source("a.scorecard", text)).document
    assert document is not None
    (section,) = document.sections
    assert section.span.text == text.removeprefix("# a").strip()


def test_a_header_that_is_like_none_is_reported_once() -> None:
    assert place(only("xyz\n  unit CNY\n  formula 1\nkpi k\n  unit CNY\n")) == ("K0102", 1, "xyz")


def test_hundreds_of_faults_end_after_a_while() -> None:
    parsed = parse(Source("a.scorecard", "kpi k\n  foo 1\n" * 500))
    assert 1 < len(parsed.diagnostics) <= 50


CONTINUED = [
    ("kpi k\n  formula (a\n    + b\n  unit y\n", 3),
    ("kpi k\n  formula a\n    + +\n    * b\n  unit y\n", 4),
    ("kpi k\n  formula sum(d.x\n    where\n  )\n  unit y\n", 4),
]


@pytest.mark.parametrize(("text", "line"), CONTINUED)
def test_a_fault_in_a_continued_line_is_reported_once(text: str, line: int) -> None:
    parsed = parse(Source("a.scorecard", text))
    assert [place(each)[:2] for each in parsed.diagnostics] == [("K0101", line)]
    assert parsed.document is not None
    (section,) = parsed.document.sections
    assert [fact.span.text for fact in getattr(section, "facts", ())] == ["unit y"]
