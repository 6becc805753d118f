"""What docs/language.md shows in backticks in sections 3 to 8 is written, checked and scored.

Every form of the page has an instance in tests/language_page, and so has each of its alternatives:
where the page shows `[at ENTITY]`, one with and one without it, where it shows `month|quarter`, one
for each word. A form that is new on the page fails here until it has one.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

import duckdb
import pytest

from api.database import described, opened
from api.fixes import mend
from api.settings import ConnectionSettings
from connectors import Connection, connect
from engine import Workspace, check, load, score
from engine.examples import run_examples
from engine.reasons import REASONS
from grammar import Diagnostic, Source, format, parse, parse_kept
from grammar import syntax as s
from grammar.printer import meaning
from tests.support.page_cases import BASE, ROWS, Instance, instances
from tests.support.page_workspace import text
from tests.support.small_workspaces import items

AS_OF = date(2026, 1, 1)
PAGE = re.compile(r"^## 3\..*?(?=^## 9\.)", re.MULTILINE | re.DOTALL)
FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
EXPORTED = {"sales_1.parquet": "marks", "roles.csv": "roles"}
INSTANCES = instances()

# What is not computed yet, as an instance writes it. An entry whose instances all work fails.
WAITING = frozenset(
    {
        "curve words",
    }
)

# What is no form: an example of a unit or a literal, a name, a command, half of a comparison.
NO_FORMS = frozenset(
    {
        "0.85",
        "2025-P07",
        "CNY per customer",
        "check",
        "check --verbose",
        "entity company",
        "entity customer",
        "last N …",
        "not =",
        "check --fix",
        "docs/errors",
        "fmt --language en|zh",
        "language zh",
        "steelyard diff",
        "steelyard doctor",
        "steelyard explain-code",
        "steelyard score --all",
        "steelyard test",
        "steelyard.toml",
    }
)

# Words that the page shows in one pair of backticks, each of which is written by itself.
WORD_LISTS = (
    "+ - * /",
    "= <> < <= > >=",
    "and or not",
    "and or then else where having + - * / )",
    "round ceiling abs min max coalesce",
)
SIGNS = "，（）％＝＜＞“”×÷≥≤≠、０-９"

# What stands on the page for something else, and what may be written for it.
STANDS_FOR = {
    r"\bif C then A else B\b": r"if .+ then .+ else .+",
    r'"[^"]*"': r'"[^"]*"',
    r"…|\b(?:EXPR|CONDITION|VALUE|LITERAL|WINDOW)\b": r".+",
    r"\bDATE\b|\bD\b": r"(?:\d{4}-\d\d-\d\d|\w+\.\w+)",
    r"\bPERIOD\b": r"\d+[QH]\d",
    r"\bSECTION\b": r"(?:measure|perspective|rule|bonus|penalty|grade)",
    r"\b[A-Z]+\b|\b[a-z]+\.\w+|\b(?:d|x|sales|amount|region)\b": r"[\w.]+",
    r"\ba, b\b": r".+, .+",
    r"\d[\d.]*": r"[\d.]+",
}


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "rows.duckdb"
    with duckdb.connect(str(path)) as made:
        made.execute(ROWS)
        for file, table in EXPORTED.items():
            made.execute(f"COPY {table} TO '{path.parent / file}'")
    return path


@pytest.fixture(scope="module")
def tables(database: Path) -> Iterator[Connection]:
    with connect(f"duckdb:///{database}", folder=database.parent) as source:
        yield source


def written(instance: Instance, folder: Path) -> Workspace:
    (folder / "base.scorecard").write_text(BASE, "utf-8")
    (folder / "told.scorecard").write_text(f"{instance.text}\n", "utf-8")
    return load(folder, parse_kept)


@contextmanager
def source_of(workspace: Workspace, database: Path, tables: Connection) -> Iterator[Connection]:
    """The rows; opened anew where files are read beside them."""
    if not any(isinstance(each, s.File) for each in workspace.relations()):
        yield tables
        return
    for name in EXPORTED:
        shutil.copy(database.parent / name, workspace.folder)
    with opened(workspace, ConnectionSettings(url=f"duckdb:///{database}")) as source:
        yield source


def told(found: tuple[Diagnostic, ...]) -> list[Diagnostic]:
    """What is said about an instance, and every error."""
    return [
        each
        for each in found
        if each.is_error or (each.span and each.span.file == "told.scorecard")
    ]


def waits(instance: Instance) -> bool:
    return any(each in instance.text for each in WAITING)


@pytest.mark.parametrize("instance", INSTANCES, ids=lambda each: each.forms[0])
def test_an_instance_is_scored(
    instance: Instance, tmp_path: Path, database: Path, tables: Connection
) -> None:
    workspace = written(instance, tmp_path)
    with source_of(workspace, database, tables) as source:
        found = told(check(workspace, described(workspace, source)))
        if waits(instance):
            assert "K0109" in {each.code for each in found}, "it works: take it out of WAITING"
            return
        codes = [each.code for each in found]
        if any(each.is_error for each in found):
            assert tuple(codes) == instance.said, found
            workspace = mend(workspace, check, suggested=True).workspace
            if any(each.is_error for each in told(check(workspace))):
                return  # there is advice, but no fix
        sheet = score(workspace, instance.card, instance.period, source, AS_OF)
    if not any(each.is_error for each in found):  # else what was mended is no more
        codes += [each.code for each in sheet.diagnostics if each.code not in codes]
        assert tuple(codes) == instance.said, (found, sheet.diagnostics)
    shown = [item for _, item in sorted(items(sheet).items())]
    assert shown
    for what, expected in instance.yields:
        assert [value(each, what) for each in shown] == pytest.approx(list(expected)), what
    for result in run_examples(workspace):
        assert result.passed, result


def test_what_waits_is_written() -> None:
    for each in WAITING:
        assert any(each in instance.text for instance in INSTANCES), each


def value(item: dict[str, Any], what: str) -> Any:
    """A part of an item; what only a measure has, of its first one."""
    return item[what] if what in item else next(iter(item["measures"].values()))[what]


@pytest.mark.parametrize("instance", INSTANCES, ids=lambda each: each.forms[0])
def test_an_instance_means_the_same_in_chinese(instance: Instance) -> None:
    """Formatted into Chinese it has the same tree, and formatted back the same text."""
    given = Source("told.scorecard", f"{instance.text}\n")
    chinese = format(given, "zh").text
    if chinese is None:  # a habit that cannot be read
        assert any(each.is_error for each in parse(given).diagnostics)
        return
    translated = Source(given.name, chinese)
    assert same_meaning(given, translated)
    assert format(translated, "en").text == format(given, "en").text


def same_meaning(one: Source, other: Source) -> bool:
    documents = [parse(each).document for each in (one, other)]
    read = [meaning(each) for each in documents if each is not None]
    return len(read) == 2 and read[0] == read[1]


# ── every form of the page ──────────────────────────────────────────────────────────────────────


def shown_forms() -> list[str]:
    """What stands in backticks in sections 3 to 8."""
    (found,) = PAGE.findall(FENCED.sub("", text()))
    return list(dict.fromkeys(" ".join(each.split()) for each in re.findall(r"`([^`]+)`", found)))


def ways(shown: str) -> list[str]:
    """Each way to write a form: with and without what is in brackets, with each alternative."""
    if shown in WORD_LISTS:
        return shown.split()
    if shown == SIGNS:
        return [each for each in shown if each != "-"]
    fixed, *optional = re.split(r"(?<= )(\[[^\]]*\][^\[]*)", shown.replace("\\|", "|"))
    choices = [alternatives(fixed.strip())]
    for part in filter(None, optional):
        inside, _, after = part[1:].partition("]")
        may_stand = [it for each in inside.split(" | ") for it in alternatives(each)]
        choices.append([f"{each}{after.rstrip()}" for each in ("", *may_stand)])
    return [" ".join(" ".join(each).split()) for each in product(*choices)]


def alternatives(shown: str) -> list[str]:
    """`a b|c` is `a b` or `a c`; `a b | c d` is `a b` or `a c d`."""
    if found := re.fullmatch(r"(.+ )?(\S+) \| (.+)", shown):
        before = found[1] or ""
        return [f"{before}{found[2]}", f"{before}{found[3]}"]
    words = [each.split("|") for each in shown.split(" ")]
    return [" ".join(each) for each in product(*words)]


def pattern(way: str) -> str:
    """What the end of a line looks like that is written this way."""
    for each, instead in STANDS_FOR.items():
        if found := re.search(each, way):
            before, after = way[: found.start()], way[found.end() :]
            return f"{pattern(before)}{instead}{pattern(after)}"
    return re.escape(way)


def whole(way: str) -> str:
    """The same, not inside of a word; a sign or a Chinese word may stand beside others."""
    is_word = way.isascii() and len(way) > 1
    return rf"(?<!\w){pattern(way)}(?!\w)" if is_word else pattern(way)


def ways_in(line: str, shown: str) -> set[str]:
    """Which way of a form a line has, of several that fit the longest; words each by themselves."""
    found = {way for way in ways(shown) if re.search(whole(way), line)}
    return found if shown in (*WORD_LISTS, SIGNS) else {max(found, key=len, default="")}


def test_every_form_has_an_instance_for_each_of_its_ways() -> None:
    """One that is new on the page needs an instance in tests/language_page; what the page does not
    show any more is to be taken out there."""
    shown = shown_forms()
    lines: dict[str, list[str]] = {each: [] for each in shown}
    for instance in INSTANCES:
        for each in instance.forms:
            lines[each] += instance.text.split("\n")
    forms = {each for each in shown if lines[each]}
    assert [each for each in shown if not lines[each] and not is_mentioned(each, forms)] == []
    assert [each for each in NO_FORMS if each in forms or each not in shown] == []
    for each in forms:
        assert set(ways(each)) <= set().union(*(ways_in(line, each) for line in lines[each])), each


def is_mentioned(shown: str, forms: set[str]) -> bool:
    """Said in passing: a part of a form, or a reason why there is no value."""
    words = re.compile(rf"(?<!\w){re.escape(shown)}(?!\w)")
    return (
        shown in NO_FORMS
        or set(shown.split()) <= set(REASONS)
        or any(words.search(each) for each in forms)
    )
