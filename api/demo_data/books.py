"""What the accounts hold: costs, stock, forecasts, the size of the market, and benchmarks."""

from __future__ import annotations

import numpy as np

from api.demo_data.chain import Chain
from api.demo_data.encoding import WORDS, Array
from api.demo_data.streams import length_of, open_months, pick
from api.demo_data.timeline import MONTHS

_COSTS = {"marketing": 0.035, "labour": 0.11, "rent": 0.06, "service": 0.02, "other": 0.015}
"""Parts of what a store sells in an ordinary month."""

_PEERS = ["hardware retail", "department stores"]
_INDICATORS = {"satisfaction": 4.1, "retention": 0.35, "complaint rate": 4.0}


def _sells(chain: Chain, month: Array, store: Array, sold: int) -> Array:
    """What a store was expected to sell in the month, in fen; `sold` is what all sold, in CNY."""
    planned = np.add.reduceat(chain.planned, MONTHS, axis=0)
    share = planned[np.searchsorted(MONTHS, month), store] / chain.actual.sum()
    fen: Array = share * sold * 100
    return fen


def cost_rows(chain: Chain, sold: int) -> dict[str, Array]:
    """The columns of `costs`: five kinds for each store and month."""
    month, store = (np.repeat(each, len(_COSTS)) for each in open_months(chain))
    kind = np.arange(len(month)) % len(_COSTS)
    thrift = chain.rng.lognormal(0, 0.15, (len(chain.staff), len(_COSTS)))[store, kind]
    part = np.array(list(_COSTS.values()))[kind] * thrift
    luck = chain.rng.lognormal(0, 0.05, len(month))
    return {
        "booked_on": month + length_of(month) - 1,
        "store_id": store,
        "cost_kind": pick(list(_COSTS), kind),
        "amount": np.round(_sells(chain, month, store, sold) * part * luck),
    }


def stock_rows(chain: Chain, sold: int) -> dict[str, Array]:
    """The columns of `stock`: each store's at the end of each month, by category."""
    categories = len(WORDS["category"])
    month, store = (np.repeat(each, categories) for each in open_months(chain))
    rng, count = chain.rng, len(month)
    order = rng.lognormal(0, 0.2, len(chain.staff))[store]
    worth = _sells(chain, month, store, sold) * 0.42 * order * rng.lognormal(0, 0.1, count)
    return {
        "counted_on": month + length_of(month) - 1,
        "store_id": store,
        "category": np.arange(count) % categories,
        "cost_value": np.round(worth),
        "days_out": rng.binomial(30, np.clip(0.02 * order, 0, 1)),
    }


def forecast_rows(chain: Chain, sold: int) -> dict[str, Array]:
    """The columns of `sales_forecasts`: of each store and month, made a month before."""
    month, store = open_months(chain)
    bias = chain.rng.normal(1, 0.04, len(chain.staff))[store]
    seen = _sells(chain, month, store, sold) * bias * chain.rng.lognormal(0, 0.06, len(month))
    return {
        "store_id": store,
        "month_start": month,
        "made_on": month - 20,
        "model": pick(["trend 1", "trend 2"], (month >= MONTHS[12]).astype(int)),
        "amount": np.round(seen),
    }


def market_rows(chain: Chain, sold: int) -> dict[str, Array]:
    """The columns of `market`: what all shops of a region sell in a month, as a bureau says."""
    month, region = (each.ravel() for each in np.meshgrid(MONTHS, np.arange(4)))
    monthly = sold / 24 / 4 / np.array([0.07, 0.05, 0.06, 0.04])[region] * 100
    growth = 1.02 ** (month / 365) * chain.rng.lognormal(0, 0.04, len(month))
    return {
        "month_start": month,
        "region": region,
        "amount": np.round(monthly * growth / 1e5) * 1e5,
        "bureau": pick(["Trade statistics"], np.zeros_like(month)),
    }


def benchmark_rows(chain: Chain) -> dict[str, Array]:
    """The columns of `benchmarks`: what two kinds of retailers reached, month by month."""
    names, typical = list(_INDICATORS), np.array(list(_INDICATORS.values()))
    month, rest = np.divmod(np.arange(24 * len(names) * len(_PEERS)), len(names) * len(_PEERS))
    what, peers = np.divmod(rest, len(_PEERS))
    return {
        "month_start": np.array(MONTHS)[month],
        "indicator": pick(names, what),
        "population": pick(_PEERS, peers),
        "level": np.round(typical[what] * chain.rng.lognormal(0, 0.01, len(what)), 4) * 100,
        "percentile": np.full(len(what), 50),
    }
