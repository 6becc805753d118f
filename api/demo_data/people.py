"""Who there is: the tables of stores, employees and customers."""

from __future__ import annotations

import numpy as np

from api.demo_data.chain import WON, Chain
from api.demo_data.encoding import Array
from api.demo_data.names import people_names, store_names
from api.demo_data.staff import Staff
from api.demo_data.timeline import DAYS

_AREA = np.array([2_400, 900, 1_200, 120])  # square metres, by format


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
        "area_sqm": _AREA[chain.format] + number * 7 % 40 * 5,
    }


def employee_rows(staff: Staff) -> dict[str, Array]:
    """The columns of `employees`."""
    return {
        "employee_id": staff.number,
        "full_name": people_names(len(staff.number)),
        "role": staff.role,
        "store_id": staff.store,
        "hired_on": staff.hired,
        "left_on": staff.left,
        "fte": np.where(staff.number % 8 == 7, 50, 100),
    }


def customer_rows(chain: Chain) -> dict[str, Array]:
    """The first columns of `customers`; three records in a thousand have not arrived yet."""
    number = np.arange(len(chain.staff) * WON)
    store, place = np.divmod(number, WON)
    seen = chain.won_from[store] - -place * chain.won_in[store] // WON
    known = (seen < DAYS) & (chain.rng.random(len(number)) >= 0.003)
    number = number[known]
    return {"customer_id": number, "first_seen_on": seen[known], "is_member": number % 7 < 3}
