"""Attributes of an entity that are numbers of its rows, by hand and over two databases."""

from datetime import date, timedelta
from pathlib import Path
from random import Random

import pytest

from engine import Sheet, check
from engine.documents import explanation_document
from engine.explanation import explain
from engine.sentences import sentences
from grammar import Refused
from tests.support.small_databases import ENGINES, score_over
from tests.support.small_workspaces import LATER, codes, items, make_workspace, shown, totals

TEXT = """
    entity store
      table stores
      key store_id
    entity customer
      table customers
      key customer_id
      attribute spend is sum(sales.amount)
      attribute segment is if spend >= 100 then "high" else "low"
      attribute before is sum(sales.amount where kind = "cash") for previous period
      attribute typical is average(sales.amount)
      attribute tickets is count(sales)
      attribute shops is unique(sales.store)
      attribute largest is max(sales.amount) for last 12 months
    data sales
      table sales
      date day
      link store by store_id
      link customer by customer_id
      only where void = 0
    data surveys
      table surveys
      date day
      link store by store_id
      link customer by customer_id
"""
# Of the third quarter: C1 60 + 40.4 in two stores, C2 99.9, C3 nothing, C4 only what is void.
FILES = {
    "stores": "store_id\nS1\nS2",
    "customers": "customer_id\nC1\nC2\nC3\nC4",
    "sales": """
        store_id,customer_id,day,amount,kind,void
        S1,C1,2025-07-01,60,cash,0
        S2,C1,2025-09-30,40.4,card,0
        S1,C2,2025-08-01,99.9,card,0
        S1,C2,2025-06-30,500,cash,0
        S1,C2,2025-06-29,70,card,0
        S1,C4,2025-08-01,900,cash,1
        S1,C9,2025-08-01,900,cash,0
        S1,,2025-08-01,900,cash,0
    """,
    "surveys": """
        store_id,customer_id,day,answer
        S1,C1,2025-07-01,5
        S1,C2,2025-07-02,2
        S1,C3,2025-07-03,1
        S1,C4,2025-07-03,1
        S1,C9,2025-07-03,50
        S1,,2025-07-03,60
        S2,C1,2025-07-04,3
        S2,C2,2025-07-05,4
    """,
}
FORMULAS = {
    "of_high": 'average(surveys.answer where customer.segment = "high")',
    "of_low": 'sum(surveys.answer where segment = "low")',
    "not_high": 'count(surveys where segment <> "high")',
    "earlier": "sum(surveys.answer where customer.before > 400)",
    "typical": "sum(surveys.answer where customer.typical between 50 and 51)",
    "none": "sum(surveys.answer where customer.typical is missing)",
    "tickets": "sum(surveys.answer where customer.tickets = 0)",
    "shops": "sum(surveys.answer where customer.shops = 2)",
    "largest": "sum(surveys.answer where customer.largest = 500)",
    "segments": "unique(surveys.customer.segment)",
    "per_segment": "max(count(surveys) per customer.segment)",
    "base": 'count(sales where segment = "high") for previous period',
    "bought": 'sum(sales.amount where segment = "low")',
}
EXPECTED = {
    # C1 is high; C2, C3 and C4 are low; who is not among the customers is neither
    "of_high": {"S1": 5, "S2": 3},
    "of_low": {"S1": 4, "S2": 4},
    "not_high": {"S1": 5, "S2": 1},
    "earlier": {"S1": 2, "S2": 4},  # C2 paid 500 in cash in the second quarter
    "typical": {"S1": 5, "S2": 3},  # C1: 100.4 / 2
    "none": {"S1": 112, "S2": 0},  # C3, C4, and the two who are nobody
    "tickets": {"S1": 2, "S2": 0},
    "shops": {"S1": 5, "S2": 3},
    "largest": {"S1": 2, "S2": 4},
    "segments": {"S1": 2, "S2": 2},
    "per_segment": {"S1": 3, "S2": 1},
    "base": {"S1": 0, "S2": 0},  # high is who is high in the period of the card
    "bought": {"S1": 99.9, "S2": 0},
}


def card(text: str, formulas: dict[str, str]) -> str:
    lines = [text]
    for name, formula in formulas.items():
        lines.append(f"kpi {name}\nformula {formula}\nunit things\nbetter higher")
    lines.append("scorecard card\nfor store\nevery quarter")
    lines += [f"measure {name}\nreport only" for name in formulas]
    return "\n".join(lines)


TYPES = {"amount": "DOUBLE", "day": "DATE", "void": "INTEGER", "answer": "INTEGER"}


