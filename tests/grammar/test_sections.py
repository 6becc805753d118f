"""Every header and every fact of the language page, and the node it becomes."""

import pytest
from lark import Tree

from grammar import Source, parse
from grammar import syntax as s
from grammar.parser import lark_parser
from tests.grammar.test_expressions import EXPRESSIONS, show

# header -> rows of (fact, node)
SECTIONS = {
    "calendar": [
        ("fiscal year starts in April", "FiscalYear(April)"),
        ("fiscal year named by start", "FiscalNamedByStart"),
        ("weeks start on Monday", "WeeksStart(Monday)"),
        ('timezone "Asia/Shanghai"', 'Timezone("Asia/Shanghai")'),
        ("spring festival aligned", "SpringFestivalAligned"),
        ("periods from calendar_454", "PeriodsFrom(Table(calendar_454))"),
        ('periods from file "p.csv"', 'PeriodsFrom(File("p.csv"))'),
        ('periods from query "SELECT 1"', 'PeriodsFrom(Query("SELECT 1"))'),
        (
            "business hours 09:00 to 18:00 on Monday to Friday",
            "BusinessHours(09:00, 18:00, Weekdays(Monday, Friday))",
        ),
        (
            "business hours 9:30 to 24:00 on Saturday",
            "BusinessHours(09:30, 24:00, Weekdays(Saturday, -))",
        ),
        (
            "business hours 09:00 to 18:00 on 2025-09-28",
            "BusinessHours(09:00, 18:00, 2025-09-28)",
        ),
        ("holiday 2025-10-01 through 2025-10-08", "Holiday(2025-10-01, 2025-10-08)"),
        ("holiday 2025-05-01", "Holiday(2025-05-01, -)"),
        ('note "n"', 'Note("n")'),
    ],
    'entity store "Store"': [
        ('label zh "门店"', 'Label(zh, "门店")'),
        ("table hr.[Store List]", "Rows(Table(hr.Store List))"),
        ('query "SELECT 1 AS id"', 'Rows(Query("SELECT 1 AS id"))'),
        ('file "stores_*.parquet"', 'Rows(File("stores_*.parquet"))'),
        ("everything", "Everything"),
        ("values of store.region, sales.region", "ValuesOf([store.region, sales.region])"),
        ("key store_id", "Key(store_id)"),
        ("name store.store_name", "NameIs(store.store_name)"),
        ("attribute region", "Attribute(region, -, no, no)"),
        ("attribute old is age > 60 personal", "Attribute(old, Comparison(age, >, 60), no, yes)"),
        ("attribute role from history", "Attribute(role, -, yes, no)"),
        ("belongs to region by region_id", "BelongsTo(region, region_id, no)"),
        ("belongs to store by sid from history", "BelongsTo(store, sid, yes)"),
        ("active from opened", "Active(opened, -)"),
        ("active from opened through closed", "Active(opened, Until(closed, yes))"),
        ("active from opened before closed", "Active(opened, Until(closed, no))"),
        (
            'history file "roles.csv" by id from a through b',
            'History(File("roles.csv"), id, a, Until(b, yes))',
        ),
        ("history roles by id from a before b", "History(Table(roles), id, a, Until(b, no))"),
    ],
    'data sales "Sales lines"': [
        ("table sales", "Rows(Table(sales))"),
        ("date sold_at", "Date(sold_at, -)"),
        ('date order.OrderDate in "UTC"', 'Date(order.OrderDate, "UTC")'),
        ("expects rows every day", "ExpectsRows(day)"),
        ("expects rows every week", "ExpectsRows(week)"),
        ("expects rows every month", "ExpectsRows(month)"),
        ("due 5 days after period", "Due(5 days)"),
        ("link order by OrderID", "Link(order, OrderID)"),
        ("link region through store", "LinkThrough(region, store)"),
        (
            "group ticket by store_id, ticket_no of store, employee",
            "Group(ticket, [store_id, ticket_no], [store, employee])",
        ),
        ("column amount", "Column(amount, -, -)"),
        ("column net is amount - tax unit CNY", "Column(net, Arithmetic(amount, -, tax), CNY)"),
        ("column share unit percent as fraction", "Column(share, -, percent fraction)"),
        ("column share unit percent as number", "Column(share, -, percent number)"),
        ("only where is_test <> yes", "OnlyWhere(Comparison(is_test, <>, yes))"),
    ],
    'targets plan "Approved targets"': [
        ("table kpi_targets", "Rows(Table(kpi_targets))"),
        ("link kpi by kpi_code", "LinkKpi(kpi_code)"),
        ("link store by store_id", "Link(store, store_id)"),
        ("period starts_on", "PeriodColumn(starts_on, -)"),
        ("period starts_on every month", "PeriodColumn(starts_on, month)"),
        ("value target_value", "ValueColumn(target_value)"),
        ("floor least", "FloorColumn(least)"),
        ("stretch most", "StretchColumn(most)"),
    ],
    'kpi net_sales "Net sales"': [
        ("formula sum(d.x)\n    - 2", "Formula(Arithmetic(Call(sum, [d.x], []), -, 2))"),
        ("unit CNY", "UnitIs(CNY)"),
        ("unit CNY per customer", "UnitIs(CNY per customer)"),
        ("unit percent", "UnitIs(percent)"),
        ("better higher", "Better(higher)"),
        ("better lower", "Better(lower)"),
        ("better target", "Better(target)"),
        ("better neither", "Better(neither)"),
        ("needs count(d) >= 20", "Needs(Comparison(Call(count, [d], []), >=, 20), -)"),
        (
            "needs n > 1 else over last 2 periods",
            "Needs(Comparison(n, >, 1), LastStretch(2, periods))",
        ),
        (
            "representative when n >= 30",
            "Representative(Comparison(n, >=, 30))",
        ),
        ('owner "Finance"', 'Owner("Finance")'),
        ('objective "Grow"', 'Objective("Grow")'),
        ('benchmark 8% source "Market"', 'Benchmark(8%, "Market", -, -)'),
        (
            'benchmark 8% source "Market" as of 2024-12-31 population "220 shops"',
            'Benchmark(8%, "Market", 2024-12-31, "220 shops")',
        ),
        ("drives retention", "Drives(retention)"),
    ],
    'scorecard card "Card"': [
        ("for store", "ForEntity(store)"),
        ('assign format "flagship"', 'Assign(format, "flagship", -, -)'),
        (
            'assign role "x" from 2025-01-01 through 2025-06-30',
            'Assign(role, "x", 2025-01-01, 2025-06-30)',
        ),
        (
            'exempt store "S1" from 2025-01-01 through 2025-02-01 reason "fire"',
            'Exempt(store, "S1", -, 2025-01-01, 2025-02-01, "fire")',
        ),
        (
            'exempt store "S1" measure m from 2025-01-01 through 2025-02-01 reason "x"',
            'Exempt(store, "S1", m, 2025-01-01, 2025-02-01, "x")',
        ),
        ("only where region is missing", "OnlyWhere(IsMissing(region, no))"),
        *((f"every {c}", f"Every({c})") for c in ("month", "quarter", "half", "year", "week")),
        ("effective from 2025-01-01", "Effective(2025-01-01, -)"),
        ("effective from 2025-01-01 through 2025-12-31", "Effective(2025-01-01, 2025-12-31)"),
        ("based on base_card", "BasedOn(base_card)"),
        ('purpose "Pay"', 'Purpose("Pay")'),
        ("review by 2026-01-31", "ReviewBy(2026-01-31)"),
        ("round total 1", "RoundTotal(1)"),
        ("limit total -10 to 120", "LimitTotal(-10, 120)"),
        ("rank within store.region", "RankWithin(store.region)"),
        ("break ties by net_sales", "BreakTies(net_sales)"),
        ("ranked when coverage >= 80%", "RankedWhen(Comparison(coverage, >=, 80%))"),
        ("no total when coverage < 50%", "NoTotalWhen(Comparison(coverage, <, 50%))"),
        ("combine by days", "CombineByDays"),
        ("grades forced", "GradesForced"),
        ("weights equal", "Weights(equal)"),
        ("weights by comparison", "Weights(comparison)"),
        ("weights of total", "Weights(total)"),
        ("prefer a over b 2.5", "Prefer(a, b, Strength(2.5, -))"),
        ("prefer a over b equally", "Prefer(a, b, Strength(1, equally))"),
        ("prefer a over b slightly", "Prefer(a, b, Strength(2, slightly))"),
        ("prefer a over b moderately", "Prefer(a, b, Strength(3, moderately))"),
        ("prefer a over b strongly", "Prefer(a, b, Strength(5, strongly))"),
        ("prefer a over b very strongly", "Prefer(a, b, Strength(7, very_strongly))"),
        ("prefer a over b extremely", "Prefer(a, b, Strength(9, extremely))"),
        ("method eigenvector", "Method(eigenvector)"),
        ("method geometric", "Method(geometric)"),
        ("random index saaty", "RandomIndex(saaty)"),
        ("round weights 1%", "RoundWeights(1%)"),
        ("require consistency 0.10", "RequireConsistency(0.1)"),
        ("when missing leave out", "WhenMissing(missing, leave out, -)"),
    ],
    'perspective financial "Financial"': [
        ("weight 40%", "Weight(Share(percent, 0.4), -)"),
        ("weights equal", "Weights(equal)"),
        ("prefer a over b 3", "Prefer(a, b, Strength(3, -))"),
    ],
    "measure net_sales at store as own": [
        ("weight 15 points", "Weight(Share(points, 15), -)"),
        ("weight rest", "Weight(Share(rest, -), -)"),
        ("weight 40% from 2025-07-01", "Weight(Share(percent, 0.4), 2025-07-01)"),
        ("weight 40% from FY2025Q3", "Weight(Share(percent, 0.4), FY2025Q3)"),
        ("target 8%", "TargetLine(target, 8%, -, -, -, no)"),
        ("target from plan", "TargetLine(target, FromPlan(plan), -, -, -, no)"),
        (
            'target 1 where r = "E" from 2025Q3 for display',
            'TargetLine(target, 1, Comparison(r, =, "E"), 2025Q3, -, yes)',
        ),
        (
            "target from plan split by days",
            "TargetLine(target, FromPlan(plan), -, -, SplitByDays, no)",
        ),
        (
            "target from plan split by shares 40% 60%",
            "TargetLine(target, FromPlan(plan), -, -, SplitByShares([40%, 60%]), no)",
        ),
        (
            "target from plan split by shares 40%、60% for display",
            "TargetLine(target, FromPlan(plan), -, -, SplitByShares([40%, 60%]), yes)",
        ),
        ("floor 80% * target", "TargetLine(floor, Arithmetic(80%, *, target), -, -, -, no)"),
        ("stretch 12 for display", "TargetLine(stretch, 12, -, -, -, yes)"),
        ("prorate", "Prorate"),
        ("targets add up to company", "AddsUp(company, -, -)"),
        ("targets add up to region from regions within 1%", "AddsUp(region, regions, 1%)"),
        ("curve linear", "Curve(linear, -, -, -)"),
        ("curve steps", "Curve(steps, -, -, -)"),
        ("curve attainment", "Curve(attainment, direct, -, -)"),
        ("curve attainment inverse", "Curve(attainment, inverse, -, -)"),
        ("curve attainment mirrored", "Curve(attainment, mirrored, -, -)"),
        *(
            (f"curve peers {form} within region", f"Curve(peers, {form}, region, -)")
            for form in ("percentile", "zscore", "minmax", "best")
        ),
        (
            "curve formula 100 * actual",
            "Curve(formula, -, -, Arithmetic(100, *, actual))",
        ),
        ("curve words", "Curve(words, -, -, -)"),
        ("at -10% score -5", "At(Point(value, -10%), -5)"),
        ("at 80% of target score 60", "At(Point(of_target, 80%), 60)"),
        ("at target score 100", "At(Point(target, -), 100)"),
        ("at floor score 60", "At(Point(floor, -), 60)"),
        ("at stretch score 120", "At(Point(stretch, -), 120)"),
        ("from 3.5 score 60", "From(Point(value, 3.5), 60)"),
        ("upto 24 hours score 60", "Upto(Point(value, 24 hours), 60)"),
        ("otherwise score 0", "Otherwise(0)"),
        ('word "优" score 100', 'WordScore("优", 100)'),
        ("mean 75", "Mean(75)"),
        ("spread 10", "Spread(10)"),
        ("limit 0 to 120", "Limit(0, 120)"),
        ("when missing score 60", "WhenMissing(missing, score, 60)"),
        ("when few no total", "WhenMissing(few, no total, -)"),
        ("when no target leave out", "WhenMissing(no_target, leave out, -)"),
        ("applies when days_active > 30", "AppliesWhen(Comparison(days_active, >, 30))"),
        ("report only", "ReportOnly"),
    ],
    'judge "王芳" share 2 of financial': [("prefer a over b 3", "Prefer(a, b, Strength(3, -))")],
    'rule cap "Cap"': [
        ("when complaints >= 3", "RuleWhen(Comparison(complaints, >=, 3))"),
        ("cap total 80", "CapTotal(80)"),
        ("cap perspective financial 60", "CapPerspective(financial, 60)"),
        ("cap grade B", "CapGrade(B)"),
        ("total is 0", "TotalIs(0)"),
        ("not ranked", "NotRanked"),
    ],
    'bonus growth "Growth"': [
        ("points 2 * net_sales", "Points(Arithmetic(2, *, net_sales))"),
        ("limit 10", "ExtraLimit(10)"),
    ],
    "penalty late": [("points 5", "Points(5)"), ("limit 5", "ExtraLimit(5)")],
    'grade A "Outstanding"': [
        ("from 95", "GradeFrom(95)"),
        ("top 20% within region", "Top(20%, region)"),
        ("coefficient 1.2", "Coefficient(1.2)"),
        ("otherwise", "GradeOtherwise"),
    ],
    'constant standard "Standard"': [
        ("value 24 hours", "ConstantValue(24 hours, -)"),
        ("value 12 hours from 2025-07-01", "ConstantValue(12 hours, 2025-07-01)"),
        ('owner "Service"', 'Owner("Service")'),
        ('note "n"', 'Note("n")'),
    ],
    "policy house": [
        ("applies to card", "AppliesTo(card)"),
        ("require measure at most 40%", "RequireMeasureAtMost(40%)"),
        ("require perspective customer at least 25%", "RequirePerspective(customer, 25%)"),
        ("require at most 9 measures", "RequireCount(9)"),
        ("require review every 12 months", "RequireReview(12)"),
    ],
    'example "A good store"': [
        ("given net_sales 120", "Given(net_sales, 120)"),
        ("given net_sales missing", "Given(net_sales, -)"),
        ('given region "East"', 'Given(region, "East")'),
        ("given opened 2025-01-01", "Given(opened, 2025-01-01)"),
        ("given member yes", "Given(member, yes)"),
        ("given target of net_sales 100", "GivenTarget(net_sales, 100)"),
        ("on 2025Q3", "OnPeriod(2025Q3)"),
        ("expect total 96.5", "ExpectTotal(96.5)"),
        ("expect grade A", "ExpectGrade(A)"),
    ],
    "change measure net_sales": [("weight 30%", "Weight(Share(percent, 0.3), -)")],
    "change perspective customer": [("weight 30%", "Weight(Share(percent, 0.3), -)")],
    "change rule cap": [("cap total 70", "CapTotal(70)")],
    "change bonus growth": [("limit 5", "ExtraLimit(5)")],
    "change penalty late": [("limit 5", "ExtraLimit(5)")],
    "change grade A": [("from 90", "GradeFrom(90)")],
}

