"""One edit of one fact is one change, in its category, with both texts and both places."""

from __future__ import annotations

import pytest

from engine.diff_categories import FACTS
from tests.support.diff_texts import WHOLE, changes, edited, shown

# What is replaced, by what, and how the one change begins.
EDITS = [
    # a calendar
    ("starts in January", "starts in April", "score changed calendar fiscal year starts in"),
    ("  fiscal year named by start\n", "", "score removed calendar fiscal year named by start"),
    ("start on Monday", "start on Sunday", "score changed calendar weeks start on"),
    ("Asia/Shanghai", "Asia/Tokyo", "score changed calendar timezone"),
    ("periods from periods", "periods from weeks", "score changed calendar periods from"),
    ("  spring festival aligned\n", "", "score removed calendar spring festival aligned"),
    ("calendar of the group", "calendar of the shop", "label changed calendar note"),
    # entities
    ("  everything\n", "", "score removed entity company everything"),
    ("values of store.region", "values of store.area", "score changed entity region values of"),
    ('label zh "门店"', 'label zh "店"', "label changed entity store label"),
    ('"Store"', '"Branch"', "label changed entity store label"),
    ("table stores", 'file "stores.csv"', "score changed entity store table"),
    ("table stores", "table Stores", "score changed entity store table"),
    ("key store_id", "key id", "score changed entity store key"),
    ("name store_name", "name title", "label changed entity store name"),
    ("size is area * 2", "size is area * 3", "score changed entity store attribute"),
    ("  attribute region\n", "", "score removed entity store attribute"),
    ("attribute region\n", "attribute region personal\n", "score changed entity store attribute"),
    ("by company_id", "by owner_id", "score changed entity store belongs to"),
    ("through closed_on", "before closed_on", "eligibility changed entity store active from"),
    ("history store_history", "history moves", "score changed entity store history"),
    # data
    ('sold_at in "UTC"', "sold_at", "score changed data sales date"),
    ("link region through store", "link region by area", "score changed data sales link"),
    ("by receipt, till", "by receipt", "score changed data sales group"),
    ("amount unit CNY", "amount unit USD", "score changed data sales column"),
    ("amount unit CNY\n", "amount unit CNY\n  column cost\n", "score added data sales column"),
    ("is_test <> yes", "is_test = no", "score changed data sales only where"),
    ("rows every day", "rows every week", "score changed data sales expects rows"),
    ("due 5 days", "due 6 days", "score changed data sales due"),
    # tables of targets
    ("table kpi_targets", "table goals", "target changed targets plan table"),
    ("by kpi_code", "by code", "target changed targets plan link kpi"),
    ("period starts_on every quarter", "period starts_on", "target changed targets plan period"),
    ("value target_value", "value amount", "target changed targets plan value"),
    ("floor floor_value", "floor low", "target changed targets plan floor"),
    ("  stretch stretch_value\n", "", "target removed targets plan stretch"),
    ("approved = yes", "approved = no", "target changed targets plan only where"),
    # constants
    ("value CNY 20 from", "value CNY 30 from", "score changed constant least value"),
    # KPIs
    ("is_return = no", "is_return <> yes", "score changed kpi net_sales formula"),
    ("needs count(sales) >= 20", "needs count(sales) >= 30", "score changed kpi net_sales needs"),
    ("over last 3 periods", "over last 4 periods", "score changed kpi net_sales needs"),
    (
        "count(sales) >= 100",
        "count(sales) >= 90",
        "label changed kpi net_sales representative",
    ),
    ("CNY 1200", "CNY 1300", "label changed kpi net_sales benchmark"),
    ('objective "Grow"', 'objective "Hold"', "label changed kpi net_sales objective"),
    ("  drives sales_growth\n", "", "label removed kpi net_sales drives"),
    ('owner "Finance"', 'owner "Sales"', "label changed kpi net_sales owner"),
    ("Without returns", "With returns", "label changed kpi net_sales note"),
    ('"Growth"', '"Rise"', "label changed kpi sales_growth label"),
    ("unit percent\n", "unit percent as number\n", "score changed kpi sales_growth unit"),
    ("better neither", "better lower", "score changed kpi unused better"),
    # a scorecard
    ('label zh "门店卡"', 'label zh "卡"', "label changed scorecard shops label"),
    ("based on common", "based on other", "score changed scorecard shops based on"),
    ('purpose "Quarterly pay"', 'purpose "Pay"', "label changed scorecard shops purpose"),
    ("for store\n  assign", "for region\n  assign", "eligibility changed scorecard shops for"),
    ('format "flagship"', 'format "kiosk"', "eligibility changed scorecard shops assign"),
    ('  assign format "flagship"\n', "", "eligibility removed scorecard shops assign"),
    ('outlet" from 2025', 'outlet" from 2026', "eligibility changed scorecard shops assign"),
    (
        "quarter\n  effective from 2025",
        "month\n  effective from 2025",
        "eligibility changed scorecard shops every",
    ),
    (
        "from 2025-01-01\n  review",
        "from 2025-04-01\n  review",
        "eligibility changed scorecard shops effective",
    ),
    ("2025-03-31", "2025-04-30", "eligibility changed scorecard shops exempt"),
    ('region <> "Test"', 'region <> "X"', "eligibility changed scorecard shops only where"),
    ("review by 2026", "review by 2027", "label changed scorecard shops review by"),
    ("  combine by days\n", "", "score removed scorecard shops combine by days"),
    ('owner "HR"', 'owner "Board"', "label changed scorecard shops owner"),
    ("weights by comparison", "weights equal", "weight changed scorecard shops weights"),
    ("people slightly", "people strongly", "weight changed scorecard shops prefer"),
    ("prefer money over people s", "prefer people over money s", "weight changed scorecard shops"),
    ("method eigenvector", "method geometric", "weight changed scorecard shops method"),
    (
        "random index saaty",
        "random index alonso_lamata",
        "weight changed scorecard shops random index",
    ),
    ("round weights 1%", "round weights 5%", "weight changed scorecard shops round weights"),
    (
        "require consistency 0.1",
        "require consistency 0.2",
        "weight changed scorecard shops require consistency",
    ),
    ("missing leave out", "missing score 0", "score changed scorecard shops when missing"),
    ("limit total 0 to 120", "limit total 0 to 110", "score changed scorecard shops limit total"),
    ("round total 1", "round total 2", "score changed scorecard shops round total"),
    ("rank within region", "rank within size", "score changed scorecard shops rank within"),
    ("ties by net_sales", "ties by visits", "score changed scorecard shops break ties by"),
    ("coverage >= 80%", "coverage >= 70%", "eligibility changed scorecard shops ranked when"),
    ("coverage < 50%", "coverage < 40%", "eligibility changed scorecard shops no total when"),
    ("  grades forced\n", "", "score removed scorecard shops grades forced"),
    # measures
    ('"财务"', '"业绩"', "label changed perspective money label"),
    ("weight 60%", "weight 55%", "weight changed measure net_sales weight"),
    ("weight 60%", "weight 60 points", "weight changed measure net_sales weight"),
    ("weight 50% from", "weight 45% from", "weight changed measure net_sales weight"),
    ("weight 50% from 2026", "weight 50% from 2027", "weight changed measure net_sales weight"),
    ("  target 120000", "  target 130000", "target changed measure net_sales target"),
    ("target 150000 where", "target 160000 where", "target changed measure net_sales target"),
    ('region = "East"', 'region = "North"', "target changed measure net_sales target"),
    ("  target from plan where", "  target 5 where", "target changed measure net_sales target"),
    ("from 2025Q3", "from 2025Q4", "target changed measure net_sales target"),
    ("floor 80000", "floor 90000", "target changed measure net_sales floor"),
    ("  stretch 200000\n", "", "target removed measure net_sales stretch"),
    ("within 1%\n", "\n", "structure changed measure net_sales targets add up to"),
    ("  prorate\n", "", "target removed measure net_sales prorate"),
    ("at 60% of target score 0", "at 70% of target score 0", "curve changed measure net_sales at"),
    ("at target score 100", "at target score 110", "curve changed measure net_sales at"),
    ("curve steps", "curve words", "curve changed measure sales_growth curve"),
    ("curve attainment", "curve attainment inverse", "curve changed measure visits curve"),
    ("otherwise score 0", "otherwise score 5", "curve changed measure sales_growth otherwise"),
    ("from 5% score 60", "from 5% score 65", "curve changed measure sales_growth from"),
    ("upto 10 score", "upto 12 score", "curve changed measure visits upto"),
    ('"优" score 100', '"优" score 90', "curve changed measure visits word"),
    ("mean 75", "mean 70", "curve changed measure visits mean"),
    ("spread 10", "spread 12", "curve changed measure visits spread"),
    ("limit 0 to 120\n  applies", "limit 0 to 100\n  applies", "curve changed measure net_sales"),
    ("size > 10", "size > 11", "eligibility changed measure net_sales applies when"),
    ("when missing score 60", "when missing no total", "score changed measure sales_growth when"),
    ("  when missing score 60\n", "", "score removed measure sales_growth when missing"),
    ("  report only\n", "", "score removed measure shown report only"),
    ("at store as visits", "at region as visits", "score changed measure visits measure"),
    ("measure baskets at", "measure unused at", "score changed measure visits measure"),
    # judges, rules, extras, grades
    ('"Wang" share 2', '"Wang" share 3', "weight changed judge Wang share"),
    ("over people 3", "over people 4", "weight changed judge Wang prefer"),
    ("net_sales < 10", "net_sales < 20", "score changed rule complaints when"),
    ("cap total 80", "cap total 70", "score changed rule complaints cap total"),
    (
        "perspective money 90",
        "perspective money 80",
        "score changed rule complaints cap perspective",
    ),
    ("cap grade B", "cap grade C", "score changed rule complaints cap grade"),
    ("total is 0", "total is 1", "score changed rule fraud total is"),
    ("  not ranked\n", "", "score removed rule fraud not ranked"),
    ("points baskets * 2", "points baskets * 3", "score changed bonus extra points"),
    ("limit 5", "limit 4", "score changed bonus extra limit"),
    ("points 3", "points 2", "score changed penalty late points"),
    ('"Best"', '"Excellent"', "label changed grade A label"),
    ("  from 95", "  from 90", "score changed grade A from"),
    ("top 20%", "top 10%", "score changed grade A top"),
    ("09:00 to 18:00", "09:00 to 17:30", "score changed calendar business hours"),
    ("2025-10-08", "2025-10-07", "score changed calendar holiday"),
    ("coefficient 1.2", "coefficient 1.3", "label changed grade A coefficient"),
    # examples, inheritance, policies
    ("on 2025Q3", "on 2025Q4", "label changed example A good store on"),
    ("given net_sales 120000", "given net_sales 5", "label changed example A good store given"),
    ("of net_sales 120000", "of net_sales 5", "label changed example A good store given target of"),
    ("expect total 100", "expect total 99", "label changed example A good store expect total"),
    ("expect grade A", "expect grade B", "label changed example A good store expect grade"),
    ("weight 30%", "weight 35%", "weight changed change measure sales_growth weight"),
    ("  applies to shops\n", "", "structure removed policy house applies to"),
    (
        "measure at most 40%",
        "measure at most 50%",
        "structure changed policy house require measure",
    ),
    ("at least 25%", "at least 30%", "structure changed policy house require perspective"),
    ("most 9 measures", "most 8 measures", "structure changed policy house require at most"),
    ("every 12 months", "every 6 months", "structure changed policy house require review"),
]


@pytest.mark.parametrize(("old", "new", "begins"), EDITS)
def test_one_edit_is_one_change_and_so_is_the_way_back(old: str, new: str, begins: str) -> None:
    text = edited(old, new)
    (change,) = changes(WHOLE, text)
    assert shown(change).startswith(begins)
    (back,) = changes(text, WHOLE)
    assert (back.category, back.subject.fact) == (change.category, change.subject.fact)
    assert (back.old, back.new) == (change.new, change.old)


def test_every_fact_of_the_language_is_edited() -> None:
    said = " ".join(f"{begins} " for _, _, begins in EDITS)
    missing = {concern.fact for concern in FACTS.values() if f" {concern.fact}" not in said}
    assert missing == set()
