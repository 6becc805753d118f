"""Visits: when somebody came to which store, and who served whom."""

from __future__ import annotations

import numpy as np

from api.demo_data.chain import WON, Chain
from api.demo_data.encoding import NULL, Array
from api.demo_data.timeline import DAY_US

# Places in the store, each as often as its share of the visits.
_SERVES = np.array([0, 1, 1, 1, 2, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 12, 12])


def make_visits(
    chain: Chain, weights: Array, count: int, opens: int, closes: int
) -> tuple[Array, dict[str, Array]]:
    """The moments of `count` visits, ascending, and the store, employee and customer of each.

    `weights`, by day and store, say where they go; `opens` and `closes` are hours of the day.
    """
    day, store = _draw(chain.rng, weights, count)
    hour = opens + (closes - opens) * chain.rng.beta(2, 2, count)
    moment = day * DAY_US + (hour * 3600).astype(int) * 1_000_000
    order = np.argsort(moment, kind="stable")
    return moment[order], _who(chain, day[order], store[order])


def _draw(rng: np.random.Generator, weights: Array, count: int) -> tuple[Array, Array]:
    """Day and store: one from each of `count` equal slices of all the weight.

    So no store is far from its share, and no day is empty that has the weight of two visits.
    """
    edges = np.cumsum(weights.ravel())
    at = np.minimum((np.arange(count) + rng.random(count)) / count, np.nextafter(1, 0))
    return np.divmod(np.searchsorted(edges / edges[-1], at, side="right"), weights.shape[1])


def _who(chain: Chain, day: Array, store: Array) -> dict[str, Array]:
    """Ids; some are null, some are in no other table, some belong to another store."""
    rng, count = chain.rng, len(day)
    late = rng.random(count) < 0.0005
    return {
        "store_id": np.where(late, len(chain.staff) + 100, store),
        "employee_id": _server(chain, day, _or_elsewhere(chain, 0.02, store)),
        "customer_id": _visitor(chain, day, _or_elsewhere(chain, 0.06, store)),
    }


def _or_elsewhere(chain: Chain, share: float, store: Array) -> Array:
    away = chain.rng.random(len(store)) < share
    return np.where(away, chain.rng.integers(0, len(chain.staff), len(store)), store)


def _server(chain: Chain, day: Array, store: Array) -> Array:
    """Someone who works there on that day, or nobody."""
    rng, count = chain.rng, len(day)
    employee = np.full(count, NULL)
    for _ in range(4):  # finds someone nearly always
        place = rng.choice(_SERVES, count)
        one = np.minimum(chain.first[store] + place, len(chain.hired) - 1)
        works = (chain.hired[one] <= day) & (day <= chain.left[one]) & (place < chain.staff[store])
        employee = np.where((employee == NULL) & works, one, employee)
    employee[rng.random(count) < 0.05] = NULL
    return np.where(rng.random(count) < 0.002, len(chain.hired) + 100, employee)


def _visitor(chain: Chain, day: Array, store: Array) -> Array:
    """A customer whom the store has won by that day, rather a recent one, or nobody."""
    rng, count = chain.rng, len(day)
    won = (day - chain.won_from[store]) * WON // chain.won_in[store] + 1
    recent = (won * rng.random(count) ** 1.8).astype(int)
    anonymous = (won < 1) | (rng.random(count) < 0.15)
    return np.where(anonymous, NULL, store * WON + won - 1 - recent)


def flags(rng: np.random.Generator, count: int, yes: float, unknown: float) -> Array:
    """`count` answers, 1, 0 or null; `yes` and `unknown` are the shares of 1 and of null."""
    dice = rng.random(count)
    return np.where(dice < yes, 1, np.where(dice < yes + unknown, NULL, 0))