HEADERS = [
    ("calendar", "CalendarSection"),
    ("entity store", "EntitySection(store, -)"),
    ('data sales "S"', 'DataSection(sales, "S")'),
    ('targets plan "P"', 'TargetsSection(plan, "P")'),
    ('kpi k "K"', 'KpiSection(k, "K")'),
    ("scorecard c", "ScorecardSection(c, -)"),
    ('perspective p "P"', 'PerspectiveSection(p, "P")'),
    ("measure net_sales", "MeasureSection(net_sales, -, -)"),
    ("measure satisfaction at store", "MeasureSection(satisfaction, store, -)"),
    ("measure net_sales at store as own", "MeasureSection(net_sales, store, own)"),
    (
        "measure score of card from stores average as s",
        "MeasureSection(ScoreOf(card, stores, -), -, s)",
    ),
    (
        "measure score of card from stores weighted by net_sales",
        "MeasureSection(ScoreOf(card, stores, net_sales), -, -)",
    ),
    ('judge "A"', 'JudgeSection("A", -, -)'),
    ('judge "A" share 2 of financial', 'JudgeSection("A", 2, financial)'),
    ("rule r", "RuleSection(r, -)"),
    ("bonus b", "BonusSection(b, -)"),
    ("penalty p", "PenaltySection(p, -)"),
    ('grade A "A+"', 'GradeSection(A, "A+")'),
    ('constant c "C"', 'ConstantSection(c, "C")'),
    ("policy p", "PolicySection(p, -)"),
    ('example "e"', 'ExampleSection("e")'),
    ("change measure m", "ChangeSection(measure, m)"),
    *(
        (f"remove {kind} x", f"RemoveSection({kind}, x)")
        for kind in ("measure", "perspective", "rule", "bonus", "penalty", "grade")
    ),
]


