"""The examples of docs/language.md are executed: its small workspace is scored, its formulas and
facts are checked over that workspace.

What stands in backticks is read as it would be written, the words in capitals (`N`, `KPI`)
replaced. What is not computed yet stands in the lists of what waits, which fail when an entry of
them works.
"""

import re
from collections.abc import Iterator
from datetime import date
from functools import cache, reduce
from pathlib import Path

import duckdb
import pytest

from api.database import described
from connectors import connect
from engine import check, score
from grammar import Diagnostic
from tests.support.page_workspace import WAITING_SECTIONS, errors, text, write

ROWS = """
CREATE TABLE stores (store_id VARCHAR, store_name VARCHAR, region VARCHAR, format VARCHAR,
  opened_on DATE, closed_on DATE);
INSERT INTO stores VALUES ('S1', 'One', 'East', 'flagship', '2020-01-01', NULL),
  ('S2', 'Two', 'West', 'community', '2020-01-01', NULL),
  ('S3', 'Three', 'West', 'kiosk', '2020-01-01', NULL);
CREATE TABLE employees (employee_id VARCHAR, full_name VARCHAR, role VARCHAR, store_id VARCHAR,
  hired_on DATE, left_on DATE);
CREATE TABLE customers (customer_id VARCHAR);
INSERT INTO customers VALUES ('C1'), ('C2'), ('C3');
CREATE TABLE sales (sold_at TIMESTAMP, store_id VARCHAR, employee_id VARCHAR, customer_id VARCHAR,
  amount DECIMAL(12, 2), quantity INTEGER, ticket VARCHAR, is_return BOOLEAN, is_test BOOLEAN);
INSERT INTO sales SELECT day, store, 'E1', customer, amount, 1,
  'T' || row_number() OVER (), FALSE, FALSE
  FROM range(TIMESTAMP '2024-01-01', TIMESTAMP '2025-10-01', INTERVAL 1 DAY) AS days(day),
  (VALUES ('S1', 'C1', 10), ('S2', 'C2', 5), ('S3', 'C3', 1)) AS each(store, customer, amount);
CREATE TABLE surveys (answered_on DATE, store_id VARCHAR, customer_id VARCHAR, satisfaction DOUBLE);
INSERT INTO surveys SELECT DATE '2025-07-01' + CAST(i AS INTEGER), store, 'C1', score
  FROM range(20) AS numbers(i), (VALUES ('S1', 4.2), ('S2', 3.5)) AS each(store, score);
CREATE TABLE service_requests (opened_at TIMESTAMP, store_id VARCHAR, employee_id VARCHAR,
  customer_id VARCHAR, is_complaint BOOLEAN, upheld BOOLEAN);
INSERT INTO service_requests SELECT day, store, 'E1', 'C1', store = 'S2', TRUE
  FROM range(TIMESTAMP '2025-07-01', TIMESTAMP '2025-10-01', INTERVAL 1 DAY) AS days(day),
  (VALUES ('S1'), ('S2')) AS each(store);
CREATE TABLE kpi_targets (kpi_code VARCHAR, store_id VARCHAR, starts_on DATE, target_value DOUBLE);
INSERT INTO kpi_targets VALUES ('net_sales', 'S1', '2025-07-01', 920),
  ('net_sales', 'S2', '2025-07-01', 460);
"""


def test_the_small_workspace_is_scored(tmp_path: Path) -> None:
    """S1 sold 10 on each of 92 days: its target of 920. Its 20 answers are 4.2, the target too."""
    workspace = write(tmp_path)
    with duckdb.connect(str(tmp_path / "rows.duckdb")) as database:
        database.execute(ROWS)
    with connect(f"duckdb:///{tmp_path / 'rows.duckdb'}", folder=tmp_path) as source:
        assert errors(check(workspace, described(workspace, source))) == []
        sheet = score(workspace, "store_quarterly", "2025Q3", source, date(2026, 1, 1))
    assert set(sheet.index) == {"S1", "S2"}  # the kiosk is assigned to no card
    measures = {each.name: each for each in sheet.measures}
    one = sheet.index["S1"]
    assert measures["net_sales"].value[one] == 920
    assert measures["net_sales"].score[one] == 100
    assert measures["satisfaction"].score[one] == 100
    assert (
        measures["retention"].score[one] == 100 / 45 * 100
        or measures["retention"].score[one] == 120
    )
    assert sheet.total[one] > sheet.total[sheet.index["S2"]]


