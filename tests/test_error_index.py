"""The error index: a page for every code, and examples that do what their pages say.

A bad example yields exactly the code of its page, at the words that the page names and nowhere
else; the good one yields nothing. Where a page says that a fix mends the bad one, it does; where it
does not say so, there is none.
"""

from __future__ import annotations

import filecmp
import json
import re
import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import chdir, closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import pytest
from typer.testing import CliRunner

from api.cli import app
from api.error_index import Example, codes, index_text, page, page_text, shop
from api.fixes import mend
from api.session import Session
from connectors import Connection, connect
from engine import check
from grammar import Diagnostic
from grammar import syntax as s

REPOSITORY = Path(__file__).resolve().parent.parent
DOCS = REPOSITORY / "docs" / "errors"
TABLES = (REPOSITORY / "tests" / "bad_input" / "shop.sql").read_text("utf-8")
LANGUAGES = ("en", "zh")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
CODE = re.compile(r"\[(K\d{4})\]")
AS_OF = "--as-of 2025-12-31"

# A fault of the program itself: no text raises it, so there is no example.
WITHOUT_EXAMPLE = {"K0913"}


def written(code: str) -> bool:
    return (REPOSITORY / "api" / "error_index" / "pages" / f"{code}.toml").is_file()


PAGES = [(code, language) for code in codes() if written(code) for language in LANGUAGES]
EXAMPLES = [
    pytest.param(code, language, example, id=f"{code}-{language}-{number}")
    for code, language in PAGES
    for number, example in enumerate(page(code, language).examples, start=1)
]

Place = tuple[str, str]  # a code, and the first line of what is underlined


# ── the pages ───────────────────────────────────────────────────────────────────────────────────


def test_every_code_has_a_page_and_every_page_a_code() -> None:
    pages = (REPOSITORY / "api" / "error_index" / "pages").glob("*.toml")
    assert sorted(path.stem for path in pages) == list(codes())


@pytest.mark.parametrize(("code", "language"), PAGES)
def test_page_is_whole(code: str, language: str) -> None:
    found = page(code, language)
    assert found.title.strip()
    assert found.what.strip()
    assert found.why.strip()
    assert bool(found.examples) == (code not in WITHOUT_EXAMPLE)
    prose = found.title + found.what + found.why
    assert bool(CHINESE.search(found.title)) == (language == "zh"), found.title
    assert language == "en" or not re.search(r"[A-Za-z]{3,} [a-z]{2,} [a-z]{2,}", unquoted(prose))


def unquoted(text: str) -> str:
    return re.sub(r"`[^`]*`", "", text)


@pytest.mark.parametrize("code", [code for code in codes() if written(code)])
def test_both_languages_have_the_same_examples(code: str) -> None:
    english, chinese = (page(code, language).examples for language in LANGUAGES)
    assert [len(each.at) for each in english] == [len(each.at) for each in chinese]
    assert [each.fix for each in english] == [each.fix for each in chinese]


# ── the examples ────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("database") / "shop.duckdb"
    with duckdb.connect(str(path)) as made:
        made.execute(TABLES)
    return path


@pytest.fixture(scope="module")
def unspoiled(database: Path) -> Iterator[Connection]:
    """The tables that nearly every example stands beside, opened once."""
    with connect(f"duckdb:///{database}", folder=database.parent) as source:
        yield source


