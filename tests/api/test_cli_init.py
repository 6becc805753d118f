"""`steelyard init`: a new workspace from the example or from a database, whole or not at all."""

from __future__ import annotations

import json
import re
import shutil
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from typer.testing import CliRunner, Result

from api.cli import app
from api.new_settings import placed, settings_text
from api.templates import ROLES, template
from api.templates.chinese import english
from engine import load
from grammar import Diagnostic, Refused, Source

ALL = tuple(role.name for role in ROLES)
CHINESE = re.compile(r"[\u4e00-\u9fff]")
SHOP = """
    CREATE TABLE shops (shop_id INTEGER, shop_name VARCHAR, city VARCHAR);
    INSERT INTO shops VALUES (1, 'Harbour', 'A'), (2, 'Station', 'A'), (3, 'Market', 'B');
    CREATE TABLE receipts (receipt_id INTEGER, shop_id INTEGER, sold_on DATE, amount DECIMAL(9, 2));
    INSERT INTO receipts SELECT i, 1 + i % 3, DATE '2024-01-01' + INTERVAL (i) DAY, 10 * (i % 3)
    FROM range(700) AS r(i);
"""

Made = Callable[..., Path]


@pytest.fixture(autouse=True)
def _no_other_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("STEELYARD_URL", raising=False)


def run(*arguments: object, code: int = 0) -> Result:
    found = CliRunner().invoke(app, [str(each) for each in arguments])
    assert found.exit_code == code, f"{found.output}\n{found.exception!r}"
    return found


def answer(*arguments: object) -> Any:
    return json.loads(run(*arguments, "--format", "json").stdout)


def below(folder: Path) -> dict[str, bytes]:
    """All files in a folder, by their path in it."""
    files = (each for each in folder.rglob("*") if each.is_file())
    return {each.relative_to(folder).as_posix(): each.read_bytes() for each in files}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """A workspace for some roles in a language, made once."""
    found: dict[tuple[str, ...], Path] = {}

    def make(language: str, *roles: str) -> Path:
        if (language, *roles) not in found:
            folder = tmp_path_factory.mktemp("made") / "new"
            wanted = [word for role in roles for word in ("--role", role)]
            run("init", folder, "--language", language, *wanted)
            found[language, *roles] = folder
        return found[language, *roles]

    return make


