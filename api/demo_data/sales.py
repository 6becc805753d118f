"""What is sold on visits: the table of sales, one row for each line of a ticket."""

from __future__ import annotations

import numpy as np

from api.demo_data.cases import cancelled
from api.demo_data.chain import Chain
from api.demo_data.encoding import Array
from api.demo_data.timeline import DAY_US, HOUR_US, QUARTERS, edges
from api.demo_data.visits import flags, make_visits

_PRICES = np.array([14, 62, 140, 125, 410])  # by category, in CNY; the next two by category too
_MARGINS = np.array([0.44, 0.36, 0.31, 0.38, 0.24])
_MOST_PIECES = np.array([12, 3, 4, 4, 2])


def sale_rows(chain: Chain, lines: int) -> dict[str, Array]:
    """The columns of `sales`, each `lines` long."""
    rng, odd = chain.rng, _odd_sales(chain)
    lines -= len(odd["sold_at"])
    visits = lines * 4 // 9
    sold_at, who = make_visits(chain, chain.actual, visits, 8, 21)
    visit = np.repeat(np.arange(visits), _lines_of(rng, visits, lines))
    category = (rng.random(lines) ** 1.3 * len(_PRICES)).astype(int)
    quantity = 1 + (rng.random(lines) * _MOST_PIECES[category]).astype(int)
    test = flags(rng, visits, yes=0.002, unknown=0.002)[visit]
    skill = 0.8 + who["employee_id"][visit] * 37 % 100 / 220
    price = _PRICES[category] * rng.lognormal(0, 0.35, lines) * np.where(test == 1, 1000, 1)
    amount = np.round(price * quantity * skill * 100)
    usual = {name: ids[visit] for name, ids in who.items()} | {
        "sold_at": sold_at[visit],
        "category": category,
        "quantity": quantity,
        "amount": amount,
        "cost": np.round(amount * (1 - _MARGINS[category] - rng.normal(0, 0.04, lines))),
        "is_return": flags(rng, visits, yes=0.04, unknown=0.0005)[visit],
        "is_test": test,
    }
    sales = {name: np.append(usual[name], odd[name]) for name in usual}
    return sales | {"ticket": np.append(visit, visits + np.arange(len(odd["sold_at"]))) + 1}


def _lines_of(rng: np.random.Generator, visits: int, lines: int) -> Array:
    """One to four lines for each visit, `lines` in all."""
    number = rng.choice(np.array([1, 2, 3, 4]), visits, p=[0.3, 0.3, 0.25, 0.15])
    short = lines - int(number.sum())
    may_change = np.flatnonzero(number < 4 if short > 0 else number > 1)
    number[rng.permutation(may_change)[: abs(short)]] += np.sign(short)
    return number


def _odd_sales(chain: Chain) -> dict[str, Array]:
    """Sales at the edges of quarters; and a sale and its return, all the rows of a quarter."""
    rows = [(moment, 0, 8_800, 0) for moment in edges()]
    for quarter, store, back in cancelled():
        noon = QUARTERS[quarter] * DAY_US + 30 * DAY_US + 12 * HOUR_US
        rows += [(noon, store, 64_000, 0), (noon + HOUR_US, store, back, 1)] if back else []
    sold_at, store_id, amount, returned = np.array(rows).T
    none = np.zeros_like(amount)
    return {
        "sold_at": sold_at,
        "store_id": store_id,
        "employee_id": chain.first[store_id] + 1,
        "customer_id": none,
        "category": none + 1,
        "quantity": none + 1,
        "amount": amount,
        "cost": np.round(amount * 0.65),
        "is_return": returned,
        "is_test": none,
    }