@dataclass(frozen=True)
class Shop:
    """The folder that an example stands in."""

    folder: Path
    language: str
    database: Path
    unspoiled: Connection

    def lay_out(self, example: Example, text: str, *, spoiled: bool = False) -> None:
        """Everything but the text of the example is always the same."""
        self.folder.mkdir(parents=True)
        shutil.copy(self.database, self.folder / "shop.duckdb")
        settings = f'language = "{self.language}"\n[connection]\nurl = "duckdb:///shop.duckdb"\n'
        (self.folder / "steelyard.toml").write_text(settings, "utf-8")
        if not example.alone:
            (self.folder / "shop.scorecard").write_text(shop(self.language), "utf-8")
        if example.given:
            (self.folder / "given.scorecard").write_text(example.given, "utf-8")
        if not example.is_command:
            encoding = example.encoding if spoiled else "utf-8"
            (self.folder / example.file).write_bytes(text.encode(encoding))
        if "sqlite:" in text:
            with closing(sqlite3.connect(self.folder / "shop.sqlite")) as made:
                made.executescript(TABLES)
        if spoiled and example.data:
            with duckdb.connect(str(self.folder / "shop.duckdb")) as data:
                data.execute(example.data)

    def found(self, example: Example, text: str) -> list[Place]:
        """What the command that finds the fault says, sorted."""
        command = text if example.is_command else example.run
        arguments = command.removeprefix("steelyard ").split()
        if arguments == ["check"] and example.file.endswith(".scorecard"):
            return sorted(map(place, self.checked()))
        return sorted(self.answered(arguments))

    def checked(self) -> list[Diagnostic]:
        with self.session() as session:
            found = check(session.workspace, session.catalog())
        return of_the_example(found)

    @contextmanager
    def session(self) -> Iterator[Session]:
        """With the database of the folder; where no file and no query is read, with its like."""
        session = Session(self.folder)
        tables = all(isinstance(each, s.Table) for each in session.workspace.relations())
        if tables and filecmp.cmp(self.folder / "shop.duckdb", self.database):
            vars(session)["_source"] = self.unspoiled
            yield session
            return
        try:
            yield session
        finally:
            session.close()

    def answered(self, arguments: list[str]) -> Iterator[Place]:
        """Codes from the answer of a command; the words where it can be asked for JSON."""
        if arguments[0] in ("score", "explain", "weights", "check"):
            arguments = [*arguments, "--format", "json"]
        if arguments[0] in ("score", "explain") and "--as-of" not in arguments:
            arguments = [*arguments, *AS_OF.split()]
        with chdir(self.folder):
            answer = CliRunner().invoke(app, ["-w", str(self.folder), *arguments])
        assert answer.exit_code in (0, 1), answer.output
        document = json.loads(answer.stdout) if "--format" in arguments else {}
        for each in document.get("diagnostics", ()):
            if each["file"] != "shop.scorecard":
                yield each["code"], self.underlined(each)
        yield from ((code, "") for code in CODE.findall(answer.stderr))

    def underlined(self, diagnostic: dict[str, Any]) -> str:
        if diagnostic["file"] is None:
            return ""
        line = (self.folder / diagnostic["file"]).read_text("utf-8").splitlines()
        start, end = diagnostic["column"] - 1, diagnostic["end_column"] - 1
        one_line = diagnostic["line"] == diagnostic["end_line"]
        return line[diagnostic["line"] - 1][start : end if one_line else None]


def of_the_example(found: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Without those about the shop, of which no example uses everything."""
    return [each for each in found if each.span is None or each.span.file != "shop.scorecard"]


def place(diagnostic: Diagnostic) -> Place:
    span = diagnostic.span
    return diagnostic.code, span.text.split("\n", maxsplit=1)[0] if span else ""


@pytest.fixture
def where(
    tmp_path: Path, database: Path, unspoiled: Connection, monkeypatch: pytest.MonkeyPatch
) -> Any:
    monkeypatch.setattr("uvicorn.Server.run", lambda *_: None)  # a good example would not end
    folder = tmp_path / "scorecards"
    return partial(Shop, database=database, unspoiled=unspoiled, folder=folder)


@pytest.mark.parametrize(("code", "language", "example"), EXAMPLES)
def test_bad_example_yields_its_code_alone(
    code: str, language: str, example: Example, where: Any
) -> None:
    shop = where(language=language)
    shop.lay_out(example, example.bad, spoiled=True)
    expected = [(code, each) for each in example.at] or [(code, "")]
    assert shop.found(example, example.bad) == sorted(expected)


@pytest.mark.parametrize(("code", "language", "example"), EXAMPLES)
def test_good_example_yields_nothing(
    code: str, language: str, example: Example, where: Any
) -> None:
    shop = where(language=language)
    shop.lay_out(example, example.good)
    assert shop.found(example, example.good) == [], code


@pytest.mark.parametrize(("code", "language", "example"), EXAMPLES)
def test_fixes_do_what_the_page_says(
    code: str, language: str, example: Example, where: Any
) -> None:
    if not example.is_checked or not example.file.endswith(".scorecard"):
        assert not example.fix
        return
    shop = where(language=language)
    shop.lay_out(example, example.bad, spoiled=True)
    assert mended_by(shop) == example.fix, code


def mended_by(shop: Shop) -> str:
    """Which fixes leave nothing to report: the safe ones, the suggested ones too, or none."""
    with shop.session() as session:
        catalog = session.catalog()
        safe, all_ = (
            mend(session.workspace, lambda found: check(found, catalog), suggested=suggested)
            for suggested in (False, True)
        )
    if safe.changes and not of_the_example(safe.diagnostics):
        return "safe"
    return "suggested" if all_.changes and not of_the_example(all_.diagnostics) else ""


# ── the documents that are made of them ─────────────────────────────────────────────────────────


@pytest.mark.parametrize("language", LANGUAGES)
def test_docs_are_made_of_the_pages(language: str) -> None:
    """`make docs` writes them again."""
    folder = DOCS / language
    expected = {f"{code}.md": page_text(page(code, language)) for code in codes()}
    expected["README.md"] = index_text(language)
    assert {path.name: path.read_text("utf-8") for path in folder.iterdir()} == expected