def sections_of(text: str) -> tuple[s.Section, ...]:
    parsed = parse(Source("a.scorecard", text))
    assert parsed.diagnostics == ()
    assert parsed.document is not None
    return parsed.document.sections


@pytest.mark.parametrize("header", SECTIONS)
def test_facts_of_a_section(header: str) -> None:
    rows = SECTIONS[header]
    (section,) = sections_of("\n".join([header, *(f"  {fact}" for fact, _ in rows)]) + "\n")
    assert list(map(show, getattr(section, "facts", ()))) == [node for _, node in rows]


@pytest.mark.parametrize(("header", "node"), HEADERS)
def test_header(header: str, node: str) -> None:
    (section,) = sections_of(f"{header}\n")
    assert show(section) == node


def test_every_rule_of_the_grammar_is_written_above() -> None:
    formulas = [f"kpi k\n  formula {text}\n" for text, _ in EXPRESSIONS]
    sections = ["\n".join([h, *(f for f, _ in rows)]) + "\n" for h, rows in SECTIONS.items()]
    chinese = ["kpi k\n  formula 上期 x + 近 3 个月 x\n  formula 增长率(x 按近 3 个月)\n"]
    headers = [f"{header}\n" for header, _ in HEADERS]
    tree = lark_parser().parse("".join([*formulas, *chinese, *sections, *headers]))
    assert isinstance(tree, Tree)
    written = {str(each.data) for each in tree.iter_subtrees()}
    # A rule that begins with ? stands in the tree only where one of its alternatives has a name.
    named = {r.alias for r in lark_parser().rules if r.alias}
    plain = {
        r.origin.name
        for r in lark_parser().rules
        if not r.alias and not r.options.expand1 and not r.origin.name.startswith("_")
    }
    assert (named | plain) - written == set()
