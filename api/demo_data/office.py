"""What the back office leaves behind: checks of the data, loads, steps of cases, tills counted."""

from __future__ import annotations

import numpy as np

from api.demo_data.chain import WON, Chain
from api.demo_data.encoding import Array
from api.demo_data.staff import Staff
from api.demo_data.streams import open_months, pick
from api.demo_data.timeline import DAY_US, DAYS, HOUR_US, QUARTERS

_RULES = ["telephone is valid", "record is complete", "customer is known once"]
_TABLES = ["customers", "sales", "service requests"]
_STEPS = ["record", "approve", "carry out", "confirm"]
_PROCESSES = ["order on request", "return to the supplier", "answer to the market"]


def quality_rows(chain: Chain, staff: Staff) -> dict[str, Array]:
    """The columns of `quality_checks`: three rules for each store and month."""
    month, store = (np.repeat(each, len(_RULES)) for each in open_months(chain))
    rng, rule = chain.rng, np.arange(len(month)) % len(_RULES)
    total = rng.integers(150, 400, len(month))
    fails = rng.uniform(0.005, 0.09, len(chain.staff))[store] * np.array([1, 1.6, 0.4])[rule]
    return {
        "checked_on": month + 24,
        "store_id": store,
        "employee_id": staff.serving("back office", month + 24, store),
        "rule_name": pick(_RULES, rule),
        "failed_rows": rng.binomial(total, fails),
        "total_rows": total,
    }


def load_rows(chain: Chain, staff: Staff) -> dict[str, Array]:
    """The columns of `load_log`: each week and store, three tables, with what they then hold."""
    weeks = np.arange(6, DAYS, 7)
    week, rest = np.divmod(np.arange(len(weeks) * len(chain.staff) * 3), len(chain.staff) * 3)
    store, table = np.divmod(rest, 3)
    day, rng = weeks[week], chain.rng
    late = rng.exponential(rng.uniform(1, 8, len(chain.staff))[store]) + 1
    rows = {
        "load_id": np.arange(1, len(day) + 1),
        "store_id": store,
        "employee_id": staff.serving("back office", day, store),
        "table_name": pick(_TABLES, table),
        "loaded_at": day * DAY_US + (late * HOUR_US).astype(int),
        "newest_row_at": day * DAY_US,
    }
    there = (chain.opened[store] <= day) & (day <= chain.closed[store])
    return {name: values[there] for name, values in rows.items()}


def step_rows(chain: Chain, staff: Staff) -> dict[str, Array]:
    """The columns of `process_steps`: eight cases for each store and quarter, in four steps."""
    cases = len(chain.staff) * 8 * 8
    case, step = np.divmod(np.arange(cases * len(_STEPS)), len(_STEPS))
    store, quarter = case % len(chain.staff), case // (len(chain.staff) * 8)
    rng = chain.rng
    day = np.array(QUARTERS)[quarter] + rng.integers(0, 80, cases)[case]
    pace = rng.lognormal(2.6, 0.35, len(chain.staff))[store] * np.array([0.5, 1.6, 1.2, 0.7])[step]
    took = (rng.exponential(pace) * HOUR_US).astype(int)
    until = np.cumsum(took.reshape(-1, len(_STEPS)), axis=1).ravel()
    given = np.round(rng.lognormal(7, 0.5, cases))[case]
    rows = {
        "case_id": case + 1,
        "store_id": store,
        "employee_id": staff.serving("back office", day, store),
        "process": pick(_PROCESSES, (case // len(chain.staff) + store) % len(_PROCESSES)),
        "step": pick(_STEPS, step),
        "started_at": day * DAY_US + 9 * HOUR_US + until - took,
        "ended_at": day * DAY_US + 9 * HOUR_US + until,
        "input_value": given * 100,
        "output_value": np.round(given * rng.uniform(0.85, 1.1, cases)[case]) * 100,
        "needed_rework": rng.random(len(case)) < 0.06,
    }
    there = (chain.opened[store] <= day) & (day <= chain.closed[store])
    return {name: values[there] for name, values in rows.items()}


def till_rows(chain: Chain, staff: Staff) -> dict[str, Array]:
    """The columns of `till_counts`: each cashier's till, counted once a week."""
    cashiers = staff.of("cashier")
    week, nth = np.divmod(np.arange(DAYS // 7 * len(cashiers)), len(cashiers))
    place, day = cashiers[nth], week * 7 + nth % 7
    rng, skill = chain.rng, chain.rng.lognormal(0, 0.3, len(staff.number))[place]
    scans = rng.poisson(900, len(place))
    rows = {
        "employee_id": staff.number[place],
        "store_id": staff.store[place],
        "counted_on": day,
        "expected": np.round(scans * rng.lognormal(3.6, 0.15, len(place)) * 100),
        "difference": np.round(rng.normal(0, 6 * skill) * 100),
        "scans": scans,
        "scan_minutes": (scans * rng.normal(0.05, 0.004, len(place)) * skill**0.4).astype(int),
        "voided": rng.binomial(scans, np.clip(0.008 * skill, 0, 1)),
        "members_asked": rng.binomial(scans // 3, np.clip(0.8 - 0.12 * skill, 0, 1)),
        "customers_served": scans // 3,
    }
    there = staff.active(day, place)
    return {name: values[there] for name, values in rows.items()}


def prediction_rows(chain: Chain) -> dict[str, Array]:
    """The columns of `predicted_values`: what a model expects of one customer in eight."""
    quarter, nth = np.divmod(np.arange(8 * len(chain.staff) * (WON // 8)), len(chain.staff) * 52)
    customer = nth // 52 * WON + nth % 52 * 8
    store, start = customer // WON, np.array(QUARTERS)[quarter]
    won = chain.won_from[store] + (customer % WON) * chain.won_in[store] // WON <= start
    worth = chain.rng.lognormal(7.4, 0.7, len(customer))
    rows = {
        "customer_id": customer,
        "store_id": store,
        "scored_on": start + 2,
        "model": pick(["value 2", "value 3"], (quarter > 4).astype(int)),
        "amount": np.round(worth) * 100,
    }
    return {name: values[won] for name, values in rows.items()}