@pytest.fixture
def quick(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    """The example data are copied, not made again."""
    data = made("en") / ".steelyard" / "demo.duckdb"

    def build(path: Path, **_: object) -> None:
        path.parent.mkdir()
        shutil.copy(data, path)

    monkeypatch.setattr("api.demo_data.build", build)


# ── from the example ────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("roles", [(), ("clerk",), ("region",), ALL])
def test_a_new_workspace_is_right_at_once(
    made: Made, language: str, roles: tuple[str, ...]
) -> None:
    folder = made(language, *roles)
    assert answer("-w", folder, "check") == {"diagnostics": []}
    assert answer("-w", folder, "test")["failed"] == 0
    run("-w", folder, "fmt", "--check")


def test_its_files(made: Made) -> None:
    own = {".gitignore", "steelyard.toml", ".steelyard/demo.duckdb"}
    shared = {"data.scorecard", "kpis.scorecard"}
    assert set(below(made("en"))) == own | shared | {"store_quarterly.scorecard"}
    cards = {f"{role.card}.scorecard" for role in ROLES}
    assert set(below(made("en", *ALL))) == own | shared | cards


def test_cards_bring_those_that_they_name(made: Made) -> None:
    """A region is scored by the cards of its stores, and the kiosks' card is based on another."""
    assert set(load(made("en", "region")).cards) == {
        "region_quarterly",
        "store_quarterly",
        "kiosk_quarterly",
    }


def test_data_and_caches_are_not_for_git(made: Made) -> None:
    assert (made("en") / ".gitignore").read_text("utf-8").endswith("\n.steelyard/\n")


def test_only_what_the_cards_need_is_there(made: Made) -> None:
    clerk, whole = load(made("en", "clerk")), load(made("en", *ALL))
    assert "net_sales" in clerk.kpis
    assert "baskets" in clerk.kpis  # through average_basket alone
    assert "upheld_complaints" not in clerk.kpis
    assert set(clerk.plans) == set()
    assert set(clerk.entities) == {"region", "store", "employee", "customer", "product"}
    assert set(whole.plans) == {"plan"}
    assert set(whole.kpis) > set(clerk.kpis)


def test_comments_stay_with_what_they_are_about(made: Made) -> None:
    text = (made("en", "clerk") / "kpis.scorecard").read_text("utf-8")
    assert text.startswith("# The catalogue of KPIs.")
    assert "# Service.\n\nkpi first_response" in text
    assert "only the divisor is of the previous period" not in text  # above retention
    data = (made("en", "clerk") / "data.scorecard").read_text("utf-8")
    assert "# Entities are what is scored" in data  # above company, which is left out
    assert "Targets that are approved" not in data


def test_chinese_is_chinese(made: Made) -> None:
    folder = made("zh", *ALL)
    assert 'language = "zh"' in (folder / "steelyard.toml").read_text("utf-8")
    for name, content in below(folder).items():
        if name.startswith(".steelyard"):
            continue
        comments = re.findall(r"#.*(?:\n *#.*)*", content.decode())
        assert [each for each in comments if not CHINESE.search(each)] == [], name
    workspace = load(folder)
    for definition in (*workspace.kpis.values(), *workspace.entities.values()):
        assert CHINESE.search(definition.label())
        assert not CHINESE.search(definition.label("en"))


def test_both_languages_score_alike(made: Made) -> None:
    """Each card ranks at least three in a period that is over."""
    ranks: dict[str, set[int]] = {}
    for period in ("2025Q4", "2025H2", "2025"):
        found = [
            answer("-w", made(language, *ALL), "score", "--all", "--period", period)
            for language in ("en", "zh")
        ]
        assert found[0] == found[1]
        for part in (part for person in found[0]["people"] for part in person["parts"]):
            ranks.setdefault(part["scorecard"], set()).add(part["rank"])
    assert set(ranks) == {role.card for role in ROLES}
    assert [card for card, found in ranks.items() if not found >= {1, 2, 3}] == []


def test_every_text_of_a_new_workspace_has_its_chinese() -> None:
    table = Path(__file__).parents[2] / "api" / "templates" / "zh.toml"
    translated = tomllib.loads(table.read_text("utf-8"))["texts"]
    files = template(ROLES, "en").items()
    assert set(translated) == {text for file in files for text in english(Source(*file))}
    assert [text for text in translated.values() if not CHINESE.search(text)] == []


@pytest.mark.usefixtures("quick")
def test_what_to_try_next_works(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    lines = run("init", folder, "--role", "clerk", "--role", "clerk").stdout.splitlines()
    tried = [line.split() for line in lines if " -w " in line]
    assert [words[3] for words in tried][-1] == "score"
    for words in tried:
        run(*words[1:])


def test_an_unknown_role_lists_the_roles(tmp_path: Path) -> None:
    said = run("init", tmp_path / "new", "--role", "boss", code=2).output
    assert "no role boss" in said
    assert [role.name for role in ROLES if role.name not in said] == []
    assert not (tmp_path / "new").exists()


@pytest.mark.usefixtures("quick")
def test_another_database_in_the_environment_does_not_matter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STEELYARD_URL", "sqlite:///nowhere.db")
    assert "--period 2025Q4" in run("init", tmp_path / "new").stdout


@pytest.mark.usefixtures("quick")
def test_here_or_in_the_workspace_that_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    run("-w", "named", "init")
    assert (tmp_path / "named" / "data.scorecard").is_file()
    shutil.rmtree(tmp_path / "named")
    run("init")
    assert (tmp_path / "data.scorecard").is_file()


# ── nothing is overwritten, nothing is left ─────────────────────────────────────────────────────


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(
    ("before", "new", "found"),
    [
        ("steelyard.toml", ".", "steelyard.toml"),
        ("shops/kpis.scorecard", ".", "shops/kpis.scorecard"),
        ("steelyard.toml", "sub/new", "../../steelyard.toml"),
        (".steelyard/demo.duckdb", ".", ".steelyard"),
    ],
)
def test_another_workspace_is_not_touched(
    tmp_path: Path, before: str, new: str, found: str
) -> None:
    (tmp_path / before).parent.mkdir(exist_ok=True)
    (tmp_path / before).write_text("")
    files = below(tmp_path)
    for language, says in (("en", f"{found} is there"), ("zh", f"已有 {found}")):
        said = run("init", tmp_path / new, "--language", language, code=1).stderr
        assert "K0917" in said
        assert says in said
    assert below(tmp_path) == files
    assert not (tmp_path / "sub").exists()


@pytest.mark.usefixtures("quick")
def test_what_is_no_workspace_stays(tmp_path: Path) -> None:
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / "kpis.scorecard").write_text("installed")
    (tmp_path / ".gitignore").write_text("mine\n")
    (tmp_path / "README.md").write_text("mine\n")
    before = below(tmp_path)
    assert "Add a line to your .gitignore: .steelyard/" in run("init", tmp_path).stderr
    after = below(tmp_path)
    assert {name: after[name] for name in before} == before
    assert "data.scorecard" in after


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
@pytest.mark.parametrize("there", [False, True])
def test_a_failure_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException, there: bool
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    folder = tmp_path / "a" / "new"
    if there:
        folder.mkdir(parents=True)
        (folder / "README.md").write_text("mine")
    before = below(tmp_path)
    monkeypatch.setattr("api.demo_data.build", fail)
    assert CliRunner().invoke(app, ["init", str(folder)]).exit_code in (1, 130)
    assert below(tmp_path) == before
    assert list(tmp_path.iterdir()) == ([tmp_path / "a"] if there else [])


def test_a_file_that_comes_meanwhile_is_not_overwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def build(*_: object, **__: object) -> None:
        (tmp_path / "kpis.scorecard").write_text("mine")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("api.demo_data.build", build)
    run("init", tmp_path, code=1)
    assert below(tmp_path) == {"kpis.scorecard": b"mine"}


# ── from a database ─────────────────────────────────────────────────────────────────────────────


def database(path: Path, sql: str = SHOP) -> Path:
    with duckdb.connect(str(path)) as connection:
        connection.execute(sql)
    return path


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_skeleton_of_a_database(tmp_path: Path, language: str) -> None:
    shop = database(tmp_path / "shop.duckdb")
    folder = tmp_path / "new"
    said = run("init", folder, "--from", f"duckdb:///{shop}", "--language", language).stdout
    assert "score shop_quarter --period 2025Q3" in said
    assert [
        e for e in answer("-w", folder, "check")["diagnostics"] if e["severity"] == "error"
    ] == []
    run("-w", folder, "fmt", "--check")
    sheet = answer("-w", folder, "score", "shop_quarter", "--period", "2025Q3")
    assert (sheet["items"][0]["label"], sheet["items"][0]["rank"]) == ("Market", 1)
    confirm = {"en": "# confirm: ", "zh": "# 请确认："}[language]
    data = (folder / "data.scorecard").read_text("utf-8")
    guesses = ("key shop_id", "date sold_on", "link shop by shop_id")
    words = {"en": guesses, "zh": ("主键 shop_id", "日期列 sold_on", "关联 shop 通过 shop_id")}
    for guess in words[language]:
        assert f"  {guess}  {confirm}" in data


def test_a_relative_database_is_found_from_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database(tmp_path / "shop.duckdb")
    monkeypatch.chdir(tmp_path)
    run("init", "new", "--from", "duckdb:///shop.duckdb")
    assert 'url = "duckdb:///../shop.duckdb"' in Path("new/steelyard.toml").read_text("utf-8")
    assert answer("-w", "new", "score", "shop_quarter", "--period", "2025Q3")["items"]


def test_a_relative_database_of_the_workspace_comes_first(tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    (tmp_path / "shop.db").touch()
    (tmp_path / "new" / "shop.db").touch()
    for url in ("sqlite:///shop.db", "sqlite:////somewhere/shop.db", "sqlite:///nowhere.db", "x"):
        assert placed(url, tmp_path / "new", tmp_path) == url


@pytest.mark.parametrize(
    "url", ["postgresql://me:secret@db/shop", "postgresql://db/shop?password=secret"]
)
def test_no_secret_is_written(url: str) -> None:
    for language in ("en", "zh"):
        text = settings_text(language, url)
        assert "secret" not in text
        assert tomllib.loads(text)["connection"]["url"] == "${STEELYARD_URL}"
        assert "STEELYARD_URL" in text.split("url =")[0]


def test_an_address_is_written_as_it_is() -> None:
    text = settings_text("en", 'duckdb:///D:\\data\\"my" shop.duckdb')
    assert tomllib.loads(text)["connection"]["url"] == 'duckdb:///D:\\data\\"my" shop.duckdb'


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("duckdb:///nowhere.duckdb", "no database file"),
        ("oracle:///shop", "no connector for oracle"),
        ("shop.duckdb", "does not start with the kind of database"),
    ],
)
def test_a_database_that_does_not_answer_leaves_nothing(
    tmp_path: Path, url: str, says: str
) -> None:
    said = run("init", tmp_path / "new", "--from", url, code=1).stderr
    assert "K0901" in said
    assert says in said
    assert list(tmp_path.iterdir()) == []