def test_what_the_small_workspace_waits_for(tmp_path: Path) -> None:
    found = [
        each for each in check(write(tmp_path, leave_out=frozenset())) if each.severity == "error"
    ]
    assert {each.code for each in found} <= {"K0109"}
    assert len(found) == len(WAITING_SECTIONS)


# ── what stands in backticks ─────────────────────────────────────────────────────────────────────

FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
QUOTED = re.compile(r"`([^`\n]+)`")
# Sections 5 and 6 say what is computed; the others show spellings, commands and messages.
TOLD = re.compile(r"^## 4\..*?(?=^## 7\.)", re.MULTILINE | re.DOTALL)

# What the words in capitals, and the short names of the page, stand for here.
REPLACED = {
    r"\bd\.e\b": "sales.customer",
    r"\bd\.x\b": "sales.amount",
    r"\bd\.w\b": "sales.quantity",
    r"\(d\)": "(sales)",
    r"\(x\)": "(net_sales)",
    r"\bx\b(?= (?:over|for|at|within|/))": "net_sales",
    r"/ x\b": "/ net_sales",
    r"at E\b": "at store",
    r"\bMONTH\b": "January",
    r"\bDAY\b": "Monday",
    r"\bKPI\b": "net_sales",
    r"\bMEASURE\b": "net_sales",
    r"\bENTITY\b": "store",
    r"\bPATH\b": "region",
    r"\bATTRIBUTE\b": "region",
    r"\bPLAN\b": "plan",
    r"\bSCORECARD\b": "store_quarterly",
    r"\bCARD\b": "store_quarterly",
    r"\bPERIOD\b": "2025Q3",
    r"\bWINDOW\b": "same period last year",
    r"\bEXPR\b": "100 * actual / target",
    r"\bCONDITION\b": 'region = "East"',
    r"DATE in period": "customer.seen_on in period",
    r"\bDATE\b": "2025-07-01",
    r"from D through D\b": "from 2025-07-01 through 2025-07-31",
    r"\bVALUE\b": "50",
    r"\bLITERAL\b": "50",
    r"\bLANG\b": "en",
    r"\bCOLUMN\b": "store_id",
    r"\bTABLE\b": "stores",
    r"\bNAME\b": "told",
    r"\bP%": "80%",
    r"\bN\b": "3",
    r"\bA to B\b": "0 to 120",
    r"\bA over B\b": "net_sales over sales_growth",
    r"between A and B": "between 1 and 2",
    r"\bX\b": "80% of target",
    r"\bS\b": "60",
    r"\bG\b": "A",
    r"\bP\b": "financial",
    r"\bU\b": "CNY",
    r"\bUNIT\b": "CNY",
    r"\bM\b": "net_sales",
    "…": "text",
}

WAITING_FORMULAS: set[str] = set()
UNITS = {
    r"^average\(surveys": "points",
    r"^days\(": "days",
    r"growth|top_share": "percent",
    r"\((sales|d)\)": "lines",
    r"^count\(employee": "employees",
    r"^(new|lost|retained|returned|unique)\(": "customers",
    r"per customer": "CNY per customer",
}

CARD = "scorecard told\nfor store\nevery quarter\nwhen missing leave out\nround total 1\n"
OTHER = "measure sales_growth\nweight 50%\ncurve linear\nat 0% score 0\nat 10% score 100\n"
CURVE = "curve linear\nat 0 score 0\nat target score 100\n"
MEASURE = "measure net_sales\ntarget 50\n"
KPI = "kpi told\nunit CNY\nbetter higher\n"

