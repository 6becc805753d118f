"""Units: the algebra, what formulas yield, and what is reported where."""

from inspect import cleandoc
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine import Workspace, check, load
from engine.facts import Problems
from engine.unit_checks import assumed, check_units, unit_of_formula
from engine.units import (
    NUMBER,
    PERCENT,
    POINTS,
    RATIO,
    TIME,
    UNKNOWN,
    Unit,
    average_of,
    count_of,
    money,
    named,
)
from grammar import Diagnostic
from tests.support.small_workspaces import make_workspace

REPOSITORY = Path(__file__).resolve().parents[2]
CNY, CUSTOMERS, TICKETS = money("CNY"), count_of("customers"), count_of("tickets")

# ── the algebra ──────────────────────────────────────────────────────────────────────────────────

ATOMS = st.sampled_from(
    [CNY, money("USD"), CUSTOMERS, TICKETS, count_of("quarters"), TIME, POINTS, PERCENT, RATIO]
)
UNITS = st.recursive(
    ATOMS | st.just(NUMBER) | st.just(UNKNOWN),
    lambda inner: st.tuples(inner, inner, st.booleans()).map(
        lambda each: each[0] * each[1] if each[2] else each[0] / each[1]
    ),
    max_leaves=6,
)


@given(UNITS, UNITS, UNITS)
def test_products_are_associative_and_commutative(a: Unit, b: Unit, c: Unit) -> None:
    assert (a * b) * c == a * (b * c)
    assert a * b == b * a
    assert (a / b) / c == a / (b * c)


@given(UNITS)
def test_a_unit_over_itself_is_a_ratio(unit: Unit) -> None:
    assert (unit / unit).fits(PERCENT)
    assert (unit / unit).fits(RATIO)
    assert (unit / unit) * unit == unit * unit / unit


@given(UNITS)
def test_a_ratio_changes_nothing(unit: Unit) -> None:
    assert (unit * RATIO).goes_with(unit)
    assert (unit * PERCENT).goes_with(unit)
    assert unit.inverse().inverse() == unit


@given(UNITS, UNITS)
def test_going_together_has_no_direction(a: Unit, b: Unit) -> None:
    assert a.goes_with(a)
    assert a.goes_with(b) == b.goes_with(a)
    assert str(a)


@pytest.mark.parametrize(
    ("unit", "text"),
    [
        (CNY / CUSTOMERS, "CNY per customer"),
        (CNY / PERCENT, "CNY per percent"),
        (CNY / CUSTOMERS / CUSTOMERS, "CNY per customer per customer"),
        (CNY / CNY, "ratio"),
        (CUSTOMERS / CUSTOMERS, "ratio"),
        (PERCENT, "percent"),
        (PERCENT / PERCENT, "ratio"),
        (PERCENT * CNY, "CNY"),
        (NUMBER / CUSTOMERS, "number per customer"),
        (CNY * CNY, "CNY × CNY"),
        (count_of("company"), "companies"),
        (count_of("boxes"), "boxes"),
        (count_of("people"), "people"),
        (count_of("客户"), "客户"),
        (average_of(CNY, "sales"), "CNY"),
        (NUMBER, "number"),
        (UNKNOWN, "unknown"),
    ],
)
def test_units_are_written_in_the_words_of_the_language(unit: Unit, text: str) -> None:
    assert str(unit) == text


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("CNY", CNY),
        ("hours", TIME),
        ("天", TIME),
        ("points", POINTS),
        ("pp", PERCENT),
        ("Customers", CUSTOMERS),
        ("customer", CUSTOMERS),
        ("times", NUMBER),
        ("top", count_of("top")),  # TOP is a currency, top is not
    ],
)
def test_names_of_units(name: str, unit: Unit) -> None:
    assert named(name) == unit


# ── what formulas yield ──────────────────────────────────────────────────────────────────────────

