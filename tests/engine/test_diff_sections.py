"""Sections that come, go, move or are called differently, and which cards a change reaches."""

from __future__ import annotations

import re
from inspect import cleandoc

import pytest

from engine.changes import Change
from tests.support.diff_texts import WHOLE, changes, edited, shown


def lines(old: str, new: str) -> list[str]:
    """The changes, each by its first line."""
    return [shown(each).split("\n", maxsplit=1)[0] for each in changes(old, new)]


# ── there and gone ──────────────────────────────────────────────────────────────────────────────

BLOCKS = {block.split("\n", maxsplit=1)[0]: block for block in WHOLE.split("\n\n")}
REMOVED = [
    ("calendar", "score removed calendar"),
    ('entity company "Company"', "score removed entity company"),
    ('entity customer "Customer"', "structure removed entity customer"),
    ('data sales "Sales"', "score removed data sales"),
    ('targets plan "Plan"', "target removed targets plan"),
    ('kpi baskets "Baskets"', "score removed kpi baskets"),
    ('perspective people "People"', "weight removed perspective people"),
    ("measure sales_growth", "score removed measure sales_growth"),
    ("measure net_sales as shown", "structure removed measure shown"),
    ('judge "Wang" share 2', "weight removed judge Wang"),
    ('rule complaints "Complaints"', "score removed rule complaints"),
    ('bonus extra "Extra"', "score removed bonus extra"),
    ('penalty late "Late"', "score removed penalty late"),
    ('grade B "Good"', "score removed grade B"),
    ('example "A good store"', "label removed example A good store"),
    ("change measure sales_growth", "score removed change measure sales_growth"),
    ("remove rule fraud", "score removed remove rule fraud"),
    ('policy house "House rules"', "structure removed policy house"),
]


@pytest.mark.parametrize(("header", "begins"), REMOVED)
def test_a_section_that_is_there_or_not_is_one_change(header: str, begins: str) -> None:
    without = WHOLE.replace(BLOCKS[header], "").strip()
    gone = [each for each in changes(WHOLE, without) if each.kind == "removed"]
    come = [each for each in changes(without, WHOLE) if each.kind == "added"]
    assert [shown(each).startswith(f"{begins}: {header}") for each in gone] == [True]
    assert [(each.category, each.old, each.new) for each in come] == [
        (each.category, each.new, each.old) for each in gone
    ]
    assert gone[0].old == BLOCKS[header]


def test_a_card_comes_with_all_its_parts() -> None:
    common = WHOLE[WHOLE.index("scorecard common") : WHOLE.index("policy")].strip()
    (change,) = changes(WHOLE.replace(common, "").strip(), WHOLE)
    assert shown(change).startswith("eligibility added scorecard common: None -> scorecard common")
    assert change.new == common
    assert change.old_span is None
    assert (change.subject.scorecard, change.subject.version) == ("common", "2024-01-01")


def test_a_kpi_that_no_card_uses_is_structure() -> None:
    added = f'{WHOLE}\n\nkpi spare "Spare"\n  formula count(sales)\n  unit lines'
    assert lines(WHOLE, added) == ['structure added kpi spare: None -> kpi spare "Spare"']


# ── moved ───────────────────────────────────────────────────────────────────────────────────────


def test_a_measure_in_another_perspective_has_moved() -> None:
    header = 'perspective people "People"\n\n'
    text = edited("measure sales_growth\n  weight 40%", "@", edited(header, ""))
    text = edited("@", f"{header}measure sales_growth\n  weight 40%", text)
    (change,) = changes(WHOLE, text)
    assert shown(change) == (
        "structure moved measure sales_growth: perspective money -> perspective people"
    )
    assert change.can_change_scores  # its weight is a share of another whole


def test_target_lines_in_another_order_decide_otherwise() -> None:
    first, second = '  target 150000 where region = "East"\n', "  target 120000\n"
    (change,) = changes(WHOLE, edited(second + first, first + second))
    assert (change.category, change.kind) == ("target", "moved")
    assert change.old == change.new


def test_a_target_that_changes_and_moves_is_both() -> None:
    first, second = '  target 150000 where region = "East"\n', "  target 120000\n"
    found = changes(WHOLE, edited(second + first, first + "  target 130000\n"))
    assert {(each.category, each.kind) for each in found} == {
        ("target", "changed"),
        ("target", "moved"),
    }