# Facts of the page by the place in which each may stand.
PLACES = {
    f"{KPI}formula sum(sales.amount)\n{{}}\n": [
        'owner "text"',
        'objective "text"',
        "drives net_sales",
        'note "text"',
        'label en "text"',
    ],
    "data told\ntable sales\ndate sold_at\nlink store by store_id\n{}\n": [
        "expects rows every day",
        "expects rows every week",
        "expects rows every month",
        'only where region = "East"',
    ],
    f"{CARD}{{}}\n{OTHER.replace('50', '100')}": [
        'purpose "text"',
        "review by 2025-07-01",
        "limit total 0 to 120",
        "rank within region",
        "weights of total",
        "effective from 2025-07-01",
        "combine by days",
    ],
    f"{CARD}{MEASURE}weight 50%\n{CURVE}{{}}\n{OTHER}": [
        "at 80% of target score 60",
        "limit 0 to 120",
        'applies when region = "East"',
        "when missing leave out",
        "when missing score 3",
        "when missing no total",
        "prorate",
    ],
    f"{CARD}{MEASURE}{CURVE}{{}}\n{OTHER}": ["weight rest"],
    f"{CARD}{MEASURE}weight 50%\nlimit 0 to 120\n{{}}\n{OTHER}": [
        "curve attainment",
        "curve formula 100 * actual / target",
    ],
    f"{CARD}measure net_sales\nweight 50%\n{{}}\n{OTHER}": [
        "curve peers best within region",
    ],
    f"{CARD}{MEASURE}weight 50%\ncurve steps\notherwise score 0\n{{}}\n{OTHER}": [
        "from 80% of target score 60",
    ],
}
WAITING_FACTS: set[str] = {
    "combine by days",
}


@cache
def examples() -> tuple[str, ...]:
    """What stands in backticks, as it would be written with the words of the small workspace."""
    (told,) = TOLD.findall(FENCED.sub("", text()))
    found = dict.fromkeys(each for line in told.splitlines() for each in QUOTED.findall(line))
    return tuple(dict.fromkeys(each for it in found for each in spelled_out(it)))


def spelled_out(shown: str) -> Iterator[str]:
    """`[a]` may be written, or left out; of alternatives each word stands for itself."""
    whole = shown.replace("\\|", "|")
    head, *more = whole.split("|")
    if " " in head and more and not re.search(r"[\[(]", whole):
        stem = head.rsplit(" ", 1)[0]
        written = [head, *(f"{stem} {each.strip()}" for each in more)]
    else:
        written = [re.sub(r" ?\[[^\]]*\]", "", whole), re.sub(r"[\[\]]", "", whole)]
    for each in dict.fromkeys(written):
        yield reduce(lambda line, it: re.sub(it[0], it[1], line), REPLACED.items(), each)


def formulas() -> list[str]:
    """Whole formulas: a function with its argument, and every window behind a KPI."""
    windows = [each for each in examples() if each.startswith("for ") and each != "for store"]
    functions = [each for each in examples() if re.fullmatch(r"[a-z_]+\(.+\)", each)]
    clauses = r"average\(sum|days|hours|in \("
    return [
        *(each for each in functions if not re.fullmatch(rf"({clauses})", each)),
        *(f"net_sales {each}" for each in windows if each != "for display"),
    ]


def unit(formula: str) -> str:
    return next((it for pattern, it in UNITS.items() if re.search(pattern, formula)), "CNY")


def test_every_formula_is_checked(tmp_path: Path) -> None:
    """All of them as KPIs of the small workspace; none but the waiting ones is at fault."""
    assert len(formulas()) > 30
    lines = [
        f"kpi told_{place}\nformula {each}\nunit {unit(each)}\nbetter higher"
        for place, each in enumerate(formulas())
    ]
    found = check(write(tmp_path, "\n".join(lines) + "\n"))
    faults: dict[str, set[str]] = {}
    for each in found:
        if each.severity == "error" and each.span:
            place = (line_of(each) - 1) // 4
            faults.setdefault(formulas()[place], set()).add(each.code)
    assert faults == {each: {"K0109"} for each in WAITING_FORMULAS}


def line_of(found: Diagnostic) -> int:
    assert found.span is not None
    assert found.span.file == "more.scorecard", found
    return found.span.line


FACTS = [(place, each) for place, facts in PLACES.items() for each in facts]


@pytest.mark.parametrize(("place", "fact"), FACTS, ids=[fact for _, fact in FACTS])
def test_facts_are_checked(tmp_path: Path, place: str, fact: str) -> None:
    assert fact in examples()
    found = errors(check(write(tmp_path, place.format(fact))))
    assert set(found) == ({"K0109"} if fact in WAITING_FACTS else set())