DATA = """
entity company
  everything
entity store
  table stores
  key store_id
entity customer
  table customers
  key customer_id
data sales
  table sales
  date sold_at
  link store by store_id
  link customer by customer_id
  column amount unit CNY
  column cost unit CNY
  column dollars unit USD
  column quantity unit pieces
  column discount unit percent as fraction
  column price unit CNY per piece
  column net is price * quantity * (1 - discount)
  column sold_at
data surveys
  table surveys
  date answered_on
  link store by store_id
  link customer by customer_id
  column satisfaction unit points
data requests
  table requests
  date opened_at
  link store by store_id
kpi net_sales
  formula sum(sales.amount)
  unit CNY
kpi buyers
  formula unique(sales.customer)
  unit customers
kpi earlier_buyers
  formula buyers for previous period
  unit customers
kpi margin
  formula (sum(sales.amount) - sum(sales.cost)) / sum(sales.amount)
  unit percent
kpi spend
  formula net_sales / buyers
  unit CNY per customer
kpi lifetime
  formula 8
  unit quarters
"""


def workspace_with(folder: Path, formula: str, unit: str, more: str = "") -> Workspace:
    text = f"{DATA}kpi x\n  formula {formula}\n  unit {unit}\n  better higher\n{more}"
    workspace = make_workspace(folder, text)
    assert not workspace.diagnostics
    return workspace


def found_in(workspace: Workspace) -> list[Diagnostic]:
    problems = Problems()
    check_units(workspace, problems)
    for each in problems.found:
        assert "{" not in each.message() + each.help()
    return problems.found


def reported(folder: Path, formula: str, unit: str, more: str = "") -> list[str]:
    """`CODE underlined text` of every fault."""
    found = found_in(workspace_with(folder, formula, unit, more))
    return [f"{each.code} {each.span.text}" for each in found if each.span is not None]


