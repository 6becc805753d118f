"""Who there is: the tables of stores, employees and customers."""

from __future__ import annotations

import numpy as np

from api.demo_data.chain import WON, Chain
from api.demo_data.encoding import Array
from api.demo_data.names import people_names, store_names
from api.demo_data.timeline import DAYS

_ROLE_OF = np.array([0, 1, 1, 2, 2, 2, 2, 2, 2, 3, 3, 3, 2])  # by place in the store


def store_rows(chain: Chain) -> dict[str, Array]:
    """The columns of `stores`."""
    number = np.arange(len(chain.staff))
    return {
        "store_id": number,
        "store_name": store_names(len(number)),
        "region": number % 4,
        "format": chain.format,
        "opened_on": chain.opened,
        "closed_on": chain.closed,
    }


def employee_rows(chain: Chain) -> dict[str, Array]:
    """The columns of `employees`."""
    store = np.repeat(np.arange(len(chain.staff)), chain.staff)
    number = np.arange(len(store))
    return {
        "employee_id": number,
        "full_name": people_names(len(number)),
        "role": _ROLE_OF[number - chain.first[store]],
        "store_id": store,
        "hired_on": chain.hired,
        "left_on": chain.left,
    }


def customer_rows(chain: Chain) -> dict[str, Array]:
    """The columns of `customers`; three records in a thousand have not arrived yet."""
    number = np.arange(len(chain.staff) * WON)
    store, place = np.divmod(number, WON)
    seen = chain.won_from[store] - -place * chain.won_in[store] // WON
    known = (seen < DAYS) & (chain.rng.random(len(number)) >= 0.003)
    number = number[known]
    return {"customer_id": number, "first_seen_on": seen[known], "is_member": number % 7 < 3}