def scored(folder: Path, engine: str, text: str, as_of: date = LATER) -> Sheet:
    return score_over(folder, engine, text, FILES, TYPES, as_of=as_of)


@pytest.mark.parametrize("engine", ENGINES)
def test_by_hand(tmp_path: Path, engine: str) -> None:
    sheet = scored(tmp_path, engine, card(TEXT, FORMULAS))
    found = {name: shown(sheet, name) for name in FORMULAS}
    assert found == {name: pytest.approx(wanted) for name, wanted in EXPECTED.items()}


# ── as if it stood in the table ──────────────────────────────────────────────────────────────────

BY_SEGMENT = {
    "kept": 'retained(sales.customer where customer.segment = "high")',
    "first": 'new(sales.customer where segment = "high" anywhere)',
    "middle": 'median(sales.amount where segment <> "low")',
    "latest": 'last(sum(sales.amount) where segment = "low")',
    "per_segment": "average(sum(sales.amount) per customer.segment)",
    "large": "unique(sales.customer.segment having count(sales) >= 9)",
    "best": "top_share(50%, sum(sales.amount) per customer.segment)",
    "half_year": 'sum(sales.amount where segment = "high") for last 2 periods',
}


@pytest.mark.parametrize("engine", ENGINES)
def test_as_if_it_stood_in_the_table(tmp_path: Path, engine: str) -> None:
    """Whatever function asks for it: the same numbers as from a column with the same words."""
    chance = Random(7)
    customers = [f"C{number}" for number in range(9)]
    sales = [
        (
            chance.choice(("S1", "S2", "S3", "")),
            chance.choice((*customers, "", "C99")),
            date(2025, 1, 1) + timedelta(days=chance.randrange(273)),
            chance.choice(("", round(chance.uniform(-20, 90), 2))),
        )
        for _ in range(150)
    ]
    lines = ["store_id,customer_id,day,amount,void"]
    lines += [f"{','.join(map(str, row))},0" for row in sales]
    stated = ["customer_id,segment"]
    for each in customers:
        mine = [x for _, who, day, x in sales if who == each and day >= date(2025, 7, 1)]
        present = [x for x in mine if isinstance(x, float)]
        whole = round(sum(present), 6) if present or not mine else -1
        stated.append(f"{each},{'high' if whole >= 100 else 'low'}")
    files = FILES | {"sales": "\n".join(lines), "customers": "\n".join(stated)}
    written = 'attribute segment is if spend >= 100 then "high" else "low"'
    text = card(TEXT, BY_SEGMENT).replace(
        f"{BY_SEGMENT['best']}\nunit things", f"{BY_SEGMENT['best']}\nunit percent"
    )
    sheets = [
        score_over(tmp_path / place, engine, said, files, TYPES)
        for place, said in (("a", text), ("b", text.replace(written, "attribute segment")))
    ]
    found, plain = ({name: shown(sheet, name) for name in BY_SEGMENT} for sheet in sheets)
    assert found == {name: pytest.approx(value) for name, value in plain.items()}
    assert len({line.rsplit(",", 1)[1] for line in stated}) == 3


# ── the scored entity itself ─────────────────────────────────────────────────────────────────────

OF_STORES = """
    entity store
      table stores
      key store_id
      attribute turnover is sum(sales.amount where customer <> "C9")
      attribute size is if turnover >= 1000 then "large" else "small"
    data sales
      table sales
      date day
      link store by store_id
      {expects}
      column customer is customer_id
    data surveys
      table surveys
      date day
      link store by store_id
    kpi answers
      formula count(surveys)
      unit answers
      better higher
    scorecard card
      for store
      {who}
      every quarter
      round total 0
      rank within size
      when missing leave out
    measure answers
      weight 100%
      target 4
      target 12 where size = "large"
      curve linear
      at 0% of target score 0
      at target score 100
"""  # S1 turned over 60 + 99.9 + 900 that is void + 900 of nobody, S2 40.4


def of_stores(who: str = "", expects: str = "") -> str:
    return OF_STORES.replace("{who}", who).replace("{expects}", expects)


@pytest.mark.parametrize("engine", ENGINES)
def test_targets_and_ranks_follow_an_attribute_of_the_scored_entity(
    tmp_path: Path, engine: str
) -> None:
    sheet = scored(tmp_path, engine, of_stores())
    assert shown(sheet, "answers", "target") == {"S1": 12, "S2": 4}
    assert totals(sheet) == {"S1": 50, "S2": 50}
    assert (list(sheet.group), list(sheet.rank)) == (["large", "small"], [1, 1])


def test_who_is_scored_may_depend_on_it(tmp_path: Path) -> None:
    assert totals(scored(tmp_path, "duckdb", of_stores('assign size "small"'))) == {"S2": 50}