FINE = [
    ("sum(sales.amount)", "CNY"),
    ("average(sales.amount)", "CNY"),
    ("average(sales.amount)", "CNY per sale"),
    ("average(sum(sales.amount) per customer)", "CNY per customer"),
    ("max(sales.amount) - min(sales.amount)", "CNY"),
    ("sum(sales.net)", "CNY"),
    ("sum(sales.amount * sales.quantity)", "CNY"),
    ("sum(sales.price * sales.quantity)", "CNY"),
    ("count(sales)", "lines"),
    ("count(sales) + count(surveys)", "contacts"),
    ("net_sales / buyers", "CNY per customer"),
    ("sum(sales.quantity) / unique(sales.ticket)", "pieces per basket"),
    ("spend * buyers", "CNY"),
    ("net_sales / days_active", "CNY per day"),
    ("net_sales / days_active * 90 days", "CNY"),
    ("105% * net_sales for same period last year", "CNY"),
    ("net_sales - 5000", "CNY"),
    ("net_sales - CNY 5000", "CNY"),
    ("if buyers > 10 then net_sales else 0", "CNY"),
    ("coalesce(net_sales, CNY 100)", "CNY"),
    ("round(net_sales, 2)", "CNY"),
    ("margin - margin for previous period", "pp"),
    ("1 - margin", "percent"),
    ("100% - margin", "percent"),
    ("net_sales / (1 - margin)", "CNY"),
    ("net_sales / 105%", "CNY"),
    ("0.5 * margin + 0.5 * (1 - margin)", "percent"),
    ("max(margin, 0)", "percent"),
    ("if margin > 20% then 1 else 0", "percent"),
    ("margin + 3 pp", "percent"),
    ("net_sales / net_sales at company", "percent"),
    ("net_sales / sum(sales.cost)", "times"),
    ("growth(net_sales)", "percent"),
    ("count(requests) / unique(sales.ticket) * 1000", "requests"),
    ("count(requests) / unique(sales.ticket) * 1000", "requests per order"),
    ("count(requests) / unique(sales.ticket) * 100%", "percent"),
    ("average(surveys.satisfaction) / 5 points", "percent"),
    ("average(hours(requests.opened_at, requests.closed_at))", "days"),
    ("average(hours(requests.opened_at, requests.closed_at)) - 2 hours", "hours"),
    ("count(requests where hours(opened_at, closed_at) <= 2 days) / count(requests)", "percent"),
    ("count(sales where discount > 10%) / count(sales)", "percent"),
    ("net_sales / count(store)", "CNY per store"),
    ("sum(sales.amount) / store.area", "CNY per metre"),
    ("sum(sales.unheard_of) + 3%", "percent"),
    ("12", "CNY"),
    ("peer_total(net_sales within region)", "CNY"),
    ("trend(net_sales over last 4 periods)", "CNY per quarter"),
    ("retained(sales.customer) / buyers for previous period", "percent"),
    ("buyers / buyers at company", "percent"),
    # indicators of customer relationship management
    (
        "(count(surveys where recommend >= 9) - count(surveys where recommend <= 6))"
        " / count(surveys where recommend is not missing) * 100 points",
        "points",
    ),
    ("median(hours(requests.opened_at, requests.first_response_at))", "hours"),
    (
        "average(days(min(sales.sold_at), max(sales.sold_at)) / (unique(ticket) - 1)"
        " per customer having unique(ticket) >= 2) for last 12 months",
        "days per purchase",
    ),
    ("returned(sales.customer) / lost(sales.customer) for previous period", "percent"),
    ("top_share(20%, sum(sales.amount) per customer)", "percent"),
    ("unique(sales.ticket having unique(category) >= 2) / unique(sales.ticket)", "percent"),
    ('sum(sales.cost where kind in ("labour")) / new(sales.customer)', "CNY per customer"),
    (
        "sum(sales.amount) / unique(sales.ticket) * (unique(sales.ticket) / buyers) * lifetime",
        "CNY per customer",
    ),
    ("1 / (1 - margin)", "quarters"),
    (
        "sum(surveys.satisfaction * surveys.weight) / sum(surveys.weight)",
        "points",
    ),
    ("net_sales / forecast(net_sales over last 8 periods) - 100%", "percent"),
    ("average(surveys.satisfaction) - average(surveys.satisfaction)", "points"),
    ("unique(sales.customer for last 12 months)", "customers"),
]


@pytest.mark.parametrize(("formula", "unit"), FINE)
def test_formulas_that_fit_their_unit(tmp_path: Path, formula: str, unit: str) -> None:
    assert reported(tmp_path, formula, unit) == []


FAULTS = [
    ("net_sales + 3%", "CNY", "K0310 3%"),
    ("net_sales + EUR 3", "CNY", "K0310 EUR 3"),
    ("net_sales + 3 hours", "CNY", "K0310 3 hours"),
    ("net_sales + buyers", "CNY", "K0310 buyers"),
    ("sum(sales.amount + sales.dollars)", "CNY", "K0310 sales.dollars"),
    ("net_sales - margin", "CNY", "K0310 margin"),
    ("if net_sales > USD 10 then buyers else 0", "customers", "K0311 USD 10"),
    ("count(sales where amount > 5%)", "lines", "K0311 5%"),
    ("coalesce(net_sales, buyers)", "CNY", "K0311 buyers"),
    ("if buyers > 3 then margin else net_sales", "percent", "K0311 net_sales"),
    ("margin + 0.85", "percent", "K0312 0.85"),
    ("0.85 - margin", "percent", "K0312 0.85"),
    ("0.85", "percent", "K0312 0.85"),
    ("if margin > 0.2 then buyers else 0", "customers", "K0312 0.2"),
    ("count(sales where discount > 0.1)", "lines", "K0312 0.1"),
    ("net_sales / margin", "CNY per customer", "K0313 CNY per customer"),
    ("net_sales / buyers", "CNY", "K0323 CNY"),
    ("net_sales", "USD", "K0313 USD"),
    ("net_sales", "percent", "K0313 percent"),
    ("buyers", "percent", "K0313 percent"),
    ("buyers", "points", "K0313 points"),
    ("margin", "CNY", "K0313 CNY"),
    ("average(hours(requests.opened_at, requests.closed_at))", "CNY", "K0313 CNY"),
    ("new(sales.customer) / buyers", "customers", "K0314 customers"),
    ("margin", "customers", "K0314 customers"),
    ("growth(net_sales)", "customers", "K0314 customers"),
    ("new(sales.customer) / buyers * 100", "percent", "K0315 100"),
    ("100 * margin", "percent", "K0315 100"),
    ("spend * lifetime / buyers", "CNY per customer", "K0316 buyers"),
    ("spend / buyers", "CNY per customer", "K0316 buyers"),
    ("growth(margin)", "percent", "K0320 growth(margin)"),
    ("buyers / buyers for previous period", "percent", "K0321 buyers"),
    ("buyers / earlier_buyers * 100%", "percent", "K0321 buyers"),
    ("net_sales / margin", "CNY", "K0322 margin"),
]