def test_a_database_without_tables(tmp_path: Path) -> None:
    empty = database(tmp_path / "empty.duckdb", "CREATE TABLE t (a INTEGER); DROP TABLE t;")
    said = run("init", tmp_path / "new", "--from", f"duckdb:///{empty}", code=1).stderr
    assert "no table that can be used" in said


def test_a_card_that_cannot_be_scored_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise Refused([Diagnostic("K0904", None, {"entity": "shop", "keys": "1", "count": 1})])

    shop = database(tmp_path / "shop.duckdb")
    monkeypatch.setattr("api.skeleton.score", refuse)
    said = run("init", tmp_path / "new", "--from", f"duckdb:///{shop}").stderr
    assert "The card cannot be scored yet:" in said
    assert "K0904" in said
    assert "report only" in (tmp_path / "new" / "shop_quarter.scorecard").read_text("utf-8")


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "new").write_text("mine")
    assert "K0911" in run("init", tmp_path / "new" / "deep", code=1).stderr
    assert "K0911" in run("init", tmp_path / "new", code=1).stderr
    assert below(tmp_path) == {"new": b"mine"}


def test_roles_are_those_of_the_example(tmp_path: Path) -> None:
    run("init", tmp_path / "new", "--from", "duckdb:///x", "--role", "store", code=2)
