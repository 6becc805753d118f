"""What is printed for a Chinese workspace is Chinese: fixed words, labels, fixes, connectors.

English stands in the code, what is said in Chinese in `grammar/phrases.toml`. The first half reads
the source for the English that can be said; the second runs the commands.
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import get_args

import duckdb
import pytest
from typer.testing import CliRunner

from api.cli import app
from api.render import tested, weighed
from api.render.words import counted, say
from engine.ahp import Method, Verdict
from engine.reasons import STATES
from grammar.phrases import phrase
from tests.support.prose import english

REPOSITORY = Path(__file__).resolve().parent.parent
CHINESE = re.compile(r"[\u4e00-\u9fff]")
PHRASES = tomllib.loads((REPOSITORY / "grammar/phrases.toml").read_text("utf-8"))["zh"]


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


# ── the catalogue of phrases ────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("kind", sorted(PHRASES.keys() - {"like"}))
def test_a_phrase_says_the_same_in_chinese(kind: str) -> None:
    for said, other in PHRASES[kind].items():
        assert placeholders(other) == placeholders(said), said
        assert not english(re.sub(r"\{\w+\}", "", other)), other


def test_kinds_that_are_like_others_are_no_kinds_of_their_own() -> None:
    assert not PHRASES["like"].keys() & PHRASES.keys()
    assert set(PHRASES["like"].values()) <= PHRASES.keys()


# ── the English of the source ───────────────────────────────────────────────────────────────────


def calls(package: str, *names: str) -> Iterator[ast.Call]:
    """The calls of functions and classes of these names in a package."""
    for module in modules(package):
        for node in ast.walk(module):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                if name in names:
                    yield node


def modules(package: str) -> Iterator[ast.Module]:
    for path in sorted((REPOSITORY / package).rglob("*.py")):
        yield ast.parse(path.read_text("utf-8"))


def texts(node: ast.AST) -> Iterator[str]:
    """The texts that an expression may be; what is filled in is `x`."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=parts):
            yield "".join(str(p.value) if isinstance(p, ast.Constant) else "x" for p in parts)
        case ast.IfExp(body=body, orelse=other):
            yield from texts(body)
            yield from texts(other)


def said() -> Iterator[str]:
    """The first arguments of `say`, also by the name that they are given before."""
    for module in modules("api"):
        known: dict[str, list[str]] = {}
        for node in ast.walk(module):
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                known.setdefault(node.targets[0].id, []).extend(texts(node.value))
        for node in ast.walk(module):
            match node:
                case ast.Call(func=ast.Name(id="say") | ast.Attribute(attr="_say"), args=[it, *_]):
                    yield from known.get(it.id, ()) if isinstance(it, ast.Name) else texts(it)


SAID = sorted(
    {*said(), *weighed._FORM.values(), *tested._HEADER}
    | {each.replace("_", " ") for each in STATES if each != "scored"}
    | {*get_args(Verdict), *get_args(Method)}
)
TITLES = sorted(
    {t for p in ("grammar", "engine") for c in calls(p, "Fix") for t in texts(c.args[0])}
)
FAILURES = list(calls("connectors", "ConnectorError"))
MESSAGES = sorted({t for call in FAILURES for t in texts(call.args[1]) if re.search("[a-z]{3}", t)})
HINTS = sorted(
    {t for call in FAILURES for a in call.args[2:] for t in texts(a)}
    | {t for call in calls("connectors", "Rule") for a in call.args[3:] for t in texts(a)}
)


@pytest.mark.parametrize("text", SAID)
def test_a_fixed_text_has_a_chinese_one(text: str) -> None:
    assert text in PHRASES["output"]


@pytest.mark.parametrize("title", TITLES)
def test_a_fix_has_a_chinese_title(title: str) -> None:
    assert CHINESE.search(phrase("fix", title, "zh"))


@pytest.mark.parametrize("message", MESSAGES)
def test_a_failure_of_a_database_has_a_chinese_message(message: str) -> None:
    said = phrase("message", message, "zh")
    assert CHINESE.search(said)
    assert not said.startswith("数据库报告")  # which is what a driver says, in its own words


@pytest.mark.parametrize("hint", HINTS)
def test_a_failure_of_a_database_has_a_chinese_hint(hint: str) -> None:
    assert CHINESE.search(phrase("hint", hint, "zh"))


def test_the_traps_are_explained_in_chinese() -> None:
    rows = tomllib.loads((REPOSITORY / "grammar/traps.toml").read_text("utf-8"))["trap"]
    for row in rows:
        for kind in ("trap", "advice"):
            assert CHINESE.search(phrase(kind, row.get(kind, "是"), "zh")), row
            assert phrase(kind, row.get(kind, "x"), "zh") != row.get(kind, ""), row


def test_counts_have_their_measure_words() -> None:
    nouns = {t for call in calls("api", "counted") for t in texts(call.args[1])}
    for noun in (*nouns, "error", "warning", "hint"):
        assert CHINESE.search(counted(1, noun, "zh")), noun
        assert CHINESE.search(counted(2, noun, "zh")), noun
    assert counted(1_200, "file") == "1,200 files"
    assert counted(1_200, "file", "zh") == "1,200 个文件"
    assert counted(1, "error") == "1 error"


def test_a_text_without_a_chinese_one_stays_english() -> None:
    assert say("{count} ranked", "zh", count=3) == "3 个参与排名"
    assert say("{count} ranked", "en", count=3) == "3 ranked"
    assert say("{count} unknown", "zh", count=3) == "3 unknown"


# ── the commands ────────────────────────────────────────────────────────────────────────────────