@pytest.mark.parametrize(("formula", "unit", "fault"), FAULTS)
def test_faults_are_reported_once_at_their_place(
    tmp_path: Path, formula: str, unit: str, fault: str
) -> None:
    assert reported(tmp_path, formula, unit) == [fault]


def test_fixes(tmp_path: Path) -> None:
    def fix(formula: str) -> tuple[str, str]:
        (only,) = found_in(workspace_with(tmp_path, formula, "percent"))
        (edit,) = only.fixes[0].edits
        return edit.span.text, edit.text

    assert fix("margin + 0.85") == ("0.85", "85%")
    assert fix("margin - 5") == ("5", "5%")
    assert fix("growth(margin)") == ("growth(margin)", "(margin - margin for previous period)")
    assert fix("growth(margin over same period last year)")[1] == (
        "(margin - margin for same period last year)"
    )
    now = "unique(sales.customer)"
    assert fix(f"{now} / {now} for previous period") == ("unique", "retained")


def test_the_message_says_what_is_yielded_and_declared(tmp_path: Path) -> None:
    (only,) = found_in(workspace_with(tmp_path, "net_sales / margin", "CNY per customer"))
    assert "yields CNY per percent; CNY per customer is declared" in only.message()
    (label,) = only.labels
    assert (label.span.text, label.said(), label.said("zh")) == ("margin", "percent", "百分比")


def test_values_of_a_kpi_whose_unit_is_at_fault_are_not_reported(tmp_path: Path) -> None:
    """A target of 350 is no percent, but neither is the KPI."""
    card = """
        scorecard c
          for store
          every quarter
          when missing leave out
        measure x
          weight 100%
          target 350
          curve attainment
          limit 0 to 120
    """
    for unit, codes in (("percent", ["K0313"]), ("CNY", ["K0323"])):
        folder = tmp_path / unit
        workspace = workspace_with(folder, "net_sales / buyers", unit, cleandoc(card))
        found = [each.code for each in check(workspace) if each.severity != "hint"]
        assert found == codes, unit


def test_a_kpi_at_fault_is_taken_as_declared(tmp_path: Path) -> None:
    more = "kpi y\n  formula net_sales / x\n  unit CNY per customer\n  better higher"
    assert reported(tmp_path, "buyers / buyers at company", "customers", more) == [
        "K0314 customers"
    ]


def test_a_formula_with_another_fault_is_left_alone(tmp_path: Path) -> None:
    workspace = workspace_with(tmp_path, "net_sales + buyers", "CNY")
    problems = Problems()
    formula = workspace.kpis["x"].formula
    assert formula is not None
    problems.report("K0302", formula.span, found="x", wanted="a number")
    check_units(workspace, problems)
    assert [each.code for each in problems.found] == ["K0302"]


