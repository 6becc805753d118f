"""Workspaces for diffs: one that holds every fact of the language once, and how to compare."""

from __future__ import annotations

import re
from functools import lru_cache
from inspect import cleandoc
from pathlib import Path

from engine import Workspace, diff
from engine.changes import Change
from engine.workspace import workspace_of
from grammar import Source, parse

WHOLE = cleandoc("""
    calendar
      fiscal year starts in January
      fiscal year named by start
      weeks start on Monday
      timezone "Asia/Shanghai"
      periods from periods
      business hours 09:00 to 18:00 on Monday to Friday
      holiday 2025-10-01 through 2025-10-08
      spring festival aligned
      note "The calendar of the group."

    entity company "Company"
      everything

    entity region "Region"
      values of store.region

    entity store "Store"
      label zh "门店"
      table stores
      key store_id
      name store_name
      attribute region
      attribute size is area * 2
      belongs to company by company_id
      active from opened_on through closed_on
      history store_history by store_id from since through until

    entity customer "Customer"
      table customers
      key customer_id

    data sales "Sales"
      table sales
      date sold_at in "UTC"
      link store by store_id
      link region through store
      group ticket by receipt, till of store
      column amount unit CNY
      only where is_test <> yes
      expects rows every day
      due 5 days after period

    targets plan "Plan"
      table kpi_targets
      link kpi by kpi_code
      link store by store_id
      period starts_on every quarter
      value target_value
      floor floor_value
      stretch stretch_value
      only where approved = yes

    constant least "Least amount"
      value CNY 10
      value CNY 20 from 2025-07-01

    kpi net_sales "Net sales"
      label zh "净销售额"
      formula sum(sales.amount where is_return = no)
      unit CNY
      better higher
      needs count(sales) >= 20 else over last 3 periods
      representative when count(sales) >= 100
      benchmark CNY 1200 source "Trade press"
      objective "Grow"
      drives sales_growth
      owner "Finance"
      note "Without returns."

    kpi sales_growth "Growth"
      formula growth(net_sales)
      unit percent
      better higher

    kpi baskets "Baskets"
      formula unique(sales.ticket)
      unit baskets
      better higher

    kpi unused "Unused"
      formula count(sales)
      unit lines
      better neither

    scorecard shops "Shops"
      label zh "门店卡"
      based on common
      purpose "Quarterly pay"
      for store
      assign format "flagship"
      assign format "outlet" from 2025-01-01
      only where region <> "Test"
      exempt store "S1" from 2025-01-01 through 2025-03-31 reason "Flood"
      every quarter
      effective from 2025-01-01
      review by 2026-01-01
      combine by days
      owner "HR"
      weights by comparison
      prefer money over people slightly
      method eigenvector
      random index saaty
      round weights 1%
      require consistency 0.1
      when missing leave out
      limit total 0 to 120
      round total 1
      rank within region
      break ties by net_sales
      ranked when coverage >= 80%
      no total when coverage < 50%
      grades forced

    perspective money "Money"
      label zh "财务"

    measure net_sales
      weight 60%
      weight 50% from 2026-01-01
      target 120000
      target 150000 where region = "East"
      target from plan where region = "West" from 2025Q3
      floor 80000
      stretch 200000
      targets add up to region within 1%
      prorate
      curve linear
      at 60% of target score 0
      at target score 100
      limit 0 to 120
      applies when size > 10

    measure sales_growth
      weight 40%
      target 10%
      curve steps
      otherwise score 0
      from 5% score 60
      when missing score 60

    perspective people "People"

    measure baskets at store as visits
      weight 100%
      target 500
      curve attainment
      upto 10 score 20
      word "优" score 100
      mean 75
      spread 10
      limit 0 to 120

    measure net_sales as shown
      report only

    judge "Wang" share 2
      prefer money over people 3

    rule complaints "Complaints"
      when net_sales < 10
      cap total 80
      cap perspective money 90
      cap grade B

    rule fraud "Fraud"
      when net_sales < 0
      total is 0
      not ranked

    bonus extra "Extra"
      points baskets * 2
      limit 5

    penalty late "Late"
      points 3
      limit 6

    grade A "Best"
      from 95
      top 20% within region
      coefficient 1.2

    grade B "Good"
      from 80
      coefficient 1

    grade C "Rest"
      otherwise
      coefficient 0.8

    example "A good store"
      on 2025Q3
      given net_sales 120000
      given target of net_sales 120000
      expect total 100
      expect grade A

    change measure sales_growth
      weight 30%

    remove rule fraud

    scorecard common "Common"
      for store
      every quarter
      effective from 2024-01-01

    measure unused
      weight 100%

    policy house "House rules"
      applies to shops
      require measure at most 40%
      require perspective people at least 25%
      require at most 9 measures
      require review every 12 months
""")


FILE = re.compile(r"\n(?=entity company|kpi net_sales|scorecard shops|scorecard common)")


def workspace(text: str) -> Workspace:
    """The workspace of a text, cut into files where `WHOLE` is, so that few of them are read."""
    files = [
        Source(f"{number}.scorecard", f"{piece}\n") for number, piece in enumerate(FILE.split(text))
    ]
    return workspace_of(Path("shop"), files, _parse)


_parse = lru_cache(maxsize=None)(parse)


def edited(old: str, new: str, text: str = WHOLE) -> str:
    """The text with one place replaced; there is exactly one."""
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times"
    return text.replace(old, new)


def changes(old: str, new: str, language: str = "en") -> tuple[Change, ...]:
    return diff(workspace(old), workspace(new), language)


def shown(change: Change) -> str:
    """One line for a change: `weight changed measure net_sales weight: weight 60% -> …`."""
    subject = change.subject
    what = " ".join(filter(None, (subject.section, subject.name, subject.fact)))
    return f"{change.category} {change.kind} {what}: {change.old} -> {change.new}"
