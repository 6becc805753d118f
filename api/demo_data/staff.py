"""Everybody who is employed: those who serve in the stores, and those who work behind them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from api.demo_data.chain import Chain
from api.demo_data.encoding import NULL, WORDS, Array
from api.demo_data.timeline import DAYS, QUARTERS, day_of

_BY_PLACE = np.array([0, 1, 1, 2, 2, 2, 2, 2, 2, 3, 3, 3, 2])  # the role, by place in the store
_BEHIND = {"service desk": 1, "back office": 1, "membership": 2, "marketing": 3}
"""Roles of which there is one for so many stores."""

_GAP = 1000  # between the numbers of the two kinds, for the ids that arrive late


@dataclass(frozen=True, slots=True)
class Staff:
    """Employees in the order of their numbers; roles are numbers in the list of the words."""

    number: Array
    role: Array
    store: Array
    hired: Array
    left: Array

    def of(self, role: str) -> Array:
        """Places of those who have a role."""
        return np.flatnonzero(self.role == WORDS["role"].index(role))

    def active(self, day: Array, place: Array) -> Array:
        """Which of these, by their places, are employed on these days."""
        found: Array = (self.hired[place] <= day) & (day <= self.left[place])
        return found

    def serving(self, role: str, day: Array, store: Array) -> Array:
        """The number of who does this for a store on a day, or null."""
        place = self.of(role)[store // _BEHIND[role] % len(self.of(role))]
        return np.where(self.active(day, place), self.number[place], NULL)

    def quarters(self) -> tuple[Array, Array]:
        """Each quarter's first day with each place of who is employed in the middle of it."""
        quarter, place = np.divmod(np.arange(8 * len(self.number)), len(self.number))
        start = np.array(QUARTERS)[quarter]
        there = self.active(start + 45, place)
        return start[there], place[there]


def everybody(chain: Chain) -> Staff:
    """Those of the stores as the chain has hired them, then those behind them.

    A regional manager has the office in the first store of the region.
    """
    stores = len(chain.staff)
    store = np.repeat(np.arange(stores), chain.staff)
    number = np.arange(len(store))
    homes = [np.arange(0, stores, every) for every in _BEHIND.values()] + [np.arange(4)]
    home = np.concatenate(homes)
    role = np.repeat(np.arange(len(homes)), [len(each) for each in homes])
    hired = np.maximum(day_of("2019-03-01") + home * 37 % 1700, chain.opened[home] - 14)
    left = chain.closed[home].copy()
    # In each of these roles somebody came, and nobody was there before.
    came = (home % 16 == 9) & (role < len(_BEHIND))
    hired[came] = np.minimum(day_of("2025-07-20") + home[came], DAYS - 20)
    return Staff(
        np.append(number, number[-1] + 1 + _GAP + np.arange(len(home))),
        np.append(_BY_PLACE[number - chain.first[store]], role + len(set(_BY_PLACE))),
        np.append(store, home),
        np.append(chain.hired, hired),
        np.append(chain.left, left),
    )


def history_rows(chain: Chain, staff: Staff) -> dict[str, Array]:
    """The columns of `employee_history`: the roles and stores of everybody, by dates.

    The last row of each is what the table of employees says. One clerk in nine was promoted to it
    or came from the next store, some of them inside a quarter.
    """
    place = np.arange(len(staff.number))
    moved = (place % 9 == 5) & (staff.hired < day_of("2023-12-01")) & (staff.left >= DAYS)
    day = day_of("2024-03-10") + place * 101 % 600
    promoted = moved & (staff.role == 1)
    store = np.where(moved & ~promoted, (staff.store + 1) % len(chain.staff), staff.store)
    was = {
        "employee_id": staff.number,
        "role": np.where(promoted, 2, staff.role),
        "store_id": store,
        "valid_from": staff.hired,
        "valid_through": day - 1,
    }
    now = {
        "employee_id": staff.number,
        "role": staff.role,
        "store_id": staff.store,
        "valid_from": np.where(moved, day, staff.hired),
        "valid_through": staff.left,
    }
    rows = {name: np.append(was[name][moved], now[name]) for name in now}
    order = np.lexsort((rows["valid_from"], rows["employee_id"]))
    return {name: values[order] for name, values in rows.items()}