CARD = """
scorecard 门店季度 "门店季度计分卡"
  考核对象 门店
  考核周期 季度
  生效 自 2025-01-01
  权重分配 两两比较
  判断 业绩 比 服务 稍微重要
  总分小数位 1
  排名 分组 区域
  参与排名条件 数据覆盖率 >= 80%
  缺失时 不计入

perspective 业绩 "业绩"

measure 净销售额
  权重 60%
  目标值 {target}
  计分方式 线性
  值为 目标值的 80% 得分 60
  值为 目标值 得分 100
  得分范围 0 至 100

measure 购买人数
  权重 40%
  目标值 1
  计分方式 完成率
  得分范围 0 至 120

perspective 服务 "服务"

measure 退货率
  权重 剩余
  计分方式 分档
  其余 得分 0
  不超过 2% 得分 100

grade 优
  达到 90

grade 良
  其余

example "达到目标值的门店"
  已知 净销售额 {target}
  已知 购买人数 1
  已知 退货率 1%
  预期总分 {expected}
  预期等级 优
"""
COMMANDS = [
    "check",
    "check --verbose",
    "check --offline",
    "score 门店季度 --period 2025Q3 --as-of 2025-12-31",
    "score 门店季度 --period 2025Q3 --as-of 2025-08-31",
    "score 门店季度 --period 2024Q3 --as-of 2025-12-31",
    "score 门店季度 --period 2025Q1 --as-of 2025-12-31",
    "score 门店 --period 2025Q3",
    "score 门店季度 --period 2025-07",
    "explain 门店季度 S1 --period 2025Q3 --as-of 2025-12-31",
    "explain 门店季度 S2 --period 2025Q1 --as-of 2025-12-31",
    "explain 门店季度 S9 --period 2025Q3",
    "weights 门店季度",
    "test",
    "fmt --check",
    "sql 门店季度 --period 2025Q3 --dialect nosuch",
]
# What is called so in the data, and in the file names and signs that are printed.
NAMES = {"East", "West", "One", "Two", "card", "shop", "scorecard", "duckdb", "sqlite", "is_return"}


def workspace(folder: Path, target: str = "100元", expected: str = "100") -> Path:
    folder.mkdir()
    with duckdb.connect(str(folder / "shop.duckdb")) as made:
        made.execute((REPOSITORY / "tests/bad_input/shop.sql").read_text("utf-8"))
    settings = 'language = "zh"\n[connection]\nurl = "duckdb:///shop.duckdb"\n'
    (folder / "steelyard.toml").write_text(settings, "utf-8")
    shop = (REPOSITORY / "api/error_index/shop.zh.scorecard").read_text("utf-8")
    unused = re.compile(r"^targets .*\n(?:  .*\n)+\n", re.MULTILINE)
    (folder / "shop.scorecard").write_text(unused.sub("", shop), "utf-8")
    text = CARD.format(target=target, expected=expected)
    (folder / "card.scorecard").write_text(text.lstrip(), "utf-8")
    return folder


def printed(folder: Path, command: str, *more: str) -> str:
    done = CliRunner().invoke(app, ["-w", str(folder), *command.split(), *more])
    assert "Traceback" not in done.output
    return done.output


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return workspace(tmp_path_factory.mktemp("workspace") / "门店")


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_speaks_chinese(folder: Path, command: str) -> None:
    output = printed(folder, command)
    assert CHINESE.search(output)
    assert [word for word in english(output) if word not in NAMES] == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"target": "0.85"},
        {"target": "1,200"},
        {"target": "100元 自 2025-08-15"},
        {"target": "销售额"},
        {"expected": "95.5"},
        {"expected": "九十"},
    ],
    ids=lambda wrong: next(iter(wrong.values())),
)
def test_what_is_wrong_is_said_in_chinese(tmp_path: Path, wrong: dict[str, str]) -> None:
    folder = workspace(tmp_path / "门店", **wrong)
    for command in ("check --offline", "test", "score 门店季度 --period 2025Q3", "fmt --check"):
        output = printed(folder, command)
        assert [word for word in english(output) if word not in NAMES] == [], command


def test_the_questions_of_the_sql_are_chinese(folder: Path) -> None:
    output = printed(folder, "sql 门店季度 --period 2025Q3")
    questions = [line for line in output.splitlines() if line.startswith("-- ")]
    assert questions[0] == "-- 门店：得分由哪些数据算出"
    assert not any(english(line) for line in questions)


def test_the_language_can_be_asked_for(folder: Path) -> None:
    assert "No problems in 2 files" in printed(folder, "check", "--language", "en")
    assert "by comparison" in printed(folder, "weights 门店季度", "--language", "en")
    assert "none failed" in printed(folder, "test", "--language", "en")
    score = "score 门店季度 --period 2025Q3 --as-of 2025-12-31"
    assert "as of 2025-12-31" in printed(folder, score, "--language", "en")
    assert "there is no scorecard" in printed(folder, "test nothing", "--language", "en")
    assert "没有名为" in printed(folder, "test nothing")


def test_fixes_in_a_chinese_file_are_chinese(tmp_path: Path) -> None:
    card = workspace(tmp_path / "门店") / "card.scorecard"
    text = card.read_text("utf-8").replace("  缺失时 不计入\n", "").replace("总分小数位 1", "")
    card.write_text(text.replace("  得分范围 0 至 120\n", ""), "utf-8")
    output = printed(card.parent, "check --offline --fix --suggested")
    written = card.read_text("utf-8")
    for line in ("缺失时 不计入", "总分小数位 1", "得分范围 0 至 120"):
        assert f"  {line}\n" in written
        assert f"（新增） -> {line}" in output