def test_a_column_without_unit_makes_the_unit_assumed(tmp_path: Path) -> None:
    workspace = workspace_with(tmp_path, "sum(sales.bonus) / buyers", "CNY per customer")
    assert assumed(workspace, workspace.kpis["x"])
    assert not assumed(workspace, workspace.kpis["spend"])
    assert not assumed(workspace, workspace.kpis["net_sales"])
    assert unit_of_formula(workspace, workspace.kpis["spend"])[0] == CNY / CUSTOMERS


def test_derived_columns(tmp_path: Path) -> None:
    wrong = "data more\n  table more\n  column a unit CNY\n  column b is a * 2 unit USD"
    assert reported(tmp_path, "net_sales", "CNY", wrong) == ["K0313 USD"]
    circle = "data more\n  table more\n  column a is b\n  column b is a"
    assert reported(tmp_path / "2", "sum(more.a)", "CNY", circle) == []


CARD = """
scorecard card
  for store
  every quarter
  ranked when coverage >= {coverage}
measure margin
  {target}
  curve attainment
  limit 0 to 120
"""


@pytest.mark.parametrize(
    ("target", "coverage", "faults"),
    [
        ("target 105% * margin for same period last year", "80%", []),
        ("target 20% where net_sales > CNY 100", "80%", []),
        ("floor target - 3 pp", "80%", []),
        ("target net_sales for previous period", "80%", ["K0317 net_sales for previous period"]),
        ("target 20% where net_sales > 3 hours", "80%", ["K0311 3 hours"]),
        ("target margin + 0.05", "80%", ["K0312 0.05"]),
        ("target 20%", "0.8", ["K0312 0.8"]),
        ("target from plan", "80%", []),
    ],
)
def test_targets_and_conditions_of_cards(
    tmp_path: Path, target: str, coverage: str, faults: list[str]
) -> None:
    card = CARD.format(target=target, coverage=coverage)
    assert reported(tmp_path, "net_sales", "CNY", card) == faults


# ── real workspaces, and anything at all ─────────────────────────────────────────────────────────


WORKSPACES = [
    REPOSITORY / "scorecards",
    *sorted(path.parent for path in REPOSITORY.glob("tests/realworld/*/steelyard.toml")),
]


@pytest.mark.parametrize("folder", WORKSPACES, ids=lambda folder: folder.name)
def test_workspaces_that_are_right_have_no_fault(folder: Path) -> None:
    assert found_in(load(folder)) == []


NAMES = """
    net_sales | buyers | margin | spend | x | 12 | 0.5 | 3% | CNY 5 | 2 days | days_active
    | sum(sales.amount) | average(surveys.satisfaction) | count(sales where discount > 3%)
    | unique(sales.customer) | store.area | nothing | "text" | 2025-01-01 | sum(sales.sales)
""".replace("\n", " ").split(" | ")


@st.composite
def formulas(draw: st.DrawFn, depth: int = 3) -> str:
    if depth == 0 or draw(st.booleans()):
        return draw(st.sampled_from(NAMES)).strip()
    a, b = draw(formulas(depth - 1)), draw(formulas(depth - 1))
    shape = draw(
        st.sampled_from(
            [
                *(f"({{a}} {operator} {{b}})" for operator in "+-*/"),
                "(if {a} > {b} then {a} else {b})",
                "round({a}, 2)",
                "max({a}, {b})",
                "growth({a})",
                "-({a})",
                "({a}) for previous period",
                "({a}) at company",
                "sum({a})",
                "top_share({a}, {b})",
            ]
        )
    )
    return shape.format(a=a, b=b)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(formulas(), st.sampled_from(["CNY", "percent", "customers", "CNY per customer", "hours"]))
def test_no_formula_breaks_the_check(tmp_path: Path, formula: str, unit: str) -> None:
    workspace = make_workspace(tmp_path, f"{DATA}kpi x\n  formula {formula}\n  unit {unit}\n")
    found = found_in(workspace)
    assert len({(each.code, each.span) for each in found}) == len(found)
