"""The Chinese texts: the same codes, placeholders and figures as in English, in plain Chinese."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
from rich.console import Console

from api.demo_data import build
from api.render.diagnostics import diagnostic_text
from api.render.explained import explained
from connectors import connect
from engine import explain, load, score
from engine.sentences import sentences, texts
from engine.sheet import Sheet
from engine.unit_names import unit_name, unit_words
from grammar import Source, parse
from grammar.diagnostics import Diagnostic, catalogue
from grammar.expected import HEADERS
from grammar.phrases import in_language
from grammar.words import words

REPOSITORY = Path(__file__).resolve().parent.parent
CARDS = ("store_quarterly", "store_manager", "clerk")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
# A half-width mark beside a Chinese character: the sentence itself was punctuated in English.
HALF_WIDTH = re.compile(
    r"[\u4e00-\u9fff][,;:!?()]|[,;:!?()][\u4e00-\u9fff]|[\u4e00-\u9fff]\.(?!\w)"
)
# A Chinese character that touches a Latin letter, a digit, a placeholder or a quoted word.
GLUED = re.compile(r"[\u4e00-\u9fff][A-Za-z0-9`{]|[A-Za-z0-9%`}][\u4e00-\u9fff]")
UNWANTED = ("您", "非法", "解析失败", "无效")
# Pieces that are filled with whole phrases, which bring their own space or punctuation.
PHRASES = re.compile(
    r"\{(hint|better|cadence|every|grade|rank|group|value|per|digits|days|advice|left|right|place)\}"
)

Row = tuple[str, str, str]


def placeholders(text: str) -> list[str]:
    return sorted(name for _, name, _, _ in Formatter().parse(text) if name is not None)


def message_rows() -> Iterator[Row]:
    for code, row in catalogue("en").items():
        for part in ("message", "help"):
            yield f"{code} {part}", row[part], catalogue("zh")[code][part]


def sentence_rows() -> Iterator[Row]:
    yield from _pairs(texts("en"), texts("zh"))
    yield from _pairs(texts("en")["reasons"], texts("zh")["reasons"])


def _pairs(english: dict[str, Any], chinese: dict[str, Any]) -> Iterator[Row]:
    for key, text in english.items():
        if isinstance(text, str):
            yield key, text, chinese[key]


ROWS = [*message_rows(), *sentence_rows()]
IDS = [key for key, _, _ in ROWS]


# ── the two catalogues ──────────────────────────────────────────────────────────────────────────


def written(path: str) -> dict[str, Any]:
    return tomllib.loads((REPOSITORY / path).read_text("utf-8"))


@pytest.mark.parametrize("folder", ["grammar/messages", "engine/texts"])
def test_both_languages_have_the_same_keys(folder: str) -> None:
    english, chinese = written(f"{folder}/en.toml"), written(f"{folder}/zh.toml")
    assert chinese.keys() == english.keys()
    assert chinese.get("reasons", {}).keys() == english.get("reasons", {}).keys()


@pytest.mark.parametrize(("key", "english", "chinese"), ROWS, ids=IDS)
def test_a_text_says_the_same_things_in_chinese(key: str, english: str, chinese: str) -> None:
    assert set(placeholders(chinese)) == set(placeholders(english))
    assert bool(chinese) == bool(english)
    bare = re.sub(r"\{\w*\}", "", english)
    if key != "per" and re.search(r"[A-Za-z]{3}", bare):  # 元/人
        assert CHINESE.search(chinese)


@pytest.mark.parametrize("chinese", [chinese for _, _, chinese in ROWS], ids=IDS)
def test_a_text_is_written_as_chinese_is(chinese: str) -> None:
    prose = re.sub(r"`[^`]*`", "`x`", chinese)
    assert not HALF_WIDTH.search(prose)
    assert not GLUED.search(PHRASES.sub("", prose))
    assert not any(word in chinese for word in UNWANTED)


HEADER_WORDS = {word for header in HEADERS for word in words().canonical(header).split()}
FACT_WORDS = {
    word
    for construct in words().rows
    for phrase in words().spellings(construct, "en")
    for word in phrase.split()
} - HEADER_WORDS


@pytest.mark.parametrize("chinese", [chinese for _, _, chinese in ROWS], ids=IDS)
def test_a_text_quotes_chinese_words(chinese: str) -> None:
    """What to write is said in the words of a Chinese file, whose headers alone are English."""
    for quoted in re.findall(r"`([^`]*)`", re.sub(r"\{\w*\}", "", chinese)):
        assert not FACT_WORDS & set(re.findall(r"[a-z_]{2,}", quoted)), quoted


@pytest.mark.parametrize("code", catalogue("en"))
def test_a_help_ends_and_a_message_does_not(code: str) -> None:
    row = catalogue("zh")[code]
    assert not row["message"].endswith(("。", "."))
    assert not row["help"] or row["help"].endswith(("。", "）", "}"))


def test_the_severity_is_written_once() -> None:
    assert not any("severity" in row for row in written("grammar/messages/zh.toml").values())
    assert Diagnostic("K0407", None).severity == "warning"


def test_a_language_that_lacks_a_text_says_it_in_english(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for folder in ("messages", "texts"):
        (tmp_path / folder).mkdir()
    (tmp_path / "messages/en.toml").write_text('[K1]\nmessage = "one"\n[K2]\nmessage = "two"\n')
    (tmp_path / "messages/zh.toml").write_text('[K1]\nmessage = "一"\n', "utf-8")
    (tmp_path / "texts/en.toml").write_text('a = "A"\nb = "B"\n[reasons]\nr = "R"\ns = "S"\n')
    (tmp_path / "texts/zh.toml").write_text('a = "甲"\n[reasons]\nr = "丙"\n', "utf-8")
    monkeypatch.setattr("grammar.diagnostics.files", lambda _: tmp_path)
    monkeypatch.setattr("engine.sentences.files", lambda _: tmp_path)
    for cached in (catalogue, texts):
        cached.cache_clear()
    try:
        assert catalogue("zh") == {"K1": {"message": "一"}, "K2": {"message": "two"}}
        assert texts("zh") == {"a": "甲", "b": "B", "reasons": {"r": "丙", "s": "S"}}
        assert catalogue("fr") == catalogue("en")
        assert texts("fr") == texts("en")
    finally:
        for cached in (catalogue, texts):
            cached.cache_clear()


# ── messages ────────────────────────────────────────────────────────────────────────────────────


def rendered(diagnostic: Diagnostic) -> str:
    return " ".join(diagnostic_text(diagnostic, "zh").plain.split())


@pytest.mark.parametrize(
    ("code", "data", "parts"),
    [
        (
            "K0401",
            {"parent": "financial", "total": "95%", "gap": "5% too little"},
            ["“financial”下的权重合计为 95%，须等于 100%（还差 5%）", "`权重 剩余`"],
        ),
        ("K0402", {"parent": "financial"}, ["“financial”自行分配权重"]),
        (
            "K0303",
            {"kpi": "retention", "found": "0.85"},
            ["“retention”以百分比计量，这里却写成 `0.85`", "85%"],
        ),
        (
            "K0313",
            {"kpi": "cost", "found": "元/%", "declared": "元/人"},
            ["“cost”的公式得到 元/%，声明的单位是 元/人"],
        ),
        (
            "K0201",
            {"name": "净销售颔", "hint": "Did you mean `净销售额`? "},
            ["没有名为 `净销售颔` 的指标", "是否指 `净销售额`？指标在"],
        ),
        ("K0108", {"word": "权重", "rest": "40%"}, ["“权重”与“40%”之间要有空格", "`权重 40%`"]),
        (
            "K0407",
            {
                "parent": "financial",
                "cr": "0.24",
                "advice": "Review this one first: `a` over `b` is 2; 4 brings CR to 0.07.",
                "index": "0.5247",
            },
            ["前后不一致：一致性比率 CR = 0.24", "`a` 比 `b` 为 2；改为 4，CR 变为 0.07"],
        ),
        (
            "K0514",
            {
                "kpi": "complaints",
                "better": "lower",
                "low": "2",
                "high": "5",
                "low_score": "60",
                "high_score": "100",
            },
            ["实际值从 2 到 5 时，得分从 60 变为 100", "对调两处得分"],
        ),
        ("K0106", {}, ["“且”和“或”写在了一起", "`(A 或 B) 且 C`"]),
        ("K0703", {"card": "clerk"}, ["“clerk”有两个版本同时有效"]),
    ],
)
def test_the_model_situations(code: str, data: dict[str, str], parts: list[str]) -> None:
    shown = rendered(Diagnostic(code, None, data))
    assert code in shown
    for part in parts:
        assert "".join(part.split()) in "".join(shown.split())


def test_a_glued_word_is_reported_in_chinese() -> None:
    text = "scorecard c\n  for store\n\nmeasure m\n  权重40%\n"
    (found,) = parse(Source("c.scorecard", text)).diagnostics
    assert (found.code, found.message("zh")) == ("K0108", "“权重”与“40%”之间要有空格")


# ── explanations of the example ─────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def sheets(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Sheet]:
    path = tmp_path_factory.mktemp("demo") / "demo.duckdb"
    build(path)
    workspace = load(REPOSITORY / "scorecards")
    source = connect(f"duckdb:///{path}", folder=REPOSITORY / "scorecards")
    day = date(2025, 12, 31)
    try:
        return {card: score(workspace, card, "2025Q3", source, day) for card in CARDS}
    finally:
        source.close()


def both(sheet: Sheet) -> Iterator[tuple[list[str], list[str]]]:
    for key in sheet.keys:
        english, chinese = explain(sheet, key, "en"), explain(sheet, key, "zh")
        assert english is not None
        assert chinese is not None
        yield list(sentences(english, "en")), list(sentences(chinese, "zh"))


def figures(sentence: str) -> list[str]:
    return sorted(re.findall(r"-?\d+(?:,\d{3})*(?:\.\d+)?%?", sentence))


@pytest.mark.parametrize("card", CARDS)
def test_both_languages_give_the_same_figures(sheets: dict[str, Sheet], card: str) -> None:
    for english, chinese in both(sheets[card]):
        assert [figures(each) for each in chinese] == [figures(each) for each in english]


@pytest.mark.parametrize("card", CARDS)
def test_no_english_of_the_templates_is_left(sheets: dict[str, Sheet], card: str) -> None:
    templates = [text for key, text, _ in sentence_rows() if key != "per"]
    bare = (re.sub(r"\{\w*\}", " ", text).lower() for text in templates)
    english = {word for text in bare for word in re.findall(r"[a-z]{2,}", text)}
    assert {"total", "attainment", "ranked"} <= english
    own = {str(name) for name in (*sheets[card].labels, *sheets[card].group)}
    for _, chinese in both(sheets[card]):
        said = " ".join(chinese)
        for name in sorted(own, key=len, reverse=True):
            said = said.replace(name, "")
        assert not english & set(re.findall(r"[a-z]{2,}", said.lower()))
        assert "CNY" not in said


def test_labels_and_units_are_chinese(sheets: dict[str, Sheet]) -> None:
    said = "\n".join(line for _, chinese in both(sheets["store_quarterly"]) for line in chinese)
    assert re.search(r"净销售额 [\d.]+ 分（实际值 [\d,.]+ 元，完成率", said)
    assert re.search(r"首次响应时长 [\d.]+ 分（实际值 [\d,.]+ 小时，", said)
    assert re.search(r"2025Q3 总分 [\d.]+ 分，等级 A，在“East”组内第 1 名（共 \d+ 名）。", said)
    assert "“销售额环比增长率”本期不计分：增长的基数为零。" in said
    assert "Net sales" not in said


def test_one_digit_is_no_plural(sheets: dict[str, Sheet]) -> None:
    english, chinese = zip(*both(sheets["store_quarterly"]), strict=True)
    said = "\n".join(line for lines in english for line in lines)
    assert "Rounded with 1 digit after the point, " in said
    assert not re.search(r"\b1 (digits|active days)\b", said)
    assert any("保留 1 位小数，" in line for lines in chinese for line in lines)


def test_the_tree_is_chinese_too(sheets: dict[str, Sheet]) -> None:
    """But for what is quoted: formulas and target lines as they stand in the files."""
    sheet = sheets["store_quarterly"]
    explanation = explain(sheet, str(sheet.keys[0]), "zh")
    assert explanation is not None
    console = Console(width=200, color_system=None)
    with console.capture() as captured:
        console.print(*explained(explanation, "zh"))
    tree = captured.get()
    assert re.search(r"净销售额：实际值 [\d,.]+ 元，目标值 [\d,.]+ 元（完成率 [\d.]+%），", tree)
    assert re.search(r"目标值的 \d+% 至 目标值的 \d+%|达到 目标值的 \d+%|低于 目标值的 \d+%", tree)
    assert "净销售额，上期：" in tree
    assert "，2025-07-01 至 2025-09-30：" in tree
    assert "取整：" in tree
    for english in ("points", "score ", " rows", "skipped", "curve ", "rounding"):
        assert english not in tree


def test_a_unit_per_customer_is_chinese_too() -> None:
    assert unit_name("CNY", "zh") == "元"
    assert unit_name("customer", "zh") == unit_name("customers", "zh") == "人"
    assert unit_name("basket", "zh") == unit_name("baskets", "zh") == "购物篮"
    assert unit_name("complaints", "zh") == "起"
    assert unit_name("widgets", "zh") == "widgets"
    assert unit_name("customer", "en") == "customer"
    assert unit_words("CNY per customer", "zh") == "元/人"
    assert unit_words("CNY × customers per percent", "zh") == "元 × 人/百分比"
    assert unit_words("CNY per customer", "en") == "CNY per customer"


# ── phrases inside a message ────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("name", "english", "chinese"),
    [
        ("hint", "Did you mean `a` or `b` or `c`? ", "是否指 `a` 或 `b` 或 `c`？"),
        ("hint", "write a quarter like 2025Q3", "这样写：2025Q3（季度）"),
        ("gap", "5% too much", "多 5%"),
        ("wanted", "a number", "数字"),
        ("wanted", "a number of things", "a number of things"),
        ("found", "a number", "a number"),
        ("name", "lower", "lower"),
        ("better", "lower", "越低越好"),
        ("expected", "+ or -", "+ 或 -"),
        ("known", "`a`, `b`, `c`", "`a`、`b`、`c`"),
        ("groups", "`a`, `b`; `c`", "`a`、`b`；`c`"),
        ("right", "day", "日期"),
        ("reason", "Binder Error: no", "“Binder Error: no”"),
    ],
)
def test_phrases_follow_the_language(name: str, english: str, chinese: str) -> None:
    assert in_language({name: english}, "zh") == {name: chinese}
    assert in_language({name: english}, "en") == {name: english}
    assert in_language({name: 3}, "zh") == {name: 3}


def test_a_period_of_another_cadence_is_explained_in_chinese() -> None:
    hint = "it is a month, the card is scored every quarter: write one like 2025Q3"
    said = Diagnostic("K0906", None, {"period": "2025-07", "hint": hint})
    assert said.message("zh") == "`2025-07` 不是这张卡的考核期间"
    assert said.help("zh") == "它是月度期间，计分卡的考核周期是季度：写成 2025Q3 这样"
