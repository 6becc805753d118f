"""`steelyard diff`: folders, files and git revisions; what it prints and how it ends."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from inspect import cleandoc
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from api.cli import app
from grammar import Source, format

KPIS = """\
kpi net_sales "Net sales"
  formula sum(sales.amount)
  unit CNY
  better higher
"""
CARD = """\
scorecard shops "Shops"
  for store
  every quarter
  effective from 2025-01-01

measure net_sales
  weight 30%
  target 100
  curve attainment
  limit 0 to 120
"""
BROKEN = "kpi b\n  formula (\n"
CHINESE = format(Source("a", CARD), "zh").text or ""

Put = Callable[..., Path]


@pytest.fixture
def put(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Put:
    """Make a folder with files; the commands run beside the folders."""
    monkeypatch.chdir(tmp_path)

    def made(name: str, card: str = CARD, **files: str) -> Path:
        folder = tmp_path / name
        folder.mkdir(exist_ok=True)
        texts = {"kpis": KPIS, "card": card, **files}
        for file, text in texts.items():
            (folder / f"{file}.scorecard").write_text(text, "utf-8")
        return folder

    return made


def diff(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["diff", *map(str, arguments)])


def document(done: Result) -> Any:
    return json.loads(done.stdout)


# ── what it prints ──────────────────────────────────────────────────────────────────────────────


def test_text_by_category_and_section_with_both_places(put: Put) -> None:
    put("old")
    put("new", "# moved down\n" + CARD.replace("30%", "25%").replace("Shops", "All shops"))
    done = diff("old", "new")
    assert done.exit_code == 0
    assert (
        done.stdout
        == cleandoc("""
        weight
          measure net_sales, scorecard shops (2025-01-01)
            weight of net_sales: 30% → 25%
              card.scorecard:7 → card.scorecard:8

        label
          scorecard shops (2025-01-01)
            label of shops: "Shops" → "All shops"
              card.scorecard:1 → card.scorecard:2

        2 differences; scores can change
    """)
        + "\n"
    )


def test_text_of_what_is_there_on_one_side_or_long(put: Put) -> None:
    put("old", CARD.replace("  limit 0 to 120\n", ""))
    amounts = " + ".join(["sum(sales.amount where is_return = no)"] * 3)
    put("new", CARD.replace("  target 100\n", ""), kpis=KPIS.replace("sum(sales.amount)", amounts))
    assert (
        diff("old", "new").stdout
        == cleandoc(f"""
        score
          kpi net_sales, reaches shops
            formula of net_sales:
              - sum(sales.amount)
              + {amounts}
              kpis.scorecard:2 → kpis.scorecard:2

        target
          measure net_sales, scorecard shops (2025-01-01)
            removed: target 100
              card.scorecard:8

        curve
          measure net_sales, scorecard shops (2025-01-01)
            added: limit 0 to 120
              card.scorecard:9

        3 differences; scores can change
    """)
        + "\n"
    )


def test_text_in_chinese(put: Put) -> None:
    put("old")
    put("new", CARD.replace("30%", "25%"))
    assert (
        diff("old", "new", "--language", "zh").stdout
        == cleandoc("""
        权重
          measure net_sales，scorecard shops (2025-01-01)
            net_sales 的权重：30% → 25%
              card.scorecard:7 → card.scorecard:7

        1 处差别，得分可能变化
    """)
        + "\n"
    )


def test_nothing_is_different(put: Put) -> None:
    put("old")
    put("new", CHINESE)
    done = diff("old", "new", "--exit-code")
    assert (done.exit_code, done.stdout) == (0, "no difference in meaning\n")
    assert document(diff("old", "new", "--format", "json")) == {"changes": []}


def test_json(put: Put) -> None:
    put("old")
    put(
        "new",
        CARD.replace("30%", "25%"),
        kpis=KPIS + '\nkpi b "B"\n  formula net_sales\n  unit CNY\n',
    )
    found = document(diff("old", "new", "--format", "json"))["changes"]
    assert found == [
        {
            "category": "weight",
            "kind": "changed",
            "scorecard": "shops",
            "version": "2025-01-01",
            "section": "measure",
            "name": "net_sales",
            "fact": "weight",
            "old": "weight 30%",
            "new": "weight 25%",
            "old_file": "card.scorecard",
            "old_line": 7,
            "new_file": "card.scorecard",
            "new_line": 7,
            "cards": ["shops"],
        },
        {
            "category": "structure",
            "kind": "added",
            "scorecard": None,
            "version": None,
            "section": "kpi",
            "name": "b",
            "fact": None,
            "old": None,
            "new": 'kpi b "B"\n  formula net_sales\n  unit CNY',
            "old_file": None,
            "old_line": None,
            "new_file": "kpis.scorecard",
            "new_line": 6,
            "cards": [],
        },
    ]


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        (("weight 30%", "weight 25%"), 1),
        (("target 100", "target 110"), 1),
        (("limit 0 to 120", "limit 0 to 110"), 1),
        (("for store", "for shop"), 1),
        (("every quarter", "every month"), 1),
        (('"Shops"', '"All"'), 0),
        (("measure net_sales", "measure net_sales as sales"), 0),
        (("weight 30%", "weight 30.0%"), 0),
    ],
)
def test_exit_code_says_whether_a_score_can_change(
    put: Put, edit: tuple[str, str], code: int
) -> None:
    put("old")
    put("new", CARD.replace(*edit))
    assert diff("old", "new", "--exit-code").exit_code == code
    assert diff("old", "new").exit_code == 0


# ── files ───────────────────────────────────────────────────────────────────────────────────────


def test_two_files(put: Put) -> None:
    put("old")
    put("new", CARD.replace("30%", "25%"))
    done = diff("old/card.scorecard", "new/card.scorecard")
    assert "weight of net_sales: 30% → 25%" in done.stdout
    assert "kpi" not in done.stdout


@pytest.mark.parametrize(("sides", "side"), [(("good", "bad"), "new"), (("bad", "good"), "old")])
def test_a_side_that_cannot_be_read(put: Put, sides: tuple[str, str], side: str) -> None:
    put("good")
    put("bad", more=BROKEN)
    done = diff(*sides)
    assert done.exit_code == 1
    assert done.stdout == ""
    assert done.stderr.startswith("bad cannot be read:\nerror[K0101]")
    assert "more.scorecard:2:" in done.stderr
    found = diff(*sides, "--format", "json")
    assert found.exit_code == 1
    assert [each["side"] for each in document(found)["diagnostics"]] == [side]


def test_what_is_wrong_in_another_way_is_compared(put: Put) -> None:
    """Names that are not defined, weights that do not add up, facts that are not computed yet."""
    put("old", CARD + "  prorate\n")
    put("new", CARD.replace("measure net_sales", "measure sales"))
    assert "score" in diff("old", "new").stdout


def test_an_empty_folder(put: Put, tmp_path: Path) -> None:
    put("old")
    (tmp_path / "empty").mkdir()
    done = diff("old", "empty")
    assert done.exit_code == 1
    assert done.stderr.startswith("empty cannot be read:\nerror[K0110]")


# ── git ─────────────────────────────────────────────────────────────────────────────────────────


def git(folder: Path, *arguments: str) -> str:
    settings = ("user.name=Test", "user.email=test@example.org", "commit.gpgsign=false")
    options = [part for each in settings for part in ("-c", each)]
    done = subprocess.run(
        ["git", *options, *arguments], cwd=folder, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


@pytest.fixture
def repository(put: Put, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace in a repository: `first`, HEAD, and an edit that is not committed."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "none"))
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    git(tmp_path, "init", "--initial-branch", "main")
    folder = put("cards", CARD)
    (folder / "steelyard.toml").write_text("")
    (folder / ".hidden").mkdir()
    (folder / ".hidden" / "old.scorecard").write_text(BROKEN)
    (folder / "link.scorecard").symlink_to("card.scorecard")
    (tmp_path / "elsewhere.scorecard").write_text(BROKEN)
    (folder / "部门 a").mkdir()
    (folder / "部门 a" / "b\tc.scorecard").write_text(KPIS.replace("net_sales", "other"), "utf-8")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-m", "one")
    git(tmp_path, "tag", "first")
    put("cards", CARD.replace("30%", "25%"))
    git(tmp_path, "commit", "-a", "-m", "two")
    put("cards", CARD.replace("30%", "20%"))
    (folder / "link.scorecard").unlink()
    monkeypatch.chdir(folder)
    return folder


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "25% → 20%"),
        (("HEAD",), "25% → 20%"),
        (("first",), "30% → 20%"),
        (("HEAD~1", "main"), "30% → 25%"),
        (("main", "first"), "25% → 30%"),
        (("first", "first"), "no difference"),
        (("first", "card.scorecard"), "removed: kpi net_sales"),
    ],
)
def test_revisions(repository: Path, arguments: tuple[str, ...], said: str) -> None:
    status = git(repository, "status", "--porcelain")
    done = diff(*arguments)
    assert done.exit_code == 0, done.stderr
    assert said in done.stdout
    assert git(repository, "status", "--porcelain") == status


def test_a_workspace_that_is_named(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Revisions are looked up where the workspace is, not where the command runs."""
    monkeypatch.chdir(repository.parent.parent)
    assert "30% → 20%" in diff("first", "-w", repository).stdout


