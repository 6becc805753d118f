"""Contacts with customers: conversations, care that is due, and movements on members' accounts."""

from __future__ import annotations

import numpy as np

from api.demo_data.chain import Chain
from api.demo_data.encoding import NULL, Array
from api.demo_data.staff import Staff
from api.demo_data.streams import chosen, contacts
from api.demo_data.timeline import DAY_US, DAYS, HOUR_US

_CHANNELS = {"store": 0.38, "telephone": 0.24, "message": 0.22, "web": 0.1, "e-mail": 0.06}
_PURPOSES = {"consultation": 0.35, "reception": 0.25, "follow-up": 0.2, "visit": 0.1, "care": 0.1}
_OCCASIONS = {"birthday": 0.3, "follow-up": 0.35, "visit": 0.2, "exclusive event": 0.15}
_MOVEMENTS = {
    "points earned": 0.5,
    "points redeemed": 0.2,
    "coupon issued": 0.2,
    "coupon used": 0.1,
}


def interaction_rows(chain: Chain, staff: Staff) -> dict[str, Array]:
    """The columns of `interactions`: half of them with the service desk of the store."""
    moment, who = contacts(chain, 40)
    rng, count = chain.rng, len(moment)
    store, day = who["store_id"] % len(chain.staff), moment // DAY_US
    desk = staff.serving("service desk", day, store)
    with_desk = (rng.random(count) < 0.5) & (desk != NULL)
    order = rng.uniform(0.5, 2.5, len(chain.staff))[store]
    late = rng.exponential(6, count) * order * np.where(rng.random(count) < 0.08, 8, 1)
    waits = rng.exponential(0.6, count) * order
    moments = {name: (hours * HOUR_US).astype(int) for name, hours in (("r", late), ("w", waits))}
    personal = rng.random(count) < 0.62 - 0.12 * order
    content = np.clip(np.round(rng.normal(82 - 4 * order + 5 * personal, 9)), 0, 100)
    return who | {
        "employee_id": np.where(with_desk, desk, who["employee_id"]),
        "interaction_id": np.arange(1, count + 1),
        "started_at": moment,
        "first_response_at": moment + moments["w"],
        "recorded_at": moment + moments["w"] + moments["r"],
        "channel": chosen(rng, _CHANNELS, count),
        "purpose": chosen(rng, _PURPOSES, count),
        "is_personal": personal,
        "content_score": np.where(rng.random(count) < 0.3, content.astype(int), NULL),
        "cost": np.round(rng.lognormal(2.2, 0.5, count) * 100),
        "is_suspect": rng.random(count) < 0.012 * order,
    }


def care_rows(chain: Chain, staff: Staff) -> dict[str, Array]:
    """The columns of `care_tasks`: what was due to a customer, and when it was done if it was."""
    moment, who = contacts(chain, 24)
    rng, count = chain.rng, len(moment)
    store, due = who["store_id"] % len(chain.staff), moment // DAY_US
    member = staff.serving("membership", due, store)
    care = rng.uniform(0.62, 0.96, len(chain.staff))[store // 2 * 2]
    done = np.where(rng.random(count) < care, due - rng.integers(0, 4, count), due + 6)
    never = (rng.random(count) < 0.04) | (done >= DAYS)
    return who | {
        "task_id": np.arange(1, count + 1),
        "employee_id": np.where(member == NULL, who["employee_id"], member),
        "occasion": chosen(rng, _OCCASIONS, count),
        "due_on": due,
        "done_on": np.where(never, NULL, np.maximum(done, 0)),
    }


def ledger_rows(chain: Chain, staff: Staff) -> dict[str, Array]:
    """The columns of `member_ledger`: points earned and redeemed, coupons issued and used."""
    moment, who = contacts(chain, 60)
    count = len(moment)
    what = chosen(chain.rng, _MOVEMENTS, count)
    store, day = who["store_id"] % len(chain.staff), moment // DAY_US
    points = np.round(chain.rng.lognormal(4.5, 0.6, count)).astype(int)
    return who | {
        "entry_id": np.arange(1, count + 1),
        "employee_id": staff.serving("membership", day, store),
        "booked_on": day,
        "movement": what,
        "points": np.where(np.isin(what, ["points earned", "points redeemed"]), points, 0),
    }