def test_a_running_period_counts_what_there_is(tmp_path: Path) -> None:
    sheet = scored(tmp_path, "duckdb", of_stores(), as_of=date(2025, 7, 15))
    assert list(sheet.group) == ["small", "small"]  # 60 and nothing so far


def test_with_a_gap_in_the_feed_nobody_is_in_a_group(tmp_path: Path) -> None:
    with pytest.raises(Refused) as caught:
        scored(tmp_path, "duckdb", of_stores(expects="expects rows every week"))
    (found,) = caught.value.diagnostics
    assert found.code == "K0621"
    assert found.data["data"] == "sales"


def test_with_a_gap_in_the_feed_there_is_no_value(tmp_path: Path) -> None:
    text = card(TEXT, {"of_high": FORMULAS["of_high"], "all": "sum(surveys.answer)"})
    text = text.replace("only where void = 0", "only where void = 0\nexpects rows every week")
    sheet = scored(tmp_path, "duckdb", text)
    assert shown(sheet, "of_high") == {"S1": "data_incomplete", "S2": "data_incomplete"}
    assert shown(sheet, "all") == {"S1": 119, "S2": 7}


def test_what_is_not_due_yet_is_pending(tmp_path: Path) -> None:
    text = card(TEXT, {"of_high": FORMULAS["of_high"]})
    text = text.replace("only where void = 0", "only where void = 0\ndue 5 days after period")
    sheet = scored(tmp_path, "duckdb", text, as_of=date(2025, 10, 4))
    found = [each["measures"]["of_high"]["state"] for each in items(sheet).values()]
    assert found == ["pending", "pending"]


# ── explained and checked ────────────────────────────────────────────────────────────────────────


def test_the_explanation_names_what_was_worked_out(tmp_path: Path) -> None:
    sheet = scored(tmp_path, "duckdb", of_stores())
    explanation = explain(sheet, "S1", "en")
    assert explanation is not None
    line = 'attribute turnover is sum(sales.amount where customer <> "C9")'
    said = f"For everybody alike, `{line}` is worked out from the rows of 2025-07-01..2025-09-30."
    assert list(sentences(explanation, "en")).count(said) == 1
    assert any("2025-07-01 至 2025-09-30" in each for each in sentences(explanation, "zh"))
    measure = explanation_document(explanation)["tree"]["children"][0]
    (target,) = (each for each in measure["children"] if each["kind"] == "target")
    assert [each["label"] for each in target["children"]] == [f"{line}, 2025-07-01..2025-09-30"]


def attribute(line: str, folder: Path) -> list[str]:
    text = of_stores().replace("attribute size is", f"{line}\n      attribute size is")
    return codes(list(check(make_workspace(folder, text))))


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("attribute x is sum(sales.amount) / count(sales) for previous period", []),
        ("attribute x is sum(sales.amount where store.x > 3)", ["K0618"]),
        ("attribute x is y + 1\nattribute y is x", ["K0618", "K0618"]),
        ("attribute x is median(sales.amount)", ["K0620"]),
        ("attribute x is retained(sales.customer)", ["K0620"]),
        ("attribute x is sum(sales.amount per customer)", ["K0334"]),
        ("attribute x is sum(stock.amount)", ["K0211"]),
        ("attribute x is count(sales.amount)", ["K0214"]),
        ("attribute x is sum(sales.amount) for last 0 months", ["K0308"]),
        ("attribute x is if count(sales) > 20% then 1 else 0", ["K0311"]),
    ],
)
def test_what_is_refused(tmp_path: Path, line: str, found: list[str]) -> None:
    assert attribute(line, tmp_path) == found


def test_only_rows_that_belong_to_the_entity_are_counted(tmp_path: Path) -> None:
    text = TEXT.replace("is count(sales)", "is count(sales)\nbelongs to store by home").replace(
        "entity store\n      table stores\n      key store_id",
        "entity store\n      table stores\n      key store_id\n      attribute n is count(visits)",
    )
    text += (
        "    data visits\n      table visits\n      date day\n      link customer by customer_id"
    )
    assert codes(list(check(make_workspace(tmp_path, text)))) == []
    without = text.replace("belongs to store by home", "")
    assert "K0606" in codes(list(check(make_workspace(tmp_path / "b", without))))


def test_an_entity_without_a_table_has_nobody_to_compute_it_for(tmp_path: Path) -> None:
    text = of_stores().replace("table stores\n      key store_id", "key store_id")
    assert "K0619" in codes(list(check(make_workspace(tmp_path, text))))
