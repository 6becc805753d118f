"""Workspaces to measure with: made from a seed, so that every machine measures the same text."""

from __future__ import annotations

from pathlib import Path
from random import Random

DATA = """\
calendar
  timezone "Asia/Shanghai"

entity store "Store"
  table stores
  key store_id
  name store_name
  attribute region
  attribute area_sqm

entity customer "Customer"
  table customers
  key customer_id

data sales "Sales lines"
  table sales
  date sold_at
  link store by store_id
  link customer by customer_id
  column amount unit CNY
  column cost unit CNY
  column quantity unit pieces
  expects rows every day
"""

_WHERE = (
    "is_return = no",
    'is_return = no and category in ("drill", "bits", "paint")',
    "is_return = yes and amount >= 12",
    "is_return = no and quantity between 2 and 40",
    '(channel = "web" or channel = "phone") and is_return = no',
    "category is not missing and discount < 15%",
)
_WINDOWS = (
    "previous period",
    "same period last year",
    "3 periods ago",
    "last 3 months",
    "year to date",
)
KPI_LINES = 8
CARD_KPIS = 20


def formula_heavy(folder: Path, lines: int, seed: int = 1) -> int:
    """Write a workspace of about so many lines, most of them formulas; how many it has."""
    random = Random(seed)
    folder.mkdir(parents=True, exist_ok=True)
    texts = {"data.scorecard": DATA}
    per_card = CARD_KPIS * KPI_LINES + len(_card(0, random).splitlines())
    for card in range(max(1, round(lines / per_card))):
        kpis = (_kpi(card * CARD_KPIS + place, random) for place in range(CARD_KPIS))
        texts[f"part{card:03}.scorecard"] = "\n".join((*kpis, _card(card, random)))
    for name, text in texts.items():
        (folder / name).write_text(text, "utf-8")
    return sum(text.count("\n") for text in texts.values())


def _kpi(number: int, random: Random) -> str:
    formula, unit = _FORMULAS[number % len(_FORMULAS)](random)
    return f"""\
kpi k{number} "Number {number}"
  label zh "指标{number}"
  formula {formula}
  unit {unit}
  better higher
  needs count(sales where {random.choice(_WHERE)}) >= {random.randint(5, 50)}
  owner "Finance"
"""


def _amount(random: Random) -> tuple[str, str]:
    return f"{_sum('amount', random)} - {_sum('amount', random)}", "CNY"


def _share(random: Random) -> tuple[str, str]:
    return f"{_sum('amount', random)}\n    / sum(sales.amount where is_return = no)", "percent"


def _customers(random: Random) -> tuple[str, str]:
    return f"unique(sales.customer where {random.choice(_WHERE)})", "customers"


def _margin(random: Random) -> tuple[str, str]:
    amount, cost, pieces = (_sum(column, random) for column in ("amount", "cost", "quantity"))
    bonus = f"if {pieces} > {random.randint(5, 900)} then {random.randint(1, 9)}% else 0%"
    text = f"({amount} - {cost})\n    / ({amount} for {random.choice(_WINDOWS)})\n    + ({bonus})"
    return text, "percent"


_FORMULAS = (_margin, _amount, _share, _customers)


def _sum(column: str, random: Random) -> str:
    return f"sum(sales.{column} where {random.choice(_WHERE)})"


def _card(number: int, random: Random) -> str:
    header = f"""\
scorecard card{number} "Card {number}"
  for store
  every quarter
  effective from 2025-01-01
  round total 1
  when missing leave out
"""
    return "\n".join((header, *(_measure(number, place, random) for place in range(5))))


def _measure(card: int, place: int, random: Random) -> str:
    return f"""\
measure k{card * CARD_KPIS + place * len(_FORMULAS)}
  weight 20%
  target {random.randint(10, 30)}%
  curve linear
  at {random.randint(50, 70)}% of target score 0
  at 80% of target score 60
  at target score 100
"""


PLANTED = (
    "  formla sum(sales.amount)",
    "  unit CNY per",
    "  better hihger",
    "  formula sum(sales.amuont)",
    "  formula sum(sales.amount where is_return = no",
    "  weigth 20%",
    "  formula count(sales where a = 1 and b = 2 or c = 3)",
    "  target 1,200",
    "  effective from 2025-02-30",
    "  limit 0 120",
)


def with_faults(folder: Path, lines: int, faults: int, seed: int = 1) -> int:
    """The same with faults of several kinds planted in one file, evenly; how many lines it has."""
    random = Random(seed)
    folder.mkdir(parents=True, exist_ok=True)
    kpis = "\n".join(_kpi(number, random) for number in range(round(lines / (KPI_LINES + 1))))
    text = [*DATA.splitlines(), "", *kpis.splitlines()]
    first, step = DATA.count("\n") + 4, len(kpis.splitlines()) // faults
    for number in range(faults):
        place = first + number * step
        while text[place].startswith(("kpi", "    ")) or not text[place]:
            place += 1
        text[place] = PLANTED[number % len(PLANTED)]
    (folder / "faults.scorecard").write_text("\n".join(text) + "\n", "utf-8")
    return len(text)
