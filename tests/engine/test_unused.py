"""Definitions that nothing uses, and where nothing can be said about it."""

from pathlib import Path

from engine import check
from tests.support.small_workspaces import make_workspace
from tests.support.weighed_cards import CURVE

DATA = """
entity company
everything
entity store
table stores
key id
data visits
table visits
date day
link store by id
kpi made
formula count(visits)
unit visits
better higher
kpi idle
formula count(visits)
unit visits
better higher
"""
CARD = f"""
scorecard card
for store
every quarter
weights equal
measure made
{CURVE}
"""


def unused(folder: Path, text: str) -> list[str]:
    found = [each for each in check(make_workspace(folder, text)) if each.code == "K0801"]
    return [each.span.text for each in found if each.span is not None]


def test_what_no_other_section_names(tmp_path: Path) -> None:
    assert unused(tmp_path, DATA + CARD) == ["idle"]


def test_a_catalogue_without_cards_is_for_others(tmp_path: Path) -> None:
    assert unused(tmp_path, DATA) == []


def test_a_line_that_is_not_read_may_name_it(tmp_path: Path) -> None:
    assert unused(tmp_path, f"{DATA}{CARD}measure idle\n???\n") == []


def test_a_file_that_is_not_read_may_name_it(tmp_path: Path) -> None:
    (tmp_path / "other.scorecard").write_bytes(b"\xff")
    assert unused(tmp_path, DATA + CARD) == []


def test_what_drives_a_kpi_is_used(tmp_path: Path) -> None:
    assert unused(tmp_path, f"{DATA}drives made\n{CARD}") == []


def test_nothing_is_used_by_itself(tmp_path: Path) -> None:
    own = "kpi more\nformula 1 + more\nunit visits\n"
    found = check(make_workspace(tmp_path, f"{DATA}{own}{CARD}"))
    assert [each.code for each in found] == ["K0801", "K0209"]


def test_who_is_used_by_the_unused_is_used(tmp_path: Path) -> None:
    more = "kpi more\nformula 2 * idle\nunit visits\nbetter higher\n"
    assert unused(tmp_path, f"{DATA}{more}{CARD}") == ["more"]