def test_the_repository_as_a_workspace(repository: Path) -> None:
    top = repository.parent
    (top / "elsewhere.scorecard").write_text(BROKEN + "  unit CNY\n")
    done = diff("-w", top)
    assert done.exit_code == 1
    assert done.stderr.startswith("HEAD cannot be read:")
    assert "elsewhere.scorecard:2" in done.stderr


def test_a_path_comes_before_a_revision(repository: Path) -> None:
    other = repository / "first"
    other.mkdir()
    (other / "a.scorecard").write_text(CARD.replace("30%", "10%"))
    found = document(diff("first", "HEAD", "--format", "json"))["changes"]
    assert ("weight 10%", "weight 25%") in [(each["old"], each["new"]) for each in found]


@pytest.mark.usefixtures("repository")
def test_a_hook_of_another_repository_changes_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    git(tmp_path, "init", "other")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "other" / ".git"))
    assert "25% → 20%" in diff().stdout


@pytest.mark.parametrize("name", ["nowhere", "HEAD~9", "--", "-x", "main:cards", "a..b", "", "é\n"])
@pytest.mark.usefixtures("repository")
def test_neither_a_path_nor_a_revision(name: str) -> None:
    done = diff("--format", "json", "--", name, "HEAD")
    assert done.exit_code == 1
    (found,) = document(done)["diagnostics"]
    assert found["code"] == "K0916"
    assert f"`{name}`" in found["message"]
    assert "cards" in found["help"]


@pytest.mark.usefixtures("repository")
def test_an_option_of_git_is_no_revision(tmp_path: Path) -> None:
    """What looks like an option is never one: nothing is written."""
    assert diff("--", f"--output={tmp_path / 'made'}", "HEAD").exit_code == 1
    assert not (tmp_path / "made").exists()


def test_no_repository(put: Put, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    done = diff("-w", put("cards"))
    assert done.exit_code == 1
    assert "error[K0916]: `HEAD`" in done.stderr
    assert "not a git repository" in done.stderr


def test_no_git(put: Put, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    done = diff("-w", put("cards"))
    assert done.exit_code == 1
    assert "error[K0916]: `HEAD`" in done.stderr
    assert "git: No such file" in done.stderr


def test_an_object_that_is_gone(repository: Path) -> None:
    git_folder = repository.parent / ".git"
    name = git(repository, "rev-parse", "first:cards/card.scorecard")
    (git_folder / "objects" / name[:2] / name[2:]).unlink()
    done = diff("first", "HEAD")
    assert done.exit_code == 1
    assert f"{name} is missing" in done.stderr
