"""`check --fix`: each fix removes its diagnostic and creates none; files keep their form."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from api.cli import app
from api.fixes import mend, write
from engine import check, load
from engine.mends import renamed
from engine.model import Workspace
from grammar import Diagnostic, Edit, Fix, Source, Span, parse_kept
from tests.support.served import CATALOGUE

EXAMPLE = Path(__file__).parents[2] / "scorecards"
CARD = "store_quarterly.scorecard"
KPIS = "kpis.scorecard"


@pytest.fixture
def example(tmp_path: Path) -> Path:
    """A copy of the example's cards of stores and clerks with what they need; no data."""
    keep = shutil.ignore_patterns(".steelyard", "catalog.json", *CATALOGUE)
    shutil.copytree(EXAMPLE, tmp_path / "own", ignore=keep)
    return tmp_path / "own"


def replaced(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")


def read(folder: Path) -> Workspace:
    return load(folder, parse_kept)  # of a few files only one differs from test to test


def found(folder: Path) -> list[tuple[str, str]]:
    return [(each.code, each.message()) for each in check(read(folder))]


def mended(folder: Path, *, suggested: bool = False) -> Workspace:
    before = read(folder)
    after = mend(before, check, suggested=suggested)
    write(before, after.workspace)
    return after.workspace


def fix(folder: Path, *options: str, code: int = 0) -> Result:
    arguments = ["check", "--offline", "--fix", *options, "-w", str(folder)]
    result = CliRunner(env={"COLUMNS": "100"}).invoke(app, arguments)
    assert result.exit_code == code, f"{result.output}\n{result.exception!r}"
    return result


Fault = tuple[str, str, str, str]
"""A code, a file, what stands there in the example, and a fault in its place."""

SAFE: list[Fault] = [
    ("K0102", CARD, "  rank within region", "  rnk within region"),
    ("K0113", CARD, '"Store quarterly scorecard"', "“Store quarterly scorecard”\u200b"),
    ("K0201", CARD, "measure net_sales\n", "measure net_slaes\n"),
    ("K0210", CARD, "  for store\n", "  for stroe\n"),
    ("K0701", CARD, "  round total 1\n", "  round total 1\n  round total 1\n"),
    (
        "K0414",
        CARD,
        "  prefer financial over customer slightly\n",
        "  prefer financial over customer slightly\n  prefer financial over customer slightly\n",
    ),
    ("K0716", CARD, "break ties by net_sales", "break ties by net_sale"),
    ("K0412", CARD, "prefer financial over service", "prefer financal over service"),
]
SUGGESTED: list[Fault] = [
    ("K0207", KPIS, "sum(sales.amount", "summ(sales.amount"),
    ("K0303", CARD, "target 5%\n", "target 0.05\n"),
    ("K0506", CARD, "  curve attainment\n  limit 0 to 120\n", "  curve attainment\n"),
    ("K0508", CARD, "  when missing leave out\n", ""),
    ("K0712", CARD, "  round total 1\n", ""),
]


def test_the_example_has_nothing_to_mend(example: Path) -> None:
    workspace = read(example)
    assert mend(workspace, check, suggested=True).workspace is workspace


@pytest.mark.parametrize("fault", SAFE, ids=lambda fault: fault[0])
def test_a_safe_fix_removes_its_diagnostic_and_creates_none(example: Path, fault: Fault) -> None:
    code, file, right, wrong = fault
    whole = found(example)
    replaced(example / file, right, wrong)
    assert code in [each for each, _ in found(example)]
    mended(example)
    assert found(example) == whole


@pytest.mark.parametrize("fault", [f for f in SAFE if f[0] != "K0113"], ids=lambda fault: fault[0])
def test_a_safe_fix_restores_the_text(example: Path, fault: Fault) -> None:
    _, file, right, wrong = fault
    whole = (example / file).read_bytes()
    replaced(example / file, right, wrong)
    mended(example)
    assert (example / file).read_bytes() == whole


@pytest.mark.parametrize("fault", SUGGESTED, ids=lambda fault: fault[0])
def test_a_suggested_fix_is_made_when_it_is_asked_for(example: Path, fault: Fault) -> None:
    code, file, right, wrong = fault
    whole = found(example)
    replaced(example / file, right, wrong)
    damaged = (example / file).read_bytes()
    assert code in [each for each, _ in found(example)]
    mended(example)
    assert (example / file).read_bytes() == damaged
    mended(example, suggested=True)
    assert found(example) == whole


def test_all_faults_at_once_are_mended(example: Path) -> None:
    whole = found(example)
    for _, file, right, wrong in (*SAFE, *SUGGESTED):
        text = (example / file).read_text("utf-8")
        (example / file).write_text(text.replace(right, wrong, 1), "utf-8")
    assert len(found(example)) > len(whole) + 5
    mended(example, suggested=True)
    assert found(example) == whole


def test_marks_line_ends_and_links_stay_as_they_are(example: Path) -> None:
    card = example / CARD
    whole = b"\xef\xbb\xbf" + card.read_bytes().replace(b"\n", b"\r\n")
    real = example / "real"
    real.write_bytes(whole.replace(b"  round total 1\r\n", b"").replace(b"  rank w", b"  rnk w"))
    real.chmod(0o640)
    card.unlink()
    card.symlink_to(real)
    mended(example, suggested=True)
    lines, expected = real.read_bytes().split(b"\r\n"), whole.split(b"\r\n")
    assert sorted(lines) == sorted(expected)
    assert card.is_symlink()
    assert real.stat().st_mode & 0o777 == 0o640


def test_a_repeated_line_with_a_comment_leaves_the_comment(example: Path) -> None:
    again = "  round total 1\n  round total 1  # decided in May\n"
    replaced(example / CARD, "  round total 1\n", again)
    mended(example)
    assert "  # decided in May\n" in (example / CARD).read_text("utf-8")
    assert "K0701" not in dict(found(example))


def test_a_repeat_that_says_something_else_is_not_removed(example: Path) -> None:
    replaced(example / CARD, "  round total 1\n", "  round total 1\n  round total 2\n")
    damaged = (example / CARD).read_bytes()
    mended(example, suggested=True)
    assert (example / CARD).read_bytes() == damaged


@pytest.mark.parametrize(
    ("written", "known", "safe"),
    [
        ("net_slaes", ["net_sales", "returns"], True),  # neighbours swapped
        ("net_sale", ["net_sales"], True),  # one letter less
        ("stroe", ["store", "customer"], True),  # another name is close, but no slip away
        ("sales_2024", ["sales_2025"], False),  # digits tell names apart
        ("sales_a", ["sales_b"], False),  # so do words of one letter
        ("unsatisfied_customers", ["satisfied_customers"], False),
        ("客户留存率", ["客户流失率"], False),
    ],
)
def test_a_name_is_safe_to_mend_only_where_it_is_a_slip(
    written: str, known: list[str], safe: bool
) -> None:
    (offered,) = renamed(Span(Source("a", written), 0, len(written)), known)
    assert offered.safe is safe
    assert offered.edits[0].text == known[0]


def test_two_close_names_are_not_chosen_between() -> None:
    span = Span(Source("a", "sales_north_"), 0, 12)
    assert renamed(span, ["sales_north1", "sales_north2"]) == ()


def breaking(place: str, text: str) -> Callable[[Workspace], Sequence[Diagnostic]]:
    """A check with a warning whose safe fix writes `text` in the place of `place`."""

    def check_and_warn(workspace: Workspace) -> Sequence[Diagnostic]:
        faults = list(check(workspace))
        for document in workspace.documents:
            at = document.source.text.find(place)
            if at >= 0:
                span = Span(document.source, at, at + len(place))
                mend_it = Fix("break it", (Edit(span, text),), safe=True)
                faults.append(Diagnostic("K0414", span, fixes=(mend_it,)))
        return faults

    return check_and_warn


def test_a_fix_that_makes_it_worse_is_undone_and_the_others_are_made(example: Path) -> None:
    replaced(example / CARD, "  round total 1\n", "  round total 1\n  round total 1\n")
    replaced(example / CARD, "  rank within region", "  rnk within region")
    before = read(example)
    after = mend(before, breaking("perspective financial", "perspektive nothing"))
    text = next(d.source.text for d in after.workspace.documents if d.source.name == CARD)
    assert "perspective financial" in text
    assert text == (EXAMPLE / CARD).read_text("utf-8")
    assert len(after.changes) == 2


def test_errors_that_a_fix_brings_to_light_are_mended_with_it(example: Path) -> None:
    whole = found(example)
    replaced(example / CARD, "  rank within region", "  rnk within region")
    replaced(example / CARD, "  when missing leave out\n", "")
    assert [code for code, _ in found(example)] == ["K0102"]  # what may follow from it is not said
    damaged = (example / CARD).read_bytes()
    mended(example)  # alone it would leave more errors than there were
    assert (example / CARD).read_bytes() == damaged
    mended(example, suggested=True)
    assert found(example) == whole


def test_a_weight_is_never_written_for_the_author(example: Path) -> None:
    card = example / "one.scorecard"
    head = "scorecard one\n  for store\n  every quarter\n  when missing leave out\n"
    measure = "measure net_sales\n  weight 90%\n  target 5\n  curve attainment\n  limit 0 to 120\n"
    card.write_text(head + measure, "utf-8")
    (fault,) = [each for each in check(read(example)) if each.code == "K0401"]
    assert fault.fixes == ()
    mended(example, suggested=True)
    assert card.read_text("utf-8") == head + measure


def test_nothing_is_written_where_the_only_fix_makes_it_worse(example: Path) -> None:
    before = read(example)
    after = mend(before, breaking("perspective financial", "perspektive nothing"))
    assert after.workspace is before
    assert after.changes == ()


def test_the_command_says_what_changed_and_what_is_left(example: Path) -> None:
    replaced(example / CARD, "  for store\n", "  for stroe\n")
    replaced(example / CARD, "target 5%\n", "target 0.05\n")
    result = fix(example, code=1)
    assert f"{CARD}:7: for stroe -> for store\n" in result.stdout
    assert "K0303" in result.stdout
    assert "K0210" not in result.stdout
    assert "--fix --suggested makes up to 1 more" in result.stderr
    again = fix(example, "--suggested")
    assert f"{CARD}:56: target 0.05 -> target 5%\n" in again.stdout
    assert "Nothing to change." in fix(example, "--suggested").stderr


def test_json_stays_one_document_and_changes_go_beside_it(example: Path) -> None:
    replaced(example / CARD, "  for store\n", "  for stroe\n")
    result = fix(example, "--format", "json")
    assert "K0210" not in [each["code"] for each in json.loads(result.stdout)["diagnostics"]]
    assert "for stroe -> for store" in result.stderr


def test_suggested_without_fix_is_a_wrong_command_line(example: Path) -> None:
    arguments = ["check", "--suggested", "-w", str(example)]
    assert CliRunner().invoke(app, arguments).exit_code == 2


def test_a_line_that_becomes_two_is_listed_on_one(example: Path) -> None:
    card = example / "one.scorecard"
    head = (
        "scorecard one\n  for store\n  every quarter\n  when missing leave out\n  round total 1\n"
    )
    measure = "measure net_sales\n  weight 100%\n  target 5\n  curve attainment\n  limit 0 to 120\n"
    card.write_text(f"{head}{measure}grade A from 90\ngrade B\n  otherwise\n", "utf-8")
    assert "one.scorecard:11: grade A from 90 -> grade A ⏎ from 90\n" in fix(example).stdout