def test_rules_in_another_order() -> None:
    fraud, complaints = (
        BLOCKS[f'rule {each}"'] for each in ('fraud "Fraud', 'complaints "Complaints')
    )
    text = edited(f"{complaints}\n\n{fraud}", f"{fraud}\n\n{complaints}")
    assert [each.split(":")[0] for each in lines(WHOLE, text)] == ["structure moved rule fraud"]


# ── renamed ─────────────────────────────────────────────────────────────────────────────────────


def test_a_renamed_kpi_shows_once_and_not_where_it_is_used() -> None:
    """Formulas, measures and what names them, targets, rules and examples follow."""
    text = WHOLE.replace("net_sales", "sales_net")
    assert lines(WHOLE, text) == [
        'structure renamed kpi sales_net: kpi net_sales "Net sales" -> kpi sales_net "Net sales"'
    ]


@pytest.mark.parametrize(
    ("kind", "name", "other", "words"),
    [
        ("perspective", "money", "finance", "money"),
        ("measure", "visits", "footfall", "as visits"),
        ("targets", "plan", "goals", "plan"),
        ("rule", "complaints", "claims", "rule complaints"),
        ("penalty", "late", "tardy", "penalty late"),
        ("judge", "Wang", "Li", "Wang"),
        ("grade", "B", "Fine", " B"),
        ("policy", "house", "home", "policy house"),
        ("data", "sales", "deals", r"data sales|\bsales(?=[.)])"),
        ("entity", "company", "group_", "company(?!_id)"),
        ("scorecard", "common", "base", "common"),
    ],
)
def test_a_renamed_section_shows_once(kind: str, name: str, other: str, words: str) -> None:
    text = re.sub(words, lambda match: match[0].replace(name, other), WHOLE)
    assert text != WHOLE
    (change,) = changes(WHOLE, text)
    assert (change.category, change.kind) == ("structure", "renamed")
    assert (change.subject.section, change.subject.name) == (kind, other)


def test_a_measure_that_gets_a_name_of_its_own() -> None:
    text = edited("ties by net_sales", "ties by turnover")
    text = edited("measure net_sales\n  weight", "measure net_sales as turnover\n  weight", text)
    assert lines(WHOLE, text) == [
        "structure renamed measure turnover: measure net_sales -> measure net_sales as turnover"
    ]


def test_a_reference_to_something_else_is_no_rename() -> None:
    """The KPI is still there under its name: who used it now uses another one."""
    text = edited("growth(net_sales)", "growth(baskets)")
    assert lines(WHOLE, text) == [
        "score changed kpi sales_growth formula: formula growth(net_sales) -> "
        "formula growth(baskets)"
    ]


def test_a_renamed_kpi_hides_no_column_of_that_name() -> None:
    """Inside a function of rows a name is a column, whatever a KPI was called."""
    old = edited("is_return = no)", "is_return = no and baskets = 1)")
    new = old.replace("kpi baskets", "kpi tickets").replace("and baskets", "and tickets")
    new = new.replace("measure baskets", "measure tickets").replace(
        "points baskets", "points tickets"
    )
    found = lines(old, new)
    assert [each.split(":")[0] for each in found] == [
        "score changed kpi net_sales formula",
        "structure renamed kpi tickets",
    ]


def test_a_section_that_changes_with_its_name_is_another_one() -> None:
    text = edited("kpi unused", "kpi spare", edited("better neither", "better lower"))
    text = edited("measure unused", "measure spare", text)
    assert [each.split(":")[0] for each in lines(WHOLE, text)] == [
        "score added kpi spare",
        "score removed kpi unused",
        "score added measure spare",
        "score removed measure unused",
    ]


def test_another_case_of_a_name_is_read_by_people_only() -> None:
    assert lines(WHOLE, edited("kpi unused", "kpi Unused")) == [
        'label renamed kpi Unused: kpi unused "Unused" -> kpi Unused "Unused"'
    ]


def test_a_renamed_example_scores_nobody() -> None:
    assert [each.split(":")[0] for each in lines(WHOLE, edited("A good store", "A store"))] == [
        "label renamed example A store"
    ]


# ── versions ────────────────────────────────────────────────────────────────────────────────────

