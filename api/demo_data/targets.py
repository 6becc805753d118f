"""What each store was to reach: the table of quarterly targets."""

from __future__ import annotations

import numpy as np

from api.demo_data.cases import stores_of
from api.demo_data.chain import Chain
from api.demo_data.encoding import Array
from api.demo_data.timeline import QUARTERS, day_of

_NEW_CUSTOMERS = np.array([27, 18, 20, 10])  # by format


def target_rows(chain: Chain, sold: int) -> dict[str, Array]:
    """The columns of `kpi_targets`, for stores that are open in the quarter.

    Net sales: a store's planned share of all that is sold, in thousands; `sold` is that in CNY.
    New customers: a number.
    """
    quarter, store = np.divmod(np.arange(len(QUARTERS) * len(chain.staff)), len(chain.staff))
    planned = np.add.reduceat(chain.planned, QUARTERS, axis=0).ravel()
    share = planned / chain.actual.sum() * chain.rng.normal(1, 0.05, len(store))
    new = _NEW_CUSTOMERS[chain.format[store]] + chain.rng.integers(-2, 3, len(store))
    starts = np.array(QUARTERS)[quarter]
    forgotten = np.isin(store, stores_of("no_target")) & (starts >= day_of("2025-07-01"))
    rows = np.append((planned > 0) & ~forgotten, planned > 0)
    return {
        "kpi_code": np.repeat([0, 1], len(store))[rows],
        "store_id": np.tile(store, 2)[rows],
        "starts_on": np.tile(starts, 2)[rows],
        "target_value": 100 * np.append(np.round(share * sold / 1000) * 1000, new)[rows],
    }