CARD = """
    scorecard c "C"
      for store
      every year
      effective from {0}-01-01 through {0}-12-31

    measure m
      weight 100%
      target {1}
"""


def card(*years_and_targets: tuple[int, int]) -> str:
    return "\n\n".join(cleandoc(CARD.format(*each)) for each in years_and_targets)


def test_versions_go_together_by_their_first_day() -> None:
    old, new = card((2024, 1), (2025, 2)), card((2025, 3), (2024, 1))
    (change,) = changes(old, new)
    assert shown(change) == "target changed measure m target: target 2 -> target 3"
    assert change.subject.version == "2025-01-01"


def test_a_new_version_is_eligibility() -> None:
    (change,) = changes(card((2024, 1)), card((2024, 1), (2025, 2)))
    assert (change.category, change.kind, change.subject.version) == (
        "eligibility",
        "added",
        "2025-01-01",
    )


def test_a_version_that_begins_on_another_day_is_the_same_one() -> None:
    assert [each.split(":")[0] for each in lines(card((2024, 1)), card((2025, 1)))] == [
        "eligibility changed scorecard c effective"
    ]


def test_a_renamed_card_takes_its_versions_along() -> None:
    old = card((2024, 1), (2025, 2))
    found = changes(old, old.replace("scorecard c", "scorecard d"))
    assert [(each.kind, each.subject.version) for each in found] == [
        ("renamed", "2024-01-01"),
        ("renamed", "2025-01-01"),
    ]


# ── whom it reaches ─────────────────────────────────────────────────────────────────────────────


def reached(old: str, new: str) -> tuple[str, ...]:
    (change,) = changes(WHOLE, edited(old, new))
    return change.cards


@pytest.mark.parametrize(
    ("old", "new", "cards"),
    [
        ("growth(net_sales)", "growth(baskets)", ("shops",)),
        ("is_return = no", "is_return = yes", ("shops",)),  # through sales_growth, too
        ("better neither", "better lower", ("common", "shops")),  # shops is based on common
        ("is_test <> yes", "is_test = no", ("common", "shops")),
        ("key customer_id", "key id", ()),
        ("value target_value", "value amount", ("shops",)),
        ("Asia/Shanghai", "UTC", ("common", "shops")),
        ("weight 60%", "weight 55%", ("shops",)),
        ("most 9 measures", "most 8 measures", ("shops",)),
    ],
)
def test_cards_that_a_change_reaches(old: str, new: str, cards: tuple[str, ...]) -> None:
    assert reached(old, new) == cards


def test_a_removed_kpi_reaches_the_cards_that_used_it() -> None:
    text = WHOLE.replace(BLOCKS['kpi sales_growth "Growth"'], "")
    text = text.replace(BLOCKS["measure sales_growth"], "")
    removed: list[Change] = [each for each in changes(WHOLE, text) if each.subject.section == "kpi"]
    assert [each.cards for each in removed] == [("shops",)]


# ── texts and places ────────────────────────────────────────────────────────────────────────────


def test_a_fact_is_found_on_both_sides() -> None:
    (change,) = changes(WHOLE, f"# one\n# two\n{edited('Asia/Shanghai', 'UTC')}")
    assert change.old_span is not None
    assert change.new_span is not None
    assert (change.old_span.line, change.new_span.line) == (5, 7)
    assert change.new_span.text == 'timezone "UTC"'


def test_texts_are_canonical_and_in_the_language_that_is_asked() -> None:
    old, new = edited("weight 60%", "WEIGHT  60 %"), edited("weight 60%", "权重 ５５％")
    (english,), (chinese,) = changes(old, new), changes(old, new, "zh")
    assert (english.old, english.new) == ("weight 60%", "weight 55%")
    assert (chinese.old, chinese.new) == ("权重 60%", "权重 55%")


def test_the_most_severe_category_comes_first() -> None:
    text = WHOLE
    for old, new in (
        ('"财务"', '"业绩"'),
        ("weight 60%", "weight 55%"),
        ("is_return = no", "is_return = yes"),
        ("at 60% of", "at 70% of"),
        ("  target 120000", "  target 130000"),
        ("size > 10", "size > 11"),
        ("most 9 measures", "most 8 measures"),
    ):
        text = edited(old, new, text)
    order = "score eligibility target weight curve structure label"
    assert [str(each.category) for each in changes(WHOLE, text)] == order.split()
